//! Indicators of compromise in text: addresses, domains, URLs and file hashes, defanged or not.
//!
//! ```
//! use iocs::extract::{Options, read_block};
//!
//! let report = b"The lure at hxxps://login.evil[.]com/a?b=1 was sent from 203[.]0[.]114[.]7.\n";
//! let block = read_block(report, Options::default());
//! let found: Vec<&str> = block
//!     .found
//!     .iter()
//!     .filter_map(|found| found.content.indicator())
//!     .map(|indicator| indicator.text.as_str())
//!     .collect();
//! assert_eq!(found, ["https://login.evil.com/a?b=1", "203.0.114.7"]);
//! ```
//!
//! # The way of a byte
//!
//! 1. [`document`] tells what a file is by its head and its name, and takes it apart into texts.
//! 2. [`extract`] finds the indicators in a text, block by block, in time linear in its length. What it
//!    finds is a [`finding::Finding`]: the indicator, where it stands, and how much of the line it is.
//! 3. [`indicator`] reads one token: it undoes defanging, tells the kind, and brings the token into
//!    the one canonical form in which indicators are compared. It also states what is known of it: that
//!    it is reserved by an IANA registry, holds a password, is a range.
//! 4. What a rule leaves out, such as a file's name that reads like a domain, is not lost:
//!    [`left_out`] says what, where and by which rule.
//!
//! The crate states facts. What is looked up, sent or blocked is the caller's decision. It reads
//! bytes and returns values: no network, no files, no threads.

pub mod document;
pub mod extract;
pub mod finding;
mod grammar;
pub mod indicator;
pub mod left_out;
pub mod lexicon;
mod plain;
pub mod unwrap;
