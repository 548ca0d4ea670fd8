//! What stands about a candidate: ports, slashes, at signs, escapes, the path that it is a step of.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::lexicon::{self, TRANSPORTS};

use super::cursor::Cursor;
use super::lines::is_word;

/// An at sign, plain or defanged, at the end of what precedes a name.
static AT_BEFORE: LazyLock<Regex> = LazyLock::new(|| bytes_regex("<AT_BEFORE>$"));
impl Cursor<'_, '_> {
    /// How much of a run is the end of an escape: `2F` of `%2F`, `n` of JSON's `\n`.
    pub(super) fn escape_at(&self, start: usize) -> Option<usize> {
        let lengths: &[usize] = match self.previous(start) {
            Some(b'%') => &[4, 2],
            Some(b'*' | b'=') => &[2],
            Some(b'\\') => &[1, 5],
            _ => return None,
        };
        lengths.iter().copied().find(|len| {
            let end = start + len;
            end < self.line.end
                && self.block[start..end].iter().all(u8::is_ascii_alphanumeric)
                && (*len != 4 || self.block[start..].starts_with(b"25"))
                && self.escape_before(end)
        })
    }

    /// The end of the run of labels and plain dots that goes on at `from`.
    pub(super) fn run_end(&self, from: usize) -> usize {
        let rest = self.after(from);
        let is_label = |b: u8| is_word(b) || b == b'-';
        let mut at = 0;
        while at < rest.len() {
            let dotted = rest[at] == b'.' && rest.get(at + 1).is_some_and(|b| is_label(*b));
            if !is_label(rest[at]) && !dotted {
                break;
            }
            at += 1;
        }
        from + at
    }

    pub(super) fn is_mail(&self, start: usize) -> bool {
        let before = self.before(start);
        let before = &before[before.len().saturating_sub(12)..];
        matches!(before.last(), Some(b'@' | b']' | b')' | b'}' | b'>' | b' '))
            && before.iter().any(|b| matches!(b, b'@' | b'[' | b'(' | b'{' | b'<'))
            && AT_BEFORE.is_match(before)
    }

    /// Whether the name is a step of a path: `/usr/lib/evil.com`. A host follows two slashes, or
    /// two backslashes that begin a word.
    pub(super) fn is_in_path(&self, start: usize) -> bool {
        let before = self.before(start);
        match before {
            [.., b'/', b'/'] | [.., b'/', b']'] => false,
            [.., b'/'] => true,
            [.., b'\\'] => {
                if self.escape_before(start) {
                    return false;
                }
                let count = before.iter().rev().take_while(|b| **b == b'\\').count();
                let word = before.len().checked_sub(count + 1).map(|at| before[at]);
                count < 2 || word.is_some_and(|b| is_word(b) || b":%.)}-".contains(&b))
            }
            _ => false,
        }
    }

    /// The end of the port that begins at `from`.
    pub(super) fn port(&self, from: usize) -> Option<usize> {
        let rest = self.after(from);
        let colon = match rest {
            [b':', b']' | b')' | b'}', ..] => 2,
            [b':', ..] => 1,
            [b'[' | b'(' | b'{', b':', b']' | b')' | b'}', ..] => 3,
            [b'[' | b'(' | b'{', b':', ..] => 2,
            _ => return None,
        };
        let digits = rest[colon..].iter().take_while(|b| b.is_ascii_digit()).count();
        let end = colon + digits;
        // `:80:/path` is how some write it.
        let is_longer = match &rest[end..] {
            [b':', b'/', ..] => false,
            [b, ..] => is_word(*b) || *b == b':',
            [] => false,
        };
        if !(1..=5).contains(&digits) || is_longer {
            return None;
        }
        let port = rest[colon..end].iter().fold(0, |port, b| port * 10 + u32::from(b - b'0'));
        (port <= u32::from(u16::MAX)).then_some(from + end)
    }

    /// `:443/tcp` is a port, no path.
    pub(super) fn is_transport(&self, slash: usize) -> bool {
        let word = self.after(slash);
        let word = &word[..word.iter().take(5).take_while(|b| is_word(**b)).count()];
        lexicon::holds(TRANSPORTS, word) && self.next(slash + word.len()) != Some(b'/')
    }

    /// Past the slash that begins a path at `at`, plain, escaped or defanged.
    pub(super) fn slash_at(&self, at: usize) -> Option<usize> {
        match self.after(at) {
            [b'/', ..] => Some(at + 1),
            [b'\\', b'/', ..] => Some(at + 2),
            [b'[', b'/', b']', ..] | [b'(', b'/', b')', ..] | [b'{', b'/', b'}', ..] => {
                Some(at + 3)
            }
            _ => None,
        }
    }
}
