//! What about a name says that it stands in code.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;

use super::cursor::Cursor;
use super::doubt;
use super::table::TableHeader;

/// A keyword or an assignment before a member: `Set x = `, `CreateObject("`, `New-Object `.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"(?:(?:^|[^0-9A-Za-z_-])(?i:<KEYWORD>)[ \t]*(?:\([ \t]*)?["']?|[^=<>!]=[ \t]*["']?)$"#,
    )
});
/// A call, an assignment, an argument or a keyword behind it.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"^(?:[ \t]*\(|[ \t]*[+&]?=(?:[^=]|$)|[ \t]+["']|["'][ \t]*\)|[ \t]+(?:Then|And|Or|Is|To|As)[ \t])"#,
    )
});
/// A label that makes a name a domain whatever it looks like.
static DOMAIN_KEY: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r#"(?:^|[^0-9A-Za-z])(?i:<DOMAIN_WORD>)["']?[ \t]*[:=][ \t]*["']?$"#)
});
/// What an application's name stands behind.
static APPLICATION: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r#"(?:^|[^0-9A-Za-z_])(?i:app(?:name|lication)?)["']?[ \t]*[:=][ \t]*["']?$"#)
});
/// Signs of a regular expression that no other text holds.
static EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"\(\?(?:i|:|=|!|<)|\[\^|\\[bdswBDSW](?:[+*?{)\]|\\]|$)|\.[*+]\??|[a-z0-9]\$(?:["'/|)]|$)|(?i:pcre|regexp?|rlike|regexp_like)[ \t]*[:=("'/]|\(\^?\|"#,
    )
});
/// Fields of Windows whose value may be a path of Active Directory.
static DIRECTORY: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r#"(?i:<DIRECTORY_FIELD>)["']?[ \t]*[:=>][ \t]*["']?$"#));

/// What says so stands as near as this.
const NEAR: usize = 48;
/// Signs of a regular expression may stand further away.
const NEAR_EXPRESSION: usize = 160;

impl Cursor<'_, '_> {
    fn near_before(&self, at: usize, len: usize) -> &[u8] {
        let before = self.before(at);
        &before[before.len().saturating_sub(len)..]
    }

    fn near_after(&self, at: usize, len: usize) -> &[u8] {
        let after = self.after(at);
        &after[..after.len().min(len)]
    }

    /// Whether keywords, calls or assignments stand beside a name.
    pub(super) fn is_in_code(&self, span: &Range<usize>) -> bool {
        BEHIND.is_match(self.near_after(span.end, NEAR))
            || BEFORE.is_match(self.near_before(span.start, NEAR))
    }

    /// Whether a domain's key stands before a name.
    pub(super) fn is_named_domain(&self, span: &Range<usize>) -> bool {
        DOMAIN_KEY.is_match(self.near_before(span.start, NEAR))
    }

    /// `$_.Name`, `info(` after a name: a variable's member, or a call. A number in brackets is the
    /// host's address.
    pub(super) fn is_variable(&self, span: &Range<usize>) -> bool {
        self.previous(span.start) == Some(b'$')
            || matches!(self.after(span.end), [b'(', next, ..] if !next.is_ascii_digit() && !matches!(next, b'[' | b' ' | b'\t'))
    }

    /// Whether a name is that of an application: `app="Wget.Like"`.
    pub(super) fn is_application(&self, span: &Range<usize>, raw: &[u8]) -> bool {
        doubt::is_member(raw) && APPLICATION.is_match(self.near_before(span.start, NEAR))
    }

    /// Whether a name's only marks are the backslashes of a regular expression.
    pub(super) fn is_in_regex(&self, span: &Range<usize>) -> bool {
        let raw = &self.block[span.clone()];
        let is_escaped = raw.windows(2).any(|pair| pair == b"\\.");
        let others = raw
            .iter()
            .any(|b| matches!(b, b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b' '));
        let has_hyphen = self.near_before(span.start, 2) == b"\\-";
        is_escaped
            && !others
            && (has_hyphen
                || EXPRESSION.is_match(self.near_before(span.start, NEAR_EXPRESSION))
                || EXPRESSION.is_match(self.near_after(span.end, NEAR_EXPRESSION)))
    }

    /// `(Files.java:42)`, `main.rs:10:5`: a line of a source file.
    pub(super) fn source_line(&self, span: &Range<usize>, end: usize) -> bool {
        let raw = &self.block[span.clone()];
        let is_source = doubt::ends_like_file(raw) && raw.is_ascii();
        let in_brackets = self.previous(span.start) == Some(b'(') && self.next(end) == Some(b')');
        is_source && in_brackets
    }

    /// Whether the line is the head of a table, or names nothing but fields.
    pub(super) fn is_head(&self) -> bool {
        let line = &self.block[self.line.clone()];
        if self.header.is_some() || line.len() > 1024 {
            return false;
        }
        let is_field = |b: &u8| {
            b.is_ascii_lowercase()
                || matches!(
                    b,
                    b'.' | b'_'
                        | b'@'
                        | b'-'
                        | b','
                        | b';'
                        | b'|'
                        | b'\t'
                        | b'"'
                        | b' '
                        | b'#'
                        | b'\r'
                )
        };
        TableHeader::of(line).is_some() || line.iter().all(is_field)
    }

    /// Whether what begins at `start` is the value of a field that holds a path of Active Directory.
    pub(super) fn is_directory_field(&self, start: usize) -> bool {
        DIRECTORY.is_match(self.near_before(start, NEAR))
    }
}
