//! Links that carry the address of the person to whom a mail was sent.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode;

/// Addresses are written into links without padding as often as with it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// How many times an address may be encoded: redirectors encode the links that they hold once more.
const DEEPEST: usize = 4;

/// Whether a URL holds an address of one of these domains: as it is, percent-encoded, in Base64 or in
/// hex, in which kits that greet their victim by name have it.
pub(super) fn is_carried(url: &str, domains: &[String]) -> bool {
    !domains.is_empty() && holds(url.as_bytes(), domains, DEEPEST)
}

fn holds(text: &[u8], domains: &[String], deepest: usize) -> bool {
    if has_address(text, domains) {
        return true;
    }
    if deepest == 0 {
        return false;
    }
    let plain: Vec<u8> = percent_decode(text).collect();
    if plain != text && holds(&plain, domains, deepest - 1) {
        return true;
    }
    // A slash is a sign of Base64, and parts the path too.
    [&b"+/-_="[..], b"+-_"].iter().any(|signs| {
        let words = text.split(|byte| !byte.is_ascii_alphanumeric() && !signs.contains(byte));
        words.filter(|word| word.len() >= 8).any(|word| {
            let found = |decoded: Vec<u8>| holds(&decoded, domains, deepest - 1);
            hex(word).is_some_and(found) || base64(word).is_some_and(found)
        })
    })
}

/// Whether an address of one of these domains stands in a text.
fn has_address(text: &[u8], domains: &[String]) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    memchr::memchr_iter(b'@', &lower).any(|at| {
        let has_user = at > 0 && !matches!(lower[at - 1], b'/' | b'?' | b'&' | b'=' | b'#');
        let after = &lower[at + 1..];
        let name = &after[..after.iter().take_while(|byte| is_of_name(byte)).count()];
        let name = name.strip_suffix(b".").unwrap_or(name);
        has_user
            && domains.iter().any(|domain| {
                let above = name.strip_suffix(domain.as_bytes());
                above.is_some_and(|above| above.is_empty() || above.ends_with(b"."))
            })
    })
}

fn base64(word: &[u8]) -> Option<Vec<u8>> {
    let standard = word.iter().map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    });
    BASE64.decode(standard.collect::<Vec<u8>>()).ok()
}

fn hex(word: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = word.as_chunks::<2>() else { return None };
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_however_a_link_holds_it() {
        let domains = ["corp.example.org".to_owned()];
        for url in [
            "https://evil.com/?e=rita@corp.example.org",
            "https://evil.com/#Rita%40Corp.example.org",
            "https://evil.com/r?u=https%3A%2F%2Fx.com%2F%3Fe%3Drita%2540corp.example.org",
            "https://evil.com/x/cml0YUBjb3JwLmV4YW1wbGUub3Jn",
            "https://evil.com/x#cml0YUBjb3JwLmV4YW1wbGUub3Jn&x=1",
            "https://evil.com/?e=72697461406d782e636f72702e6578616d706c652e6f7267",
            "https://evil.com/?e=rita@mx.corp.example.org",
        ] {
            assert!(is_carried(url, &domains), "{url}");
        }
        for url in [
            "https://evil.com/?e=rita@evilcorp.example.org",
            "https://evil.com/corp.example.org/login",
            "https://evil.com/?e=@corp.example.org",
            "https://evil.com/?e=rita@corp.example.org.evil.com",
            "https://evil.com/",
        ] {
            assert!(!is_carried(url, &domains), "{url}");
        }
        assert!(!is_carried("https://evil.com/?e=rita@corp.example.org", &[]));
    }
}
