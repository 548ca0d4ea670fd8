//! Any bytes as a mail: its texts come with a number for each of their lines.
#![no_main]

use std::ops::ControlFlow;

use iocs::document::{Item, Options, Walk, read_here, type_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    let options = Options::default();
    Walk { type_of, read: &read_here, options: &options }.file("x.eml", file, &mut |item| {
        if let Item::Text(text) = item {
            let lines = text.text.lines().count();
            assert!(text.lines.is_empty() || text.lines.len() == lines, "{text:?}");
        }
        ControlFlow::Continue(())
    });
});
