//! What must outlive a request: answers, the ledger of requests, claims. One
//! enum, few verbs, the same for every kind of store.

mod memory;

use jiff::Timestamp;

pub use self::memory::Memory;
use crate::indicator::Kind;
use crate::quota::{Limits, Pause, Period, Quotas};
use crate::report::Answer;

/// Where answers and the ledger are kept.
pub enum Store {
    /// In this process alone, for this run: `--store none`.
    Memory(Memory),
}

/// The name that an answer is kept under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// What kind of object.
    pub kind: Kind,
    /// The indicator in canonical form.
    pub text: String,
}

/// What a request that wants a turn is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A lookup: answered at once where a fresh answer is there.
    Lookup(Name),
    /// A submission or a poll: spends quota, and no stored answer will do.
    Other,
    /// A read of the key's quotas: takes a place in the window, in case the
    /// server counts it there, and is not counted by hour, day and month (it
    /// is not said to cost; where it does, the counts that it reads hold it).
    Quotas,
}

/// One entry of the ledger: a request that was given its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn(u64);

/// What the store decides on one ask, in one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Claimed and entered in the ledger: go.
    Go(Turn),
    /// A fresh answer is there.
    Answered(Box<Answer>),
    /// Another process is asking; look again at this instant.
    Elsewhere(Timestamp),
    /// Nothing may be asked before this instant.
    Wait(Timestamp, Pause),
    /// The period's quota is spent until this instant.
    Spent(Period, Timestamp),
}

impl Store {
    /// Fresh answers under these names, in their order.
    pub async fn answers(&self, names: &[Name]) -> Vec<Option<Answer>> {
        match self {
            Self::Memory(_) => vec![None; names.len()],
        }
    }

    /// Decides on asks, the first in line first: each answered, claimed and
    /// entered, or told what to wait for. Waiting holds nothing.
    pub async fn step(&self, asks: &[Ask], limits: &Limits, now: Timestamp) -> Vec<Step> {
        match self {
            Self::Memory(memory) => memory.step(asks, limits, now),
        }
    }

    /// Ends a turn: the answer came at `at`; where it is worth keeping, it is
    /// kept under all its names.
    pub fn settle(&self, turn: Turn, at: Timestamp, _kept: Option<(&Name, &Answer)>) {
        match self {
            Self::Memory(memory) => memory.settle(turn, at),
        }
    }

    /// Takes a turn back: the request never reached the server.
    pub fn withdraw(&self, turn: Turn) {
        match self {
            Self::Memory(memory) => memory.withdraw(turn),
        }
    }

    /// Lets nothing be asked before `until`; a 429 said so.
    pub fn shut(&self, until: Timestamp) {
        match self {
            Self::Memory(memory) => memory.shut(until),
        }
    }

    /// Corrects the ledger upward by the server's own counts.
    pub fn correct(&self, quotas: &Quotas, now: Timestamp) {
        match self {
            Self::Memory(memory) => memory.correct(quotas, now),
        }
    }
}
