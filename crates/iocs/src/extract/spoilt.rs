//! A scheme before a host that is no `://`: spoilt so that no program makes a link of it, or
//! percent-encoded within another URL.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::{Filtered, bytes_regex};

use super::cursor::{Cursor, Outcome};
use super::lines::is_word;
use super::link::read;
use super::memo::{As, Memo};

static BEFORE_HOST: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |before: &[u8]| match before {
        [.., b':' | b';' | b'/' | b'\\' | b'_' | b']' | b')' | b'}' | b'>'] => true,
        _ => ends_encoded(before),
    };
    Filtered::new(may_match, "(?i:<OPEN>?<WEB><SECURE>?<CLOSE>?)(?i:<SPOILT_END>)$")
});

/// `https__evil.com`: the underscores are signs of a name.
static GLUED: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^(?i:<WEB><SECURE>?)__"));

/// The longest spoilt scheme that is looked for, three times percent-encoded.
const LONGEST: usize = 40;

impl<'b> Cursor<'b, '_> {
    /// The URL whose host, with its port, stands at `host` behind a spoilt scheme.
    pub(super) fn spoilt(&self, memo: &mut Memo<'b>, host: &Range<usize>) -> Option<Outcome> {
        let (start, ending) = self.spoilt_scheme(host.start)?;
        let end = match ending {
            Ending::Slashes => self.spoilt_end(start, host.end),
            Ending::Backslashes => self.backslashed_end(start, host.end),
            Ending::Encoded => host.end + encoded_len(self.after(host.end), ""),
            Ending::ColonEncoded => host.end + encoded_len(self.after(host.end), "/"),
        };
        let raw = &self.block[start..end];
        let found = memo.get(As::Url, raw, || read(raw, As::Url));
        found.is_some().then(|| Outcome::hit(start..end, found, end))
    }

    /// Where the spoilt scheme before a host begins, and how it ends.
    fn spoilt_scheme(&self, host: usize) -> Option<(usize, Ending)> {
        let before = &self.block[self.floor.max(self.line.start).min(host)..host];
        let before = &before[before.len().saturating_sub(LONGEST)..];
        let found = BEFORE_HOST.find(before)?;
        let start = host - (before.len() - found.start());
        let ending = found.as_bytes();
        let is_free = |b: u8| !is_word(b) && !matches!(b, b'/' | b'.' | b'-');
        if !self.previous(start).is_none_or(is_free) && !self.escape_before(start) {
            return None;
        }
        Some((
            start,
            if ending.contains(&b'%') {
                if ending.ends_with(b"//") { Ending::ColonEncoded } else { Ending::Encoded }
            } else if ending.contains(&b'\\') && !ending.contains(&b'/') {
                Ending::Backslashes
            } else {
                Ending::Slashes
            },
        ))
    }

    /// How much of a name is a spoilt scheme.
    pub(super) fn glued_scheme(&self, name: &Range<usize>) -> usize {
        let text = &self.block[name.clone()];
        match text {
            [b'_', b'_', ..] => 2,
            [b'h' | b'H' | b'm' | b'M', ..] => GLUED.find(text).map_or(0, |found| found.len()),
            _ => 0,
        }
    }

    fn spoilt_end(&self, start: usize, host_end: usize) -> usize {
        let has_tail =
            self.slash_at(host_end).is_some() || matches!(self.next(host_end), Some(b'?' | b'#'));
        if has_tail { self.tail_end(start, host_end) } else { host_end }
    }

    /// The end of a URL whose slashes are backslashes.
    fn backslashed_end(&self, start: usize, host_end: usize) -> usize {
        let mut end = self.spoilt_end(start, host_end);
        while let [b'\\', next, ..] = self.after(end) {
            if !next.is_ascii_alphanumeric() {
                break;
            }
            end = self.tail_end(start, end + 1);
        }
        end
    }
}

/// What parts a spoilt scheme from its host.
enum Ending {
    Slashes,
    Backslashes,
    Encoded,
    /// Python's `quote` encodes all but the slashes: `https%3A//evil.com/a%3Fb`.
    ColonEncoded,
}

/// How much of `rest` goes on with a percent-encoded URL: what encoders leave as it is, and `kept`.
fn encoded_len(rest: &[u8], kept: &str) -> usize {
    let is_kept = |b: &u8| b"-_.~%!*".contains(b) || kept.as_bytes().contains(b);
    let is_sign = |b: &&u8| b.is_ascii_alphanumeric() || is_kept(b);
    let len = rest.iter().take_while(is_sign).count();
    let is_punctuation = |b: &&u8| matches!(b, b'.' | b'!' | b'*');
    len - rest[..len].iter().rev().take_while(is_punctuation).count()
}

/// Whether the text ends with `%2F`, perhaps encoded again.
fn ends_encoded(text: &[u8]) -> bool {
    matches!(text, [.., b'%' | b'5', b'2', b'f' | b'F'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tests::holds;

    #[test]
    fn quick_looks_refuse_no_spoilt_scheme() {
        let words = ["http", "hxxps", "h[tt]p", ":", "\\", "/", "%3a", "%252f", "%3A//", "s"];
        let matching = [
            "https:",
            "hxxp ://",
            "https__",
            "http//",
            "http:\\\\",
            "http%3a%2f%2f",
            "https%253A//",
            "hxxp[:]",
        ];
        holds(&BEFORE_HOST, &words, &matching);
    }
}
