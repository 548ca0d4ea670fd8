//! The API key in use, wherever an input holds it: it is skipped, and never shown whole.

use iocs::finding::Content;

use crate::key::ApiKey;

/// Hides the key in what was found; gives whether it is an indicator that held it, which is to be
/// skipped: the key itself, which looks like a SHA-256, or a URL that carries it.
pub(super) fn hide_key(content: &mut Content, key: Option<&ApiKey>) -> bool {
    let Some(key) = key else { return false };
    match content {
        Content::Indicator(indicator) => {
            let Some(text) = key.hidden_in(&indicator.text) else { return false };
            indicator.text = text;
            true
        }
        Content::Invalid(invalid) => {
            if let Some(reason) = key.hidden_in(&invalid.reason) {
                invalid.reason = reason.into();
            }
            false
        }
    }
}

/// A text without the key.
pub(super) fn without_key(text: String, key: Option<&ApiKey>) -> String {
    key.and_then(|key| key.hidden_in(&text)).unwrap_or(text)
}
