//! Addresses as logs of traffic write them: with a port behind a dot or a slash, and as the ends of a
//! range.

use std::net::Ipv4Addr;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::{Filtered, bytes_regex};
use crate::indicator::{self, Indicator};

use super::cursor::Cursor;
use super::lines::is_word;

/// The protocol that netstat writes at the beginning of a line, or tcpdump behind its time.
static PROTOCOL: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r"(?:^|[ \t])(?i:tcp|udp|sctp|icmp|ip)[46]{0,2}(?:[ \t:]|$)"));
/// The other end of a range.
static RANGE_END: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |after: &[u8]| {
        let is_blank = |b: &&u8| matches!(b, b' ' | b'\t');
        matches!(after.iter().find(|b| !is_blank(b)), Some(b'-' | b't' | 0xe2))
    };
    Filtered::new(
        may_match,
        r"^<BLANK>*(?:-|–|<BLANK>to<BLANK>)<BLANK>*([0-9]{1,3}(?:<DOT>[0-9]{1,3}){3})(?:[^0-9A-Za-z_.]|\.?$|\.[^0-9])",
    )
});
/// A label before a range.
static RANGE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r#"(?:^|[^0-9A-Za-z])(?i:<RANGE_WORD>)["']?<BLANK>*[:=]?<BLANK>*["'(]?$"#)
});

/// What says that a line is about traffic stands as near as this.
const NEAR: usize = 64;

impl Cursor<'_, '_> {
    /// The end of a port that is written behind a dot: `45.77.10.15.51515` of tcpdump and of BSD's
    /// netstat.
    pub(super) fn dotted_port(&self, from: usize) -> Option<usize> {
        let [b'.', rest @ ..] = self.after(from) else { return None };
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let port = std::str::from_utf8(&rest[..digits]).ok()?;
        port.parse::<u16>().ok()?;
        let is_longer = matches!(&rest[digits..], [b'.', b, ..] | [b, ..] if is_word(*b));
        (!is_longer && self.is_about_traffic(from)).then_some(from + 1 + digits)
    }

    /// Whether the line tells of packets or connections: an arrow near `at`, or a protocol's name at its
    /// beginning.
    fn is_about_traffic(&self, at: usize) -> bool {
        let before = self.before(at);
        let head = &before[..before.len().min(NEAR)];
        let near = &before[before.len().saturating_sub(NEAR)..];
        let after = self.after(at);
        let after = &after[..after.len().min(NEAR)];
        memchr::memmem::find(near, b" > ").is_some()
            || memchr::memmem::find(after, b" > ").is_some()
            || PROTOCOL.is_match(head)
    }

    /// Whether what is written behind an address's slash is a port and no prefix length: another
    /// address in the same network is meant (host bits are set), an arrow stands beside it, or the
    /// pair is written again in brackets. Alone in a cell it stays a range.
    pub(super) fn is_port_behind_slash(
        &self,
        address: Ipv4Addr,
        start: usize,
        end: usize,
        len: u32,
    ) -> bool {
        if self.is_cell(&(start..end)) {
            return false;
        }
        let hosts = u32::MAX.checked_shr(len).unwrap_or(0);
        if len < 32 && address.to_bits() & hosts != 0 {
            return true;
        }
        let (before, after) = (self.before(start), self.after(end));
        let pair = &self.block[start..end];
        let is_arrow = after.trim_ascii_start().starts_with(b"->") && after.len() > 2
            || before.trim_ascii_end().ends_with(b"->");
        let is_repeated = after
            .strip_prefix(b" (")
            .is_some_and(|rest| rest.starts_with(pair) && rest.get(pair.len()) == Some(&b')'))
            || before.strip_suffix(b" (").is_some_and(|head| head.ends_with(pair));
        is_arrow || is_repeated
    }

    /// Whether a span is a whole line or a whole cell.
    pub(super) fn is_cell(&self, span: &Range<usize>) -> bool {
        let is_mark = |b: &&u8| matches!(b, b'"' | b'\'' | b'`');
        let before = self.before(span.start);
        let after = self.after(span.end);
        let ahead = before.iter().rev().find(|b| !is_mark(b));
        let behind = after.iter().find(|b| !is_mark(b));
        let is_edge = |b: Option<&u8>| b.is_none_or(|b| matches!(b, b',' | b';' | b'|' | b'\t'));
        // A comma and a space part words of a sentence.
        let marks = after.iter().take_while(|b| is_mark(b)).count();
        let is_prose = matches!(&after[marks..], [b',' | b';', b' ', ..] | [b',' | b';']);
        is_edge(ahead) && is_edge(behind) && !is_prose
    }

    /// The range that begins with the address in `span`, and where its end is written: where a label
    /// says so, or all of the last number's values are meant.
    pub(super) fn range_from(
        &self,
        first: Ipv4Addr,
        span: &Range<usize>,
    ) -> Option<(Indicator, usize)> {
        let after = self.after(span.end);
        let end = RANGE_END.captures(after)?.get(1)?;
        let last: Ipv4Addr = plain_address(end.as_bytes())?;
        let before = self.before(span.start);
        let is_whole = first.octets()[3] == 0 && last.octets()[3] == 255;
        let is_labelled = || RANGE_LABEL.is_match(&before[before.len().saturating_sub(NEAR)..]);
        if first >= last || !is_whole && !is_labelled() {
            return None;
        }
        Some((indicator::span(first, last)?, span.end + end.end()))
    }

    /// Whether four numbers are an object identifier of X.500 (`2.5.29.37={text}`), or follow a name
    /// and its version (`amd64~~6.1.1.0`).
    pub(super) fn is_identifier(&self, address: Ipv4Addr, span: &Range<usize>) -> bool {
        let is_x500 = matches!(address.octets(), [2, 5, 4 | 29, _]);
        is_x500 && self.next(span.end) == Some(b'=') || self.previous(span.start) == Some(b'~')
    }
}

fn plain_address(raw: &[u8]) -> Option<Ipv4Addr> {
    let text: String = raw
        .split(|b| !b.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(String::from_utf8_lossy)
        .collect::<Vec<_>>()
        .join(".");
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tests::holds;

    #[test]
    fn quick_looks_refuse_no_range() {
        let words = ["1.2.3.4", " to ", "–", "1[.]2[.]3[.]4", "."];
        holds(&RANGE_END, &words, &["-1.2.3.4", " - 1.2.3.4 ", "\tto 1.2.3.4.", "–1.2.3.4"]);
    }
}
