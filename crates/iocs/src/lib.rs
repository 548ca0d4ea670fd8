//! Indicators of compromise in text: addresses, domains, URLs and file hashes.

pub mod extract;
pub mod indicator;
