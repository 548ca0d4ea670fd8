//! The position of a search in its line.

use std::borrow::Cow;
use std::ops::Range;

use crate::indicator::Indicator;

use super::label;
use super::lines::is_word;
use super::table::TableHeader;

/// Where a search stands in its line.
pub(super) struct Cursor<'b, 'c> {
    pub(super) block: &'b [u8],
    /// What stood before the block.
    pub(super) above: &'b [u8],
    /// The table that the line is a row of.
    pub(super) header: Option<&'c TableHeader>,
    /// The line that is searched.
    pub(super) line: Range<usize>,
    /// What lies before belongs to the hit before.
    pub(super) floor: usize,
    /// The hit before, in this line.
    pub(super) last: Option<Range<usize>>,
}

/// What a candidate turned out to be.
pub(super) struct Outcome {
    pub(super) hit: Option<(Range<usize>, Indicator)>,
    /// Where the search goes on.
    pub(super) resume: usize,
}

impl Outcome {
    pub(super) fn pass(resume: usize) -> Outcome {
        Outcome { hit: None, resume }
    }

    /// A hit is passed over as a whole.
    pub(super) fn hit(span: Range<usize>, indicator: Option<Indicator>, resume: usize) -> Outcome {
        match indicator {
            Some(indicator) => {
                let resume = resume.max(span.end);
                Outcome { hit: Some((span, indicator)), resume }
            }
            None => Outcome::pass(resume),
        }
    }
}

impl<'b> Cursor<'b, '_> {
    /// The bytes of the line before `at`.
    pub(super) fn before(&self, at: usize) -> &'b [u8] {
        &self.block[self.line.start..at]
    }

    /// The bytes of the line from `at` on.
    pub(super) fn after(&self, at: usize) -> &'b [u8] {
        &self.block[at..self.line.end]
    }

    /// What stands in the lines above, as far as it is of interest.
    pub(super) fn lines_above(&self) -> Cow<'b, [u8]> {
        let near = &self.block[..self.line.start];
        if near.len() >= label::BYTES_ABOVE || self.above.is_empty() {
            return Cow::Borrowed(near);
        }
        Cow::Owned([self.above, near].concat())
    }

    pub(super) fn previous(&self, at: usize) -> Option<u8> {
        self.before(at).last().copied()
    }

    pub(super) fn next(&self, at: usize) -> Option<u8> {
        self.after(at).first().copied()
    }

    /// Whether what is written left of `at` is an escape that ends there: `%2F`, and in JSON `\n`,
    /// `\t`, `\u003c`. The letters of an escape are no part of a word.
    pub(super) fn escape_before(&self, at: usize) -> bool {
        let before = self.before(at);
        match before {
            [.., b'%', a, b] => a.is_ascii_hexdigit() && b.is_ascii_hexdigit(),
            [.., b'\\', b'u', b'0', b'0', a, b] => a.is_ascii_hexdigit() && b.is_ascii_hexdigit(),
            [.., c, b'\\', b'n' | b'r' | b't'] => *c != b'\\' && self.is_json(),
            [b'\\', b'n' | b'r' | b't'] => true,
            _ => false,
        }
    }

    /// Whether as many underscores stand before as behind, as Markdown and AsciiDoc write emphasis.
    pub(super) fn is_emphasised(&self, candidate: &Range<usize>) -> bool {
        let (before, after) = (self.before(candidate.start), self.after(candidate.end));
        let is_sign = |b: &&u8| **b == b'_';
        let opened = before.iter().rev().take(3).take_while(is_sign).count();
        let closed = after.iter().take(3).take_while(is_sign).count();
        let is_part = |b: Option<&u8>| b.is_some_and(|b| is_word(*b));
        opened > 0
            && opened == closed
            && !is_part(before.iter().rev().nth(opened))
            && !is_part(after.get(closed))
    }

    /// Whether the line looks like JSON, in which a backslash escapes.
    pub(super) fn is_json(&self) -> bool {
        let text = self.block[self.line.clone()].trim_ascii_start();
        matches!(text.first(), Some(b'{' | b'[' | b'"'))
    }
}
