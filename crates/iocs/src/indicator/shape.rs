//! What a token looks like, told by regular expressions, and who checks whether it is that.

use std::net::IpAddr;
use std::sync::LazyLock;

use regex::bytes::RegexSet;

use crate::grammar::whole_set;

use super::reading::{Indicator, Invalid, Reading};
use super::report_page::subject;
use super::{hash, host, url};

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A long run of hex digits, or a labelled one.
    Digest,
    /// Four numbers, with or without a port.
    Ipv4,
    /// Four numbers and a prefix length.
    Ipv4Range,
    /// The ends of a range with a hyphen between them.
    Span,
    /// Hex digits and two colons or more, with or without a prefix length.
    Ipv6,
    /// The same in brackets, with or without a port.
    BracketedIpv6,
    /// `http:` or `https:`, or what is left of them defanged, and at least one slash.
    Web,
    /// Any other scheme and `://`.
    Foreign,
    /// Somebody at a name.
    Mail,
    /// A dotted name, with or without a port.
    Name,
    /// A URL without its scheme.
    Pathed,
}

/// The shapes, anchored and in ASCII (a set with Unicode classes takes 36 ms to build); the first
/// that fits decides. Other scripts are let through as bytes, and judged by IDNA.
const SHAPES: &[(Shape, &str)] = &[
    (Shape::Digest, "(?:<DIGEST><BLANK>*[:=]<BLANK>*)?(?:0x)?<HEX>{32,}|<DIGEST>[:=]<HEX>+"),
    (Shape::Ipv4, r"<PLAIN_QUAD>\.?(?::[0-9]+)?"),
    (Shape::Ipv4Range, "<PLAIN_QUAD>/[0-9]{1,3}"),
    (Shape::Span, "<PLAIN_QUAD>-<PLAIN_QUAD>"),
    (Shape::Ipv6, r"<HEX>*:<HEX>*:[0-9a-f:.]*(?:%[^\s/]*)?(?:/[0-9]{1,3})?"),
    (Shape::BracketedIpv6, r"\[<HEX>*:<HEX>*:[0-9a-f:.]*(?:%[^\s/\]]*)?\](?::[0-9]+)?"),
    (Shape::Web, r#"(?:http|hxxp)s?:[/\\][^\s"<>`]*"#),
    (Shape::Foreign, r#"<SCHEME>://[^\s"<>`]+"#),
    (Shape::Mail, r#"(?:mailto:)?[^\s"<>`@/:]*@<PLAIN_NAME>(?:\?\S*)?"#),
    (Shape::Name, r"(?:\*?\.)?(?:localhost|<PLAIN_NAME>)\.?(?::[0-9]+)?"),
    (
        Shape::Pathed,
        concat!(
            r"(?:localhost|<PLAIN_NAME>|<PLAIN_QUAD>|\[<HEX>*:[0-9a-f:.]+\])",
            r#"(?::[0-9]+)?/[^\s"<>`]*"#
        ),
    ),
];

static SET: LazyLock<RegexSet> =
    LazyLock::new(|| whole_set(SHAPES.iter().map(|(_, pattern)| *pattern)));

impl Shape {
    /// The first shape that `text`, refanged and as a whole, has.
    pub(super) fn of(text: &str) -> Option<Shape> {
        let found = SET.matches(text.as_bytes()).iter().next()?;
        Some(SHAPES[found].0)
    }

    /// Reads a refanged token that has this shape.
    pub(super) fn read(self, text: &str) -> Reading {
        match self {
            Shape::Digest => hash::file(text).into(),
            Shape::Ipv4 => ipv4(text).into(),
            Shape::Ipv4Range => ipv4_range(text).into(),
            Shape::Span => span(text).map_or(Reading::Nothing, Reading::Indicator),
            Shape::Ipv6 => ipv6(text),
            Shape::BracketedIpv6 => bracketed_ipv6(text),
            Shape::Web => url::web(text).map(subject).into(),
            Shape::Foreign => url::foreign(text).into(),
            Shape::Mail => mail(text).into(),
            Shape::Name => name(text).into(),
            Shape::Pathed => url::without_scheme(text).map(subject).into(),
        }
    }
}

fn ipv4(text: &str) -> Result<Indicator, Invalid> {
    let address = without_port(text)?;
    let address = host::ipv4(address.strip_suffix('.').unwrap_or(address))?;
    Ok(host::address(IpAddr::V4(address)))
}

fn ipv4_range(text: &str) -> Result<Indicator, Invalid> {
    let (address, len) = text.split_once('/').unwrap_or((text, ""));
    host::range(IpAddr::V4(host::ipv4(address)?), len)
}

fn span(text: &str) -> Option<Indicator> {
    let (first, last) = text.split_once('-')?;
    host::span(first.parse().ok()?, last.parse().ok()?).ok()
}

fn ipv6(text: &str) -> Reading {
    let (address, len) = match text.split_once('/') {
        Some((address, len)) => (address, Some(len)),
        None => (text, None),
    };
    match (host::ipv6(address), len) {
        (None, _) => Reading::Nothing,
        (Some(Err(invalid)), _) => Reading::Invalid(invalid),
        (Some(Ok(address)), None) => Reading::Indicator(host::address(IpAddr::V6(address))),
        (Some(Ok(address)), Some(len)) => host::range(IpAddr::V6(address), len).into(),
    }
}

fn bracketed_ipv6(text: &str) -> Reading {
    let (address, port) = text[1..].split_once(']').unwrap_or((&text[1..], ""));
    let port = port.strip_prefix(':').map_or(Ok(()), host::check_port);
    match host::ipv6(address) {
        None => Reading::Nothing,
        Some(address) => {
            address.and_then(|address| port.map(|()| host::address(IpAddr::V6(address)))).into()
        }
    }
}

/// A `?` before the `@` is the user's, one behind it begins a `mailto:`'s header fields.
fn mail(text: &str) -> Result<Indicator, Invalid> {
    let (_, host) = text.split_once('@').unwrap_or(("", text));
    host::domain(host.split('?').next().unwrap_or(host))
}

fn name(text: &str) -> Result<Indicator, Invalid> {
    host::domain(without_port(text)?)
}

fn without_port(text: &str) -> Result<&str, Invalid> {
    match text.split_once(':') {
        Some((host, port)) => host::check_port(port).map(|()| host),
        None => Ok(text),
    }
}
