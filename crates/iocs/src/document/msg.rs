//! Outlook messages (MS-OXMSG): a compound file whose streams are the properties of the message.
//!
//! The order is that of mails: the bodies, the headers, the attachments. Most real ones keep their
//! HTML in compressed RTF.

mod properties;
mod storage;

use std::collections::VecDeque;
use std::ops::ControlFlow;

use super::document_type::{DocumentType, Options, has_extension};
use super::part::{File, Form, Part, Sink, Text, Unread};
use super::{charset, html, limits, mail, rtf};
use storage::Storage;

/// The row of this type.
pub(super) const TYPE: DocumentType = DocumentType::new("Outlook message", is_one, read).isolated();

/// How a compound file begins (MS-CFB, section 2.2).
const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// A compound file with the extension, or with the names of a message's streams near its begin.
fn is_one(head: &[u8], name: &str) -> bool {
    let stream: Vec<u8> = "__substg1.0_".encode_utf16().flat_map(u16::to_le_bytes).collect();
    head.starts_with(MAGIC)
        && (has_extension(name, &["msg", "oft"]) || memchr::memmem::find(head, &stream).is_some())
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let damaged =
        |error: std::io::Error| Unread { why: format!("damaged: {error}"), ..Unread::default() };
    let mut storage = Storage::open(file, options.budget.held_left()).map_err(damaged)?;
    // Messages inside wait for their turn: nothing recurses.
    let mut waiting =
        VecDeque::from([Message { path: "/".to_owned(), name: String::new(), depth: 1 }]);
    while let Some(message) = waiting.pop_front() {
        if message.depth > limits::DEPTH {
            let why = format!("inside more than {} other messages", limits::DEPTH - 1);
            let unread = Unread { name: message.name, why, advice: None };
            if sink(Part::Unread(unread)).is_break() {
                break;
            }
            continue;
        }
        let mut inner = Vec::new();
        if hand_on(&mut storage, &message, options, &mut inner, sink).is_break() {
            break;
        }
        inner.into_iter().rev().for_each(|message| waiting.push_front(message));
    }
    Ok(())
}

/// A message of the file: itself, or one inside.
struct Message {
    /// Its storage.
    path: String,
    /// Its name within the file; empty for the file itself.
    name: String,
    depth: usize,
}

impl Message {
    /// The name of a part of it.
    fn part(&self, part: &str) -> String {
        match (self.name.as_str(), part) {
            (name, "") => name.to_owned(),
            ("", part) => part.to_owned(),
            (name, part) => format!("{name}!{part}"),
        }
    }
}

fn hand_on(
    storage: &mut Storage<'_>,
    message: &Message,
    options: &Options,
    inner: &mut Vec<Message>,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let path = message.path.as_str();
    let code_page = storage.code_page(path);
    // The parts of this message under its own name.
    let mut named = |part: Part| {
        sink(match part {
            Part::Text(text) => Part::Text(Text { name: message.part(&text.name), ..text }),
            Part::File(file) => Part::File(File { name: message.part(&file.name), ..file }),
            Part::Unread(unread) => {
                Part::Unread(Unread { name: message.part(&unread.name), ..unread })
            }
            part => part,
        })
    };
    let head = storage.text(path, properties::HEADERS, code_page);
    let recipients = recipients(storage, path, code_page);
    match &head {
        Some(head) => mail::recipients(head.as_bytes()).into_iter().chain(recipients).collect(),
        None => recipients,
    }
    .into_iter()
    .try_for_each(|domain: String| named(Part::Recipient(domain)))?;
    bodies(storage, path, code_page, &mut named)?;
    match head {
        Some(head) => mail::hand_on_headers(head.as_bytes(), options, &mut |part| {
            named(match part {
                Part::Text(text) => Part::Text(Text { name: "headers".to_owned(), ..text }),
                part => part,
            })
        })?,
        None => named(Part::Text(sender(storage, path, code_page)))?,
    }
    for attachment in storage.attachments(path) {
        let name = [properties::LONG_FILE_NAME, properties::FILE_NAME, properties::DISPLAY_NAME]
            .iter()
            .find_map(|property| storage.text(&attachment, *property, code_page))
            .and_then(|name| mail::file_name(&name));
        if let Some(path) = storage.message_in(&attachment) {
            let name = message.part(&name.unwrap_or_else(|| "message".to_owned()));
            inner.push(Message { path, name, depth: message.depth + 1 });
            continue;
        }
        let name = name.unwrap_or_else(|| "attachment".to_owned());
        match storage.bytes(&attachment, properties::ATTACHED) {
            Ok(Some(bytes)) => named(Part::File(File { name, bytes }))?,
            Ok(None) => {}
            Err(error) => {
                let why = format!("damaged: {error}");
                named(Part::Unread(Unread { name, why, advice: None }))?;
            }
        }
    }
    ControlFlow::Continue(())
}

/// The HTML, or the RTF that most real messages keep it in, and the plain text.
fn bodies(
    storage: &mut Storage<'_>,
    path: &str,
    code_page: u32,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let charset = charset::of_code_page(code_page);
    if let Some(page) = storage.bytes(path, properties::HTML).ok().flatten() {
        html::hand_on(&charset::decode_html(&page, charset), "text/html", sink)?;
    } else if let Some(page) = storage.text(path, properties::HTML, code_page) {
        html::hand_on(&page, "text/html", sink)?;
    } else if let Some(packed) = storage.bytes(path, properties::RTF).ok().flatten() {
        match rtf::decompress(&packed) {
            Some(rtf) => rtf::hand_on(&rtf, "rtf", sink)?,
            None => {
                let why = "damaged: its RTF cannot be decompressed".to_owned();
                sink(Part::Unread(Unread { name: "rtf".to_owned(), why, advice: None }))?;
            }
        }
    }
    if let Some(subject) = storage.text(path, properties::SUBJECT, code_page) {
        sink(Part::Text(Text { name: "subject".to_owned(), text: subject, ..Text::default() }))?;
    }
    match storage.text(path, properties::BODY, code_page) {
        Some(text) => {
            sink(Part::Text(Text { name: "text/plain".to_owned(), text, ..Text::default() }))
        }
        None => ControlFlow::Continue(()),
    }
}

/// The recipients' domains.
fn recipients(storage: &mut Storage<'_>, path: &str, code_page: u32) -> Vec<String> {
    let mut domains = Vec::new();
    for recipient in storage.recipients(path) {
        let addresses = [properties::SMTP_ADDRESS, properties::ADDRESS]
            .map(|property| storage.text(&recipient, property, code_page));
        let known = addresses.iter().flatten().filter_map(|address| mail::domain(address));
        domains.extend(known.map(|domain| domain.to_lowercase()));
    }
    domains.sort_unstable();
    domains.dedup();
    domains
}

/// The sender's addresses, of a message that came without headers.
fn sender(storage: &mut Storage<'_>, path: &str, code_page: u32) -> Text {
    let mut text = Text { name: "headers".to_owned(), form: Form::Values, ..Text::default() };
    for property in properties::OF_SENDERS {
        let address = storage.text(path, property, code_page);
        if let Some(domain) = address.and_then(|address| mail::domain(&address)) {
            text.text += &domain;
            text.text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests;
