//! What is never sent, by the user's own lists: their estate, mail hosts, the vendor's blog.
//!
//! A line of such a list is a domain (which stands for all below it, too), an address, a CIDR range,
//! a hash, or a URL, which stands for all that begin like it. It may be defanged like any input;
//! `#` begins a comment. A URL is covered by what covers its host as well.
//!
//! URLs are compared in one form, and addresses also by the IPv4 address that an IPv6 one carries, so
//! that another spelling of what is listed is no way past the list.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Bound;

use anyhow::{Result, anyhow, bail};
use ipnet::IpNet;
use url::{Host, Url};

use iocs::indicator::{Indicator, Kind, Reading, classify};

/// Lists of what is never sent. Asking costs the same however long they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Exclude {
    domains: HashSet<Box<str>>,
    hashes: HashSet<Box<str>>,
    /// Ranges by their prefix lengths, of which there are few; an address is a range of one.
    ranges: HashMap<u8, HashSet<IpNet>>,
    urls: Prefixes,
    /// URLs that were written without a scheme stand for both.
    without_scheme: Prefixes,
}

/// Texts, none of which begins with another of them: so at most one of them can be the beginning of
/// any text, and that one is the last that does not sort behind it.
#[derive(Clone, Debug, Default)]
struct Prefixes(BTreeSet<Box<str>>);

impl Exclude {
    /// Adds one line of a list.
    ///
    /// # Errors
    /// The line is not something that can be excluded.
    pub(super) fn add(&mut self, line: &[u8]) -> Result<()> {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            return Ok(());
        }
        match classify(line) {
            Reading::Indicator(indicator) => self.add_indicator(&indicator),
            other => {
                let written = String::from_utf8_lossy(line);
                if let Some(suffix) = public_suffix(line) {
                    self.domains.insert(suffix);
                    return Ok(());
                }
                let what = "no domain, address, range, hash or URL, so it excludes nothing";
                match other {
                    Reading::Invalid(invalid) => bail!("'{written}' is {what}: {}", invalid.reason),
                    _ => bail!("'{written}' is {what}"),
                }
            }
        }
    }

    /// Whether an indicator must not be sent.
    pub(super) fn covers(&self, indicator: &Indicator) -> bool {
        // Most runs exclude nothing; a URL's normal form takes longer than reading it.
        if self.is_empty() {
            return false;
        }
        match indicator.kind {
            Kind::File => self.hashes.contains(indicator.text.as_str()),
            Kind::Domain => self.covers_host(&indicator.text),
            Kind::Ip => {
                network(&indicator.text).is_some_and(|network| self.covers_network(network))
            }
            Kind::Url => self.covers_url(&indicator.text),
        }
    }

    fn is_empty(&self) -> bool {
        self.domains.is_empty()
            && self.hashes.is_empty()
            && self.ranges.is_empty()
            && self.urls.0.is_empty()
            && self.without_scheme.0.is_empty()
    }

    fn add_indicator(&mut self, indicator: &Indicator) -> Result<()> {
        let text = indicator.text.as_str();
        match indicator.kind {
            Kind::File => {
                self.hashes.insert(text.into());
            }
            Kind::Domain => {
                self.domains.insert(text.into());
            }
            Kind::Ip => {
                let range = network(text).ok_or_else(|| anyhow!("'{text}' is no range"))?.trunc();
                self.ranges.entry(range.prefix_len()).or_default().insert(range);
            }
            Kind::Url if indicator.is_scheme_assumed() => {
                self.without_scheme.add(behind_scheme(&comparable(text)));
            }
            Kind::Url => self.urls.add(&comparable(text)),
        }
        Ok(())
    }

    /// Itself or any name above it.
    fn covers_domain(&self, name: &str) -> bool {
        let name = name.strip_suffix('.').unwrap_or(name);
        !self.domains.is_empty()
            && std::iter::successors(Some(name), |name| Some(name.split_once('.')?.1))
                .any(|name| self.domains.contains(name))
    }

    /// A name, or the address whose reverse name it is.
    fn covers_host(&self, name: &str) -> bool {
        self.covers_domain(name)
            || reversed(name).is_some_and(|address| self.covers_network(address.into()))
    }

    /// A range, or the IPv4 address that its address carries.
    fn covers_network(&self, range: IpNet) -> bool {
        let carried = match range.addr() {
            IpAddr::V6(address) if range.prefix_len() == range.max_prefix_len() => carried(address),
            _ => None,
        };
        self.covers_range(range)
            || carried.is_some_and(|address| self.covers_range(IpAddr::V4(address).into()))
    }

    /// Any listed range that holds all of it.
    fn covers_range(&self, range: IpNet) -> bool {
        self.ranges.iter().any(|(&length, listed)| {
            length <= range.prefix_len()
                && IpNet::new(range.addr(), length).is_ok_and(|net| listed.contains(&net.trunc()))
        })
    }

    fn covers_url(&self, text: &str) -> bool {
        let text = &comparable(text);
        if self.urls.cover(text) || self.without_scheme.cover(behind_scheme(text)) {
            return true;
        }
        if self.domains.is_empty() && self.ranges.is_empty() {
            return false;
        }
        // Read as a browser does, to whom 3232235777 is an address.
        match Host::parse(host(text)) {
            Ok(Host::Domain(name)) => self.covers_host(&name),
            Ok(Host::Ipv4(address)) => self.covers_network(IpNet::from(IpAddr::V4(address))),
            Ok(Host::Ipv6(address)) => self.covers_network(IpNet::from(address.to_canonical())),
            // Names below hosting services may hold what the URL standard forbids.
            Err(_) => self.covers_host(host(text)),
        }
    }
}

