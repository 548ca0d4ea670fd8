//! What is found in a text, and where it stands.

use std::ops::Range;

use crate::indicator::{Indicator, Invalid};

/// One thing found in a text.
///
/// ```
/// use iocs::extract::{Options, read_block};
/// use iocs::finding::{Content, Extent};
///
/// let text = b"first seen: hxxp://evil[.]com/a, then silence\n";
/// let block = read_block(text, Options::default());
/// let found = &block.found[0];
/// assert_eq!((found.line, found.extent), (0, Extent::Inside));
/// // How it was written, and what it is.
/// assert_eq!(&text[found.span.clone()], b"hxxp://evil[.]com/a");
/// let Content::Indicator(indicator) = &found.content else { panic!() };
/// assert_eq!(indicator.text, "http://evil.com/a");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line that it stands in, from 0 in its block.
    pub line: u64,
    /// Its bytes in the block: how it was written, without the spaces about it and without its note.
    pub span: Range<usize>,
    /// How much of its line it is.
    pub extent: Extent,
    /// What it is.
    pub content: Content,
}

/// How much of its line a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it, but for spaces and a note.
    Line,
    /// A part of it.
    Inside,
    /// A part of a text that the line holds encoded: in the base64 of a PowerShell command.
    Encoded,
}

/// What a thing found is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// An indicator.
    Indicator(Indicator),
    /// A whole line that is shaped like an indicator and is not one: a typing error, which must not
    /// pass as clean.
    Invalid(Invalid),
}

impl Content {
    /// The indicator, if it is one.
    #[must_use]
    pub fn indicator(&self) -> Option<&Indicator> {
        match self {
            Content::Indicator(indicator) => Some(indicator),
            Content::Invalid(_) => None,
        }
    }
}
