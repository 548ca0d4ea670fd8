//! The indicators alone, one a line, for other programs: block lists, `xargs`, the next run.

use std::io::{self, Write};

use super::writer::{Choice, FormatWriter, Setup};
use crate::model::{Record, Verdict};
use crate::output::display::{DisplayRecord, IndicatorForm};
use crate::output::printable::printable;

/// Writes one indicator a line.
struct PlainWriter {
    form: IndicatorForm,
}

pub(super) fn writer(setup: &Setup<'_>) -> Box<dyn FormatWriter> {
    Box::new(PlainWriter { form: setup.form })
}

impl FormatWriter for PlainWriter {
    /// What was not sent by rule is not for other programs either, and what is invalid is not an indicator.
    fn takes(&self, verdict: Verdict, _choice: Choice) -> bool {
        !matches!(verdict, Verdict::Skipped | Verdict::Invalid)
    }

    fn record(&mut self, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", printable(&DisplayRecord::new(record, self.form).indicator))
    }
}
