//! Any bytes as a file: unpacked, decoded and cut into blocks that are read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use iocs::extract::{Options, read_block};
use vtscan::input::open_bytes;

/// What a small file unpacks to is not read to its end.
const MOST: usize = 4 << 20;

fuzz_target!(|file: &[u8]| {
    let Ok(mut blocks) = open_bytes(file.to_vec()) else { return };
    let mut read = 0;
    while let Ok(Some(block)) = blocks.next(Vec::new()) {
        assert!(!block.bytes.is_empty());
        read += block.bytes.len();
        let _ = read_block(&block.bytes, Options::default());
        if read > MOST {
            break;
        }
    }
});
