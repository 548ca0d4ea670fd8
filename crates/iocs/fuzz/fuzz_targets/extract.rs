//! Any bytes as a block of lines: what is found lies in them in order, is canonical, and adds up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use iocs::extract::{Context, Lines, Options, read_block, read_block_in};
use iocs::finding::Content;
use iocs::indicator::{Reading, classify};

fuzz_target!(|text: &[u8]| {
    for lines in [Lines::Searched, Lines::Whole] {
        let block = read_block(text, Options { lines, named: 3, ..Options::default() });
        assert_eq!(block.lines, block.with + block.without + block.comments + block.blank);
        let mut past = 0;
        for found in &block.found {
            assert!(found.span.start >= past && found.span.start < found.span.end);
            assert!(found.span.end <= text.len() && found.line < block.lines);
            past = found.span.end;
            let Content::Indicator(indicator) = &found.content else { continue };
            let Reading::Indicator(again) = classify(indicator.text.as_bytes()) else {
                panic!("{} is not canonical", indicator.text);
            };
            assert_eq!((&again.text, again.kind), (&indicator.text, indicator.kind));
        }
    }
    let context = Context::default().after(text);
    let _ = read_block_in(text, Options::default(), &context);
});
