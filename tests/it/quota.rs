//! Before spending, and when the quota ends.

use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;
use vt_simulator::{Arrival, Config, Fault, KEY, Rule, When, Which};

use crate::env::{Env, Run};
use crate::lists::{clean, lines};
use crate::running::Running;

/// A public key's limits.
fn public() -> Config {
    Config { hourly: 240, daily: 500, monthly: 15_500, ..Config::default() }
}

#[test]
fn a_dry_run_sends_nothing_and_needs_no_key() {
    let env = Env::new();
    let list = "45.1.2.3\n10.0.0.1\nevil-number.com\nhttps://evil-number.com/?token=1\n999.1.1.1\n";
    let path = env.write("list.txt", list);
    let run = Run::of(env.bare().arg("--dry-run").arg(&path)).exits(0);
    let run = run.says("dry run: 5 unique, 0 stored, 3 requests needed at most");
    let run = run.says("4/min, 500/day assumed").says("1 of the URLs to look up carries a query");
    assert_eq!(run.stdout.matches("DryRun: would be asked").count(), 3, "{}", run.stdout);
    assert_eq!(run.stdout.lines().count(), 5);
    assert!(env.simulator.arrivals().is_empty());
    let run = Run::of(env.bare().args(["--dry-run", "-f", "jsonl"]).arg(&path)).exits(0);
    assert_eq!(run.of_verdict("deferred").len(), 3);
    assert_eq!(
        run.records().iter().filter(|record| record["error"]["code"] == "DryRun").count(),
        3
    );
}

#[test]
fn a_dry_run_knows_what_is_stored_and_what_the_ledger_left() {
    let env = Env::with(public());
    let list = clean(10);
    env.scan(&lines(&list[..6]), ["-q"]).exits(0);
    let run = env.scan(&lines(&list), ["--dry-run"]).exits(0);
    run.says("dry run: 10 unique, 6 stored, 4 requests needed at most; 494 of 500 left today");
    assert_eq!(env.simulator.lookups().len(), 6);
}

#[test]
fn a_dry_run_names_the_day_on_which_a_long_list_would_be_done() {
    let env = Env::with(Config { daily: 3, ..public() });
    let list = clean(10);
    env.scan(&list[0].1, ["-q"]);
    // 2 left today, 3 tomorrow, 3 the day after, 1 on the third day.
    let day = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(3 * 24);
    let day = day.strftime("%Y-%m-%d").to_string();
    let run = env.scan(&lines(&list), ["--dry-run"]).exits(0);
    run.says(&format!("more than today's quota, done on {day} at the earliest"));
}

#[test]
fn a_run_of_more_than_a_minute_says_so_before_it_spends() {
    let env = Env::with(public());
    let mut command = env.bare();
    env.write("input.txt", lines(&clean(12)));
    command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
    let mut run = Running::start(&mut command);
    run.hears("12 unique, 0 stored, 12 requests needed at most; 500 of 500 left today; about 3 min at 4/min");
    run.signal(Signal::INT);
    run.end().exits(130);
    let quick = env.scan("45.9.9.9\n", [] as [&str; 0]);
    assert!(!quick.stderr.contains("requests needed"), "{}", quick.stderr);
}

#[test]
fn the_quota_is_shown_as_text_and_as_json() {
    let env = Env::with(public());
    env.simulator.set_used(12, 34, 56);
    let show = |args: &[&str]| Run::of(env.vtscan().arg("--quota").args(args)).exits(0);
    let text = show(&[]).stdout;
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["rate", "unlimited"]);
    assert_eq!(rows[1], ["period", "allowed", "used", "left", "returns"]);
    assert_eq!(rows[2][..4], ["hour", "240", "12", "228"]);
    assert_eq!(rows[3][..4], ["day", "500", "34", "466"]);
    assert_eq!(rows[4][..4], ["month", "15500", "56", "15444"]);
    assert!(rows[3][4].ends_with("T00:00:00Z"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&show(&["-f", "jsonl"]).stdout).unwrap();
    assert_eq!(json["quotas"][1]["left"], 466, "{json}");
    assert!(env.simulator.lookups().is_empty());
}

