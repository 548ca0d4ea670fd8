//! HTML, as a file and as the body of a mail: the links of its attributes, and its text as a reader
//! sees it.
//!
//! The order is that of worth: where a click leads, what the text says, what scripts and remarks
//! hold, and last the images, which every mail is full of. Attributes that only name something
//! (`xmlns`, `itemtype`) are never fetched and not taken.

mod element;
mod lines;
mod link;
mod page;

use std::ops::ControlFlow;

use super::charset;
use super::document_type::{Content, DocumentType, Options, has_extension};
use super::part::{Form, Part, Sink, Text, Unread};
use page::Page;

/// The row of this type.
pub(super) const HTML: DocumentType = DocumentType::new("HTML", is_one, read).of(Content::Text);

/// Whether a file is HTML, or SVG, which holds links and scripts like it.
fn is_one(head: &[u8], name: &str) -> bool {
    const EXTENSIONS: [&str; 7] = ["html", "htm", "xhtml", "shtml", "xht", "hta", "svg"];
    is_html(head) || has_extension(name, &EXTENSIONS) && super::plain::is_text(head)
}

/// Whether bytes begin as HTML does, behind white space and comments.
pub(super) fn is_html(head: &[u8]) -> bool {
    const STARTS: [&str; 7] = ["!doctype html", "html", "head", "body", "script", "svg", "meta"];
    let text = super::plain::decode(&head[..head.len().min(4096)]);
    let mut rest = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    // A comment, or the declaration that XHTML and SVG begin with.
    for (open, close) in [("<?xml", "?>"), ("<!--", "-->"), ("<!--", "-->")] {
        if let Some((_, behind)) = rest.strip_prefix(open).and_then(|rest| rest.split_once(close)) {
            rest = behind.trim_start();
        }
    }
    let Some(tag) = rest.strip_prefix('<') else { return false };
    STARTS.iter().any(|start| {
        let begin = tag.get(..start.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(start))
            && !tag[start.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
    })
}

fn read(file: &[u8], _: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    // A break is the caller's own wish.
    let _ = hand_on(&charset::decode_html(file, None), "", sink);
    Ok(())
}

/// Hands on what a page holds; `name` is that of its texts.
pub(super) fn hand_on(html: &str, name: &str, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let page = Page::of(html);
    let sections = [
        (page.links, Form::Values),
        (page.text, Form::Prose),
        (page.rest, Form::Prose),
        (page.images, Form::Values),
    ];
    for (section, form) in sections {
        let (text, lines) = section.into_parts();
        if !text.is_empty() {
            sink(Part::Text(Text { name: name.to_owned(), text, lines, form }))?;
        }
    }
    page.files.into_iter().try_for_each(|file| sink(Part::File(file)))
}

#[cfg(test)]
mod tests;
