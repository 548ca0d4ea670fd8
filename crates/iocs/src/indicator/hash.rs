//! File hashes: runs of hex digits, perhaps with a label.

use std::borrow::Cow;

use crate::grammar::DIGESTS;

use super::digest::Digest;
use super::kind::Kind;
use super::reading::{Indicator, Invalid};

/// A run of hex digits, or one with a label (`sha256:...`, as containers write it; `SHA-1=...`) that
/// must fit it.
pub(super) fn file(text: &str) -> Result<Indicator, Invalid> {
    let (label, hex) = match text.split_once([':', '=']) {
        Some((label, hex)) => (label.trim_end(), hex.trim_start()),
        None => ("", text),
    };
    // The mark of hexadecimal numbers in code.
    let hex = hex.strip_prefix("0x").or_else(|| hex.strip_prefix("0X")).unwrap_or(hex);
    let label = label.to_ascii_lowercase().replace(['-', '_'], "");
    let Some(digest) = Digest::of(hex) else {
        return Err(Invalid::new(wrong_length(hex.len())));
    };
    if !label.is_empty() && label != digest.label() {
        return Err(Invalid::new(format!(
            "labelled {label}, but of the length of a {}",
            digest.label()
        )));
    }
    Ok(Indicator::new(Kind::File, hex.to_ascii_lowercase()))
}

/// The hash that a run of hex digits is, if it has the length of one.
pub(super) fn hex(text: &str) -> Option<Indicator> {
    Digest::of(text)?;
    Some(Indicator::new(Kind::File, text.to_ascii_lowercase()))
}

fn wrong_length(digits: usize) -> Cow<'static, str> {
    let named = DIGESTS.iter().find(|(_, len)| *len == digits);
    match named {
        Some((name, _)) => {
            format!("by its length a {name}; VirusTotal takes MD5, SHA-1 and SHA-256").into()
        }
        None => format!("a hex run of {digits} digits is no MD5 (32), SHA-1 (40) or SHA-256 (64)")
            .into(),
    }
}
