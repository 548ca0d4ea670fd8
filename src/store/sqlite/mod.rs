//! The store in a SQLite file: one thread of its own, and everything that waits
//! for it at the same time in one transaction. The only room that knows SQL.

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
use super::{Ask, Name, Settings, Step, Stored, Turn};
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
    Step(Vec<Ask>, Limits, oneshot::Sender<(Vec<Step>, Spending)>),
    Settle(Turn, Timestamp, Option<(Name, Answer)>),
    Withdraw(Turn),
    Shut(Timestamp),
    Learn(Quotas),
    Quotas(oneshot::Sender<Option<Quotas>>),
    Spending(Limits, oneshot::Sender<Spending>),
}

/// Why the file failed, once it has.
type Failure = OnceLock<String>;

impl Sqlite {
    /// Opens the file and starts the thread.
    pub(super) fn open(path: &Path, settings: &Settings, fingerprint: &str) -> Result<Self> {
        let mut connection = schema::open(path)?;
        let timeout = SignedDuration::try_from(settings.timeout).context("--timeout")?;
        let freshness = settings.freshness;
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

    pub(super) async fn step(&self, asks: Vec<Ask>, limits: Limits) -> Vec<Step> {
        if self.fallback.get().is_none()
            && let Some((steps, spending)) =
                self.ask(|reply| Message::Step(asks.clone(), limits, reply)).await
        {
            self.last_spending.set(spending);
            return steps;
        }
        self.fallback().step(&asks, &limits, Timestamp::now())
    }

    pub(super) fn settle(&self, turn: Turn, at: Timestamp, kept: Option<(&Name, &Answer)>) {
        match self.fallback.get() {
            Some(memory) => memory.settle(turn, at),
            None => self.tell(Message::Settle(
                turn,
                at,
                kept.map(|(name, answer)| (name.clone(), answer.clone())),
            )),
        }
    }

    pub(super) fn withdraw(&self, turn: Turn) {
        match self.fallback.get() {
            Some(memory) => memory.withdraw(turn),
            None => self.tell(Message::Withdraw(turn)),
        }
    }

    pub(super) fn shut(&self, until: Timestamp) {
        match self.fallback.get() {
            Some(memory) => memory.shut(until),
            None => self.tell(Message::Shut(until)),
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
type Send = Box<dyn FnOnce()>;

/// Works messages off in one transaction.
fn transact(
    connection: &mut Connection,
    ledger: &mut Ledger,
    batch: impl Iterator<Item = Message>,
) -> rusqlite::Result<Vec<Send>> {
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
) -> rusqlite::Result<Option<Send>> {
    match message {
        Message::Answers(names, reply) => {
            let find = |name| answers::find(connection, name, &ledger.freshness, now);
            return names
                .iter()
                .map(find)
                .collect::<Result<_, _>>()
                .map(|found| send(reply, found));
        }
        Message::Step(asks, limits, reply) => {
            return ledger.step(connection, &asks, &limits, now).map(|steps| send(reply, steps));
        }
        Message::Quotas(reply) => {
            return ledger.quotas(connection, now).map(|quotas| send(reply, quotas));
        }
        Message::Spending(limits, reply) => {
            return ledger.spending(connection, &limits, now).map(|spending| send(reply, spending));
        }
        Message::Settle(turn, at, kept) => {
            ledger.settle(connection, turn, at)?;
            if let Some((name, answer)) = kept {
                answers::keep(connection, &name, &answer)?;
            }
        }
        Message::Withdraw(turn) => ledger.withdraw(connection, turn)?,
        Message::Shut(until) => ledger.shut(connection, until)?,
        Message::Learn(quotas) => ledger.learn(connection, &quotas, now)?,
    }
    Ok(None)
}

fn send<T: 'static>(reply: oneshot::Sender<T>, answer: T) -> Option<Send> {
    Some(Box::new(move || {
        // Nobody waits any more where a run was ended at once.
        let _ = reply.send(answer);
    }))
}
