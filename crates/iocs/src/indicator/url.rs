//! URLs: kept as written but for scheme and host in lower case and `/` for an empty path.
//!
//! No further: VirusTotal canonicalises by rules of its own, and a path is often case-sensitive.

use std::net::Ipv6Addr;

use crate::lexicon::NETWORK_SCHEMES;

use super::facts::{Facts, Scheme};
use super::kind::Kind;
use super::reading::{Indicator, Invalid};
use super::reserved::Reserved;
use super::{host, refang, user};

/// A refanged URL that was written without its scheme. It is read as `http`, as browsers do.
pub(super) fn without_scheme(text: &str) -> Result<Indicator, Invalid> {
    let mut found = web(&format!("http://{text}"))?;
    found.facts.scheme = Scheme::Assumed;
    Ok(found)
}

/// A refanged `http://...` or `https://...`.
pub(super) fn web(text: &str) -> Result<Indicator, Invalid> {
    let is_web =
        |scheme: &str| ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    // `http:/x://evil.com` has its `://` too late.
    let scheme = text.split(':').next().unwrap_or_default();
    if !is_web(scheme) || !text[scheme.len()..].starts_with("://") {
        return Err(Invalid::new("a URL's scheme is followed by ://"));
    }
    check_signs(text)?;
    let (start, end) = refang::host_span(text);
    let (user, authority) = split_user(&text[start..end])?;
    let (host, port) = split_port(authority);
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        host::check_port(port)?;
    }
    let (host, reserved) = host::in_url(host)?;
    let rest = &text[end..];
    // RFC 3986, section 6.2.3: with an authority, an empty path is `/`.
    let slash = if rest.starts_with('/') { "" } else { "/" };
    let (colon, port) = port.map_or(("", ""), |port| (":", port));
    let mut canonical = String::with_capacity(text.len() + 1);
    canonical.push_str(scheme);
    canonical.make_ascii_lowercase();
    for part in ["://", user, &host, colon, port, slash, rest] {
        canonical.push_str(part);
    }
    let facts =
        Facts { reserved, user: user::of(user, rest), scheme: Scheme::Web, ..Facts::default() };
    Ok(Indicator { kind: Kind::Url, text: canonical, facts })
}

/// A URL of another scheme than `http` and `https`. Scheme and host in lower case, the host
/// unchecked: it need not be one (`chrome-extension://...`). Where the scheme names a host on a
/// network, and there is neither path nor query, the host is all that there is to know.
pub(super) fn foreign(text: &str) -> Result<Indicator, Invalid> {
    check_signs(text)?;
    let (start, end) = refang::host_span(text);
    let (user, host) = split_user(&text[start..end])?;
    // Brackets left over from defanging would be read differently the next time; an IPv6 address
    // has one pair.
    let inner = host.strip_prefix('[').unwrap_or(host);
    if inner.matches(['[', ']', '(', ')', '{', '}']).count() > inner.len().abs_diff(host.len()) {
        return Err(Invalid::new("brackets in a URL's host"));
    }
    let rest = &text[end..];
    let scheme = text[..start].to_ascii_lowercase();
    if matches!(rest, "" | "/")
        && names_host(&scheme)
        && let Some(host) = host_alone(host)
        // A single label is not an indicator by itself.
        && host.facts.reserved != Some(Reserved::SingleLabel)
    {
        return Ok(host);
    }
    let facts = Facts { user: user::of(user, rest), scheme: Scheme::Other, ..Facts::default() };
    let text = format!("{scheme}{user}{}{rest}", host.to_ascii_lowercase());
    Ok(Indicator { kind: Kind::Url, text, facts })
}

/// The host of a URL as an indicator of its own: of `http` and `https`, and of other schemes that
/// name a host on a network.
///
/// ```
/// use iocs::indicator::{Reading, classify, host_of};
///
/// let Reading::Indicator(found) = classify(b"ftp://joe:secret@evil.com/x") else { panic!() };
/// assert_eq!(host_of(&found).unwrap().text, "evil.com");
/// ```
#[must_use]
pub fn host_of(indicator: &Indicator) -> Option<Indicator> {
    if indicator.kind != Kind::Url {
        return None;
    }
    let text = indicator.text.as_str();
    let (start, end) = refang::host_span(text);
    if indicator.facts.scheme == Scheme::Other && !names_host(&text[..start]) {
        return None;
    }
    host_alone(split_user(&text[start..end]).ok()?.1)
}

/// A host by itself, without its port.
fn host_alone(authority: &str) -> Option<Indicator> {
    let (host, _) = split_port(authority);
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(literal) => Some(host::address(literal.parse::<Ipv6Addr>().ok()?.into())),
        None => match host::number(host) {
            Ok(Some(address)) => Some(host::address(address.into())),
            _ => host::domain(host).ok(),
        },
    }
}

/// Whether the URLs of a scheme, which is in lower case and may have its `://`, name a host.
fn names_host(scheme: &str) -> bool {
    let scheme = scheme.strip_suffix("://").unwrap_or(scheme);
    scheme.split(['+', '.', ':', '-']).any(|word| NETWORK_SCHEMES.contains(&word))
}

/// Signs that no URL holds, and that readers disagree on: a browser takes `\` for `/`, others do
/// not.
fn check_signs(text: &str) -> Result<(), Invalid> {
    // Without an early end, so that many bytes are looked at together.
    if text.bytes().fold(true, |all, b| all & b.is_ascii_graphic() & (b != b'\\')) {
        return Ok(());
    }
    // In a query it is a sign like others (https://url.spec.whatwg.org/#query-state).
    let (head, query) = text.split_once('?').unwrap_or((text, ""));
    if head.contains('\\') {
        return Err(Invalid::new("a backslash in a URL"));
    }
    if text.is_ascii() && !text.contains(|c: char| !c.is_ascii_graphic()) && query.contains('\\') {
        return Ok(());
    }
    if text.contains(char::is_control) {
        return Err(Invalid::new("a control character in a URL"));
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Invalid::new("a character in the URL was lost in decoding"));
    }
    Ok(())
}

/// The user information with its `@`, and what follows it.
fn split_user(authority: &str) -> Result<(&str, &str), Invalid> {
    let (user, host) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
    if user.contains(['[', ']', '(', ')', '{', '}']) {
        return Err(Invalid::new("brackets before the @ of a URL"));
    }
    Ok((user, host))
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rfind([':', ']']) {
        Some(at) if authority[at..].starts_with(':') => {
            (&authority[..at], Some(&authority[at + 1..]))
        }
        _ => (authority, None),
    }
}
