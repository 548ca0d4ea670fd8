//! What outlives a run: answers, the ledger, and a store that fails.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use rusqlite::Connection;
use rustix::process::Signal;
use serde_json::Value;
use vt_simulator::{Config, Fault, KEY, Kind, Object, Rule, When, Which};

use crate::env::{Env, Run, SmallDisk};
use crate::lists::{assert_all_right, clean, lines, mixed};
use crate::running::Running;

/// Seconds and microseconds of a day.
const DAY: [i64; 2] = [86_400, 86_400_000_000];

/// Opens a run's store as another program would.
fn open(env: &Env) -> Connection {
    Connection::open(env.store()).unwrap()
}

/// Makes every answer older by this number of seconds.
fn age_answers(env: &Env, seconds: i64) {
    open(env).execute("UPDATE answers SET fetched_at = fetched_at - ?1", [seconds]).unwrap();
}

/// Makes everything that the ledger counts a day older.
fn age_ledger_by_a_day(env: &Env) {
    let store = open(env);
    store
        .execute("UPDATE requests SET started = started - ?1, over = over - ?1", [DAY[1]])
        .unwrap();
    let keys = "UPDATE keys SET hour_start = hour_start - ?1, day_start = day_start - ?1,
        month_start = month_start - ?1, quotas_read_at = quotas_read_at - ?1";
    store.execute(keys, [DAY[1]]).unwrap();
}

/// A record without what a second run may change.
fn facts(mut record: Value) -> Value {
    record.as_object_mut().unwrap().remove("source");
    record
}

fn by_indicator(run: &Run) -> Vec<Value> {
    let mut records = run.records();
    records.sort_by_key(|record| record["indicator"].to_string());
    records
}

#[test]
fn a_second_run_asks_nothing_and_says_the_same() {
    let env = Env::new();
    let list = mixed(400);
    let first = env.scan(&lines(&list), ["-f", "jsonl"]);
    assert_all_right(&env.simulator, &first, &list);
    let arrivals = env.simulator.arrivals().len();
    let second = env.scan(&lines(&list), ["-f", "jsonl"]);
    assert_eq!(env.simulator.arrivals().len(), arrivals, "not even the quotas are read again");
    assert_eq!(second.requests(), 0);
    assert!(second.records().iter().all(|record| record["source"] == "cache"));
    let (first, second) = (by_indicator(&first), by_indicator(&second));
    assert!(first.into_iter().map(facts).eq(second.into_iter().map(facts)));
}

#[test]
fn an_answer_is_found_under_all_hashes_of_its_file() {
    let env = Env::new();
    let file = env.simulator.add_file(b"one file, three names");
    env.scan(&file.md5, ["-f", "jsonl"]);
    let list = format!("{}\n{}\n{}\n", file.sha256, file.sha1, file.md5);
    let run = env.scan(&list, ["-f", "jsonl"]);
    assert_eq!(env.simulator.lookups().len(), 1);
    assert!(run.records().iter().all(|record| record["context"]["sha256"] == file.sha256.as_str()));
}

#[test]
fn a_twin_with_the_same_md5_does_not_clear_malware() {
    let env = Env::new();
    let (malware, twin) = ("a1".repeat(32), "b2".repeat(32));
    let (sha1, md5) = ("c3".repeat(20), "e5".repeat(16));
    for (sha256, malicious) in [(&malware, 55), (&twin, 0)] {
        let body = format!(
            r#"{{"data": {{"type": "file", "id": "{sha256}", "attributes": {{
                "md5": "{md5}", "sha1": "{sha1}", "sha256": "{sha256}",
                "last_analysis_stats": {{"malicious": {malicious}, "undetected": 60}}}}}}}}"#
        );
        env.simulator.set(Kind::File, sha256, Object::Body(body));
    }
    env.scan(&malware, ["-q"]).exits(1);
    env.scan(&twin, ["-q"]).exits(0);
    let list = format!("{malware}\n{sha1}\n{md5}\n{twin}\n");
    let run = env.scan(&list, ["-f", "jsonl"]).exits(1);
    assert_eq!(run.of_verdict("malicious"), [malware, sha1, md5]);
    assert_eq!(run.of_verdict("undetected"), [twin]);
    assert_eq!(env.simulator.lookups().len(), 2, "all is stored");
}

#[test]
fn a_404_on_an_md5_does_not_make_a_known_sha_256_unknown() {
    let env = Env::new();
    let file = env.simulator.add_file(b"one file, one name lost");
    let judged = Object::Judged { malicious: 55, suspicious: 0, undetected: 5, harmless: 0 };
    env.simulator.set(Kind::File, &file.sha256, judged);
    env.scan(&file.sha256, ["-q"]).exits(1);
    let lost = Fault::error(404, "NotFoundError", "not found");
    env.simulator.script(Rule::new(Which::PathContains(file.md5.clone()), When::Always, lost));
    env.scan(&file.md5, ["-q", "--refresh"]).exits(0);
    let run = env.scan(&format!("{}\n{}\n", file.sha256, file.md5), ["-f", "jsonl"]).exits(1);
    assert_eq!(run.of_verdict("malicious"), [file.sha256]);
    assert_eq!(run.of_verdict("unknown"), [file.md5]);
}

