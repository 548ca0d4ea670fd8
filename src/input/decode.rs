//! Bytes to text: unpacked where they are packed, UTF-8 where they are UTF-16, else as they are.
//!
//! | how it begins | what it is read as |
//! |---|---|
//! | `1F 8B 08` | gzip (RFC 1952), all members |
//! | `28 B5 2F FD`, or a skippable frame | zstd (RFC 8878), all frames, windows of at most 8 MiB |
//! | `FF FE`, `FE FF` | UTF-16 in that byte order, as PowerShell's `>` writes it |
//! | NULs in every second place | UTF-16 that lost its mark: see [`utf16::guess`] |
//! | `EF BB BF` | UTF-8; the mark is dropped |
//! | anything else | any bytes: ASCII, in which indicators are written, is the same in all other encodings that are met |
//!
//! What is unpacked is decoded as well, and not unpacked again. Nothing is held but the decoders'
//! windows, so a bomb costs time, not memory.

use std::io::{self, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;

use super::utf16::{self, Order, Utf16};

/// So much of a source is looked at to tell what it is.
const HEAD: usize = 4096;

/// RFC 8878, section 3.1.1.1.2, recommends that decoders support 8 MiB at least, and a file that
/// asks for more could ask for terabytes. `zstd -19` asks for 8 MiB, `--ultra` and `--long` for more.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Packed formats that are not unpacked. Searching their bytes would find nothing, and say so as if
/// nothing had been there.
const UNREAD: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "a ZIP archive (or an Office document, which is one)"),
    (b"\xFD7zXZ\0", "an xz file"),
    (b"BZh9\x31\x41\x59\x26\x53\x59", "a bzip2 file"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an Office document of the old format"),
];

/// The text that a source holds.
pub(super) fn text(raw: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let (head, raw) = peek(raw)?;
    if head.starts_with(b"\x1F\x8B\x08") {
        return decoded(Box::new(MultiGzDecoder::new(BufReader::with_capacity(1 << 16, raw))));
    }
    if is_zstd(&head) {
        let mut decoder = zstd::stream::read::Decoder::new(raw)?;
        decoder.window_log_max(ZSTD_WINDOW_LOG)?;
        return decoded(Box::new(decoder));
    }
    for (magic, name) in UNREAD {
        if head.starts_with(magic) {
            return Err(io::Error::other(format!("it is {name}: unpack it first")));
        }
    }
    decoded(raw)
}

/// A frame's magic number, or that of a skippable frame, with which parallel packers begin.
fn is_zstd(head: &[u8]) -> bool {
    head.starts_with(b"\x28\xB5\x2F\xFD")
        || matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, rest @ ..] if rest.len() > 4)
}

/// Text as UTF-8, or as whatever else it is.
fn decoded(bytes: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let (head, mut bytes) = peek(bytes)?;
    let (mark, order) = match head.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => (3, None),
        [0xFF, 0xFE, ..] => (2, Some(Order::Little)),
        [0xFE, 0xFF, ..] => (2, Some(Order::Big)),
        head => (0, utf16::guess(head)),
    };
    bytes.read_exact(&mut [0; 3][..mark])?;
    Ok(match order {
        Some(order) => Box::new(Utf16::new(bytes, order)),
        None => bytes,
    })
}

/// The first bytes, and a reader that gives them again.
fn peek(mut bytes: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut head = Vec::with_capacity(HEAD);
    bytes.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Box::new(Cursor::new(head).chain(bytes))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        super::text(Box::new(Cursor::new(bytes.to_vec())))?.read_to_string(&mut text)?;
        Ok(text)
    }

    fn utf16(text: &str, to_bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "evil.example.com\r\nGrüße 文件 \u{1F600}\r\n";
        assert_eq!(read(text.as_bytes()).unwrap(), text);
        assert_eq!(read(format!("\u{FEFF}{text}").as_bytes()).unwrap(), text);
        for mark in ["\u{FEFF}", ""] {
            let marked = format!("{mark}{text}");
            assert_eq!(read(&utf16(&marked, u16::to_le_bytes)).unwrap(), text);
            assert_eq!(read(&utf16(&marked, u16::to_be_bytes)).unwrap(), text);
        }
    }

    #[test]
    fn archives_that_are_not_unpacked_are_refused() {
        let error = read(b"PK\x03\x04...").unwrap_err();
        assert!(error.to_string().contains("ZIP archive"), "{error}");
    }

    #[test]
    fn short_sources_are_read_as_they_are() {
        for text in ["", "a", "ab", "\u{1F}", "(\u{35}"] {
            assert_eq!(read(text.as_bytes()).unwrap(), text);
        }
    }
}
