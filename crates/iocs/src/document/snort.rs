//! Rules of Snort and Suricata: the addresses of their headers and what they look for in packets;
//! not references.
//!
//! The language: <https://docs.suricata.io/en/latest/rules/intro.html>.

use std::net::IpAddr;

use memchr::memmem;

use super::collected::Collected;
use super::document_type::{Content, DocumentType, Options};
use super::part::{Form, Part, Sink, Text, Unread};
use super::{plain, regex_hosts};
use crate::left_out::Rule;

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("Snort or Suricata rules", is_snort, read).of(Content::Text);

const ACTIONS: [&str; 12] = [
    "alert",
    "drop",
    "reject",
    "rejectsrc",
    "rejectdst",
    "rejectboth",
    "pass",
    "log",
    "block",
    "sdrop",
    "activate",
    "rewrite",
];

/// Whether a file is nothing but rules: an article with rules in it is a text.
fn is_snort(head: &[u8], _: &str) -> bool {
    if memmem::find(head, b"sid:").is_none() {
        return false;
    }
    let text = plain::decode(head);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    // A rule that is switched off looks like a comment.
    let first = lines.clone().find(|line| !line.starts_with('#'));
    let settings = ["var ", "ipvar ", "portvar ", "include ", "config "];
    let is_setting = |line: &str| settings.iter().any(|word| line.starts_with(word));
    first.is_none_or(|first| rule(first).is_some() || is_setting(first))
        && lines.clone().any(|line| rule(line).is_some())
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let text = plain::decode(file);
    let mut found = Collected::default();
    collect(&text, &mut found);
    // What is not understood is read as text.
    let _ = if found.is_empty() {
        sink(Part::Text(Text { text: text.into_owned(), ..Text::default() }))
    } else {
        found.hand_on(options, sink)
    };
    Ok(())
}

/// What the rules of a text hold. A backslash at its end continues a line; a rule behind `#` is
/// switched off.
pub(super) fn collect(text: &str, found: &mut Collected) {
    let (mut whole, mut start) = (String::new(), 1);
    for (line, number) in text.lines().zip(1..) {
        if whole.is_empty() {
            start = number;
        }
        if let Some(begun) = line.strip_suffix('\\') {
            whole.push_str(begun);
            continue;
        }
        whole.push_str(line);
        let is_off = whole.trim_start().starts_with('#');
        match rule(&whole) {
            Some(rule) if is_off => {
                let mut withdrawn = Collected::default();
                collect_rule(rule, start, &mut withdrawn);
                found.withdraw(withdrawn);
            }
            Some(rule) => collect_rule(rule, start, found),
            None if is_off => {}
            None => found.prose(&whole, start),
        }
        whole.clear();
    }
}

/// The header and the options of a rule.
fn rule(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['#', ' ', '\t']);
    let (header, options) = line.split_once('(')?;
    let is_action = ACTIONS.contains(&header.split_whitespace().next()?);
    let is_direction = ["->", "<>", "<-", "=>"].iter().any(|arrow| header.contains(arrow));
    // Snort 3 has rules with a protocol alone.
    let is_short = header.split_whitespace().count() == 2 && options.contains("sid:");
    (is_action && (is_direction || is_short)).then_some((header, options))
}

/// What an option's text is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Buffer {
    /// A name of a host: a query, a header, a certificate's name.
    Host,
    /// The hash of something that is not a file.
    Fingerprint,
    /// Anything.
    Packet,
}

