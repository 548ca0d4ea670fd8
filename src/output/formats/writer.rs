//! What every format does: it writes what stands before the records, each record, and what stands behind.

use std::io::{self, Write};

use crate::list::List;
use crate::model::{Record, Verdict};
use crate::output::display::IndicatorForm;
use crate::output::run_details::RunDetails;
use crate::output::terminal::Look;

/// Writes records in one format.
pub(in crate::output) trait FormatWriter {
    /// Whether records of this verdict are written, where the user's choice lets them through.
    fn takes(&self, _verdict: Verdict, _choice: Choice) -> bool {
        true
    }

    /// Writes what stands before the first record.
    ///
    /// # Errors
    /// The output cannot be written.
    fn begin(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    /// Adds a record. What is written at once is one whole line.
    ///
    /// # Errors
    /// The output cannot be written.
    fn record(&mut self, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Writes what stands behind the last record.
    ///
    /// # Errors
    /// The output cannot be written.
    fn end(&mut self, _run: &RunDetails<'_>, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// What a writer is to know before the first record.
#[derive(Clone, Copy)]
pub(in crate::output) struct Setup<'a> {
    pub(in crate::output) list: &'a List,
    pub(in crate::output) form: IndicatorForm,
    pub(in crate::output) look: Look,
    pub(in crate::output) destination: Destination,
    pub(in crate::output) deferred: Deferred,
}

/// Where the records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Destination {
    Stdout,
    File,
}

/// How a record passed `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Choice {
    /// Its verdict is named there.
    Named,
    /// There is no such option: all pass.
    Everything,
}

/// What becomes of records that say only "not asked", where nobody chose them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deferred {
    /// They are counted, and `text` leaves them out: there may be hundreds.
    Counted,
    /// `text` lists them too: a dry run has little else to say.
    Listed,
}
