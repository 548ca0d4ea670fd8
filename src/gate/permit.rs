//! The right to send one request, and what is held while it lasts.

use std::cell::Cell;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::model::{Answer, StopReason};
use crate::store::{Name, Purpose, RequestId, Store};

/// Why a request is not sent.
#[derive(Debug)]
pub enum NoPermit {
    /// A fresh answer is in the store.
    Answered(Box<Answer>),
    /// Another process is asking; come back at this instant.
    Elsewhere(Timestamp),
    /// The run stops asking.
    Stopped(StopReason),
}

/// The requests of this run that have a permit.
pub(super) struct InFlight<'s> {
    pub(super) store: &'s Store,
    pub(super) clock: Clock,
    /// Permits that are held.
    pub(super) held: Cell<usize>,
    /// Permits given for lookups, submissions and polls.
    pub(super) requests: Cell<u64>,
    /// A request came to the line, one ended, or the run stops asking.
    pub(super) changed: Notify,
}

/// The right to send one request. Dropped unsettled, its answer counts as come just then.
pub struct Permit<'g> {
    in_flight: &'g InFlight<'g>,
    /// `None` once it is settled.
    id: Option<RequestId>,
    purpose: Purpose,
    /// When it was given, by a clock that cannot be set back.
    pub(super) since: Instant,
}

impl<'s> InFlight<'s> {
    pub(super) fn new(store: &'s Store, clock: Clock) -> Self {
        let (held, requests, changed) = Default::default();
        Self { store, clock, held, requests, changed }
    }

    /// Counts a request that the ledger has entered.
    pub(super) fn add(&self, purpose: &Purpose) {
        self.held.set(self.held.get() + 1);
        self.requests.set(self.requests.get() + u64::from(purpose.counts()));
    }

    /// The permit of a request that was counted.
    pub(super) fn permit(&'s self, id: RequestId, purpose: Purpose) -> Permit<'s> {
        Permit { in_flight: self, id: Some(id), purpose, since: Instant::now() }
    }

    /// Takes back what was entered and is not sent.
    pub(super) fn take_back(&self, id: RequestId, purpose: &Purpose) {
        self.store.withdraw(id);
        self.held.set(self.held.get() - 1);
        self.requests.set(self.requests.get() - u64::from(purpose.counts()));
    }
}

impl Permit<'_> {
    /// The answer came; `kept` is what the store is to keep of it.
    pub fn settle(mut self, kept: Option<(&Name, &Answer)>) {
        self.end(kept);
    }

    /// The request never reached the server.
    pub fn withdraw(mut self) {
        if let Some(id) = self.id.take() {
            self.in_flight.take_back(id, &self.purpose);
            self.in_flight.changed.notify_one();
        }
    }

    fn end(&mut self, kept: Option<(&Name, &Answer)>) {
        if let Some(id) = self.id.take() {
            self.in_flight.store.settle(id, self.in_flight.clock.now(), kept);
            self.in_flight.held.set(self.in_flight.held.get() - 1);
            self.in_flight.changed.notify_one();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.end(None);
    }
}
