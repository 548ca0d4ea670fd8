use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;

use cfb::CompoundFile;

use super::super::document_type::Options;
use super::super::part::Part;
use super::{is_one, read};

/// A message in the making.
struct Made(CompoundFile<Cursor<Vec<u8>>>);

impl Made {
    fn new() -> Self {
        let mut made = Self(CompoundFile::create(Cursor::new(Vec::new())).unwrap());
        made.put("/__properties_version1.0", &[0; 32]);
        made
    }

    fn put(&mut self, path: &str, bytes: &[u8]) {
        self.0.create_stream(path).unwrap().write_all(bytes).unwrap();
    }

    fn text(&mut self, storage: &str, property: &str, text: &str) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.put(&format!("{storage}/__substg1.0_{property}001F"), &bytes);
    }

    fn storage(&mut self, path: &str) {
        self.0.create_storage(path).unwrap();
        self.put(&format!("{path}/__properties_version1.0"), &[0; 8]);
    }

    fn finish(mut self) -> Vec<u8> {
        self.0.flush().unwrap();
        self.0.into_inner().into_inner()
    }
}

fn parts(file: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    read(file, &Options::default(), &mut |part| {
        parts.push(part);
        ControlFlow::Continue(())
    })
    .unwrap();
    parts
}

/// The name and the content of each text and file, and the domains of recipients.
fn shown(parts: &[Part]) -> Vec<String> {
    let show = |part: &Part| match part {
        Part::Text(text) => format!("{}: {}", text.name, text.text.trim()),
        Part::File(file) => format!("{}; {}", file.name, String::from_utf8_lossy(&file.bytes)),
        Part::Recipient(domain) => format!("to {domain}"),
        part => format!("{part:?}"),
    };
    parts.iter().map(show).collect()
}

#[test]
fn bodies_headers_and_attachments_come_in_order() {
    let mut made = Made::new();
    made.text("", "1000", "see http://plain.evil.com/\r\n");
    made.put("/__substg1.0_10130102", b"<a href='http://html.evil.com/'>x</a>");
    made.text(
        "",
        "007D",
        "From: a@from.evil.com\r\nTo: v@corp.example\r\nX-Originating-IP: [192.0.43.8]\r\n",
    );
    made.text("", "0037", "subject");
    made.storage("/__recip_version1.0_#00000000");
    made.text("/__recip_version1.0_#00000000", "39FE", "v@second.example");
    made.storage("/__attach_version1.0_#00000000");
    made.text("/__attach_version1.0_#00000000", "3707", "a.txt");
    made.put("/__attach_version1.0_#00000000/__substg1.0_37010102", b"content");
    let file = made.finish();
    assert!(is_one(&file, "x.msg"));
    let want = [
        "to corp.example",
        "to second.example",
        "text/html: http://html.evil.com/",
        "text/html: x",
        "subject: subject",
        "text/plain: see http://plain.evil.com/",
        "headers: from.evil.com\n192.0.43.8",
        "a.txt; content",
    ];
    assert_eq!(shown(&parts(&file))[..7], want[..7]);
    assert_eq!(shown(&parts(&file)).last().map(String::as_str), want.last().copied());
}

#[test]
fn html_is_found_in_compressed_rtf() {
    let rtf = br#"{\rtf1\ansi\fromhtml1 {\*\htmltag84 <a href="http://rtf.evil.com/">}x{\*\htmltag92 </a>}}"#;
    let mut made = Made::new();
    let length = (rtf.len() as u32).to_le_bytes();
    made.put("/__substg1.0_10090102", &[&[0; 4][..], &length, b"MELA", &[0; 4], rtf].concat());
    made.text("", "0C1F", "a@sender.evil.com");
    let shown = shown(&parts(&made.finish()));
    assert_eq!(
        shown,
        ["text/html: http://rtf.evil.com/", "text/html: x", "headers: sender.evil.com"]
    );
}

#[test]
fn texts_of_a_code_page_are_read_in_it() {
    let mut made = Made::new();
    let property =
        [&[0; 32][..], &0x3FFD_0003u32.to_le_bytes(), &[0; 4], &1251u32.to_le_bytes(), &[0; 4]];
    made.0.remove_stream("/__properties_version1.0").unwrap();
    made.put("/__properties_version1.0", &property.concat());
    made.put("/__substg1.0_1000001E", b"\xEA\xEB\xFE\xF7 http://a.evil.com/\0");
    assert_eq!(shown(&parts(&made.finish()))[0], "text/plain: ключ http://a.evil.com/");
}

#[test]
fn messages_inside_are_read_up_to_the_limit() {
    let mut made = Made::new();
    let mut path = String::new();
    for level in 0..20 {
        made.text(&path, "1000", &format!("http://level{level}.evil.com/"));
        path += "/__attach_version1.0_#00000000";
        made.storage(&path);
        made.text(&path, "3001", &format!("m{level}"));
        path += "/__substg1.0_3701000D";
        made.storage(&path);
    }
    let shown = shown(&parts(&made.finish()));
    assert!(shown.contains(&"m0!m1!text/plain: http://level2.evil.com/".to_owned()), "{shown:?}");
    assert!(shown.contains(&"m0!m1!m2!m3!text/plain: http://level4.evil.com/".to_owned()));
    assert!(!shown.iter().any(|line| line.contains("level5")));
    assert!(
        shown.iter().any(|line| line.starts_with("Unread") && line.contains("m4")),
        "{shown:?}"
    );
}

#[test]
fn a_damaged_file_is_named() {
    let mut file = Made::new().finish();
    file.truncate(600);
    assert!(read(&file, &Options::default(), &mut |_| ControlFlow::Continue(())).is_err());
}
