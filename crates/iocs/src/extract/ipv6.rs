//! IPv6 addresses in running text.

use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator;

use super::cursor::{Cursor, Outcome};
use super::lines::is_word;
use super::memo::Memo;

static REST: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex("^(?:<HEX>|<COLON>)*(?:<DOT>[0-9]{1,3}){0,3}"));

/// Longer than an address can be written, with each of its signs defanged.
const LONGEST: usize = 80;

impl<'b> Cursor<'b, '_> {
    pub(super) fn ipv6(&mut self, memo: &mut Memo<'b>, candidate: &Range<usize>) -> Outcome {
        let rest = REST.find(self.after(candidate.end)).map_or(0, |rest| rest.end());
        let past = candidate.end + rest;
        let start = self.without_word(self.ipv6_start(candidate.start), past);
        let raw = &self.block[start..past];
        let colons = raw.iter().filter(|b| **b == b':').count();
        if raw.len() > LONGEST || colons > 9 {
            return Outcome::pass(past);
        }
        let mut end = past;
        let mut text: String = raw
            .iter()
            .filter(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'))
            .map(|b| char::from(*b))
            .collect();
        // A colon or dot behind an address ends a clause; two colons are the address's own.
        while text.ends_with('.') || text.ends_with(':') && !text.ends_with("::") {
            text.pop();
            end -= 1;
        }
        // A port behind a dot: `2606:4700::1.443` of tcpdump.
        if let Some((address, _)) = text.split_once('.')
            && let Some(at) = raw.iter().position(|b| *b == b'.')
            && let Some(port) = self.dotted_port(start + at)
            && let Ok(address) = address.parse::<Ipv6Addr>()
            && self.is_address(&text[..at.min(text.len())], start, port)
        {
            let found = indicator::address(IpAddr::V6(address));
            return Outcome::hit(start..port, Some(found), port.max(past));
        }
        let parsed = text.parse::<Ipv6Addr>().ok();
        match parsed.filter(|_| self.is_address(&text, start, end)) {
            Some(address) => self.ipv6_at(memo, address, start..end, past),
            None => Outcome::pass(past),
        }
    }

    /// An address, with the port, the path or the prefix length about it.
    fn ipv6_at(
        &self,
        memo: &mut Memo<'b>,
        address: Ipv6Addr,
        span: Range<usize>,
        past: usize,
    ) -> Outcome {
        let canonical = Some(indicator::address(IpAddr::V6(address)));
        if let ([.., b'['], [b']', ..]) = (self.before(span.start), self.after(span.end)) {
            let end = self.port(span.end + 1).unwrap_or(span.end + 1);
            if self.slash_at(end).is_some() {
                return self.pathed(memo, span.start - 1, end);
            }
            return Outcome::hit(span.start - 1..end, canonical, end);
        }
        match self.prefix(address, span.end) {
            Some((range, len)) => {
                let end = span.end + len;
                Outcome::hit(span.start..end, Some(range), end)
            }
            None => Outcome::hit(span, canonical, past),
        }
    }

    /// `src:2a00::1`, `IPv6:2a00::1`: the end of a word may look like the first group.
    fn without_word(&self, start: usize, end: usize) -> usize {
        let start = start + self.escape_at(start).unwrap_or(0);
        let text = &self.block[start..end];
        let follows_word = self.previous(start).is_some_and(is_word) && !self.escape_before(start);
        let skipped = match text.iter().position(|b| *b == b':') {
            Some(0) if text.get(1) != Some(&b':') => 1,
            Some(colon) if follows_word && text.get(colon + 1) != Some(&b':') => colon + 1,
            _ => 0,
        };
        start + skipped
    }

    /// The first digit of the address whose colons were found.
    fn ipv6_start(&self, core: usize) -> usize {
        let before = &self.block[self.floor.max(self.line.start).min(core)..core];
        let mut at = before.len();
        while at > 0 && before.len() - at < LONGEST {
            at -= match &before[..at] {
                [.., b] if b.is_ascii_hexdigit() || *b == b':' => 1,
                [.., b'[', b':', b']'] | [.., b'(', b':', b')'] | [.., b'{', b':', b'}'] => 3,
                _ => break,
            };
        }
        core - (before.len() - at)
    }

    /// Whether colons and hex digits are meant as an address: `std::dead` and `B::C` are code, and
    /// eight pairs of digits an EUI-64.
    fn is_address(&self, text: &str, start: usize, end: usize) -> bool {
        let before = self.before(start);
        let joined = before.last().is_some_and(|b| is_word(*b) || matches!(b, b'.' | b'-'));
        if joined && !self.escape_before(start) {
            return false;
        }
        let is_zoned = match self.after(end) {
            // `%eth0` names a zone of a link-local address, `%20` is a space.
            [b'%', a, b, ..] => {
                text.starts_with("fe80") || !a.is_ascii_hexdigit() || !b.is_ascii_hexdigit()
            }
            [b'%', ..] => true,
            // `a::b1()` calls a function.
            [b'(', b, ..] if *b == b')' || is_word(*b) => true,
            after => after.first().is_some_and(|b| is_word(*b)),
        };
        if is_zoned {
            return false;
        }
        let is_eui = text.len() == 23 && text.split(':').all(|group| group.len() == 2);
        text.bytes().any(|b| b.is_ascii_digit()) && !is_eui
    }

    /// A prefix length at `from`, and how long it is written.
    fn prefix(&self, address: Ipv6Addr, from: usize) -> Option<(indicator::Indicator, usize)> {
        let slash = self.slash_at(from)?;
        let rest = self.after(slash);
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=3).contains(&digits) || rest.get(digits).is_some_and(|b| is_word(*b)) {
            return None;
        }
        let len = std::str::from_utf8(&rest[..digits]).ok()?;
        let range = indicator::range(IpAddr::V6(address), len)?;
        Some((range, slash + digits - from))
    }
}
