//! Defanging undone: `hxxps[:]//evil[.]com` is `https://evil.com`.
//!
//! The marks are those that vendors and their tools write and that users of extractors have asked
//! for: brackets of any kind around what makes a link (`[.]` `(dot)` `{.}` `[:]` `[://]` `[/]`
//! `[@]` `[at]`), nested or escaped for Markdown (`[[.]]`, `\[.\]`), `\.`, and in the host half a
//! pair (`[.`, `.]`).
//!
//! Whole pairs are undone everywhere, also in a path: who writes `/gate[.]php` has let a tool
//! replace every dot. Half a pair, `[,]` and `[at]` are undone in the host only, where brackets and
//! commas mean nothing; a path may well hold them.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::grammar::text_regex;

use super::spoilt::unspoilt;

/// What stands between brackets, and what it stands for.
const CORES: &[(&str, &str)] = &[
    (".", "."),
    ("dot", "."),
    (":", ":"),
    ("://", "://"),
    (":/", ":/"),
    ("//", "//"),
    ("/", "/"),
    ("@", "@"),
];

static HALF_DOT: LazyLock<Regex> = LazyLock::new(|| text_regex("<HALF_DOT>"));
static HALF_AT: LazyLock<Regex> = LazyLock::new(|| text_regex("<HALF_AT>"));
/// The last number of an address in brackets: `185.220.101.[44]`.
static LAST_NUMBER: LazyLock<Regex> = LazyLock::new(|| text_regex(r"\.[\[({]([0-9]{1,3})[\])}]"));
static BROKEN: LazyLock<Regex> = LazyLock::new(|| text_regex("<BROKEN>"));
static SPACED_DOT: LazyLock<Regex> = LazyLock::new(|| text_regex("<SPACED_DOT>"));
static SPACED_AT: LazyLock<Regex> = LazyLock::new(|| text_regex("<SPACED_AT>"));

/// `token`, which holds no spaces, with every defang mark undone. What is plain comes back as it
/// is.
pub(crate) fn refang(token: &str) -> Cow<'_, str> {
    let text = whole_marks(token);
    let text = match unspoilt(&text) {
        Some(plain) => Cow::Owned(plain),
        None => text,
    };
    match half_marks(&text) {
        Some(plain) => Cow::Owned(plain),
        None => text,
    }
}

/// A line with spaces, read as one token whose dots are spelt out: `evil dot com`, `user at evil
/// dot com`. `None` if the line is anything else, so that prose stays prose.
pub(super) fn close_up(line: &str) -> Option<String> {
    if !SPACED_DOT.is_match(line) {
        return None;
    }
    // Behind the host a space ends the URL: `http://evil.com/a [.] b` is not an indicator.
    let head = line.rfind([' ', '\t']).map_or(line, |end| &line[..end]);
    let head = whole_marks(head);
    let host = head.split_once("//").map_or(&*head, |(_, rest)| rest);
    if host.contains('/') {
        return None;
    }
    let text = SPACED_DOT.replace_all(line, ".");
    let text = SPACED_AT.replace(&text, "@");
    (!text.contains(char::is_whitespace)).then(|| text.into_owned())
}

/// Undoes whole pairs in one pass: at each closing bracket it looks back at what was written so
/// far, so nested marks fall in one after the other and no input makes it read anything twice.
fn whole_marks(token: &str) -> Cow<'_, str> {
    if !token.bytes().any(|b| matches!(b, b']' | b')' | b'}' | b'>' | b'\\')) {
        return Cow::Borrowed(token);
    }
    let mut out = String::with_capacity(token.len());
    let mut in_query = false;
    let mut chars = token.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // In a query a backslash that is not between letters is its own: `?f=..\..\etc`.
            '.' if in_query && !is_within_word(&out, chars.peek()) => out.push(c),
            ']' => close(&mut out, '[', c),
            ')' => close(&mut out, '(', c),
            '}' => close(&mut out, '{', c),
            '>' => close(&mut out, '<', c),
            '.' => push_plain(&mut out, "."),
            _ => {
                in_query |= c == '?';
                out.push(c);
            }
        }
    }
    Cow::Owned(out)
}

/// Whether `\.` stands within a word: what was written so far ends with a letter and a backslash.
fn is_within_word(out: &str, next: Option<&char>) -> bool {
    let head = out.strip_suffix('\\').unwrap_or_default();
    head.ends_with(char::is_alphanumeric) && next.is_some_and(|c| c.is_alphanumeric())
}

fn close(out: &mut String, open: char, closing: char) {
    let body = out.strip_suffix('\\').unwrap_or(out);
    for (core, plain) in CORES {
        let head = without_suffix(body, core).and_then(|head| head.strip_suffix(open));
        if let Some(head) = head {
            out.truncate(head.len());
            return push_plain(out, plain);
        }
    }
    out.push(closing);
}

/// `\.` is a mark of its own, and Markdown escapes a bracket as `\[`: no plain sign is left behind
/// a backslash.
fn push_plain(out: &mut String, plain: &str) {
    out.truncate(out.trim_end_matches('\\').len());
    out.push_str(plain);
}

fn without_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let end = text.get(at..)?;
    end.eq_ignore_ascii_case(suffix).then(|| &text[..at])
}

fn half_marks(text: &str) -> Option<String> {
    let (start, end) = host_span(text);
    let host = &text[start..end];
    let is_bracket = |b| matches!(b, b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'\\');
    if !host.bytes().any(is_bracket) {
        return None;
    }
    let plain = HALF_DOT.replace_all(host, ".");
    let plain = HALF_AT.replace_all(&plain, "@");
    let plain = LAST_NUMBER.replace(&plain, ".$1");
    let plain = unbroken(&plain);
    Some(format!("{}{plain}{}", &text[..start], &text[end..]))
}

/// A host without the brackets about one of its letters or hyphens: `e[v]il.com`, `foo[-]bar.com`.
fn unbroken(host: &str) -> Cow<'_, str> {
    BROKEN.replace_all(host, |found: &regex::Captures<'_>| {
        let mark = &found[0];
        mark[1..mark.len() - 1].to_owned()
    })
}

/// Where the authority of a URL stands, or of what would be one with a scheme before it.
pub(super) fn host_span(text: &str) -> (usize, usize) {
    let start = match text.split_once("://") {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => scheme.len() + 3,
        _ => 0,
    };
    let end = text[start..].find(['/', '?', '#']).map_or(text.len(), |end| start + end);
    (start, end)
}
