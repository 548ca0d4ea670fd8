//! A document searched, on whatever thread: what it holds, in order, without its text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::ops::{ControlFlow, Range};

use sha2::{Digest, Sha256};

use crate::input::Document;
use crate::wording::counted;
use iocs::document::{Form, Item, Options, Text};
use iocs::extract::{self, Rules, read_block};
use iocs::finding::{Content, Extent, Finding};
use iocs::indicator::{Kind, Reading, classify};
use iocs::left_out::{LeftOut, Rule};

/// What a document holds.
pub(super) struct SearchedDocument {
    /// Its name, as origins begin.
    pub(super) name: String,
    /// What people call its type.
    pub(super) kind: &'static str,
    /// What it holds, in order.
    pub(super) contents: Vec<Contents>,
    /// Its bytes could not be read.
    pub(super) error: Option<io::Error>,
}

/// One thing in a document.
pub(super) enum Contents {
    Text(SearchedText),
    /// A file that is no text, by its hash.
    File {
        name: String,
        sha256: String,
    },
    LeftOut(LeftOut),
    Waived {
        name: String,
        rule: Rule,
    },
    Unread {
        name: String,
        why: String,
    },
}

/// A text, searched.
pub(super) struct SearchedText {
    /// Its full name: `phish.eml!text/html`.
    pub(super) name: String,
    pub(super) with: u64,
    pub(super) without: u64,
    pub(super) blank: u64,
    pub(super) found: Vec<FoundInText>,
    pub(super) left_out: Vec<LeftOut>,
    /// The domains to which the mail around it was sent.
    pub(super) recipients: Vec<String>,
}

/// Something found in a text.
pub(super) struct FoundInText {
    pub(super) content: Content,
    /// As it stands there.
    pub(super) written: Vec<u8>,
    /// The line of the part, from 1.
    pub(super) line: u64,
    pub(super) extent: Extent,
}

impl SearchedDocument {
    /// Opens a document, and searches all that it holds.
    pub(super) fn search(document: Document, options: &Options) -> Self {
        let (name, kind) = (document.name().to_owned(), document.kind());
        let rules = if options.thorough { Rules::Ignored } else { Rules::Applied };
        let mut contents = Vec::new();
        let mut recipients: Vec<(String, String)> = Vec::new();
        let read = document.read(options, &mut |item| {
            contents.push(match item {
                Item::Text(text) => Contents::Text(search(&text, &recipients, rules)),
                Item::Binary { name, bytes, .. } => Contents::File { name, sha256: sha256(bytes) },
                Item::Recipient { mail, domain } => {
                    recipients.push((mail, domain));
                    return ControlFlow::Continue(());
                }
                Item::LeftOut(left_out) => Contents::LeftOut(left_out),
                Item::Waived { name, rule } => Contents::Waived { name, rule },
                Item::Unread(unread) => {
                    let why = match unread.advice {
                        Some(advice) => format!("{}: {advice}", unread.why),
                        None => unread.why,
                    };
                    Contents::Unread { name: unread.name, why }
                }
            });
            ControlFlow::Continue(())
        });
        Self { name, kind, contents, error: read.err() }
    }
}

impl SearchedDocument {
    /// What was opened: `mail, 2 bodies, 1 attachment`.
    pub(super) fn description(&self) -> String {
        let (mut bodies, mut others) = (BTreeSet::new(), BTreeSet::new());
        for contents in &self.contents {
            let (Contents::Text(SearchedText { name, .. })
            | Contents::File { name, .. }
            | Contents::Unread { name, .. }) = contents
            else {
                continue;
            };
            let Some(part) = name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('!'))
            else {
                continue;
            };
            let is_body = !part.contains('!') && part.starts_with("text/");
            if is_body && matches!(contents, Contents::Text(_)) {
                bodies.insert(part);
            } else if !matches!(part, "headers" | "subject") {
                others.insert(part.split('!').next().unwrap_or(part));
            }
        }
        let other =
            if matches!(self.kind, "mail" | "Outlook message") { "attachment" } else { "part" };
        let mut description = self.kind.to_owned();
        match bodies.len() {
            0 => {}
            1 => description += ", 1 body",
            more => description += &format!(", {more} bodies"),
        }
        if !others.is_empty() {
            description += &format!(", {}", counted(others.len() as u64, other));
        }
        description
    }
}

