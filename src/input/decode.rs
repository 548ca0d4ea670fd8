//! Bytes to text: unpacked where they are packed, UTF-8 where they are UTF-16, else as they are.
//!
//! | how it begins | what it is read as |
//! |---|---|
//! | `1F 8B 08` | gzip (RFC 1952), all members |
//! | `28 B5 2F FD`, or a skippable frame | zstd (RFC 8878), all frames, windows of at most 8 MiB |
//! | `FF FE`, `FE FF` | UTF-16 in that byte order, as PowerShell's `>` writes it |
//! | NULs in every second place | UTF-16 that lost its mark: see [`unmarked_utf16`] |
//! | `EF BB BF` | UTF-8; the mark is dropped |
//! | the head of an archive, a document, a program, a capture | nothing: it is refused, see [`UNREAD`] |
//! | anything else | any bytes: ASCII, in which indicators are written, is the same in all other encodings that are met |
//!
//! What is unpacked is decoded as well, and not unpacked again. Nothing is held but the decoders'
//! windows, so a bomb costs time, not memory.

use std::io::{self, BufReader, Cursor, Read};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

/// How many bytes of a source are looked at to tell what it is.
const HEAD: usize = 4096;

/// How many unpacked bytes tell what is packed.
const UNPACKED_HEAD: u64 = 64 << 10;

/// Fewer UTF-16 units than these tell nothing.
const FEWEST_UNITS: usize = 4;

/// RFC 8878, section 3.1.1.1.2, recommends that decoders support 8 MiB at least, and a file that
/// asks for more could ask for terabytes. `zstd -19` asks for 8 MiB, `--ultra` and `--long` for more.
const ZSTD_WINDOW_LOG: u32 = 23;

/// A format that is not read: the bytes that it begins with, its name, and what to do instead.
struct Unread {
    magic: &'static [u8],
    name: &'static str,
    instead: &'static str,
}

/// Searching the bytes of these would find little or nothing, and say so as if nothing had been there.
/// Each by the whole of its magic number, since text may begin with a part of it.
const UNREAD: [Unread; 14] = {
    const fn unread(magic: &'static [u8], name: &'static str, instead: &'static str) -> Unread {
        Unread { magic, name, instead }
    }
    const UNPACK: &str = "unpack it first";
    [
        unread(b"PK\x03\x04", "a ZIP archive (or an Office document, which is one)", UNPACK),
        unread(b"\xFD7zXZ\0", "an xz file", UNPACK),
        unread(b"BZh9\x31\x41\x59\x26\x53\x59", "a bzip2 file", UNPACK),
        unread(b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
        unread(b"Rar!\x1A\x07", "a RAR archive", UNPACK),
        unread(b"MSCF\0\0\0\0", "a cabinet archive", UNPACK),
        unread(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an Office document of the old format", UNPACK),
        unread(b"%PDF-", "a PDF", "extract its text first (pdftotext)"),
        unread(b"\x7FELF", "an ELF executable", HASH),
        unread(b"ElfFile\0", "a Windows event log", "export it as text or XML first"),
        // draft-ietf-opsawg-pcap: times in microseconds or nanoseconds, in either byte order.
        unread(b"\xD4\xC3\xB2\xA1", CAPTURE, EXPORT),
        unread(b"\xA1\xB2\xC3\xD4", CAPTURE, EXPORT),
        unread(b"\x4D\x3C\xB2\xA1", CAPTURE, EXPORT),
        unread(b"\xA1\xB2\x3C\x4D", CAPTURE, EXPORT),
    ]
};

const CAPTURE: &str = "a packet capture";
const EXPORT: &str = "export its text first (tshark)";
const HASH: &str = "look it up by its hash (--hash)";

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
    decoded(raw)
}

/// How what is packed begins, as far as a head tells.
pub(super) fn unpacked_head(head: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    // A head ends in the middle: what came before the error counts.
    let _ = if is_zstd(head) {
        zstd::stream::read::Decoder::new(head).and_then(|mut decoder| {
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            decoder.take(UNPACKED_HEAD).read_to_end(&mut unpacked)
        })
    } else {
        MultiGzDecoder::new(head).take(UNPACKED_HEAD).read_to_end(&mut unpacked)
    };
    unpacked
}

/// The name of the format that is not read, and what to do instead.
fn unread(head: &[u8]) -> Option<(&'static str, &'static str)> {
    if is_pcapng(head) {
        return Some((CAPTURE, EXPORT));
    }
    if is_windows_executable(head) {
        return Some(("a Windows executable", HASH));
    }
    let known = UNREAD.iter().find(|unread| head.starts_with(unread.magic))?;
    Some((known.name, known.instead))
}

/// Its first block begins with line ends, with which text may begin as well: the byte-order magic
/// behind its length tells them apart (draft-ietf-opsawg-pcapng, 4.1).
fn is_pcapng(head: &[u8]) -> bool {
    head.starts_with(b"\x0A\x0D\x0D\x0A")
        && matches!(head.get(8..12), Some(b"\x1A\x2B\x3C\x4D" | b"\x4D\x3C\x2B\x1A"))
}

/// Text may begin with `MZ`. The 64 bytes of a DOS header are numbers of 16 and 32 bits, the last of
/// which, the PE header's offset, has a zero at its end in every file; text has none.
fn is_windows_executable(head: &[u8]) -> bool {
    head.starts_with(b"MZ") && head.iter().take(64).any(|&byte| byte == 0)
}

/// A frame's magic number, or that of a skippable frame, with which parallel packers begin.
fn is_zstd(head: &[u8]) -> bool {
    head.starts_with(b"\x28\xB5\x2F\xFD")
        || matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, rest @ ..] if rest.len() > 4)
}

