//! Any bytes as one line: what it is read as is read as the same again, also defanged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use iocs::indicator::{Facts, Reading, Scheme, classify, defang};

/// What of the facts does not hang on how the indicator was written.
fn lasting(facts: &Facts) -> impl PartialEq + std::fmt::Debug {
    (facts.reserved, facts.user, facts.is_range, facts.scheme == Scheme::Other)
}

fuzz_target!(|line: &[u8]| {
    let Reading::Indicator(found) = classify(line) else { return };
    for text in [found.text.clone(), defang(&found)] {
        match classify(text.as_bytes()) {
            Reading::Indicator(again) => {
                assert_eq!(
                    (&again.text, again.kind, lasting(&again.facts)),
                    (&found.text, found.kind, lasting(&found.facts))
                );
            }
            other => panic!("{text} is {other:?}"),
        }
    }
});
