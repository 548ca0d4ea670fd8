//! Rows of delimited tables: where a cell ends, and what its column's head says.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::{Filtered, bytes_regex};
use crate::indicator::{Reading, classify};

use super::label;

const DELIMITERS: [u8; 3] = [b',', b';', b'|'];

/// A longer line is no row.
const LONGEST: usize = 1 << 16;

/// How many lines it takes to tell a feed.
const LINES_OF_FEED: usize = 200;

/// A row is told by its first cells.
const CELLS: usize = 16;

/// What tables say of an indicator, or call a column of them.
static KIND: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^(?i:<COLUMN>)$"));
static DOMAIN: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^(?i:<DOMAIN_WORD>)$"));
/// What tables call a column of files.
static FILE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        "^(?i:(?:original[ _-]?)?file(?:[ _-]?(?:name|path))?s?|path|image(?:[ _-]?path)?|attachments?|process|name|script|module)$",
    )
});
/// What Zeek writes before the names of its columns.
const ZEEK: &[u8] = b"#fields\t";
/// A longer row is not taken apart for each name in it.
const LONGEST_DOMAIN_ROW: usize = 2048;
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r"^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})(?:[ T][0-9:.]+Z?)?$",
    )
});

/// The delimiter of a row that begins with a URL. A comma or semicolon may also be the URL's own:
/// the table's head says how many there are, or the other cells must look like cells.
pub(super) fn delimiter(text: &[u8], header: Option<&TableHeader>) -> Option<u8> {
    if let Some(header) = header.filter(|header| header.fit(text)) {
        return Some(header.delimiter).filter(|delimiter| DELIMITERS.contains(delimiter));
    }
    DELIMITERS.into_iter().find(|delimiter| {
        let mut cells = text.split(|b| b == delimiter);
        let first = cells.next().unwrap_or_default();
        let rest: Vec<&[u8]> = cells.take(CELLS).map(unquoted).collect();
        !rest.is_empty() && first.contains(&b'/') && are_cells(first, &rest)
    })
}

/// Whether a line is a URL, a delimiter and words, such as a malware's family or a country.
fn is_row_of_feed(line: &[u8], delimiter: u8) -> bool {
    const LONGEST_WORD: usize = 48;
    if line.len() > LONGEST || !begins_link(line) {
        return false;
    }
    let is_sign = |b: &u8| b.is_ascii_alphanumeric() || b" _.:+-/()".contains(b) || !b.is_ascii();
    let is_word = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        cell.len() <= LONGEST_WORD && cell.iter().all(is_sign) && !cell.contains(&b'/')
            || begins_link(cell)
    };
    let mut cells = line.split(|b| *b == delimiter);
    cells.next();
    let mut cells = cells.peekable();
    cells.peek().is_some() && cells.all(is_word)
}

/// A head's cell without quotes, and without the sign of a comment.
fn unmarked(cell: &[u8]) -> &[u8] {
    let is_mark = |b: &u8| matches!(b, b'#' | b'"' | b'\'' | b'`' | b'*' | b' ' | b'\t');
    let start = cell.iter().take_while(|b| is_mark(b)).count();
    let cell = &cell[start..];
    &cell[..cell.len() - cell.iter().rev().take_while(|b| is_mark(b)).count()]
}

/// Whether a cell may be the name of a column: a few words, or nothing. Numbers are no names, so
/// that a table of them is seen through at once.
fn is_name(cell: &[u8]) -> bool {
    const WORDS: usize = 4;
    cell.first().is_none_or(|b| !b.is_ascii_digit())
        && cell.iter().filter(|b| **b == b' ').count() < WORDS
}

fn unquoted(cell: &[u8]) -> &[u8] {
    cell.trim_ascii()
}

