//! Interrupts, and a reader that goes away.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use vt_simulator::{Config, Fault, KEY, Kind, Latency, Object, Rule, Target, When, Which};

use crate::env::{Env, Run};
use crate::lists::{asked, assert_says, assert_tally, clean, lines, record_of};
use crate::running::Running;

const SOON: Duration = Duration::from_secs(30);
/// What is in flight at an interrupt has so long.
const PATIENCE: Duration = Duration::from_secs(3);

/// A run over twelve, four at a time, that was started and is to be interrupted.
fn started(env: &Env, args: &[&str]) -> Running {
    let path = env.write("input.txt", lines(&clean(12)));
    Running::start(env.vtscan().args(["-f", "jsonl", "-j", "4"]).args(args).arg(path))
}

/// Asserts that what was in flight at the signal is printed and the rest counted.
#[track_caller]
fn ends_orderly_on(signal: Signal) {
    let latency = Latency::Fixed(Duration::from_millis(1500));
    let env = Env::with(Config { latency, ..Config::default() });
    let mut running = started(&env, &[]);
    env.simulator.wait_for(5, SOON);
    running.signal(signal);
    running.hears("interrupted");
    let run = running.end().exits(130);

    let asked = asked(&env.simulator);
    assert!(asked.len() < 12, "the signal came too late to show anything");
    let records = run.records();
    assert_eq!(records.len(), 12);
    for (kind, text) in clean(12) {
        let record = record_of(&records, &text);
        if asked.contains(&text) {
            assert_says(record, &env.simulator.expected(kind, &text).unwrap());
        } else {
            assert_eq!(record["verdict"], "deferred", "{record}");
            assert_eq!(record["error"]["code"], "Interrupted", "{record}");
        }
    }
    assert_tally(&run);
}

#[test]
fn sigint_prints_what_is_in_flight_and_counts_the_rest() {
    ends_orderly_on(Signal::INT);
}

#[test]
fn sigterm_prints_what_is_in_flight_and_counts_the_rest() {
    ends_orderly_on(Signal::TERM);
}

#[test]
fn sighup_prints_what_is_in_flight_and_counts_the_rest() {
    ends_orderly_on(Signal::HUP);
}

fn stall(env: &Env, which: Which) {
    env.simulator.script(Rule::new(which, When::Always, Fault::Stall));
}

#[test]
fn a_second_signal_ends_at_once() {
    let env = Env::new();
    stall(&env, Which::Lookups);
    let mut running = started(&env, &[]);
    env.simulator.wait_for(5, SOON);
    let start = Instant::now();
    running.signal(Signal::INT);
    running.hears("interrupted");
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
    assert!(run.of_verdict("failed").is_empty(), "what stalled was waited for:\n{}", run.stdout);
}

#[test]
fn what_does_not_come_in_three_seconds_has_failed() {
    let env = Env::new();
    stall(&env, Which::Lookups);
    let running = started(&env, &[]);
    env.simulator.wait_for(5, SOON);
    let start = Instant::now();
    running.signal(Signal::TERM);
    let run = running.end().exits(130);
    let took = start.elapsed();
    assert!(took >= PATIENCE && took < 5 * PATIENCE, "{took:?}");
    assert_eq!(run.of_verdict("failed").len(), 4);
    assert_eq!(run.of_verdict("deferred").len(), 8);
    assert_tally(&run);
}

/// The read of the quotas is a request in flight like any other.
#[test]
fn a_read_of_the_quotas_that_stalls_does_not_hold_an_interrupt_up() {
    let env = Env::new();
    stall(&env, Which::Quota);
    let running = started(&env, &["--timeout", "1m"]);
    env.simulator.wait_for(1, SOON);
    let start = Instant::now();
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert!(start.elapsed() < 5 * PATIENCE, "{:?}", start.elapsed());
    assert_eq!(run.of_verdict("deferred").len(), 12);
    assert_tally(&run);
}

#[test]
fn a_look_at_the_quotas_that_is_interrupted_exits_with_130() {
    let env = Env::new();
    stall(&env, Which::Quota);
    let running = Running::start(env.vtscan().args(["--quota", "--timeout", "1m"]));
    env.simulator.wait_for(1, SOON);
    let start = Instant::now();
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert!(start.elapsed() < 5 * PATIENCE, "{:?}", start.elapsed());
    assert_eq!(run.stdout, "");
}

#[test]
fn the_question_behind_a_429_that_stalls_does_not_hold_an_interrupt_up() {
    let env = Env::new();
    let refusal = Fault::quota_exceeded(Some("0"));
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(1), refusal));
    env.simulator.script(Rule::new(Which::Quota, When::Nth(2), Fault::Stall));
    let running = started(&env, &["--timeout", "1m"]);
    env.simulator.wait_for(14, SOON);
    let start = Instant::now();
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert!(start.elapsed() < 5 * PATIENCE, "{:?}", start.elapsed());
    assert_eq!(run.of_verdict("undetected").len(), 11);
    assert_eq!(run.of_verdict("deferred").len(), 1);
    assert_tally(&run);
}

