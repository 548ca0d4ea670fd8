//! Documents inside documents: a file's parts as one flat sequence, each with its full name.
//!
//! Parsers do not call each other. Each hands its parts on as it meets them, and what is a document
//! itself is opened here, at most [`limits::DEPTH`] deep, so that no more is held at a time than
//! one file of each level.

use std::ops::ControlFlow;

use super::document_type::{Content, DocumentType, Options};
use super::limits::{self, Budget};
use super::part::{Part, Sink, Text, Unread};
use super::{packed, plain};
use crate::left_out::{LeftOut, Rule};

/// Something found in a file, with its full name: `samples.zip!a/b.eml!text/html`.
#[derive(Debug)]
pub enum Item<'a> {
    /// A text to search.
    Text(Text),
    /// A file whose bytes are no text, and no image inside a mail or a page: an indicator itself, by its
    /// hash. What it holds follows.
    Binary {
        /// Its full name.
        name: String,
        /// Its type.
        kind: &'static DocumentType,
        /// Its content.
        bytes: &'a [u8],
    },
    /// A recipient's domain: in the texts and files of that mail, which follow, it and
    /// the names under it are no indicators of their own.
    Recipient {
        /// The full name of the mail.
        mail: String,
        /// The domain.
        domain: String,
    },
    /// Something that a rule left out of the text before it.
    LeftOut(LeftOut),
    /// A rule that would have left out all that this document holds, and so was not applied.
    Waived {
        /// The document's full name.
        name: String,
        /// The rule.
        rule: Rule,
    },
    /// Something that could not be read for what it is.
    Unread(Unread),
}

/// Takes what is found, one by one; a break ends the reading.
pub type ItemSink<'s> = dyn FnMut(Item<'_>) -> ControlFlow<()> + 's;

/// Tells the type of a file by its head and its name; `None` for plain text.
pub type TypeOf = fn(&[u8], &str) -> Option<&'static DocumentType>;

/// Reads one document: [`read_here`], or in a process of its own where the type asks for it.
pub type Read<'r> =
    dyn Fn(&DocumentType, &[u8], &Options, &mut Sink<'_>) -> Result<(), Unread> + 'r;

/// How many bytes of a file tell what it is.
const HEAD: usize = 64 << 10;

/// Reads a document in this process.
///
/// # Errors
/// The document cannot be read at all.
pub fn read_here(
    kind: &DocumentType,
    file: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<(), Unread> {
    (kind.read)(file, options, sink)
}

/// The first bytes of a file, by which it is told what it is.
#[must_use]
pub fn head(file: &[u8]) -> &[u8] {
    &file[..file.len().min(HEAD)]
}

/// How documents are told and read.
#[derive(Clone, Copy)]
pub struct Walk<'w> {
    /// Tells types.
    pub type_of: TypeOf,
    /// Reads one document.
    pub read: &'w Read<'w>,
    /// What the user has set. The budget is each file's own.
    pub options: &'w Options,
}

impl Walk<'_> {
    /// Hands on all that a file holds, in the order in which it is to be looked up: first the file
    /// itself, where it is no text.
    pub fn file(&self, name: &str, file: &[u8], sink: &mut ItemSink<'_>) {
        let options = Options { budget: Budget::default(), ..self.options.clone() };
        let level = Level { walk: *self, name: name.to_owned(), depth: 1, around: None, options };
        // A break is the caller's own wish.
        let _ = level.open(file, name, sink);
    }
}

/// One file that is open, and how many documents are around it.
struct Level<'w> {
    walk: Walk<'w>,
    /// Its full name.
    name: String,
    depth: usize,
    /// What the document around it is.
    around: Option<Content>,
    options: Options,
}

