//! URLs: kept as written but for scheme and host in lower case and `/` for an empty path.
//!
//! No further: VirusTotal canonicalises by rules of its own, and a path is often case-sensitive.

use super::{Indicator, Invalid, Kind, Skip, host, refang};

/// A refanged `http://...` or `https://...`; `assumed` says that the scheme is ours.
pub(super) fn web(text: &str, assumed: bool) -> Result<Indicator, Invalid> {
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
    let (host, private) = host::in_url(host)?;
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
    Ok(Indicator {
        kind: Kind::Url,
        text: canonical,
        skip: skip(user, private),
        scheme_assumed: assumed,
    })
}

/// A URL of another scheme, which VirusTotal refuses. Scheme and host in lower case, the host
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
    Ok(Indicator::new(Kind::Url, text, Some(Skip::Unsupported)))
}

/// A password comes first: `--include-private` must not let one out.
fn skip(user: &str, private: bool) -> Option<Skip> {
    let password = user.split_once(':').map_or("", |(_, password)| password);
    if !matches!(password, "" | "@") {
        return Some(Skip::Credentials);
    }
    private.then_some(Skip::Private)
}

/// Signs that no URL holds, and that readers disagree on: a browser takes `\` for `/`, others do
/// not.
fn check_signs(text: &str) -> Result<(), Invalid> {
    // Without an early end, so that many bytes are looked at together.
    if text.bytes().fold(true, |all, b| all & b.is_ascii_graphic() & (b != b'\\')) {
        return Ok(());
    }
    if text.contains('\\') {
        return Err(Invalid::new("a backslash in a URL"));
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
