//! What a feed or a rule holds: what it calls indicators, texts around them, and what a rule of this crate
//! leaves out unless that is all there is.

use std::ops::ControlFlow;

use super::document_type::Options;
use super::part::{Form, Part, Sink, Text};
use crate::left_out::{LeftOut, Rule};

/// Lines gathered from all over a document, each with the line that it comes from.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    lines: Vec<u64>,
}

impl Lines {
    /// Adds a text from this line on. It may have several lines itself.
    pub(super) fn push(&mut self, text: &str, line: u64) {
        for piece in text.split(['\n', '\r']).filter(|piece| !piece.trim().is_empty()) {
            self.text.push_str(piece);
            self.text.push('\n');
            self.lines.push(line);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Hands the lines on as one text.
    pub(super) fn hand_on(self, name: &str, form: Form, sink: &mut Sink<'_>) -> ControlFlow<()> {
        if self.is_empty() {
            return ControlFlow::Continue(());
        }
        sink(Part::Text(Text { name: name.to_owned(), text: self.text, lines: self.lines, form }))
    }
}

/// What has been gathered from a feed or a file of rules.
#[derive(Debug, Default)]
pub(super) struct Collected {
    values: Lines,
    prose: Lines,
    left_out: Vec<(LeftOut, Form)>,
    descriptions: Lines,
    /// The line of all that is gathered now: of a rule inside a string of a feed.
    pub(super) within: Option<u64>,
}

impl Collected {
    /// Whether nothing has been gathered.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.prose.is_empty() && self.left_out.is_empty()
    }

    /// Adds what the document calls an indicator.
    pub(super) fn value(&mut self, value: &str, line: u64) {
        self.values.push(value.trim(), self.within.unwrap_or(line));
    }

    /// Adds a text in which indicators may stand.
    pub(super) fn prose(&mut self, text: &str, line: u64) {
        self.prose.push(text, self.within.unwrap_or(line));
    }

    /// Adds what a rule leaves out, and how it would be read.
    pub(super) fn left_out(&mut self, rule: Rule, text: &str, line: u64, form: Form) {
        let (text, line) = (text.trim().to_owned(), self.within.unwrap_or(line));
        if !text.is_empty() {
            self.left_out.push((LeftOut { rule, text, line }, form));
        }
    }

    /// Adds what was gathered of an object that its author took back.
    pub(super) fn withdraw(&mut self, withdrawn: Self) {
        let forms = [(withdrawn.values, Form::Values), (withdrawn.prose, Form::Prose)];
        for (Lines { text, lines }, form) in forms {
            for (text, line) in text.lines().zip(lines) {
                self.left_out(Rule::NotForDetection, text, line, form);
            }
        }
    }

    /// Adds a description, which is read with the references or not at all.
    pub(super) fn described(&mut self, text: &str, line: u64) {
        self.descriptions.push(text, line);
    }

    /// Hands all of it on. A rule never empties a document: where what it leaves out is all there
    /// is, it is waived, and that is said.
    pub(super) fn hand_on(mut self, options: &Options, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut waived = Vec::new();
        if options.thorough || self.values.is_empty() && self.prose.is_empty() {
            let taken = |(left_out, _): &(LeftOut, Form)| left_out.rule != Rule::Recipient;
            let (taken, left_out) = self.left_out.into_iter().partition(taken);
            self.left_out = left_out;
            for (LeftOut { rule, text, line }, form) in taken {
                if !options.thorough && !waived.contains(&rule) {
                    waived.push(rule);
                }
                let lines = if form == Form::Values { &mut self.values } else { &mut self.prose };
                lines.push(&text, line);
            }
        }
        self.values.hand_on("", Form::Values, sink)?;
        self.prose.hand_on("", Form::Prose, sink)?;
        if options.thorough || !waived.is_empty() {
            self.descriptions.hand_on("", Form::Prose, sink)?;
        }
        for rule in waived {
            sink(Part::Waived(rule))?;
        }
        for (left_out, _) in self.left_out {
            sink(Part::LeftOut(left_out))?;
        }
        ControlFlow::Continue(())
    }
}
