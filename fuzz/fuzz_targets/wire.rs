//! Any bytes as the body of each answer that the API gives.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| vtscan::virustotal::read_every_way(body));
