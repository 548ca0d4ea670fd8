//! The next candidate in plain text, told byte by byte.
//!
//! Nearly all that logs hold is plain ASCII without a mark of defanging, and there a table of bytes
//! says the same as the regex in a fifth of its time. What is not plain is left to the regex
//! ([`Next::Doubt`]); that the two agree is tested.

use std::ops::Range;

use crate::grammar::SHORTEST_HASH;

use super::candidate::{Candidate, CandidateKind, LONGEST};

/// What a search in plain text comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next candidate.
    Candidate(Candidate),
    /// No candidate begins before this place; one that begins here or behind it is for the regex to find.
    Doubt(usize),
    /// There are no more candidates.
    None,
}

const LETTER: u8 = 0;
const DOT: u8 = 1;
const OTHER: u8 = 2;
/// From here on a byte ends a run.
const END: u8 = 4;
const SPACE: u8 = 5;
const COLON: u8 = 6;
const OPENING: u8 = 7;
const CLOSING: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [END; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => LETTER,
            b'.' => DOT,
            0x80.. => OTHER,
            b' ' | b'\t' => SPACE,
            b':' => COLON,
            b'[' | b'(' | b'{' | b'<' | b'\\' => OPENING,
            b']' | b')' | b'}' | b'>' => CLOSING,
            _ => END,
        };
        byte += 1;
    }
    classes
};

/// The fewest colons of an address without `::`.
const COLONS: usize = 6;
/// The most brackets of a mark before its sign, and between the signs of a scheme's end.
const BRACKETS: usize = 6;

fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// The first candidate that begins at `from` or behind it.
pub(super) fn next(block: &[u8], from: usize) -> Next {
    let mut at = from;
    // Groups with colons between them are one word.
    let (mut word, mut colons) = (from, 0);
    loop {
        let start = at;
        let mut seen = LETTER;
        let mut end = END;
        let rest = &block[start..block.len().min(start + LONGEST)];
        at += rest.len();
        for (len, byte) in rest.iter().enumerate() {
            let class = class(*byte);
            if class >= END {
                (at, end) = (start + len, class);
                break;
            }
            seen |= class;
        }
        if at - start == LONGEST {
            return Next::Doubt(start);
        }
        if end != END && is_marked(block, start, at, end) {
            return Next::Doubt(if colons > 0 { word } else { start });
        }
        if seen != LETTER || at - start >= SHORTEST_HASH {
            match in_run(block, start..at, seen) {
                Next::None => {}
                found => return found,
            }
        }
        match end {
            COLON => {
                if colons == 0 {
                    word = start;
                }
                colons += 1;
                if colons >= COLONS {
                    return Next::Doubt(word);
                }
                if let Some(candidate) = behind_colon(block, at) {
                    return Next::Candidate(candidate);
                }
            }
            SPACE if is_dot_spelt(&block[at..]) => {
                return Next::Candidate(Candidate::new(at..at + 5, CandidateKind::DotWord));
            }
            _ if at >= block.len() => return Next::None,
            _ => colons = 0,
        }
        at += 1;
    }
}

/// The candidate that a colon begins with the signs behind it: `::`, `://`.
fn behind_colon(block: &[u8], at: usize) -> Option<Candidate> {
    match block.get(at + 1..) {
        Some([b':', ..]) => Some(Candidate::new(at..at + 2, CandidateKind::Ipv6)),
        Some([b'/', b'/', ..]) => Some(Candidate::new(at..at + 3, CandidateKind::SchemeEnd)),
        _ => None,
    }
}

/// Whether what ends the run `start..at` may be a mark of defanging.
fn is_marked(block: &[u8], start: usize, at: usize, end: u8) -> bool {
    let rest = &block[at + 1..];
    match end {
        SPACE => rest.first().is_some_and(|b| class(*b) == OPENING) && begins_mark(rest),
        COLON => is_marked_colon(rest),
        OPENING if at > start && block[at - 1] == b'.' => true,
        OPENING => begins_mark(rest),
        _ => at > start && block[at - 1] == b'.',
    }
}

/// Whether a colon before `rest` may be one of a scheme's end, or of an address, with brackets about
/// its signs.
fn is_marked_colon(rest: &[u8]) -> bool {
    if rest.first().is_none_or(|b| *b != b'/' && class(*b) < OPENING) {
        return false;
    }
    let brackets = rest.iter().take(BRACKETS).take_while(|b| class(**b) >= OPENING).count();
    match &rest[brackets..] {
        [b':', ..] => true,
        [b'/', b'/', rest @ ..] => {
            brackets > 0 || rest.first().is_some_and(|b| class(*b) == CLOSING)
        }
        [b'/', b, ..] => class(*b) >= OPENING,
        _ => false,
    }
}

