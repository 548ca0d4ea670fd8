//! Tar archives (POSIX pax, GNU, and the old ones), also straight from what packs them.

use std::io::{self, Read};
use std::ops::ControlFlow;

use tar::{Archive, EntryType, PaxExtensions};

use super::document_type::{Content, DocumentType, Options, has_extension};
use super::limits::{Bounded, Budget};
use super::member::{self, LongText};
use super::part::{Part, Sink, Unread};

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("tar archive", is_tar, read).of(Content::Archive);

/// A header is a block of 512 bytes.
const BLOCK: usize = 512;
/// Longer than any path; a record that is longer is a trap.
const LONGEST_PATH: u64 = 1 << 16;

/// Whether a file is a tar: by the magic of POSIX.1-1988 and GNU, and one without it by its name.
pub(super) fn is_tar(head: &[u8], name: &str) -> bool {
    let magic = head.get(257..262).is_some_and(|magic| magic == b"ustar");
    magic || has_extension(name, &["tar"]) && head.get(..BLOCK).is_some_and(has_checksum)
}

/// Whether the sum of a header's bytes is the one that it holds, in octal digits at 148.
fn has_checksum(header: &[u8]) -> bool {
    let (before, after) = (&header[..148], &header[156..]);
    let sum: u64 = before.iter().chain(after).map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
    let digits = String::from_utf8_lossy(&header[148..156]);
    u64::from_str_radix(digits.trim_matches([' ', '\0']), 8) == Ok(sum)
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    // It is not packed, and so holds no more than it is long.
    members(file, &options.budget, sink);
    Ok(())
}

/// Hands on the members of a tar as it is read.
pub(super) fn members(archive: impl Read, budget: &Budget, sink: &mut Sink<'_>) {
    let mut last = String::new();
    if let Err(error) = each(archive, budget, &mut last, sink) {
        let after = if last.is_empty() { String::new() } else { format!(" after {last}") };
        let why = format!("a damaged tar archive{after}: {error}");
        let _ = sink(Part::Unread(Unread { name: String::new(), why, advice: None }));
    }
}

/// Raw entries: a long path is read here, where its length is bounded.
fn each(
    archive: impl Read,
    budget: &Budget,
    last: &mut String,
    sink: &mut Sink<'_>,
) -> io::Result<()> {
    let mut archive = Archive::new(archive);
    let mut long_path = None;
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let kind = entry.header().entry_type();
        if kind == EntryType::GNULongName || kind == EntryType::XHeader {
            let mut record = Vec::new();
            entry.by_ref().take(LONGEST_PATH).read_to_end(&mut record)?;
            let is_pax = kind == EntryType::XHeader;
            let path = if is_pax { pax_path(&record) } else { Some(record) };
            long_path = path.or(long_path);
            continue;
        }
        let path = long_path.take().unwrap_or_else(|| entry.path_bytes().into_owned());
        let is_file =
            matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse);
        if !is_file || path.ends_with(b"/") {
            continue;
        }
        let name = String::from_utf8_lossy(&path).trim_end_matches('\0').to_owned();
        // The budget counts what unpacking costs, and was charged where the archive is packed.
        let bytes = io::BufReader::new(entry);
        let reader = Bounded::stored(bytes, budget);
        if member::hand_on(&name, Vec::new(), reader, LongText::InPieces, sink)
            == ControlFlow::Break(())
        {
            return Ok(());
        }
        *last = name;
    }
    Ok(())
}

/// The path that a pax record gives.
fn pax_path(record: &[u8]) -> Option<Vec<u8>> {
    let mut paths = PaxExtensions::new(record).flatten().filter(|pair| pair.key_bytes() == b"path");
    paths.next().map(|pair| pair.value_bytes().to_vec())
}
