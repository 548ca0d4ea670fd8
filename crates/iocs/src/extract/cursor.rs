//! The position of a search in its line.

use std::borrow::Cow;
use std::ops::Range;

use crate::indicator::Indicator;
use crate::left_out::Rule;

use super::block::Rules;
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
    /// Whether rules leave anything out.
    pub(super) rules: Rules,
    /// How the text is marked up.
    pub(super) markup: Markup,
}

/// How a text is marked up, where that says what its signs mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Markup {
    /// AsciiDoc: brackets behind a URL hold its text.
    AsciiDoc,
    /// Any other.
    #[default]
    Other,
}

/// What a candidate turned out to be.
pub(super) struct Outcome {
    pub(super) hit: Option<(Range<usize>, Indicator)>,
    /// What a rule left out instead.
    pub(super) left_out: Option<(Range<usize>, Rule)>,
    /// Where the search goes on.
    pub(super) resume: usize,
}

impl Outcome {
    pub(super) fn pass(resume: usize) -> Outcome {
        Outcome { hit: None, left_out: None, resume }
    }

    /// A hit is passed over as a whole.
    pub(super) fn hit(span: Range<usize>, indicator: Option<Indicator>, resume: usize) -> Outcome {
        match indicator {
            Some(indicator) => {
                let resume = resume.max(span.end);
                Outcome { hit: Some((span, indicator)), left_out: None, resume }
            }
            None => Outcome::pass(resume),
        }
    }
}

impl<'b> Cursor<'b, '_> {
    /// What a rule says of an indicator: left out, or taken where rules are ignored.
    pub(super) fn leave_out(
        &self,
        rule: Rule,
        span: Range<usize>,
        indicator: Option<Indicator>,
        resume: usize,
    ) -> Outcome {
        if self.rules == Rules::Ignored || indicator.is_none() {
            return Outcome::hit(span, indicator, resume);
        }
        let resume = resume.max(span.end);
        Outcome { hit: None, left_out: Some((span, rule)), resume }
    }

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
            [.., b'%', a, b] | [.., b'%', b'2', b'5', a, b] => {
                a.is_ascii_hexdigit() && b.is_ascii_hexdigit()
            }
            // Slashes, colons and at signs as SafeLinks and others write them: `*2F`.
            [.., b'*', b'2', b'f' | b'F']
            | [.., b'*', b'3', b'a' | b'A']
            | [.., b'*', b'4', b'0'] => true,
            // Quoted-printable (RFC 2045): `First.Last=40evil.com`.
            [head @ .., b'=', b'4', b'0'] => is_user(head),
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

/// Whether a text ends with what can only be the user of a mail address: `First.Last`.
fn is_user(text: &[u8]) -> bool {
    let len =
        text.iter().rev().take(64).take_while(|b| is_word(**b) || matches!(b, b'.' | b'-')).count();
    text[text.len() - len..].contains(&b'.')
}
