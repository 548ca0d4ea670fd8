//! What must outlive a request: answers, the ledger of requests, claims. One
//! enum, few verbs, the same for every kind of store.

mod memory;
mod sqlite;

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result};
use etcetera::BaseStrategy;
use jiff::{SignedDuration, Timestamp};
use tracing::warn;

use self::memory::Memory;
use self::sqlite::Sqlite;
use crate::model::{Answer, Facts};
use crate::quota::{Limits, Pause, Period, Quotas, Spending};
use iocs::indicator::Kind;

/// Where the user wants the store: `--store`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// In this process alone, for this run.
    None,
}

impl FromStr for Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            None if text == "none" => Ok(Self::None),
            _ => Err("a store is sqlite:PATH or none".to_owned()),
        }
    }
}

/// What the user may set about the store.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The user's own choice; the cache folder where there is none.
    pub location: Option<Location>,
    /// How long a request may take: one whose owner died is over after that.
    pub timeout: Duration,
    /// Which stored answers will do.
    pub freshness: Freshness,
}

/// Which stored answers will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// How old an answer with detections may be; one without a quarter of it.
    pub max_age: SignedDuration,
    /// Nothing older than this instant: the start of a run with `--refresh`.
    pub since: Option<Timestamp>,
}

/// A "not found" is the answer that changes soonest: new samples come every minute.
const LONGEST_NOT_FOUND: SignedDuration = SignedDuration::from_hours(1);

/// What an answer says, as far as its age limit depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shelf {
    Detected = 0,
    Undetected = 1,
    Unknown = 2,
}

impl Shelf {
    const ALL: [Self; 3] = [Self::Detected, Self::Undetected, Self::Unknown];

    fn of(facts: &Facts) -> Self {
        match facts {
            Facts::Known(report)
                if report.stats.as_ref().is_some_and(|stats| stats.detections() > 0) =>
            {
                Self::Detected
            }
            Facts::Known(_) => Self::Undetected,
            Facts::NotFound | Facts::Rejected(_) => Self::Unknown,
        }
    }
}

impl Freshness {
    /// Whether an answer had at `fetched_at` still holds at `now`. One from the
    /// future was had before the clock was set back, and its age is not known.
    fn holds(&self, fetched_at: Timestamp, shelf: Shelf, now: Timestamp) -> bool {
        let most = match shelf {
            Shelf::Detected => self.max_age,
            Shelf::Undetected => self.max_age / 4,
            Shelf::Unknown => self.max_age.min(LONGEST_NOT_FOUND),
        };
        let age = now.duration_since(fetched_at);
        age >= SignedDuration::ZERO
            && age <= most
            && self.since.is_none_or(|since| fetched_at >= since)
    }
}

/// Where answers and the ledger are kept.
pub enum Store {
    /// In this process alone: `--store none`.
    Memory(Memory),
    /// In a SQLite file, shared by every vtscan of this user.
    Sqlite(Sqlite),
}

/// The name that an answer is kept under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// What kind of object.
    pub kind: Kind,
    /// The indicator in canonical form.
    pub text: String,
}

/// An answer as the store has it. Reading it takes longer than finding it, and is
/// left to whoever needs it: the store's thread finds the next ones meanwhile.
#[derive(Clone, Debug)]
pub struct Stored {
    fetched_at: Timestamp,
    /// [`Facts`] as JSON.
    facts: String,
}

impl Stored {
    /// The answer; `None` for what another version wrote and this one cannot read,
    /// which is asked again.
    #[must_use]
    pub fn read(&self) -> Option<Answer> {
        let facts = serde_json::from_str(&self.facts).ok()?;
        Some(Answer { fetched_at: self.fetched_at, facts })
    }
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
    Quotas,
}

/// One entry of the ledger: a request that may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(i64);

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

impl Store {
    /// Opens the store for a key, known by its fingerprint. The user's own
    /// cache folder failing is no reason not to look anything up; a store that
    /// was named is wanted.
    ///
    /// # Errors
    /// A store that the user named cannot be opened.
    pub fn open(options: &StoreOptions, fingerprint: &str) -> Result<Self> {
        let path = match &options.location {
            Some(Location::None) => return Ok(Self::Memory(Memory::default())),
            Some(Location::Sqlite(path)) => path.clone(),
            None => match etcetera::choose_base_strategy() {
                Ok(folders) => folders.cache_dir().join("vtscan").join("store.db"),
                Err(error) => {
                    warn!("no place for a store ({error}): going on without, answers are not kept");
                    return Ok(Self::Memory(Memory::default()));
                }
            },
        };
        let opened = Sqlite::open(&path, options, fingerprint)
            .with_context(|| format!("the store {} cannot be used", path.display()));
        match opened {
            Ok(sqlite) => Ok(Self::Sqlite(sqlite)),
            Err(error) if options.location.is_none() => {
                warn!("{error:#}; going on without a store, answers are not kept");
                Ok(Self::Memory(Memory::default()))
            }
            Err(error) => Err(error.context("--store")),
        }
    }

    /// Fresh answers under these names, in their order.
    pub async fn answers(&self, names: Vec<Name>) -> Vec<Option<Stored>> {
        match self {
            Self::Memory(_) => vec![None; names.len()],
            Self::Sqlite(sqlite) => sqlite.answers(names).await,
        }
    }

    /// Decides on requests, the first in line first: each answered, claimed and
    /// entered, or told what to wait for. Waiting holds nothing.
    pub async fn decide(&self, purposes: Vec<Purpose>, limits: &Limits) -> Vec<Decision> {
        match self {
            Self::Memory(memory) => memory.decide(&purposes, limits, Timestamp::now()),
            Self::Sqlite(sqlite) => sqlite.decide(purposes, *limits).await,
        }
    }

    /// Ends a request: the answer came at `at`; where it is worth keeping, it is
    /// kept under all its names.
    pub fn settle(&self, id: RequestId, at: Timestamp, kept: Option<(&Name, &Answer)>) {
        match self {
            Self::Memory(memory) => memory.settle(id, at),
            Self::Sqlite(sqlite) => sqlite.settle(id, at, kept),
        }
    }

    /// Takes a request back that never reached the server.
    pub fn withdraw(&self, id: RequestId) {
        match self {
            Self::Memory(memory) => memory.withdraw(id),
            Self::Sqlite(sqlite) => sqlite.withdraw(id),
        }
    }

    /// Lets nothing be asked before `until`; a 429 said so.
    pub fn pause_until(&self, until: Timestamp) {
        match self {
            Self::Memory(memory) => memory.pause_until(until),
            Self::Sqlite(sqlite) => sqlite.pause_until(until),
        }
    }

    /// Keeps what was read of the key's quotas, and corrects the ledger upward
    /// by the server's own counts.
    pub fn learn(&self, quotas: &Quotas) {
        match self {
            Self::Memory(memory) => memory.learn(quotas, Timestamp::now()),
            Self::Sqlite(sqlite) => sqlite.learn(*quotas),
        }
    }

    /// What was read of the key's quotas in the last 24 h.
    pub async fn quotas(&self) -> Option<Quotas> {
        match self {
            Self::Memory(_) => None,
            Self::Sqlite(sqlite) => sqlite.quotas().await,
        }
    }

    /// The ledger summed up.
    pub async fn spending(&self, limits: &Limits) -> Spending {
        match self {
            Self::Memory(memory) => memory.spending(limits, Timestamp::now()),
            Self::Sqlite(sqlite) => sqlite.spending(*limits).await,
        }
    }
}
