//! The only writer of stdout, stderr and the files of a run: records on the one, talk on the
//! other.

mod csv;
mod file;
mod html;
mod jsonl;
mod log;
mod markdown;
mod progress;
mod quota;
mod settings;
mod shown;
mod sink;
mod talk;
mod text;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::io::{self, Write};

use anyhow::Result;
use jiff::Timestamp;

pub use self::log::{Log, listen};
pub use self::settings::{Format, Loudness, Settings};
use self::sink::{Form, Sink};
pub use self::talk::Talk;
pub use self::text::Look;
use crate::gate::Gate;
use crate::list::List;
use crate::model::{Record, StopReason, Tally, Verdict};
use crate::quota::{Limits, Quotas, Spending};
use crate::run::plan::Plan;
use crate::run::summary::Summary;

/// What a report says of its run as a whole.
struct About<'a> {
    /// Names of what was read, as origins write them.
    inputs: &'a [String],
    /// The two last lines of stderr.
    lines: &'a str,
    last_line: &'a str,
    started: Timestamp,
    ended: Timestamp,
    malicious_at: u64,
    suspicious_at: u64,
    /// The verdicts that records are left for; all where empty.
    only: &'a [Verdict],
    /// Counts of all records, also of those that are left out.
    tally: &'a Tally,
    requests: u64,
    /// Why the run ended before its time, if it did.
    partial: Option<&'a str>,
    /// What was asked; worth a word if it is not VirusTotal's own.
    api_url: &'a str,
}

/// Where records go: stdout and files.
pub struct Printer {
    settings: Settings,
    talk: Talk,
    entries: usize,
    started: Timestamp,
    sinks: RefCell<Vec<Sink>>,
    /// The log of `--log-file` has records as text.
    logged: Option<text::Layout>,
    /// Whether stdout is flushed after each record.
    holds: Cell<bool>,
    failed: RefCell<Option<StopReason>>,
}

impl Printer {
    /// A printer of a list's records.
    ///
    /// # Errors
    /// A file cannot be begun.
    pub fn open(settings: Settings, talk: Talk, list: &List) -> Result<Self> {
        let form = |format, look| match format {
            Format::Text => Form::Text(text::Layout::of(list, settings.defang, look)),
            Format::Jsonl => Form::Jsonl,
            Format::Csv => Form::Csv,
            Format::Markdown => Form::Markdown(markdown::Table::default()),
            Format::Html => Form::Html(html::Page::default()),
        };
        let mut sinks = vec![Sink::stdout(form(settings.format, settings.look))];
        for (path, format) in &settings.files {
            sinks.push(Sink::file(form(*format, Look::default()), path)?);
        }
        let logged =
            talk.log.is_some().then(|| text::Layout::of(list, settings.defang, Look::default()));
        let printer = Self {
            entries: list.entries.len(),
            started: Timestamp::now(),
            sinks: RefCell::new(sinks),
            logged,
            holds: Cell::new(false),
            failed: RefCell::new(None),
            settings,
            talk,
        };
        let _ = printer.write(Sink::begin);
        Ok(printer)
    }

    /// Writes one record, where it is one of those that are wanted.
    ///
    /// # Errors
    /// Why the run is to end: stdout's reader has gone and nothing else is written,
    /// or an output cannot be written.
    pub fn record(&self, record: &Record<'_>) -> Result<(), StopReason> {
        self.talk.bar.inc(1);
        if let Some(layout) = &self.logged {
            self.talk.note(layout.line(record, self.settings.defang).trim_end());
            self.check_log();
        }
        self.write(|sink| {
            if !self.wants(record.verdict, sink.format()) {
                return Ok(());
            }
            sink.record(record, self.settings.defang)?;
            if self.holds.get() { Ok(()) } else { sink.flush() }
        })
    }

