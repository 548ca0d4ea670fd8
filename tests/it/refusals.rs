//! What VirusTotal refuses: 429s of the minute, the hour and the day, and keys.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use rustix::process::Signal;
use vt_simulator::{Config, Fault, Latency, Rule, When, Which};

use crate::env::{Env, Run};
use crate::lists::{assert_all_right, assert_tally, clean, gap, lines};
use crate::refusing::{ONE_BY_ONE, goes_on_after, quotas_and_lookups, refuse};
use crate::running::Running;

const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_429_shuts_the_gate_for_its_retry_after() {
    let (refused, next) = goes_on_after(Some("2"));
    let pause = gap(&refused, &next);
    assert!(pause >= Duration::from_secs(2), "{pause:?}");
    assert!(pause <= SOON, "{pause:?}");
}

#[test]
fn a_retry_after_may_be_a_date() {
    let date = Timestamp::from_second(Timestamp::now().as_second() + 4).unwrap();
    let due = Instant::now() + Duration::try_from(date.duration_since(Timestamp::now())).unwrap();
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&date).unwrap();
    let (_, next) = goes_on_after(Some(&text));
    let early = due.saturating_duration_since(next.at);
    assert!(early < Duration::from_millis(100), "{early:?} early");
    assert!(next.at.saturating_duration_since(due) <= SOON, "not by its date");
}

#[test]
fn a_429_shuts_the_gate_for_all_that_is_in_line() {
    let latency = Latency::Fixed(Duration::from_millis(100));
    let env = Env::with(Config { latency, ..Config::default() });
    let list = clean(40);
    refuse(&env.simulator, 8, Some("2"));
    let run = env.scan(&lines(&list), ["-f", "jsonl", "-j", "4"]).exits(0);
    assert_all_right(&env.simulator, &run, &list);
    let (_, lookups) = quotas_and_lookups(&env.simulator);
    let refused = lookups.iter().find(|lookup| lookup.struck).unwrap();
    let shut = refused.answered.unwrap()..refused.answered.unwrap() + Duration::from_secs(2);
    let inside = lookups.iter().filter(|lookup| shut.contains(&lookup.since_start)).count();
    // Those that another answer let go before the refusal was read.
    assert!(inside <= 3, "{inside} came while the gate was shut");
    assert!(lookups.iter().any(|lookup| lookup.since_start >= shut.end));
}

#[test]
fn a_retry_after_of_an_hour_for_a_minutes_refusal_is_capped_and_said() {
    let env = Env::new();
    refuse(&env.simulator, 2, Some("3600"));
    let path = env.write("input.txt", lines(&clean(4)));
    let mut running = Running::start(env.vtscan().args(ONE_BY_ONE).arg(path));
    running.hears("asked for 3600 s: waiting 60 s");
    env.simulator.wait_for(4, SOON); // its quotas are read, and the gate waits
    let start = Instant::now();
    running.signal(Signal::INT);
    let run = running.end().exits(130);
    assert!(start.elapsed() < SOON, "the wait outlived the interrupt");
    assert_eq!(run.of_verdict("deferred").len(), 3);
    assert_eq!(env.simulator.lookups().len(), 2);
    assert_tally(&run);
}

/// Runs one by one over five, the third of which is refused: what is used by
/// then is set while the refusal is on its way, so the quotas that are read
/// before it know nothing of it, and those after it do.
fn used_up_on_the_way(config: Config, used: [u64; 3], retry_after: Option<&str>) -> (Env, Running) {
    let latency = Latency::Fixed(Duration::from_millis(600));
    let env = Env::with(Config { latency, ..config });
    refuse(&env.simulator, 3, retry_after);
    let path = env.write("input.txt", lines(&clean(5)));
    let running = Running::start(env.vtscan().args(ONE_BY_ONE).arg(path));
    env.simulator.wait_for(4, SOON);
    let [hour, day, month] = used;
    env.simulator.set_used(hour, day, month);
    (env, running)
}

/// Asserts that after the refusal nothing more was asked than which quota is spent.
#[track_caller]
fn ends_early(env: &Env, run: &Run) {
    let (quotas, lookups) = quotas_and_lookups(&env.simulator);
    assert_eq!((quotas, lookups.len()), (2, 3));
    assert_eq!(run.of_verdict("undetected").len(), 2);
    assert_eq!(run.of_verdict("deferred").len(), 3);
    assert_tally(run);
}

#[test]
fn a_spent_day_defers_the_rest_and_says_when_it_is_over() {
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    let day = Config { daily: 500, ..Config::default() };
    let (env, running) = used_up_on_the_way(day, [500; 3], None);
    let run = running.end().exits(2);
    ends_early(&env, &run);
    let last = run.stderr.lines().last().unwrap();
    assert!(last.contains("the day's quota is spent and returns at 00:00 UTC"), "{last}");
    assert!(last.contains("T00:00:00Z") && !last.contains(&today), "{last}");
}

