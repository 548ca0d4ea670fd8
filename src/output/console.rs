//! stderr: what is said to the user, never mixed with the progress bar, and logged as well.

use std::borrow::Cow;
use std::io::{self, Write};

use indicatif::ProgressBar;

use super::log_file::LogFile;
use super::printable::printable;
use crate::key::ApiKey;

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// `-q`: errors alone.
    Quiet,
    /// What the user should know.
    Normal,
    /// `-v`: every ignored line, wait and retry.
    Verbose,
    /// `-vv`: every request, too.
    VeryVerbose,
}

/// stderr, the progress bar and the log file.
#[derive(Clone)]
pub struct Console {
    pub(super) bar: ProgressBar,
    /// How much of it is shown.
    pub verbosity: Verbosity,
    /// The file of `--log-file`.
    pub(super) log: Option<LogFile>,
    /// The API key in use, which an argument or a file's name may hold.
    key: Option<ApiKey>,
}

impl Default for Console {
    /// A console of normal verbosity, with a bar that is hidden until it is followed.
    fn default() -> Self {
        Self { bar: ProgressBar::hidden(), verbosity: Verbosity::Normal, log: None, key: None }
    }
}

impl Console {
    /// Has all but the first four characters of the API key hidden from now on.
    pub fn hide(&mut self, key: &ApiKey) {
        self.key = Some(key.clone());
    }

    fn without_key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let hidden = self.key.as_ref().and_then(|key| key.hidden_in(text));
        hidden.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Has all that is said logged as well, from its first line on.
    pub fn log_to(&mut self, log: LogFile, first: &str) {
        self.log = Some(log);
        self.note(first);
    }

    /// Says what ends the run, and logs it.
    pub fn error(&self, text: &str) {
        let text = format!("error: {text}");
        self.show(&text);
        self.note(&text);
    }

    /// Says one line unless `-q`, and logs it.
    pub fn remark(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.show(text);
        }
        self.note(text);
    }

    /// Shows a line that holds colours, unless `-q`.
    pub(super) fn show_styled(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.bar.suspend(|| {
                let _ = writeln!(io::stderr(), "{text}");
            });
        }
    }

    /// Writes one line, whatever it holds: characters that a terminal would obey are escaped.
    pub(super) fn show(&self, text: &str) {
        let text = self.without_key(text);
        self.bar.suspend(|| {
            // A closed stderr is not an error: nobody is listening.
            let _ = writeln!(io::stderr(), "vtscan: {}", printable(&text));
        });
    }

    /// Writes one line into the log alone.
    pub(super) fn note(&self, text: &str) {
        if let Some(log) = &self.log {
            log.write(&self.without_key(text));
        }
    }
}
