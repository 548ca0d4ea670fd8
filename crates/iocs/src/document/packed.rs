//! What packs one file: gzip (RFC 1952) and zstd (RFC 8878). A tar inside is read as it is
//! unpacked.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

use super::document_type::{Content, DocumentType, Options};
use super::limits::Bounded;
use super::member::{self, LongText};
use super::part::{Sink, Unread};
use super::tar;

/// The rows of these types.
pub(super) const GZIP: DocumentType =
    DocumentType::new("gzip", is_gzip, read_gzip).of(Content::Packed);
pub(super) const ZSTD: DocumentType =
    DocumentType::new("zstd", is_zstd, read_zstd).of(Content::Packed);

/// Extensions that stand behind the name of what is packed, and what that name then ends in.
const EXTENSIONS: [(&str, &str); 6] = [
    (".gz", ""),
    (".zst", ""),
    (".zstd", ""),
    (".tgz", ".tar"),
    (".tzst", ".tar"),
    (".svgz", ".svg"),
];

/// RFC 8878, section 3.1.1.1.2, recommends that decoders support 8 MiB at least, and a file that
/// asks for more could ask for terabytes.
const ZSTD_WINDOW_LOG: u32 = 23;
/// How many bytes tell what is inside.
const HEAD: u64 = 4096;

fn is_gzip(head: &[u8], _: &str) -> bool {
    head.starts_with(b"\x1F\x8B\x08")
}

/// A frame's magic number, or that of a skippable frame, with which parallel packers begin.
fn is_zstd(head: &[u8], _: &str) -> bool {
    head.starts_with(b"\x28\xB5\x2F\xFD")
        || matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, rest @ ..] if rest.len() > 4)
}

/// The name of what is packed in a file of this name.
#[must_use]
pub(super) fn name_inside(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let known = EXTENSIONS.iter().find(|(extension, _)| lower.ends_with(extension));
    known.map_or_else(
        || name.to_owned(),
        |(extension, inside)| format!("{}{inside}", &name[..name.len() - extension.len()]),
    )
}

fn read_gzip(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    read(MultiGzDecoder::new(file), file, options, sink)
}

fn read_zstd(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let decoder = zstd::stream::read::Decoder::with_buffer(file).and_then(|mut decoder| {
        decoder.window_log_max(ZSTD_WINDOW_LOG)?;
        Ok(decoder)
    });
    read(decoder.map_err(|error| member::cut("", None, &error.to_string()))?, file, options, sink)
}

fn read(
    unpacked: impl Read,
    file: &[u8],
    options: &Options,
    sink: &mut Sink<'_>,
) -> Result<(), Unread> {
    let mut reader = Bounded::new(unpacked, file.len() as u64, &options.budget);
    let mut begun = Vec::new();
    if let Err(error) = reader.by_ref().take(HEAD).read_to_end(&mut begun) {
        return Err(member::cut("", reader.exceeded(), &error.to_string()));
    }
    if tar::is_tar(&begun, "") {
        tar::members(io::Cursor::new(begun).chain(reader), &options.budget, sink);
    } else if member::hand_on("", begun, reader, LongText::InPieces, sink).is_break() {
        return Ok(());
    }
    Ok(())
}
