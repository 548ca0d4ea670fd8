//! Rows of delimited tables: where a cell ends, and what its column's head says.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::indicator::{Reading, classify};

use super::core::pattern;
use super::label;

const DELIMITERS: [u8; 3] = [b',', b';', b'|'];

/// A longer line is no row.
const LONGEST: usize = 1 << 16;

/// A row is told by its first cells.
const CELLS: usize = 16;

/// What tables say of an indicator, or call a column of them.
static KIND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?i:url|uri|link|domain|hostname|host|fqdn|ip|ipv4|ipv6|ip[ _-]?addr(?:ess)?|ip-(?:src|dst)|e-?mail|hash|file[ _-]?hash|md5|sha-?1|sha-?256|indicator|indicator[ _-]?(?:value|type)|ioc|value|type|observable|c2|malware|phishing)$",
    )
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4})(?:[ T][0-9:.]+Z?)?$",
    )
});

pub(super) fn has_delimiter(text: &[u8]) -> bool {
    text.iter().any(|b| DELIMITERS.contains(b))
}

/// Whether a line that could be read as one URL is a row of cells, of which the first is one.
pub(super) fn is_row(text: &[u8]) -> bool {
    delimiter(text).is_some()
}

/// The delimiter of a row that begins with a URL. A comma or semicolon may also be the URL's own,
/// so the other cells must look like cells.
pub(super) fn delimiter(text: &[u8]) -> Option<u8> {
    DELIMITERS.into_iter().find(|delimiter| {
        let mut cells = text.split(|b| b == delimiter);
        let first = cells.next().unwrap_or_default();
        let rest: Vec<&[u8]> = cells.take(CELLS).map(unquoted).collect();
        !rest.is_empty() && first.contains(&b'/') && are_cells(first, &rest)
    })
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

/// Whether a URL begins here.
pub(super) fn begins_link(text: &[u8]) -> bool {
    let head = text.get(..4).unwrap_or_default().to_ascii_lowercase();
    matches!(&head[..], b"http" | b"hxxp") && text[..text.len().min(16)].contains(&b'/')
        || head.starts_with(b"ftp:")
}

/// Whether a cell of a head names another digest than a file's: names are short, prose is not.
fn is_other(cell: &[u8]) -> bool {
    const WORDS: usize = 3;
    cell.trim_ascii().split(|b| *b == b' ').count() <= WORDS && label::is_other(cell)
}

/// The columns of a table whose head was read, and which of them hold other digests than files'.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    delimiter: u8,
    count: usize,
    other: Vec<usize>,
}

impl Columns {
    /// Reads a line as the head of a table.
    pub(super) fn of(line: &[u8]) -> Option<Columns> {
        // A head is cells with names in them; `"type": "imphash",` is JSON.
        let is_head = line.len() < 4096
            && memchr::memchr3(b':', b'=', b'{', line).is_none()
            && line.iter().any(|b| matches!(b, b',' | b'\t' | b';' | b'|'))
            && !line.contains(&b'}');
        if !is_head || !label::is_other(line) {
            return None;
        }
        [b',', b'\t', b';', b'|'].into_iter().find_map(|delimiter| {
            let cells: Vec<&[u8]> = line.split(|b| *b == delimiter).collect();
            let other: Vec<usize> = (0..cells.len()).filter(|at| is_other(cells[*at])).collect();
            let count = cells.len();
            (count > 1 && !other.is_empty() && other.len() < count).then_some(Columns {
                delimiter,
                count,
                other,
            })
        })
    }

    /// Whether what stands at `at` in a row is in a column of other digests.
    pub(super) fn is_other(&self, row: &[u8], at: usize) -> bool {
        if row.len() > LONGEST {
            return false;
        }
        let (count, column) = self.place(row, 0..at);
        count == self.count && self.other.contains(&column)
    }

    /// How many cells a row has, and in which one `before` ends. A delimiter between quotes is none.
    fn place(&self, row: &[u8], before: Range<usize>) -> (usize, usize) {
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
