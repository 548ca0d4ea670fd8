//! A turn: who gets it first, and what is held for as long as its request lasts.

use jiff::Timestamp;

use super::{Closed, Gate};
use crate::model::Answer;
use crate::store::{Name, Turn};

/// Who goes first: the class, then the place in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Retries, re-checks and polls come after everything that was never asked.
    pub class: Class,
    /// The place among the unique indicators of the input.
    pub place: usize,
}

/// What a turn is for, in the order in which turns go.
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

/// What became of the wish for a turn.
pub enum Admission<'g> {
    /// Go, and settle the pass when the answer is there.
    Go(Pass<'g>),
    /// A fresh answer is in the store.
    Answered(Box<Answer>),
    /// Another process is asking; come back at this instant.
    Elsewhere(Timestamp),
    /// No more turns in this run.
    Closed(Closed),
}

/// One request's turn. Dropped unsettled, its answer counts as come just then.
pub struct Pass<'g> {
    pub(super) gate: &'g Gate<'g>,
    pub(super) turn: Option<Turn>,
    /// Whether it counts as a request of the run; a read of the quotas does not.
    pub(super) counts: bool,
    pub(super) started: Timestamp,
}

impl Pass<'_> {
    /// The answer came; `kept` is what the store shall keep of it.
    pub fn settle(mut self, kept: Option<(&Name, &Answer)>) {
        if let Some(turn) = self.turn.take() {
            self.gate.store.settle(turn, Timestamp::now(), kept);
        }
    }

    /// The request never reached the server.
    pub fn withdraw(mut self) {
        if let Some(turn) = self.turn.take() {
            self.gate.store.withdraw(turn);
            self.gate.requests.set(self.gate.requests.get() - u64::from(self.counts));
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(turn) = self.turn.take() {
            self.gate.store.settle(turn, Timestamp::now(), None);
        }
        self.gate.in_flight.set(self.gate.in_flight.get() - 1);
        self.gate.changed.notify_one();
    }
}
