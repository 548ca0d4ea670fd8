//! The headers of a mail: where they begin and end, and which say something of the sender.

use std::ops::{ControlFlow, Range};

use mail_parser::{HeaderName, HeaderValue, MessageParser};

use super::super::part::{Form, Part, Sink, Text};
use super::address;
use super::route;
use crate::left_out::{LeftOut, Rule};

/// How many bytes of a header that is left out are shown.
const SHOWN: usize = 200;

/// Headers that mails have and hardly anything else. Two of them make a file a mail.
const OF_MAILS: [&str; 16] = [
    "arc-seal",
    "authentication-results",
    "cc",
    "delivered-to",
    "dkim-signature",
    "from",
    "message-id",
    "mime-version",
    "received",
    "reply-to",
    "return-path",
    "subject",
    "to",
    "x-mailer",
    "x-originating-ip",
    "x-sender",
];

/// Headers that name the recipients.
const OF_RECIPIENTS: [&str; 16] = [
    "to",
    "cc",
    "bcc",
    "resent-to",
    "resent-cc",
    "resent-bcc",
    "delivered-to",
    "x-delivered-to",
    "x-original-to",
    "original-recipient",
    "envelope-to",
    "x-envelope-to",
    "x-forwarded-to",
    "x-forwarded-for",
    "apparently-to",
    "x-rcpt-to",
];

/// Headers with the sender's addresses, in the order in which they are looked up.
const OF_SENDERS: [&str; 4] = ["from", "sender", "reply-to", "return-path"];

/// Where the headers begin: behind blank lines, a byte order mark and the `From ` line of a
/// mailbox.
pub(super) fn start(mail: &[u8]) -> usize {
    let mut at = if mail.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    loop {
        let line = line(mail, at);
        let text = &mail[line.clone()];
        let is_before = text.trim_ascii().is_empty()
            || text.starts_with(b"From ")
            || text.starts_with(b">From ");
        if !is_before || line.is_empty() {
            return at;
        }
        at = line.end;
    }
}

/// The line that begins here, with its end.
fn line(mail: &[u8], at: usize) -> Range<usize> {
    let rest = &mail[at..];
    at..at + memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1)
}

/// The headers that begin here, with the blank line behind them. A line that is not a header is passed over
/// where a header follows it; otherwise the body begins with it.
pub(super) fn block(mail: &[u8], start: usize) -> Range<usize> {
    let mut at = start;
    while at < mail.len() {
        let line = line(mail, at);
        let text = &mail[line.clone()];
        if text.trim_ascii().is_empty() {
            return start..line.end;
        }
        let is_header = field_name(text).is_some() || at > start && is_folded(text);
        if !is_header {
            let next = &mail[self::line(mail, line.end)];
            let is_boundary = text.starts_with(b"--");
            if is_boundary || field_name(next).is_none() {
                return start..at;
            }
        }
        at = line.end;
    }
    start..mail.len()
}

fn is_folded(line: &[u8]) -> bool {
    matches!(line, [b' ' | b'\t', ..])
}

/// The name of a header field (RFC 5322, section 2.2), if the line begins one. A URL has a colon
/// too.
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().take(80).position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty()
        && !name.starts_with(b"--")
        && name.iter().all(|b| b.is_ascii_graphic())
        && !line[colon + 1..].starts_with(b"//");
    is_name.then_some(name)
}

/// How many headers at the begin of a file only mails have; `None` where it begins with no header.
/// Their names begin with a capital letter, which those of other formats do not.
pub(super) fn count_of_mail(head: &[u8]) -> Option<usize> {
    let start = start(head);
    field_name(&head[line(head, start)])?;
    let mut seen = [false; OF_MAILS.len()];
    for line in head[block(head, start)].split(|b| *b == b'\n') {
        let Some(name) = field_name(line) else { continue };
        let is_mail = |known: &str| known.as_bytes().eq_ignore_ascii_case(name);
        if name[0].is_ascii_uppercase()
            && let Some(at) = OF_MAILS.iter().position(|k| is_mail(k))
        {
            seen[at] = true;
        }
    }
    Some(seen.into_iter().filter(|seen| *seen).count())
}

/// One header.
struct Field<'m> {
    /// Its name in lower case.
    name: String,
    /// What is behind the colon, as written.
    raw: &'m [u8],
    value: HeaderValue<'m>,
    /// The line that it begins in.
    line: u64,
}

impl Field<'_> {
    fn addresses(&self) -> Vec<String> {
        address::all(&self.value, self.raw)
    }
}

/// The headers of a mail.
pub(super) struct Head<'m> {
    fields: Vec<Field<'m>>,
}

impl<'m> Head<'m> {
    /// Reads them.
    pub(super) fn of(mail: &'m [u8]) -> Self {
        let start = start(mail);
        let block = &mail[block(mail, start)];
        let mut line = 1 + memchr::memchr_iter(b'\n', &mail[..start]).count() as u64;
        let mut at = 0;
        let parser = MessageParser::new()
            .header_address(HeaderName::From)
            .header_address(HeaderName::Sender)
            .header_address(HeaderName::ReplyTo)
            .header_address(HeaderName::To)
            .header_address(HeaderName::Cc)
            .header_address(HeaderName::Bcc)
            .header_text(HeaderName::Subject)
            .header_received(HeaderName::Received)
            .default_header_raw();
        let message = parser.parse_headers(block).unwrap_or_default();
        let headers = message.parts.into_iter().next().map(|part| part.headers).unwrap_or_default();
        let mut fields = Vec::with_capacity(headers.len());
        for header in headers {
            let offset = (header.offset_field() as usize).min(block.len());
            line += memchr::memchr_iter(b'\n', &block[at.min(offset)..offset]).count() as u64;
            at = offset;
            let raw = header.offset_start() as usize..header.offset_end() as usize;
            fields.push(Field {
                name: header.name().to_ascii_lowercase(),
                raw: block.get(raw).unwrap_or_default(),
                line,
                value: header.value,
            });
        }
        Self { fields }
    }

