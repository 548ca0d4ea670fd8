//! The lines that are named on stderr: comments that hold an indicator, and lines without one.

use tracing::{Level, debug, enabled, info};

use super::secret::without_key;
use crate::input::escape_invalid_utf8;
use crate::key::ApiKey;
use crate::wording::counted;

/// How many lines of one kind are named; `-v` names all.
const NAMED_LINES: u64 = 10;

/// How many characters of a line are shown.
pub(super) const SHOWN: usize = 300;

/// How many bytes hold them, however they are encoded, and the whole of a key that begins among
/// them: cut in two it would not be known for one.
const BEGINNING: usize = 4 * SHOWN + 64;

/// The kinds of lines that are named.
#[derive(Clone, Copy)]
enum Kind {
    Comment,
    Without,
}

/// How many lines of each kind there were.
pub(super) struct Notices {
    counts: [u64; 2],
    opened: u64,
    key: Option<ApiKey>,
}

impl Notices {
    pub(super) fn new(key: Option<ApiKey>) -> Self {
        Self { counts: [0; 2], opened: 0, key }
    }

    /// Names a comment that holds an indicator.
    pub(super) fn comment(&mut self, origin: impl FnOnce() -> String, indicator: &str) {
        self.name(Kind::Comment, origin, || {
            format!("a comment that holds an indicator ({indicator}) is not looked up")
        });
    }

    /// Names a line without an indicator, by its beginning.
    pub(super) fn without(
        &mut self,
        origin: impl FnOnce() -> String,
        beginning: impl FnOnce() -> String,
    ) {
        self.name(Kind::Without, origin, || format!("no indicator in '{}'", beginning()));
    }

    /// Names a document that was opened.
    pub(super) fn opened(&mut self, what: &str) {
        self.opened += 1;
        if self.opened <= NAMED_LINES {
            info!("{what}");
        } else {
            debug!("{what}");
        }
    }

    /// Names with `-v` what a rule left out.
    pub(super) fn left_out(
        &self,
        origin: impl FnOnce() -> String,
        what: &str,
        text: impl FnOnce() -> String,
    ) {
        if enabled!(Level::DEBUG) {
            let text = without_key(text(), self.key.as_ref());
            debug!("{}: left out, a {what}: '{text:.SHOWN$}'", origin());
        }
    }

    /// Says how many were not named.
    pub(super) fn finish(&self) {
        if let Some(more @ 1..) = self.opened.checked_sub(NAMED_LINES) {
            info!("and {} more opened (-v names them all)", counted(more, "document"));
        }
        let kinds = ["comments that hold an indicator", "lines without an indicator"];
        for (count, kind) in self.counts.iter().zip(kinds) {
            if let Some(more @ 1..) = count.checked_sub(NAMED_LINES) {
                info!("and {more} more {kind} (-v names them all)");
            }
        }
    }

    fn name(&mut self, kind: Kind, origin: impl FnOnce() -> String, what: impl FnOnce() -> String) {
        let count = &mut self.counts[kind as usize];
        *count += 1;
        let is_named = *count <= NAMED_LINES;
        if is_named || enabled!(Level::DEBUG) {
            let (origin, what) = (origin(), without_key(what(), self.key.as_ref()));
            if is_named {
                info!("{origin}: {what:.SHOWN$}");
            } else {
                debug!("{origin}: {what:.SHOWN$}");
            }
        }
    }
}

/// What is looked at of a line that is to be shown.
pub(super) fn beginning(line: &[u8]) -> String {
    let line = line.trim_ascii();
    escape_invalid_utf8(&line[..line.len().min(BEGINNING)])
}
