//! The right to send one request: who gets it first, and what is held while it lasts.

use jiff::Timestamp;

use super::Gate;
use crate::model::{Answer, EntryId, StopReason};
use crate::store::{Name, RequestId};

/// Who goes first: the class, then the position in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Retries, re-checks and polls come after everything that was never asked.
    pub class: Class,
    /// The position among the unique indicators of the input.
    pub entry: EntryId,
}

/// What a request is for, in the order in which permits are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The read of the key's quotas, before anything is spent.
    Quotas,
    /// An indicator that was never asked.
    First,
    /// One more attempt after a transient fault.
    Retry,
    /// A submission.
    Submit,
    /// A second look at an object that was not judged yet.
    Recheck,
    /// A look at an analysis.
    Poll,
}

/// Why a request is not sent.
pub enum NoPermit {
    /// A fresh answer is in the store.
    Answered(Box<Answer>),
    /// Another process is asking; come back at this instant.
    Elsewhere(Timestamp),
    /// The run stops asking.
    Stopped(StopReason),
}

/// The right to send one request. Dropped unsettled, its answer counts as come just then.
pub struct Permit<'g> {
    pub(super) gate: &'g Gate<'g>,
    pub(super) id: Option<RequestId>,
    /// Whether it counts as a request of the run; a read of the quotas does not.
    pub(super) counts: bool,
    pub(super) started: Timestamp,
}

impl Permit<'_> {
    /// The answer came; `kept` is what the store is to keep of it.
    pub fn settle(mut self, kept: Option<(&Name, &Answer)>) {
        if let Some(id) = self.id.take() {
            self.gate.store.settle(id, Timestamp::now(), kept);
        }
    }

    /// The request never reached the server.
    pub fn withdraw(mut self) {
        if let Some(id) = self.id.take() {
            self.gate.store.withdraw(id);
            self.gate.requests.set(self.gate.requests.get() - u64::from(self.counts));
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            self.gate.store.settle(id, Timestamp::now(), None);
        }
        self.gate.in_flight.set(self.gate.in_flight.get() - 1);
        self.gate.changed.notify_one();
    }
}
