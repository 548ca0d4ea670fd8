//! What the store is asked, and what it decides.

use iocs::indicator::Kind;
use jiff::Timestamp;

use crate::model::Answer;
use crate::quota::{Pause, Period, Quotas, Spending};

/// The name that an answer is kept under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// What kind of object.
    pub kind: Kind,
    /// The indicator in canonical form.
    pub text: String,
}

/// What a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A lookup: answered at once where a fresh answer is there.
    Lookup(Name),
    /// A submission or a poll: spends quota, and no stored answer will do.
    Analysis,
    /// A read of the key's quotas: takes a place in the window, in case the
    /// server counts it there, and is not counted by hour, day and month (it
    /// is not said to cost; where it does, the counts that it reads hold it).
    /// It may be sent when the day is spent, for it says so.
    Quotas,
}

impl Purpose {
    /// Whether such a request is counted by hour, day and month.
    #[must_use]
    pub fn counts(&self) -> bool {
        *self != Self::Quotas
    }
}

/// One entry of the ledger: a request that may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub(super) i64);

/// Whether a request may be sent, decided in one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Claimed and entered in the ledger: send it.
    Send(RequestId),
    /// A fresh answer is there.
    Answered(Box<Answer>),
    /// Another process is asking; look again at this instant.
    Elsewhere(Timestamp),
    /// Nothing may be asked before this instant.
    Wait(Timestamp, Pause),
    /// The period's quota is spent until this instant.
    Spent(Period, Timestamp),
}

/// Decisions on several requests, and what the ledger holds after them.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// In the order of the requests.
    pub decisions: Vec<Decision>,
    /// The ledger summed up.
    pub spending: Spending,
    /// The key's quotas, as far as any process has read them by now.
    pub quotas: Option<Quotas>,
}
