//! Whether an answer is about the object that was asked for.

use std::net::IpAddr;

use url::Url;

use super::error::Error;
use super::wire::Object;
use iocs::indicator::{Digest, Indicator, Kind};

/// A 200 is believed only if its type, and where it can be told its id, are
/// those that were asked for: caches, proxies and captive portals mix them up.
pub(super) fn check(asked: &Indicator, object: &Object<'_>) -> Result<(), Error> {
    let mismatch = |what: &str, got: &str| {
        Err(Error::Mismatch { why: format!("asked for another {what}, got {got:.80}") })
    };
    let wanted = match asked.kind {
        Kind::Ip => "ip_address",
        Kind::Domain => "domain",
        Kind::Url => "url",
        Kind::File => "file",
    };
    if object.object_type != wanted {
        return mismatch("type", &object.object_type);
    }
    let same = match asked.kind {
        // Addresses are compared, not texts: whether an IPv6 id is compressed is not documented.
        Kind::Ip => matches!(
            (object.id.parse::<IpAddr>(), asked.text.parse::<IpAddr>()),
            (Ok(got), Ok(asked)) if got.to_canonical() == asked.to_canonical()
        ),
        Kind::Domain => object.id.trim_end_matches('.').eq_ignore_ascii_case(&asked.text),
        Kind::Url => is_same_url(&asked.text, object),
        Kind::File => is_same_file(&asked.text, object),
    };
    if same { Ok(()) } else { mismatch("id", &object.id) }
}

/// A URL's id is the SHA-256 of a canonical form whose rules are not published;
/// its host, at least, no canonicalisation changes.
fn is_same_url(asked: &str, object: &Object<'_>) -> bool {
    if Digest::of(&object.id) != Some(Digest::Sha256) {
        return false;
    }
    let Some(got) = object.attributes.url.0.as_deref() else {
        return true;
    };
    match (Url::parse(asked), Url::parse(got)) {
        (Ok(asked), Ok(got)) => {
            let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
            host(&asked) == host(&got)
        }
        // What cannot be read cannot be told apart.
        _ => true,
    }
}

/// A file's id is its SHA-256; its other hashes are attributes.
fn is_same_file(asked: &str, object: &Object<'_>) -> bool {
    let same = |hash: Option<&str>| hash.is_none_or(|hash| hash.eq_ignore_ascii_case(asked));
    Digest::of(&object.id) == Some(Digest::Sha256)
        && match Digest::of(asked) {
            Some(Digest::Sha256) => object.id.eq_ignore_ascii_case(asked),
            Some(Digest::Sha1) => same(object.attributes.sha1.0.as_deref()),
            Some(Digest::Md5) => same(object.attributes.md5.0.as_deref()),
            None => false,
        }
}