#[test]
fn an_interrupt_ends_the_wait_for_a_turn() {
    let env = Env::new();
    let path = env.write("input.txt", lines(&clean(12)));
    let mut command = env.bare();
    command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
    let args = ["-f", "jsonl", "--rate", "5/min", "-v"];
    let mut running = Running::start(command.args(args).arg(path));
    running.hears("waiting until");
    let start = Instant::now();
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert_eq!(env.simulator.lookups().len(), 4, "the read of the quotas takes a place, too");
    assert_eq!(run.of_verdict("undetected").len(), 4);
    assert_eq!(run.of_verdict("deferred").len(), 8);
    assert_tally(&run);
}

#[test]
fn an_interrupt_leaves_pending_what_waits_for_a_second_look_or_an_analysis() {
    let env = Env::new();
    let [file, url] = ["44d88612fea8a8f36de82e1278abb02f", "http://evil.com/x"];
    env.simulator.set(Kind::File, file, Object::Unjudged { looks: 9 });
    env.simulator.set(Kind::Url, url, Object::Unknown);
    let path = env.write("input.txt", format!("{file}\n{url}\n"));
    let running = Running::start(env.vtscan().args(["-f", "jsonl", "--submit"]).arg(path));
    let arrivals = env.simulator.wait_for_answers(4, SOON);
    assert!(matches!(arrivals[3].target, Target::Submit(_)), "{arrivals:#?}");
    // Whether its answer was read already, the interrupt leaves it the time.
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert_eq!(run.of_verdict("pending").len(), 2, "{}", run.stdout);
    assert_eq!(env.simulator.arrivals().len(), 4);
    assert_tally(&run);
}

/// That the object is known is more than that its second look broke off.
#[test]
fn a_second_look_that_is_interrupted_leaves_its_file_pending() {
    let env = Env::new();
    let file = "44d88612fea8a8f36de82e1278abb02f";
    env.simulator.set(Kind::File, file, Object::Unjudged { looks: 9 });
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(2), Fault::Stall));
    let path = env.write("input.txt", format!("{file}\n"));
    let running = Running::start(env.vtscan().args(["-f", "jsonl"]).arg(path));
    env.simulator.wait_for(3, SOON);
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert_eq!(run.of_verdict("pending"), [file], "{}", run.stdout);
    assert_tally(&run);
}

/// Starts a run whose stdout nobody reads.
fn start_unread(command: &mut Command) -> Child {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_rejected_key_is_said_and_2_though_nobody_reads() {
    for format in ["text", "jsonl", "markdown", "html"] {
        let env = Env::new();
        let path = env.write("input.txt", lines(&clean(3)));
        let mut vtscan = env.vtscan();
        vtscan.env("VT_API_KEY", "0123456789abcdef".repeat(4)).args(["-f", format]).arg(path);
        let run = Run::from(start_unread(&mut vtscan).wait_with_output().unwrap());
        run.exits(2).says("VirusTotal rejected the API key");
    }
}

#[test]
fn an_interrupt_is_130_though_nobody_reads() {
    let env = Env::new();
    env.simulator.script(Rule::new(Which::Lookups, When::Always, Fault::Stall));
    let path = env.write("input.txt", lines(&clean(3)));
    let child = start_unread(env.vtscan().args(["-f", "jsonl"]).arg(path));
    env.simulator.wait_for(2, SOON);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    Run::from(child.wait_with_output().unwrap()).exits(130).says("; exit 130");
}

#[test]
fn a_spent_quota_is_2_though_nobody_reads() {
    let env = Env::with(Config { daily: 0, ..Config::default() });
    let path = env.write("input.txt", lines(&clean(3)));
    let child = start_unread(env.vtscan().args(["-f", "jsonl"]).arg(path));
    Run::from(child.wait_with_output().unwrap()).exits(2).says("quota is spent");
}

#[test]
fn what_was_found_and_what_was_not_asked_count_though_nobody_reads() {
    for (malicious, code) in [(5, 1), (0, 0)] {
        // The header of csv is written, and fails, before anything is asked.
        for (format, code) in
            [("text", code), ("jsonl", code), ("markdown", code), ("html", code), ("csv", 2)]
        {
            let env = Env::new();
            let judged = Object::Judged { malicious, suspicious: 0, undetected: 60, harmless: 0 };
            env.simulator.set(Kind::Domain, "example.com", judged);
            let mut vtscan = env.vtscan();
            let child = start_unread(vtscan.args(["-f", format, "example.com"]));
            Run::from(child.wait_with_output().unwrap()).exits(code);
            assert_eq!(env.simulator.lookups().len(), usize::from(code != 2), "{format}");
        }
    }
}

/// As `head -1` does: reads a line, and goes.
fn head(env: &Env, format: &str) -> Run {
    let path = env.write("input.txt", lines(&clean(40)));
    let mut command = env.vtscan();
    command.args(["-j", "1", "-f", format]).arg(path);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    Run { stdout: first, ..run }
}

#[test]
fn a_reader_who_wants_one_line_ends_the_run_quietly_and_the_rest_is_missing() {
    for format in ["text", "jsonl"] {
        let latency = Latency::Fixed(Duration::from_millis(100));
        let env = Env::with(Config { latency, ..Config::default() });
        let run = head(&env, format).exits(2);
        assert!(run.stdout.contains(&clean(1)[0].1), "{}", run.stdout);
        for word in ["exit", "requests", "error", "pipe", "panicked"] {
            assert!(!run.stderr.contains(word), "{word:?} in:\n{}", run.stderr);
        }
        assert!(env.simulator.lookups().len() < 40, "it went on for nobody");
    }
}