impl Level<'_> {
    /// Opens a file, whatever it is. Its type is told by a name of its own.
    fn open(&self, file: &[u8], told_by: &str, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let Some(kind) = (self.walk.type_of)(head(file), told_by) else {
            let text = plain::decode(file).into_owned();
            return sink(Item::Text(Text { name: self.name.clone(), text, ..Text::default() }));
        };
        let itself = |sink: &mut ItemSink<'_>| {
            sink(Item::Binary { name: self.name.clone(), kind, bytes: file })
        };
        let mut is_told = kind.content == Content::Text;
        let is_evidence = match kind.content {
            Content::Binary | Content::Archive => true,
            Content::Media => self.around.is_none_or(|around| around == Content::Archive),
            Content::Text | Content::Packed => false,
        };
        if is_evidence {
            is_told = true;
            itself(sink)?;
        }
        if self.depth > limits::DEPTH && kind.content != Content::Media {
            let why = format!("inside more than {} other documents", limits::DEPTH - 1);
            return sink(self.unread(Unread { why, ..Unread::default() }));
        }
        let (mut flow, mut is_full) = (ControlFlow::Continue(()), false);
        let read = (self.walk.read)(kind, file, &self.options, &mut |part| {
            let is_remark = matches!(part, Part::LeftOut(_) | Part::Waived(_) | Part::Recipient(_));
            if !is_remark && !kind.is_collection {
                is_full = !self.options.budget.take_part();
            }
            if is_full {
                return ControlFlow::Break(());
            }
            if kind.content == Content::Packed && !is_told && !self.is_text(&part) {
                flow = itself(sink);
            }
            is_told = true;
            if flow.is_continue() {
                flow = self.part(kind, part, sink);
            }
            flow
        });
        flow?;
        if !is_told && kind.content == Content::Packed {
            itself(sink)?;
        }
        if is_full {
            let why = format!("more than {} parts: the rest was not read", limits::PARTS);
            return sink(self.unread(Unread { why, ..Unread::default() }));
        }
        match read {
            Ok(()) => ControlFlow::Continue(()),
            Err(unread) => sink(self.unread(unread)),
        }
    }

    /// Hands on one part of the document that is open.
    fn part(&self, kind: &DocumentType, part: Part, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let file = match part {
            Part::Text(text) => {
                return sink(Item::Text(Text { name: self.name_of(&text.name), ..text }));
            }
            Part::Recipient(domain) => {
                return sink(Item::Recipient { mail: self.name.clone(), domain });
            }
            Part::LeftOut(left_out) => return sink(Item::LeftOut(left_out)),
            Part::Waived(rule) => return sink(Item::Waived { name: self.name.clone(), rule }),
            Part::Unread(unread) => return sink(self.unread(unread)),
            Part::File(file) => file,
        };
        let (name, is_named) = (self.name_of(&file.name), !file.name.is_empty());
        let told_by = if file.name.is_empty() { packed::name_inside(&name) } else { file.name };
        let (depth, budget) = if kind.is_collection {
            (self.depth, Budget::default())
        } else {
            (self.depth + 1, self.options.budget.inside(file.bytes.len()))
        };
        // A packed tar is a tar.
        let is_packed_tar = kind.content == Content::Packed && is_named;
        let around = if is_packed_tar { Content::Archive } else { kind.content };
        let options = Options { budget, ..self.options.clone() };
        Level { walk: self.walk, name, depth, around: Some(around), options }.open(
            &file.bytes,
            &told_by,
            sink,
        )
    }

    /// Whether a part is the one text that its document holds.
    fn is_text(&self, part: &Part) -> bool {
        match part {
            Part::Text(text) => text.name.is_empty(),
            Part::File(file) if file.name.is_empty() => {
                let told_by = packed::name_inside(&self.name);
                let kind = (self.walk.type_of)(head(&file.bytes), &told_by);
                kind.is_none_or(|kind| kind.content == Content::Text)
            }
            _ => false,
        }
    }

    /// The full name of a part.
    fn name_of(&self, part: &str) -> String {
        match (self.name.as_str(), part) {
            (name, "") => name.to_owned(),
            ("", part) => part.to_owned(),
            (name, part) => format!("{name}!{part}"),
        }
    }

    fn unread(&self, unread: Unread) -> Item<'static> {
        Item::Unread(Unread { name: self.name_of(&unread.name), ..unread })
    }
}
