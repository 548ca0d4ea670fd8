//! The unique indicators of a run's input, and the counts of its lines.

use std::collections::BTreeMap;
use std::fmt;

use super::skip::Skip;
use iocs::finding::Content;
use iocs::indicator::Indicator;
use iocs::left_out::Rule;

/// The position of an entry in the list of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub usize);

/// One unique indicator, or one unique text that is not an indicator. There may be millions, so it is small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub content: Content,
    /// Why it is not looked up, where it is an indicator and is not.
    pub skip: Option<Skip>,
    /// Where it stands first.
    pub origin: Origin,
    /// How often it stands in the input.
    pub occurrences: u64,
    /// The text found, where it is not the indicator's own.
    pub written: Option<Box<str>>,
    /// How a link got there that was inside another, or leads elsewhere.
    pub wrapping: Option<Box<Wrapping>>,
    /// Whether it is a link that carries the address of a mail's recipient.
    pub carries_recipient: bool,
}

/// How a link was wrapped in another one, or what it wraps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapping {
    /// The services that wrapped it, the outermost first.
    pub wrapped_by: Vec<&'static str>,
    /// What a redirector's link holds, by its own text.
    pub leads_to: Option<String>,
}

impl Entry {
    /// The indicator, where it is to be looked up.
    #[must_use]
    pub fn to_look_up(&self) -> Option<&Indicator> {
        match &self.content {
            Content::Indicator(indicator) if self.skip.is_none() => Some(indicator),
            Content::Indicator(_) | Content::Invalid(_) => None,
        }
    }

    /// The canonical form; an invalid one's text.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Indicator(indicator) => &indicator.text,
            Content::Invalid(_) => self.written.as_deref().unwrap_or_default(),
        }
    }

    /// The text found, where it differs from [`Self::text`].
    #[must_use]
    pub fn as_written(&self) -> Option<&str> {
        match &self.content {
            Content::Indicator(_) => self.written.as_deref(),
            Content::Invalid(_) => None,
        }
    }
}

/// Where an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of an input.
    Line {
        /// The n-th input.
        input: u32,
        /// The line, from 1.
        line: u64,
    },
    /// A text that a line of an input holds encoded.
    Encoded {
        /// The n-th input.
        input: u32,
        /// The line, from 1.
        line: u64,
    },
    /// An argument of the command line.
    Argument,
    /// The n-th input is a file that was hashed.
    File(u32),
}

/// The counts of the lines. Every line is in exactly one of the first four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Lines (and arguments) that hold an indicator, an invalid one too.
    pub with: u64,
    /// Lines that hold none.
    pub without: u64,
    /// Lines that begin with `#`.
    pub comments: u64,
    /// Lines of white space.
    pub blank: u64,
    /// Indicators found, duplicates and hashed files among them.
    pub found: u64,
}

/// How much each rule left out of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOutCounts(BTreeMap<Rule, u64>);

impl LeftOutCounts {
    /// Counts one more.
    pub fn add(&mut self, rule: Rule) {
        *self.0.entry(rule).or_default() += 1;
    }

    /// Whether nothing was left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for LeftOutCounts {
    /// `left out: 3 names that read like files, 1 name of a detection`; empty where nothing was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (rule, count)) in self.0.iter().enumerate() {
            let before = if number == 0 { "left out: " } else { ", " };
            write!(f, "{before}{count} {}", rule.what(*count))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_said_by_its_rule() {
        let mut counts = LeftOutCounts::default();
        assert_eq!(counts.to_string(), "");
        counts.add(Rule::Code);
        for _ in 0..3 {
            counts.add(Rule::FileName);
        }
        assert_eq!(
            counts.to_string(),
            "left out: 3 names that read like files, 1 name that reads like code"
        );
    }
}
