//! What must wait for real, or load the machine: the binary against a simulated VirusTotal that is
//! silent, slow to be read from, or limits by the minute. Run by `cargo test --test slow -- --ignored`.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[path = "../it/env.rs"]
#[allow(dead_code)]
mod env;
#[path = "../it/lists.rs"]
#[allow(dead_code)]
mod lists;
#[path = "../it/paced.rs"]
#[allow(dead_code)]
mod paced;
mod processes;
mod refusals;
#[path = "../it/refusing.rs"]
#[allow(dead_code)]
mod refusing;
#[path = "../it/sharing.rs"]
#[allow(dead_code)]
mod sharing;

use std::fmt::Write as _;
use std::io::Read as _;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};
use vt_simulator::{Config, Fault, KEY, Kind, Latency, Object, Rule, When, Which};

use crate::env::{Env, Run};
use crate::lists::{assert_all_right, clean, lines, mixed};

const JSONL: [&str; 2] = ["-f", "jsonl"];

#[test]
#[ignore = "a minute"]
fn a_reader_that_sleeps_a_minute_has_nothing_asked_twice() {
    let env = Env::new();
    let list = clean(1_500);
    let path = env.write("input.txt", lines(&list));
    let mut command = env.vtscan();
    command.args(JSONL).args(["--timeout", "3s"]).arg(path);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    thread::sleep(Duration::from_secs(60));
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    let run = Run { stdout, ..Run::from(child.wait_with_output().unwrap()) }.exits(0);
    assert_all_right(&env.simulator, &run, &list);
    assert_eq!(env.simulator.lookups().len(), list.len(), "none is asked twice");
}

#[test]
#[ignore = "up to a minute"]
fn a_silent_server_was_asked_for_each_of_five_hundred() {
    let env = Env::new();
    env.simulator.script(Rule::new(Which::All, When::Always, Fault::Stall));
    let list = clean(500);
    let start = Instant::now();
    let run = env.scan(&lines(&list), ["-f", "jsonl", "--timeout", "1s"]).exits(2);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert_eq!(run.records().len(), list.len());
    let said = run.stderr.lines().filter(|line| line.contains("gave no answer for long")).count();
    assert_eq!(said, 1, "{}", run.stderr);
}

#[test]
#[ignore = "loads the machine"]
fn a_million_stats_keys_do_not_hold_the_program() {
    for kind in [Kind::File, Kind::Ip] {
        let env = Env::new();
        let (object, text) = match kind {
            Kind::File => ("file", "a".repeat(64)),
            _ => ("ip_address", "45.1.2.3".to_owned()),
        };
        let mut stats = String::new();
        for key in 0..1_000_000 {
            write!(stats, r#""k{key}":1,"#).unwrap();
        }
        let body = format!(
            r#"{{"data":{{"type":"{object}","id":"{text}","attributes":{{"last_analysis_stats":{{{stats}"malicious":5}}}}}}}}"#
        );
        env.simulator.set(kind, &text, Object::Body(body));
        let start = Instant::now();
        let run = env.scan(&text, ["-f", "jsonl", "--timeout", "5s", "--retries", "0"]);
        assert!(start.elapsed() < Duration::from_secs(6), "{kind:?}: {:?}", start.elapsed());
        assert_eq!(run.records().len(), 1, "{kind:?}");
    }
}

#[test]
#[ignore = "waits for a lock"]
fn a_locked_store_delays_no_second_interrupt() {
    let latency = Latency::Fixed(Duration::from_millis(500));
    let env = Env::with(Config { latency, ..Config::default() });
    env.scan("45.9.9.9\n", ["-q"]);
    env.simulator.forget();
    let path = env.write("input.txt", lines(&clean(50)));
    let mut command = env.vtscan();
    command.args(["-j", "2"]).arg(path).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    env.simulator.wait_for(3, Duration::from_secs(30));
    let lock = Connection::open(env.store()).unwrap();
    lock.busy_timeout(Duration::from_secs(10)).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).unwrap();
    thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    kill_process(pid, Signal::INT).unwrap();
    let code = child.wait().unwrap().code();
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(code, Some(130));
}

/// What is stored is read in pieces; the lock comes in between, while the reader of stdout pauses.
#[test]
#[ignore = "up to ten seconds"]
fn an_interrupt_was_not_heard_while_stored_answers_waited_for_a_lock() {
    let env = Env::new();
    let list = clean(3_000);
    env.scan(&lines(&list), ["-q"]);
    env.simulator.forget();
    let mut command = env.vtscan();
    command.args(JSONL).arg("input.txt").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    thread::sleep(Duration::from_millis(500));
    let lock = Connection::open(env.store()).unwrap();
    lock.busy_timeout(Duration::from_secs(10)).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let drained = thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    thread::sleep(Duration::from_millis(500));
    let start = Instant::now();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let run = Run::from(child.wait_with_output().unwrap()).exits(130);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    drained.join().unwrap().unwrap();
    assert!(!run.stderr.contains("0 deferred"), "it had read all: {}", run.stderr);
}

#[test]
#[ignore = "up to five seconds"]
fn a_first_interrupt_does_not_wait_long_for_a_locked_store() {
    let env = Env::new();
    env.scan("45.9.9.9\n", ["-q"]);
    env.simulator.forget();
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(2), Fault::Stall));
    let path = env.write("input.txt", lines(&clean(5)));
    let mut command = env.vtscan();
    command.args(["-j", "1"]).arg(path).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    env.simulator.wait_for(2, Duration::from_secs(30));
    let lock = Connection::open(env.store()).unwrap();
    lock.busy_timeout(Duration::from_secs(10)).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let code = child.wait().unwrap().code();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(code, Some(130));
}

/// One wave of processes at a key's own rate: none starves.
#[test]
#[ignore = "a minute or two"]
fn of_three_that_start_together_none_starves() {
    let env = Env::with(Config { per_minute: Some(240), hourly: 240 * 60, ..Config::default() });
    let all = mixed(60);
    let start = Instant::now();
    let runs: Vec<Run> = thread::scope(|scope| {
        let run = |n: usize| {
            let path = env.write(&format!("{n}.txt"), lines(&all[n * 20..(n + 1) * 20]));
            let mut command = env.bare();
            command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
            command.args(JSONL).arg(path);
            scope.spawn(move || Run::of(&mut command))
        };
        let threads: Vec<_> = (0..3).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    for (n, run) in runs.iter().enumerate() {
        assert_all_right(&env.simulator, run, &all[n * 20..(n + 1) * 20]);
    }
}
