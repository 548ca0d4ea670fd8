//! A million stored answers: `cargo bench --bench store`. What a row takes, how
//! long the store takes to open, and how long one answer takes to be found.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::time::{Duration, Instant};

use iocs::indicator::Kind;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde_json::json;
use vtscan::clock::Clock;
use vtscan::store::{Freshness, Location, Name, Store, StoreOptions};

const API: &str = "https://www.virustotal.com/api/v3";
const ANSWERS: usize = 1_000_000;
const OPENINGS: usize = 21;
const FINDS: usize = 4_000;
/// Names found in one question, as a run asks for them.
const AT_ONCE: usize = 256;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, full) = (folder.path().join("empty.db"), folder.path().join("full.db"));
    drop(open(&empty));
    drop(open(&full));
    fill(&full);
    let bytes = std::fs::metadata(&full).unwrap().len();
    println!(
        "{ANSWERS} answers: {:.2} GB (under 2.5), {} bytes a row",
        bytes as f64 / 1e9,
        bytes as usize / ANSWERS
    );
    openings(&empty, &full);
    finds(&full);
}

fn open(path: &Path) -> Store {
    let options = StoreOptions {
        location: Some(Location::Sqlite(path.to_owned())),
        api_url: API.to_owned(),
        timeout: Duration::from_secs(30),
        freshness: Freshness { max_age: SignedDuration::from_hours(24), since: None },
        forgotten: None,
    };
    Store::open(&options, Some("fingerprint".to_owned()), &Clock::system()).unwrap()
}

/// The n-th file's hash, far from its neighbours'.
fn hash(number: usize) -> String {
    let digest = |salt: u64| (number as u64).wrapping_add(salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{:016x}{:016x}{:016x}{:016x}", digest(1), digest(2), digest(3), digest(4))
}

/// Facts on a file that a third of the engines flag, as the store writes them.
fn facts_json(number: usize) -> String {
    let flagged: Vec<_> = (0..25)
        .map(|engine| {
            json!([format!("Engine number {engine}"), format!("Trojan.Win32.Agent.gen!{engine}")])
        })
        .collect();
    json!({"Known": {
        "id": hash(number),
        "stats": {
            "malicious": 24, "suspicious": 1, "undetected": 44, "harmless": 0, "timeout": 0,
            "confirmed-timeout": 0, "failure": 1, "type-unsupported": 5
        },
        "flagged_by": flagged,
        "analysed_at": "1970-01-01T00:00:00Z",
        "context": {
            "threat_label": "trojan.agent/generic",
            "type": "Win32 EXE",
            "name": "invoice_2026_11.pdf.exe",
            "size": 1_234_567,
            "sha256": hash(number),
            "tags": ["peexe", "overlay", "signed"]
        },
        "hashes": {}
    }})
    .to_string()
}

/// Rows as the store writes them, without the ledger's steps in between.
fn fill(path: &Path) {
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "synchronous", "OFF").unwrap();
    let transaction = connection.transaction().unwrap();
    let now = Timestamp::now().as_second();
    for number in 0..ANSWERS {
        let answer = "INSERT INTO answers (id, object, version, fetched_at, shelf, facts)
            VALUES (?1, ?2, 1, ?3, 0, ?4)";
        let row = (number, hash(number), now, facts_json(number));
        transaction.prepare_cached(answer).unwrap().execute(row).unwrap();
        let name =
            "INSERT INTO names (api, kind, text, answer, asked) VALUES (1, 'file', ?1, ?2, 1)";
        transaction.prepare_cached(name).unwrap().execute((hash(number), number)).unwrap();
    }
    transaction.commit().unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

/// The two stores take turns.
fn openings(empty: &Path, full: &Path) {
    let timed = |path: &Path| {
        let start = Instant::now();
        let store = open(path);
        let took = start.elapsed();
        drop(store);
        took
    };
    let (of_empty, of_full): (Vec<_>, Vec<_>) =
        (0..OPENINGS).map(|_| (timed(empty), timed(full))).unzip();
    let (of_empty, of_full) = (median(of_empty), median(of_full));
    println!(
        "opening: empty {of_empty:?}, full {of_full:?}, {:?} more (under 5 ms)",
        of_full.saturating_sub(of_empty)
    );
}

/// One at a time through the store's thread, and many in one question.
fn finds(path: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = open(path);
    let name = |number: usize| Name { kind: Kind::File, text: hash(number * 239 % ANSWERS) };
    let alone = (0..FINDS).map(|number| {
        let start = Instant::now();
        let found = runtime.block_on(store.answers(vec![name(number)]));
        assert!(found[0].is_some());
        start.elapsed()
    });
    let alone = median(alone.collect());
    let together = (0..FINDS / AT_ONCE).map(|round| {
        let names = (0..AT_ONCE).map(|number| name(FINDS + round * AT_ONCE + number)).collect();
        let start = Instant::now();
        let found = runtime.block_on(store.answers(names));
        assert!(found.iter().all(Option::is_some));
        start.elapsed() / AT_ONCE as u32
    });
    let together = median(together.collect());
    println!("a point lookup: {together:?} each of {AT_ONCE} (under 20 us), {alone:?} alone");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
