//! Secrets, which are skipped and never shown whole: the API key in use wherever an input holds it,
//! and what a label calls a secret.

use iocs::finding::Content;

use crate::key::ApiKey;
use crate::model::{Entry, Skip};

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

/// Hides a hash that a label calls a secret, but for its first four characters, once all of the input
/// is read: it may stand elsewhere without such a label.
pub(super) fn hide_secret(entry: &mut Entry) {
    if let (Some(Skip::Secret), Content::Indicator(found)) = (entry.skip, &mut entry.content)
        && found.facts.is_secret
    {
        found.text = format!("{:.4}***", found.text);
        entry.written = None;
    }
}

/// A text without the key.
pub(super) fn without_key(text: String, key: Option<&ApiKey>) -> String {
    key.and_then(|key| key.hidden_in(&text)).unwrap_or(text)
}