fn collect_rule((header, options): (&str, &str), line: u64, found: &mut Collected) {
    for token in header.split(|char: char| char.is_whitespace() || "[],".contains(char)) {
        let address = token.split('/').next().unwrap_or_default();
        if address.parse::<IpAddr>().is_ok() {
            found.value(token, line);
        }
    }
    let (mut sticky, mut contents) = (Buffer::Packet, Vec::new());
    for option in self::options(options) {
        let (key, value) = option.split_once(':').unwrap_or((&option, ""));
        let value = value.trim();
        match key.trim() {
            "content" | "uricontent" if !value.starts_with('!') => {
                // Snort 3 has the modifiers behind the text.
                let modifier = value.rsplit_once('"').map_or("", |(_, modifier)| modifier);
                let buffer = if modifier.contains("http_host") { Buffer::Host } else { sticky };
                contents.push((content(value), buffer));
            }
            "pcre" if !value.starts_with('!') => {
                let expression = value.trim_matches('"').trim_start_matches('/');
                let end = expression.rfind('/').unwrap_or(expression.len());
                regex_hosts::hosts(&expression[..end])
                    .iter()
                    .for_each(|host| found.value(host, line));
            }
            "reference" => {
                let target = value.split_once(',').map_or("", |(_, target)| target);
                found.left_out(Rule::Reference, target, line, Form::Values);
            }
            // Older rules name the buffer behind the content.
            "http_host" | "http_raw_host" => {
                if let Some((_, buffer)) = contents.last_mut() {
                    *buffer = Buffer::Host;
                }
            }
            key if value.is_empty() => sticky = buffer_of(key).unwrap_or(sticky),
            _ => {}
        }
    }
    for (content, buffer) in contents {
        match buffer {
            Buffer::Host => found.value(content.trim_start_matches(['.', '*']), line),
            Buffer::Packet => found.prose(&content, line),
            Buffer::Fingerprint => {}
        }
    }
}

/// The buffer that an option without a value selects for what follows.
fn buffer_of(key: &str) -> Option<Buffer> {
    match key {
        "dns.query" | "dns_query" | "dns.queries.rrname" | "tls.sni" | "tls_sni" | "http.host"
        | "http.host.raw" | "ssl.sni" | "quic.sni" => Some(Buffer::Host),
        key if key.contains("fingerprint") || key.contains("ja3") || key.contains("ja4") => {
            Some(Buffer::Fingerprint)
        }
        key if key.contains('.') || key.ends_with("_data") || key.starts_with("http_") => {
            Some(Buffer::Packet)
        }
        _ => None,
    }
}

/// The options of a rule, which end in semicolons outside quotes.
fn options(text: &str) -> Vec<String> {
    let (mut options, mut option) = (Vec::new(), String::new());
    let (mut is_quoted, mut is_escaped) = (false, false);
    for char in text.chars() {
        match char {
            ';' if !is_quoted && !is_escaped => options.push(std::mem::take(&mut option)),
            char => {
                is_quoted ^= char == '"' && !is_escaped;
                is_escaped = char == '\\' && !is_escaped;
                option.push(char);
            }
        }
    }
    options.iter().map(|option| option.trim().to_owned()).collect()
}

/// The text of a content: `|3A 2F|` are bytes in hex. A name as DNS has it, with the length before
/// each label (RFC 1035, section 3.1), becomes one with dots.
fn content(value: &str) -> String {
    let start = value.find('"').map_or(0, |start| start + 1);
    let end = value.rfind('"').unwrap_or(value.len()).max(start);
    let (mut bytes, mut is_hex, mut is_escaped) = (Vec::new(), false, false);
    let mut digits = String::new();
    for char in value[start..end].chars() {
        match char {
            '|' if !is_escaped => is_hex = !is_hex,
            char if is_hex => {
                digits.extend(char.to_digit(16).map(|_| char));
                if digits.len() == 2 {
                    bytes.extend(u8::from_str_radix(&digits, 16));
                    digits.clear();
                }
            }
            '\\' if !is_escaped => is_escaped = true,
            char => {
                is_escaped = false;
                bytes.extend(char.encode_utf8(&mut [0; 4]).bytes());
            }
        }
    }
    let text = dotted(&bytes);
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

fn dotted(bytes: &[u8]) -> String {
    let (mut text, mut rest) = (Vec::new(), bytes);
    let mut is_name = false;
    while let Some((&first, tail)) = rest.split_first() {
        let label = tail.get(..first.into()).filter(|label| {
            let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            matches!(first, 1..=31) && label.iter().all(is_letter)
        });
        if let Some(label) = label {
            text.extend(if is_name { &b"."[..] } else { b" " });
            text.extend_from_slice(label);
            rest = &tail[label.len()..];
        } else {
            text.push(first);
            rest = tail;
        }
        is_name = label.is_some();
    }
    String::from_utf8_lossy(&text).into_owned()
}
