//! The log of a run: one timestamped line an event, complete, private, without secrets.

use std::os::unix::fs::PermissionsExt;

use jiff::Timestamp;
use vt_simulator::{Fault, KEY, Kind, Object, Rule, When, Which};

use crate::env::{Env, Run};

/// The log's lines without their timestamps, which must be there and in order.
#[track_caller]
fn events(env: &Env) -> Vec<String> {
    let text = std::fs::read_to_string(env.work().join("run.log")).unwrap();
    let mut last = Timestamp::UNIX_EPOCH;
    let mut events = Vec::new();
    for line in text.lines() {
        let (time, event) = line.split_once(' ').expect(line);
        let time: Timestamp = time.parse().expect(line);
        assert!(time >= last, "{line}");
        last = time;
        events.push(event.to_owned());
    }
    events
}

#[test]
fn the_log_tells_the_whole_run() {
    let env = Env::new();
    env.simulator.set(Kind::Domain, "example.com", Object::Known);
    let once =
        Rule::new(Which::Object(Kind::Ip, "8.8.8.8".to_owned()), When::First(1), Fault::html(503));
    env.simulator.script(once);
    // Quiet and filtered: the log has all the same.
    let run = env.scan(
        "example.com\n8.8.8.8\n10.0.0.1\nnoise here\n",
        ["-q", "--only", "malicious", "--log-file", "run.log", "--retries", "3"],
    );
    assert_eq!(run.stderr, "");
    let events = events(&env);
    assert!(
        events[0].starts_with(concat!("vtscan ", env!("CARGO_PKG_VERSION"), " begins: ")),
        "{events:#?}"
    );
    assert!(
        events[0].contains(" --retries=3 ") && events[0].contains(" --rate=unlimited "),
        "{events:#?}"
    );
    let place = |text: &str| {
        events
            .iter()
            .position(|event| event.contains(text))
            .unwrap_or_else(|| panic!("no {text:?} in {events:#?}"))
    };
    place("no indicator in 'noise here'");
    assert!(place("8.8.8.8: ") < place("  ip      8.8.8.8"), "the retry goes before its record");
    place("; again in ");
    place("skipped           -  ip      10.0.0.1");
    assert!(events[place("domain  example.com")].contains("/"));
    assert!(events[events.len() - 2].starts_with("4 lines: "), "{events:#?}");
    assert!(events[events.len() - 1].ends_with(&format!("; exit {}", run.code.unwrap())));
}

#[test]
fn waits_for_a_turn_are_logged() {
    let env = Env::new();
    let mut command = env.bare();
    command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
    command.args(["--rate", "2/s", "--log-file", "run.log", "8.8.8.8", "9.9.9.9", "1.1.1.1"]);
    Run::of(&mut command);
    assert!(events(&env).iter().any(|event| event.starts_with("waiting until ")));
}

#[test]
fn a_second_run_is_appended_and_the_file_is_the_users_alone() {
    let env = Env::new();
    for _ in 0..2 {
        env.scan("8.8.8.8\n", ["--log-file", "run.log"]);
    }
    let begun = events(&env).iter().filter(|event| event.contains(" begins: ")).count();
    assert_eq!(begun, 2);
    let mode = env.work().join("run.log").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn no_secret_is_logged() {
    let env = Env::new();
    let mut command = env.vtscan();
    command.args([
        "-vv",
        "--log-file",
        "run.log",
        "--proxy",
        "http://someone:pr0xypass@127.0.0.1:9",
    ]);
    command.args(["http://user:urlpass@example.com/", "8.8.8.8"]);
    Run::of(&mut command);
    let mut command = env.vtscan();
    command.args(["--log-file", "run.log", "--proxy", "http://t0ken@127.0.0.1:9", "8.8.8.8"]);
    Run::of(&mut command);
    let text = std::fs::read_to_string(env.work().join("run.log")).unwrap();
    assert!(text.contains("--proxy=http://***@127.0.0.1:9"), "{text}");
    for secret in [KEY, "pr0xypass", "urlpass", "t0ken"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn an_error_that_ends_the_run_is_logged() {
    let env = Env::new();
    let mut command = env.vtscan();
    Run::of(command.args(["nosuch.txt", "--log-file", "run.log"])).exits(2);
    assert!(events(&env).last().unwrap().starts_with("error: there is no file"));
}

#[test]
fn an_event_is_one_line_whatever_it_holds() {
    let env = Env::new();
    env.scan(
        "no\u{1b}[31mise \u{2028} here\n1.2.3.999\u{7}\n",
        ["--log-file", "run.log", "--whole-lines"],
    );
    let text = std::fs::read_to_string(env.work().join("run.log")).unwrap();
    assert!(
        text.contains("\\u{1b}[31m") && !text.contains(['\u{1b}', '\u{7}', '\u{2028}']),
        "{text}"
    );
}
