//! What a text is as a whole, as far as that says what its signs mean.

use crate::indicator::{Reading, classify};

use super::block::Lines;
use super::cursor::Markup;
use super::lines::{line_end, trim};

/// Whether a text is a list: there, and only there, `#` begins a comment or a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Most of its lines are one token.
    List,
    /// Prose, a log, a table, a document.
    Other,
}

/// How many lines decide whether a text is a list.
const LINES: usize = 200;

impl Form {
    /// The form of a text, by its first block: a list if more than half of its first lines that are
    /// neither blank nor begin with `#` are one token, a bullet and a note aside.
    /// Without such a line there is nothing to tell it by.
    pub(super) fn of(block: &[u8]) -> Option<Form> {
        let (mut tokens, mut lines, mut start) = (0, 0, 0);
        while start < block.len() && lines < LINES {
            let (end, next) = line_end(block, start);
            let line = &block[trim(block, start..end)];
            start = next;
            if line.is_empty() || line[0] == b'#' {
                continue;
            }
            lines += 1;
            tokens += usize::from(is_token(line));
        }
        let form = if 2 * tokens > lines { Form::List } else { Form::Other };
        (lines > 0).then_some(form)
    }
}

/// How many bytes of a block are looked at for its markup.
const HEAD: usize = 1 << 16;

/// Whether a line is one token.
fn is_token(line: &[u8]) -> bool {
    let bullets: [&[u8]; 3] = [b"- ", b"* ", "• ".as_bytes()];
    let line = bullets.iter().find_map(|bullet| line.strip_prefix(*bullet)).unwrap_or(line);
    let line = line.trim_ascii_start();
    // A token of an unreasonable length is a line of data.
    let line = &line[..line.len().min(1 << 12)];
    match line.iter().position(|b| matches!(b, b' ' | b'\t')) {
        Some(space) => line[space..].trim_ascii_start().starts_with(b"#"),
        None => true,
    }
}

/// A longer line is not an indicator.
const LONGEST_TOKEN: usize = 1 << 16;

/// Whether a line of a list is a comment: one that begins with `#` and goes on with a space, another `#`
/// or nothing but an indicator.
pub(super) fn is_comment(line: &[u8], lines: Lines) -> bool {
    let [b'#', rest @ ..] = line else { return false };
    matches!(rest, [] | [b' ' | b'\t' | b'#', ..])
        || lines == Lines::Whole
        || rest.len() <= LONGEST_TOKEN && matches!(classify(rest), Reading::Indicator(_))
}

/// The markup of a text, by two lines that begin as only AsciiDoc's headings and tables do.
pub(super) fn markup_of(block: &[u8]) -> Markup {
    const MARKS: [&[u8]; 4] = [b"= ", b"== ", b"=== ", b"|==="];
    let is_mark = |at: usize| MARKS.iter().any(|mark| block[at..].starts_with(mark));
    let block = &block[..block.len().min(HEAD)];
    let inner = memchr::memchr_iter(b'\n', block).map(|at| at + 1);
    let mut starts = std::iter::once(0).chain(inner);
    let is_two = starts.by_ref().any(is_mark) && starts.any(is_mark);
    if is_two { Markup::AsciiDoc } else { Markup::Other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_told_by_its_lines() {
        for list in ["a\n", "# x y\n\n- a\n* b # note\nc d\n", "a # b\n", "a\nb\nc d\n", "• a\r\n"]
        {
            assert_eq!(Form::of(list.as_bytes()), Some(Form::List), "{list:?}");
        }
        for other in ["", "# a\n\n#b\n"] {
            assert_eq!(Form::of(other.as_bytes()), None, "{other:?}");
        }
        for other in ["a b\n", "a\nb c\n", "a\nb c\nd e\n", "- a b\n"] {
            assert_eq!(Form::of(other.as_bytes()), Some(Form::Other), "{other:?}");
        }
    }

    #[test]
    fn two_headings_make_asciidoc() {
        for text in ["= A\n== B\n", "a\n== B\nb\n|===\n"] {
            assert_eq!(markup_of(text.as_bytes()), Markup::AsciiDoc, "{text:?}");
        }
        for text in ["= A\n", "a = b\n== c\n", "==a\n==b\n", ""] {
            assert_eq!(markup_of(text.as_bytes()), Markup::Other, "{text:?}");
        }
    }
}
