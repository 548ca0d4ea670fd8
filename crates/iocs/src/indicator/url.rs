//! URLs: kept as written but for scheme and host in lower case and `/` for an empty path.
//!
//! No further: VirusTotal canonicalises by rules of its own, and a path is often case-sensitive.

use super::facts::{Facts, Scheme, User};
use super::kind::Kind;
use super::reading::{Indicator, Invalid};
use super::{host, refang};

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
    let facts = Facts { reserved, user: kind_of_user(user), scheme: Scheme::Web, is_range: false };
    Ok(Indicator { kind: Kind::Url, text: canonical, facts })
}

/// A URL of another scheme than `http` and `https`. Scheme and host in lower case, the host
/// unchecked: it need not be one (`jdbc:...`, `chrome-extension://...`).
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
    let scheme = text[..start].to_ascii_lowercase();
    let text = format!("{scheme}{user}{}{}", host.to_ascii_lowercase(), &text[end..]);
    let facts = Facts { user: kind_of_user(user), scheme: Scheme::Other, ..Facts::default() };
    Ok(Indicator { kind: Kind::Url, text, facts })
}

/// What the user information, with its `@`, holds.
fn kind_of_user(user: &str) -> User {
    let password = user.split_once(':').map_or("", |(_, password)| password);
    match (user, password) {
        ("", _) => User::None,
        (_, "" | "@") => User::Name,
        _ => User::Password,
    }
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
