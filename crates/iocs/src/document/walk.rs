//! Documents inside documents: a file's parts as one flat sequence, each with its full name.
//!
//! Parsers do not call each other. Each hands its parts on as it meets them, and what is a document
//! itself is opened here, at most [`limits::DEPTH`] deep, so that no more is held at a time than
//! one file of each level.

use std::ops::ControlFlow;

use super::document_type::{Content, DocumentType, Options};
use super::limits::{self, Budget};
use super::part::{Part, Sink, Text, Unread};
use super::plain;
use crate::left_out::LeftOut;

/// Something found in a file, with its full name: `samples.zip!a/b.eml!text/html`.
#[derive(Debug)]
pub enum Item<'a> {
    /// A text to search.
    Text(Text),
    /// A file inside whose bytes are no text and no image: an indicator itself, by its hash. What
    /// it holds follows.
    Binary {
        /// Its full name.
        name: String,
        /// Its content.
        bytes: &'a [u8],
    },
    /// Something that a rule left out of the text before it.
    LeftOut(LeftOut),
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

/// So much of a file tells what it is.
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
    /// Hands on all that a file holds, in the order in which it is to be looked up. The file itself
    /// is no item.
    pub fn file(&self, name: &str, file: &[u8], sink: &mut ItemSink<'_>) {
        let options = Options { budget: Budget::default(), ..self.options.clone() };
        let mut level = Level { walk: *self, prefix: name.to_owned(), depth: 1, options };
        // A break is the caller's own wish.
        let _ = level.open(file, sink);
    }
}

/// One file that is open, and the documents around it.
struct Level<'w> {
    walk: Walk<'w>,
    /// Its full name.
    prefix: String,
    depth: usize,
    options: Options,
}

impl Level<'_> {
    /// Opens a file, whatever it is.
    fn open(&mut self, file: &[u8], sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        let Some(kind) = (self.walk.type_of)(head(file), &self.prefix) else {
            let text = plain::decode(file).into_owned();
            return sink(Item::Text(Text { name: self.prefix.clone(), text, ..Text::default() }));
        };
        let walk = self.walk;
        let options = self.options.clone();
        let (mut flow, mut is_full) = (ControlFlow::Continue(()), false);
        let read = (walk.read)(kind, file, &options, &mut |part| {
            if !matches!(part, Part::LeftOut(_)) && !kind.is_collection {
                is_full = !options.budget.take_part();
            }
            if !is_full {
                flow = self.part(kind, part, sink);
            }
            if is_full { ControlFlow::Break(()) } else { flow }
        });
        if flow.is_break() {
            return flow;
        }
        if is_full {
            let why = format!("more than {} parts: the rest was not read", limits::PARTS);
            return sink(Item::Unread(self.unread(Unread {
                name: String::new(),
                why,
                advice: None,
            })));
        }
        match read {
            Ok(()) => flow,
            Err(unread) => sink(Item::Unread(self.unread(unread))),
        }
    }

    /// Hands on one part of the document that is open.
    fn part(&self, kind: &DocumentType, part: Part, sink: &mut ItemSink<'_>) -> ControlFlow<()> {
        match part {
            Part::Text(text) => sink(Item::Text(Text { name: self.name(&text.name), ..text })),
            Part::LeftOut(left_out) => sink(Item::LeftOut(left_out)),
            Part::Unread(unread) => sink(Item::Unread(self.unread(unread))),
            Part::File(file) => {
                let name = self.name(&file.name);
                let inner = (self.walk.type_of)(head(&file.bytes), &name);
                if inner.is_some_and(|inner| inner.content == Content::Binary) {
                    sink(Item::Binary { name: name.clone(), bytes: &file.bytes })?;
                }
                let depth = self.depth + usize::from(!kind.is_collection);
                if inner.is_some() && depth > limits::DEPTH {
                    let why = format!("inside more than {} other documents", limits::DEPTH - 1);
                    return sink(Item::Unread(Unread { name, why, advice: None }));
                }
                let mut budget = self.options.budget.inside(file.bytes.len());
                if kind.is_collection {
                    budget = Budget::default();
                }
                let options = Options { budget, ..self.options.clone() };
                Level { walk: self.walk, prefix: name, depth, options }.open(&file.bytes, sink)
            }
        }
    }

    /// The full name of a part.
    fn name(&self, part: &str) -> String {
        match (self.prefix.as_str(), part) {
            (prefix, "") => prefix.to_owned(),
            ("", part) => part.to_owned(),
            (prefix, part) => format!("{prefix}!{part}"),
        }
    }

    fn unread(&self, unread: Unread) -> Unread {
        Unread { name: self.name(&unread.name), ..unread }
    }
}
