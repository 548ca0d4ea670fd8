//! Where records go, and in which form: stdout, and the files of `--output`.

use std::io::{self, BufWriter, Stdout, Write};
use std::path::Path;

use anyhow::Result;

use super::file::Draft;
use super::html::Page;
use super::markdown::Table;
use super::text::Layout;
use super::{About, Format, csv, jsonl};
use crate::model::Record;

/// How records are written. The last two are written whole at the end.
pub(super) enum Form {
    Text(Layout),
    Jsonl,
    Csv,
    Markdown(Table),
    Html(Page),
}

/// One form, and where it goes.
pub(super) struct Sink {
    form: Form,
    to: To,
}

enum To {
    Stdout(BufWriter<Stdout>),
    File(Draft),
}

impl Sink {
    pub(super) fn stdout(form: Form) -> Self {
        Self { form, to: To::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())) }
    }

    /// Begins a file.
    pub(super) fn file(form: Form, path: &Path) -> Result<Self> {
        Ok(Self { form, to: To::File(Draft::create(path)?) })
    }

    pub(super) fn format(&self) -> Format {
        match self.form {
            Form::Text(_) => Format::Text,
            Form::Jsonl => Format::Jsonl,
            Form::Csv => Format::Csv,
            Form::Markdown(_) => Format::Markdown,
            Form::Html(_) => Format::Html,
        }
    }

    pub(super) fn is_stdout(&self) -> bool {
        matches!(self.to, To::Stdout(_))
    }

    /// What an error calls it.
    pub(super) fn name(&self) -> String {
        match &self.to {
            To::Stdout(_) => "stdout".to_owned(),
            To::File(draft) => draft.path().display().to_string(),
        }
    }

    /// Writes what stands before the first record.
    pub(super) fn begin(&mut self) -> io::Result<()> {
        match self.form {
            Form::Csv => self.to.out().write_all(csv::head()?.as_bytes()),
            _ => Ok(()),
        }
    }

    /// Takes a record in. A reader of stdout has it at the next [`Self::flush`].
    pub(super) fn record(&mut self, record: &Record<'_>, defangs: bool) -> io::Result<()> {
        let line = match &mut self.form {
            Form::Text(layout) => layout.line(record, defangs),
            Form::Jsonl => jsonl::line(record, defangs)?,
            Form::Csv => csv::line(record, defangs)?,
            Form::Markdown(table) => {
                table.add(record);
                return Ok(());
            }
            Form::Html(page) => {
                page.add(record);
                return Ok(());
            }
        };
        self.to.out().write_all(line.as_bytes())
    }

    /// Hands over what was written to whoever reads stdout. A file has no reader yet.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::File(_) => Ok(()),
        }
    }

    /// Writes what stands after the last record; a file gets its name.
    pub(super) fn finish(mut self, about: &About<'_>) -> io::Result<()> {
        let is_stdout = self.is_stdout();
        let Self { form, to } = &mut self;
        let out = to.out();
        match form {
            Form::Markdown(table) => table.write(out, about)?,
            Form::Html(page) => page.write(out, about)?,
            // Text leaves out what was not asked; stderr says so on a terminal.
            Form::Text(_) if !is_stdout => {
                if let Some(why) = about.partial {
                    writeln!(out, "# partial: {why}")?;
                }
            }
            // Here every indicator that was not asked has its record.
            Form::Text(_) | Form::Jsonl | Form::Csv => {}
        }
        match self.to {
            To::Stdout(mut out) => out.flush(),
            To::File(draft) => draft.finish(),
        }
    }
}

impl To {
    fn out(&mut self) -> &mut dyn Write {
        match self {
            Self::Stdout(out) => out,
            Self::File(draft) => draft,
        }
    }
}
