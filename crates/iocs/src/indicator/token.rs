//! Text whose extent and kind are known: the checks and canonical forms of [`classify`], for what
//! stands inside a longer line.
//!
//! [`classify`]: super::classify()

use std::net::{IpAddr, Ipv4Addr};

use super::reading::Indicator;
use super::report_page::subject;
use super::url::{foreign, web as web_url, without_scheme};
use super::{hash, host, refang};

/// A name by itself, refanged.
pub(crate) fn domain(text: &str) -> Option<Indicator> {
    host::domain(text).ok()
}

/// An address by itself.
pub(crate) fn address(address: IpAddr) -> Indicator {
    host::address(address)
}

/// An IPv4 address that was read from `written`, which is mostly its canonical form.
pub(crate) fn address4(address: Ipv4Addr, written: &[u8]) -> Indicator {
    host::address4(address, written)
}

/// An address and the digits of a prefix length.
pub(crate) fn range(address: IpAddr, len: &str) -> Option<Indicator> {
    host::range(address, len).ok()
}

/// All addresses from one to another.
pub(crate) fn span(first: Ipv4Addr, last: Ipv4Addr) -> Option<Indicator> {
    host::span(first, last).ok()
}

/// A run of hex digits of a hash's length.
pub(crate) fn file(text: &str) -> Option<Indicator> {
    hash::hex(text)
}

/// A refanged URL without its scheme.
pub(crate) fn url_without_scheme(text: &str) -> Option<Indicator> {
    without_scheme(text).ok().map(subject)
}

/// A refanged URL.
pub(crate) fn url(text: &str) -> Option<Indicator> {
    let is_web = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    if is_web("http://") || is_web("https://") {
        return web_url(text).ok().map(subject);
    }
    let (scheme, _) = text.split_once("://")?;
    let is_sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let (start, end) = refang::host_span(text);
    let is_plain = !text[start..end].contains(['(', ')', '{', '}', '<', '>']);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_plain && is_scheme && scheme.bytes().all(is_sign) { foreign(text).ok() } else { None }
}

/// A URL that begins with `http` or `https`, without any mark.
pub(crate) fn web(text: &str) -> Option<Indicator> {
    let is_web = text.starts_with("http://") || text.starts_with("https://");
    if is_web { web_url(text).ok().map(subject) } else { None }
}

/// Whether anybody registers names under what `name` ends with, or a private network uses it. Quick: it
/// does not check the name itself.
#[must_use]
pub fn has_suffix(name: &[u8]) -> bool {
    host::has_suffix(name)
}

/// Whether what `name` ends with, and names are registered under, has more than one label: `co.uk`.
#[must_use]
pub fn has_suffix_of_labels(name: &[u8]) -> bool {
    host::suffix_labels(name) > 1
}
