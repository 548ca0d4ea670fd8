//! The one byte regex that runs over a whole block, and finds where an indicator may stand.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::scan::{self, Next};
use crate::grammar::{SHORTEST_HASH, bytes_regex};

/// A dot in a word of its own: the whole line may be `evil dot com`.
static CORE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex("<SCHEME_END>|<NAME>|<QUAD>|<HEX>{32,}|<IPV6>|<BLANK><DOT_WORD><BLANK>")
});

/// What a core may be the core of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// The end of a scheme.
    Link,
    /// A dotted name.
    Name,
    /// Four numbers.
    Quad,
    /// A long hex run.
    Hex,
    /// Colons.
    Six,
    /// The word `dot`.
    Word,
}

/// The cores of a block, one after the other.
pub(super) struct Cores<'b> {
    block: &'b [u8],
    /// The next one.
    next: Option<(Range<usize>, Sort)>,
    searched: usize,
}

impl<'b> Cores<'b> {
    pub(super) fn new(block: &'b [u8]) -> Self {
        let mut cores = Cores { block, next: None, searched: 0 };
        cores.search(0);
        cores
    }

    fn search(&mut self, from: usize) {
        self.next = match scan::next(self.block, from) {
            Next::Core(core, sort) => Some((core, sort)),
            Next::Doubt(at) => by_regex(self.block, at).map(|core| {
                let sort = sort(&self.block[core.clone()]);
                (core, sort)
            }),
            Next::None => None,
        };
        self.searched = from;
    }

    /// The first core from `from` on, if it lies before `end`. `from` never goes back by more than
    /// a line that was read as a whole.
    pub(super) fn in_line(&mut self, from: usize, end: usize) -> Option<(Range<usize>, Sort)> {
        let is_stale = match &self.next {
            Some((next, _)) => next.start < from || from < self.searched,
            None => from < self.searched,
        };
        if is_stale {
            self.search(from);
        }
        self.next.clone().filter(|(next, _)| next.start < end)
    }

    /// Whether a core has a dot with spaces about it.
    pub(super) fn has_spaced_dot(&self, core: &Range<usize>, sort: Sort) -> bool {
        matches!(sort, Sort::Name | Sort::Quad)
            && memchr::memchr2(b' ', b'\t', &self.block[core.clone()]).is_some()
    }
}

/// Told by a core's own bytes.
pub(super) fn sort(text: &[u8]) -> Sort {
    if matches!(text[0], b' ' | b'\t') {
        return Sort::Word;
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
        (true, true) => return Sort::Link,
        (true, false) => return Sort::Six,
        _ => {}
    }
    if !dot && text.len() >= SHORTEST_HASH && text.iter().all(u8::is_ascii_hexdigit) {
        return Sort::Hex;
    }
    // `8[dot]8` has letters in its marks; a name's last label begins with one.
    let is_label = |b: &&u8| b.is_ascii_alphanumeric() || !b.is_ascii() || matches!(b, b'-' | b'_');
    let last = text.iter().rev().take_while(is_label).last();
    if digits || last.is_some_and(u8::is_ascii_digit) {
        return Sort::Quad;
    }
    Sort::Name
}

/// No core is longer than this, with each of its dots spelt out in brackets. What could go on for
/// ever is cut here, so that the many cores of one long word are not each looked for up to its end.
pub(super) const LONGEST: usize = 512;

/// The first core from a place on.
pub(super) fn by_regex(block: &[u8], mut from: usize) -> Option<Range<usize>> {
    loop {
        let end = block.len().min(from + 2 * LONGEST);
        let core = CORE.find_at(&block[..end], from).map(|core| core.range());
        if end == block.len() || core.as_ref().is_some_and(|core| core.start < from + LONGEST) {
            return core;
        }
        from += LONGEST;
    }
}
