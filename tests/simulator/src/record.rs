//! The record of what arrived.

use crate::draw::Draw;
use crate::target::Target;
use hyper::{HeaderMap, Version};
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// One request that arrived.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// When its headers had come.
    pub at: Instant,
    /// The same, since the simulator started.
    pub since_start: Duration,
    /// When the whole answer was handed to the connection, since the start; None while it was not.
    pub answered: Option<Duration>,
    /// `GET`, `POST`.
    pub method: String,
    /// The path and query as they came, from `/api/v3` on.
    pub path: String,
    /// What it is about.
    pub target: Target,
    /// The `x-apikey` header.
    pub key: Option<String>,
    /// All headers in the order they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The status of the answer; None while there was none.
    pub status: Option<u16>,
    /// The version of HTTP.
    pub version: Version,
    /// The form of a POST.
    pub body: Option<String>,
    /// Whether a scripted rule struck it.
    pub struck: bool,
    /// The number of its connection, from 1.
    pub connection: u64,
}

impl Arrival {
    /// A header's value, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }
}

/// An arrival as it is kept: small, for benchmarks bring hundreds of thousands.
struct Entry {
    at: Instant,
    answered: Option<Instant>,
    method: hyper::Method,
    path: Box<str>,
    /// `name: value` lines; one client's are alike, so they are shared.
    headers: Arc<str>,
    status: Option<u16>,
    version: Version,
    body: Option<Box<str>>,
    struck: bool,
    connection: u64,
}

#[derive(Default)]
struct Entries {
    all: Vec<Entry>,
    /// How often each path was asked, by its hash.
    attempts: HashMap<u64, u32>,
    answered: usize,
    /// How many were entered and forgotten: places count from the first ever.
    forgotten: usize,
}

impl Entries {
    /// The entry at a place; None if it was forgotten.
    fn at(&mut self, place: Place) -> Option<&mut Entry> {
        let index = place.index.checked_sub(self.forgotten)?;
        self.all.get_mut(index)
    }
}

/// The record, and the tasks that wait for it to grow.
pub(crate) struct Record {
    start: Instant,
    entries: Mutex<Entries>,
    grown: Condvar,
}

/// A request's place in the record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) index: usize,
    pub(crate) at: Instant,
    /// The number of the attempt at this path, from 1.
    pub(crate) attempt: u32,
}

impl Record {
    pub(crate) fn new() -> Self {
        Record { start: Instant::now(), entries: Mutex::default(), grown: Condvar::new() }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a request that arrived now.
    pub(crate) fn enter(&self, head: &hyper::http::request::Parts, connection: u64) -> Place {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let headers = header_lines(&head.headers);
        let hash = Draw::of(&[head.method.as_str(), path]).next();
        let mut entries = self.entries();
        // Taken under the lock, so that the record is in order of time.
        let at = Instant::now();
        let headers = match entries.all.last() {
            Some(last) if *last.headers == *headers => Arc::clone(&last.headers),
            _ => Arc::from(headers),
        };
        let attempt = entries.attempts.entry(hash).or_default();
        *attempt += 1;
        let attempt = *attempt;
        let index = entries.forgotten + entries.all.len();
        entries.all.push(Entry {
            at,
            answered: None,
            method: head.method.clone(),
            path: path.into(),
            headers,
            status: None,
            version: head.version,
            body: None,
            struck: false,
            connection,
        });
        drop(entries);
        self.grown.notify_all();
        Place { index, at, attempt }
    }

    pub(crate) fn set_body(&self, place: Place, body: &str) {
        if let Some(entry) = self.entries().at(place) {
            entry.body = Some(body.into());
        }
    }

    pub(crate) fn set_struck(&self, place: Place) {
        if let Some(entry) = self.entries().at(place) {
            entry.struck = true;
        }
    }

    /// The headers of an answer are on their way; with `whole`, all of it.
    pub(crate) fn set_answered(&self, place: Place, status: u16, whole: bool) {
        let mut entries = self.entries();
        let Some(entry) = entries.at(place) else {
            return;
        };
        entry.status = Some(status);
        entry.answered = whole.then(Instant::now);
        entries.answered += usize::from(whole);
        drop(entries);
        self.grown.notify_all();
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    /// Empties the record. Requests that are still being answered lose their place.
    pub(crate) fn forget(&self) {
        let mut entries = self.entries();
        let forgotten = entries.forgotten + entries.all.len();
        *entries = Entries { forgotten, ..Entries::default() };
    }

    /// The record so far, in order of arrival.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.entries().all.iter().map(|entry| entry.arrival(self.start)).collect()
    }

    /// Waits until `enough` says so of the arrivals and those answered; false when the time is over.
    pub(crate) fn wait(&self, timeout: Duration, enough: impl Fn(usize, usize) -> bool) -> bool {
        let grown = |entries: &Entries| enough(entries.all.len(), entries.answered);
        let (entries, _) = self
            .grown
            .wait_timeout_while(self.entries(), timeout, |entries| !grown(entries))
            .unwrap_or_else(PoisonError::into_inner);
        grown(&entries)
    }
}

fn header_lines(headers: &HeaderMap) -> String {
    let mut lines = String::with_capacity(256);
    for (name, value) in headers {
        lines.push_str(name.as_str());
        lines.push_str(": ");
        lines.push_str(&String::from_utf8_lossy(value.as_bytes()));
        lines.push('\n');
    }
    lines
}

impl Entry {
    fn arrival(&self, start: Instant) -> Arrival {
        let headers: Vec<(String, String)> = self
            .headers
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let key =
            headers.iter().find(|(name, _)| name == "x-apikey").map(|(_, value)| value.clone());
        Arrival {
            at: self.at,
            since_start: self.at.duration_since(start),
            answered: self.answered.map(|at| at.duration_since(start)),
            method: self.method.to_string(),
            path: self.path.to_string(),
            target: Target::of(self.method.as_str(), &self.path, self.body.as_deref()),
            key,
            headers,
            status: self.status,
            version: self.version,
            body: self.body.as_deref().map(str::to_owned),
            struck: self.struck,
            connection: self.connection,
        }
    }
}
