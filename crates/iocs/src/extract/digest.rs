//! Long hex runs in running text: the hash of a file, by length and by its label.

use std::ops::Range;

use crate::grammar::is_hash_len;
use crate::indicator;

use super::{Place, Step, is_word, label};

impl Place<'_, '_> {
    pub(super) fn digest(&mut self, core: &Range<usize>) -> Step {
        if let Some(len) = self.escape_at(core.start) {
            return Step::pass(core.start + len);
        }
        let is_hash = is_hash_len(core.len()) && self.stands_alone(core);
        if !is_hash || self.is_another_digest(core) {
            // A name may follow the hash at once: `…/<hash>/evil.com`.
            return Step::pass(if is_hash { core.end } else { self.run_end(core.end) });
        }
        let Ok(text) = std::str::from_utf8(&self.block[core.clone()]) else {
            return Step::pass(core.end);
        };
        Step::hit(core.clone(), indicator::file(text), core.end)
    }

    /// Whether the run is no part of a word, or of a longer identifier: `00-<hex>-<hex>-01`.
    fn stands_alone(&self, core: &Range<usize>) -> bool {
        let (before, after) = (self.before(core.start), self.after(core.end));
        if self.is_emphasised(core) {
            return true;
        }
        if after.first().is_some_and(|b| is_word(*b)) {
            return false;
        }
        if before.last().is_some_and(|b| is_word(*b)) && !self.escape_before(core.start) {
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

    /// Whether a label says that the digest is none of a file: before it, in its column's head, or,
    /// in structured text, in a line above.
    fn is_another_digest(&self, core: &Range<usize>) -> bool {
        let before = self.before(core.start);
        label::follows_other(before)
            || label::other_in_brackets(self.after(core.end))
            || self.columns.is_some_and(|columns| {
                columns.is_other(&self.block[self.line.clone()], before.len())
            })
            || label::is_value(before) && label::is_other_above(&self.lines_above())
    }
}
