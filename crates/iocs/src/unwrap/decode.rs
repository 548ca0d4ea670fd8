//! What the services do to the link inside, undone.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::address::after_scheme;
use super::layer::Target;

/// URL-safe, with or without padding, as the services mix it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The target that a decoded link is: an http(s) URL with a host.
pub(super) fn web(link: String) -> Option<Target> {
    let behind = after_scheme(&link)?;
    let is_host = |c: char| c.is_alphanumeric() || c == '[';
    // A user may come first.
    let starts = behind.starts_with(|c: char| is_host(c) || c == '_' || c == '-' || c == '%');
    starts.then_some(Target::Url(link))
}

/// Percent-encoding undone once. What is not UTF-8, a control character or a space stays encoded,
/// so that the link stays one token.
pub(super) fn percent(text: &str) -> String {
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(text).collect();
    readable(&bytes)
}

/// Bytes of a URL as text, with percent-encoding for what a URL cannot hold as it is.
pub(super) fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() || c.is_whitespace() {
                let mut buffer = [0; 4];
                c.encode_utf8(&mut buffer).bytes().for_each(|b| push_encoded(&mut text, b));
            } else {
                text.push(c);
            }
        }
        chunk.invalid().iter().for_each(|b| push_encoded(&mut text, *b));
    }
    text
}

fn push_encoded(text: &mut String, byte: u8) {
    text.push_str(percent_encoding::percent_encode_byte(byte));
}

/// A base64 value, which itself may be percent-encoded.
pub(super) fn base64(value: &str) -> Option<Vec<u8>> {
    let plain: Vec<u8> = percent_encoding::percent_decode_str(value)
        .map(|b| match b {
            b'+' | b' ' => b'-',
            b'/' => b'_',
            b => b,
        })
        .collect();
    BASE64.decode(plain).ok()
}

/// Proofpoint's version 2: `-` stands for `%`, `_` for `/`.
pub(super) fn proofpoint_2(value: &str) -> String {
    let value: String = value
        .chars()
        .map(|c| match c {
            '-' => '%',
            '_' => '/',
            c => c,
        })
        .collect();
    percent(&value)
}

/// Proofpoint's version 3, what follows `/v3/__`: the link, `__;`, the bytes that were taken out of
/// it in base64, `!`, and tokens. In the link `*` stands for the next such byte, `**x` for a run of
/// them.
/// Source: Proofpoint's own decoder, <https://help.proofpoint.com/@api/deki/files/2775/>.
pub(super) fn proofpoint_3(text: &str) -> Option<String> {
    let (link, behind) = text.split_once("__;")?;
    let (taken, _) = behind.split_once('!')?;
    let taken = base64(taken)?;
    let mut taken = taken.as_slice();
    let mut bytes = Vec::with_capacity(link.len() + taken.len());
    let mut rest = link.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'*' {
            bytes.push(*first);
            continue;
        }
        let run = match behind {
            [b'*', length, behind @ ..] => {
                rest = behind;
                run_length(*length)?
            }
            _ => 1,
        };
        let (run, left) = taken.split_at_checked(run)?;
        bytes.extend_from_slice(run);
        taken = left;
    }
    Some(whole_scheme(readable(&bytes)))
}

/// The letter that says how long a run is: A is 2, and so on through the base64 alphabet.
fn run_length(letter: u8) -> Option<usize> {
    let at = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(usize::from(at) + 2)
}

/// A scheme that lost a slash in a path (`https:/evil.com`) gets it back.
pub(super) fn whole_scheme(link: String) -> String {
    match link.split_once(":/") {
        Some((scheme @ ("http" | "https"), behind)) if !behind.starts_with('/') => {
            format!("{scheme}://{behind}")
        }
        _ => link,
    }
}
