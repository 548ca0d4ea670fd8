//! Zip archives, also encrypted ones: their members, in the order of the central directory.
//!
//! The directory is read entry by entry, so that a million of them cost no memory, and two members
//! of one name are two. Names are names: nothing is written to the disk.

use std::io::Cursor;
use std::ops::ControlFlow;

use zip::read::{Config, OwnedZipFileEntry, ZipReadOptions};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::document_type::{Content, DocumentType, Options};
use super::limits::Bounded;
use super::limits::Exceeded;
use super::member::{self, LongText};
use super::part::{File, Part, Sink, Unread};

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("zip archive", |head, _| is_zip(head), read).of(Content::Archive);

/// Whether a file is a zip: APPNOTE.TXT, section 4.3.6; an empty one is its end record alone.
pub(super) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    members(file, options, LongText::InPieces, |_| true, sink)
}

/// Hands on the members whose names are wanted.
pub(super) fn members(
    file: &[u8],
    options: &Options,
    long: LongText,
    is_wanted: impl Fn(&str) -> bool,
    sink: &mut Sink<'_>,
) -> Result<(), Unread> {
    let archive = ZipIterable::try_new(Cursor::new(file), Config::default());
    let mut archive = archive.map_err(|error| damaged(&error))?;
    let (mut locked, mut all) = (0_u64, 0_u64);
    for entry in archive.files().map_err(|error| damaged(&error))? {
        let entry = match entry {
            Ok(entry) => OwnedZipFileEntry::from(entry),
            Err(error) => {
                if sink(Part::Unread(damaged(&error))).is_break() {
                    return Ok(());
                }
                break;
            }
        };
        let name =
            entry.name().map_or_else(|_| lossy(entry.name_raw()), |name| lossy(name.as_bytes()));
        let is_folder = entry.is_dir() && entry.size() == 0;
        if is_folder || !is_wanted(&name) {
            continue;
        }
        if options.budget.unpacked_left() == 0 {
            // Nor can any of the others.
            let unread = member::cut(&name, Some(Exceeded::Unpacked), "");
            let why = format!("{}: it and all behind it were not read", unread.why);
            let _ = sink(Part::Unread(Unread { why, ..unread }));
            break;
        }
        all += 1;
        let flow = if entry.encrypted() {
            locked_member(file, &entry, &name, options, &mut locked, sink)
        } else {
            member(file, &entry, &name, options, long, sink)
        };
        if flow.is_break() {
            return Ok(());
        }
    }
    if locked > 0 {
        let why = format!("encrypted, and no password fits: {locked} of its {all} files");
        let _ = sink(Part::Unread(Unread {
            name: String::new(),
            why,
            advice: Some("give its password"),
        }));
    }
    Ok(())
}

fn lossy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// Unpacks a member that is not encrypted.
fn member(
    file: &[u8],
    entry: &OwnedZipFileEntry,
    name: &str,
    options: &Options,
    long: LongText,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let mut body = Cursor::new(file);
    match entry.as_ref().with_reader(&mut body, ZipReadOptions::new()) {
        Ok(reader) => {
            let reader = Bounded::new(reader, packed(file, entry), &options.budget);
            member::hand_on(name, Vec::new(), reader, long, sink)
        }
        Err(error) => sink(Part::Unread(unread(name, &error))),
    }
}

/// Unpacks an encrypted member with the first password that fits. The old cipher tells a wrong one
/// in 255 of 256 cases only (APPNOTE.TXT, section 6.1.6); the checksum tells the rest.
fn locked_member(
    file: &[u8],
    entry: &OwnedZipFileEntry,
    name: &str,
    options: &Options,
    locked: &mut u64,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    for password in options.passwords() {
        let mut body = Cursor::new(file);
        let with = ZipReadOptions::new().password(Some(password.as_bytes()));
        let reader = match entry.as_ref().with_reader(&mut body, with) {
            Ok(reader) => reader,
            Err(ZipError::InvalidPassword) => continue,
            Err(error) => return sink(Part::Unread(unread(name, &error))),
        };
        let mut reader = Bounded::new(reader, packed(file, entry), &options.budget);
        let mut bytes = Vec::new();
        match reader.read_all(&mut bytes) {
            Ok(()) => return sink(Part::File(File { name: name.to_owned(), bytes })),
            Err(error) if reader.exceeded().is_some() => {
                let unread = member::cut(name, reader.exceeded(), &error.to_string());
                return sink(Part::Unread(unread));
            }
            Err(_) => {}
        }
    }
    *locked += 1;
    ControlFlow::Continue(())
}

/// How long a member is as it is packed; no longer than the archive, whatever it says.
fn packed(file: &[u8], entry: &OwnedZipFileEntry) -> u64 {
    entry.compressed_size().min(file.len() as u64)
}

fn damaged(error: &ZipError) -> Unread {
    Unread {
        name: String::new(),
        why: format!("a damaged zip archive: {error}"),
        advice: Some("save what is whole with zip -FF"),
    }
}

fn unread(name: &str, error: &ZipError) -> Unread {
    let (why, advice) = match error {
        ZipError::CompressionMethodNotSupported(method) => {
            (format!("packed by method {method}, which is not read"), Some("unpack it with 7z x"))
        }
        error => (format!("damaged: {error}"), None),
    };
    Unread { name: name.to_owned(), why, advice }
}
