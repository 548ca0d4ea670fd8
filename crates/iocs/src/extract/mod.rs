//! Indicators inside longer lines: reports, CSV, mail, logs.
//!
//! [`read_block`] reads a block of whole lines. A line that is itself one indicator is that, as
//! [`classify`](crate::indicator::classify) reads it; any other is searched for all that it holds.
//! One byte regex (`candidate`), and a table of bytes that says the same of plain text (`scan`), run
//! over the whole block and find what every indicator has: a dotted name, four numbers, a long hex
//! run, colons, `://`. The files beside them find out how far each reaches and whether it counts
//! (`name`, `link`, `ipv4`, `ipv6`, `digest`); [`crate::indicator`] brings it into its canonical
//! form. Everything that was looked at is passed over, found or not, so that no input is read again
//! and again.
//!
//! ```
//! use iocs::extract::{Options, read_block};
//!
//! let text = b"Dropped by update.exe (MD5 d41d8cd98f00b204e9800998ecf8427e), which calls 8[.]8[.]8[.]8.\n";
//! let block = read_block(text, Options::default());
//! let found = block.found.iter().filter_map(|found| found.content.indicator());
//! let found: Vec<String> = found.map(|found| format!("{} {}", found.kind, found.text)).collect();
//! assert_eq!(found, ["file d41d8cd98f00b204e9800998ecf8427e", "ip 8.8.8.8"]);
//! ```

mod around;
mod block;
mod broken;
mod called;
mod candidate;
mod candidates;
mod code;
mod context;
mod cursor;
mod decode;
mod digest;
mod doubt;
mod form;
mod hash_bytes;
mod ipv4;
mod ipv6;
mod judge;
mod label;
mod lines;
mod link;
mod memo;
mod name;
mod reader;
mod references;
mod scan;
mod secret;
mod spoilt;
mod suffix;
mod table;
mod tail;
mod traffic;
mod whole;
mod windows_dns;

pub use self::block::{Block, LeftOutSpan, Lines, Options, Rules};
pub use self::context::Context;
pub use self::reader::{read_block, read_block_in};
