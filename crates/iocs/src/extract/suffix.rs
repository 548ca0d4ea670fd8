//! What a name in running text ends with.

use crate::indicator;

use super::lines::is_word;

/// Whether anybody registers names under what a name ends with, however its dots are written. Cheap,
/// for most words with a dot have no such end.
pub(super) fn has_suffix(raw: &[u8]) -> bool {
    if !is_marked(raw) {
        return indicator::has_suffix(raw);
    }
    std::str::from_utf8(raw).is_ok_and(|text| {
        let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\t')).collect();
        indicator::has_suffix(indicator::refang(&text).as_bytes())
    })
}

/// Whether any dot of a name is defanged.
pub(super) fn is_marked(raw: &[u8]) -> bool {
    raw.iter().any(|b| !is_word(*b) && b.is_ascii() && !matches!(b, b'.' | b'-'))
}
