//! The store in a SQLite file, which belongs to a thread of its own. The only
//! folder that knows SQL.

mod file;
mod migrations;
mod rows;
#[cfg(test)]
mod tests;
mod thread;

use std::cell::{Cell, OnceCell, RefCell};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;
use tracing::warn;

use self::rows::Owner;
use self::thread::{Failure, Message, Thread};
use super::decision::{Decided, Name, Purpose, RequestId};
use super::ledger::Ledger;
use super::memory::Memory;
use super::options::StoreOptions;
use super::stored::Stored;
use crate::clock::Clock;
use crate::model::Answer;
use crate::quota::{Limits, Quotas, Spending};

/// Answers are deleted when they are older than this, or than `--max-age` where that is more.
const KEEP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The store in a SQLite file.
pub(super) struct Sqlite {
    /// `None` only while it is dropped.
    sender: Option<mpsc::Sender<Message>>,
    thread: RefCell<Option<JoinHandle<()>>>,
    failure: Arc<Failure>,
    /// Takes over once the file fails.
    fallback: OnceCell<Memory>,
    /// What the fallback is made of.
    new_fallback: Box<dyn Fn() -> Memory>,
    /// What the file last said of the ledger, for the fallback to go on from.
    last_spending: Cell<Spending>,
}

impl Sqlite {
    /// Opens the file and starts the thread.
    pub(super) fn open(
        path: &Path,
        options: &StoreOptions,
        fingerprint: &str,
        clock: &Clock,
    ) -> Result<Self> {
        let mut connection = file::open(path, &options.api_url)?;
        let timeout = SignedDuration::try_from(options.timeout).context("--timeout")?;
        let freshness = options.freshness;
        file::prune(&mut connection, clock.now(), KEEP.max(freshness.max_age))?;
        let owner = Owner::find(&connection, &options.api_url, fingerprint)?;
        connection.busy_timeout(file::BUSY)?;
        let (sender, messages) = mpsc::channel();
        let failure = Arc::new(Failure::new());
        let told = Arc::clone(&failure);
        let ledger = Ledger::new(timeout, freshness);
        let thread = Thread { connection, owner, ledger, clock: clock.clone() };
        let serve = move || thread.serve(&messages, &told);
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(serve)?;
        let clock = clock.clone();
        Ok(Self {
            sender: Some(sender),
            thread: RefCell::new(Some(thread)),
            failure,
            fallback: OnceCell::new(),
            new_fallback: Box::new(move || Memory::new(timeout, freshness, clock.clone())),
            last_spending: Cell::default(),
        })
    }

    pub(super) fn has_failed(&self) -> bool {
        self.fallback.get().is_some()
    }

    pub(super) async fn answers(&self, names: Vec<Name>) -> Vec<Option<Stored>> {
        let count = names.len();
        self.ask(|reply| Message::Answers(names, reply)).await.unwrap_or_else(|| vec![None; count])
    }

    pub(super) async fn decide(&self, purposes: Vec<Purpose>, limits: Limits) -> Decided {
        if self.fallback.get().is_none()
            && let Some(decided) =
                self.ask(|reply| Message::Decide(purposes.clone(), limits, reply)).await
        {
            self.last_spending.set(decided.spending);
            return decided;
        }
        self.fallback().decide(&purposes, &limits)
    }

    pub(super) fn settle(&self, id: RequestId, at: Timestamp, kept: Option<(&Name, &Answer)>) {
        match self.fallback.get() {
            Some(memory) => memory.settle(id, at, kept),
            None => {
                let kept = kept.map(|(name, answer)| (name.clone(), answer.clone()));
                self.tell(Message::Settle(id, at, kept));
            }
        }
    }

    pub(super) fn forget(&self, name: &Name) {
        match self.fallback.get() {
            Some(memory) => memory.forget(name),
            None => self.tell(Message::Forget(name.clone())),
        }
    }

    pub(super) fn withdraw(&self, id: RequestId) {
        match self.fallback.get() {
            Some(memory) => memory.withdraw(id),
            None => self.tell(Message::Withdraw(id)),
        }
    }

    pub(super) fn pause_until(&self, until: Timestamp) {
        match self.fallback.get() {
            Some(memory) => memory.pause_until(until),
            None => self.tell(Message::PauseUntil(until)),
        }
    }

    pub(super) fn learn(&self, quotas: Quotas) {
        match self.fallback.get() {
            Some(memory) => memory.learn(&quotas),
            None => self.tell(Message::Learn(quotas)),
        }
    }

    pub(super) async fn quotas(&self) -> Option<Quotas> {
        self.ask(Message::Quotas).await.flatten()
    }

    pub(super) async fn spending(&self, limits: Limits) -> Spending {
        self.ask(|reply| Message::Spending(limits, reply)).await.unwrap_or_default()
    }

    /// Waits until all that was told is written.
    pub(super) async fn close(&self) {
        if self.fallback.get().is_none() {
            self.ask(Message::Written).await;
        }
    }

    /// Does not wait for what is not written yet.
    pub(super) fn abandon(&self) {
        self.thread.take();
    }

    /// Asks the thread; `None` where the file has failed, which is said once.
    async fn ask<T>(&self, message: impl FnOnce(oneshot::Sender<T>) -> Message) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        self.tell(message(reply));
        let answer = answer.await.ok();
        if answer.is_none() && self.fallback.get().is_none() {
            let why = self.failure.get().map_or("its thread has ended", String::as_str);
            warn!("the store fails ({why}): going on without, answers are not kept");
            self.fallback();
        }
        answer
    }

    fn tell(&self, message: Message) {
        if let Some(sender) = &self.sender {
            // A thread that has ended has failed, which the next question says.
            let _ = sender.send(message);
        }
    }

    fn fallback(&self) -> &Memory {
        self.fallback.get_or_init(|| (self.new_fallback)().after(&self.last_spending.get()))
    }
}

impl Drop for Sqlite {
    /// What was told is written before the program ends, unless it was abandoned.
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, there would be nothing left to save.
            let _ = thread.join();
        }
    }
}
