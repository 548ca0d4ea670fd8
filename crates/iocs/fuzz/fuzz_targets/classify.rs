//! Any bytes as one line: what it is read as is read as the same again, also defanged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use iocs::indicator::{Reading, classify, defang};

fuzz_target!(|line: &[u8]| {
    let Reading::Indicator(found) = classify(line) else { return };
    for text in [found.text.clone(), defang(&found)] {
        match classify(text.as_bytes()) {
            Reading::Indicator(again) => {
                assert_eq!(
                    (&again.text, again.kind, again.skip),
                    (&found.text, found.kind, found.skip)
                );
            }
            other => panic!("{text} is {other:?}"),
        }
    }
});