fn are_cells(first: &[u8], rest: &[&[u8]]) -> bool {
    let is_certain = |cell: &&[u8]| {
        cell.is_empty()
            || cell.starts_with(b"\"")
            || begins_link(cell)
            || KIND.is_match(cell)
            || is_indicator(cell)
    };
    if rest.iter().any(is_certain) {
        return true;
    }
    // A list in a query is the URL's own: `?range=2026-01-01,2026-02-01`.
    if first.contains(&b'?') {
        return false;
    }
    let is_word = |cell: &&[u8]| cell.len() > 2 && cell.iter().all(u8::is_ascii_alphabetic);
    let is_plain =
        |cell: &&[u8]| cell.iter().all(|b| b.is_ascii_alphanumeric() || b" _.:+-".contains(b));
    rest.iter().any(|cell| DATE.is_match(cell))
        || rest.len() > 1 && rest.iter().all(is_plain) && rest.iter().any(is_word)
}

fn is_indicator(cell: &[u8]) -> bool {
    let may_be =
        cell.len() < 256 && (cell.contains(&b'.') || cell.contains(&b':') || cell.len() >= 32);
    may_be && matches!(classify(cell), Reading::Indicator(_))
}

/// What a URL begins with, plain or spoilt.
static LINK: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match =
        |text: &[u8]| matches!(text.first(), Some(b'h' | b'H' | b'm' | b'M' | b'f' | b'F'));
    Filtered::new(may_match, "^(?i:<WEB><SECURE>?<SCHEME_END>|ftp:)")
});

/// Whether a URL begins here.
pub(super) fn begins_link(text: &[u8]) -> bool {
    LINK.is_match(text)
}

/// The head of a table: how many columns it has, and which of them hold domains or other digests than
/// files'.
#[derive(Clone, Debug)]
pub(super) struct TableHeader {
    delimiter: u8,
    count: usize,
    other: Vec<usize>,
    domains: Vec<usize>,
    files: Vec<usize>,
    names_digest: bool,
}