#[test]
fn a_quota_that_cannot_be_shown_is_an_error() {
    let env = Env::new();
    let mut command = env.vtscan();
    command.env("VT_API_KEY", "0".repeat(64)).arg("--quota");
    Run::of(&mut command).exits(2).says("error: the quotas cannot be read: ").says("Wrong API key");
}

#[test]
fn a_run_stopped_by_max_requests_goes_on_with_the_same_command() {
    let env = Env::new();
    let list = lines(&clean(25));
    for (left, code) in [(15, 2), (5, 2), (0, 0)] {
        let run = env.scan(&list, ["-f", "jsonl", "--max-requests", "10"]).exits(code);
        assert_eq!(run.of_verdict("deferred").len(), left);
        if left > 0 {
            run.says("--max-requests is used up: the same command asks only what is missing");
        }
    }
    assert_eq!(env.simulator.lookups().len(), 25);
}

#[test]
fn a_spent_day_is_waited_out_where_the_user_wants_it() {
    let env = Env::with(Config { daily: 2, ..public() });
    env.write("input.txt", lines(&clean(5)));
    let mut run = Running::start(env.vtscan().arg("--wait-for-quota"));
    run.hears("the day's quota is spent: waiting until");
    run.signal(Signal::TERM);
    let run = run.end().exits(130);
    assert_eq!(run.stdout.lines().count(), 2);
    assert_eq!(env.simulator.lookups().len(), 2);
}

#[test]
fn the_hours_limit_was_forgotten_after_a_refusal() {
    let env = Env::with(Config { hourly: 4, ..public() });
    env.simulator.script(Rule::new(
        Which::Lookups,
        When::First(1),
        Fault::quota_exceeded(Some("1")),
    ));
    env.write("input.txt", lines(&clean(8)));
    let mut run = Running::start(&mut env.vtscan());
    run.hears("answered 429");
    run.hears("the hour's quota is spent: waiting until");
    run.signal(Signal::INT);
    run.end().exits(130);
    let refused = |arrival: &&Arrival| arrival.status == Some(429);
    assert_eq!(env.simulator.lookups().iter().filter(refused).count(), 1);
}

/// On a clock that is about to pass midnight: libfaketime, of which CI has a copy.
#[test]
fn after_midnight_the_wait_for_quota_is_over() {
    let Some(library) = faketime() else {
        assert!(std::env::var_os("CI").is_none(), "CI has libfaketime");
        return println!("not tested: there is no libfaketime to pass midnight with");
    };
    let env = Env::with(Config { daily: 2, ..public() });
    env.write("input.txt", lines(&clean(4)));
    let mut command = env.vtscan();
    command.args(["--wait-for-quota", "-f", "jsonl"]);
    command.env("LD_PRELOAD", library).env("FAKETIME", "@2026-11-30 23:59:55").env("TZ", "UTC");
    let mut run = Running::start(&mut command);
    run.hears("waiting until 2026-12-01T00:00:00Z");
    env.simulator.wait_for_answers(3, Duration::from_secs(3));
    env.simulator.reset_day();
    let run = run.end().exits(0);
    assert_eq!(run.records().len(), 4);
    assert_eq!(env.simulator.lookups().len(), 4);
    assert!(env.simulator.lookups().iter().all(|arrival| arrival.status != Some(429)));
}

/// Where Debian keeps libfaketime's library for single-threaded and threaded programs.
fn faketime() -> Option<String> {
    let listed =
        Command::new("find").args(["/usr/lib", "-name", "libfaketimeMT.so.1"]).output().ok()?;
    let listed = String::from_utf8(listed.stdout).ok()?;
    listed.lines().next().map(str::to_owned)
}
