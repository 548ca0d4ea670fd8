//! A page, token by token.

use std::convert::Infallible;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Error, Span, Tokenizer};
use url::Url;

use super::super::part::File;
use super::element::{Gap, Holds, Within, gap, holds, within};
use super::lines::Lines;
use super::link::{self, Link};

/// The longest URL that is read in a style.
const LONGEST_STYLE_URL: usize = 4096;

/// What a page holds, by worth.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Where clicks, forms and frames lead.
    pub(super) links: Lines,
    /// The text.
    pub(super) text: Lines,
    /// Scripts, comments, and other attributes that hold a URL.
    pub(super) rest: Lines,
    /// Images, fonts and the like, also those of style sheets.
    pub(super) images: Lines,
    /// Files within links.
    pub(super) files: Vec<File>,
    base: Option<Url>,
    /// HTML that the tokenizer has left alone, and its first line.
    later: Vec<(String, u64)>,
}

impl Page {
    pub(super) fn of(html: &str) -> Self {
        let mut page = Self::default();
        page.read(html, 1, true);
        // One level only: within it `<noscript>` is text, or a thousand of them in a row would be
        // read a thousand times.
        for (html, first) in std::mem::take(&mut page.later) {
            page.read(&html, first, false);
        }
        page
    }

    fn read(&mut self, html: &str, first: u64, may_nest: bool) {
        let mut reader = Reader {
            page: self,
            html: html.as_bytes(),
            may_nest,
            at: 0,
            line: first,
            tag: Vec::new(),
            attribute: Vec::new(),
            within: Within::Text,
            meta: Meta::default(),
            done: 0,
            is_cut: false,
        };
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| {
            reader.event(&event, span);
            None::<Infallible>
        });
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
        reader.finish();
        self.text.end();
    }
}

/// A `<meta>` that is being read.
#[derive(Default)]
struct Meta {
    is_refresh: bool,
    content: String,
}

