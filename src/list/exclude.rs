//! What is never sent, by the user's own lists: their estate, mail hosts, the vendor's blog.
//!
//! A line of such a list is a domain (which stands for all below it, too), an address, a CIDR range,
//! a hash, or a URL, which stands for all that begin like it. It may be defanged like any input;
//! `#` begins a comment. A URL is covered by what covers its host as well.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::ops::Bound;

use anyhow::{Result, anyhow, bail};
use ipnet::IpNet;
use url::Host;

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
    /// The line is none of what can be excluded.
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
        match indicator.kind {
            Kind::File => self.hashes.contains(indicator.text.as_str()),
            Kind::Domain => self.covers_domain(&indicator.text),
            Kind::Ip => network(&indicator.text).is_some_and(|network| self.covers_range(network)),
            Kind::Url => self.covers_url(&indicator.text),
        }
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
                self.without_scheme.add(behind_scheme(text));
            }
            Kind::Url => self.urls.add(text),
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

    /// Any listed range that holds all of it.
    fn covers_range(&self, range: IpNet) -> bool {
        self.ranges.iter().any(|(&length, listed)| {
            length <= range.prefix_len()
                && IpNet::new(range.addr(), length).is_ok_and(|net| listed.contains(&net.trunc()))
        })
    }

    fn covers_url(&self, text: &str) -> bool {
        if self.urls.cover(text) || self.without_scheme.cover(behind_scheme(text)) {
            return true;
        }
        if self.domains.is_empty() && self.ranges.is_empty() {
            return false;
        }
        // Read as a browser does, to whom 3232235777 is an address.
        match Host::parse(host(text)) {
            Ok(Host::Domain(name)) => self.covers_domain(&name),
            Ok(Host::Ipv4(address)) => self.covers_range(IpNet::from(IpAddr::V4(address))),
            Ok(Host::Ipv6(address)) => self.covers_range(IpNet::from(address.to_canonical())),
            // Names below hosting services may hold what the URL standard forbids.
            Err(_) => self.covers_domain(host(text)),
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
