//! What documents hold, added to the list, and said.

use tracing::{error, info, warn};

use super::super::document::{Contents, FoundInText, SearchedDocument, SearchedText};
use super::Builder;
use crate::model::Origin;
use crate::wording::counted;
use iocs::finding::{Content, Extent};
use iocs::indicator::{Reading, classify};
use iocs::left_out::LeftOut;

impl Builder {
    /// Adds what a document holds, in order, and says what was opened.
    pub(in super::super) fn add_document(&mut self, document: SearchedDocument) {
        self.end_long_line();
        let description = document.description();
        let (before, found) = (self.list.entries.len(), self.list.lines.found);
        for contents in document.contents {
            match contents {
                Contents::Text(text) => self.add_text(text),
                Contents::File { name, sha256 } => self.add_hash(&name, &sha256),
                Contents::LeftOut(left_out) => self.add_left_out(&document.name, left_out),
                Contents::Waived { name, rule } => info!(
                    "{name} holds nothing but what is left out elsewhere ({}), so that is taken",
                    rule.what(2)
                ),
                Contents::Unread { name, why } => self.name_unread(&format!("{name}: {why}")),
            }
        }
        if let Some(error) = document.error {
            self.name_unread(&format!("{} cannot be read: {error}", document.name));
        }
        let opened = format!("{}: {description}", document.name);
        if self.list.lines.found == found {
            warn!("{opened}: no indicator found");
            return;
        }
        let lookups = self.list.entries[before..].iter().filter(|entry| entry.skip.is_none());
        let lookups = counted(lookups.count() as u64, "lookup");
        self.notices.opened(&format!("{opened}: {lookups}"));
    }

    /// Names a part that could not be read, also with `-q`.
    fn name_unread(&mut self, why: &str) {
        error!("{why}");
        self.add_unread(1);
    }

    fn add_left_out(&mut self, name: &str, left_out: LeftOut) {
        let LeftOut { rule, text, line } = left_out;
        self.list.left_out.add(rule);
        self.notices.left_out(|| format!("{name}:{line}"), rule.what(1), || text);
    }

    fn add_text(&mut self, text: SearchedText) {
        let counts = &mut self.list.lines;
        counts.with += text.with;
        counts.without += text.without;
        counts.blank += text.blank;
        for left_out in text.left_out {
            self.add_left_out(&text.name, left_out);
        }
        if text.found.is_empty() {
            return;
        }
        let input = self.part(&text.name);
        self.recipients = text.recipients;
        for FoundInText { content, written, line, extent } in text.found {
            self.inside += u64::from(extent == Extent::Inside);
            self.add(content, &written, Origin::Line { input, line });
        }
        self.recipients.clear();
    }

    /// Adds the hash of a file that is an input, or a part of one.
    fn add_hash(&mut self, name: &str, sha256: &str) {
        if let Reading::Indicator(indicator) = classify(sha256.as_bytes()) {
            let origin = Origin::File(self.part(name));
            self.add(Content::Indicator(indicator), sha256.as_bytes(), origin);
        }
    }

    /// The number of an input, or of a part of one. A part may be named several times in a row.
    fn part(&mut self, name: &str) -> u32 {
        let list = &mut self.list;
        let is_last = list.parts.end > list.parts.start
            && list.inputs.last().is_some_and(|last| **last == *name);
        if !is_last {
            list.inputs.push(name.into());
            list.parts.end = list.inputs.len();
        }
        super::number(list.inputs.len() - 1)
    }
}
