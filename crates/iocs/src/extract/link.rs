//! URLs in running text: from the `://` back to the scheme, and on over host and port.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator::{self, Indicator};

use super::cursor::{Cursor, Outcome};
use super::lines::is_word;
use super::memo::{As, Memo};
use super::suffix::has_suffix;

/// `http`, plain or spoilt, as [`indicator::refang`] knows it. Letters may stand before it: text
/// that was copied out of a table is glued together.
static WEB: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex("(?i:<OPEN>?<WEB><SECURE>?<CLOSE>?<BLANK>?)$"));
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r"^<SIGN>+(?:<BROKEN><SIGN>+)*(?:<DOT><SIGN>+(?:<BROKEN><SIGN>+)*)*(?:\.\[[0-9]{1,3}\])?",
    )
});
static HOST_IPV6: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r"^\[(?:<HEX>|\.|<COLON>){2,80}\]"));
/// `hxxp:// evil.com`: a space to break the link, before what can only be a host.
static SPACE: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex("^<BLANK>(?:<LETTER>+<DOT>){1,8}<LETTER>"));
/// The user and password before a host.
static USER: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r#"^[^\x00-\x20/?#"<>`\[\](){}|\\@]{0,128}(?:@|[\[(\{]@[\])}])"#));

/// The signs of a URL in which nothing can be defanged, escaped or marked up.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b'!';
    while byte < 0x7f {
        plain[byte as usize] =
            !matches!(byte, b'&' | b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'\\');
        byte += 1;
    }
    plain
};

/// A path that was no URL is searched for others, up to this length.
const LONGEST_RETRY: usize = 512;

/// The longest scheme that is looked for: `chrome-extension` has 16 letters.
const LONGEST_SCHEME: usize = 24;

impl<'b> Cursor<'b, '_> {
    pub(super) fn link(&mut self, memo: &mut Memo<'b>, candidate: &Range<usize>) -> Outcome {
        let Some(start) = self.scheme(candidate.start) else {
            return Outcome::pass(candidate.end);
        };
        let mut at = candidate.end;
        if matches!(self.next(at), Some(b' ' | b'\t')) && SPACE.is_match(self.after(at)) {
            at += 1;
        }
        at += self.user(at);
        let Some(host) = self.host(start, at) else {
            return Outcome::pass(candidate.end);
        };
        let mut end = self.port(host.end).unwrap_or(host.end);
        match self.after(end) {
            [b':', b, ..] if b.is_ascii_digit() => return Outcome::pass(host.end),
            // What looks like a host is the scheme of the next one.
            [b':', b'/', b'/', ..] => return Outcome::pass(candidate.end),
            [b':', b'/', ..] => end += 1,
            _ => {}
        }
        if self.slash_at(end).is_some() || matches!(self.next(end), Some(b'?' | b'#')) {
            end = self.tail_end(start, end);
        }
        let raw = &self.block[start..end];
        let how = if self.is_markup(start, end) { As::MarkedUpUrl } else { As::Url };
        let found = memo
            .get(how, raw, || is_host(&self.block[host.clone()]).then(|| read(raw, how)).flatten());
        if let Some(rule) = found.as_ref().and_then(|found| self.link_rule(start, &found.text)) {
            return self.leave_out(rule, start..end, found, end);
        }
        // What follows an invalid host may hold others; but a long path is not read again.
        let past = if found.is_some() || end - host.end > LONGEST_RETRY { end } else { host.end };
        Outcome::hit(start..end, found, past)
    }

    /// A URL without its scheme: its host stands from `start`, its path begins at `end`.
    pub(super) fn pathed(&self, memo: &mut Memo<'b>, start: usize, end: usize) -> Outcome {
        let end = self.tail_end(start, end);
        let raw = &self.block[start..end];
        let how = if self.is_markup(start, end) { As::MarkedUpPathed } else { As::Pathed };
        let found = memo.get(how, raw, || read(raw, how));
        Outcome::hit(start..end, found, end)
    }

    /// Where the scheme begins that ends at `end`.
    fn scheme(&self, end: usize) -> Option<usize> {
        let from = self.floor.max(self.line.start).min(end);
        let before = &self.block[from..end];
        let tail = &before[before.len().saturating_sub(16)..];
        if tail.ends_with(b"http") || tail.ends_with(b"https") {
            return Some(end - if tail.ends_with(b"s") { 5 } else { 4 });
        }
        if let Some(web) = WEB.find(tail) {
            return Some(end - web.len());
        }
        let is_sign = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let len = before.iter().rev().take(LONGEST_SCHEME + 1).take_while(is_sign).count();
        if len > LONGEST_SCHEME {
            return None;
        }
        let word = &before[before.len() - len..];
        let skipped = word.iter().take_while(|b| !b.is_ascii_alphabetic()).count();
        let mut start = end - len + skipped;
        if self.previous(start) == Some(b'\\') && self.escape_before(start + 1) {
            start += 1;
        }
        let is_free = !self.previous(start).is_some_and(is_word) || self.escape_before(start);
        (end >= start + 2 && is_free).then_some(start)
    }

    /// The length of a user, and perhaps a password, before the host.
    fn user(&self, at: usize) -> usize {
        let rest = self.after(at);
        // Most hosts have none: a slash comes before any at sign.
        let end = rest.iter().take(256).position(|b| matches!(b, b'/' | b'@' | b' ' | b'"'));
        match end.map(|end| rest[end]) {
            Some(b'@') => USER.find(rest).map_or(0, |user| user.end()),
            _ => 0,
        }
    }

    /// The host that begins at `at`, without what closes emphasis or an arrow.
    fn host(&self, start: usize, at: usize) -> Option<Range<usize>> {
        let rest = self.after(at);
        if rest.starts_with(b"[") {
            let literal = HOST_IPV6.find(rest)?;
            return Some(at..at + literal.end());
        }
        let plain = rest.iter().take_while(|b| is_word(**b) || matches!(b, b'.' | b'-')).count();
        let is_plain = plain > 0
            && rest[plain - 1] != b'.'
            && matches!(rest.get(plain), None | Some(b'/' | b':' | b' ' | b'"'));
        let mut len =
            if is_plain && rest.get(plain + 1) != Some(&b'[') && rest.get(plain) != Some(&b' ') {
                plain
            } else {
                HOST.find(rest)?.end()
            };
        len -= symbols_behind(&rest[..len]);
        let open = self.previous(start);
        while len > 0 && (rest[len - 1] == b'-' || rest[len - 1] == b'_' && open == Some(b'_')) {
            len -= 1;
        }
        // The name's own last dot, where something follows that can only belong to it.
        if let [b'.', b'/' | b':', ..] = &rest[len..] {
            len += 1;
        }
        (len > 0).then_some(at..at + len)
    }

    /// Whether `start..end` is an attribute or the text of an element.
    fn is_markup(&self, start: usize, end: usize) -> bool {
        matches!(self.previous(start), Some(b'"' | b'\'' | b'>')) || self.next(end) == Some(b'<')
    }
}

