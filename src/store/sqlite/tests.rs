//! The file: its steps from older versions, what is damaged in it, whose it is.

use std::path::Path;
use std::time::Duration;

use futures_util::FutureExt;
use iocs::indicator::Kind;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::clock::Clock;
use crate::model::{Answer, Facts};
use crate::quota::{Limits, Quota, Quotas};
use crate::store::{Decision, Freshness, Location, Name, Purpose, Store, StoreOptions};

const API: &str = "https://www.virustotal.com/api/v3";
const NOW: &str = "2026-11-25T16:18:12Z";

/// Of the key that asked there.
const FINGERPRINT: &str = "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55";
/// A file as the first version wrote it, half a minute before.
const FIRST_VERSION: &str = include_str!("first_version.sql");

fn open(path: &Path, api_url: &str, fingerprint: &str) -> Store {
    let options = StoreOptions {
        location: Some(Location::Sqlite(path.to_owned())),
        api_url: api_url.to_owned(),
        timeout: Duration::from_secs(30),
        freshness: Freshness { max_age: SignedDuration::from_hours(24), since: None },
        forgotten: None,
    };
    let now: Timestamp = NOW.parse().unwrap();
    Store::open(&options, Some(fingerprint.to_owned()), &Clock::new(move || now)).unwrap()
}

async fn detections(store: &Store, kind: Kind, text: &str) -> Option<u64> {
    let name = Name { kind, text: text.to_owned() };
    let stored = store.answers(vec![name]).await.remove(0)?;
    match stored.read(kind, text)?.facts {
        Facts::Known(report) => report.stats.map(|stats| stats.detections()),
        Facts::NotFound | Facts::Rejected(_) => None,
    }
}

fn first_version(path: &Path) {
    Connection::open(path).unwrap().execute_batch(FIRST_VERSION).unwrap();
}

#[tokio::test]
async fn a_file_of_the_first_version_keeps_its_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    first_version(&path);
    let store = open(&path, API, FINGERPRINT);
    let (sha256, sha1, md5) = ("a".repeat(64), "a".repeat(40), "a".repeat(32));
    for hash in [&sha256, &sha1, &md5] {
        assert_eq!(detections(&store, Kind::File, hash).await, Some(26), "{hash}");
    }
    assert_eq!(detections(&store, Kind::Domain, "evil.com").await, Some(0));
    let name = Name { kind: Kind::Ip, text: "45.1.2.3".to_owned() };
    let stored = store.answers(vec![name]).await.remove(0).unwrap();
    assert_eq!(stored.read(Kind::Ip, "45.1.2.3").unwrap().facts, Facts::NotFound);
    let name = Name { kind: Kind::Url, text: "http://evil.com/".to_owned() };
    let stored = store.answers(vec![name]).await.remove(0).unwrap();
    let Facts::Rejected(fault) = stored.read(Kind::Url, "http://evil.com/").unwrap().facts else {
        panic!()
    };
    assert_eq!(fault.code, "InvalidArgumentError");
    // There a twin's answer has replaced this file's, and its own is lost.
    assert_eq!(detections(&store, Kind::File, &"c".repeat(64)).await, None);
    assert_eq!(detections(&store, Kind::File, &"d".repeat(64)).await, Some(0));
}

#[tokio::test]
async fn a_file_of_the_first_version_keeps_its_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    first_version(&path);
    let store = open(&path, API, FINGERPRINT);
    let limits = Limits::new(crate::quota::Rate::PerMinute(4), None);
    let spending = store.spending(&limits).await;
    assert_eq!((spending.hour, spending.day, spending.month), (10, 12, 95));
    assert_eq!(spending.in_window, 8);
    let quota = |allowed, used| Some(Quota { allowed, used });
    let expected = Quotas {
        per_minute: Some(4),
        hour: quota(240, 4),
        day: quota(500, 6),
        month: quota(15_500, 89),
    };
    assert_eq!(store.quotas().await, Some(expected));
    // What was asked and not answered is claimed still.
    let name = Name { kind: Kind::Domain, text: "asked.com".to_owned() };
    let decided = store.decide(vec![Purpose::Lookup(name)], &limits).await;
    assert!(matches!(decided.decisions[0], Decision::Elsewhere(_)), "{decided:?}");
    assert_eq!(open(&path, API, "another").spending(&limits).await.day, 0);
}

