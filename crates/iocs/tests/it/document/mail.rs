//! Made mails: every encoding, charset and nesting, broken ones, and the odd ones of real clients.

mod corpus;
mod files;
mod headers;

use std::ops::ControlFlow;

use iocs::document::limits::DEPTH;
use iocs::document::{Form, Item, Options, Walk, read_here, type_of};
use iocs::extract::{self, read_block};
use iocs::finding::Content;
use iocs::indicator::Kind;

/// What a mail gave.
#[derive(Debug, Default)]
pub(super) struct Got {
    /// Origin and text of each URL, in their order.
    pub(super) urls: Vec<(String, String)>,
    /// The lines of the headers' values.
    pub(super) values: Vec<String>,
    pub(super) recipients: Vec<String>,
    pub(super) left_out: Vec<String>,
    pub(super) files: Vec<String>,
    pub(super) unread: Vec<String>,
    pub(super) texts: Vec<String>,
}

pub(super) fn read(mail: &[u8]) -> Got {
    read_with(mail, &Options::default())
}

pub(super) fn read_with(mail: &[u8], options: &Options) -> Got {
    let mut got = Got::default();
    Walk { type_of, read: &read_here, options }.file("m.eml", mail, &mut |item| {
        match item {
            Item::Text(text) => {
                if text.name == "m.eml" && text.form == Form::Values {
                    got.values.extend(text.text.lines().map(str::to_owned));
                }
                let block = read_block(text.text.as_bytes(), extract::Options::default());
                for found in block.found {
                    if let Content::Indicator(indicator) = found.content
                        && indicator.kind == Kind::Url
                    {
                        let number = text.lines.get(found.line as usize);
                        let line = number.copied().unwrap_or(found.line + 1);
                        got.urls.push((format!("{}:{line}", text.name), indicator.text));
                    }
                }
                got.texts.push(text.text);
            }
            Item::Binary { name, .. } => got.files.push(name),
            Item::Recipient { domain, .. } => got.recipients.push(domain),
            Item::LeftOut(left_out) => got.left_out.push(left_out.text),
            Item::Unread(unread) => got.unread.push(format!("{}: {}", unread.name, unread.why)),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    got
}

#[test]
fn multiparts_nested_ten_thousand_deep_are_read_in_one_pass() {
    let mut mail = String::from("Subject: x\nMIME-Version: 1.0\n");
    for level in 0..10_000 {
        mail += &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
    }
    mail += "Content-Type: text/plain\n\nhttp://a.example.com/\n";
    let got = read(mail.as_bytes());
    assert_eq!(got.urls.len(), 1, "{:?}", got.unread);
    // No one of them ever begins.
    let missing = mail.replace("--b", "==b");
    assert_eq!(read(missing.as_bytes()).urls.len(), 1);
}

#[test]
fn messages_nested_deeper_than_the_limit_are_named() {
    let mut mail = String::new();
    for level in 0..100 {
        mail += &format!("Subject: {level}\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n");
    }
    mail += "Subject: x\nTo: a@b.example\n\nhttp://a.example.com/\n";
    let got = read(mail.as_bytes());
    assert_eq!(got.unread.len(), 1);
    assert!(got.unread[0].contains(&format!("more than {}", DEPTH - 1)), "{:?}", got.unread);
}

#[test]
fn a_million_parts_end_at_the_limit() {
    let mut mail = String::from(
        "Subject: x\nFrom: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n",
    );
    mail += &"--b\nContent-Type: application/x\n\nx\n".repeat(1_000_000);
    let got = read(mail.as_bytes());
    assert_eq!(got.unread.len(), 1, "{:?}", got.unread);
    assert!(got.unread[0].contains("10000 parts"), "{:?}", got.unread);
}
