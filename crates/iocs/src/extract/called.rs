//! What about a name says that it is a domain, even where it reads like a file: a key, a label, the
//! head of its column, the cell beside it, a record type of the DNS, the other items of its list.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator;

use super::cursor::Cursor;
use super::doubt;
use super::label;
use super::table;

/// A domain's key or label before it: `host=`, `"rrname":"`, `query[A] `, `SNI `,
/// `[domain-name:value='`.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"(?:^|[^0-9A-Za-z])(?i:(?:[a-z]+[._-])?<DOMAIN_WORD>(?:[._:-](?:name|value))?)(?:\[[A-Za-z]+\])?["'`*)\]]*<BLANK>*(?:[:=>]{0,2}<BLANK>*)["'`*(\[]*$"#,
    )
});
/// A cell beside it that says what it is.
static CELL: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"^["'`]?<BLANK>*[,;|\t]<BLANK>*["'`]?(?i:<DOMAIN_WORD>)["'`]?<BLANK>*(?:[,;|\t]|$)"#,
    )
});
static CELL_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"(?:^|[,;|\t])<BLANK>*["'`]?(?i:<DOMAIN_WORD>)["'`]?<BLANK>*[,;|\t]<BLANK>*["'`]?$"#,
    )
});
/// A cell before it that says that it is a file.
static FILE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"(?:^|[,;|\t])<BLANK>*["'`]?(?i:file(?:[ _-]?names?)?|path|attachment|process|image)["'`]?<BLANK>*[,;|\t]<BLANK>*["'`]?$"#,
    )
});
/// `IN A` behind a name, perhaps with its time to live between them.
static RECORD: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r"^\.?<BLANK>+(?:[0-9]+<BLANK>+)?IN<BLANK>+<RECORD_TYPE>(?:[^0-9A-Za-z]|$)")
});
/// A hosts file: an address that leads nowhere, and the name that is sent there.
static HOSTS: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r"^<BLANK>*(?:0\.0\.0\.0|127\.0\.0\.1|::1?)<BLANK>+(?:[0-9A-Za-z.-]+<BLANK>+)*$")
});

/// A key further away belongs to something else.
const NEAR: usize = 64;
/// How many items of a list on either side are looked at.
const ITEMS: usize = 3;
/// A longer row is not compared with those beside it.
const LONGEST_ROW: usize = 1024;
/// A list's item is no longer.
const LONGEST_ITEM: usize = 96;

impl Cursor<'_, '_> {
    /// Whether something about the name in `span` calls it a domain.
    pub(super) fn is_called_domain(&self, span: &Range<usize>) -> bool {
        let before = self.before(span.start);
        let near = &before[before.len().saturating_sub(NEAR)..];
        let after = &self.after(span.end)[..self.after(span.end).len().min(NEAR)];
        KEY.is_match(near)
            || CELL.is_match(after)
            || CELL_BEFORE.is_match(near)
            || RECORD.is_match(after)
            || before.len() <= NEAR && HOSTS.is_match(before)
            || self.header.is_some_and(|header| {
                header.is_domain(&self.block[self.line.clone()], before.len())
            })
            || label::is_value_of_domain(near)
            || label::is_value(before) && label::is_domain_above(&self.lines_above())
            || self.is_among_domains(span)
            || self.is_in_column_of_domains(span)
            || self.is_bullet_of_domains(span)
    }

    /// Whether the line is a bullet and the name, and the lines above and below are domains.
    fn is_bullet_of_domains(&self, span: &Range<usize>) -> bool {
        let before = self.before(span.start).trim_ascii();
        let is_alone =
            matches!(before, b"-" | b"*" | b"+") && self.after(span.end).trim_ascii().is_empty();
        let beside = || {
            let lines = [self.line_above(), self.line_below()].into_iter().flatten();
            lines.map(unbulleted).filter(|line| !line.is_empty())
        };
        is_alone
            && beside().all(|line| is_domain(line) || doubt::ends_like_file(line))
            && beside().any(is_domain)
    }

    /// Whether the same cell of the rows above and below holds a domain.
    fn is_in_column_of_domains(&self, span: &Range<usize>) -> bool {
        let row = &self.block[self.line.clone()];
        if row.len() > LONGEST_ROW {
            return false;
        }
        let in_row = span.start - self.line.start..span.end - self.line.start;
        let Some((delimiter, column)) = table::cell_at(row, &in_row) else { return false };
        let count = row.iter().filter(|b| **b == delimiter).count();
        let mut beside = [self.line_above(), self.line_below()].into_iter().flatten().peekable();
        beside.peek().is_some()
            && beside.all(|row| table::cell(row, delimiter, column, count).is_none_or(is_domain))
            && [self.line_above(), self.line_below()]
                .into_iter()
                .flatten()
                .any(|row| table::cell(row, delimiter, column, count).is_some_and(is_domain))
    }

