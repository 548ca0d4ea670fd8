//! Mail (RFC 5322 and MIME): the texts of its bodies, what its headers say of the sender, and the
//! files attached.
//!
//! The order is that of worth: the bodies; then `From`, `Reply-To`, `Return-Path` and
//! `List-Unsubscribe`; then the address that the mail was sent from; then the files. What serves
//! the mail system alone is left out, and the recipient is never an indicator.
//!
//! A message inside is a file of its own, so that nothing here recurses.

mod address;
mod header;
mod mbox;
mod mime;
mod route;
mod transfer;

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::document_type::{Content, DocumentType, Options, has_extension};
use super::part::{File, Part, Sink, Text, Unread};
use super::{charset, html, limits, plain};
use crate::left_out::{LeftOut, Rule};
pub(super) use address::domain;
use header::Head;
pub(super) use header::file_name;
pub use mbox::Messages;
use mime::Leaf;

/// The row of this type.
pub(super) const MAIL: DocumentType = DocumentType::new("mail", is_one, read).of(Content::Text);

/// The row of mailboxes.
pub(super) const MBOX: DocumentType =
    DocumentType::new("mailbox", mbox::is_one, mbox::read).of(Content::Text).collection();

/// Whether a file is a mail: by its extension where it begins with a header, or by headers that
/// only mails have.
fn is_one(head: &[u8], name: &str) -> bool {
    let needed = if has_extension(name, &["eml", "mht", "mhtml", "emlx"]) { 0 } else { 2 };
    plain::is_text(head) && header::count_of_mail(head).is_some_and(|known| known >= needed)
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    // A break is the caller's own wish.
    let _ = hand_on(file, options, sink);
    Ok(())
}

/// Hands on what a mail holds.
fn hand_on(mail: &[u8], options: &Options, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let head = Head::of(mail);
    for recipient in head.recipients() {
        sink(Part::Recipient(recipient))?;
    }
    let mut later = Vec::new();
    let mut is_full = false;
    let mut names = HashMap::new();
    let walked = mime::leaves(mail, &mut |leaf| match kind(&leaf) {
        Kind::File | Kind::Message | Kind::Envelope => {
            // One more than may be read, so that the limit is met and said.
            is_full = later.len() as u64 > limits::PARTS;
            later.push(leaf);
            if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
        Kind::Technical if !options.thorough => {
            let text = leaf.kind.clone();
            let rule = Rule::MailHeader;
            sink(Part::LeftOut(LeftOut { rule, text, line: 1 }))
        }
        Kind::Technical | Kind::Text => body(&leaf, &mut names, sink),
    });
    if walked.is_break() && !is_full {
        return walked;
    }
    head.hand_on(options.thorough, sink)?;
    let mut numbers = 1..;
    later.iter().try_for_each(|leaf| attachment(leaf, &mut numbers, options, sink))
}

/// The recipients' domains of the mail with these headers.
pub(super) fn recipients(headers: &[u8]) -> Vec<String> {
    Head::of(headers).recipients()
}

/// Hands on what the headers of a mail say.
pub(super) fn hand_on_headers(
    headers: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    Head::of(headers).hand_on(options.thorough, sink)
}

/// What a leaf of the MIME tree is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A body: text that is shown.
    Text,
    /// A report of the mail system.
    Technical,
    /// A message inside.
    Message,
    /// Encrypted or signed as a whole: S/MIME, or PGP.
    Envelope,
    /// Any other file.
    File,
}

fn kind(leaf: &Leaf<'_>) -> Kind {
    match leaf.kind.as_str() {
        "message/rfc822" | "message/global" => Kind::Message,
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => Kind::Envelope,
        "application/octet-stream" if leaf.is_encrypted => Kind::Envelope,
        "application/pgp-encrypted" | "text/rfc822-headers" => Kind::Technical,
        "message/delivery-status"
        | "message/disposition-notification"
        | "message/feedback-report"
        | "message/global-delivery-status" => Kind::Technical,
        // Its content says what it is, whatever it is called here.
        _ if leaf.is_attachment || leaf.name.is_some() => Kind::File,
        kind if kind.starts_with("text/") && kind != "text/rtf" => Kind::Text,
        _ => Kind::File,
    }
}

/// Hands a body on, under the name of its type; the second of one type is `text/html-2`.
fn body(leaf: &Leaf<'_>, names: &mut HashMap<String, u64>, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let bytes = transfer::decode(leaf.encoding, leaf.raw);
    if bytes.trim_ascii().is_empty() {
        return ControlFlow::Continue(());
    }
    let count = names.entry(leaf.kind.clone()).or_insert(0);
    *count += 1;
    let name = if *count == 1 { leaf.kind.clone() } else { format!("{}-{count}", leaf.kind) };
    let head = &bytes[..bytes.len().min(4096)];
    if !plain::is_text(head) && leaf.charset.as_deref().is_none_or(|name| !name.contains("16")) {
        return sink(Part::File(File { name, bytes: bytes.into_owned() }));
    }
    let is_html = matches!(leaf.kind.as_str(), "text/html" | "text/x-amp-html" | "text/enriched");
    if is_html || html::is_html(head) {
        return html::hand_on(&charset::decode_html(&bytes, leaf.charset.as_deref()), &name, sink);
    }
    let text = charset::decode(&bytes, leaf.charset.as_deref());
    let (text, lines) = if leaf.is_flowed_across_words {
        transfer::unflow(&text)
    } else {
        (text.into_owned(), Vec::new())
    };
    sink(Part::Text(Text { name, text, lines, ..Text::default() }))
}

/// Hands an attachment on, decoded.
fn attachment(
    leaf: &Leaf<'_>,
    numbers: &mut impl Iterator<Item = u64>,
    options: &Options,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let number = numbers.next().unwrap_or_default();
    let is_message = kind(leaf) == Kind::Message;
    let mut name = leaf.name.clone().unwrap_or_else(|| format!("attachment {number}"));
    if is_message && !has_extension(&name, &["eml"]) {
        name += ".eml";
    }
    if kind(leaf) == Kind::Envelope {
        let why = format!("{}: encrypted or signed as a whole", leaf.kind);
        let advice = Some("decrypt it with the mail client, and save it as .eml");
        return sink(Part::Unread(Unread { name, why, advice }));
    }
    if leaf.raw.len() as u64 / 2 > options.budget.held_left() {
        let why = limits::Exceeded::Held.to_string();
        return sink(Part::Unread(Unread {
            name,
            why,
            advice: Some("save it, and give the file"),
        }));
    }
    let bytes = transfer::decode(leaf.encoding, leaf.raw).into_owned();
    if bytes.is_empty() {
        return ControlFlow::Continue(());
    }
    sink(Part::File(File { name, bytes }))
}
