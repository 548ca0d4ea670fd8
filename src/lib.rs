//! vtscan looks a mixed list of addresses, domains, URLs and file hashes up at
//! VirusTotal, within the key's quota.
//!
//! The library is the program's rooms, for its tests and benchmarks; `main.rs`
//! tells how they go together. Who may import whom is held by the test
//! `rooms_import_downward_only`.

pub mod cli;
pub mod client;
pub mod exclude;
pub mod exit;
pub mod extract;
pub mod gate;
pub mod hash;
pub mod indicator;
pub mod input;
pub mod interrupt;
pub mod key;
pub mod list;
pub mod output;
pub mod plan;
pub mod quota;
pub mod report;
pub mod scan;
pub mod store;
