//! What a line is, and what longer lines hold.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod classify;
mod extract;
mod suffixes;
