//! The list itself.

use std::fmt;
use std::ops::Range;

use crate::model::{Entry, LeftOutCounts, LineCounts, Origin};

/// Every unique indicator of a run's input.
#[derive(Debug, Default)]
pub struct List {
    /// The unique entries in the order of their first occurrence.
    pub entries: Vec<Entry>,
    /// The counts of the lines.
    pub lines: LineCounts,
    /// How much each rule left out.
    pub left_out: LeftOutCounts,
    /// Inputs, parts of them, and files to be hashed that could not be read: answers are missing.
    pub unread: u64,
    /// What the origins' numbers stand for.
    pub(super) inputs: Vec<Box<str>>,
    /// Those among them that are parts of documents.
    pub(super) parts: Range<usize>,
}

impl List {
    /// Whether any entry is to be looked up.
    #[must_use]
    pub fn asks_anything(&self) -> bool {
        self.entries.iter().any(|entry| entry.to_look_up().is_some())
    }

    /// What was read, as origins name it: inputs in their order, then hashed files.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        let (whole, parts) = self.inputs.split_at(self.parts.start);
        let hashed = &parts[self.parts.len()..];
        whole.iter().chain(hashed).map(AsRef::as_ref)
    }

    /// An origin as records write it.
    #[must_use]
    pub fn origin(&self, origin: Origin) -> String {
        match origin {
            Origin::Line { input, line, .. } => format!("{}:{line}", self.inputs[input as usize]),
            Origin::Encoded { input, line } => {
                format!("{}:{line}!base64", self.inputs[input as usize])
            }
            Origin::Argument => "argument".to_owned(),
            Origin::File(input) => self.inputs[input as usize].to_string(),
        }
    }
}

impl fmt::Display for List {
    /// The first of the two last lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LineCounts { with, without, comments, blank, found } = self.lines;
        write!(
            f,
            "{} lines: {with} with indicators, {without} without, {comments} comments, {blank} blank; {found} found, {} unique",
            with + without + comments + blank,
            self.entries.len()
        )
    }
}
