//! Any bytes as the XML inside an Office file, and as the file: reading ends, and each line has a
//! number.
#![no_main]

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use iocs::document::{Item, Options, Walk, read_here, type_of};
use libfuzzer_sys::fuzz_target;
use zip::write::SimpleFileOptions;

/// What the pieces of the input are called in the file.
const NAMES: [&str; 5] = [
    "[Content_Types].xml",
    "word/document.xml",
    "xl/sharedStrings.xml",
    "xl/worksheets/sheet1.xml",
    "word/_rels/document.xml.rels",
];

fn read(file: &[u8]) {
    Walk { type_of, read: &read_here, options: &Options::default() }.file("a.docx", file, &mut |item| {
        if let Item::Text(text) = item {
            let lines = text.text.lines().count();
            assert!(text.lines.is_empty() || text.lines.len() >= lines, "{text:?}");
        }
        ControlFlow::Continue(())
    });
}

fuzz_target!(|file: &[u8]| {
    read(file);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, piece) in NAMES.into_iter().zip(file.split(|byte| *byte == 0)) {
        writer.start_file(name, options).unwrap();
        writer.write_all(piece).unwrap();
    }
    read(&writer.finish().unwrap().into_inner());
});
