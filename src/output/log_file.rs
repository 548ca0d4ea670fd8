//! The file of `--log-file`: one timestamped line an event, written at once.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use anyhow::{Context, Result};
use jiff::Timestamp;
use regex::Regex;

use super::own_links::resolve;
use super::printable::printable;
use crate::ownership;

/// The log of a run.
#[derive(Clone)]
pub struct LogFile(Arc<Mutex<OpenLog>>);

struct OpenLog {
    file: File,
    name: String,
    /// Why the log is not whole, if it is not.
    fault: Option<String>,
}

impl LogFile {
    /// Opens the file to append to it. It is the user's own alone: the indicators of an
    /// incident are nobody else's business. One that was open to others is closed to them, and
    /// said to have been so.
    ///
    /// # Errors
    /// The file cannot be opened, or is open to others and another user's.
    pub fn open(path: &Path) -> Result<(Self, Option<String>)> {
        let name = path.display().to_string();
        let mut options = File::options();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let cannot = || format!("{name} cannot be written");
        let path = resolve(path).with_context(cannot)?;
        let file = options.open(&path).with_context(cannot)?;
        let was_open = ownership::make_private(&file, &path).context("--log-file")?;
        Ok((Self(Arc::new(Mutex::new(OpenLog { file, name, fault: None }))), was_open))
    }

    /// Why the log is not whole, if it is not.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fault.clone()
    }

    pub(super) fn write(&self, text: &str) {
        // Whole seconds would not tell the order of events in a short run.
        let line = format!("{:.3} {}\n", Timestamp::now(), printable(&without_users(text)));
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece, so that runs that share the file do not mix their lines.
        if let Err(error) = log.file.write_all(line.as_bytes()) {
            log.fault = Some(format!("{} cannot be written: {error}", log.name));
        }
    }
}

/// A text whose URLs hold no user and no password: those of proxies and stores may, and a token
/// can be a user without a password.
fn without_users(text: &str) -> Cow<'_, str> {
    static USER: LazyLock<Regex> = LazyLock::new(|| {
        #[expect(clippy::unwrap_used, reason = "a constant, and every logging test compiles it")]
        Regex::new(r"://[^/?# ]+@").unwrap()
    });
    if text.contains("://") { USER.replace_all(text, "://***@") } else { Cow::Borrowed(text) }
}