/// How many bytes of signs stand behind a name that needs none of them.
fn symbols_behind(host: &[u8]) -> usize {
    let name = host.iter().rev().take_while(|b| **b >= 0x80).count();
    let plain = &host[..host.len() - name];
    if name > 0 && plain.contains(&b'.') && has_suffix(plain) && !has_suffix(host) {
        name
    } else {
        0
    }
}

/// Whether a host may be one: also that of a scheme whose URLs are not checked otherwise.
fn is_host(raw: &[u8]) -> bool {
    if raw.starts_with(b"[") || raw.ends_with(b"]") {
        return true;
    }
    let raw = raw.strip_suffix(b".").unwrap_or(raw);
    let at = raw.iter().rev().take_while(|b| is_word(**b) || **b == b'-' || **b >= 0x80).count();
    let is_number = raw[raw.len() - at..].first().is_some_and(u8::is_ascii_digit);
    at == raw.len() || is_number || has_suffix(raw)
}

/// Reads a URL as it is written in running text.
pub(super) fn read(raw: &[u8], how: As) -> Option<Indicator> {
    let text = std::str::from_utf8(raw).ok()?;
    let has_scheme = matches!(how, As::Url | As::MarkedUpUrl);
    if has_scheme && raw.iter().all(|b| PLAIN[usize::from(*b)]) {
        // Most URLs of logs: nothing is to be undone, unless the scheme is spoilt.
        if let Some(found) = indicator::web(text) {
            return Some(found);
        }
    }
    let text = plain(text, how);
    let text = indicator::refang(&text);
    let read = if has_scheme { indicator::url } else { indicator::url_without_scheme };
    match stray_colon(&text) {
        Some(at) => read(&(text[..at].to_owned() + &text[at + 1..])),
        None => read(&text),
    }
}

/// Where a colon stands that is one too many: `http://evil.com:80:/path`.
fn stray_colon(text: &str) -> Option<usize> {
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = start + text[start..].find('/')?;
    let port = text[start..end].strip_suffix(':')?.rsplit(':').next()?;
    let is_port = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    is_port.then_some(end - 1)
}

/// The text without what its surroundings put into it: spaces about defanged dots, escapes of JSON
/// and Markdown, `&amp;` in HTML.
fn plain(text: &str, how: As) -> Cow<'_, str> {
    let is_markup = matches!(how, As::MarkedUpUrl | As::MarkedUpPathed);
    let is_plain = memchr::memchr3(b' ', b'\t', b'\\', text.as_bytes()).is_none();
    if is_plain && !(is_markup && text.contains("&amp;")) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (plain, len) = match c {
            ' ' | '\t' => (None, 1),
            '&' if is_markup && rest.starts_with("&amp;") => (Some('&'), 5),
            '\\' => escaped(rest),
            c => (Some(c), c.len_utf8()),
        };
        out.extend(plain);
        rest = &rest[len..];
    }
    Cow::Owned(out)
}

/// What the escape at the beginning of `text` stands for, and how long it is. A backslash that is a
/// mark of defanging stays.
fn escaped(text: &str) -> (Option<char>, usize) {
    if let Some(code) = text.strip_prefix("\\u").and_then(|rest| rest.get(..4)) {
        let plain = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        if plain.is_some() {
            return (plain, 6);
        }
    }
    match text.as_bytes().get(1) {
        Some(b'/' | b'_' | b'*' | b'&' | b'~' | b'-' | b'#' | b'=' | b'+' | b'?') => (None, 1),
        _ => (Some('\\'), 1),
    }
}
