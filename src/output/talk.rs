//! stderr and the log of a run: what is said, and never mixed with the progress bar.

use std::io::{self, Write};

use indicatif::ProgressBar;

use super::log::Log;
use super::{Loudness, printable};

/// stderr, the progress bar and the log file.
#[derive(Clone)]
pub struct Talk {
    pub(super) bar: ProgressBar,
    /// How much of it is shown.
    pub loudness: Loudness,
    /// The file of `--log-file`.
    pub(super) log: Option<Log>,
}

impl Default for Talk {
    /// Talk of normal loudness, with a bar that is hidden until it is followed.
    fn default() -> Self {
        Self { bar: ProgressBar::hidden(), loudness: Loudness::Normal, log: None }
    }
}

impl Talk {
    /// Has all that is said logged as well, from its first line on.
    pub fn log_to(&mut self, log: Log, first: &str) {
        log.write(first);
        self.log = Some(log);
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
        self.bar.suspend(|| {
            // Where stderr is gone there is nobody to tell.
            let _ = writeln!(io::stderr(), "vtscan: {}", printable(text));
        });
    }

    /// Writes one line into the log alone.
    pub(super) fn note(&self, text: &str) {
        if let Some(log) = &self.log {
            log.write(text);
        }
    }
}