#[test]
fn answers_age_by_what_they_say() {
    let env = Env::new();
    let judged =
        |malicious| Object::Judged { malicious, suspicious: 0, undetected: 50, harmless: 10 };
    env.simulator.set(Kind::Domain, "hit.com", judged(5));
    env.simulator.set(Kind::Domain, "clean.com", judged(0));
    env.simulator.set(Kind::Domain, "unknown.com", Object::Unknown);
    env.simulator.set(Kind::Domain, "refused.com", Object::Refused);
    let list = "hit.com\nclean.com\nunknown.com\nrefused.com\n";
    let asks = |age: i64, args: &[&str]| {
        age_answers(&env, age);
        env.simulator.forget();
        let run = env.scan(list, [&["-f", "jsonl"], args].concat());
        assert_eq!(run.records().len(), 4);
        env.simulator.lookups().len()
    };
    env.scan(list, ["-q"]);
    assert_eq!(asks(50 * 60, &[]), 0, "50 min: all hold");
    assert_eq!(asks(15 * 60, &[]), 2, "over 1 h: what was not found or refused is asked again");
    assert_eq!(asks(6 * 3600, &[]), 3, "over 6 h: what had no detections, too");
    assert_eq!(asks(23 * 3600, &[]), 4, "over 24 h: all");
    assert_eq!(asks(10, &["--max-age", "30s"]), 1, "10 s are more than a quarter of 30 s");
    assert_eq!(asks(0, &["--refresh"]), 4);
    assert_eq!(asks(0, &["--store", "none"]), 4);
}

#[test]
fn neither_a_failure_nor_an_unfinished_analysis_is_stored() {
    let env = Env::new();
    env.simulator.set(Kind::Ip, "45.1.2.3", Object::Unjudged { looks: u32::MAX });
    let run = env.scan("45.1.2.3\n", ["-f", "jsonl"]).exits(2);
    assert_eq!(run.of_verdict("pending"), ["45.1.2.3"]);
    let count: i64 =
        open(&env).query_row("SELECT count(*) FROM answers", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0);
}

#[test]
fn offline_uses_what_is_stored_and_needs_no_key() {
    let env = Env::new();
    let list = clean(3);
    env.scan(&list[0].1, ["-q"]);
    env.simulator.forget();
    let path = env.write("list.txt", lines(&list));
    let mut offline = env.bare();
    offline.env("VTSCAN_API_URL", env.simulator.url()).args(["--offline", "-f", "jsonl"]);
    let run = Run::of(offline.arg(&path)).exits(2);
    assert_eq!(run.of_verdict("undetected"), [list[0].1.clone()]);
    assert_eq!(run.of_verdict("deferred").len(), 2);
    assert_eq!(run.records()[2]["error"]["code"], "Offline");
    // What another API has said is not VirusTotal's word.
    let run = Run::of(env.bare().args(["--offline", "-f", "jsonl"]).arg(path)).exits(2);
    assert_eq!(run.of_verdict("deferred").len(), 3);
    assert!(env.simulator.arrivals().is_empty());
}

#[test]
fn a_list_of_thirty_under_a_quota_of_ten_a_day_takes_three_days() {
    let env = Env::with(Config { daily: 10, ..Config::default() });
    let list = clean(30);
    for (day, code) in [2, 2, 0].into_iter().enumerate() {
        let run = env.scan(&lines(&list), ["-f", "jsonl"]).exits(code);
        assert_eq!(run.requests(), 10, "day {day}");
        assert_eq!(run.of_verdict("deferred").len(), 20 - 10 * day);
        assert_eq!(env.simulator.lookups().len(), 10 * (day + 1));
        assert!(env.simulator.lookups().iter().all(|arrival| arrival.status != Some(429)));
        if code == 2 {
            let again =
                env.scan(&lines(&list), ["-f", "jsonl"]).exits(2).says("returns at 00:00 UTC");
            assert_eq!(again.requests(), 0, "the day is spent");
        }
        age_ledger_by_a_day(&env);
        env.simulator.reset_day();
    }
    let asked: std::collections::HashSet<_> =
        crate::lists::asked(&env.simulator).into_iter().collect();
    assert_eq!(asked.len(), 30, "every indicator once");
}

#[test]
fn the_servers_count_corrects_the_ledger_upward() {
    let env = Env::with(Config { daily: 10, ..Config::default() });
    env.simulator.set_used(7, 7, 7);
    let run = env.scan(&lines(&clean(5)), ["-f", "jsonl"]).exits(2);
    assert_eq!(run.requests(), 3, "seven were spent elsewhere");
    assert!(env.simulator.lookups().iter().all(|arrival| arrival.status != Some(429)));
}

