//! PDF (ISO 32000-1): the text of its pages, the targets of its links, the files in it.
//!
//! The library reads the objects; where text stands is read here, since no small library does so.

mod content;
mod font;
mod lines;
mod links;
mod page;

use lopdf::{Document, Error, LoadOptions};

use self::links::Links;
use self::page::Pages;
use super::document_type::{DocumentType, Options};
use super::part::{Form, Part, Sink, Text, Unread};
use super::plain;

/// The row of this type.
pub(super) const TYPE: DocumentType = DocumentType::new("PDF", is_pdf, read).isolated();

/// The header stands within the first 1024 bytes (annex H, note 13).
fn is_pdf(head: &[u8], _: &str) -> bool {
    // Behind other text it is what a text says about PDF.
    let header = memchr::memmem::find(&head[..head.len().min(1024)], b"%PDF-");
    header.is_some_and(|at| head[..at].trim_ascii().is_empty() || !plain::is_text(head))
}

/// The largest stream that is unpacked while the document is opened.
const LARGEST_STREAM: usize = 64 << 20;

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let document = open(file, options)?;
    let pages: Vec<_> = document.page_iter().collect();
    if pages.is_empty() {
        return Err(damaged("it has no pages"));
    }
    let (mut reader, mut links) =
        (Pages::new(&document, &options.budget), Links::new(&document, &options.budget));
    for (page, number) in pages.into_iter().zip(1..) {
        let name = format!("page {number}");
        let read = reader.read(page);
        let unread = unread(&name, &read);
        let text =
            Text { name: name.clone(), text: read.text, lines: read.numbers, form: Form::Prose };
        let is_over = !text.text.is_empty() && sink(Part::Text(text)).is_break()
            || links.page(page, &name, sink).is_break()
            || unread.is_some_and(|unread| sink(Part::Unread(unread)).is_break());
        if is_over {
            return Ok(());
        }
    }
    let _ = links.rest(sink);
    Ok(())
}

/// What of a page could not be read.
fn unread(name: &str, page: &page::Page) -> Option<Unread> {
    /// A few glyphs without a character are bullets and the like.
    const FEW: usize = 10;
    let why = match &page.damage {
        Some(damage) => format!("damaged: {damage}"),
        None if page.unknown > FEW && page.unknown * 5 > page.all => {
            "its fonts do not tell which characters they show".to_owned()
        }
        None => return None,
    };
    Some(Unread {
        name: name.to_owned(),
        why,
        advice: Some("look at the page, or read it with OCR"),
    })
}

/// Opens a document: with no password, then with each that there is.
fn open(file: &[u8], options: &Options) -> Result<Document, Unread> {
    let open = |password: Option<&str>| {
        let options = LoadOptions {
            password: password.map(str::to_owned),
            max_decompressed_size: Some(LARGEST_STREAM),
            ..LoadOptions::default()
        };
        Document::load_mem_with_options(file, options)
    };
    // Without its key an encrypted document is noise, and noise is no text.
    let is_open = |document: &Document| {
        document.encryption_state.is_some() || !document.trailer.has(b"Encrypt")
    };
    let mut last = open(None);
    for password in options.passwords() {
        let is_locked = match &last {
            Ok(document) => !is_open(document),
            Err(error) => matches!(error, Error::InvalidPassword | Error::Decryption(_)),
        };
        if !is_locked {
            break;
        }
        last = open(Some(password));
    }
    match last {
        Ok(document) if is_open(&document) => Ok(document),
        Ok(_) | Err(Error::InvalidPassword | Error::Decryption(_)) => Err(Unread {
            name: String::new(),
            why: "encrypted, and no password fits".to_owned(),
            advice: Some("give its password"),
        }),
        Err(error) => Err(damaged(&error.to_string())),
    }
}

fn damaged(why: &str) -> Unread {
    Unread {
        name: String::new(),
        why: format!("a damaged PDF: {why}"),
        advice: Some("repair it with mutool clean"),
    }
}
