//! Files made here, and all that is found in them.

mod archives;
mod bombs;
mod feeds;
mod mail;
#[cfg(feature = "office")]
mod office;
#[cfg(feature = "pdf")]
mod pdf;
mod rules;

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use iocs::document::{Form, Item, Options, Walk, read_here, type_of};
use iocs::left_out::Rule;
use zip::write::SimpleFileOptions;

/// All that is found in a file, by kind, in order.
#[derive(Debug, Default)]
struct Found {
    /// Names and texts.
    texts: Vec<(String, String)>,
    /// Names and texts of what documents call indicators.
    values: Vec<(String, String)>,
    /// The lines of each of both.
    lines: Vec<Vec<u64>>,
    binaries: Vec<String>,
    /// Names and reasons.
    unread: Vec<(String, String)>,
    left_out: Vec<(Rule, String, u64)>,
    waived: Vec<Rule>,
}

fn found_with(name: &str, file: &[u8], options: &Options) -> Found {
    let mut found = Found::default();
    Walk { type_of, read: &read_here, options }.file(name, file, &mut |item| {
        match item {
            Item::Text(text) => {
                found.lines.push(text.lines);
                match text.form {
                    Form::Prose => found.texts.push((text.name, text.text)),
                    Form::Values => found.values.push((text.name, text.text)),
                }
            }
            Item::Binary { name, .. } => found.binaries.push(name),
            Item::LeftOut(out) => found.left_out.push((out.rule, out.text, out.line)),
            Item::Waived { rule, .. } => found.waived.push(rule),
            Item::Recipient { .. } => {}
            Item::Unread(unread) => found.unread.push((unread.name, unread.why)),
        }
        ControlFlow::Continue(())
    });
    found
}

fn found(name: &str, file: &[u8]) -> Found {
    found_with(name, file, &Options::default())
}

impl Found {
    #[track_caller]
    fn has_texts(&self, expected: &[(&str, &str)]) -> &Self {
        let texts: Vec<_> = self.texts.iter().map(|(name, text)| (&name[..], &text[..])).collect();
        assert_eq!(texts, expected);
        self
    }

    #[track_caller]
    fn has_values(&self, expected: &[(&str, &str)]) -> &Self {
        let values: Vec<_> =
            self.values.iter().map(|(name, text)| (&name[..], &text[..])).collect();
        assert_eq!(values, expected);
        self
    }

    #[track_caller]
    fn has_binaries(&self, expected: &[&str]) -> &Self {
        assert_eq!(self.binaries, expected);
        self
    }

    /// Each name, and a piece of its reason.
    #[track_caller]
    fn has_unread(&self, expected: &[(&str, &str)]) -> &Self {
        let names: Vec<_> = self.unread.iter().map(|(name, _)| &name[..]).collect();
        let expected_names: Vec<_> = expected.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, expected_names, "{:?}", self.unread);
        for ((_, why), (_, piece)) in self.unread.iter().zip(expected) {
            assert!(why.contains(piece), "{why}");
        }
        self
    }
}

/// A zip of these members, packed.
fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(members, SimpleFileOptions::default())
}

fn zip_with(members: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// The beginning of an executable.
const EXECUTABLE: &[u8] =
    b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0\xB8\0\0\0\0\0\0\0evil.example.com";
const IMAGE: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";
