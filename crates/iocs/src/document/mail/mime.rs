//! The tree of a mail's parts, walked without recursion and in one pass: its leaves in their order.
//!
//! `mail-parser` reads the headers of each. The tree is taken apart here, for it may be nested ten
//! thousand deep, hold a million parts, or have lost the end of a part, and what was lost is to
//! cost no more than itself.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use mail_parser::{HeaderName, HeaderValue, MessageParser, MimeHeaders as _};
use memchr::memmem;

use super::header;
use super::transfer::Encoding;

/// Longer lines are no boundaries (RFC 2046 allows 70 signs; some clients write more).
const LONGEST_BOUNDARY: usize = 1000;

/// How many times a boundary that no header gives is guessed.
const MOST_GUESSES: u32 = 3;

/// A part that holds no others.
#[derive(Debug, Clone)]
pub(super) struct Leaf<'m> {
    /// Its type in lower case: `text/html`.
    pub(super) kind: String,
    /// Whether a header says its type.
    has_type: bool,
    pub(super) charset: Option<String>,
    /// The name of the file, without folders.
    pub(super) name: Option<String>,
    pub(super) is_attachment: bool,
    /// Whether it lies within `multipart/encrypted`.
    pub(super) is_encrypted: bool,
    /// Whether its lines are broken within words, too (RFC 3676, `delsp=yes`).
    pub(super) is_flowed_across_words: bool,
    pub(super) encoding: Encoding,
    /// Its content, encoded.
    pub(super) raw: &'m [u8],
}

impl Default for Leaf<'_> {
    /// Plain text, as RFC 2045, section 5.2, has it for a part that says nothing.
    fn default() -> Self {
        Self {
            kind: "text/plain".to_owned(),
            has_type: false,
            charset: None,
            name: None,
            is_attachment: false,
            is_encrypted: false,
            is_flowed_across_words: false,
            encoding: Encoding::Plain,
            raw: b"",
        }
    }
}

/// A multipart that is open.
struct Open {
    boundary: Vec<u8>,
    /// What an inner multipart of the same boundary hides.
    hidden: Option<usize>,
    is_digest: bool,
    is_encrypted: bool,
}

/// A line that ends a part.
struct Delimiter {
    /// The line end before it belongs to it.
    start: usize,
    /// Where the next line begins.
    end: usize,
    /// Which of the open multiparts it is of; `None` at the end of the mail.
    of: Option<usize>,
    is_last: bool,
}

struct Walker<'m> {
    mail: &'m [u8],
    parser: MessageParser,
    open: Vec<Open>,
    /// Which open multipart each boundary is of, the innermost of its name.
    levels: HashMap<Vec<u8>, usize>,
    guesses: u32,
}

/// Takes the leaves, one by one; a break ends the walk.
type LeafSink<'m, 's> = dyn FnMut(Leaf<'m>) -> ControlFlow<()> + 's;

/// Hands on the leaves of a mail, in their order. A break of the sink ends the walk, no more.
pub(super) fn leaves<'m>(mail: &'m [u8], sink: &mut LeafSink<'m, '_>) -> ControlFlow<()> {
    let mut walker = Walker {
        mail,
        parser: MessageParser::new().with_mime_headers().default_header_ignore(),
        open: Vec::new(),
        levels: HashMap::new(),
        guesses: 0,
    };
    let mut next = Some(header::start(mail));
    while let Some(start) = next {
        next = walker.part(start, sink)?;
    }
    ControlFlow::Continue(())
}

impl<'m> Walker<'m> {
    /// Reads the part that begins here, and says where the next one begins.
    fn part(
        &mut self,
        start: usize,
        sink: &mut LeafSink<'m, '_>,
    ) -> ControlFlow<(), Option<usize>> {
        let head = header::block(self.mail, start);
        let (mut leaf, boundary) = self.head(head.clone());
        let is_multipart = leaf.kind.starts_with("multipart/");
        if is_multipart && let Some(boundary) = boundary {
            self.push(boundary, &leaf.kind);
            let delimiter = self.delimiter(head.end);
            if delimiter.of == Some(self.open.len() - 1) {
                self.stray(head.end..delimiter.start, sink)?;
                return self.behind(delimiter, sink);
            }
            self.pop();
        }
        let delimiter = self.delimiter(head.end);
        let content = head.end..delimiter.start;
        let is_bare = is_multipart || self.open.is_empty() && !leaf.has_type;
        if is_bare && let Some(boundary) = self.guess(content.clone()) {
            self.push(boundary, &leaf.kind);
            let delimiter = self.delimiter(head.end);
            self.stray(head.end..delimiter.start, sink)?;
            return self.behind(delimiter, sink);
        }
        if is_multipart {
            "text/plain".clone_into(&mut leaf.kind);
        }
        leaf.raw = &self.mail[content];
        sink(leaf)?;
        self.behind(delimiter, sink)
    }

    /// Where the part behind a delimiter begins. A multipart that has ended stays open, for some
    /// clients go on with the same boundary.
    fn behind(
        &mut self,
        delimiter: Delimiter,
        sink: &mut LeafSink<'m, '_>,
    ) -> ControlFlow<(), Option<usize>> {
        let mut delimiter = delimiter;
        loop {
            let Some(level) = delimiter.of else { return ControlFlow::Continue(None) };
            while self.open.len() > level + 1 {
                self.pop();
            }
            if !delimiter.is_last {
                return ControlFlow::Continue(Some(delimiter.end));
            }
            let start = delimiter.end;
            delimiter = self.delimiter(start);
            self.stray(start..delimiter.start, sink)?;
        }
    }

