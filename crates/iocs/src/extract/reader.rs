//! Reads a block line by line.

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::{Content, Extent, Finding};
use crate::indicator::{Invalid, Kind, Reading, classify};
use crate::plain::{self, Plain};

use super::block::{Block, LeftOutSpan, Lines, Options, Rules};
use super::candidate::CandidateKind;
use super::candidates::Candidates;
use super::context::Context;
use super::cursor::{Cursor, Markup};
use super::form::Form;
use super::hash_bytes::{self, Surroundings};
use super::judge::judge;
use super::lines::{len_without_note, line_end, trim};
use super::memo::Memo;
use super::table::TableHeader;
use super::whole::{self, content};
use super::{decode, form, label, table, tail, windows_dns};

/// A longer line is only searched, not also read as one indicator: no indicator has this length,
/// and a line of 100 MB would be copied several times.
const LONGEST_TOKEN: usize = 1 << 16;

/// Reads a block of whole lines, which end at LF, CRLF or CR, the last one perhaps at the block's
/// end. Any bytes will do.
#[must_use]
pub fn read_block(block: &[u8], options: Options) -> Block {
    read_block_in(block, options, &Context::default())
}

/// Reads a block that others stand before.
#[must_use]
pub fn read_block_in(block: &[u8], options: Options, context: &Context) -> Block {
    let feed = TableHeader::of_feed(block);
    let mut reader = Reader {
        may_hold_signs: plain::may_hold_signs(block),
        may_hold_encoded: decode::may_hold(block),
        header: context.header.clone().or_else(|| feed.clone()),
        feed,
        is_labelled: label::ends_alone(&context.above),
        form: if options.lines == Lines::Whole {
            Form::List
        } else {
            context.form_of(block).unwrap_or(Form::Other)
        },
        markup: context.markup_of(block),
        ..Reader::new(block, options, &context.above)
    };
    reader.lines();
    reader.out
}

struct Reader<'b> {
    block: &'b [u8],
    options: Options,
    candidates: Candidates<'b>,
    memo: Memo<'b>,
    above: &'b [u8],
    header: Option<TableHeader>,
    /// The line above is nothing but the label of another digest.
    is_labelled: bool,
    /// The columns of a feed without a head.
    feed: Option<TableHeader>,
    form: Form,
    markup: Markup,
    /// Whether lines may hold signs that are to be undone first.
    may_hold_signs: bool,
    /// Whether lines may hold names as Windows' DNS server writes them.
    has_windows_names: bool,
    /// Whether lines may hold encoded text.
    may_hold_encoded: bool,
    /// How deep in encoded text this is.
    depth: u8,
    out: Block,
}

impl<'b> Reader<'b> {
    fn new(block: &'b [u8], options: Options, above: &'b [u8]) -> Self {
        Reader {
            block,
            options,
            candidates: Candidates::new(block),
            memo: Memo::for_block(block.len()),
            above,
            header: None,
            is_labelled: false,
            feed: None,
            form: Form::Other,
            markup: Markup::Other,
            may_hold_signs: false,
            has_windows_names: memchr::memmem::find(block, windows_dns::END).is_some(),
            may_hold_encoded: false,
            depth: 0,
            out: Block::default(),
        }
    }

    /// Reads all lines of the block.
    fn lines(&mut self) {
        let mut start = 0;
        while start < self.block.len() {
            let (end, next) = line_end(self.block, start);
            self.line(start..end);
            self.out.lines += 1;
            start = next;
        }
    }

    fn line(&mut self, line: Range<usize>) {
        match self.may_hold_signs.then(|| plain::of(&self.block[line.clone()])).flatten() {
            Some(plain) => self.plain(&line, &plain),
            None => self.as_written(line),
        }
    }

