//! What comes before anything is written.

use anyhow::Result;

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
    if let Some(path) = &settings.log_file {
        console.log_to(LogFile::open(path)?, described);
    }
    listen(console);
    Ok(())
}
