//! Where a URL ends that stands in running text.

use crate::lexicon::ENTITIES;

use super::cursor::{Cursor, Markup};
use super::table;

/// Deeper brackets than any URL has.
const DEEPEST: usize = 32;

impl Cursor<'_, '_> {
    /// The end of the path, query and fragment that begin at `from`, of a URL that begins at
    /// `start`: before a space, a quote, a delimiter of Markdown, HTML or the CSV row, a bracket
    /// that was not opened in it, or the punctuation of the sentence.
    pub(super) fn tail_end(&self, start: usize, from: usize) -> usize {
        let open = self.previous(start);
        let delimiter = self.delimiter(start, open);
        let text = self.after(from);
        let mut brackets: Vec<(u8, usize)> = Vec::new();
        let mut at = 0;
        let mut part = Part::Path;
        while let Some(len) = self.sign(&text[at..], open, delimiter, part) {
            match text[at] {
                b'?' => part = Part::Query,
                b @ (b'(' | b'[' | b'{') => brackets.push((b, at)),
                b @ (b')' | b']' | b'}') => {
                    let opening = match b {
                        b')' => b'(',
                        b']' => b'[',
                        _ => b'{',
                    };
                    let Some(pair) = brackets.iter().rposition(|(b, _)| *b == opening) else {
                        break;
                    };
                    brackets.truncate(pair);
                }
                _ => {}
            }
            if brackets.len() > DEEPEST {
                break;
            }
            at += len;
        }
        let end = brackets.first().map_or(at, |(_, opened)| *opened);
        from + trimmed(&text[..end], open, text.get(end).copied(), self.markup)
    }

    /// What ends a cell, if the URL stands in one: the sign directly before it, or that of a row
    /// that begins with it.
    fn delimiter(&self, start: usize, open: Option<u8>) -> Option<u8> {
        if let Some(b @ (b',' | b';')) = open {
            return Some(b);
        }
        let line = &self.block[self.line.clone()];
        let is_first = self.before(start).trim_ascii_end().is_empty();
        if is_first { table::delimiter(line, self.header) } else { None }
    }

    /// The length of the next sign of the URL; none where it ends.
    fn sign(
        &self,
        rest: &[u8],
        open: Option<u8>,
        delimiter: Option<u8>,
        part: Part,
    ) -> Option<usize> {
        let first = *rest.first()?;
        if first.is_ascii_alphanumeric() || matches!(first, b'/' | b'.' | b'-' | b'_' | b'=' | b'%')
        {
            return Some(1);
        }
        match first {
            0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'`' | b'|' | b'^' => None,
            b'\'' if open == Some(b'\'') => None,
            // In a command that another request's query carries, a plus is a space.
            b'+' | b';' if open == Some(b'+') => None,
            b',' | b';' if delimiter == Some(first) || table::begins_link(&rest[1..]) => None,
            b'&' if ENTITIES.iter().any(|entity| rest[1..].starts_with(entity.as_bytes())) => None,
            b'\\' => escape(rest)
                .or_else(|| (part == Part::Query && !self.is_json()).then(|| backslash(rest))?),
            0x80.. => letter(rest),
            _ => Some(1),
        }
    }
}

/// The part of a URL that is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Query,
}

/// The length of a backslash that is a sign of a query; a letter behind it, `\n` for one, may be an
/// escape of the text about it.
fn backslash(rest: &[u8]) -> Option<usize> {
    match rest.get(1)? {
        b'n' | b'r' | b't' if !rest.get(2).is_some_and(u8::is_ascii_alphanumeric) => None,
        b if b.is_ascii_alphanumeric() || *b == b'\\' => Some(1),
        _ => None,
    }
}

/// The length of an escape that stands for a sign of the URL, or of a defanged dot.
fn escape(rest: &[u8]) -> Option<usize> {
    match rest.get(1)? {
        b'/' | b'_' | b'*' | b'&' | b'~' | b'-' | b'#' | b'=' | b'+' | b'?' => Some(2),
        b'.' | b'[' | b']' | b'(' | b')' => Some(1),
        b'u' => {
            let code = std::str::from_utf8(rest.get(2..6)?).ok()?;
            let plain = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            let is_sign = plain.is_alphanumeric() || "&=/?#%+-_.~:@!$*;".contains(plain);
            is_sign.then_some(6)
        }
        _ => None,
    }
}

/// The length of a letter of another script, or of an emoji; punctuation ends a URL.
fn letter(rest: &[u8]) -> Option<usize> {
    let len = match rest[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let c = std::str::from_utf8(rest.get(..len)?).ok()?.chars().next()?;
    let is_mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{fe0f}');
    let is_wide = matches!(c, '\u{ff00}'..='\u{ffef}');
    ((c.is_alphanumeric() && !is_wide) || is_mark || c >= '\u{10000}').then_some(len)
}

/// The length of `text` without the sentence's punctuation, what closes emphasis that was opened
/// before the URL, and AsciiDoc's link text (`http://evil.com/a[text]`).
fn trimmed(text: &[u8], open: Option<u8>, next: Option<u8>, markup: Markup) -> usize {
    let mut end = text.len();
    while let Some(last) = text[..end].last().copied() {
        let is_punctuation = matches!(last, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\\')
            || last == b'\'' && is_odd(&text[..end]);
        let is_emphasis = matches!(last, b'*' | b'_' | b'~' | b'+') && open == Some(last);
        let is_arrow = last == b'-' && next == Some(b'>') && end == text.len();
        if is_punctuation || is_emphasis || is_arrow {
            end -= 1;
        } else if let Some(start) = link_text(&text[..end], markup) {
            end = start;
        } else {
            break;
        }
    }
    end
}

/// Whether a last apostrophe closes what was opened before the text: one that closes what was
/// opened in it is its own.
fn is_odd(text: &[u8]) -> bool {
    text.iter().filter(|b| **b == b'\'').count() % 2 == 1
}

/// Whether a line that is one URL ends with what a sentence or AsciiDoc put behind it, rather than
/// with its own signs.
pub(super) fn is_open(text: &[u8], markup: Markup) -> bool {
    let last = text.last();
    last.is_some_and(|last| b".,;:!?([{)]}>'\"`*|~\\".contains(last))
        || link_text(text, markup).is_some()
}

/// Where a last `[text]` begins that is not part of the URL: in AsciiDoc letters in brackets behind a
/// path, elsewhere several words. A number (`a[1]`) and what stands in a query (`?a[b]`) is the URL's
/// own, a mark is a dot.
fn link_text(text: &[u8], markup: Markup) -> Option<usize> {
    let body = text.strip_suffix(b"]")?;
    let start = body.iter().rposition(|b| *b == b'[')?;
    let inner = &body[start + 1..];
    let is_mark = inner.eq_ignore_ascii_case(b"dot") || inner.eq_ignore_ascii_case(b"at");
    let is_text = inner.iter().any(u8::is_ascii_alphabetic) && !is_mark;
    let is_link_text = markup == Markup::AsciiDoc || inner.contains(&b' ');
    (is_text && is_link_text && !text[..start].contains(&b'?')).then_some(start)
}
