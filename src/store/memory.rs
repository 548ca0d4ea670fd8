//! The store of `--store none`, in this process alone. A run asks for no indicator
//! twice, so only the last answers are kept.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;

use jiff::{SignedDuration, Timestamp};

use super::decision::{Decided, Name, Purpose, RequestId};
use super::ledger::{self, Ledger};
use super::options::Freshness;
use super::rows::{AnswerId, AnswerRow, Holder, Link, Request, Rows};
use super::stored::Stored;
use crate::clock::Clock;
use crate::model::Answer;
use crate::quota::{Account, Counts, Limits, Quotas, Spending, Window};

/// Answers that are kept: a file has three hashes, and they come close together.
const KEPT: usize = 256;

/// A store in this process.
pub(super) struct Memory {
    clock: Clock,
    ledger: RefCell<Ledger>,
    rows: RefCell<MemoryRows>,
}

#[derive(Default)]
struct MemoryRows {
    account: Account,
    last_id: i64,
    unanswered: HashMap<RequestId, Unanswered>,
    claims: HashMap<Name, RequestId>,
    /// When the answers came, in order, for as long as they take a place in the window.
    answered: VecDeque<Timestamp>,
    answers: HashMap<AnswerId, KeptAnswer>,
    /// In the order in which the answers came.
    kept: VecDeque<AnswerId>,
    names: HashMap<Name, Link>,
}

struct KeptAnswer {
    object: String,
    row: AnswerRow,
    /// Names that led here when they were put.
    names: Vec<Name>,
}

struct Unanswered {
    over: Timestamp,
    counts: bool,
    name: Option<Name>,
}

/// The result of what cannot fail.
fn sure<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

impl Memory {
    pub(super) fn new(timeout: SignedDuration, freshness: Freshness, clock: Clock) -> Self {
        let ledger = RefCell::new(Ledger::new(timeout, freshness));
        Self { clock, ledger, rows: RefCell::default() }
    }

    /// A store that goes on from where another stood: its window counts as
    /// answered now, since what is in flight there is not known here.
    pub(super) fn after(self, spending: &Spending) -> Self {
        let now = self.clock.now();
        let in_window = usize::try_from(spending.in_window).unwrap_or(0);
        let counts = Counts::new(now, [spending.hour, spending.day, spending.month]);
        let mut account = Account { counts, ..Account::default() };
        if let Some(until) = spending.not_before {
            account.pause(until, now);
        }
        let answered = std::iter::repeat_n(now, in_window).collect();
        self.rows.replace(MemoryRows { account, answered, ..MemoryRows::default() });
        self
    }

    pub(super) fn answers(&self, names: &[Name]) -> Vec<Option<Stored>> {
        let (ledger, rows) = (self.ledger.borrow(), &mut *self.rows.borrow_mut());
        let now = self.clock.now();
        names.iter().map(|name| sure(ledger.find(rows, name, now))).collect()
    }

    pub(super) fn decide(&self, purposes: &[Purpose], limits: &Limits) -> Decided {
        let rows = &mut *self.rows.borrow_mut();
        sure(self.ledger.borrow_mut().decide(rows, purposes, limits, self.clock.now()))
    }

    pub(super) fn settle(&self, id: RequestId, at: Timestamp, kept: Option<(&Name, &Answer)>) {
        let rows = &mut *self.rows.borrow_mut();
        sure(ledger::settle(rows, id, at, kept));
    }

    pub(super) fn forget(&self, name: &Name) {
        sure(self.rows.borrow_mut().forget_name(name));
    }

    pub(super) fn withdraw(&self, id: RequestId) {
        sure(self.ledger.borrow().withdraw(&mut *self.rows.borrow_mut(), id));
    }

    pub(super) fn pause_until(&self, until: Timestamp) {
        let rows = &mut *self.rows.borrow_mut();
        sure(self.ledger.borrow().pause(rows, until, self.clock.now()));
    }

    pub(super) fn learn(&self, quotas: &Quotas) {
        let rows = &mut *self.rows.borrow_mut();
        sure(self.ledger.borrow().learn(rows, quotas, self.clock.now()));
    }

    pub(super) fn quotas(&self) -> Option<Quotas> {
        let rows = &mut *self.rows.borrow_mut();
        sure(self.ledger.borrow_mut().known_quotas(rows, self.clock.now()))
    }

    pub(super) fn spending(&self, limits: &Limits) -> Spending {
        let rows = &mut *self.rows.borrow_mut();
        sure(self.ledger.borrow_mut().spending(rows, limits, self.clock.now()))
    }
}

impl MemoryRows {
    fn remove_unanswered(&mut self, id: RequestId) -> Option<Unanswered> {
        let request = self.unanswered.remove(&id)?;
        if let Some(name) = &request.name
            && self.claims.get(name) == Some(&id)
        {
            self.claims.remove(name);
        }
        Some(request)
    }

    /// Makes room for one more answer.
    fn drop_oldest(&mut self) {
        if self.kept.len() < KEPT {
            return;
        }
        if let Some(id) = self.kept.pop_front() {
            let names = self.answers.remove(&id).map(|kept| kept.names);
            for name in names.into_iter().flatten() {
                if self.names.get(&name).is_some_and(|link| link.answer == id) {
                    self.names.remove(&name);
                }
            }
        }
    }
}

