//! The store in a SQLite file: one thread of its own, and everything that waits
//! for it at the same time in one transaction. The only folder that knows SQL.

mod answers;
mod ledger;
mod schema;
#[cfg(test)]
mod tests;

use std::cell::{Cell, OnceCell};
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;
use tracing::warn;

use self::ledger::Ledger;
use super::memory::Memory;
use super::{Decision, Name, Purpose, RequestId, StoreOptions, Stored};
use crate::model::Answer;
use crate::quota::{Limits, Quotas, Spending};

/// Answers are deleted when they are older than this, or than `--max-age` where that is more.
const KEEP: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Messages that wait together go into one transaction, up to so many.
const AT_ONCE: usize = 1024;

/// The store in a SQLite file.
pub struct Sqlite {
    /// `None` only while it is dropped.
    sender: Option<mpsc::Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    failure: Arc<Failure>,
    /// Takes over once the file fails.
    fallback: OnceCell<Memory>,
    /// What the file last said of the ledger, for the fallback to go on from.
    last_spending: Cell<Spending>,
}

/// What the thread is told, and where it answers.
enum Message {
    Answers(Vec<Name>, oneshot::Sender<Vec<Option<Stored>>>),
    Decide(Vec<Purpose>, Limits, oneshot::Sender<(Vec<Decision>, Spending)>),
    Settle(RequestId, Timestamp, Option<(Name, Answer)>),
    Withdraw(RequestId),
    PauseUntil(Timestamp),
    Learn(Quotas),
    Quotas(oneshot::Sender<Option<Quotas>>),
    Spending(Limits, oneshot::Sender<Spending>),
}

/// Why the file failed, once it has.
type Failure = OnceLock<String>;

impl Sqlite {
    /// Opens the file and starts the thread.
    pub(super) fn open(path: &Path, options: &StoreOptions, fingerprint: &str) -> Result<Self> {
        let mut connection = schema::open(path)?;
        let timeout = SignedDuration::try_from(options.timeout).context("--timeout")?;
        let freshness = options.freshness;
        schema::prune(&mut connection, Timestamp::now(), KEEP.max(freshness.max_age))?;
        let ledger = Ledger::open(&connection, fingerprint, timeout, freshness)?;
        connection.busy_timeout(schema::BUSY)?;
        let (sender, messages) = mpsc::channel();
        let failure = Arc::new(Failure::new());
        let told = Arc::clone(&failure);
        let work = move || serve(connection, ledger, &messages, &told);
        let thread = thread::Builder::new().name("store".to_owned()).spawn(work)?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
            failure,
            fallback: OnceCell::new(),
            last_spending: Cell::default(),
        })
    }

    pub(super) async fn answers(&self, names: Vec<Name>) -> Vec<Option<Stored>> {
        let count = names.len();
        self.ask(|reply| Message::Answers(names, reply)).await.unwrap_or_else(|| vec![None; count])
    }

    pub(super) async fn decide(&self, purposes: Vec<Purpose>, limits: Limits) -> Vec<Decision> {
        if self.fallback.get().is_none()
            && let Some((decisions, spending)) =
                self.ask(|reply| Message::Decide(purposes.clone(), limits, reply)).await
        {
            self.last_spending.set(spending);
            return decisions;
        }
        self.fallback().decide(&purposes, &limits, Timestamp::now())
    }

    pub(super) fn settle(&self, id: RequestId, at: Timestamp, kept: Option<(&Name, &Answer)>) {
        match self.fallback.get() {
            Some(memory) => memory.settle(id, at),
            None => self.tell(Message::Settle(
                id,
                at,
                kept.map(|(name, answer)| (name.clone(), answer.clone())),
            )),
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
            Some(memory) => memory.learn(&quotas, Timestamp::now()),
            None => self.tell(Message::Learn(quotas)),
        }
    }

    pub(super) async fn quotas(&self) -> Option<Quotas> {
        self.ask(Message::Quotas).await.flatten()
    }

    pub(super) async fn spending(&self, limits: Limits) -> Spending {
        self.ask(|reply| Message::Spending(limits, reply)).await.unwrap_or_default()
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
        self.fallback.get_or_init(|| Memory::after(&self.last_spending.get(), Timestamp::now()))
    }
}

impl Drop for Sqlite {
    /// What was told is written before the program ends.
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            // It does not panic; if it did, there would be nothing left to save.
            let _ = thread.join();
        }
    }
}

/// Serves messages until nobody can send any more, or the file fails.
fn serve(
    mut connection: Connection,
    mut ledger: Ledger,
    messages: &mpsc::Receiver<Message>,
    failure: &Failure,
) {
    while let Ok(first) = messages.recv() {
        let batch = std::iter::once(first).chain(messages.try_iter().take(AT_ONCE - 1));
        match transact(&mut connection, &mut ledger, batch) {
            Ok(replies) => replies.into_iter().for_each(|reply| reply()),
            Err(error) => {
                // Whoever waits is told by the end of this thread.
                let _ = failure.set(error.to_string());
                return;
            }
        }
    }
}

/// Sends one reply; called once the transaction is committed.
type Reply = Box<dyn FnOnce()>;

/// Works messages off in one transaction.
fn transact(
    connection: &mut Connection,
    ledger: &mut Ledger,
    batch: impl Iterator<Item = Message>,
) -> rusqlite::Result<Vec<Reply>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read under the lock: no entry of another process is later than this.
    let now = Timestamp::now();
    let mut replies = Vec::new();
    for message in batch {
        replies.extend(work(&transaction, ledger, message, now)?);
    }
    transaction.commit()?;
    Ok(replies)
}

fn work(
    connection: &Connection,
    ledger: &mut Ledger,
    message: Message,
    now: Timestamp,
) -> rusqlite::Result<Option<Reply>> {
    match message {
        Message::Answers(names, reply) => {
            let find = |name| answers::find(connection, name, &ledger.freshness, now);
            return names
                .iter()
                .map(find)
                .collect::<Result<_, _>>()
                .map(|found| send(reply, found));
        }
        Message::Decide(purposes, limits, reply) => {
            return ledger
                .decide(connection, &purposes, &limits, now)
                .map(|decisions| send(reply, decisions));
        }
        Message::Quotas(reply) => {
            return ledger.quotas(connection, now).map(|quotas| send(reply, quotas));
        }
        Message::Spending(limits, reply) => {
            return ledger.spending(connection, &limits, now).map(|spending| send(reply, spending));
        }
        Message::Settle(id, at, kept) => {
            ledger.settle(connection, id, at)?;
            if let Some((name, answer)) = kept {
                answers::keep(connection, &name, &answer)?;
            }
        }
        Message::Withdraw(id) => ledger.withdraw(connection, id)?,
        Message::PauseUntil(until) => ledger.pause_until(connection, until)?,
        Message::Learn(quotas) => ledger.learn(connection, &quotas, now)?,
    }
    Ok(None)
}

fn send<T: 'static>(reply: oneshot::Sender<T>, answer: T) -> Option<Reply> {
    Some(Box::new(move || {
        // Nobody waits any more where a run was ended at once.
        let _ = reply.send(answer);
    }))
}
