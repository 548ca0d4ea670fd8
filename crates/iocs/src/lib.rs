//! Indicators of compromise in text: addresses, domains, URLs and file hashes.

pub mod document;
pub mod extract;
mod grammar;
pub mod indicator;
pub mod left_out;
pub mod lexicon;
pub mod unwrap;