#[test]
fn a_refusal_holds_for_the_next_run_too() {
    let env = Env::new();
    env.scan("45.1.2.3\n", ["-q"]);
    env.simulator.script(Rule::new(
        Which::Lookups,
        When::First(1),
        Fault::quota_exceeded(Some("5")),
    ));
    let mut first = Running::start(env.vtscan().arg("45.1.2.4"));
    first.hears("answered 429");
    first.signal(Signal::INT);
    first.end().exits(130);
    env.scan("45.1.2.5\n", ["-q"]).exits(0);
    let lookups = env.simulator.lookups();
    let [.., refused, next] = lookups.as_slice() else { panic!("{lookups:?}") };
    let pause = next.since_start - refused.since_start;
    assert!(pause.as_secs_f64() >= 5.0, "{pause:?}");
}

#[test]
fn the_store_is_private_and_holds_no_key() {
    let env = Env::new();
    env.scan("45.1.2.3\n", ["-q"]);
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&env.store()), 0o600);
    assert_eq!(mode(env.store().parent().unwrap()), 0o700);
    let bytes = std::fs::read(env.store()).unwrap();
    assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()));
}

#[test]
fn old_answers_are_pruned_with_their_names() {
    let env = Env::new();
    env.scan("45.1.2.3\nhost.evil-number.com\n", ["-q"]);
    age_answers(&env, 31 * DAY[0]);
    env.scan("45.1.2.4\n", ["-q"]);
    let left = |table: &str| -> i64 {
        open(&env)
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!((left("answers"), left("names")), (1, 1));
}

/// Runs with the default store and with the same file named: the one goes on
/// without it, the other is an error before anything is spent.
fn fails(env: &Env, run: impl Fn(&mut Command) -> Run, cause: &str) {
    let named = format!("sqlite:{}", env.store().display());
    run(env.vtscan().args(["--store", &named, "45.1.2.3"]))
        .exits(2)
        .says("error: --store")
        .says(cause);
    run(env.vtscan().env("VTSCAN_STORE", &named).arg("45.1.2.3"))
        .exits(2)
        .says("error: --store")
        .says(cause);
    assert!(env.simulator.arrivals().is_empty(), "nothing is spent");
    let run = run(env.vtscan().args(["-f", "jsonl", "45.1.2.3"]))
        .says(cause)
        .says("going on without a store");
    assert_eq!(run.records().len(), 1);
    assert_eq!(env.simulator.lookups().len(), 1);
}

#[test]
fn a_file_that_is_no_database_is_said_and_left_alone() {
    let env = Env::new();
    std::fs::create_dir_all(env.store().parent().unwrap()).unwrap();
    std::fs::write(
        env.store(),
        "a letter, and longer than the header of a database is: ".repeat(40),
    )
    .unwrap();
    fails(&env, Run::of, "file is not a database");
    assert!(std::fs::read_to_string(env.store()).unwrap().starts_with("a letter"));
}

#[test]
fn a_store_of_a_newer_version_is_said_and_left_alone() {
    let env = Env::new();
    env.scan("45.9.9.9\n", ["-q"]);
    open(&env).pragma_update(None, "user_version", 99).unwrap();
    env.simulator.forget();
    fails(&env, Run::of, "newer vtscan (schema 99");
}

#[test]
fn a_locked_store_is_said() {
    let env = Env::new();
    env.scan("45.9.9.9\n", ["-q"]);
    env.simulator.forget();
    let holder = open(&env);
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    fails(&env, Run::of, "database is locked");
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    let env = Env::new();
    std::fs::create_dir_all(env.store().parent().unwrap()).unwrap();
    let read_only = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(env.store().parent().unwrap(), read_only).unwrap();
    if crate::cli::as_nobody(&env, &env.vtscan()).is_none() {
        return println!(
            "not tested: root writes everywhere, and there is no setpriv to run as somebody else"
        );
    }
    let as_nobody =
        |command: &mut Command| Run::of(&mut crate::cli::as_nobody(&env, command).unwrap());
    fails(&env, as_nobody, "Permission denied");
}

/// A disk that fills up in mid-run: a small tmpfs, which only root may mount.
#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let env = Env::new();
    let disk = env.work().join("disk");
    let Some(mounted) = SmallDisk::mount(disk.clone(), 256) else { return };
    let list = mixed(400);
    let store = format!("sqlite:{}", disk.join("store.db").display());
    let run = env.scan(&lines(&list), ["-f", "jsonl", "--store", &store]);
    drop(mounted);
    let run = run.says("the store fails (database or disk is full)").says("going on without");
    assert_all_right(&env.simulator, &run, &list);
    assert_eq!(env.simulator.lookups().len(), list.len());
}