/// Text as UTF-8, or as whatever else it is, unless it is something that is not read.
fn decoded(bytes: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let (head, mut bytes) = peek(bytes)?;
    if let Some((name, instead)) = unread(&head) {
        return Err(io::Error::other(format!("it is {name}: {instead}")));
    }
    let (mark, utf16) = match head.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => (3, None),
        [0xFF, 0xFE, ..] => (2, Some(UTF_16LE)),
        [0xFE, 0xFF, ..] => (2, Some(UTF_16BE)),
        head => (0, unmarked_utf16(head)),
    };
    bytes.read_exact(&mut [0; 3][..mark])?;
    // Other bytes are passed on as they are: decoding them as well would only cost time.
    Ok(match utf16 {
        Some(encoding) => {
            let mut decoder = DecodeReaderBytesBuilder::new();
            Box::new(decoder.encoding(Some(encoding)).bom_sniffing(false).build(bytes))
        }
        None => bytes,
    })
}

/// The byte order of text that is UTF-16 without a mark: at least half of the units are ASCII, so that
/// every second byte is NUL, and hardly any of the bytes between them are. No other text has that:
/// NULs that separate or pad stand in both places alike, or far more rarely.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let (units, _) = head.as_chunks::<2>();
    let zeros = |index: usize| units.iter().filter(|unit| unit[index] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let clearly = |many: usize, few: usize| many * 2 >= units.len() && few * 16 <= many;
    if units.len() < FEWEST_UNITS {
        None
    } else if clearly(second, first) {
        Some(UTF_16LE)
    } else if clearly(first, second) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The blocks of a file's bytes, for the fuzzer.
///
/// # Errors
/// As for [`super::Source::open`].
#[cfg(fuzzing)]
pub fn open_bytes(bytes: Vec<u8>) -> io::Result<super::blocks::Blocks> {
    text(Box::new(Cursor::new(bytes))).map(super::blocks::Blocks::new)
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

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::fast());
        encoder.read_to_end(&mut packed).unwrap();
        packed
    }

    #[test]
    fn what_is_no_text_is_refused_also_inside_gzip_and_zstd() {
        let program = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 52], b"\x80\0\0\0"].concat();
        let sections = b"\x0A\x0D\x0D\x0A\x1C\0\0\0\x4D\x3C\x2B\x1A\x01\0\0\0";
        let big_endian = b"\x0A\x0D\x0D\x0A\0\0\0\x1C\x1A\x2B\x3C\x4D\0\x01\0\0";
        let heads: [(&[u8], &str); 17] = [
            (b"PK\x03\x04...", "ZIP archive"),
            (b"\xFD7zXZ\0\0\x04", "xz file"),
            (b"BZh91AY&SY", "bzip2 file"),
            (b"7z\xBC\xAF\x27\x1C", "7z archive"),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "Office document"),
            (b"Rar!\x1A\x07\x01\0", "RAR archive"),
            (b"MSCF\0\0\0\0\x2C\0", "cabinet"),
            (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", "PDF"),
            (&program, "Windows executable"),
            (b"\x7FELF\x02\x01\x01\0", "ELF executable"),
            (b"ElfFile\0\0\0\0\0", "Windows event log"),
            (b"\xD4\xC3\xB2\xA1\x02\0\x04\0", "packet capture"),
            (b"\xA1\xB2\xC3\xD4\0\x02\0\x04", "packet capture"),
            (b"\x4D\x3C\xB2\xA1\x02\0\x04\0", "packet capture"),
            (b"\xA1\xB2\x3C\x4D\0\x02\0\x04", "packet capture"),
            (sections, "packet capture"),
            (big_endian, "packet capture"),
        ];
        for (head, name) in heads {
            let bytes = [head, b"\nevil.example.com\n"].concat();
            let packed = [gzip(&bytes), zstd::encode_all(bytes.as_slice(), 1).unwrap()];
            for bytes in packed.into_iter().chain([bytes]) {
                let error = read(&bytes).expect_err(name).to_string();
                assert!(error.contains(name), "{error}");
            }
        }
    }

    #[test]
    fn text_that_begins_like_something_else_is_text() {
        let long = format!("MZ{}", "9.9.9.9\n".repeat(1_000));
        let texts = [
            "MZ",
            "MZ\n",
            "MZ files seen: evil.example.com\n",
            "MZhost.example.com\n185.220.101.42\r\n\tand more than sixty-four characters of text",
            &long,
            "Rar! it said\n9.9.9.9\n",
            "MSCF is a cabinet's magic number\n",
            "%PDF is a PDF's\n",
            "ElfFile of Galadriel\n",
            "\n\r\r\n9.9.9.9 and 8.8.8.8\n",
            "ELF\n",
        ];
        for text in texts {
            assert_eq!(read(text.as_bytes()).unwrap(), text);
            assert_eq!(read(&gzip(text.as_bytes())).unwrap(), text);
            for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                assert_eq!(read(&utf16(&format!("\u{FEFF}{text}"), to_bytes)).unwrap(), text);
            }
        }
    }

    #[test]
    fn halves_of_utf_16_cost_a_character_and_lose_nothing_else() {
        let cases: [(&[u8], &str); 6] = [
            (b"a\0b", "a\u{FFFD}"),
            (&[0x3D, 0xD8], "\u{FFFD}"),
            (&[0x3D, 0xD8, b'a', 0], "\u{FFFD}a"),
            (&[0x00, 0xDE, b'a', 0], "\u{FFFD}a"),
            (&[0x3D, 0xD8, 0x00, 0xDE], "\u{1F600}"),
            (&[0x3D, 0xD8, 0x00, 0xDE, 0x3D, 0xD8, b'a', 0], "\u{1F600}\u{FFFD}a"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(&[b"\xFF\xFE", bytes].concat()).unwrap(), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_pair_of_utf_16_may_lie_across_any_two_reads() {
        for before in (0..70).chain(4_080..4_100).chain(8_180..8_200) {
            let text = format!("{}\u{1F600}b", "a".repeat(before));
            let marked = utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes);
            assert_eq!(read(&marked).unwrap(), text, "{before}");
        }
    }

    #[test]
    fn only_what_is_clearly_utf_16_is_taken_for_it() {
        assert_eq!(unmarked_utf16(b"1\0.\x002\0\r\0\n\0"), Some(UTF_16LE));
        assert_eq!(unmarked_utf16(b"\x001\0.\x002\0\r\0\n"), Some(UTF_16BE));
        for other in [&b"1.2.3.4\x005.6.7.8\0"[..], &[0; 64], b"a\0", b"", b"plain text"] {
            assert_eq!(unmarked_utf16(other), None, "{other:?}");
        }
    }

    #[test]
    fn short_sources_are_read_as_they_are() {
        for text in ["", "a", "ab", "\u{1F}", "(\u{35}"] {
            assert_eq!(read(text.as_bytes()).unwrap(), text);
        }
    }
}
