//! What a text may contain, before it is judged: the part of it that every indicator has.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::{SHORTEST_HASH, bytes_regex};

static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex("<SCHEME_END>|<NAME>|<QUAD>|<HEX>{32,}|<IPV6>|<BLANK><DOT_WORD><BLANK>")
});

/// A place where an indicator may stand. How far it reaches is still to be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) span: Range<usize>,
    pub(super) kind: CandidateKind,
}

impl Candidate {
    pub(super) fn new(span: Range<usize>, kind: CandidateKind) -> Candidate {
        Candidate { span, kind }
    }
}

/// What a candidate may be a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CandidateKind {
    /// The end of a scheme: a URL.
    SchemeEnd,
    /// A dotted name.
    Name,
    /// Four numbers: an IPv4 address.
    Ipv4,
    /// A long hex run: a hash.
    Hex,
    /// Colons: an IPv6 address.
    Ipv6,
    /// The word `dot`: the whole line may be `evil dot com`.
    DotWord,
}

/// The kind that a candidate's own bytes tell.
pub(super) fn kind_of(text: &[u8]) -> CandidateKind {
    if matches!(text[0], b' ' | b'\t') {
        return CandidateKind::DotWord;
    }
    let (mut colon, mut slash, mut dot, mut digits) = (false, false, false, true);
    for b in text {
        match b {
            b':' => colon = true,
            b'/' => slash = true,
            b'.' => dot = true,
            b'0'..=b'9' => {}
            _ if b.is_ascii_alphabetic() || !b.is_ascii() => digits = false,
            _ => {}
        }
    }
    match (colon, slash) {
        (true, true) => return CandidateKind::SchemeEnd,
        (true, false) => return CandidateKind::Ipv6,
        _ => {}
    }
    if !dot && text.len() >= SHORTEST_HASH && text.iter().all(u8::is_ascii_hexdigit) {
        return CandidateKind::Hex;
    }
    // `8[dot]8` has letters in its marks; a name's last label begins with one.
    let is_label = |b: &&u8| b.is_ascii_alphanumeric() || !b.is_ascii() || matches!(b, b'-' | b'_');
    let last = text.iter().rev().take_while(is_label).last();
    if digits || last.is_some_and(u8::is_ascii_digit) {
        return CandidateKind::Ipv4;
    }
    CandidateKind::Name
}

/// No candidate is longer than this, with each of its dots spelt out in brackets. What could go on
/// for ever is cut here, so that the many candidates of one long word are not each looked for up to
/// its end.
pub(super) const LONGEST: usize = 512;

/// The first candidate from `from` on, by the regex.
pub(super) fn by_regex(block: &[u8], mut from: usize) -> Option<Candidate> {
    loop {
        let end = block.len().min(from + 2 * LONGEST);
        let span = CANDIDATE.find_at(&block[..end], from).map(|found| found.range());
        if end == block.len() || span.as_ref().is_some_and(|span| span.start < from + LONGEST) {
            return span.map(|span| {
                let kind = kind_of(&block[span.clone()]);
                Candidate { span, kind }
            });
        }
        from += LONGEST;
    }
}
