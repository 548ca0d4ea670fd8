//! Any bytes as a PDF: reading ends, and each line has a number.
#![no_main]

use std::ops::ControlFlow;

use iocs::document::{Item, Options, Walk, read_here, type_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let file = [b"%PDF-1.7\n", file].concat();
    Walk { type_of, read: &read_here, options: &Options::default() }.file("a.pdf", &file, &mut |item| {
        if let Item::Text(text) = item {
            let lines = text.text.lines().count();
            assert!(text.lines.is_empty() || text.lines.len() >= lines, "{text:?}");
        }
        ControlFlow::Continue(())
    });
});
