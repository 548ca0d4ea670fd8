//! What must outlive a request: answers, the ledger of requests, claims. One
//! enum, few verbs, the same for every kind of store.

#[cfg(test)]
mod conformance;
mod decision;
mod ledger;
mod memory;
mod options;
mod rows;
mod sqlite;
mod stored;

use anyhow::{Context, Result};
use etcetera::BaseStrategy;
use jiff::{SignedDuration, Timestamp};
use tracing::warn;

pub use self::decision::{Decided, Decision, Name, Purpose, RequestId};
use self::memory::Memory;
pub use self::options::{Freshness, Location, StoreOptions};
use self::sqlite::Sqlite;
pub use self::stored::Stored;
use crate::clock::Clock;
use crate::model::{Answer, Lasting};
use crate::quota::{Limits, Quotas, Spending};

/// Where answers and the ledger are kept.
pub struct Store(Kept);

enum Kept {
    /// In this process alone: `--store none`.
    Memory(Memory),
    /// In a SQLite file, shared by every vtscan of this user.
    Sqlite(Sqlite),
}

impl Store {
    /// Opens the store for a key, known by its fingerprint, or for none. The user's own
    /// cache folder failing is no reason not to look anything up; a store that
    /// was named is wanted.
    ///
    /// # Errors
    /// A store that the user named cannot be opened.
    pub fn open(
        options: &StoreOptions,
        fingerprint: Option<String>,
        clock: &Clock,
    ) -> Result<Self> {
        let timeout = SignedDuration::try_from(options.timeout).context("--timeout")?;
        let memory = || Self(Kept::Memory(Memory::new(timeout, options.freshness, clock.clone())));
        let path = match &options.location {
            Some(Location::None) => return Ok(memory()),
            Some(Location::Sqlite(path)) => path.clone(),
            None => match etcetera::choose_base_strategy() {
                Ok(folders) => folders.cache_dir().join("vtscan").join("store.db"),
                Err(error) => {
                    warn!("no place for a store ({error}): going on without, answers are not kept");
                    return Ok(memory());
                }
            },
        };
        let opened = Sqlite::open(&path, options, &fingerprint.unwrap_or_default(), clock)
            .with_context(|| format!("the store {} cannot be used", path.display()));
        match opened {
            Ok(sqlite) => {
                let store = Self(Kept::Sqlite(sqlite));
                options.forgotten.iter().for_each(|name| store.forget(name));
                Ok(store)
            }
            Err(error) if options.location.is_none() => {
                warn!("{error:#}; going on without a store, answers are not kept");
                Ok(memory())
            }
            Err(error) => Err(error.context("--store")),
        }
    }

    /// Whether a later run finds what this one asked.
    #[must_use]
    pub fn lasting(&self) -> Lasting {
        match &self.0 {
            Kept::Sqlite(sqlite) if !sqlite.has_failed() => Lasting::Lasts,
            Kept::Memory(_) | Kept::Sqlite(_) => Lasting::EndsWithTheRun,
        }
    }

    /// Fresh answers under these names, in their order.
    pub async fn answers(&self, names: Vec<Name>) -> Vec<Option<Stored>> {
        match &self.0 {
            Kept::Memory(memory) => memory.answers(&names),
            Kept::Sqlite(sqlite) => sqlite.answers(names).await,
        }
    }

    /// Decides on requests, the first in line first: each answered, claimed and
    /// entered, or told what to wait for. Waiting holds nothing.
    pub async fn decide(&self, purposes: Vec<Purpose>, limits: &Limits) -> Decided {
        match &self.0 {
            Kept::Memory(memory) => memory.decide(&purposes, limits),
            Kept::Sqlite(sqlite) => sqlite.decide(purposes, *limits).await,
        }
    }

    /// Ends a request: the answer came at `at`; where it is worth keeping, it is
    /// kept under all names that are surely its own.
    pub fn settle(&self, id: RequestId, at: Timestamp, kept: Option<(&Name, &Answer)>) {
        match &self.0 {
            Kept::Memory(memory) => memory.settle(id, at, kept),
            Kept::Sqlite(sqlite) => sqlite.settle(id, at, kept),
        }
    }

    /// Takes a request back that never reached the server.
    pub fn withdraw(&self, id: RequestId) {
        match &self.0 {
            Kept::Memory(memory) => memory.withdraw(id),
            Kept::Sqlite(sqlite) => sqlite.withdraw(id),
        }
    }

    /// Deletes all that is kept under a name, whichever API said it, and its object's other names.
    pub fn forget(&self, name: &Name) {
        match &self.0 {
            Kept::Memory(memory) => memory.forget(name),
            Kept::Sqlite(sqlite) => sqlite.forget(name),
        }
    }

    /// Lets nothing be asked before `until`; a 429 said so.
    pub fn pause_until(&self, until: Timestamp) {
        match &self.0 {
            Kept::Memory(memory) => memory.pause_until(until),
            Kept::Sqlite(sqlite) => sqlite.pause_until(until),
        }
    }

    /// Keeps what was read of the key's quotas, and corrects the ledger by the
    /// server's own counts.
    pub fn learn(&self, quotas: &Quotas) {
        match &self.0 {
            Kept::Memory(memory) => memory.learn(quotas),
            Kept::Sqlite(sqlite) => sqlite.learn(*quotas),
        }
    }

    /// What any process has read of the key's quotas in the last 24 h.
    pub async fn quotas(&self) -> Option<Quotas> {
        match &self.0 {
            Kept::Memory(memory) => memory.quotas(),
            Kept::Sqlite(sqlite) => sqlite.quotas().await,
        }
    }

    /// The ledger summed up.
    pub async fn spending(&self, limits: &Limits) -> Spending {
        match &self.0 {
            Kept::Memory(memory) => memory.spending(limits),
            Kept::Sqlite(sqlite) => sqlite.spending(*limits).await,
        }
    }

    /// Waits until all that was told is written, which takes long where another
    /// process keeps the store locked.
    pub async fn close(&self) {
        match &self.0 {
            Kept::Memory(_) => {}
            Kept::Sqlite(sqlite) => sqlite.close().await,
        }
    }

    /// Gives up what is not written yet: dropping the store does not wait for it.
    pub fn abandon(&self) {
        match &self.0 {
            Kept::Memory(_) => {}
            Kept::Sqlite(sqlite) => sqlite.abandon(),
        }
    }
}
