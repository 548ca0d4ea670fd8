//! The scans: every indicator of one kind looked up, each to exactly one record.

mod job;
mod quotas;
mod record;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::warn;

use self::job::Job;
pub use self::quotas::read_quotas;
use self::record::Outcome;
use crate::gate::{Class, Gate};
use crate::list::List;
use crate::model::{EntryId, Fault, Source, Tally, Thresholds, Verdict};
use crate::output::Printer;
use crate::run::plan::Plan;
use crate::store::{Name, Store, Stored};
use crate::virustotal::Client;
use iocs::finding::Content;
use iocs::indicator::{Digest, Indicator, Kind};

/// Stored answers are read in pieces of this size.
const READ_AT_ONCE: usize = 256;

/// What the user may set about scanning.
#[derive(Clone, Copy, Debug)]
pub struct ScanOptions {
    /// Attempts after the first, per indicator.
    pub retries: u32,
    /// Whether URLs that VirusTotal does not know are submitted.
    pub submit: bool,
    /// How long to wait for an analysis; waiting for a permit does not count.
    pub wait: Duration,
    /// How many engines it takes for a verdict.
    pub thresholds: Thresholds,
    /// Lookups in flight.
    pub concurrency: usize,
}

/// What the four scans share.
pub struct Scanner<'a> {
    list: &'a List,
    client: &'a Client,
    store: &'a Store,
    gate: &'a Gate<'a>,
    printer: &'a Printer,
    options: ScanOptions,
    tally: RefCell<Tally>,
    /// The ids that are still to be asked, in input order, by the time the scans start.
    to_ask: RefCell<Vec<EntryId>>,
    unknown_urls: Cell<u64>,
    asked_quotas_after_429: Cell<bool>,
}

/// Looks the addresses up.
pub async fn ip_scan(scanner: &Scanner<'_>) {
    scanner.scan(Kind::Ip, |_| 0).await;
}

/// Looks the domains up.
pub async fn domain_scan(scanner: &Scanner<'_>) {
    scanner.scan(Kind::Domain, |_| 0).await;
}

/// Looks the URLs up and, where the user wants it, submits those that VirusTotal does not know.
pub async fn url_scan(scanner: &Scanner<'_>) {
    scanner.scan(Kind::Url, |_| 0).await;
}