struct Reader<'p> {
    page: &'p mut Page,
    html: &'p [u8],
    may_nest: bool,
    /// A place in the source, and the line that it is in.
    at: usize,
    line: u64,
    tag: Vec<u8>,
    attribute: Vec<u8>,
    within: Within,
    meta: Meta,
    /// The source before this has been read.
    done: usize,
    /// The source ends within a tag, which the tokenizer drops as browsers do.
    is_cut: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: &CallbackEvent<'_>, span: Span<usize>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.within = Within::Text;
                self.tag.clear();
                self.tag.extend_from_slice(name);
                self.meta = Meta::default();
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute.clear();
                self.attribute.extend_from_slice(name);
            }
            CallbackEvent::AttributeValue { value } => {
                let line = self.line_of(span.start);
                self.attribute(&String::from_utf8_lossy(value), line);
            }
            CallbackEvent::CloseStartTag { .. } => {
                self.done = span.end;
                let line = self.line_of(span.end);
                self.meta(line);
                self.gap();
                self.within = within(&self.tag);
            }
            CallbackEvent::EndTag { name } => {
                self.done = span.end;
                self.within = Within::Text;
                self.tag.clear();
                self.tag.extend_from_slice(name);
                self.gap();
            }
            CallbackEvent::String { value } => {
                self.done = span.end;
                self.string(&String::from_utf8_lossy(value), span);
            }
            CallbackEvent::Comment { value } => {
                self.done = span.end;
                let line = self.line_of(span.start);
                self.comment(&String::from_utf8_lossy(value), line);
            }
            CallbackEvent::Doctype { .. } => self.done = span.end,
            CallbackEvent::Error(error) => self.is_cut |= *error == Error::EofInTag,
        }
    }

    /// The line that a place of the source is in. Places come in order, or nearly so.
    fn line_of(&mut self, at: usize) -> u64 {
        let at = at.min(self.html.len());
        if at > self.at {
            self.line += memchr::memchr_iter(b'\n', &self.html[self.at..at]).count() as u64;
            self.at = at;
        }
        self.line
    }

    fn gap(&mut self) {
        match gap(&self.tag) {
            Gap::None => {}
            Gap::Sign(sign) => self.page.text.separate(sign),
            Gap::Line => self.page.text.end(),
        }
    }

    fn string(&mut self, text: &str, span: Span<usize>) {
        let first = self.line_of(span.start);
        let last = self.line_of(span.end);
        match self.within {
            Within::Text => self.page.text.write(text, first, last),
            Within::Script => self.page.rest.write(text, first, last),
            Within::Style => self.style(text, first),
            Within::Html if self.may_nest => self.page.later.push((text.to_owned(), first)),
            Within::Html => self.page.rest.write(text, first, last),
        }
    }

    /// A conditional comment is what Outlook shows.
    fn comment(&mut self, text: &str, line: u64) {
        let shown = text.strip_prefix("[if").and_then(|rest| rest.split_once("]>"));
        match shown {
            Some((_, shown)) if self.may_nest => self.page.later.push((shown.to_owned(), line)),
            _ => {
                self.page.rest.end();
                self.page.rest.write(text, line, u64::MAX);
                self.page.rest.end();
            }
        }
    }

    fn attribute(&mut self, value: &str, line: u64) {
        match holds(&self.tag, &self.attribute) {
            Holds::Link => self.link(value, line, |page| &mut page.links),
            Holds::Resource => self.link(value, line, |page| &mut page.images),
            Holds::Resources => {
                for candidate in value.split(',') {
                    let url = candidate.split_ascii_whitespace().next().unwrap_or_default();
                    self.link(url, line, |page| &mut page.images);
                }
            }
            Holds::Base => {
                self.page.base = self.page.base.take().or_else(|| Url::parse(value.trim()).ok());
                self.link(value, line, |page| &mut page.links);
            }
            Holds::Style => self.style(value, line),
            Holds::Script => self.page.rest.push(value, line),
            Holds::Meta if self.attribute == b"content" => self.meta.content = value.to_owned(),
            Holds::Meta => self.meta.is_refresh = value.trim().eq_ignore_ascii_case("refresh"),
            Holds::Other if value.contains("://") => self.page.rest.push(value, line),
            Holds::Name | Holds::Other => {}
        }
    }

    fn link(&mut self, value: &str, line: u64, section: fn(&mut Page) -> &mut Lines) {
        match link::read(value, self.page.base.as_ref()) {
            Link::Web(link) => {
                let link = link::name_in_odd_host(&link).unwrap_or(&link);
                section(self.page).push(link, line);
            }
            Link::Mail(addresses) => {
                addresses.iter().for_each(|address| self.page.links.push(address, line));
            }
            Link::Script(script) => self.page.rest.push(script, line),
            Link::File(file) => self.page.files.push(file),
            Link::Nowhere => {}
        }
    }

    /// The files that a style names: `url(...)`, and `@import "..."`. All else in it only looks like
    /// names: `.button.no`.
    fn style(&mut self, style: &str, first: u64) {
        let (mut line, mut rest) = (first, style);
        while let Some(at) = rest.find(['(', '@']) {
            let (before, behind) = rest.split_at(at);
            line += memchr::memchr_iter(b'\n', before.as_bytes()).count() as u64;
            rest = &behind[1..];
            // CSS tells no capitals from small letters.
            let is_url = before.len() >= 3
                && before.as_bytes()[before.len() - 3..].eq_ignore_ascii_case(b"url");
            let value = match rest.get(..6) {
                Some(word) if word.eq_ignore_ascii_case("import") => &rest[6..],
                _ if is_url => rest,
                _ => continue,
            };
            let value = value.trim_start_matches([' ', '\t', '"', '\'']);
            let is_end = |(at, c): &(usize, char)| {
                *at >= LONGEST_STYLE_URL || matches!(c, ')' | '"' | '\'' | ';' | '\n')
            };
            let end = value.char_indices().find(is_end).map_or(value.len(), |(at, _)| at);
            let (value, behind) = value.split_at(end);
            rest = behind;
            if value.contains("//") {
                self.link(value, line, |page| &mut page.images);
            }
        }
    }

    /// `<meta http-equiv=refresh content="0; url=...">`, and what others say of the page.
    fn meta(&mut self, line: u64) {
        let Meta { is_refresh, content } = std::mem::take(&mut self.meta);
        if is_refresh {
            let (_, url) = content.split_once([';', ',']).unwrap_or_default();
            let url = url.trim_ascii_start();
            let url = match url.get(..3) {
                Some(name) if name.eq_ignore_ascii_case("url") => {
                    url[3..].trim_ascii_start().trim_start_matches('=').trim_ascii()
                }
                _ => url,
            };
            let quoted = |sign: char| url.strip_prefix(sign).and_then(|u| u.split(sign).next());
            let url = quoted('\'').or_else(|| quoted('"')).unwrap_or(url).to_owned();
            self.link(&url, line, |page| &mut page.links);
        } else if content.contains("://") {
            self.page.rest.push(&content, line);
        }
    }

    /// What stands in a tag without an end is read as text.
    fn finish(mut self) {
        if self.is_cut
            && let Some(rest) = self.html.get(self.done..)
        {
            let line = self.line_of(self.done);
            self.page.rest.end();
            self.page.rest.write(&String::from_utf8_lossy(rest), line, u64::MAX);
        }
        self.page.rest.end();
    }
}
