//! Images, sounds, films and fonts: no text, and nothing that is searched.

use super::document_type::{Content, DocumentType, Options, has_extension};
use super::part::{Sink, Unread};
use super::plain;

/// The row of this type.
pub(super) const TYPE: DocumentType = DocumentType::new("media", is_media, read).of(Content::Media);

/// How they begin: an offset, and the bytes there.
const MAGIC: [(usize, &[u8]); 31] = [
    (0, b"\x89PNG\r\n\x1A\n"),
    (0, b"\xFF\xD8\xFF"),
    (0, b"GIF87a"),
    (0, b"GIF89a"),
    (0, b"II*\0"),
    (0, b"MM\0*"),
    (8, b"WEBP"),
    (0, b"\0\0\x01\0"),
    (0, b"\0\0\x02\0"),
    (0, b"8BPS"),
    (0, b"\0\0\0\x0CjP  "),
    (0, b"\xD7\xCD\xC6\x9A"),
    (40, b" EMF"),
    (0, b"\xFF\x0A"),
    (4, b"ftyp"),
    (8, b"WAVE"),
    (8, b"AVI "),
    (0, b"ID3"),
    (0, b"\xFF\xFB"),
    (0, b"\xFF\xF3"),
    (0, b"OggS"),
    (0, b"fLaC"),
    (0, b"MThd"),
    (0, b"\x1A\x45\xDF\xA3"),
    (0, b"\0\0\x01\xBA"),
    (0, b"FLV\x01"),
    (0, b"\x30\x26\xB2\x75\x8E\x66\xCF\x11"),
    (0, b"wOFF"),
    (0, b"wOF2"),
    (0, b"OTTO\0"),
    (0, b"\0\x01\0\0\0"),
];

/// Extensions of what has no magic of its own, or is scrambled: fonts inside Office files (ISO/IEC
/// 29500-4, section 17.8.1), photographs, icons, bitmaps.
const EXTENSIONS: [&str; 9] =
    ["odttf", "obfuscated", "tga", "wmf", "bmp", "mp3", "aac", "pcx", "dib"];

fn is_media(head: &[u8], name: &str) -> bool {
    let has_magic =
        |(at, magic): &(usize, &[u8])| head.get(*at..).is_some_and(|head| head.starts_with(magic));
    let is_bitmap = head.starts_with(b"BM") || has_extension(name, &EXTENSIONS);
    // Text may begin like any of them.
    (MAGIC.iter().any(has_magic) || is_bitmap) && !plain::is_text(head)
}

fn read(_: &[u8], _: &Options, _: &mut Sink<'_>) -> Result<(), Unread> {
    Ok(())
}