/// Looks the files up, SHA-256 first: reports list a file under all three
/// hashes, and one answer names them all.
pub async fn file_scan(scanner: &Scanner<'_>) {
    let phase = |indicator: &Indicator| match indicator.digest() {
        Some(Digest::Sha256) | None => 0,
        Some(Digest::Sha1) => 1,
        Some(Digest::Md5) => 2,
    };
    scanner.scan(Kind::File, phase).await;
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
        options: ScanOptions,
    ) -> Self {
        Self {
            list,
            client,
            store,
            gate,
            printer,
            options,
            tally: RefCell::default(),
            to_ask: RefCell::default(),
            unknown_urls: Cell::new(0),
            asked_quotas_after_429: Cell::new(false),
        }
    }

    /// Ends, in input order, every entry that needs no request: the skipped, the
    /// invalid, and those whose answer is stored.
    pub async fn settle_without_requests(&self) {
        let mut asked = Vec::new();
        for (index, entry) in self.list.entries.iter().enumerate() {
            let id = EntryId(index);
            self.printer.room().await;
            match (&entry.content, entry.skip) {
                (Content::Invalid(invalid), _) => {
                    let fault = Fault::new("Invalid", invalid.reason.as_ref());
                    self.conclude(id, &Outcome::NoAnswer(Verdict::Invalid, &fault));
                }
                (Content::Indicator(_), Some(skip)) => {
                    let fault = Fault::new(skip.code(), skip.message());
                    self.conclude(id, &Outcome::NoAnswer(Verdict::Skipped, &fault));
                }
                (Content::Indicator(_), None) => asked.push(id),
            }
        }
        // The next answers are found while these are read and printed.
        let mut found: (&[EntryId], Vec<Option<Stored>>) = Default::default();
        for ids in asked.chunks(READ_AT_ONCE) {
            let names = ids.iter().map(|&id| self.name(id)).collect();
            let settle = async {
                self.printer.room().await;
                self.settle_stored(found.0, &found.1);
            };
            let (answers, ()) = tokio::join!(self.store.answers(names), settle);
            found = (ids, answers);
        }
        self.settle_stored(found.0, &found.1);
    }

    /// Ends the entries whose answer is stored; the others are to be asked.
    fn settle_stored(&self, ids: &[EntryId], found: &[Option<Stored>]) {
        self.together(|| {
            for (&id, stored) in ids.iter().zip(found) {
                match stored.as_ref().and_then(Stored::read) {
                    Some(answer) => {
                        self.conclude(id, &Outcome::Answered(&answer, Source::Cache));
                    }
                    None => self.to_ask.borrow_mut().push(id),
                }
            }
        });
    }

    /// Reads the key's quotas, unless nothing is to be asked or they are known.
    pub async fn read_quotas(&self) {
        if self.to_ask.borrow().is_empty() || self.gate.knows_quotas() {
            return;
        }
        if let Err(fault) = read_quotas(self.client, self.gate, self.options.retries).await
            && !self.gate.is_stopped()
        {
            let rate = match self.gate.limits().window {
                Some(window) => format!("going on at {window}"),
                None => "going on without a limit".to_owned(),
            };
            warn!("the key's quotas cannot be read ({}: {}): {rate}", fault.code, fault.message);
        }
    }

    /// What the run would cost from here.
    pub async fn plan(&self) -> Plan {
        let limits = self.gate.limits();
        let spending = self.store.spending(&limits).await;
        let to_ask = self.to_ask.borrow();
        let has_query = |&&id: &&EntryId| {
            let indicator = self.indicator(id);
            indicator.kind == Kind::Url && indicator.text.contains('?')
        };
        Plan {
            unique: self.list.entries.len(),
            stored: self.tally.borrow().from_store,
            needed: to_ask.len() as u64,
            with_query: to_ask.iter().filter(has_query).count() as u64,
            left_out: self.list.left_out.clone(),
            limits,
            spending,
            now: Timestamp::now(),
        }
    }

    /// Ends everything that is still to be asked, in input order, where the gate was never opened.
    pub async fn settle_unasked(&self) {
        let Some(why) = self.gate.stop_reason() else { return };
        let fault = why.fault();
        for ids in self.to_ask.take().chunks(READ_AT_ONCE) {
            self.printer.room().await;
            self.together(|| {
                for &id in ids {
                    self.conclude(id, &Outcome::NoAnswer(Verdict::Deferred, &fault));
                }
            });
        }
    }

    /// What was counted.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// URLs that VirusTotal does not know, and `--submit` would have had analysed.
    #[must_use]
    pub fn unknown_urls(&self) -> u64 {
        self.unknown_urls.get()
    }

    /// Looks all of one kind up, phase by phase: a phase begins when everything
    /// before it has its first answer.
    async fn scan(&self, kind: Kind, phase: impl Fn(&Indicator) -> usize) {
        let (mut queues, files) = self.queues(kind, phase);
        // Twice what may be in flight: the gate must see the next in line, too.
        let most = 2 * self.options.concurrency;
        let mut running = FuturesUnordered::new();
        let mut counts = Counts::default();
        let mut later: BTreeMap<(Instant, EntryId), Job> = BTreeMap::new();
        loop {
            while counts.first < most
                && let Some(id) = queues.next(counts.unanswered)
            {
                if kind == Kind::File && files.borrow_mut().remove(self.name_of(id)).is_none() {
                    continue; // settled by another of its hashes
                }
                counts.first += 1;
                counts.unanswered += 1;
                running.push(self.step(Job::new(id), &files));
            }
            // What was put off has room of its own: it must not keep the rest from the line.
            while later
                .keys()
                .next()
                .is_some_and(|&(due, _)| due <= Instant::now() || self.gate.is_stopped())
                && running.len() < counts.first + most
                && let Some((_, job)) = later.pop_first()
            {
                counts.first += usize::from(job.class == Class::First);
                running.push(self.step(job, &files));
            }
            if running.is_empty() && later.is_empty() {
                return;
            }
            let has_room = running.len() < counts.first + most;
            let due = later.keys().next().map(|&(due, _)| due).filter(|_| has_room);
            tokio::select! {
                Some((was, next)) = running.next(), if !running.is_empty() => {
                    counts.take(was, next.as_ref());
                    later.extend(next.map(|job| ((job.due, job.id), job)));
                }
                () = until(due) => {}
                () = self.gate.until_stopped(), if due.is_some() && !self.gate.is_stopped() => {}
            }
        }
    }

    /// The ids of one kind by phase, and of files the hashes that are still open.
    fn queues(&self, kind: Kind, phase: impl Fn(&Indicator) -> usize) -> (Queues, OpenFiles<'a>) {
        let mut phases: [VecDeque<EntryId>; 3] = Default::default();
        let mut files = HashMap::new();
        for &id in self.to_ask.borrow().iter() {
            let indicator = self.indicator(id);
            if indicator.kind == kind {
                phases[phase(indicator)].push_back(id);
                if kind == Kind::File {
                    files.insert(indicator.text.as_str(), id);
                }
            }
        }
        (Queues { phases: phases.into() }, RefCell::new(files))
    }

    /// The indicator at a place that is to be looked up.
    fn indicator(&self, id: EntryId) -> &'a Indicator {
        match &self.list.entries[id.0].content {
            Content::Indicator(indicator) => indicator,
            Content::Invalid(..) => unreachable!("only indicators are opened"),
        }
    }

    fn name_of(&self, id: EntryId) -> &'a str {
        self.indicator(id).text.as_str()
    }

    fn name(&self, id: EntryId) -> Name {
        let indicator = self.indicator(id);
        Name { kind: indicator.kind, text: indicator.text.clone() }
    }
}

/// Places in the order in which they are asked.
struct Queues {
    phases: VecDeque<VecDeque<EntryId>>,
}

impl Queues {
    /// The next place; the next phase's only where nothing is unanswered.
    fn next(&mut self, unanswered: usize) -> Option<EntryId> {
        loop {
            let phase = self.phases.front_mut()?;
            if let Some(id) = phase.pop_front() {
                return Some(id);
            }
            if unanswered > 0 {
                return None;
            }
            self.phases.pop_front();
        }
    }
}

/// How many jobs are at what.
#[derive(Default)]
struct Counts {
    /// Running, and never asked before.
    first: usize,
    /// Running or put off, with no answer that names the object yet.
    unanswered: usize,
}

impl Counts {
    /// Takes a job back that ran as one class, and has ended or is put off.
    fn take(&mut self, was: Class, next: Option<&Job>) {
        self.first -= usize::from(was == Class::First);
        let was_unanswered = matches!(was, Class::First | Class::Retry);
        self.unanswered -=
            usize::from(was_unanswered && next.is_none_or(|job| !job.is_unanswered()));
    }
}

/// The hashes of the list that no answer has named yet, and their ids.
type OpenFiles<'a> = RefCell<HashMap<&'a str, EntryId>>;

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
