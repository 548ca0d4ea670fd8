//! The four kinds of object, and what their ids mean to the API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::net::IpAddr;

/// The kinds of object that can be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// A domain name.
    Domain,
    /// A URL.
    Url,
    /// A file, by one of its hashes.
    File,
}

impl Kind {
    /// All four.
    pub const ALL: [Kind; 4] = [Kind::Ip, Kind::Domain, Kind::Url, Kind::File];

    /// The collection in the path: `ip_addresses`, `domains`, `urls`, `files`.
    pub fn collection(self) -> &'static str {
        match self {
            Kind::Ip => "ip_addresses",
            Kind::Domain => "domains",
            Kind::Url => "urls",
            Kind::File => "files",
        }
    }

    /// The object's type: `ip_address`, `domain`, `url`, `file`.
    pub fn type_name(self) -> &'static str {
        match self {
            Kind::Ip => "ip_address",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::File => "file",
        }
    }

    pub(crate) fn of_collection(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.collection() == name)
    }

    /// An id in the form under which the simulator keeps it; None if this kind has no such id.
    pub(crate) fn canonical(self, id: &str) -> Option<String> {
        match self {
            Kind::Ip => id.parse::<IpAddr>().ok().map(|address| address.to_string()),
            Kind::Domain => canonical_domain(id),
            Kind::Url => canonical_url(id),
            Kind::File => is_hash(id).then(|| id.to_ascii_lowercase()),
        }
    }
}

fn is_hash(id: &str) -> bool {
    matches!(id.len(), 32 | 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether this is a SHA-256, the form of an id in which the API names URLs and files.
pub(crate) fn is_sha256(id: &str) -> bool {
    id.len() == 64 && is_hash(id)
}

/// A name in lower case, if its suffix is on the public suffix list: the API refuses others.
fn canonical_domain(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let shaped = name.len() <= 253
        && name.contains('.')
        && name.split('.').all(|label| !label.is_empty() && label.len() <= 63)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let known = || psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known());
    (shaped && known()).then_some(name)
}

/// A URL as the API would write it, as far as its rules are known: scheme and host in lower case, an empty path as
/// `/`, spaces escaped. None if it cannot be canonicalised: another scheme, a bad host.
fn canonical_url(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, server) = match authority.rsplit_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, authority),
    };
    let server = server.to_ascii_lowercase();
    let host = match server.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => port.parse::<u16>().ok().map(|_| host)?,
        _ => server.as_str(),
    };
    let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let address = bracketed.unwrap_or(host).parse::<IpAddr>();
    let fits = match address {
        Ok(address) => address.is_ipv6() == bracketed.is_some(),
        Err(_) => !host.is_ascii() || canonical_domain(host).is_some(),
    };
    if !fits {
        return None;
    }
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some(format!("{scheme}://{user}{server}{slash}{path}").replace(' ', "%20"))
}

/// The URL that an id of the form "unpadded URL-safe base64" stands for.
pub(crate) fn url_of_id(id: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    String::from_utf8(bytes).ok()
}

/// The id under which a client asks for a URL: its unpadded URL-safe base64.
pub fn url_id(url: &str) -> String {
    URL_SAFE_NO_PAD.encode(url)
}

#[cfg(test)]
mod tests {
    use super::{Kind, url_id, url_of_id};

    #[test]
    fn urls_become_canonical() {
        let canonical = |url| Kind::Url.canonical(url);
        assert_eq!(canonical("HTTP://www.Example.com").as_deref(), Some("http://www.example.com/"));
        assert_eq!(
            canonical("https://example.com:8443?q=A b").as_deref(),
            Some("https://example.com:8443/?q=A%20b")
        );
        assert_eq!(canonical("example.com/A").as_deref(), Some("http://example.com/A"));
        assert_eq!(canonical("http://[2001:DB8::1]/x").as_deref(), Some("http://[2001:db8::1]/x"));
        for bad in [
            "ftp://example.com/",
            "http:///x",
            "http://nosuch.invalidtld/",
            "http://a.com:x/",
            "javascript:alert(1)",
        ] {
            assert_eq!(canonical(bad), None, "{bad}");
        }
    }

    #[test]
    fn url_ids_are_unpadded_and_url_safe() {
        let url = "http://example.com/?q=~~~???";
        assert_eq!(url_of_id(&url_id(url)).as_deref(), Some(url));
        assert_eq!(url_of_id("aHR0cDovL2EuY29tLw=="), None);
        assert_eq!(url_of_id("aHR0cDovL2EuY29tLz9+/w"), None);
    }

    #[test]
    fn other_ids_become_canonical() {
        assert_eq!(Kind::Ip.canonical("2001:0db8:0:0::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(Kind::Domain.canonical("Example.COM").as_deref(), Some("example.com"));
        assert_eq!(Kind::Domain.canonical("x.test"), None);
        for international in ["xn--e1afmkfd.xn--p1ai", "xn--bcher-kva.example.com"] {
            assert!(Kind::Domain.canonical(international).is_some(), "{international}");
        }
        assert_eq!(
            Kind::File.canonical("ABCDEFABCDEFABCDEFABCDEFABCDEFAB").as_deref(),
            Some("abcdefabcdefabcdefabcdefabcdefab")
        );
        assert_eq!(Kind::File.canonical("abc"), None);
    }
}