/// Whether the brackets that `rest` goes on with, if any, are followed by what may be defanged.
fn begins_mark(rest: &[u8]) -> bool {
    let brackets = rest.iter().take(BRACKETS).take_while(|b| class(**b) == OPENING).count();
    match &rest[brackets..] {
        [b' ' | b'\t', rest @ ..] | rest => match rest {
            [b'.' | b',' | b':', ..] => true,
            rest => rest.get(..3).is_some_and(|dot| dot.eq_ignore_ascii_case(b"dot")),
        },
    }
}

/// ` dot `.
fn is_dot_spelt(text: &[u8]) -> bool {
    matches!(text, [_, b'd' | b'D', b'o' | b'O', b't' | b'T', b' ' | b'\t', ..])
}

/// The first candidate in a run of letters and dots.
fn in_run(block: &[u8], run: Range<usize>, seen: u8) -> Next {
    let text = &block[run.clone()];
    let leading = text.iter().take_while(|b| **b == b'.').count();
    let text = &text[leading..];
    let trailing = text.iter().rev().take_while(|b| **b == b'.').count();
    let text = &text[..text.len() - trailing];
    let start = run.start + leading;
    if seen & DOT == 0 || !text.contains(&b'.') {
        return match long_hex(text) {
            _ if text.len() < SHORTEST_HASH => Next::None,
            _ if seen & OTHER != 0 => Next::Doubt(start),
            Some(hex) => Next::Candidate(Candidate::new(
                start + hex.start..start + hex.end,
                CandidateKind::Hex,
            )),
            None => Next::None,
        };
    }
    if seen & OTHER != 0 {
        return Next::Doubt(start);
    }
    name_or_quad(text, start)
}

/// The first candidate in labels with plain dots between them, which begin at `start`.
fn name_or_quad(text: &[u8], start: usize) -> Next {
    let mut end = text.len();
    let mut labels = 1;
    while let Some(dot) = memchr::memrchr(b'.', &text[..end]) {
        let label = &text[dot + 1..end];
        match label {
            [] => return Next::Doubt(start),
            [a, b, ..] if a.is_ascii_alphabetic() && *b != b'_' => {
                // Two dots further left part the text.
                if text[..=dot].windows(2).any(|pair| pair == b"..") {
                    return Next::Doubt(start);
                }
                let len = label.iter().position(|b| *b == b'_').unwrap_or(label.len());
                return Next::Candidate(Candidate::new(
                    start..start + dot + 1 + len,
                    CandidateKind::Name,
                ));
            }
            _ => {}
        }
        end = dot;
        labels += 1;
    }
    if labels == 4 && text.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
        return Next::Candidate(Candidate::new(start..start + text.len(), CandidateKind::Ipv4));
    }
    if labels >= 4 || text.len() >= SHORTEST_HASH { Next::Doubt(start) } else { Next::None }
}

/// The first run of hex digits in a label that is long enough for a hash.
pub(super) fn long_hex(text: &[u8]) -> Option<Range<usize>> {
    let mut start = 0;
    for part in text.split(|b| !b.is_ascii_hexdigit()) {
        let end = start + part.len();
        if part.len() >= SHORTEST_HASH {
            return Some(start..end);
        }
        start = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::candidate::by_regex;

    /// What candidates and what looks like them are made of.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let pieces: Vec<&[u8]> = vec![
            b"a",
            b"Ab",
            b"com",
            b"x_y",
            b"-",
            b"_",
            b"1",
            b"23",
            b"456",
            b"fe80",
            b".",
            b".",
            b".",
            b"..",
            b":",
            b":",
            b"::",
            b"/",
            b"//",
            b"://",
            b"[",
            b"]",
            b"(",
            b")",
            b"{",
            b"}",
            b"<",
            b">",
            b"\\",
            b" ",
            b" ",
            b"\t",
            b",",
            b"\n",
            b"=",
            b"dot",
            b"DOT",
            b" dot ",
            b"[.]",
            b" [dot] ",
            b"[:]",
            b"1.2.3.4",
            b"1:2:3:4:5:6:",
            b"\xc3\xa4",
            b"\xe2\x80\xa6",
            b"\xff",
            b"d41d8cd98f00b204e9800998ecf8427e",
            b"d41d8cd98f00b204",
            b"g",
        ];
        prop::collection::vec(prop::sample::select(pieces), 0..24).prop_map(|all| all.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn the_table_says_what_the_regex_says(text in text(), from in 0_usize..8) {
            let from = from.min(text.len());
            let expected = by_regex(&text, from);
            match next(&text, from) {
                Next::Candidate(found) => prop_assert_eq!(Some(found), expected),
                Next::Doubt(at) => prop_assert_eq!(by_regex(&text, at), expected),
                Next::None => prop_assert_eq!(None, expected),
            }
        }
    }
}
