//! Files that could hold texts and are not opened: each is named, with what does open it.

use super::document_type::{DocumentType, Options, has_extension};
use super::part::{Sink, Unread};
use super::plain;

/// The rows of these types: known ones, and any other that is not text.
pub(super) const KNOWN: DocumentType = DocumentType::new("unopened file", is_known, read);
pub(super) const UNKNOWN: DocumentType =
    DocumentType::new("unknown binary", |head, _| !plain::is_text(head), read);

/// How a format is told.
enum Sign {
    /// These bytes at this offset.
    At(usize, &'static [u8]),
    /// An OLE file with a stream of this name, in UTF-16 as the directory has it.
    Stream(&'static [u8]),
}
use Sign::{At, Stream};

/// A format: how it is told, what it is, and what the user can do.
type Format = (&'static [Sign], &'static str, &'static str);

/// How many bytes of a file tell whether it is text.
const HEAD: usize = 4096;
const UNAR: &str = "unpack it with unar";
const SEVEN_ZIP: &str = "unpack it with 7z x";
const TCPDUMP: &str = "print it with tcpdump -nn -A -r";
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The formats; the first that fits decides.
const FORMATS: &[Format] = &[
    (
        &[
            At(0, b"\xD4\xC3\xB2\xA1"),
            At(0, b"\xA1\xB2\xC3\xD4"),
            At(0, b"\x4D\x3C\xB2\xA1"),
            At(0, b"\xA1\xB2\x3C\x4D"),
        ],
        "a packet capture (pcap)",
        TCPDUMP,
    ),
    (&[At(0, b"\x0A\x0D\x0D\x0A")], "a packet capture (pcapng)", TCPDUMP),
    (&[At(0, b"ElfFile\0")], "a Windows event log", "print it with evtx_dump"),
    (
        &[At(0, b"\x30\0\0\0LfLe")],
        "an old Windows event log",
        "convert it with wevtutil export-log",
    ),
    (&[At(0, b"Rar!\x1A\x07")], "a RAR archive", UNAR),
    (&[At(0, b"7z\xBC\xAF\x27\x1C")], "a 7z archive", UNAR),
    (&[At(0, b"MSCF")], "a cabinet archive", "unpack it with cabextract"),
    (&[At(0, b"ISc(")], "an InstallShield archive", "unpack it with unshield"),
    (&[At(7, b"**ACE**")], "an ACE archive", UNAR),
    (&[At(0, b"\x60\xEA")], "an ARJ archive", UNAR),
    (&[At(2, b"-lh"), At(2, b"-lz")], "an LHA archive", UNAR),
    (&[At(0, b"xar!")], "a xar archive", SEVEN_ZIP),
    (&[At(0, b"\xFD7zXZ\0")], "an xz file", "unpack it with unxz"),
    (&[At(0, b"BZh")], "a bzip2 file", "unpack it with bunzip2"),
    (&[At(0, b"\x04\x22\x4D\x18")], "an lz4 file", "unpack it with unlz4"),
    (&[At(0, b"\x1F\x9D"), At(0, b"\x1F\xA0")], "a compressed file", "unpack it with uncompress"),
    (&[At(0, b"LZIP")], "an lzip file", "unpack it with lzip -d"),
    (&[At(0, b"\x5D\0\0")], "an lzma file", "unpack it with unlzma"),
    (&[At(0x8001, b"CD001"), At(0x8001, b"BEA01")], "a disc image", SEVEN_ZIP),
    (&[At(0, b"vhdxfile"), At(0, b"conectix")], "a virtual disk", SEVEN_ZIP),
    (&[At(0, b"KDMV"), At(0, b"QFI\xFB")], "a virtual disk", SEVEN_ZIP),
    (&[At(0, b"hsqs")], "a file system image", "unpack it with unsquashfs"),
    (&[At(0, b"ITSF")], "compiled help", SEVEN_ZIP),
    (&[At(0, b"!BDN")], "an Outlook mailbox", "convert it with readpst"),
    (
        &[At(0, b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D")],
        "a OneNote section",
        "unpack it with onedump.py",
    ),
    (&[At(0, b"L\0\0\0\x01\x14\x02\0")], "a Windows shortcut", "print it with lnkparse"),
    (&[At(0, b"SQLite format 3\0")], "an SQLite database", "print it with sqlite3 FILE .dump"),
    (&[At(0, b"regf")], "a Windows registry hive", "print it with reglookup"),
    (&[At(4, b"\xEF\xCD\xAB\x89")], "an ESE database", "print it with esedbexport"),
    (&[At(4, b"SCCA"), At(0, b"MAM\x04")], "a Windows prefetch file", "print it with sccainfo"),
    (&[At(0, b"bplist0")], "a binary property list", "convert it with plistutil"),
    (&[At(0, b"PAR1")], "a Parquet table", "print it with duckdb"),
    (&[At(0, b"MDMP"), At(0, b"PAGEDU")], "a memory dump", "print its strings with strings"),
    // MS-OFFCRYPTO, section 2.3.4.4; then each application's own main stream.
    (
        &[Stream(b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0")],
        "an encrypted Office document",
        DECRYPT,
    ),
    (&[Stream(b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0")], "a Word document of the old format", DOCX),
    (
        &[Stream(b"W\0o\0r\0k\0b\0o\0o\0k\0"), Stream(b"B\0o\0o\0k\0")],
        "an Excel workbook of the old format",
        XLSX,
    ),
    (&[Stream(b"P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0")], "a presentation of the old format", PPTX),
    (&[Stream(b"V\0B\0A\0")], "macros", "print them with olevba"),
    (&[At(0, OLE)], "an OLE file", "list what it holds with oledump.py"),
    (&[At(510, b"\x55\xAA")], "a disk image", SEVEN_ZIP),
];
const DECRYPT: &str = "decrypt it with msoffcrypto-tool";
const DOCX: &str = "convert it with soffice --convert-to docx";
const XLSX: &str = "convert it with soffice --convert-to xlsx";
const PPTX: &str = "convert it with soffice --convert-to pptx";

/// The format of a file.
fn format_of(file: &[u8]) -> Option<&'static Format> {
    let starts =
        |at: usize, magic: &[u8]| file.get(at..).is_some_and(|file| file.starts_with(magic));
    let fits = |sign: &Sign| match sign {
        At(at, magic) => starts(*at, magic),
        Stream(name) => starts(0, OLE) && memchr::memmem::find(file, name).is_some(),
    };
    // A text may begin with letters that are a magic number too.
    let is_text = plain::is_text(&file[..file.len().min(HEAD)]);
    FORMATS.iter().filter(|_| !is_text).find(|(signs, ..)| signs.iter().any(fits))
}

/// A disc image begins with zeros, as a log with a hole may do; its name decides.
fn is_known(head: &[u8], name: &str) -> bool {
    let is_blank = !head.is_empty() && head.iter().all(|byte| *byte == 0);
    format_of(head).is_some()
        || is_blank && has_extension(name, &["iso", "img", "udf", "vhd", "dd"])
}

fn read(file: &[u8], _: &Options, _: &mut Sink<'_>) -> Result<(), Unread> {
    let known = format_of(file);
    let why = known.map_or("binary, of a kind that is not known", |(_, what, _)| what);
    let advice = known.map(|(.., advice)| *advice);
    Err(Unread { name: String::new(), why: why.to_owned(), advice })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(file: &[u8]) -> (String, Option<&'static str>) {
        let unread = read(file, &Options::default(), &mut |_| unreachable!()).unwrap_err();
        (unread.why, unread.advice)
    }

    #[test]
    fn each_format_is_named_with_what_opens_it() {
        let cases: [(&[u8], &str, &str); 5] = [
            (b"\xD4\xC3\xB2\xA1\x02\0\x04\0\0\0\0\0\0\0\0\0", "a packet capture (pcap)", TCPDUMP),
            (b"ElfFile\0\0\0\0\0\0\0\0\0\x05", "a Windows event log", "print it with evtx_dump"),
            (b"Rar!\x1A\x07\x01\0\0\0\x02\x03\x04", "a RAR archive", UNAR),
            (b"7z\xBC\xAF\x27\x1C\0\x04\0\0\x01\x02", "a 7z archive", UNAR),
            (b"MSCF\0\0\0\0\x10\x11\0\0", "a cabinet archive", "unpack it with cabextract"),
        ];
        for (file, what, advice) in cases {
            assert!(is_known(file, ""), "{what}");
            assert_eq!(said(file), (what.to_owned(), Some(advice)));
        }
    }

    #[test]
    fn an_old_office_file_is_told_by_its_streams() {
        let ole = |stream: &str| {
            let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [OLE, &[0; 504], &name, &[0, 0, 1, 2, 3, 4]].concat()
        };
        assert_eq!(said(&ole("WordDocument")).1, Some(DOCX));
        assert_eq!(said(&ole("Workbook")).1, Some(XLSX));
        assert_eq!(said(&ole("EncryptedPackage")).1, Some(DECRYPT));
        assert_eq!(said(&ole("_VBA_PROJECT")).0, "macros");
        assert_eq!(said(&ole("Other")).0, "an OLE file");
    }

    #[test]
    fn a_text_that_begins_like_one_is_text() {
        for text in [&b"BZhang wrote: evil.example.com"[..], b"MSCF is a magic number", b"regf"] {
            assert!(!is_known(text, "a.iso"), "{text:?}");
        }
        assert!(is_known(&[0; 4096], "a.iso"));
        assert!(!is_known(&[0; 4096], "app.log"));
    }
}