    /// Reads what a line is without the signs that are to be undone.
    fn plain(&mut self, line: &Range<usize>, plain: &Plain) {
        let near = &self.block[line.start.saturating_sub(label::BYTES_ABOVE)..line.start];
        let above = if line.start < label::BYTES_ABOVE {
            Cow::Owned([self.above, near].concat())
        } else {
            Cow::Borrowed(near)
        };
        let mut reader = Reader {
            header: self.header.take(),
            feed: self.feed.clone(),
            is_labelled: self.is_labelled,
            may_hold_encoded: self.may_hold_encoded,
            depth: self.depth,
            form: self.form,
            markup: self.markup,
            ..Reader::new(&plain.text, self.options, &above)
        };
        reader.options.named = self.options.named.saturating_sub(self.out.without_lines.len());
        reader.as_written(0..plain.text.len());
        (self.header, self.is_labelled) = (reader.header, reader.is_labelled);
        let written = |span: &Range<usize>| {
            let part = plain.written(span);
            line.start + part.start..line.start + part.end
        };
        let Block {
            with,
            without,
            comments,
            blank,
            found,
            left_out,
            without_lines,
            comments_with,
            ..
        } = reader.out;
        self.out.with += with;
        self.out.without += without;
        self.out.comments += comments;
        self.out.blank += blank;
        let line = self.out.lines;
        self.out.found.extend(found.into_iter().map(|found| Finding {
            line,
            span: written(&found.span),
            ..found
        }));
        self.out.left_out.extend(left_out.into_iter().map(|left_out| LeftOutSpan {
            line,
            span: written(&left_out.span),
            ..left_out
        }));
        self.out.without_lines.extend(without_lines.iter().map(|(_, span)| (line, written(span))));
        if self.out.comments_with.len() < self.options.named {
            self.out.comments_with.extend(
                comments_with.into_iter().map(|(_, span, text)| (line, written(&span), text)),
            );
        }
    }

    fn as_written(&mut self, line: Range<usize>) {
        let trimmed = trim(self.block, line.clone());
        if trimmed.is_empty() {
            self.out.blank += 1;
            self.header = self.feed.clone();
            self.is_labelled = false;
            return;
        }
        if self.form == Form::List
            && form::is_comment(&self.block[trimmed.clone()], self.options.lines)
        {
            self.out.comments += 1;
            self.is_labelled = label::is_alone(&self.block[trimmed.clone()]);
            self.head(&trimmed);
            return self.comment(line, trimmed);
        }
        let before = self.out.found.len();
        if self.options.lines == Lines::Whole {
            let none = || Content::Invalid(Invalid { reason: "not an indicator".into() });
            match content(classify(&self.block[trimmed.clone()])) {
                Some(content) => self.take_whole(&trimmed, content),
                None => self.take(trimmed.clone(), none(), Extent::Line),
            }
        } else if !self.is_labelled || !label::is_digest_alone(&self.block[trimmed.clone()]) {
            self.read(&line, &trimmed);
            self.take_bytes(&trimmed);
            self.take_encoded(&trimmed);
            self.is_labelled = false;
            self.out.found[before..].sort_by_key(|found| found.span.start);
        }
        if self.out.found.len() > before {
            self.out.with += 1;
            return;
        }
        self.out.without += 1;
        if self.out.without_lines.len() < self.options.named {
            self.out.without_lines.push((self.out.lines, trimmed.clone()));
        }
        self.is_labelled |= label::is_alone(&self.block[trimmed.clone()]);
        self.head(&trimmed);
    }

    /// A line that holds no indicator may be the head of a table; some stand in a comment.
    fn head(&mut self, line: &Range<usize>) {
        if let Some(header) = TableHeader::of(&self.block[line.clone()])
            && header.replaces(self.header.as_ref())
        {
            self.header = Some(header);
        }
    }

    /// A line that is one indicator is that; but a row of cells, or a URL with the end of a sentence
    /// behind it, is first searched.
    fn read(&mut self, line: &Range<usize>, trimmed: &Range<usize>) {
        let whole = self.whole(trimmed);
        let text = &self.block[trimmed.clone()];
        let is_certain = match &whole {
            Some(Content::Indicator(indicator)) => {
                let is_row = || table::delimiter(text, self.header.as_ref()).is_some();
                // `8.8.8.0/24;DE` is a range and its country.
                let may_be_row = indicator.is_scheme_assumed()
                    && memchr::memchr3(b',', b';', b'|', text).is_some();
                indicator.kind != Kind::Url
                    || !may_be_row && !is_row() && !tail::is_open(text, self.markup)
            }
            Some(Content::Invalid(_)) | None => false,
        };
        let before = (self.out.found.len(), self.out.left_out.len());
        if !is_certain {
            self.search(line);
        }
        let after = (self.out.found.len(), self.out.left_out.len());
        if let Some(content) = whole.filter(|_| after == before) {
            match whole::rule(self.block, trimmed, &content) {
                Some(_) if matches!(content, Content::Invalid(_)) => {}
                Some(rule) if self.options.rules == Rules::Applied => {
                    let (line, span) = (self.out.lines, trimmed.clone());
                    self.out.left_out.push(LeftOutSpan { rule, line, span });
                }
                _ => self.take_whole(trimmed, content),
            }
        }
    }

    fn take_whole(&mut self, trimmed: &Range<usize>, content: Content) {
        let len = len_without_note(&self.block[trimmed.clone()]);
        self.take(trimmed.start..trimmed.start + len, content, Extent::Line);
    }

    fn take(&mut self, span: Range<usize>, content: Content, extent: Extent) {
        self.out.found.push(Finding { line: self.out.lines, span, extent, content });
    }

