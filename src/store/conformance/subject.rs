//! A store that is tested, and the clock that it reads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use iocs::indicator::Kind;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use crate::clock::Clock;
use crate::model::{Answer, Facts};
use crate::quota::{Limits, Quotas};
use crate::store::{Decision, Freshness, Location, Name, Purpose, RequestId, Store, StoreOptions};

pub(super) const NOW: &str = "2026-11-21T10:00:00Z";

/// A store, and the clock that it reads.
pub(super) struct Subject {
    pub(super) store: Store,
    now: Arc<AtomicI64>,
    _folder: Option<TempDir>,
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn options(location: Location) -> StoreOptions {
    StoreOptions {
        location: Some(location),
        api_url: "https://www.virustotal.com/api/v3".to_owned(),
        timeout: Duration::from_secs(30),
        freshness: Freshness { max_age: SignedDuration::from_hours(24), since: None },
        forgotten: None,
    }
}

impl Subject {
    fn open(location: Location, folder: Option<TempDir>) -> Self {
        let now = Arc::new(AtomicI64::new(at("2026-11-21T10:00:00Z").as_microsecond()));
        let read = Arc::clone(&now);
        let clock =
            Clock::new(move || Timestamp::from_microsecond(read.load(Ordering::SeqCst)).unwrap());
        let store =
            Store::open(&options(location), Some("fingerprint".to_owned()), &clock).unwrap();
        Self { store, now, _folder: folder }
    }

    pub(super) fn memory() -> Self {
        Self::open(Location::None, None)
    }

    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::open(Location::Sqlite(folder.path().join("store.db")), Some(folder))
    }

    pub(super) fn set(&self, now: &str) {
        self.now.store(at(now).as_microsecond(), Ordering::SeqCst);
    }

    pub(super) async fn decide(&self, purpose: Purpose, limits: &Limits, now: &str) -> Decision {
        self.set(now);
        self.store.decide(vec![purpose], limits).await.decisions.remove(0)
    }

    pub(super) async fn sends(&self, limits: &Limits, now: &str) -> RequestId {
        match self.decide(Purpose::Analysis, limits, now).await {
            Decision::Send(id) => id,
            decision => panic!("{decision:?}"),
        }
    }

    /// Ends a request, and waits until that is written.
    pub(super) async fn settle(&self, id: RequestId, now: &str, kept: Option<(&Name, &Answer)>) {
        self.set(now);
        self.store.settle(id, at(now), kept);
        self.store.close().await;
    }

    /// Looks a name up, as the first who asks for it.
    pub(super) async fn keep(&self, text: &str, facts: Facts, now: &str) {
        let name = named(text);
        let id = self.sends(&Limits::default(), now).await;
        let answer = Answer { fetched_at: at(now), facts };
        self.settle(id, now, Some((&name, &answer))).await;
    }

    /// The detections of the stored answer to a lookup of this name.
    pub(super) async fn detections(&self, text: &str) -> Option<u64> {
        match self.answer(text).await?.facts {
            Facts::Known(report) => Some(report.stats.unwrap().detections()),
            Facts::NotFound | Facts::Rejected(_) => None,
        }
    }

    pub(super) async fn answer(&self, text: &str) -> Option<Answer> {
        let name = named(text);
        self.store.answers(vec![name.clone()]).await.remove(0)?.read(name.kind, text)
    }

    pub(super) async fn learn(&self, quotas: &Quotas, now: &str) {
        self.set(now);
        self.store.learn(quotas);
        self.store.close().await;
    }

    pub(super) async fn pause(&self, until: &str, now: &str) {
        self.set(now);
        self.store.pause_until(at(until));
        self.store.close().await;
    }
}

pub(super) fn named(text: &str) -> Name {
    let is_hash = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    Name { kind: if is_hash { Kind::File } else { Kind::Domain }, text: text.to_owned() }
}