impl TableHeader {
    /// The columns of a feed that has no head: `url|tag`, `url,tag`, `url;tag`. At least three lines,
    /// and nine of ten, have an indicator, a delimiter and words.
    pub(super) fn of_feed(block: &[u8]) -> Option<TableHeader> {
        let lines = || {
            let lines = block.split(|b| matches!(b, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
            lines.filter(|line| !line.is_empty() && line[0] != b'#').take(LINES_OF_FEED)
        };
        let first = lines().next()?;
        let delimiter =
            DELIMITERS.into_iter().find(|delimiter| is_row_of_feed(first, *delimiter))?;
        let is_row = |line: &&[u8]| is_row_of_feed(line, delimiter);
        let (count, rows) = (lines().count(), lines().filter(is_row).count());
        let is_feed = rows >= 3 && rows * 10 >= count * 9;
        is_feed.then(|| TableHeader {
            delimiter,
            count: first.split(|b| *b == delimiter).count(),
            other: Vec::new(),
            domains: Vec::new(),
            files: Vec::new(),
            names_digest: false,
        })
    }

    /// Reads a line as the head of a table: short names with delimiters between them, of which one
    /// at least is that of indicators or of other digests. `"type": "imphash",` is JSON, and what
    /// ends with a full stop prose.
    pub(super) fn of(line: &[u8]) -> Option<TableHeader> {
        let line = line.strip_prefix(ZEEK).unwrap_or(line);
        let is_head = line.len() < 4096
            && memchr::memchr3(b':', b'=', b'{', line).is_none()
            && line.iter().any(|b| matches!(b, b',' | b'\t' | b';' | b'|'))
            && !line.contains(&b'}')
            && !line.ends_with(b".");
        if !is_head {
            return None;
        }
        [b',', b'\t', b';', b'|'].into_iter().find_map(|delimiter| {
            let cells = || line.split(|b| *b == delimiter).map(unmarked);
            if !cells().all(is_name) {
                return None;
            }
            let others = cells().enumerate().filter(|(_, cell)| label::is_other(cell));
            let other: Vec<usize> = others.map(|(at, _)| at).collect();
            let count = cells().count();
            let is_head = count > 1
                && other.len() < count
                && (!other.is_empty() || cells().any(|cell| KIND.is_match(cell)));
            let names_digest = !other.is_empty() || cells().any(label::is_file);
            let domains = cells().enumerate().filter(|(_, cell)| DOMAIN.is_match(cell));
            let domains = domains.map(|(at, _)| at).collect();
            let files = cells().enumerate().filter(|(_, cell)| FILE.is_match(cell));
            let files = files.map(|(at, _)| at).collect();
            is_head.then_some(TableHeader { delimiter, count, other, domains, files, names_digest })
        })
    }

    /// Whether this ends the table that another head began: a row may be but one word like a head's.
    pub(super) fn replaces(&self, before: Option<&TableHeader>) -> bool {
        self.names_digest || before.is_none()
    }

    /// Whether a row has as many cells as the head.
    fn fit(&self, row: &[u8]) -> bool {
        row.len() <= LONGEST && self.cells_of(row, 0..0).0 == self.count
    }

    /// Whether what stands at `at` in a row is in a column of other digests.
    pub(super) fn is_other(&self, row: &[u8], at: usize) -> bool {
        if row.len() > LONGEST {
            return false;
        }
        let (count, column) = self.cells_of(row, 0..at);
        count == self.count && self.other.contains(&column)
    }

    /// Whether what stands at `at` in a row is in a column of domains.
    pub(super) fn is_domain(&self, row: &[u8], at: usize) -> bool {
        self.is_in(&self.domains, row, at)
    }

    /// Whether what stands at `at` in a row is in a column of files' names.
    pub(super) fn is_file(&self, row: &[u8], at: usize) -> bool {
        self.is_in(&self.files, row, at)
    }

    fn is_in(&self, columns: &[usize], row: &[u8], at: usize) -> bool {
        if columns.is_empty() || row.len() > LONGEST_DOMAIN_ROW {
            return false;
        }
        let (count, column) = self.cells_of(row, 0..at);
        count == self.count && columns.contains(&column)
    }

    /// How many cells a row has, and in which one `before` ends. A delimiter between quotes does not count.
    fn cells_of(&self, row: &[u8], before: Range<usize>) -> (usize, usize) {
        let (mut count, mut column, mut quoted) = (1, 0, false);
        for (at, b) in row.iter().enumerate() {
            match b {
                b'"' => quoted = !quoted,
                b if *b == self.delimiter && !quoted => {
                    count += 1;
                    column += usize::from(before.contains(&at));
                }
                _ => {}
            }
        }
        (count, column)
    }
}

/// The cell of a row that ends and begins about `span`, and its number; none where no delimiter
/// stands beside it.
pub(super) fn cell_at(row: &[u8], span: &Range<usize>) -> Option<(u8, usize)> {
    let is_mark = |b: &&u8| matches!(b, b'"' | b'\'' | b'`' | b' ');
    let before = &row[..span.start];
    let ahead = before.iter().rev().find(|b| !is_mark(b));
    let behind = row[span.end..].iter().find(|b| !is_mark(b));
    let delimiter = match (ahead, behind) {
        (Some(a @ (b',' | b';' | b'|' | b'\t')), Some(b)) if a == b => *a,
        (None, Some(b @ (b',' | b';' | b'|' | b'\t'))) => *b,
        (Some(a @ (b',' | b';' | b'|' | b'\t')), None) => *a,
        _ => return None,
    };
    Some((delimiter, before.iter().filter(|b| **b == delimiter).count()))
}

/// The n-th cell of a row, if it has `count` delimiters.
pub(super) fn cell(row: &[u8], delimiter: u8, column: usize, count: usize) -> Option<&[u8]> {
    if row.iter().filter(|b| **b == delimiter).count() != count {
        return None;
    }
    row.split(|b| *b == delimiter).nth(column).map(unmarked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tests::holds;

    #[test]
    fn a_quick_look_refuses_no_link() {
        let words = ["http", "hxxps", "meow", "://", "[:]//", "ftp", "evil.com"];
        holds(&LINK, &words, &["http://", "hxxps[:]//", "meow://", "ftp:", "h**p://"]);
    }
}
