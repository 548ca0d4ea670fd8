//! Names that somebody broke so that no program makes a link of them: `foo[-]bar.com`, `e[v]il.com`.

use std::ops::Range;

use super::cursor::{Cursor, Outcome};
use super::memo::{As, Memo};

/// A longer name is not a name.
const LONGEST: usize = 256;

impl<'b> Cursor<'b, '_> {
    /// The name that a candidate is a part of, with one of its letters or hyphens in brackets.
    pub(super) fn broken(&self, memo: &mut Memo<'b>, candidate: &Range<usize>) -> Option<Outcome> {
        let floor = self.floor.max(self.line.start).min(candidate.start);
        let (ahead, is_marked_ahead) = left(&self.block[floor..candidate.start]);
        let (behind, is_marked_behind) = right(self.after(candidate.end));
        if !is_marked_ahead && !is_marked_behind {
            return None;
        }
        let span = candidate.start - ahead..candidate.end + behind;
        if self.is_in_path(span.start) || span.len() > LONGEST {
            return None;
        }
        let raw = &self.block[span.clone()];
        let end = self.port(span.end).unwrap_or(span.end);
        if self.slash_at(end).is_some() {
            return Some(self.pathed(memo, span.start, end));
        }
        let found = memo.get(As::Linked, raw, || super::name::read_domain(raw));
        found.is_some().then(|| Outcome::hit(span.start..end, found, end))
    }

    /// How much of a candidate is the end of a placeholder: `s.` of `%s.evil.com`.
    pub(super) fn placeholder(&self, candidate: &Range<usize>) -> usize {
        let text = &self.block[candidate.clone()];
        let is_format = self.previous(candidate.start) == Some(b'%')
            && matches!(text, [b's' | b'd' | b'u' | b'x', b'.', ..]);
        if is_format && text[2..].contains(&b'.') { 2 } else { 0 }
    }
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
}

fn is_mark(text: &[u8]) -> bool {
    matches!(text, [b'[', b, b']'] | [b'(', b, b')'] | [b'{', b, b'}'] if b.is_ascii_alphanumeric() || *b == b'-')
}

/// How far a broken name reaches to the left, and whether a mark is among it.
fn left(text: &[u8]) -> (usize, bool) {
    let (mut at, mut is_marked) = (text.len(), false);
    while at > 0 && text.len() - at < LONGEST {
        if at >= 4 && is_mark(&text[at - 3..at]) && text[at - 4].is_ascii_alphanumeric() {
            is_marked = true;
            at -= 3;
        } else if is_sign(text[at - 1]) && (is_marked || at < text.len()) {
            at -= 1;
        } else {
            break;
        }
    }
    if is_marked { (text.len() - at, true) } else { (0, false) }
}

/// The same to the right.
fn right(text: &[u8]) -> (usize, bool) {
    let (mut at, mut end, mut is_marked) = (0, 0, false);
    while at < text.len() && at < LONGEST {
        let mark = text.get(at..at + 3).filter(|mark| is_mark(mark));
        if mark.is_some()
            && text.get(at + 3).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.')
        {
            is_marked = true;
            at += 3;
        } else if is_marked && is_sign(text[at]) {
            at += 1;
        } else {
            break;
        }
        if text[at - 1] != b'.' {
            end = at;
        }
    }
    (end, is_marked)
}
