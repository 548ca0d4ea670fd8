//! What a line is, what longer lines hold, and what files hold.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod classify;
mod document;
mod extract;
mod suffixes;
