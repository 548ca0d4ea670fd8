//! What the four scans share, and how an entry ends: one record, printed and counted.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::time::Duration;

use iocs::finding::Content;
use iocs::indicator::{Indicator, Kind};
use jiff::Timestamp;
use tokio::sync::Notify;

use super::job::Submission;
use super::options::ScanOptions;
use crate::clock::Clock;
use crate::gate::Gate;
use crate::list::List;
use crate::model::{
    Answer, EntryId, Facts, Fault, Record, Report, Source, StopReason, Tally, Verdict,
};
use crate::output::Printer;
use crate::run::summary::{FailOn, Summary};
use crate::store::{Name, Store};
use crate::virustotal::Client;

/// What the four scans share.
pub struct Scanner<'a> {
    pub(super) list: &'a List,
    pub(super) client: &'a Client,
    pub(super) store: &'a Store,
    pub(super) gate: &'a Gate<'a>,
    pub(super) printer: &'a Printer,
    pub(super) clock: Clock,
    pub(super) options: ScanOptions,
    tally: RefCell<Tally>,
    /// The entries that are still to be asked, in input order, by the time the scans start.
    pub(super) to_ask: RefCell<Vec<EntryId>>,
    /// URLs that VirusTotal does not know, and `--submit` would have had analysed.
    pub(super) unknown_urls: Cell<u64>,
    pub(super) asked_quotas_after_429: Cell<bool>,
    /// The reader of stdout has fallen behind.
    fell_behind: Notify,
}

/// How one entry ends.
pub(super) enum Outcome<'o> {
    Answered(&'o Answer, Source),
    Pending(Option<&'o Report>, Source),
    NoAnswer(Verdict, &'o Fault),
    /// Unknown, and VirusTotal does not take it for an analysis.
    NotSubmitted(&'o Answer, &'o Fault),
}

impl<'a> Scanner<'a> {
    /// A scanner of a list.
    #[must_use]
    pub fn new(
        list: &'a List,
        client: &'a Client,
        store: &'a Store,
        gate: &'a Gate<'a>,
        printer: &'a Printer,
        clock: &Clock,
        options: ScanOptions,
    ) -> Self {
        Self {
            list,
            client,
            store,
            gate,
            printer,
            clock: clock.clone(),
            options,
            tally: RefCell::default(),
            to_ask: RefCell::default(),
            unknown_urls: Cell::new(0),
            asked_quotas_after_429: Cell::new(false),
            fell_behind: Notify::new(),
        }
    }

    /// What the run did so far.
    #[must_use]
    pub fn summary(&self, fail_on: FailOn, took: Duration) -> Summary {
        Summary {
            tally: self.tally(),
            requests: self.gate.requests(),
            took,
            stopped: self.gate.stop_reason(),
            fail_on,
            lasting: self.store.lasting(),
            unread: self.list.unread,
            unknown_urls: self.unknown_urls.get(),
        }
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// The indicator of an entry that is to be looked up.
    pub(super) fn indicator(&self, id: EntryId) -> &'a Indicator {
        match &self.list.entries[id.0].content {
            Content::Indicator(indicator) => indicator,
            Content::Invalid(..) => unreachable!("only indicators are looked up"),
        }
    }

    /// Whether it may be submitted: a URL, where the user wants it, that names no recipient of a mail.
    pub(super) fn submission(&self, id: EntryId) -> Submission {
        let is_to_be = self.options.submit
            && self.indicator(id).kind == Kind::Url
            && !self.list.entries[id.0].carries_recipient;
        if is_to_be { Submission::Allowed } else { Submission::Never }
    }

    pub(super) fn name(&self, id: EntryId) -> Name {
        let indicator = self.indicator(id);
        Name { kind: indicator.kind, text: indicator.text.clone() }
    }

    /// Whole seconds: nobody needs more of an answer's age.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Ends many entries whose records are there at once.
    pub(super) fn together(&self, conclude: impl FnOnce()) {
        let written = self.printer.together(conclude);
        self.stop_where_it_fails(written);
    }

    /// Prints and counts the one record of an entry.
    pub(super) fn conclude(&self, id: EntryId, outcome: &Outcome<'_>) {
        let entry = &self.list.entries[id.0];
        let mut record = Record {
            entry,
            origin: self.list.origin(entry.origin),
            verdict: Verdict::Unknown,
            report: None,
            source: None,
            fetched_at: None,
            error: None,
        };
        match *outcome {
            Outcome::Answered(answer, source) => self.judge(&mut record, answer, source),
            Outcome::Pending(report, source) => {
                record.verdict = Verdict::Pending;
                record.report = report;
                record.source = Some(source);
                record.fetched_at = Some(self.now());
            }
            Outcome::NoAnswer(verdict, fault) => {
                record.verdict = verdict;
                record.error = Some(fault);
            }
            Outcome::NotSubmitted(answer, fault) => {
                self.judge(&mut record, answer, Source::Virustotal);
                record.error = Some(fault);
            }
        }
        let source = match *outcome {
            Outcome::Answered(_, source) => Some(source),
            _ => record.source,
        };
        self.tally.borrow_mut().add(record.verdict, source);
        let written = self.printer.record(&record);
        self.stop_where_it_fails(written);
        if self.printer.is_backed_up() {
            self.gate.hold();
            self.fell_behind.notify_one();
        }
    }

    /// Has the gate go on once a reader of stdout that fell behind has caught up, for as
    /// long as it is polled.
    pub async fn follow_reader(&self) -> Infallible {
        loop {
            self.fell_behind.notified().await;
            self.printer.room().await;
            self.gate.go_on();
        }
    }

    fn judge<'o>(&self, record: &mut Record<'o>, answer: &'o Answer, source: Source) {
        record.source = Some(source);
        record.fetched_at = Some(answer.fetched_at);
        match &answer.facts {
            Facts::Known(report) => {
                record.verdict = self.options.thresholds.judge(report);
                record.report = Some(report);
            }
            Facts::NotFound => {}
            // What VirusTotal does not take has no report, from wherever.
            Facts::Rejected(fault) => {
                record.verdict = Verdict::Failed;
                (record.source, record.fetched_at) = (None, None);
                record.error = Some(fault);
            }
        }
    }

    fn stop_where_it_fails(&self, written: Result<(), StopReason>) {
        if let Err(why) = written {
            self.gate.stop(why);
        }
    }
}
