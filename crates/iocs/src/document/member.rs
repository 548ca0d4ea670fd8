//! A member of an archive: a file that is held, or a long text that is handed on in pieces.

use std::io::Read;
use std::ops::ControlFlow;

use super::chunks;
use super::limits::{Bounded, Exceeded};
use super::part::{File, Part, Sink, Unread};
use super::plain::{self, Encoding};

/// What becomes of a text that is too long to be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LongText {
    /// It is handed on in pieces.
    InPieces,
    /// It is named: its document reads it as a whole.
    Unread,
}

/// Unpacks a member and hands it on. What came out of a damaged one is handed on too, and the
/// damage is named.
pub(super) fn hand_on<R: Read>(
    name: &str,
    begun: Vec<u8>,
    mut reader: Bounded<'_, R>,
    long: LongText,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut bytes = begun;
    let Err(error) = reader.read_all(&mut bytes) else {
        return sink(Part::File(File { name: name.to_owned(), bytes }));
    };
    let head = &bytes[..bytes.len().min(1 << 16)];
    let is_long_text = long == LongText::InPieces
        && reader.exceeded() == Some(Exceeded::Held)
        && plain::is_text(head)
        && plain::encoding(head).1 == Encoding::Ascii;
    if is_long_text {
        return match chunks::hand_on(name, &bytes, &mut reader, sink) {
            Ok(flow) => flow,
            Err(error) => sink(Part::Unread(cut(name, reader.exceeded(), &error.to_string()))),
        };
    }
    let unread = Part::Unread(cut(name, reader.exceeded(), &error.to_string()));
    if reader.exceeded().is_none() && !bytes.is_empty() {
        sink(Part::File(File { name: name.to_owned(), bytes }))?;
    }
    sink(unread)
}

/// Says why the end of a member was not reached.
pub(super) fn cut(name: &str, exceeded: Option<Exceeded>, error: &str) -> Unread {
    let (why, advice) = match exceeded {
        Some(Exceeded::Held) => {
            (Exceeded::Held.to_string(), Some("unpack it, and give the file itself"))
        }
        Some(exceeded) => (exceeded.to_string(), None),
        None => (format!("damaged: {error}"), None),
    };
    Unread { name: name.to_owned(), why, advice }
}
