//! What a file is, told by its head and its name, and the texts and files that it holds.
//!
//! A document type is a file of this folder and a row of [`TYPES`].

mod part;

use std::ops::ControlFlow;

pub use self::part::{File, Form, Part, Sink, Text, Unread};

/// What the user may set about documents.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Passwords to try on what is encrypted, besides the empty one and `infected`.
    pub passwords: Vec<String>,
    /// Whether what a rule would leave out is taken.
    pub thorough: bool,
}

/// One type of document.
pub struct DocumentType {
    /// What people call it: `mail`, `PDF`.
    pub name: &'static str,
    /// Whether a file is one, by its first bytes (at least 4 KiB where there are as many) and its
    /// name.
    pub is_one: fn(head: &[u8], name: &str) -> bool,
    /// Reads a whole file, and hands its parts on in the order in which they are to be looked up.
    /// An error is a document that cannot be read at all.
    pub read: fn(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread>,
    /// Whether it is read by a foreign parser that may crash, hang or eat memory, and so in a
    /// process of its own.
    pub is_isolated: bool,
}

/// Every type, the first that fits decides.
pub static TYPES: &[DocumentType] = &[];

/// The type of a file; `None` for plain text and for what is not known.
#[must_use]
pub fn type_of(head: &[u8], name: &str) -> Option<&'static DocumentType> {
    TYPES.iter().find(|kind| (kind.is_one)(head, name))
}

/// Reads a document into a list of its parts: for tests, and for small files.
///
/// # Errors
/// The document cannot be read at all.
pub fn parts(kind: &DocumentType, file: &[u8], options: &Options) -> Result<Vec<Part>, Unread> {
    let mut parts = Vec::new();
    (kind.read)(file, options, &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    })?;
    Ok(parts)
}
