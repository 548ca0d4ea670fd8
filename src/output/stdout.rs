//! stdout, for what is no record: help, scripts, tables.

use std::io::{self, Write};

/// Prints a text on stdout. A broken pipe is not an error: the reader has what it wanted.
///
/// # Errors
/// stdout cannot be written.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}