    /// Prints many records that are there at once, and flushes them together.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn together(&self, print: impl FnOnce()) -> Result<(), StopReason> {
        self.holds.set(true);
        print();
        self.holds.set(false);
        self.write(Sink::flush)
    }

    /// Has every output written by `what`. One that fails is dropped, and a file with it.
    fn write(&self, mut what: impl FnMut(&mut Sink) -> io::Result<()>) -> Result<(), StopReason> {
        let mut sinks = self.sinks.borrow_mut();
        let mut write_all = || {
            sinks.retain_mut(|sink| match what(sink) {
                Ok(()) => true,
                Err(error) => {
                    self.fail(&sink.name(), sink.is_stdout(), &error);
                    false
                }
            });
        };
        // A bar that is not drawn is in nobody's way.
        if self.talk.bar.is_hidden() {
            write_all();
        } else {
            self.talk.bar.suspend(write_all);
        }
        match &*self.failed.borrow() {
            // Whoever closed the pipe has what they wanted; a file wants the rest.
            Some(StopReason::OutputClosed) if !sinks.is_empty() => Ok(()),
            Some(why) => Err(why.clone()),
            None => Ok(()),
        }
    }

    fn fail(&self, name: &str, is_stdout: bool, error: &io::Error) {
        let why = if is_stdout && error.kind() == io::ErrorKind::BrokenPipe {
            StopReason::OutputClosed
        } else {
            StopReason::OutputFailed(format!("{name} cannot be written: {error}"))
        };
        let mut failed = self.failed.borrow_mut();
        // A reader that has gone is the least of troubles.
        if matches!(&*failed, None | Some(StopReason::OutputClosed)) {
            *failed = Some(why);
        }
    }

    /// A log that is not whole is an output that cannot be written.
    fn check_log(&self) {
        if let Some(fault) = self.talk.log.as_ref().and_then(Log::fault) {
            *self.failed.borrow_mut() = Some(StopReason::OutputFailed(fault));
        }
    }

    /// Says what a run costs, before anything is spent.
    pub fn announce(&self, plan: &Plan) {
        if self.settings.lists_deferred {
            self.talk.remark(&format!("dry run: {plan}"));
        } else if let Some(announcement) = plan.announcement() {
            self.talk.remark(&announcement);
        }
        if let Some(queries) = plan.about_queries() {
            self.talk.remark(&queries);
        }
    }

    /// Keeps the progress bar up to date, for as long as it is polled.
    pub async fn follow(&self, gate: &Gate<'_>) -> Infallible {
        if self.settings.progress {
            progress::follow(&self.talk, gate, self.entries).await
        } else {
            std::future::pending().await
        }
    }

    /// Writes what stands after the last record, and gives the files their names.
    ///
    /// # Errors
    /// As [`Self::record`]; also of outputs that had failed before.
    pub fn finish(&self, list: &List, summary: &Summary) -> Result<(), StopReason> {
        self.talk.bar.finish_and_clear();
        let inputs: Vec<String> = list.inputs().map(str::to_owned).collect();
        let (lines, last_line) = (list.to_string(), summary.last_line());
        let partial = summary.partial(list.entries.len());
        let about = About {
            inputs: &inputs,
            lines: &lines,
            last_line: &last_line,
            started: self.started,
            ended: Timestamp::now(),
            malicious_at: self.settings.thresholds.malicious_at,
            suspicious_at: self.settings.thresholds.suspicious_at,
            only: &self.settings.only,
            tally: &summary.tally,
            requests: summary.requests,
            partial: partial.as_deref(),
            api_url: &self.settings.api_url,
        };
        for sink in self.sinks.take() {
            let (name, is_stdout) = (sink.name(), sink.is_stdout());
            if let Err(error) = sink.finish(&about) {
                self.fail(&name, is_stdout, &error);
            }
        }
        self.check_log();
        match self.failed.take() {
            None => Ok(()),
            Some(StopReason::OutputClosed) if !self.settings.files.is_empty() => Ok(()),
            Some(why) => Err(why),
        }
    }

    /// Says how the run ended; the two lines of counts last. A reader who has
    /// closed the pipe wants no more.
    pub fn last_lines(&self, list: &List, summary: &Summary) {
        if summary.stopped == Some(StopReason::OutputClosed) {
            return;
        }
        if let Some(error) = summary.error() {
            self.talk.error(&error);
        }
        if summary.unknown_urls > 0 {
            self.talk.remark(&format!(
                "{} URLs are unknown and were not submitted (--submit has VirusTotal analyse them, \
                 which makes them visible to others)",
                summary.unknown_urls
            ));
        }
        let unread = list.unread;
        if unread > 0 {
            self.talk.remark(&format!("{unread} files could not be read: no answers on them"));
        }
        self.talk.remark(&list.to_string());
        self.talk.remark(&summary.last_line());
    }

    /// Text has no use for hundreds of lines that say only "not tried": those
    /// are counted, and listed where `--only` asks.
    fn wants(&self, verdict: Verdict, format: Format) -> bool {
        if self.settings.only.is_empty() {
            return verdict != Verdict::Deferred
                || self.settings.lists_deferred
                || format != Format::Text;
        }
        self.settings.only.contains(&verdict)
    }
}

/// The JSON Schema (draft 2020-12) of a record as `jsonl` writes it.
pub const SCHEMA: &str = include_str!("schema.json");

/// Prints a text on stdout; a reader who has gone is none to complain to.
///
/// # Errors
/// stdout cannot be written.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Shows the key's limits and use on stdout.
///
/// # Errors
/// stdout cannot be written.
pub fn show_quotas(
    format: Format,
    quotas: &Quotas,
    limits: &Limits,
    spending: &Spending,
) -> io::Result<()> {
    let text = match format {
        Format::Jsonl => quota::json(quotas, limits, spending, Timestamp::now())?,
        _ => quota::text(quotas, limits, spending, Timestamp::now()),
    };
    print(&text)
}

/// Text from outside, with every character escaped that a terminal would obey
/// or that cannot be seen: controls, direction overrides, zero-width ones.
fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if is_printable(char) {
            escaped.push(char);
        } else {
            escaped.extend(char.escape_debug());
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character is shown as itself, and as nothing else.
fn is_printable(char: char) -> bool {
    // Behind a letter, so that a combining mark is no reason for an escape; and
    // what is ASCII `escape_debug` might escape only for the sake of a literal.
    matches!(char, ' '..='~') || ['a', char].iter().collect::<String>().escape_debug().count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_letters_stay() {
        assert_eq!(printable("\u{1b}[31mred\u{7}\r\n\t"), "\\u{1b}[31mred\\u{7}\\r\\n\\t");
        assert_eq!(printable("a\u{202e}b\u{200b}\u{85}"), "a\\u{202e}b\\u{200b}\\u{85}");
        let plain = "Größe 文件 'quoted' \"x\" C:\\dir e\u{301}";
        assert_eq!(printable(plain), plain);
    }
}
