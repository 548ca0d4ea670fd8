//! stdout, for what is not a record: help, scripts, tables.

use std::io::{self, Write};

use anyhow::{Context, Result, bail};

/// Prints a text on stdout. A broken pipe is not an error: the reader has what it wanted.
///
/// # Errors
/// stdout is closed, or cannot be written.
pub fn print(text: &str) -> Result<()> {
    check_open()?;
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("stdout cannot be written"),
    }
}

/// stdout as a pipe to the process that started this one.
#[must_use]
pub fn pipe() -> impl Write {
    io::stdout().lock()
}

/// Refuses a stdout that the caller closed (`>&-`): what is written would be
/// lost.
///
/// Rust's runtime opens /dev/null in place of a standard stream that is closed, for reading and
/// writing, where `> /dev/null` opens it for writing alone: that is how one is told from the other.
/// Python's `subprocess.DEVNULL` opens it like the runtime.
///
/// # Errors
/// stdout is closed.
pub(super) fn check_open() -> Result<()> {
    if is_closed() {
        bail!(
            "stdout is closed, or /dev/null opened for reading too, which looks the same: say > /dev/null, or add -o FILE"
        );
    }
    Ok(())
}

#[cfg(unix)]
fn is_closed() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};

    let stdout = io::stdout();
    let is_null =
        || Ok::<_, rustix::io::Errno>(fstat(&stdout)?.st_rdev == stat("/dev/null")?.st_rdev);
    let opened = fcntl_getfl(&stdout).map(|flags| flags & OFlags::RWMODE);
    opened == Ok(OFlags::RDWR) && is_null() == Ok(true)
}

#[cfg(not(unix))]
fn is_closed() -> bool {
    false
}
