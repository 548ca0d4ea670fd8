//! What a document is made of: texts to search, files inside it, and what could not be read.

use std::ops::ControlFlow;

use crate::left_out::{LeftOut, Rule};

/// One part of a document, in the order in which its indicators are to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A text to search.
    Text(Text),
    /// A file inside: an attachment, a member of an archive. It is a document of its own.
    File(File),
    /// A recipient's domain. It comes before the texts: in them, and in the files, it and
    /// the names under it are no indicators of their own.
    Recipient(String),
    /// Something that a rule left out; it belongs to the text before it.
    LeftOut(LeftOut),
    /// A rule that would have left out all that the document holds, and so was not applied.
    Waived(Rule),
    /// A part that could not be read; the others were.
    Unread(Unread),
}

/// A text of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// What it is called within the document, as origins write it: `text/html`, `page 3`,
    /// `xl/worksheets/sheet1.xml`. Empty for a document that is one text.
    pub name: String,
    /// The text, with its line ends.
    pub text: String,
    /// Of each line of `text`, the line of the part as its author wrote it, from 1. Empty where
    /// these are the same.
    pub lines: Vec<u64>,
    /// How its lines are to be read.
    pub form: Form,
}

/// How the lines of a text are to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// As any text: prose, logs, tables, lists.
    #[default]
    Prose,
    /// Each line is one value that its document calls an indicator, such as an attribute of MISP or
    /// the target of a link. A name in it is a domain even where it would read like a file.
    Values,
}

/// A file inside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the document, with the folders before it; never a path to write to.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A document, or a part of one, that could not be read for what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    /// Its name within the document; empty for the whole document.
    pub name: String,
    /// Why, as a clause for people: `encrypted: no password fits`.
    pub why: String,
    /// What the user can do, as a clause for people: `unpack it with unar`.
    pub advice: Option<&'static str>,
}

/// Takes the parts of a document, one by one; a break ends the reading.
pub type Sink<'s> = dyn FnMut(Part) -> ControlFlow<()> + 's;
