//! stderr and the log of a run: what is said, and never mixed with the progress bar.

use std::borrow::Cow;
use std::io::{self, Write};

use indicatif::ProgressBar;

use super::log::Log;
use super::{Loudness, printable};
use crate::key::ApiKey;

/// stderr, the progress bar and the log file.
#[derive(Clone)]
pub struct Talk {
    pub(super) bar: ProgressBar,
    /// How much of it is shown.
    pub loudness: Loudness,
    /// The file of `--log-file`.
    pub(super) log: Option<Log>,
    /// The API key in use, which an argument or a file's name may hold.
    key: Option<ApiKey>,
}

impl Default for Talk {
    /// Talk of normal loudness, with a bar that is hidden until it is followed.
    fn default() -> Self {
        Self { bar: ProgressBar::hidden(), loudness: Loudness::Normal, log: None, key: None }
    }
}

impl Talk {
    /// Has all but the first four characters of the API key hidden from now on.
    pub fn hide(&mut self, key: &ApiKey) {
        self.key = Some(key.clone());
    }

    fn without_key<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let hidden = self.key.as_ref().and_then(|key| key.hidden_in(text));
        hidden.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Has all that is said logged as well, from its first line on.
    pub fn log_to(&mut self, log: Log, first: &str) {
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
        if self.loudness > Loudness::Quiet {
            self.show(text);
        }
        self.note(text);
    }

    /// Writes one line, whatever it holds: characters that a terminal would obey are escaped.
    pub(super) fn show(&self, text: &str) {
        let text = self.without_key(text);
        self.bar.suspend(|| {
            // Where stderr is gone there is nobody to tell.
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