impl Rows for MemoryRows {
    type Error = Infallible;

    fn account(&mut self) -> Result<Account, Infallible> {
        Ok(self.account)
    }

    fn set_account(&mut self, account: &Account) -> Result<(), Infallible> {
        self.account = *account;
        Ok(())
    }

    fn in_window(
        &mut self,
        since: Timestamp,
        _: u64,
    ) -> Result<(u64, Option<Timestamp>), Infallible> {
        let over = self.answered.partition_point(|&answer| answer <= since);
        let answered = self.answered.len() - over;
        let unanswered = self.unanswered.values().map(|request| request.over);
        let unanswered = unanswered.filter(|&over| over > since);
        let first = self.answered.get(over).copied();
        let first = first.into_iter().chain(unanswered.clone()).min();
        Ok(((answered + unanswered.count()) as u64, first))
    }

    fn enter(&mut self, request: &Request<'_>) -> Result<RequestId, Infallible> {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        let name = request.name.cloned();
        if let Some(name) = &name {
            self.claims.insert(name.clone(), id);
        }
        self.unanswered.insert(id, Unanswered { over: request.over, counts: request.counts, name });
        Ok(id)
    }

    fn answered(&mut self, id: RequestId, at: Timestamp) -> Result<(), Infallible> {
        if self.remove_unanswered(id).is_some() {
            // In order, also where the clock was set back.
            let last = self.answered.back().copied().unwrap_or(at);
            self.answered.push_back(at.max(last));
        }
        Ok(())
    }

    fn remove(&mut self, id: RequestId) -> Result<Option<bool>, Infallible> {
        Ok(self.remove_unanswered(id).map(|request| request.counts))
    }

    fn claim(&mut self, name: &Name) -> Result<Option<Timestamp>, Infallible> {
        let id = self.claims.get(name);
        Ok(id.and_then(|id| self.unanswered.get(id)).map(|request| request.over))
    }

    fn pull_back(&mut self, now: Timestamp) -> Result<(), Infallible> {
        for answer in self.answered.iter_mut().rev().take_while(|answer| **answer > now) {
            *answer = now;
        }
        Ok(())
    }

    /// No other process counts on them.
    fn keeps(&self, window: Option<Window>) -> SignedDuration {
        window.map_or(SignedDuration::ZERO, |window| window.span)
    }

    fn forget(&mut self, over_by: Timestamp) -> Result<(), Infallible> {
        let over = self.answered.partition_point(|&answer| answer <= over_by);
        self.answered.drain(..over);
        Ok(())
    }

    fn answer(&mut self, name: &Name) -> Result<Option<AnswerRow>, Infallible> {
        let link = self.names.get(name);
        Ok(link.and_then(|link| self.answers.get(&link.answer)).map(|kept| kept.row.clone()))
    }

    fn put_answer(
        &mut self,
        old: Option<AnswerId>,
        object: &str,
        answer: &AnswerRow,
    ) -> Result<AnswerId, Infallible> {
        if let Some(id) = old
            && let Some(kept) = self.answers.get_mut(&id)
        {
            kept.row = answer.clone();
            return Ok(id);
        }
        self.drop_oldest();
        self.last_id += 1;
        let id = AnswerId(self.last_id);
        self.kept.push_back(id);
        let (object, row) = (object.to_owned(), answer.clone());
        self.answers.insert(id, KeptAnswer { object, row, names: Vec::new() });
        Ok(id)
    }

    fn remove_unnamed(&mut self, answer: AnswerId) -> Result<(), Infallible> {
        let leads_here = |name| self.names.get(name).is_some_and(|link| link.answer == answer);
        if self.answers.get(&answer).is_some_and(|kept| !kept.names.iter().any(leads_here)) {
            self.answers.remove(&answer);
            self.kept.retain(|&kept| kept != answer);
        }
        Ok(())
    }

    fn put_name(&mut self, name: &Name, link: Link) -> Result<(), Infallible> {
        self.names.insert(name.clone(), link);
        if let Some(kept) = self.answers.get_mut(&link.answer)
            && !kept.names.contains(name)
        {
            kept.names.push(name.clone());
        }
        Ok(())
    }

    fn holder(&mut self, name: &Name) -> Result<Option<Holder>, Infallible> {
        let link = self.names.get(name).copied();
        Ok(link.and_then(|link| {
            let kept = self.answers.get(&link.answer)?;
            Some(Holder { link, shelf: kept.row.shelf, object: kept.object.clone() })
        }))
    }

    fn remove_name(&mut self, name: &Name) -> Result<(), Infallible> {
        self.names.remove(name);
        Ok(())
    }

    fn forget_name(&mut self, name: &Name) -> Result<(), Infallible> {
        if let Some(link) = self.names.get(name).copied() {
            self.names.retain(|_, other| other.answer != link.answer);
            self.remove_unnamed(link.answer)?;
        }
        Ok(())
    }
}
