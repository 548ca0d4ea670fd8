//! What a type of document is: how it is told, how it is read, and what the user may set.

use std::fmt;

use super::limits::Budget;
use super::part::{Sink, Unread};

/// What the user may set about documents, and what is left of the limits.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Passwords to try on what is encrypted, besides the empty one and `infected`.
    pub passwords: Vec<String>,
    /// Whether what a rule would leave out is taken.
    pub thorough: bool,
    /// What may still be unpacked and held. A clone shares it.
    pub budget: Budget,
}

impl Options {
    /// The passwords to try, in this order: the user's own, then the one that analysts agree on.
    pub fn passwords(&self) -> impl Iterator<Item = &str> {
        self.passwords.iter().map(String::as_str).chain(["infected"])
    }
}

/// What the bytes of a file are. It decides whether the file is an indicator itself, by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text, with markup or without: a mail, a page, a feed. Its hash is not an indicator.
    Text,
    /// An image, a sound, a film, a font: no text, and what mails are decorated with.
    Media,
    /// One file, packed: text where it is text.
    Packed,
    /// An archive: each of its files is evidence, an image too.
    Archive,
    /// Any other bytes: an executable, a PDF.
    Binary,
}

/// One type of document.
pub struct DocumentType {
    /// What people call it: `mail`, `PDF`.
    pub name: &'static str,
    /// What its bytes are.
    pub content: Content,
    /// Whether a file is one, by its first bytes (at least 4 KiB where there are as many) and its
    /// name.
    pub is_one: fn(head: &[u8], name: &str) -> bool,
    /// Reads a whole file, and hands its parts on in the order in which they are to be looked up.
    /// An error is a document that cannot be read at all.
    pub read: fn(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread>,
    /// Whether it is read by a foreign parser that may crash, hang or eat memory, and so in a
    /// process of its own.
    pub is_isolated: bool,
    /// Whether its files are a collection of any length, such as the messages of an mbox: each has
    /// limits of its own.
    pub is_collection: bool,
}

impl fmt::Debug for DocumentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl DocumentType {
    /// A type with nothing special about it: binary, read here, within the limits of its file.
    #[must_use]
    pub const fn new(
        name: &'static str,
        is_one: fn(&[u8], &str) -> bool,
        read: fn(&[u8], &Options, &mut Sink<'_>) -> Result<(), Unread>,
    ) -> Self {
        let content = Content::Binary;
        Self { name, content, is_one, read, is_isolated: false, is_collection: false }
    }

    /// The same type, whose bytes are this.
    #[must_use]
    pub const fn of(mut self, content: Content) -> Self {
        self.content = content;
        self
    }

    /// The same type, read in a process of its own.
    #[must_use]
    pub const fn isolated(mut self) -> Self {
        self.is_isolated = true;
        self
    }

    /// The same type, whose files have limits of their own.
    #[must_use]
    pub const fn collection(mut self) -> Self {
        self.is_collection = true;
        self
    }
}

/// Whether a file's name ends in one of these extensions, given in lower case.
#[must_use]
pub fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
}
