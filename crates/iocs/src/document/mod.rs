//! What a file is, told by its head and its name, and the texts and files that it holds.
//!
//! A document type is a file of this folder and a row of [`TYPES`].

mod charset;
mod chunks;
mod collected;
mod document_type;
mod executable;
mod html;
mod json;
pub mod limits;
mod mail;
mod media;
mod member;
mod misp;
#[cfg(feature = "office")]
mod office;
mod packed;
mod part;
#[cfg(feature = "pdf")]
mod pdf;
pub mod plain;
mod regex_hosts;
mod sigma;
mod snort;
mod stix;
mod stix_pattern;
mod tar;
mod unopened;
mod walk;
mod yara;
mod zip;

use std::ops::ControlFlow;

pub use self::document_type::{Content, DocumentType, Options, has_extension};
pub use self::mail::Messages;
pub use self::part::{File, Form, Part, Sink, Text, Unread};
pub use self::walk::{Item, ItemSink, Read, TypeOf, Walk, head, read_here};

/// Every type, the first that fits decides.
pub static TYPES: &[DocumentType] = &[
    executable::TYPE,
    #[cfg(feature = "pdf")]
    pdf::TYPE,
    #[cfg(feature = "office")]
    office::TYPE,
    zip::TYPE,
    tar::TYPE,
    packed::GZIP,
    packed::ZSTD,
    mail::MBOX,
    mail::MAIL,
    html::HTML,
    misp::TYPE,
    stix::TYPE,
    sigma::TYPE,
    yara::TYPE,
    snort::TYPE,
    media::TYPE,
    // Whatever is no text.
    unopened::KNOWN,
    unopened::UNKNOWN,
];

/// The type of a file; `None` for plain text.
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
