//! Sigma rules: the values of their detections, by the field that they are compared with; not
//! references.
//!
//! The format: <https://sigmahq.io/sigma-specification/>. A rule is YAML of a plain shape: its
//! lines are read as they stand.

use memchr::memmem;

use super::collected::Collected;
use super::document_type::{Content, DocumentType, Options};
use super::part::{Form, Part, Sink, Text, Unread};
use super::{plain, regex_hosts};
use crate::left_out::Rule;

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("Sigma rules", is_sigma, read).of(Content::Text);

/// Whether a file is nothing but rules: an article with rules in it is a text.
fn is_sigma(head: &[u8], _: &str) -> bool {
    if memmem::find(head, b"logsource:").is_none() {
        return false;
    }
    let text = plain::decode(head);
    // The last line of a head may be cut off.
    let lines = text.lines().filter(|line| line.starts_with(|char: char| !char.is_whitespace()));
    let is_key = |line: &&str| {
        let key = line.split(':').next().unwrap_or_default();
        line.contains(':')
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_other = |line: &&str| line.starts_with(['#', '-']);
    let count = lines.clone().count();
    let is_rule = lines
        .clone()
        .take(count - usize::from(count > 1))
        .all(|line| is_key(&line) || is_other(&line));
    let has = |key: &str| lines.clone().any(|line| line.starts_with(key));
    is_rule && has("title:") && has("logsource:") && (has("detection:") || head.len() >= 4096)
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

/// What the rules of a text hold.
fn collect(text: &str, found: &mut Collected) {
    let (mut section, mut field) = (String::new(), String::new());
    for (line, number) in text.lines().zip(1..) {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let is_top = line.starts_with(|char: char| char.is_ascii_alphabetic());
        let (key, value) = entry(bare);
        if is_top && !key.is_empty() {
            key.clone_into(&mut section);
        } else if !key.is_empty() {
            key.clone_into(&mut field);
        }
        match section.as_str() {
            "references" | "related" => {
                items(value)
                    .for_each(|one| found.left_out(Rule::Reference, one, number, Form::Values));
            }
            "detection" if !matches!(field.as_str(), "condition" | "timeframe") => {
                items(value).for_each(|one| compared(&field, one, number, found));
            }
            _ => {}
        }
    }
}

/// A line's key, where it has one, and its value: `- Image|endswith: '\cmd.exe'`.
fn entry(line: &str) -> (&str, &str) {
    let line = line.trim_start_matches(['-', ' ']);
    if line.starts_with(['\'', '"']) {
        return ("", line);
    }
    match line.split_once(':') {
        Some((key, value)) if value.is_empty() || value.starts_with(' ') => {
            (key.trim(), value.trim())
        }
        _ => ("", line),
    }
}

/// The values that stand on a line: one, or a list in brackets.
fn items(value: &str) -> impl Iterator<Item = &str> {
    let list = value.strip_prefix('[').map(|list| list.trim_end_matches(']'));
    let one = list.is_none().then(|| unquoted(value));
    let many = list.into_iter().flat_map(|list| list.split(',')).map(|one| unquoted(one.trim()));
    one.into_iter().chain(many).filter(|value| !value.is_empty())
}

/// A value without its quotes, and without the comment behind it.
fn unquoted(value: &str) -> &str {
    for quote in ['\'', '"'] {
        if let Some(inside) = value.strip_prefix(quote) {
            return inside.rfind(quote).map_or(inside, |end| &inside[..end]);
        }
    }
    value.split(" #").next().unwrap_or_default().trim_end()
}

/// A value, by the field that it is compared with: `Hashes|contains`, `DestinationHostname`.
fn compared(field: &str, value: &str, line: u64, found: &mut Collected) {
    let mut words = field.split('|');
    let name = words.next().unwrap_or_default().to_ascii_lowercase();
    let is_expression = words.any(|modifier| modifier == "re");
    let is_hash = ["hash", "md5", "sha1", "sha256"].iter().any(|word| name.contains(word));
    let is_host = ["host", "domain", "dns", "query"].iter().any(|word| name.contains(word));
    let is_address = name.ends_with("ip") || name.contains("ipaddress") || name.contains("_addr");
    if is_expression {
        regex_hosts::hosts(value).iter().for_each(|host| found.value(host, line));
    } else if is_hash {
        // Sysmon has them all in one field: `SHA256=…`, `IMPHASH=…`.
        let (algorithm, hash) = value.split_once('=').unwrap_or((&name, value));
        if !algorithm.to_ascii_lowercase().contains("imp") {
            found.value(hash.trim_matches('*'), line);
        }
    } else if is_host || is_address {
        found.value(value.trim_matches('*').trim_start_matches('.'), line);
    } else {
        found.prose(value, line);
    }
}