#[test]
fn a_spent_month_defers_the_rest_until_the_first() {
    let month = Config { monthly: 500, ..Config::default() };
    let (env, running) = used_up_on_the_way(month, [0, 0, 500], None);
    let run = running.end().exits(2);
    ends_early(&env, &run);
    run.says("the month's quota is spent and returns at 00:00 UTC").says("-01T00:00:00Z");
}

#[test]
fn a_day_that_was_spent_before_the_run_costs_no_lookup() {
    let env = Env::with(Config { daily: 500, ..Config::default() });
    env.simulator.set_used(0, 500, 500);
    let run = env.scan(&lines(&clean(8)), ["-f", "jsonl"]).exits(2);
    assert_eq!(env.simulator.arrivals().len(), 1);
    assert_eq!(run.of_verdict("deferred").len(), 8);
    assert_tally(&run);
    run.says("returns at 00:00 UTC");
}

/// What the day still holds is used, and not one request more is sent.
#[test]
fn the_rest_of_a_day_is_spent_without_a_refusal() {
    let env = Env::with(Config { daily: 500, ..Config::default() });
    env.simulator.set_used(0, 497, 497);
    let run = env.scan(&lines(&clean(8)), ["-f", "jsonl"]).exits(2);
    assert_eq!(env.simulator.used()[1], 500);
    assert_eq!(env.simulator.arrivals().len(), 4);
    assert_eq!(run.of_verdict("deferred").len(), 5);
    assert_tally(&run);
}

#[test]
fn a_spent_hour_is_waited_for_as_long_as_retry_after_says() {
    let hour = Config { hourly: 100, ..Config::default() };
    let (env, running) = used_up_on_the_way(hour, [100; 3], Some("2"));
    env.simulator.wait_for_answers(5, SOON); // the second read of the quotas
    env.simulator.reset_day();
    let run = running.end().exits(0).says("this hour's quota is spent: nothing is asked for 2 s");
    assert_all_right(&env.simulator, &run, &clean(5));
    let (quotas, lookups) = quotas_and_lookups(&env.simulator);
    assert_eq!((quotas, lookups.len()), (2, 6));
    let pause = gap(&lookups[2], &lookups[3]);
    assert!(pause >= Duration::from_secs(2) && pause < SOON, "{pause:?}");
}

/// The lines on stderr that speak of an error.
fn errors(run: &Run) -> Vec<&str> {
    run.stderr.lines().filter(|line| line.contains("error")).collect()
}

#[test]
fn a_wrong_key_is_one_clear_line_and_two_requests_at_most() {
    let env = Env::new();
    let path = env.write("input.txt", lines(&clean(40)));
    let mut command = env.vtscan();
    let run =
        Run::of(command.env("VT_API_KEY", "0".repeat(64)).args(["-f", "jsonl"]).arg(path)).exits(2);
    assert!(env.simulator.arrivals().len() <= 2);
    assert_eq!(run.of_verdict("deferred").len(), 40);
    assert_tally(&run);
    let [error] = errors(&run)[..] else { panic!("{}", run.stderr) };
    assert!(error.contains("WrongCredentialsError: Wrong API key"), "{error}");
    assert!(error.contains("https://www.virustotal.com/gui/my-apikey"), "{error}");
}

#[test]
fn a_key_rejected_in_mid_run_ends_it() {
    let env = Env::new();
    let list = clean(8);
    let rejection = Fault::error(401, "UserNotActiveError", "The user is not active");
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(5), rejection));
    let run = env.scan(&lines(&list), ONE_BY_ONE).exits(2);
    assert_eq!(env.simulator.lookups().len(), 5);
    assert_eq!(run.of_verdict("undetected").len(), 4);
    assert_eq!(run.of_verdict("deferred").len(), 4);
    assert_tally(&run);
    let [error] = errors(&run)[..] else { panic!("{}", run.stderr) };
    assert!(error.contains("UserNotActiveError"), "{error}");
}

#[test]
fn three_403s_with_nothing_answered_end_the_run() {
    let env = Env::new();
    let forbidden = Fault::error(403, "ForbiddenError", "You are not authorized");
    env.simulator.script(Rule::new(Which::All, When::Always, forbidden));
    let run = env.scan(&lines(&clean(8)), ["-f", "jsonl"]).exits(2);
    assert_eq!(env.simulator.arrivals().len(), 3);
    assert_eq!(run.records().len(), 8);
    assert!(errors(&run).iter().any(|error| error.contains("rejected the API key")));
    assert_tally(&run);
}

#[test]
fn many_403s_after_an_answer_fail_their_indicators_alone() {
    let env = Env::new();
    let list = clean(8);
    let forbidden = Fault::error(403, "ForbiddenError", "You are not authorized");
    env.simulator.script(Rule::new(Which::Lookups, When::First(5), forbidden));
    let run = env.scan(&lines(&list), ONE_BY_ONE).exits(2);
    assert_eq!(env.simulator.lookups().len(), 8);
    assert_eq!(run.of_verdict("failed").len(), 5);
    assert_eq!(run.of_verdict("undetected").len(), 3);
    assert_tally(&run);
}
