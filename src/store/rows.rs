//! What a store keeps, row by row: the small interface that the ledger's rules are
//! written over. Every call of one decision runs inside one transaction.

use jiff::{SignedDuration, Timestamp};

use super::decision::{Name, RequestId};
use super::options::Shelf;
use crate::quota::{Account, Window};

/// The rows of one key at one API.
pub(super) trait Rows {
    /// Why rows cannot be read or written.
    type Error;

    /// What is held of the key beside its requests.
    fn account(&mut self) -> Result<Account, Self::Error>;

    /// Replaces that.
    fn set_account(&mut self, account: &Account) -> Result<(), Self::Error>;

    /// Requests that are not over by `since`, and when the first of them was over. Where
    /// they are surely fewer than `room`, a number that is too high will do.
    fn in_window(
        &mut self,
        since: Timestamp,
        room: u64,
    ) -> Result<(u64, Option<Timestamp>), Self::Error>;

    /// Enters a request.
    fn enter(&mut self, request: &Request<'_>) -> Result<RequestId, Self::Error>;

    /// Marks a request's answer, which gives its claim up.
    fn answered(&mut self, id: RequestId, at: Timestamp) -> Result<(), Self::Error>;

    /// Removes a request: gives whether it was counted, if it is there.
    fn remove(&mut self, id: RequestId) -> Result<Option<bool>, Self::Error>;

    /// When the unanswered request for this name will be given up, if there is one.
    fn claim(&mut self, name: &Name) -> Result<Option<Timestamp>, Self::Error>;

    /// Requests that are later than now are from before the clock was set back: they
    /// count from now.
    fn pull_back(&mut self, now: Timestamp) -> Result<(), Self::Error>;

    /// How long a request that is over is kept.
    fn keeps(&self, window: Option<Window>) -> SignedDuration;

    /// Deletes the requests that were over by then.
    fn forget(&mut self, over_by: Timestamp) -> Result<(), Self::Error>;

    /// The answer under a name.
    fn answer(&mut self, name: &Name) -> Result<Option<AnswerRow>, Self::Error>;

    /// Puts an object's answer in the place of its older one, if there is one.
    fn put_answer(
        &mut self,
        old: Option<AnswerId>,
        object: &str,
        answer: &AnswerRow,
    ) -> Result<AnswerId, Self::Error>;

    /// Removes an answer if no name leads to it any more.
    fn remove_unnamed(&mut self, answer: AnswerId) -> Result<(), Self::Error>;

    /// Has a name lead to an answer.
    fn put_name(&mut self, name: &Name, link: Link) -> Result<(), Self::Error>;

    /// What holds a name, if anything does.
    fn holder(&mut self, name: &Name) -> Result<Option<Holder>, Self::Error>;

    /// Has a name lead nowhere.
    fn remove_name(&mut self, name: &Name) -> Result<(), Self::Error>;

    /// Deletes what is kept under a name at every API: its answers under all their names, and its
    /// requests.
    fn forget_name(&mut self, name: &Name) -> Result<(), Self::Error>;
}

/// A request as the ledger keeps it.
pub(super) struct Request<'a> {
    pub(super) started: Timestamp,
    /// When it will be given up, unless it is answered before.
    pub(super) over: Timestamp,
    /// Whether it is counted by hour, day and month.
    pub(super) counts: bool,
    /// What it looks up, and claims.
    pub(super) name: Option<&'a Name>,
}

/// The number of an answer's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct AnswerId(pub(super) i64);

/// An answer as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AnswerRow {
    pub(super) version: i64,
    pub(super) fetched_at: Timestamp,
    pub(super) shelf: Shelf,
    pub(super) facts: String,
}

/// Where a name leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) answer: AnswerId,
    /// Whether the answer was to a lookup of this very name; else the answer named it.
    pub(super) asked: bool,
}

/// The answer that a name leads to, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) link: Link,
    pub(super) shelf: Shelf,
    pub(super) object: String,
}