impl Prefixes {
    fn add(&mut self, prefix: &str) {
        if self.cover(prefix) {
            return;
        }
        // Those that begin with it, which it makes superfluous, follow it at once.
        while let Some(longer) =
            self.0.range::<str, _>((Bound::Included(prefix), Bound::Unbounded)).next()
            && longer.starts_with(prefix)
        {
            let longer = longer.clone();
            self.0.remove(&longer);
        }
        self.0.insert(prefix.into());
    }

    fn cover(&self, text: &str) -> bool {
        let before = (Bound::Unbounded, Bound::Included(text));
        self.0.range::<str, _>(before).next_back().is_some_and(|prefix| text.starts_with(&**prefix))
    }
}

/// An address or a range, as a range.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse().ok().map(|address: IpAddr| address.into()))
}

/// `gov.uk` and `.gov` are no domains that could be looked up, but all below them can be excluded.
fn public_suffix(line: &[u8]) -> Option<Box<str>> {
    let line = line.strip_prefix(b"*").unwrap_or(line);
    if !line.contains(&b'.') {
        return None;
    }
    let below = [b"a.", line.strip_prefix(b".").unwrap_or(line)].concat();
    match classify(&below) {
        Reading::Indicator(Indicator { kind: Kind::Domain, text, .. }) => {
            text.strip_prefix("a.").map(Into::into)
        }
        _ => None,
    }
}

fn behind_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// A URL's host, without user and port.
fn host(url: &str) -> &str {
    let rest = behind_scheme(url);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    }
}

/// A URL as it is compared: read as a browser does (lower case, dots resolved), without user, usual
/// port and the dot behind the host, with single slashes, and with nothing escaped that needs no
/// escape (RFC 3986, section 2.3).
fn comparable(text: &str) -> String {
    let Ok(url) = Url::parse(text) else { return text.to_owned() };
    let Some(host) = url.host_str() else { return text.to_owned() };
    let port = url.port().filter(|port| !matches!(port, 80 | 443));
    let mut form = format!("{}://{}", url.scheme(), host.trim_end_matches('.'));
    if let Some(port) = port {
        form.push_str(&format!(":{port}"));
    }
    for segment in url.path().split('/').filter(|segment| !segment.is_empty()) {
        form.push('/');
        form.push_str(&unescaped(segment));
    }
    if url.path().ends_with('/') {
        form.push('/');
    }
    for (sign, part) in [('?', url.query()), ('#', url.fragment())] {
        if let Some(part) = part {
            form.push(sign);
            form.push_str(&unescaped(part));
        }
    }
    form
}

