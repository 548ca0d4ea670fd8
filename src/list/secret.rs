//! The API key in use, wherever an input holds it: it is skipped, and never shown whole.

use super::Content;
use crate::indicator::Skip;
use crate::key::ApiKey;

/// Takes the key out of what was found. An indicator that holds it is skipped,
/// whether it is the key itself, which looks like a SHA-256, or a URL that carries
/// it. Whether it held the key.
pub(super) fn hide_key(content: &mut Content, key: Option<&ApiKey>) -> bool {
    let Some(key) = key else { return false };
    match content {
        Content::Indicator(indicator) => {
            let Some(text) = key.hidden_in(&indicator.text) else { return false };
            indicator.text = text;
            indicator.skip = Some(Skip::Secret);
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
