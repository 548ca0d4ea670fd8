//! Indicators inside longer lines: reports, CSV, mail, logs.
//!
//! [`read_block`] reads a block of whole lines. A line that is itself one indicator is that, as
//! [`classify`] reads it; any other is searched for all that it holds. One byte regex (`core`)
//! runs over the whole block and finds what every indicator has: a dotted name, four numbers, a
//! long hex run, colons, `://`. The rooms beside it say how far each reaches and whether it counts
//! (`name`, `link`, `six`, `quad`, `digest`); [`crate::indicator`] brings it into its canonical
//! form. Everything that was looked at is passed over, found or not, so that no input is read
//! again and again.

mod context;
mod core;
mod digest;
mod label;
mod link;
mod memo;
mod name;
mod place;
mod quad;
mod row;
mod scan;
mod six;
mod tail;

use std::ops::Range;

use crate::indicator::{self, Indicator, Invalid, Kind, Reading, classify};

pub use self::context::Context;
use self::core::{Cores, Sort};
use self::memo::Memo;
use self::place::{Place, Step, is_word};
use self::row::Columns;

/// What a block of whole lines holds. Lines are counted from 0 within the block; spans are byte
/// ranges of the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// All lines: the sum of the next four.
    pub lines: u64,
    /// Lines that hold an indicator, or an invalid one.
    pub with: u64,
    /// Lines that hold none.
    pub without: u64,
    /// Lines that begin with `#`.
    pub comments: u64,
    /// Lines of white space.
    pub blank: u64,
    /// Everything found, in order of position.
    pub found: Vec<Found>,
    /// Number and trimmed span of the first [`Settings::named`] lines without an indicator.
    pub without_lines: Vec<(u64, Range<usize>)>,
    /// The first [`Settings::named`] comments that hold an indicator: number, trimmed span, and the
    /// first indicator's text.
    pub comments_with: Vec<(u64, Range<usize>, String)>,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line that it stands in.
    pub line: u64,
    /// What of the block it is; a whole line without the spaces about it, and without its note.
    pub span: Range<usize>,
    /// What it is.
    pub content: Content,
    /// Whether it stands inside a longer line.
    pub inside: bool,
}

/// What a thing found is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// An indicator.
    Indicator(Indicator),
    /// A whole line that is shaped like an indicator and is none.
    Invalid(Invalid),
}

/// How a block is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// A line is one indicator or invalid; it is not searched.
    pub whole_lines: bool,
    /// So many lines of each sort are named.
    pub named: usize,
}

/// A longer line is only searched, not also read as one indicator: no indicator has this length,
/// and a line of 100 MB would be copied several times.
const LONGEST_TOKEN: usize = 1 << 16;

/// Reads a block of whole lines, which end at LF, CRLF or CR, the last one perhaps at the block's
/// end. Any bytes will do.
#[must_use]
pub fn read_block(block: &[u8], settings: Settings) -> Block {
    read_block_in(block, settings, &Context::default())
}

/// Reads a block that others stand before.
#[must_use]
pub fn read_block_in(block: &[u8], settings: Settings, context: &Context) -> Block {
    let mut reader = Reader {
        block,
        settings,
        cores: Cores::new(block),
        memo: Memo::default(),
        above: &context.above,
        columns: context.columns.clone(),
        is_labelled: label::ends_alone(&context.above),
        out: Block::default(),
    };
    let mut start = 0;
    while start < block.len() {
        let (end, next) = line_end(block, start);
        reader.line(start..end);
        reader.out.lines += 1;
        start = next;
    }
    reader.out
}

/// Where the line ends, and where the next one begins.
fn line_end(block: &[u8], start: usize) -> (usize, usize) {
    let Some(len) = memchr::memchr2(b'\n', b'\r', &block[start..]) else {
        return (block.len(), block.len());
    };
    let end = start + len;
    let is_pair = block[end..].starts_with(b"\r\n");
    (end, end + 1 + usize::from(is_pair))
}

struct Reader<'b> {
    block: &'b [u8],
    settings: Settings,
    cores: Cores<'b>,
    memo: Memo<'b>,
    above: &'b [u8],
    columns: Option<Columns>,
    /// The line above is nothing but the label of another digest.
    is_labelled: bool,
    out: Block,
}