/// A text in which letters, digits, `-`, `.`, `_` and `~` are written as themselves.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let is_plain =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        rest = match byte.filter(is_plain) {
            Some(byte) => {
                plain.push(char::from(byte));
                &after[2..]
            }
            None => {
                plain.push('%');
                after
            }
        };
    }
    plain + rest
}

/// The IPv4 address that an IPv6 one carries: NAT64 (RFC 6052), 6to4 (RFC 3056), mapped, translated
/// (RFC 2765) and compatible ones (RFC 4291), ISATAP (RFC 5214).
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let ipv4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match (a, b) {
        (0x64, 0xff9b) => Some(ipv4(g, h)),
        (0x2002, _) => Some(ipv4(b, c)),
        (0, 0) if [c, d] == [0, 0] && matches!((e, f), (0, 0 | 0xffff) | (0xffff, 0)) => {
            Some(ipv4(g, h))
        }
        _ if matches!(e, 0 | 0x200) && f == 0x5efe => Some(ipv4(g, h)),
        _ => None,
    }
}

/// The address of a reverse name (RFC 1035, section 3.5; RFC 3596, section 2.5).
fn reversed(name: &str) -> Option<IpAddr> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if let Some(labels) = name.strip_suffix(".in-addr.arpa") {
        let labels: Vec<&str> = labels.rsplit('.').collect();
        return labels.join(".").parse::<Ipv4Addr>().ok().map(IpAddr::V4);
    }
    let digits: String = name.strip_suffix(".ip6.arpa")?.rsplit('.').collect();
    (digits.len() == 32)
        .then(|| u128::from_str_radix(&digits, 16).ok())?
        .map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn covers(listed: &str, text: &str) -> bool {
        let mut exclude = Exclude::default();
        exclude.add(listed.as_bytes()).unwrap();
        match classify(text.as_bytes()) {
            Reading::Indicator(indicator) => exclude.covers(&indicator),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn another_spelling_of_a_listed_url_is_covered() {
        for text in [
            "https://example.com/private/x",
            "https://EXAMPLE.com/private/",
            "https://example.com:443/private/x",
            "https://example.com./private/x",
            "https://user@example.com/private/x",
            "https://example.com//private//x",
            "https://example.com/./private/x",
            "https://example.com/a/../private/x",
            "https://example.com/a/%2e%2e/private/x",
            "https://example.com/%70riv%61te/x",
        ] {
            assert!(covers("https://example.com/private/", text), "{text}");
            assert!(covers("example.com/private/", text), "{text}");
        }
        for text in [
            "https://example.com/public/x",
            "https://example.com:8443/private/x",
            "https://example.com/private%2Fx",
            "https://example.com.evil.org/private/x",
            "https://example.com@evil.org/private/x",
        ] {
            assert!(!covers("https://example.com/private/", text), "{text}");
        }
    }

    #[test]
    fn another_form_of_an_address_in_a_listed_range_is_covered() {
        for text in [
            "45.1.2.3",
            "http://45.1.2.3/x",
            "64:ff9b::45.1.2.3",
            "2002:2d01:203::1",
            "http://[64:ff9b::2d01:203]/x",
            "3.2.1.45.in-addr.arpa",
            "http://3.2.1.45.in-addr.arpa/x",
        ] {
            assert!(covers("45.1.2.0/24", text), "{text}");
        }
        for text in ["45.1.3.3", "64:ff9b::45.1.3.3", "2002:2d01:303::1", "3.3.1.45.in-addr.arpa"] {
            assert!(!covers("45.1.2.0/24", text), "{text}");
        }
    }
}
