//! What the user may set about the store.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::decision::Name;
use crate::model::Facts;

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
    /// The user's own choice; the cache folder where there is no choice.
    pub location: Option<Location>,
    /// The API's base URL: answers, claims, quotas and the ledger belong to it.
    pub api_url: String,
    /// How long a request may take: one whose owner died is over after that.
    pub timeout: Duration,
    /// Which stored answers will do.
    pub freshness: Freshness,
    /// What an older version may have kept and must not: the API key, taken for a file's hash.
    pub forgotten: Option<Name>,
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

/// What an answer says, as far as its age limit depends on it. Stored as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    Detected = 0,
    Undetected = 1,
    Unknown = 2,
}

impl Shelf {
    const ALL: [Self; 3] = [Self::Detected, Self::Undetected, Self::Unknown];

    pub(super) fn of(facts: &Facts) -> Self {
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

    /// The shelf of this number.
    pub(super) fn numbered(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|&shelf| shelf as i64 == number)
    }
}

impl Freshness {
    /// Whether an answer had at `fetched_at` still holds at `now`. One from the
    /// future was had before the clock was set back, and its age is not known.
    pub(super) fn holds(&self, fetched_at: Timestamp, shelf: Shelf, now: Timestamp) -> bool {
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