#[tokio::test]
async fn answers_claims_and_ledgers_belong_to_their_api() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let limits = Limits::default();
    let name = Name { kind: Kind::Domain, text: "evil.com".to_owned() };
    let lookup = || vec![Purpose::Lookup(name.clone())];
    let virustotal = open(&path, API, "key");
    let elsewhere = open(&path, "http://127.0.0.1:8080/api/v3", "key");
    let Decision::Send(id) = elsewhere.decide(lookup(), &limits).await.decisions[0] else {
        panic!()
    };
    let asked = virustotal.decide(lookup(), &limits).await.decisions.remove(0);
    assert!(matches!(asked, Decision::Send(_)), "another API's claim: {asked:?}");
    let answer = Answer { fetched_at: NOW.parse().unwrap(), facts: Facts::NotFound };
    elsewhere.settle(id, answer.fetched_at, Some((&name, &answer)));
    elsewhere.learn(&Quotas { per_minute: Some(1666), ..Quotas::default() });
    elsewhere.close().await;
    assert!(elsewhere.answers(vec![name.clone()]).await[0].is_some());
    assert!(virustotal.answers(vec![name.clone()]).await[0].is_none());
    assert_eq!(virustotal.quotas().await, None);
    assert_eq!(virustotal.spending(&limits).await.day, 1);
}

#[tokio::test]
async fn damaged_cells_disable_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let limits = Limits { month: Some(100), ..Limits::new(crate::quota::Rate::PerMinute(4), None) };
    {
        let store = open(&path, API, "key");
        assert!(matches!(
            store.decide(vec![Purpose::Analysis], &limits).await.decisions[0],
            Decision::Send(_)
        ));
    }
    let damage = "UPDATE keys SET month_count = 9.3e18, day_count = 'many', hour_count = -1,
            paused_until = 'soon', paused_at = 0, quotas = x'00ff', quotas_read_at = 'now';
        UPDATE requests SET over = 'later';
        INSERT INTO answers (id, object, version, fetched_at, shelf, facts)
            VALUES (1, 'a.com', 1, 'yesterday', 0, 7), (2, 'b.com', 1, 1795255230, 9, 'x');
        INSERT INTO names VALUES (1, 'domain', 'a.com', 1, 1), (1, 'domain', 'b.com', 2, 1);";
    Connection::open(&path).unwrap().execute_batch(damage).unwrap();
    let store = open(&path, API, "key");
    let name = |text: &str| Name { kind: Kind::Domain, text: text.to_owned() };
    let purposes = ["a.com", "b.com"].map(|text| Purpose::Lookup(name(text))).to_vec();
    let decided = store.decide(purposes, &limits).await;
    assert!(
        decided.decisions.iter().all(|decision| matches!(decision, Decision::Send(_))),
        "{decided:?}"
    );
    assert_eq!(decided.spending.month, 2);
    assert_eq!(store.lasting(), crate::model::Lasting::Lasts, "the file serves still");
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let limits = Limits::default();
    let store = open(&path, API, "key");
    let lock = Connection::open(&path).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(store.decide(vec![Purpose::Analysis], &limits).now_or_never().is_none());
    lock.execute_batch("COMMIT").unwrap();
    store.close().await;
    assert_eq!(store.spending(&limits).await.day, 0);
}

#[tokio::test]
async fn what_no_name_leads_to_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path, API, "key");
    let (sha256, md5) = ("a".repeat(64), "e".repeat(32));
    let known = format!(
        r#"{{"Known":{{"id":"{sha256}","stats":{{"malicious":5}},"flagged_by":[],"context":{{}},"hashes":{{"md5":"{md5}","sha256":"{sha256}"}}}}}}"#
    );
    let known = crate::store::Stored { fetched_at: NOW.parse().unwrap(), facts: known };
    let known = known.read(Kind::File, &sha256).unwrap();
    let not_found = Answer { facts: Facts::NotFound, ..known.clone() };
    for (asked, answer) in [
        (&sha256, &known),
        (&md5, &not_found),
        (&md5, &not_found),
        (&sha256, &not_found),
        (&md5, &known),
    ] {
        let Decision::Send(id) =
            store.decide(vec![Purpose::Analysis], &Limits::default()).await.decisions[0]
        else {
            panic!()
        };
        let name = Name { kind: Kind::File, text: asked.clone() };
        store.settle(id, answer.fetched_at, Some((&name, answer)));
    }
    store.close().await;
    let connection = Connection::open(&path).unwrap();
    let count = |table: &str| -> i64 {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!((count("answers"), count("names")), (1, 2));
}
