//! Where a run's records go: stdout, and the files of `--output`.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::closing::{self, Flagged};
use super::console::{Console, Verbosity};
use super::formats::{Choice, Deferred, Destination, Setup, TextLine};
use super::log_file::LogFile;
use super::progress;
use super::queue::StdoutQueue;
use super::run_details::RunDetails;
use super::settings::OutputSettings;
use super::sink::Sink;
use super::stdout::check_open;
use super::terminal::{Look, has_colour};
use crate::gate::Gate;
use crate::list::List;
use crate::model::{Record, StopReason, Verdict};
use crate::run::plan::Plan;
use crate::run::summary::Summary;
use crate::wording::counted;

/// A terminal is waited for, so that its lines and its bar come in turn; one that is stopped is not
/// waited for longer.
const TERMINAL_PATIENCE: Duration = Duration::from_millis(200);

/// Where records go: stdout and files.
pub struct Printer {
    settings: OutputSettings,
    console: Console,
    entries: usize,
    started: Timestamp,
    stdout: StdoutQueue,
    sinks: RefCell<Vec<Sink>>,
    /// The log of `--log-file` has records as text.
    logged: Option<TextLine>,
    /// What a terminal was shown, which may have scrolled away.
    flagged: Option<(TextLine, Flagged)>,
    /// When stdout is flushed.
    flushing: Cell<Flushing>,
    failed: RefCell<Option<StopReason>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flushing {
    EachRecord,
    Together,
}

impl Printer {
    /// A printer of a list's records.
    ///
    /// # Errors
    /// A file cannot be begun.
    pub fn open(settings: OutputSettings, console: Console, list: &List) -> Result<Self> {
        let OutputSettings { form, look, deferred, .. } = settings;
        let stdout = Setup { list, form, look, deferred, destination: Destination::Stdout };
        let file = Setup { look: Look::default(), destination: Destination::File, ..stdout };
        // A user who closed stdout and named a file wants the file.
        if settings.files.is_empty() {
            check_open()?;
        }
        let queue = StdoutQueue::start().context("stdout cannot be written")?;
        let mut sinks = vec![Sink::stdout(settings.format.writer(&stdout), queue.clone())];
        for (path, format) in &settings.files {
            sinks.push(Sink::file(format.writer(&file), path)?);
        }
        let printer = Self {
            entries: list.entries.len(),
            started: Timestamp::now(),
            stdout: queue,
            sinks: RefCell::new(sinks),
            logged: console.log.is_some().then(|| TextLine::new(&file)),
            flagged: look.fits.then(|| (TextLine::new(&stdout), Flagged::default())),
            flushing: Cell::new(Flushing::EachRecord),
            failed: RefCell::new(None),
            settings,
            console,
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
        self.console.bar.inc(1);
        if let Some(line) = &self.logged {
            self.console.note(line.of(record).trim_end());
            self.check_log();
        }
        let Some(choice) = self.choice(record.verdict) else { return self.write(|_| Ok(())) };
        if let Some((line, flagged)) = &self.flagged {
            flagged.add(record, || line.of(record));
        }
        self.write(|sink| {
            if !sink.takes(record.verdict, choice) {
                return Ok(());
            }
            sink.record(record)?;
            match self.flushing.get() {
                Flushing::EachRecord => sink.flush(),
                Flushing::Together => Ok(()),
            }
        })
    }

    /// How a verdict passes `--only`, if it does.
    fn choice(&self, verdict: Verdict) -> Option<Choice> {
        match &*self.settings.only {
            [] => Some(Choice::Everything),
            only => only.contains(&verdict).then_some(Choice::Named),
        }
    }

    /// Prints many records that are there at once, and flushes them together.
    ///
    /// # Errors
    /// As [`Self::record`].
    pub fn together(&self, print: impl FnOnce()) -> Result<(), StopReason> {
        self.flushing.set(Flushing::Together);
        print();
        self.flushing.set(Flushing::EachRecord);
        self.write(Sink::flush)
    }

    /// Whether the reader of stdout is so far behind that no further request should be sent.
    #[must_use]
    pub fn is_backed_up(&self) -> bool {
        self.stdout.is_full()
    }

    /// Resolves once the reader of stdout has caught up, which is at once where it keeps up.
    pub async fn room(&self) {
        self.stdout.room().await;
    }

    /// Has every output written by `what`. One that fails is dropped, and a file with it.
    fn write(&self, mut what: impl FnMut(&mut Sink) -> io::Result<()>) -> Result<(), StopReason> {
        let mut sinks = self.sinks.borrow_mut();
        let mut write_all = || {
            sinks.retain_mut(|sink| match what(sink) {
                Ok(()) => true,
                Err(error) => {
                    self.fail(&sink.name(), sink.destination(), &error);
                    false
                }
            });
        };
        let mut write_in_turn = || {
            write_all();
            if self.settings.look.fits {
                self.stdout.settle(TERMINAL_PATIENCE);
            }
        };
        // A bar that is not drawn hides nothing.
        if self.console.bar.is_hidden() {
            write_in_turn();
        } else {
            self.console.bar.suspend(write_in_turn);
        }
        match &*self.failed.borrow() {
            // A broken pipe is not an error; a file still gets the rest.
            Some(StopReason::OutputClosed) if !sinks.is_empty() => Ok(()),
            Some(why) => Err(why.clone()),
            None => Ok(()),
        }
    }

    fn fail(&self, name: &str, destination: Destination, error: &io::Error) {
        let is_broken_pipe = error.kind() == io::ErrorKind::BrokenPipe;
        let why = if destination == Destination::Stdout && is_broken_pipe {
            StopReason::OutputClosed
        } else {
            StopReason::OutputFailed(format!("{name} cannot be written: {error}"))
        };
        let mut failed = self.failed.borrow_mut();
        // Any other failure outweighs a reader that has gone.
        if matches!(&*failed, None | Some(StopReason::OutputClosed)) {
            *failed = Some(why);
        }
    }

    /// A log that is not whole is an output that cannot be written.
    fn check_log(&self) {
        if let Some(fault) = self.console.log.as_ref().and_then(LogFile::fault) {
            *self.failed.borrow_mut() = Some(StopReason::OutputFailed(fault));
        }
    }

    /// Says what a run costs, before anything is spent.
    pub fn announce(&self, plan: &Plan) {
        if self.settings.deferred == Deferred::Listed {
            self.console.remark(&format!("dry run: {plan}"));
        } else if let Some(announcement) = plan.announcement() {
            self.console.remark(&announcement);
        }
        if let Some(queries) = plan.about_queries() {
            self.console.remark(&queries);
        }
    }

    /// Keeps the progress bar up to date, and stops the gate once stdout cannot be written, for as
    /// long as it is polled.
    pub async fn follow(&self, gate: &Gate<'_>) -> Infallible {
        let watch = async {
            self.stdout.failed().await;
            if let Err(why) = self.write(Sink::flush) {
                gate.stop(why);
            }
            std::future::pending::<Infallible>().await
        };
        tokio::join!(self.draw(gate), watch).0
    }

    async fn draw(&self, gate: &Gate<'_>) -> Infallible {
        let is_quiet = self.console.verbosity == Verbosity::Quiet;
        if !is_quiet && self.settings.progress.holds(|| io::stderr().is_terminal()) {
            progress::follow(&self.console, gate, self.entries).await
        } else {
            std::future::pending().await
        }
    }

    /// Writes what stands after the last record, and gives the files their names. What goes to
    /// stdout is there once [`Self::delivered`] resolves.
    pub fn finish(&self, list: &List, summary: &Summary) {
        self.console.bar.finish_and_clear();
        let inputs: Vec<String> = list.inputs().map(str::to_owned).collect();
        let partial = summary.partial(list.entries.len());
        let run = RunDetails {
            summary,
            entries: list.entries.len() as u64,
            inputs: &inputs,
            lines: &list.to_string(),
            last_line: &summary.last_line(),
            started: self.started,
            ended: Timestamp::now(),
            thresholds: self.settings.thresholds,
            only: &self.settings.only,
            partial: partial.as_deref(),
            api_url: &self.settings.api_url,
        };
        for sink in self.sinks.take() {
            let (name, destination) = (sink.name(), sink.destination());
            if let Err(error) = sink.finish(&run) {
                self.fail(&name, destination, &error);
            }
        }
        self.check_log();
    }

    /// Resolves once the reader of stdout has everything, or there is no reader.
    pub async fn delivered(&self) {
        self.stdout.delivered().await;
    }

    /// Whether every output was written. To be asked last.
    ///
    /// # Errors
    /// As [`Self::record`]; also of outputs that had failed before.
    pub fn outcome(&self) -> Result<(), StopReason> {
        if let Err(error) = self.stdout.clone().flush() {
            self.fail("stdout", Destination::Stdout, &error);
        }
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
            self.console.error(&error);
        }
        match summary.unknown_urls {
            0 => {}
            1 => self.console.remark(
                "1 URL is unknown and was not submitted (--submit has VirusTotal analyse it, which \
                 makes it visible to others)",
            ),
            urls => self.console.remark(&format!(
                "{} are unknown and were not submitted (--submit has VirusTotal analyse them, which \
                 makes them visible to others)",
                counted(urls, "URL")
            )),
        }
        match list.unread {
            0 => {}
            1 => self.console.remark("1 input could not be read: no answer on it"),
            inputs => self.console.remark(&format!(
                "{} could not be read: no answers on them",
                counted(inputs, "input")
            )),
        }
        let (lines, last_line) = (list.to_string(), summary.last_line());
        if !io::stderr().is_terminal() {
            self.console.remark(&lines);
            self.console.remark(&last_line);
            return;
        }
        self.console.note(&lines);
        self.console.note(&last_line);
        self.show_flagged_once_more();
        let colours = has_colour(self.settings.color, &io::stderr());
        let style = if colours { closing::COLOURED } else { closing::PLAIN };
        self.console.show_styled(&format!("vtscan: {}", closing::counts(summary, style)));
    }

    /// What has scrolled away, where it matters most.
    fn show_flagged_once_more(&self) {
        let rows = terminal_size::terminal_size().map_or(0, |(_, rows)| usize::from(rows.0));
        let flagged = self.flagged.as_ref().and_then(|(_, flagged)| flagged.once_more(rows));
        let Some((heading, lines)) = flagged else { return };
        self.console.show_styled(&format!(
            "vtscan: {heading} (all from the store: the same command with --offline --only malicious,suspicious)"
        ));
        lines.iter().for_each(|line| self.console.show_styled(line));
    }
}
