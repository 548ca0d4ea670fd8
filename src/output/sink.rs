//! One output of a run: a format, and stdout or a file that gets it.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Result;

use super::atomic_file::AtomicFile;
use super::formats::{Choice, Destination, FormatWriter};
use super::queue::StdoutQueue;
use super::run_details::RunDetails;
use crate::model::{Record, Verdict};

/// One format, and where it goes.
pub(super) struct Sink {
    writer: Box<dyn FormatWriter>,
    target: Target,
}

enum Target {
    Stdout(BufWriter<StdoutQueue>),
    File(AtomicFile),
}

impl Sink {
    pub(super) fn stdout(writer: Box<dyn FormatWriter>, queue: StdoutQueue) -> Self {
        Self { writer, target: Target::Stdout(BufWriter::with_capacity(1 << 16, queue)) }
    }

    /// Begins a file.
    pub(super) fn file(writer: Box<dyn FormatWriter>, path: &Path) -> Result<Self> {
        Ok(Self { writer, target: Target::File(AtomicFile::create(path)?) })
    }

    pub(super) fn destination(&self) -> Destination {
        match self.target {
            Target::Stdout(_) => Destination::Stdout,
            Target::File(_) => Destination::File,
        }
    }

    /// What an error calls it.
    pub(super) fn name(&self) -> String {
        match &self.target {
            Target::Stdout(_) => "stdout".to_owned(),
            Target::File(file) => file.path().display().to_string(),
        }
    }

    /// Whether it writes records of this verdict.
    pub(super) fn takes(&self, verdict: Verdict, choice: Choice) -> bool {
        self.writer.takes(verdict, choice)
    }

    /// Writes what stands before the first record.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.writer.begin(self.target.out())
    }

    /// Adds a record. A reader of stdout has it at the next [`Self::flush`].
    pub(super) fn record(&mut self, record: &Record<'_>) -> io::Result<()> {
        self.writer.record(record, self.target.out())
    }

    /// Hands what was written to the reader of stdout. A file has no reader yet.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(out) => out.flush(),
            Target::File(_) => Ok(()),
        }
    }

    /// Writes what stands after the last record; a file gets its name.
    pub(super) fn finish(mut self, run: &RunDetails<'_>) -> io::Result<()> {
        self.writer.end(run, self.target.out())?;
        match self.target {
            Target::Stdout(mut out) => out.flush(),
            Target::File(file) => file.finish(),
        }
    }
}

impl Target {
    fn out(&mut self) -> &mut dyn Write {
        match self {
            Self::Stdout(out) => out,
            Self::File(file) => file,
        }
    }
}
