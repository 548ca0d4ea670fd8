//! vtscan looks a mixed list of addresses, domains, URLs and file hashes up at
//! VirusTotal, within the key's quota.
//!
//! The library is the program's own parts, for its benchmarks and fuzz targets: it is
//! no public API. `main.rs` tells how they go together; the crate `iocs` finds the
//! indicators. The test `layout` holds who may import whom.

pub mod cli;
pub mod clock;
pub mod gate;
pub mod input;
pub mod key;
pub mod list;
pub mod model;
pub mod output;
pub mod ownership;
pub mod quota;
pub mod run;
pub mod scan;
pub mod store;
pub mod virustotal;
pub mod wording;