    /// Text before the first part or behind the last, which no client shows: handed on if it holds
    /// a link.
    fn stray(&self, range: Range<usize>, sink: &mut LeafSink<'m, '_>) -> ControlFlow<()> {
        let raw = self.mail.get(range).unwrap_or_default();
        let holds = |sign: &[u8]| memmem::find(raw, sign).is_some();
        if !holds(b"://") && !holds(b"www.") {
            return ControlFlow::Continue(());
        }
        sink(Leaf { raw, ..Leaf::default() })
    }

    /// The next line that is the boundary of an open multipart.
    fn delimiter(&self, from: usize) -> Delimiter {
        let mail = self.mail;
        let mut at = from;
        while !self.open.is_empty()
            && let Some(found) = mail.get(at..).and_then(|rest| memmem::find(rest, b"--"))
        {
            let start = at + found;
            at = start + 2;
            if start != from && mail[start - 1] != b'\n' {
                continue;
            }
            let line = &mail[at..mail.len().min(at + LONGEST_BOUNDARY)];
            let (line, end) = match memchr::memchr(b'\n', line) {
                Some(end) => (&line[..end], at + end + 1),
                None => (line, mail.len().min(at + LONGEST_BOUNDARY)),
            };
            let name = line.trim_ascii_end();
            let level = |name: &[u8]| self.levels.get(name).copied();
            let found = level(name)
                .map(|of| (of, false))
                .or_else(|| Some((level(name.strip_suffix(b"--")?.trim_ascii_end())?, true)));
            if let Some((of, is_last)) = found {
                let start = match &mail[from..start] {
                    [.., b'\r', b'\n'] => start - 2,
                    [.., b'\n'] => start - 1,
                    _ => start,
                };
                return Delimiter { start, end, of: Some(of), is_last };
            }
        }
        let end = mail.len();
        Delimiter { start: end.max(from), end, of: None, is_last: true }
    }

    /// A boundary that no header gives, or not this one: a line that begins with `--`, before one
    /// that begins with `Content-`.
    fn guess(&mut self, range: Range<usize>) -> Option<Vec<u8>> {
        if self.guesses == MOST_GUESSES {
            return None;
        }
        self.guesses += 1;
        let content = self.mail.get(range)?;
        let mut at = 0;
        while let Some(found) = memmem::find(&content[at..], b"--") {
            let start = at + found;
            at = start + 2;
            if start != 0 && content[start - 1] != b'\n' {
                continue;
            }
            let end = at + memchr::memchr(b'\n', &content[at..])?;
            let name = content[at..end].trim_ascii_end();
            let is_header = content[end + 1..]
                .get(..8)
                .is_some_and(|begin| begin.eq_ignore_ascii_case(b"content-"));
            if is_header && !name.is_empty() && name.len() < LONGEST_BOUNDARY {
                return Some(name.to_vec());
            }
            at = end;
        }
        None
    }

    fn push(&mut self, boundary: Vec<u8>, kind: &str) {
        let hidden = self.levels.insert(boundary.clone(), self.open.len());
        let is_encrypted =
            kind == "multipart/encrypted" || self.open.last().is_some_and(|o| o.is_encrypted);
        self.open.push(Open {
            boundary,
            hidden,
            is_digest: kind == "multipart/digest",
            is_encrypted,
        });
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match open.hidden {
            Some(level) => self.levels.insert(open.boundary, level),
            None => self.levels.remove(&open.boundary),
        };
    }

    /// What the headers of a part say, and the boundary of its own parts.
    fn head(&self, block: Range<usize>) -> (Leaf<'m>, Option<Vec<u8>>) {
        let around = self.open.last();
        let mut leaf =
            Leaf { is_encrypted: around.is_some_and(|open| open.is_encrypted), ..Leaf::default() };
        if around.is_some_and(|open| open.is_digest) {
            "message/rfc822".clone_into(&mut leaf.kind);
        }
        let Some(message) = self.parser.parse_headers(&self.mail[block]) else {
            return (leaf, None);
        };
        let mut boundary = None;
        let mut is_named = false;
        if let Some(kind) = message.content_type() {
            leaf.has_type = true;
            if let Some(subtype) = kind.subtype() {
                leaf.kind = format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase();
            } else if kind.ctype().eq_ignore_ascii_case("text") {
                "text/plain".clone_into(&mut leaf.kind);
            } else {
                "application/octet-stream".clone_into(&mut leaf.kind);
            }
            leaf.charset = kind.attribute("charset").map(str::to_owned);
            let delsp = kind.attribute("delsp");
            leaf.is_flowed_across_words = delsp.is_some_and(|yes| yes.eq_ignore_ascii_case("yes"));
            boundary = kind.attribute("boundary").map(|b| b.trim_end().as_bytes().to_vec());
        }
        if let Some(disposition) = message.content_disposition() {
            leaf.is_attachment = disposition.is_attachment();
            is_named = disposition.has_attribute("filename");
        }
        // The body of a mail may be named too, in its type alone.
        if is_named || leaf.is_attachment || !leaf.kind.starts_with("text/") {
            leaf.name = message.attachment_name().and_then(header::file_name);
        }
        leaf.encoding = encoding(&message);
        (leaf, boundary.filter(|boundary| !boundary.is_empty()))
    }
}

fn encoding(message: &mail_parser::Message<'_>) -> Encoding {
    let name = HeaderName::ContentTransferEncoding;
    message.header(name).and_then(HeaderValue::as_text).map_or(Encoding::Plain, Encoding::named)
}
