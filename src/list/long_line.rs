//! A line that is longer than any block, and comes in pieces.

use super::notices::beginning;
use iocs::extract;
use iocs::finding::{Content, Finding};
use iocs::indicator::Invalid;

/// A line that comes in pieces.
#[derive(Default)]
pub(super) struct LongLine {
    pub(super) kind: LineKind,
    /// How it begins, but for white space.
    pub(super) beginning: String,
    /// Pieces that are not white space alone.
    pub(super) pieces: u64,
    /// What the first of them is, if it is one word shaped like an indicator.
    pub(super) invalid: Option<Invalid>,
}

/// What a line is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum LineKind {
    #[default]
    Blank,
    Comment,
    Without,
    With,
}

impl LongLine {
    /// Adds a piece.
    pub(super) fn add(&mut self, bytes: &[u8], found: &extract::Block) {
        let is_indicator = |found: &Finding| matches!(found.content, Content::Indicator(_));
        let kind = if found.comments > 0 {
            LineKind::Comment
        } else if found.found.iter().any(is_indicator) {
            LineKind::With
        } else if found.with + found.without > 0 {
            LineKind::Without
        } else {
            return;
        };
        if self.kind == LineKind::Blank {
            self.kind = kind;
            self.beginning = beginning(bytes);
            self.invalid = found.found.iter().find_map(|found| match &found.content {
                Content::Invalid(invalid) => Some(invalid.clone()),
                Content::Indicator(_) => None,
            });
        } else if self.kind == LineKind::Without && kind == LineKind::With {
            self.kind = kind;
        }
        self.pieces += 1;
    }
}
