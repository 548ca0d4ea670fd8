//! URLs whose `http` or `https` is spoilt, so that no program makes a link of them.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;

use crate::grammar::text_regex;

/// A web scheme in any of its spellings, and what parts it from the host.
static SCHEME: LazyLock<Regex> =
    LazyLock::new(|| text_regex("^<OPEN>?<WEB>(<SECURE>?)<CLOSE>?(<SPOILT_END>)"));

/// How many layers of percent-encoding are decoded: redirectors within redirectors.
const LAYERS: usize = 3;

/// The URL with its scheme as it is to be; `None` where it begins with a plain one, or with none.
pub(super) fn unspoilt(text: &str) -> Option<String> {
    if text.starts_with("http://") || text.starts_with("https://") {
        return None;
    }
    let found = SCHEME.captures(text)?;
    let secure = if found[1].is_empty() { "" } else { "s" };
    let end = &found[2];
    let rest = &text[found[0].len()..];
    if end.starts_with('%') {
        // Each layer but the first writes `%` as `%25`: `%253a`.
        let layers = 1 + end.find('3').map_or(0, |digit| (digit - 1) / "25".len());
        return Some(format!("http{secure}://{}", decoded(rest, layers)?));
    }
    let slashes = end.bytes().filter(|b| matches!(b, b'/' | b'\\' | b'_')).count();
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest);
    // Without its slashes a scheme is a word, and what follows must look like a host.
    if slashes < 2 && !(authority.contains('.') && authority.starts_with(char::is_alphanumeric)) {
        return None;
    }
    let rest = if end.contains('\\') { slashes_turned(rest) } else { rest.to_owned() };
    Some(format!("http{secure}://{rest}"))
}

/// The text with this number of layers of percent-encoding removed.
fn decoded(text: &str, layers: usize) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..layers.min(LAYERS) {
        text = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
    }
    Some(text)
}

/// A path that was written with backslashes, as `\/` or as `\`. In a query they are its own.
fn slashes_turned(rest: &str) -> String {
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let path = rest[..end].replace("\\/", "/").replace('\\', "/");
    path + &rest[end..].replace("\\/", "/")
}
