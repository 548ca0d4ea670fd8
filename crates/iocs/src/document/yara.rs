//! YARA rules: the text strings, the hashes of `meta` and of conditions; not references, authors
//! and hex strings, which may be as long as a hash.
//!
//! The language: <https://yara.readthedocs.io/en/stable/writingrules.html>.

use memchr::memmem;

use super::collected::Collected;
use super::document_type::{Content, DocumentType, Options, has_extension};
use super::part::{Form, Part, Sink, Text, Unread};
use super::{plain, regex_hosts};
use crate::left_out::Rule;

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("YARA rules", is_yara, read).of(Content::Text);

/// Whether a file is nothing but rules: an article with rules in it is a text.
fn is_yara(head: &[u8], name: &str) -> bool {
    let has = |word: &[u8]| memmem::find(head, word).is_some();
    let is_named = has_extension(name, &["yar", "yara"]);
    let begins = |text: &str| {
        let first = text.split(|char: char| !char.is_alphanumeric()).next();
        first.is_some_and(|word| BEGINNINGS.contains(&word))
    };
    has(b"rule ")
        && (has(b"condition:") || has(b"strings:") || is_named)
        && begins(behind_comments(&plain::decode(head)))
}

/// How a file of rules begins, but for comments.
const BEGINNINGS: [&str; 5] = ["rule", "private", "global", "import", "include"];

fn behind_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = if rest.starts_with("//") {
            rest.find('\n')
        } else if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else {
            return rest;
        };
        rest = rest[end.unwrap_or(rest.len())..].trim_start();
    }
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
pub(super) fn collect(text: &str, found: &mut Collected) {
    let mut reader = Reader {
        rest: text,
        line: 1,
        section: Section::Outside,
        word: String::new(),
        is_value: false,
    };
    while let Some(char) = reader.rest.chars().next() {
        reader.step(char, found);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Outside,
    Meta,
    Strings,
    Condition,
}

struct Reader<'t> {
    rest: &'t str,
    line: u64,
    section: Section,
    /// The last identifier: a key of `meta`, a function.
    word: String,
    /// Whether an equals sign stands before.
    is_value: bool,
}

impl<'t> Reader<'t> {
    fn step(&mut self, char: char, found: &mut Collected) {
        let line = self.line;
        let is_string_value = self.is_value && self.section == Section::Strings;
        match char {
            '"' => {
                self.take(1);
                let text = self.quoted();
                self.string(&text, line, found);
            }
            '/' if self.rest.starts_with("//") => {
                self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
            }
            '/' if self.rest.starts_with("/*") => {
                self.take(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
            }
            '/' if is_string_value => {
                let expression = self.expression();
                for host in regex_hosts::hosts(expression) {
                    found.value(&host, line);
                }
                self.is_value = false;
            }
            '{' if is_string_value => {
                self.take(self.rest.find('}').map_or(self.rest.len(), |end| end + 1));
                self.is_value = false;
            }
            '}' => {
                self.section = Section::Outside;
                self.take(1);
            }
            char if char.is_alphabetic() || char == '_' => self.identifier(),
            char => {
                self.is_value = char == '=' || self.is_value && char.is_whitespace();
                self.take(char.len_utf8());
            }
        }
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.bytes().filter(|byte| *byte == b'\n').count() as u64;
        self.rest = rest;
        taken
    }

    fn identifier(&mut self) {
        let end = self.rest.find(|char: char| !char.is_alphanumeric() && char != '_');
        let word = self.take(end.unwrap_or(self.rest.len()));
        if self.rest.trim_start().starts_with(':') {
            self.section = match word {
                "meta" => Section::Meta,
                "strings" => Section::Strings,
                "condition" => Section::Condition,
                _ => self.section,
            };
        }
        // `hash.md5(0, filesize)`: the size is no function.
        if word != "filesize" {
            word.clone_into(&mut self.word);
        }
        self.is_value = false;
    }

    /// A text behind its opening quote. Bytes in hex that are no printable ASCII become spaces.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        while let Some(char) = self.rest.chars().next() {
            self.take(char.len_utf8());
            match char {
                '"' | '\n' => break,
                '\\' => {
                    let Some(escaped) = self.rest.chars().next() else { break };
                    self.take(escaped.len_utf8());
                    match escaped {
                        'x' => {
                            let digits = self.rest.get(..2).unwrap_or_default();
                            let byte = u8::from_str_radix(digits, 16).unwrap_or(b' ');
                            self.take(digits.len());
                            text.push(if byte.is_ascii_graphic() { byte.into() } else { ' ' });
                        }
                        't' | 'n' | 'r' => text.push(' '),
                        escaped => text.push(escaped),
                    }
                }
                char => text.push(char),
            }
        }
        text
    }

    /// An expression between slashes.
    fn expression(&mut self) -> &'t str {
        self.take(1);
        let (mut is_escaped, mut is_class) = (false, false);
        let end = self.rest.find(|char: char| {
            let is_end = char == '\n' || char == '/' && !is_escaped && !is_class;
            is_class =
                !is_escaped && (char == '[' || is_class && char != ']') || is_class && is_escaped;
            is_escaped = char == '\\' && !is_escaped;
            is_end
        });
        let expression = self.take(end.unwrap_or(self.rest.len()));
        self.take(self.rest.starts_with('/').into());
        expression
    }

    fn string(&mut self, text: &str, line: u64, found: &mut Collected) {
        let key = self.word.to_ascii_lowercase();
        match self.section {
            Section::Strings => found.prose(text, line),
            Section::Meta if is_hash(text) && !key.contains("imphash") => found.value(text, line),
            Section::Meta
                if ["ref", "url", "link", "source", "report"]
                    .iter()
                    .any(|word| key.contains(word)) =>
            {
                found.left_out(Rule::Reference, text, line, Form::Values);
            }
            Section::Condition if matches!(key.as_str(), "md5" | "sha1" | "sha256") => {
                found.value(text, line);
            }
            Section::Outside | Section::Meta | Section::Condition => {}
        }
        self.is_value = false;
    }
}

/// Whether a text is as long as an MD5, SHA-1 or SHA-256, in hex.
fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
