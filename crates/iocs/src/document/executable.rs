//! Executables and libraries: known by their hash, and not searched.

use super::document_type::{DocumentType, Options, has_extension};
use super::part::{Sink, Unread};

/// The row of this type.
pub(super) const TYPE: DocumentType = DocumentType::new("executable", is_executable, read);

/// How executables begin.
const MAGIC: [&[u8]; 11] = [
    b"\x7FELF",
    // Mach-O for 32 and 64 bits in both byte orders, and for several processors at once, which a
    // Java class begins with too.
    b"\xFE\xED\xFA\xCE",
    b"\xFE\xED\xFA\xCF",
    b"\xCE\xFA\xED\xFE",
    b"\xCF\xFA\xED\xFE",
    b"\xCA\xFE\xBA\xBE",
    b"\0asm",
    // Android, Lua, static libraries and Debian's packages.
    b"dex\n0",
    b"\x1BLua",
    b"!<arch>\n",
    b"\xED\xAB\xEE\xDB",
];

/// Packages of code, which are zips: what they hold is code and pictures.
const PACKAGES: [&str; 9] = ["jar", "war", "ear", "apk", "aab", "xapk", "ipa", "appx", "msix"];

fn is_executable(head: &[u8], name: &str) -> bool {
    if MAGIC.iter().any(|magic| head.starts_with(magic)) {
        return true;
    }
    let is_zip = head.starts_with(b"PK\x03\x04");
    let is_package =
        has_extension(name, &PACKAGES) || first_member(head) == Some(b"AndroidManifest.xml");
    let is_ole = head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    is_dos(head) || is_zip && is_package || is_ole && has_extension(name, &["msi", "msp"])
}

/// `MZ`, which begins texts too, in front of a header: its words say how long the last page is (at
/// most 512 bytes), and how many there are.
fn is_dos(head: &[u8]) -> bool {
    let word = |at: usize| head.get(at..at + 2).map(|word| u16::from_le_bytes([word[0], word[1]]));
    let is_marked = head.starts_with(b"MZ") || head.starts_with(b"ZM");
    is_marked && head[..head.len().min(64)].contains(&0) && word(2).is_some_and(|last| last <= 512)
}

/// The name of a zip's first member: APPNOTE.TXT, section 4.3.7.
fn first_member(head: &[u8]) -> Option<&[u8]> {
    let length = u16::from_le_bytes([*head.get(26)?, *head.get(27)?]);
    head.get(30..30 + usize::from(length))
}

fn read(_: &[u8], _: &Options, _: &mut Sink<'_>) -> Result<(), Unread> {
    Ok(())
}