    /// Adds the hashes that the line holds as bytes.
    fn take_bytes(&mut self, line: &Range<usize>) {
        let about = Surroundings {
            above: if line.start == 0 { self.above } else { &self.block[..line.start] },
            below: self.block[line.end..].trim_ascii_start(),
        };
        for (span, file) in hash_bytes::find(&self.block[line.clone()], &about) {
            let extent = if span.len() == line.len() { Extent::Line } else { Extent::Inside };
            let span = line.start + span.start..line.start + span.end;
            self.take(span, Content::Indicator(file), extent);
        }
    }

    /// Adds what the line holds encoded.
    fn take_encoded(&mut self, line: &Range<usize>) {
        if !self.may_hold_encoded || self.depth == decode::DEEPEST {
            return;
        }
        for encoded in decode::find(&self.block[line.clone()]) {
            let mut reader = Reader {
                may_hold_encoded: true,
                depth: self.depth + 1,
                ..Reader::new(&encoded.text, Options::default(), b"")
            };
            reader.lines();
            for found in reader.out.found {
                if matches!(found.content, Content::Indicator(_)) {
                    let span = encoded.written(&found.span);
                    let span = line.start + span.start..line.start + span.end;
                    self.take(span, found.content, Extent::Encoded);
                }
            }
        }
    }

    /// What the line is as a whole. Cheap for what cannot be one indicator: most lines of a log.
    fn whole(&mut self, trimmed: &Range<usize>) -> Option<Content> {
        let text = &self.block[trimmed.clone()];
        if text.len() > LONGEST_TOKEN {
            return None;
        }
        let candidate = self.candidates.in_line(trimmed.start, trimmed.end);
        let may_be = match memchr::memchr2(b' ', b'\t', text) {
            // Without a candidate it can be `localhost`, or a label with too short a hash.
            None => {
                candidate.is_some()
                    || matches!(text[0], b'l' | b'L' | b'.' | b'*')
                    || memchr::memchr2(b':', b'=', text).is_some()
            }
            Some(space) => {
                candidate.is_some_and(|candidate| {
                    candidate.kind == CandidateKind::DotWord
                        || self.candidates.has_spaced_dot(&candidate)
                }) || self.form == Form::List && text[space..].trim_ascii_start().starts_with(b"#")
                    || label::is_labelled(text)
            }
        };
        if may_be { content(classify(text)) } else { None }
    }

    /// Searches a line for all that it holds.
    fn search(&mut self, line: &Range<usize>) {
        let before = self.out.found.len();
        self.search_candidates(line);
        if self.has_windows_names {
            for (span, found) in windows_dns::names(&self.block[line.clone()]) {
                let span = line.start + span.start..line.start + span.end;
                self.take(span, Content::Indicator(found), Extent::Inside);
            }
            self.out.found[before..].sort_by_key(|found| found.span.start);
        }
    }

    fn search_candidates(&mut self, line: &Range<usize>) {
        let mut from = line.start;
        let mut last = None;
        while let Some(candidate) = self.candidates.in_line(from, line.end) {
            let mut cursor = Cursor {
                block: self.block,
                above: self.above,
                header: self.header.as_ref(),
                line: line.clone(),
                floor: last.as_ref().map_or(line.start, |last: &Range<usize>| last.end),
                last: last.clone(),
                rules: self.options.rules,
                markup: self.markup,
            };
            let outcome = judge(&mut cursor, &mut self.memo, &candidate);
            from = outcome.resume.max(candidate.span.start + 1);
            if let Some((span, rule)) = outcome.left_out {
                last = Some(span.clone());
                self.out.left_out.push(LeftOutSpan { rule, line: self.out.lines, span });
            }
            if let Some((span, indicator)) = outcome.hit {
                last = Some(span.clone());
                self.take(span, Content::Indicator(indicator), Extent::Inside);
            }
        }
    }

    /// A comment is never looked up; the first ones that hold an indicator are said.
    fn comment(&mut self, line: Range<usize>, trimmed: Range<usize>) {
        if self.out.comments_with.len() >= self.options.named {
            return;
        }
        let text = &self.block[trimmed.clone()];
        let body = text.iter().position(|b| *b != b'#').map_or(&text[..0], |at| &text[at..]);
        let whole = if body.len() > LONGEST_TOKEN { Reading::Nothing } else { classify(body) };
        let held = match whole {
            Reading::Indicator(indicator) => Some(indicator.text),
            _ if self.options.lines == Lines::Whole => None,
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
            Content::Indicator(indicator) => Some(super::secret::named(indicator)),
            Content::Invalid(_) => None,
        }
    }
}
