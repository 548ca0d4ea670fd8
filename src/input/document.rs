//! Documents among the inputs: what is no plain text, told by its head and its name.

use std::io::{self, BufReader, Cursor, Read};

use super::blocks::Blocks;
use super::child;
use super::decode;
use iocs::document::{
    Content, DocumentType, ItemSink, Messages, Options, Walk, has_extension, type_of,
};

/// How many bytes of an input tell what it is.
const HEAD: u64 = 64 << 10;

/// Longer documents are not read: they would be held in memory.
const LONGEST: u64 = 1 << 30;

/// What an input is by its head.
pub(super) enum Told {
    /// Text, perhaps packed.
    Text(Box<dyn Read + Send>),
    Document(Document),
}

/// An input that is a document, not read yet.
pub struct Document {
    name: String,
    kind: &'static DocumentType,
    bytes: Box<dyn Read + Send>,
}

impl Document {
    /// Tells what an input is, without losing any of it.
    pub(super) fn tell(mut raw: Box<dyn Read + Send>, name: &str) -> io::Result<Told> {
        let mut head = Vec::new();
        raw.by_ref().take(HEAD).read_to_end(&mut head)?;
        let kind = kind_of(&head, name);
        let bytes = Box::new(Cursor::new(head).chain(raw));
        Ok(match kind {
            Some(kind) => Told::Document(Self { name: name.to_owned(), kind, bytes }),
            None => Told::Text(bytes),
        })
    }

    /// Its name, as origins begin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What people call its type: `mail`, `PDF`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind.name
    }

    /// Its bytes as text, in blocks, where it is text: a mail, a page, a feed.
    ///
    /// # Errors
    /// It is no text, or its beginning cannot be read. The message does not name it.
    pub fn into_text(self) -> io::Result<Blocks> {
        if self.kind.content == Content::Text {
            return decode::text(self.bytes).map(Blocks::new);
        }
        let kind = self.kind.name;
        Err(io::Error::other(format!("it is no text ({kind}), and --whole-lines opens nothing")))
    }

    /// Whether it is read message by message.
    #[must_use]
    pub fn is_mailbox(&self) -> bool {
        self.kind.is_collection
    }

    /// Its messages.
    #[must_use]
    pub fn into_mailbox(self) -> Mailbox {
        let messages = Messages::new(BufReader::with_capacity(1 << 16, self.bytes));
        Mailbox { name: self.name, kind: self.kind, messages, number: 0 }
    }

    /// Reads it, and hands on all that it holds.
    ///
    /// # Errors
    /// Its bytes cannot be read, or are too many.
    pub fn read(mut self, options: &Options, sink: &mut ItemSink<'_>) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.bytes.by_ref().take(LONGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LONGEST {
            return Err(io::Error::other(format!(
                "it is a document ({}) of more than {} GiB: unpack or split it",
                self.kind.name,
                LONGEST >> 30
            )));
        }
        Walk { type_of, read: &child::read, options }.file(&self.name, &bytes, sink);
        Ok(())
    }
}

/// A mailbox, read one message at a time.
pub struct Mailbox {
    name: String,
    kind: &'static DocumentType,
    messages: Messages<BufReader<Box<dyn Read + Send>>>,
    number: u64,
}

impl Mailbox {
    /// Its name, as origins begin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Iterator for Mailbox {
    type Item = io::Result<Document>;

    fn next(&mut self) -> Option<Self::Item> {
        let message = self.messages.next()?;
        self.number += 1;
        let name = format!("{}!{}.eml", self.name, self.number);
        let kind = self.kind;
        Some(message.map(|bytes| Document { name, kind, bytes: Box::new(Cursor::new(bytes)) }))
    }
}

/// The type of an input; `None` for text, also inside gzip or zstd, which is streamed.
fn kind_of(head: &[u8], name: &str) -> Option<&'static DocumentType> {
    let kind = type_of(head, name)?;
    if kind.content != Content::Packed {
        return Some(kind);
    }
    let inner = decode::unpacked_head(head);
    let is_packed = has_extension(name, &["gz", "zst", "gzip", "zstd"]);
    let inner_name = if is_packed { name.rsplit_once('.')?.0 } else { name };
    type_of(&inner, inner_name).map(|_| kind)
}
