//! Secrets, which are skipped and never shown whole: the API key in use wherever an input holds it,
//! and what a label calls a secret.

use std::borrow::Cow;
use std::sync::LazyLock;

use iocs::finding::Content;
use iocs::indicator::User;
use regex::Regex;

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

/// Hides what must not be shown, once all of the input is read: a hash that a label calls a secret,
/// but for its first four characters (it may stand elsewhere without such a label), and passwords
/// and tokens in URLs.
pub(super) fn hide_secret(entry: &mut Entry) {
    match (&mut entry.content, entry.skip) {
        (Content::Indicator(found), Some(Skip::Secret)) if found.facts.is_secret => {
            found.text = format!("{:.4}***", found.text);
            entry.written = None;
        }
        (Content::Indicator(found), _) if found.facts.user > User::Name => {
            found.text = match found.facts.user {
                User::Token => replaced(&TOKEN, &found.text, "$1***$2"),
                _ => replaced(&PASSWORD, &found.text, "$1***$2"),
            };
            // Its spelling may be one of many.
            entry.written = None;
        }
        (Content::Invalid(_), _) => {
            if let Some(text) = &mut entry.written
                && let Cow::Owned(hidden) = PASSWORD.replace_all(text, "$1***$2")
            {
                *text = hidden.into();
            }
        }
        _ => {}
    }
    if let Some(wrapping) = &mut entry.wrapping
        && let Some(text) = &mut wrapping.leads_to
        && let Cow::Owned(hidden) = PASSWORD.replace_all(text, "$1***$2")
    {
        *text = hidden;
    }
}

/// The text without what was looked for; where it is not found, nothing of it is shown.
fn replaced(what: &Regex, text: &str, with: &str) -> String {
    match what.replace_all(text, with) {
        Cow::Owned(hidden) => hidden,
        Cow::Borrowed(_) => "***".to_owned(),
    }
}

/// A password in a URL, also in one within another: signs may be percent-encoded, over and over, or
/// full-width.
static PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern("(<SLASH>{2}<SIGN>*?(?::|：|%(?:25)*3[aA]|%[eE][fF]%[bB][cC]%9[aA]))<SIGN>*(<AT>)")
});

/// A user of a URL, where one is a token.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| pattern("(<SLASH>{2})<SIGN>*?(<AT>)"));

/// A regex with its pieces put in. Both cases are written out: the program is built without the
/// tables of Unicode that `(?i)` needs, which its tests have by way of others.
fn pattern(text: &str) -> Regex {
    let pattern = text
        .replace("<SLASH>", r"(?:[/\\]|%(?:25)*2[fF]|%(?:25)*5[cC])")
        .replace("<SIGN>", r"[^/\\?#\x00-\x20]")
        .replace("<AT>", "@|＠|%(?:25)*40|%[eE][fF]%[bB][cC]%[aA]0");
    #[expect(clippy::unwrap_used, reason = "a constant, and the tests of secrets compile it")]
    Regex::new(&pattern).unwrap()
}

/// A text without the key, and without passwords in URLs.
pub(super) fn without_key(text: String, key: Option<&ApiKey>) -> String {
    let text = key.and_then(|key| key.hidden_in(&text)).unwrap_or(text);
    match PASSWORD.replace_all(&text, "$1***$2") {
        Cow::Owned(hidden) => hidden,
        Cow::Borrowed(_) => text,
    }
}