    /// The line above, if it is short.
    fn line_above(&self) -> Option<&[u8]> {
        let above = &self.block[self.line.start.saturating_sub(LONGEST_ROW)..self.line.start];
        let above = above.strip_suffix(b"\n").unwrap_or(above);
        let above = above.strip_suffix(b"\r").unwrap_or(above);
        let start = memchr::memrchr(b'\n', above).map_or(0, |at| at + 1);
        Some(&above[start..]).filter(|line| !line.is_empty())
    }

    /// The line below, if it is short.
    fn line_below(&self) -> Option<&[u8]> {
        let below = &self.block[self.line.end..];
        let signs = below.iter().take(2).take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let below = &below[signs..];
        let below = &below[..below.len().min(LONGEST_ROW)];
        let end = memchr::memchr2(b'\n', b'\r', below)?;
        Some(&below[..end]).filter(|line| !line.is_empty())
    }

    /// Whether the head of its column, or the cell before it, calls the cell in `span` a file.
    pub(super) fn is_file_cell(&self, span: &Range<usize>) -> bool {
        let before = self.before(span.start);
        if FILE_BEFORE.is_match(&before[before.len().saturating_sub(NEAR)..]) {
            return true;
        }
        let (row, at) = (&self.block[self.line.clone()], before.len());
        self.header.is_some_and(|header| header.is_file(row, at))
    }

    /// Whether the items before and behind it in an enumeration are domains: two of them, or one
    /// where they stand in quotes.
    fn is_among_domains(&self, span: &Range<usize>) -> bool {
        let before = self.before(span.start);
        let before = &before[before.len().saturating_sub(ITEMS * LONGEST_ITEM)..];
        let after = self.after(span.end);
        let after = &after[..after.len().min(ITEMS * LONGEST_ITEM)];
        let is_quoted = before.ends_with(b"\"") || before.ends_with(b"'");
        let (mut domains, mut others) = (0, 0);
        let mut count = |item: &[u8]| {
            if is_domain(item) {
                domains += 1;
            } else if !doubt::ends_like_file(item) {
                others += 1;
            }
        };
        let mut rest = after;
        for _ in 0..ITEMS {
            let Some((item, behind)) = next_item(rest) else { break };
            count(item);
            rest = behind;
        }
        let mut rest = before;
        for _ in 0..ITEMS {
            let Some((item, ahead)) = last_item(rest) else { break };
            count(item);
            rest = ahead;
        }
        others == 0 && domains >= if is_quoted { 1 } else { 2 }
    }
}

fn unbulleted(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    let bullet = line.first().is_some_and(|b| matches!(b, b'-' | b'*' | b'+'));
    line[usize::from(bullet)..].trim_ascii()
}

fn is_sign(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b' ' | b'\t')
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') || byte >= 0x80
}

/// The item behind a comma or semicolon, and what follows it.
fn next_item(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let signs = text.iter().take_while(|b| is_sign(**b) || matches!(b, b',' | b';')).count();
    if !text[..signs].iter().any(|b| matches!(b, b',' | b';')) {
        return None;
    }
    let rest = &text[signs..];
    let len = rest.iter().take_while(|b| is_part(**b)).count();
    (len > 0).then(|| (rest[..len].strip_suffix(b".").unwrap_or(&rest[..len]), &rest[len..]))
}

/// The item before a comma or semicolon, and what stands before it.
fn last_item(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let signs = text.iter().rev().take_while(|b| is_sign(**b) || matches!(b, b',' | b';')).count();
    let (rest, signs) = text.split_at(text.len() - signs);
    if !signs.iter().any(|b| matches!(b, b',' | b';')) {
        return None;
    }
    let len = rest.iter().rev().take_while(|b| is_part(**b)).count();
    (len > 0).then(|| (&rest[rest.len() - len..], &rest[..rest.len() - len]))
}

/// Whether an item is a domain, and nothing speaks against it.
fn is_domain(item: &[u8]) -> bool {
    item.len() <= LONGEST_ITEM
        && item.contains(&b'.')
        && indicator::has_suffix(item)
        && doubt::of(item).is_none()
}