/// Searches one text.
fn search(text: &Text, recipients: &[(String, String)], rules: Rules) -> SearchedText {
    let how = extract::Options { rules, ..extract::Options::default() };
    let mut block = match text.form {
        Form::Prose => read_block(&without_comments(&text.text), how),
        Form::Values => values(&text.text, how),
    };
    let of_this: Vec<&str> = recipients
        .iter()
        .filter(|(mail, _)| {
            let inner = text.name.strip_prefix(mail.as_str());
            inner.is_some_and(|inner| inner.is_empty() || inner.starts_with('!'))
        })
        .map(|(_, domain)| domain.as_str())
        .collect();
    let recipients = of_this.iter().map(|&domain| domain.to_owned()).collect();
    let line_of = |line: u64| {
        let number = usize::try_from(line).ok().and_then(|line| text.lines.get(line));
        number.copied().unwrap_or(line + 1)
    };
    let shown = |span: Range<usize>| text.text.as_bytes().get(span).unwrap_or_default();
    let located = |found: Finding| {
        let is_shown = match &found.content {
            Content::Indicator(indicator) => {
                indicator.kind != Kind::Domain || !is_of(&indicator.text, &of_this)
            }
            // A line of prose is no slip of the pen.
            Content::Invalid(_) => false,
        };
        is_shown.then(|| FoundInText {
            written: shown(found.span.clone()).to_vec(),
            line: line_of(found.line),
            extent: found.extent,
            content: found.content,
        })
    };
    SearchedText {
        name: text.name.clone(),
        with: block.with,
        without: block.without + block.comments,
        blank: block.blank,
        left_out: block
            .left_out
            .iter()
            .map(|left_out| LeftOut {
                rule: left_out.rule,
                text: String::from_utf8_lossy(shown(left_out.span.clone())).into_owned(),
                line: line_of(left_out.line),
            })
            .collect(),
        recipients,
        found: std::mem::take(&mut block.found).into_iter().filter_map(located).collect(),
    }
}

/// Whether a name is one of these domains, or under it.
fn is_of(name: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| {
        name.strip_suffix(domain).is_some_and(|above| above.is_empty() || above.ends_with('.'))
    })
}

/// In documents `#` begins no comment.
fn without_comments(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let mut is_at_start = true;
    for byte in &mut bytes {
        match byte {
            b'#' if is_at_start => *byte = b' ',
            b' ' | b'\t' => {}
            b'\n' | b'\r' => is_at_start = true,
            _ => is_at_start = false,
        }
    }
    bytes
}

/// Lines each of which is one value: what is no indicator as a whole is searched.
fn values(text: &str, how: extract::Options) -> extract::Block {
    let mut all = extract::Block::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let value = line.trim_ascii();
        let at = start + (line.len() - line.trim_ascii_start().len());
        let number = all.lines;
        all.lines += 1;
        start += line.len();
        if value.is_empty() {
            all.blank += 1;
            continue;
        }
        let before = all.found.len();
        if let Reading::Indicator(indicator) = classify(value.as_bytes()) {
            let content = Content::Indicator(indicator);
            all.found.push(Finding {
                line: number,
                span: at..at + value.len(),
                content,
                extent: Extent::Line,
            });
        } else {
            let found = read_block(value.as_bytes(), how).found;
            all.found.extend(found.into_iter().map(|found| Finding {
                line: number,
                span: found.span.start + at..found.span.end + at,
                ..found
            }));
        }
        let is_with = all.found.len() > before;
        all.with += u64::from(is_with);
        all.without += u64::from(!is_with);
    }
    all
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
