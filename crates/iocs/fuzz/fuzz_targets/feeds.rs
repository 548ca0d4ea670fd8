//! Any bytes as a feed or a file of rules: reading ends, and each line has a number.
#![no_main]

use std::ops::ControlFlow;

use iocs::document::{Content, Options, Part, TYPES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    for kind in TYPES.iter().filter(|kind| kind.content == Content::Text) {
        let result = (kind.read)(file, &Options::default(), &mut |part| {
            if let Part::Text(text) = part {
                let lines = text.text.lines().count();
                assert!(text.lines.is_empty() || text.lines.len() >= lines, "{kind:?} {text:?}");
            }
            ControlFlow::Continue(())
        });
        let _ = result;
    }
});
