//! The thread that the file belongs to: everything that waits for it at the same
//! time is done in one transaction.

use std::sync::{OnceLock, mpsc};

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::rows::{Owner, SqlRows};
use crate::clock::Clock;
use crate::model::Answer;
use crate::quota::{Limits, Quotas, Spending};
use crate::store::decision::{Decided, Decision, Name, Purpose, RequestId};
use crate::store::ledger::{self, Ledger};
use crate::store::rows::Rows;
use crate::store::stored::Stored;

/// Messages that wait together go into one transaction, up to this many.
const BATCH: usize = 1024;

/// What the thread is told, and where it answers.
pub(super) enum Message {
    Answers(Vec<Name>, oneshot::Sender<Vec<Option<Stored>>>),
    Decide(Vec<Purpose>, Limits, oneshot::Sender<Decided>),
    Settle(RequestId, Timestamp, Option<(Name, Answer)>),
    Withdraw(RequestId),
    Forget(Name),
    PauseUntil(Timestamp),
    Learn(Quotas),
    Quotas(oneshot::Sender<Option<Quotas>>),
    Spending(Limits, oneshot::Sender<Spending>),
    /// Answered once all that was told before is written.
    Written(oneshot::Sender<()>),
}

/// Why the file failed, once it has.
pub(super) type Failure = OnceLock<String>;

/// The file, and what is needed to work on it.
pub(super) struct Thread {
    pub(super) connection: Connection,
    pub(super) owner: Owner,
    pub(super) ledger: Ledger,
    pub(super) clock: Clock,
}

/// Sends one answer, once the transaction is committed; gives the requests that
/// nobody waits for any more.
type Reply = Box<dyn FnOnce() -> Vec<RequestId>>;

impl Thread {
    /// Serves messages until nobody can send any more, or the file fails.
    pub(super) fn serve(mut self, messages: &mpsc::Receiver<Message>, failure: &Failure) {
        while let Ok(first) = messages.recv() {
            let batch = std::iter::once(first).chain(messages.try_iter().take(BATCH - 1));
            if let Err(error) = self.serve_batch(batch) {
                // Callers that wait learn it from the end of this thread.
                let _ = failure.set(error.to_string());
                return;
            }
        }
    }

    fn serve_batch(&mut self, batch: impl Iterator<Item = Message>) -> rusqlite::Result<()> {
        let replies = self.transact(batch)?;
        let unsent: Vec<RequestId> = replies.into_iter().flat_map(|reply| reply()).collect();
        if !unsent.is_empty() {
            self.transact(unsent.into_iter().map(Message::Withdraw))?;
        }
        Ok(())
    }

    /// Works messages off in one transaction.
    fn transact(&mut self, batch: impl Iterator<Item = Message>) -> rusqlite::Result<Vec<Reply>> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut rows = SqlRows { connection: &transaction, owner: self.owner };
        // Read under the lock: no entry of another process is later than this.
        let now = self.clock.now();
        let mut replies = Vec::new();
        for message in batch {
            replies.extend(work(&mut rows, &mut self.ledger, message, now)?);
        }
        transaction.commit()?;
        Ok(replies)
    }
}

fn work(
    rows: &mut SqlRows<'_>,
    ledger: &mut Ledger,
    message: Message,
    now: Timestamp,
) -> rusqlite::Result<Option<Reply>> {
    Ok(match message {
        Message::Answers(names, reply) => {
            let find = |name| ledger.find(rows, name, now);
            let found = names.iter().map(find).collect::<Result<_, _>>()?;
            Some(answer(reply, found))
        }
        Message::Decide(purposes, limits, reply) => {
            let decided = ledger.decide(rows, &purposes, &limits, now)?;
            Some(Box::new(move || reply.send(decided).err().map_or_else(Vec::new, entered)))
        }
        Message::Quotas(reply) => Some(answer(reply, ledger.known_quotas(rows, now)?)),
        Message::Spending(limits, reply) => {
            Some(answer(reply, ledger.spending(rows, &limits, now)?))
        }
        Message::Settle(id, at, kept) => {
            ledger::settle(rows, id, at, kept.as_ref().map(|(name, answer)| (name, answer)))?;
            None
        }
        Message::Withdraw(id) => {
            ledger.withdraw(rows, id)?;
            None
        }
        Message::Forget(name) => {
            rows.forget_name(&name)?;
            None
        }
        Message::PauseUntil(until) => {
            ledger.pause(rows, until, now)?;
            None
        }
        Message::Learn(quotas) => {
            ledger.learn(rows, &quotas, now)?;
            None
        }
        Message::Written(reply) => Some(answer(reply, ())),
    })
}

/// The requests that were entered by decisions.
fn entered(decided: Decided) -> Vec<RequestId> {
    let id = |decision| match decision {
        Decision::Send(id) => Some(id),
        _ => None,
    };
    decided.decisions.into_iter().filter_map(id).collect()
}

fn answer<T: 'static>(reply: oneshot::Sender<T>, answer: T) -> Reply {
    Box::new(move || {
        // Nobody waits any more where a run was ended at once.
        let _ = reply.send(answer);
        Vec::new()
    })
}
