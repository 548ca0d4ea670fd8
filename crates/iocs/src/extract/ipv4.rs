//! Dotted quads in running text: addresses and ranges, not versions and parts of longer numbers.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator::{self, Indicator};

use super::cursor::{Cursor, Outcome};
use super::label;
use super::lines::is_word;
use super::memo::Memo;

static QUAD: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^[0-9]{1,3}(?:<DOT>[0-9]{1,3}){3}"));
static MORE: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^<DOT>[0-9A-Za-z_]"));

impl<'b> Cursor<'b, '_> {
    pub(super) fn ipv4(&mut self, memo: &mut Memo<'b>, candidate: &Range<usize>) -> Outcome {
        if let Some(len) = self.escape_at(candidate.start) {
            return Outcome::pass(candidate.start + len); // `%201.2.3.4`
        }
        let end = self.port(candidate.end).unwrap_or(candidate.end);
        if let Some(outcome) = self.spoilt(memo, &(candidate.start..end)) {
            return outcome;
        }
        let address = parse(&self.block[candidate.clone()]);
        let dotted = self.dotted_port(candidate.end);
        let is_free = |_: &Ipv4Addr| {
            self.is_free_before(candidate) && (dotted.is_some() || self.is_free_behind(candidate))
        };
        let address = address.filter(is_free);
        let Some(address) = address.filter(|address| !self.is_identifier(*address, candidate))
        else {
            return Outcome::pass(self.run_end(candidate.end));
        };
        let whole = Some(indicator::address4(address, &self.block[candidate.clone()]));
        if let Some(end) = dotted {
            return Outcome::hit(candidate.start..end, whole, end);
        }
        if let Some((range, end)) = self.range_from(address, candidate) {
            return Outcome::hit(candidate.start..end, Some(range), end);
        }
        let port = self.port(candidate.end);
        let end = port.unwrap_or(candidate.end);
        match self.slash_at(end) {
            None => Outcome::hit(candidate.start..end, whole, end),
            Some(slash) => {
                let address = Addressed { address, whole, start: candidate.start, end, slash };
                self.slashed(memo, address, port)
            }
        }
    }

    /// An address with a slash behind it: a range, a port, a mask, or a URL without its scheme.
    fn slashed(&self, memo: &mut Memo<'b>, found: Addressed, port: Option<usize>) -> Outcome {
        let Addressed { address, whole, start, end, slash } = found;
        let rest = self.after(slash);
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let is_end = !matches!(rest.get(digits), Some(b) if is_word(*b) || *b == b'/')
            && (!matches!(&rest[digits..], [b'.' | b'-', b, ..] if b.is_ascii_digit()));
        if (1..=5).contains(&digits) && is_end {
            let past = slash + digits;
            let written = std::str::from_utf8(&rest[..digits]).ok();
            let len = written.and_then(|len| len.parse().ok()).filter(|len| *len <= 32);
            let is_port =
                |len: u32| port.is_some() || self.is_port_behind_slash(address, start, past, len);
            // What is longer than a prefix is a port, as firewalls write it.
            let range = len
                .filter(|len| !is_port(*len))
                .and_then(|len| indicator::range(IpAddr::V4(address), &len.to_string()));
            let end = if range.is_some() { past } else { end };
            return Outcome::hit(start..end, range.or(whole), past);
        }
        if let Some(second) = QUAD.find(rest) {
            let is_mask = second.as_bytes().starts_with(b"255.");
            let past = if is_mask { slash + second.end() } else { end };
            return Outcome::hit(start..end, whole, past);
        }
        if self.is_in_path(start) || self.is_mail(start) || self.is_transport(slash) {
            return Outcome::hit(start..end, whole, end);
        }
        self.pathed(memo, start, end)
    }

    /// Whether nothing about the numbers makes them part of a word, a longer number or a version.
    fn is_free_before(&self, candidate: &Range<usize>) -> bool {
        let before = self.before(candidate.start);
        let follows_hit = self.last.as_ref().is_some_and(|last| last.end + 1 == candidate.start);
        let is_free = match before {
            [.., b'_'] if self.is_emphasised(candidate) => return true,
            [.., b] if is_word(*b) => self.escape_before(candidate.start),
            [.., a, b'-' | b'.'] => !is_word(*a) || follows_hit,
            [.., b'/'] => !is_product(before),
            _ => true,
        };
        if !is_free || label::is_version(before) {
            return false;
        }
        !(label::is_value(before) && label::is_version_above(&self.lines_above()))
    }

    fn is_free_behind(&self, candidate: &Range<usize>) -> bool {
        if self.is_emphasised(candidate) {
            return true;
        }
        match self.after(candidate.end) {
            [b, ..] if is_word(*b) => false,
            [b'-', b, ..] if is_word(*b) => QUAD.is_match(&self.after(candidate.end)[1..]),
            [b'.' | b'[' | b'(' | b'{' | b'<' | b'\\' | b' ', ..] => {
                !MORE.is_match(self.after(candidate.end))
            }
            _ => true,
        }
    }
}

/// An address with what is written behind it.
struct Addressed {
    address: Ipv4Addr,
    whole: Option<Indicator>,
    start: usize,
    /// Behind its port, where it has one.
    end: usize,
    /// Behind the slash.
    slash: usize,
}

/// `Chrome/120.0.0.0`: a product and its version. Interfaces of firewalls (`outside/8.8.8.8`) are
/// written in small letters or in capitals.
fn is_product(before: &[u8]) -> bool {
    let word = before[..before.len() - 1].rsplit(|b| !is_word(*b)).next().unwrap_or_default();
    word.iter().any(u8::is_ascii_uppercase) && word.iter().any(u8::is_ascii_lowercase)
}

/// The address in a quad, whatever its dots are written like. Leading zeros are refused, as for a
/// whole line.
fn parse(raw: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let (mut at, mut count) = (0, 0);
    while at < raw.len() {
        if !raw[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = raw[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        if digits > 3 || digits > 1 && raw[at] == b'0' {
            return None;
        }
        let value = raw[at..at + digits].iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0'));
        *octets.get_mut(count)? = u8::try_from(value).ok()?;
        (at, count) = (at + digits, count + 1);
    }
    (count == 4).then(|| Ipv4Addr::from(octets))
}
