//! Long hex runs in running text: the hash of a file, by length and by its label.

use std::ops::Range;

use crate::grammar::is_hash_len;
use crate::indicator;
use crate::left_out::Rule;

use super::cursor::{Cursor, Outcome};
use super::label;
use super::lines::is_word;
use super::secret::is_secret;

impl Cursor<'_, '_> {
    pub(super) fn digest(&mut self, candidate: &Range<usize>) -> Outcome {
        if let Some(len) = self.escape_at(candidate.start) {
            return Outcome::pass(candidate.start + len);
        }
        let is_hash = is_hash_len(candidate.len())
            && (self.stands_alone(candidate) || self.is_hexadecimal(candidate));
        if is_hash && self.is_another_digest(candidate) {
            let text = std::str::from_utf8(&self.block[candidate.clone()]).unwrap_or_default();
            let found = indicator::file(text);
            return self.leave_out(Rule::OtherDigest, candidate.clone(), found, candidate.end);
        }
        if !is_hash {
            // A name may follow the hash at once: `…/<hash>/evil.com`.
            return Outcome::pass(self.run_end(candidate.end));
        }
        let Ok(text) = std::str::from_utf8(&self.block[candidate.clone()]) else {
            return Outcome::pass(candidate.end);
        };
        let mut found = indicator::file(text);
        if let Some(found) = &mut found {
            let run = candidate.start - self.line.start..candidate.end - self.line.start;
            found.facts.is_secret =
                is_secret(&self.block[self.line.clone()], &run, || self.lines_above());
        }
        Outcome::hit(candidate.clone(), found, candidate.end)
    }

    /// Whether the run is a hash behind the mark of hexadecimal numbers: with a label, or alone in its
    /// line. In code any long number is written so.
    fn is_hexadecimal(&self, candidate: &Range<usize>) -> bool {
        let before = self.before(candidate.start);
        let Some(before) = before.strip_suffix(b"0x").or_else(|| before.strip_suffix(b"0X")) else {
            return false;
        };
        let after = self.after(candidate.end);
        let is_part = |b: Option<&u8>| b.is_some_and(|b| is_word(*b));
        if is_part(before.last()) || is_part(after.first()) {
            return false;
        }
        let is_mark = |b: &u8| !is_word(*b);
        label::ends_with_file_digest(before, candidate.len())
            || before.iter().all(is_mark) && after.iter().all(is_mark)
    }

    /// Whether the run is no part of a word, or of a longer identifier: `00-<hex>-<hex>-01`.
    fn stands_alone(&self, candidate: &Range<usize>) -> bool {
        let (before, after) = (self.before(candidate.start), self.after(candidate.end));
        if self.is_emphasised(candidate) {
            return true;
        }
        if after.first().is_some_and(|b| is_word(*b)) {
            return false;
        }
        if before.last().is_some_and(|b| is_word(*b)) && !self.escape_before(candidate.start) {
            return false;
        }
        let is_identifier = |word: &mut dyn Iterator<Item = &u8>| {
            let mut word = word.peekable();
            word.peek().is_some() && word.all(u8::is_ascii_hexdigit)
        };
        let hyphen_before = before.ends_with(b"-")
            && is_identifier(
                &mut before[..before.len() - 1].iter().rev().take_while(|b| is_word(**b)),
            );
        let hyphen_after = after.starts_with(b"-")
            && is_identifier(&mut after[1..].iter().take_while(|b| is_word(**b)));
        !hyphen_before && !hyphen_after
    }

    /// Whether a label says that the digest is not a file's: before it, in its column's head, or,
    /// in structured text, in a line above.
    fn is_another_digest(&self, candidate: &Range<usize>) -> bool {
        let before = self.before(candidate.start);
        self.block[candidate.clone()].iter().all(|b| *b == b'0')
            || label::follows_other(before)
            || label::follows_no_file(before)
            || label::other_in_brackets(self.after(candidate.end))
            || self
                .header
                .is_some_and(|header| header.is_other(&self.block[self.line.clone()], before.len()))
            || label::is_value(before) && label::is_other_above(&self.lines_above())
    }
}