impl Reader<'_> {
    fn line(&mut self, line: Range<usize>) {
        let trimmed = trim(self.block, line.clone());
        if trimmed.is_empty() {
            self.out.blank += 1;
            self.columns = None;
            self.is_labelled = false;
            return;
        }
        if self.block[trimmed.start] == b'#' {
            self.out.comments += 1;
            self.is_labelled = label::is_alone(&self.block[trimmed.clone()]);
            self.head(&trimmed);
            return self.comment(line, trimmed);
        }
        let before = self.out.found.len();
        if self.settings.whole_lines {
            match content(classify(&self.block[trimmed.clone()])) {
                Some(content) => self.take_whole(&trimmed, content),
                None => {
                    let invalid = Invalid { reason: "not an indicator".into() };
                    self.take(trimmed.clone(), Content::Invalid(invalid), false);
                }
            }
        } else if !self.is_labelled || !label::is_digest_alone(&self.block[trimmed.clone()]) {
            self.is_labelled = false;
            self.read(&line, &trimmed);
        }
        if self.out.found.len() > before {
            self.out.with += 1;
            return;
        }
        self.out.without += 1;
        if self.out.without_lines.len() < self.settings.named {
            self.out.without_lines.push((self.out.lines, trimmed.clone()));
        }
        self.is_labelled |= label::is_alone(&self.block[trimmed.clone()]);
        self.head(&trimmed);
    }

    /// A line that holds no indicator may be the head of a table; some stand in a comment.
    fn head(&mut self, line: &Range<usize>) {
        if let Some(columns) = Columns::of(&self.block[line.clone()])
            && columns.replaces(self.columns.as_ref())
        {
            self.columns = Some(columns);
        }
    }

    /// A line that is one indicator is that; but a row of cells, or a URL with the end of a sentence
    /// behind it, is first searched.
    fn read(&mut self, line: &Range<usize>, trimmed: &Range<usize>) {
        let whole = self.whole(trimmed);
        let text = &self.block[trimmed.clone()];
        let is_certain = match &whole {
            Some(Content::Indicator(indicator)) => {
                let is_row = || row::delimiter(text, self.columns.as_ref()).is_some();
                indicator.kind != Kind::Url || !is_row() && !tail::is_open(text)
            }
            Some(Content::Invalid(_)) => !row::has_delimiter(text),
            None => false,
        };
        let before = self.out.found.len();
        if !is_certain {
            self.search(line);
        }
        if let Some(content) = whole.filter(|_| self.out.found.len() == before) {
            self.take_whole(trimmed, content);
        }
    }

    fn take_whole(&mut self, trimmed: &Range<usize>, content: Content) {
        let len = len_without_note(&self.block[trimmed.clone()]);
        self.take(trimmed.start..trimmed.start + len, content, false);
    }

    fn take(&mut self, span: Range<usize>, content: Content, inside: bool) {
        self.out.found.push(Found { line: self.out.lines, span, content, inside });
    }

    /// What the line is as a whole. Cheap for what cannot be one indicator: most lines of a log.
    fn whole(&mut self, trimmed: &Range<usize>) -> Option<Content> {
        let text = &self.block[trimmed.clone()];
        if text.len() > LONGEST_TOKEN {
            return None;
        }
        let core = self.cores.in_line(trimmed.start, trimmed.end);
        let may_be = match memchr::memchr2(b' ', b'\t', text) {
            // Without a core it can be `localhost`, or a label with too short a hash.
            None => {
                core.is_some()
                    || matches!(text[0], b'l' | b'L' | b'.' | b'*')
                    || memchr::memchr2(b':', b'=', text).is_some()
            }
            Some(space) => {
                core.is_some_and(|(core, sort)| {
                    sort == Sort::Word || self.cores.has_spaced_dot(&core, sort)
                }) || text[space..].trim_ascii_start().starts_with(b"#")
                    || label::is_labelled(text)
            }
        };
        if may_be { content(classify(text)) } else { None }
    }

    /// Searches a line for all that it holds.
    fn search(&mut self, line: &Range<usize>) {
        let mut from = line.start;
        let mut last = None;
        while let Some((core, sort)) = self.cores.in_line(from, line.end) {
            let mut place = Place {
                block: self.block,
                above: self.above,
                columns: self.columns.as_ref(),
                line: line.clone(),
                floor: last.as_ref().map_or(line.start, |last: &Range<usize>| last.end),
                last: last.clone(),
            };
            let step = place.step(sort, &mut self.memo, &core);
            from = step.resume.max(core.start + 1);
            if let Some((span, indicator)) = step.hit {
                last = Some(span.clone());
                self.take(span, Content::Indicator(indicator), true);
            }
        }
    }

    /// A comment is never looked up; the first ones that hold an indicator are said.
    fn comment(&mut self, line: Range<usize>, trimmed: Range<usize>) {
        if self.out.comments_with.len() >= self.settings.named {
            return;
        }
        let text = &self.block[trimmed.clone()];
        let body = text.iter().position(|b| *b != b'#').map_or(&text[..0], |at| &text[at..]);
        let whole = if body.len() > LONGEST_TOKEN { Reading::Nothing } else { classify(body) };
        let held = match whole {
            Reading::Indicator(indicator) => Some(indicator.text),
            _ if self.settings.whole_lines => None,
            _ => self.first_inside(&line),
        };
        if let Some(held) = held {
            self.out.comments_with.push((self.out.lines, trimmed, held));
        }
    }

    fn first_inside(&mut self, line: &Range<usize>) -> Option<String> {
        let before = self.out.found.len();
        self.search(line);
        let mut inside = self.out.found.drain(before..);
        match inside.next()?.content {
            Content::Indicator(indicator) => Some(indicator.text),
            Content::Invalid(_) => None,
        }
    }
}

fn content(reading: Reading) -> Option<Content> {
    match reading {
        Reading::Indicator(indicator) => Some(Content::Indicator(indicator)),
        Reading::Invalid(invalid) => Some(Content::Invalid(invalid)),
        Reading::Nothing => None,
    }
}

fn trim(block: &[u8], line: Range<usize>) -> Range<usize> {
    let text = &block[line.clone()];
    let start = line.start + (text.len() - text.trim_ascii_start().len());
    start..start.max(line.end - (text.len() - text.trim_ascii_end().len()))
}

/// How much of a line that is one indicator stands before its note, which may be in any encoding.
fn len_without_note(text: &[u8]) -> usize {
    let valid = text.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let indicator = indicator::without_note(valid);
    if indicator.len() < valid.len() { indicator.trim_end().len() } else { text.len() }
}
