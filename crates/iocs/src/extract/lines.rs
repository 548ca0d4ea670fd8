//! Lines of bytes: where they end, and what of them is white space or a note.

use std::ops::Range;

use crate::indicator;

/// Where the line that begins at `start` ends, and where the next one begins.
pub(super) fn line_end(block: &[u8], start: usize) -> (usize, usize) {
    let Some(len) = memchr::memchr2(b'\n', b'\r', &block[start..]) else {
        return (block.len(), block.len());
    };
    let end = start + len;
    let is_pair = block[end..].starts_with(b"\r\n");
    (end, end + 1 + usize::from(is_pair))
}

/// A line without the white space about it.
pub(super) fn trim(block: &[u8], line: Range<usize>) -> Range<usize> {
    let text = &block[line.clone()];
    let start = line.start + (text.len() - text.trim_ascii_start().len());
    start..start.max(line.end - (text.len() - text.trim_ascii_end().len()))
}

/// How much of a line that is one indicator stands before its note, which may be in any encoding.
pub(super) fn len_without_note(text: &[u8]) -> usize {
    let valid = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let indicator = indicator::without_note(valid);
    if indicator.len() < valid.len() { indicator.trim_end().len() } else { text.len() }
}

/// Letters, digits and the underscore: what a word is made of. Other scripts are not counted, for
/// some write no spaces between words.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