    fn named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Field<'m>> {
        self.fields.iter().filter(move |field| field.name == name)
    }

    /// The recipients' domains. One that the mail claims to be from is a recipient only
    /// where the mail system says so, for a sender may write to himself with the others in `Bcc`.
    pub(super) fn recipients(&self) -> Vec<String> {
        let from: Vec<String> = self.named("from").flat_map(Field::addresses).collect();
        let (mut envelope, mut written) = (Vec::new(), Vec::new());
        for field in &self.fields {
            if let HeaderValue::Received(received) = &field.value {
                envelope.extend(received.for_.iter().map(|address| address.to_lowercase()));
            } else if matches!(field.name.as_str(), "to" | "cc" | "bcc") {
                written.extend(field.addresses());
            } else if OF_RECIPIENTS.contains(&field.name.as_str()) {
                envelope.extend(field.addresses());
            }
        }
        if !envelope.is_empty() {
            written.retain(|address| !from.contains(address));
        }
        let mut domains: Vec<String> =
            envelope.iter().chain(&written).filter_map(|a| address::domain(a)).collect();
        domains.sort_unstable();
        domains.dedup();
        domains
    }

    /// Hands on what the headers say of the sender, then the address that the mail came from, and
    /// what is left out.
    pub(super) fn hand_on(&self, thorough: bool, sink: &mut Sink<'_>) -> ControlFlow<()> {
        for field in self.named("subject") {
            if let Some(subject) = field.value.as_text().filter(|text| !text.is_empty()) {
                sink(text(vec![(subject.to_owned(), field.line)], Form::Prose))?;
            }
        }
        let mut values = Vec::new();
        for name in OF_SENDERS {
            for field in self.named(name) {
                let domains = field.addresses();
                let domains = domains.iter().filter_map(|address| address::domain(address));
                values.extend(domains.map(|domain| (domain, field.line)));
            }
        }
        for name in ["list-unsubscribe", "snapshot-content-location", "content-location"] {
            for field in self.named(name) {
                values.extend(address::links(field.raw).into_iter().map(|link| (link, field.line)));
            }
        }
        let stops = self.fields.iter().map(|field| route::Stop {
            name: &field.name,
            raw: field.raw,
            value: &field.value,
            line: field.line,
        });
        let sent_from = route::sent_from(stops);
        values.extend(sent_from.iter().map(|(address, line)| (address.to_string(), *line)));
        sink(text(values, Form::Values))?;
        self.spoken_names(sink)?;
        if thorough { self.all(sink) } else { self.left_out(sink) }
    }

    /// Links in the names that stand before addresses, where a reader sees them.
    fn spoken_names(&self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        for name in OF_SENDERS {
            for field in self.named(name) {
                let names =
                    address::names(&field.value).into_iter().filter(|name| name.contains("://"));
                let lines: Vec<_> = names.map(|name| (name, field.line)).collect();
                sink(text(lines, Form::Prose))?;
            }
        }
        ControlFlow::Continue(())
    }

    /// All headers but those of recipients, as they are written.
    fn all(&self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut lines = Vec::new();
        for field in self.fields.iter().filter(|f| !OF_RECIPIENTS.contains(&f.name.as_str())) {
            let raw = String::from_utf8_lossy(field.raw);
            lines.extend(raw.lines().map(str::to_owned).zip(field.line..));
        }
        sink(text(lines, Form::Prose))
    }

    fn left_out(&self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        for field in &self.fields {
            let rule = match field.name.as_str() {
                "received" => Rule::MailRelay,
                name if OF_RECIPIENTS.contains(&name) => Rule::Recipient,
                name if OF_SENDERS.contains(&name) => continue,
                "subject" | "list-unsubscribe" | "date" | "mime-version" | "content-type" => {
                    continue;
                }
                // Nothing without a dot or a long number is like an indicator.
                _ if !field.raw.contains(&b'.') && field.raw.len() < 32 => continue,
                _ => Rule::MailHeader,
            };
            let raw = String::from_utf8_lossy(field.raw);
            let words = raw.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            let shown: String = words.chars().take(SHOWN).collect();
            let text = format!("{}: {shown}", field.name);
            sink(Part::LeftOut(LeftOut { rule, text, line: field.line }))?;
        }
        ControlFlow::Continue(())
    }
}

/// Lines of the mail itself, each with its number.
fn text(lines: Vec<(String, u64)>, form: Form) -> Part {
    let mut text = Text { form, ..Text::default() };
    for (line, number) in lines {
        text.text.extend(line.chars().map(|c| if c.is_control() { ' ' } else { c }));
        text.text.push('\n');
        text.lines.push(number);
    }
    Part::Text(text)
}

/// The name of a file without the folders before it, as one line; `None` where nothing is left.
pub(in super::super) fn file_name(name: &str) -> Option<String> {
    const LONGEST: usize = 200;
    // Some clients use RFC 2047 here, against its section 5.
    let decoded = if name.contains("=?") { decode_words(name) } else { name.to_owned() };
    let name = decoded.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Encoded words (RFC 2047) undone.
fn decode_words(text: &str) -> String {
    let header = format!("Subject: {}\n\n", text.replace(['\r', '\n'], " "));
    let message = MessageParser::new().header_text(HeaderName::Subject).parse_headers(&header);
    message.as_ref().and_then(|m| m.subject()).map_or_else(|| text.to_owned(), str::to_owned)
}
