//! Any text as a link: what is taken out of it is an http(s) URL or a domain, and stays so.
#![no_main]

use iocs::unwrap::{Layer, MOST_LAYERS, Target, unwrap};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|url: &str| {
    let layers = unwrap(url);
    assert!(layers.len() <= MOST_LAYERS);
    for Layer { target, .. } in &layers {
        match target {
            Target::Url(link) => {
                assert!(link.to_ascii_lowercase().starts_with("http"), "{link}");
                assert!(!link.contains(|c: char| c.is_control() || c.is_whitespace()), "{link:?}");
            }
            Target::Domain(domain) => assert!(domain.contains('.'), "{domain}"),
        }
    }
    if let Some(Layer { target: Target::Url(link), .. }) = layers.first() {
        assert_eq!(unwrap(link).len().min(MOST_LAYERS - 1), layers.len() - 1);
    }
});
