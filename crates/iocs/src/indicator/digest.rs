//! File hashes, told by their length.

use std::borrow::Cow;

use super::{Indicator, Invalid, Kind};

/// Which hash of a file a run of hex digits is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Digest {
    /// 32 digits (RFC 1321).
    Md5,
    /// 40 digits (FIPS 180-4).
    Sha1,
    /// 64 digits (FIPS 180-4).
    Sha256,
}

impl Digest {
    /// By length alone, which is all that a hash tells about itself. `None` unless `hex` is hex
    /// digits.
    pub fn of(hex: &str) -> Option<Digest> {
        let digest = match hex.len() {
            32 => Digest::Md5,
            40 => Digest::Sha1,
            64 => Digest::Sha256,
            _ => return None,
        };
        hex.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digest)
    }

    fn label(self) -> &'static str {
        match self {
            Digest::Md5 => "md5",
            Digest::Sha1 => "sha1",
            Digest::Sha256 => "sha256",
        }
    }
}

/// A run of hex digits, or one with a label (`sha256:...`, as containers write it; `SHA-1=...`) that
/// must fit it.
pub(super) fn file(text: &str) -> Result<Indicator, Invalid> {
    let (label, hex) = match text.split_once([':', '=']) {
        Some((label, hex)) => (label.trim_end(), hex.trim_start()),
        None => ("", text),
    };
    let label = label.to_ascii_lowercase().replace('-', "");
    let Some(digest) = Digest::of(hex) else {
        return Err(Invalid::new(wrong_length(hex.len())));
    };
    if !label.is_empty() && label != digest.label() {
        return Err(Invalid::new(format!(
            "labelled {label}, but of the length of a {}",
            digest.label()
        )));
    }
    Ok(Indicator::new(Kind::File, hex.to_ascii_lowercase(), None))
}

/// The hash that a run of hex digits is, if it has the length of one.
pub(super) fn hex(text: &str) -> Option<Indicator> {
    Digest::of(text)?;
    Some(Indicator::new(Kind::File, text.to_ascii_lowercase(), None))
}

fn wrong_length(digits: usize) -> Cow<'static, str> {
    let name = match digits {
        56 => "SHA-224",
        96 => "SHA-384",
        128 => "SHA-512",
        _ => {
            return format!(
                "a hex run of {digits} digits is no MD5 (32), SHA-1 (40) or SHA-256 (64)"
            )
            .into();
        }
    };
    format!("by its length a {name}; VirusTotal takes MD5, SHA-1 and SHA-256").into()
}
