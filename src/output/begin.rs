//! What comes before anything is written.

use anyhow::Result;
use tracing::warn;

use super::console::Console;
use super::events::listen;
use super::log_file::LogFile;
use super::settings::OutputSettings;
use crate::key::ApiKey;

/// Sets how much is said, hides the API key from now on, refuses to write what the run reads, and begins the log.
///
/// # Errors
/// A file that may not or cannot be written.
pub fn begin(
    console: &mut Console,
    settings: &OutputSettings,
    key: Option<&ApiKey>,
    described: &str,
) -> Result<()> {
    console.verbosity = settings.verbosity;
    if let Some(key) = key {
        console.hide(key);
    }
    settings.check()?;
    let mut was_open = None;
    if let Some(path) = &settings.log_file {
        let log;
        (log, was_open) = LogFile::open(path)?;
        console.log_to(log, described);
    }
    listen(console);
    if let Some(text) = was_open {
        warn!("{text}");
    }
    Ok(())
}
