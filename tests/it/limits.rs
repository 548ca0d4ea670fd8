//! The gate: how many, in which order, and how close to the fastest that the limits allow.

use std::cmp::Reverse;
use std::time::Duration;

use vt_simulator::{Arrival, Config, Fault, Latency, Object, Rule, When, Which};

use crate::env::Env;
use crate::lists::{Indicator, asked, assert_all_right, assert_tally, clean, lines, mixed};
use crate::paced::{Paced, SECOND, ideal, is_kept_and_used};

#[test]
fn twenty_a_second_are_never_more_and_hardly_less() {
    is_kept_and_used(4, || Paced::at("20/s", 20, SECOND, 350));
}

#[test]
fn a_replay_of_an_ideal_gate_is_what_it_says() {
    let Paced { env, .. } = Paced::at("unlimited", 1000, SECOND, 9);
    let arrivals = env.simulator.arrivals();
    let latencies: Vec<_> =
        arrivals.iter().map(|arrival| arrival.answered.unwrap() - arrival.since_start).collect();
    let one_by_one: Duration = latencies.iter().sum::<Duration>() + 9 * SECOND;
    assert_eq!(ideal(&arrivals, 1, SECOND), one_by_one);
    assert_eq!(
        ideal(&arrivals, 1000, SECOND),
        latencies[0] + *latencies[1..].iter().max().unwrap()
    );
}

/// Asserts that of forty indicators of all kinds the first ten are asked.
#[track_caller]
fn asks_the_first_ten(list: &[Indicator], more: &[&str]) {
    let env = Env::with(Config {
        latency: Latency::Uniform(Duration::ZERO, Duration::from_millis(50)),
        ..Config::default()
    });
    let args = [&["-f", "jsonl", "--max-requests", "10"], more].concat();
    let run = env.scan(&lines(list), args).exits(2).says("--max-requests is used up");
    let mut came = asked(&env.simulator);
    let mut first: Vec<_> = list[..10].iter().map(|(_, text)| text.clone()).collect();
    if more != ["-j", "1"] {
        // Requests that are sent at once may arrive in any order.
        came.sort();
        first.sort();
    }
    assert_eq!(came, first);
    assert_eq!(run.requests(), 10);
    assert_eq!(run.of_verdict("deferred").len(), 30);
    assert_eq!(run.records().len(), 40);
    assert_tally(&run);
}

#[test]
fn with_ten_requests_the_first_ten_of_the_input_are_asked() {
    for args in [&["-j", "1"][..], &[], &["-j", "64"]] {
        asks_the_first_ten(&clean(40), args);
    }
}

#[test]
fn with_ten_requests_the_first_ten_are_asked_whatever_the_order_of_kinds() {
    let mut by_kind = clean(40);
    by_kind.sort_by_key(|(kind, _)| Reverse(*kind));
    asks_the_first_ten(&by_kind, &[]);
    for seed in 0..4 {
        let mut shuffled = clean(40);
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        asks_the_first_ten(&shuffled, if seed % 2 == 0 { &[] } else { &["-j", "1"] });
    }
}

#[test]
fn a_hit_goes_before_what_was_deferred() {
    let env = Env::new();
    let list = clean(5);
    let hit = Object::Judged { malicious: 3, suspicious: 0, undetected: 60, harmless: 0 };
    env.simulator.set(list[0].0, &list[0].1, hit);
    let run = env.scan(&lines(&list), ["-f", "jsonl", "--max-requests", "2"]).exits(1);
    assert_eq!(run.of_verdict("deferred").len(), 3);
    assert_tally(&run);
}

/// The arrivals of a run over twelve, each answered after 200 ms.
fn arrivals_where(rules: &[Rule]) -> Vec<Arrival> {
    let latency = Latency::Fixed(Duration::from_millis(200));
    let env = Env::with(Config { latency, ..Config::default() });
    rules.iter().for_each(|rule| env.simulator.script(rule.clone()));
    let list = mixed(12);
    let run = env.scan(&lines(&list), ["-f", "jsonl"]);
    assert_all_right(&env.simulator, &run, &list);
    env.simulator.arrivals()
}

/// A fault that no further attempt would mend.
fn unreadable_quota() -> Rule {
    Rule::new(Which::Quota, When::Always, Fault::html(410))
}

/// How many came before an arrival was answered, earlier ones left out.
fn beside(arrivals: &[Arrival], n: usize) -> usize {
    let came_before = |other: &&Arrival| Some(other.since_start) < arrivals[n].answered;
    arrivals[n + 1..].iter().filter(came_before).count()
}

#[test]
fn until_an_answer_has_shown_that_the_key_is_accepted_one_is_in_flight() {
    let arrivals = arrivals_where(&[]);
    assert_eq!(beside(&arrivals, 0), 0, "{arrivals:#?}");
    assert!(beside(&arrivals, 1) > 0, "then several are");
}

#[test]
fn a_quota_that_cannot_be_read_shows_nothing_of_the_key() {
    let arrivals = arrivals_where(&[unreadable_quota()]);
    assert_eq!(beside(&arrivals, 0), 0, "{arrivals:#?}");
    assert_eq!(beside(&arrivals, 1), 0, "{arrivals:#?}");
    assert!(beside(&arrivals, 2) > 0, "then several are");
}

#[test]
fn faults_show_nothing_of_the_key() {
    let faults = Rule::new(Which::Lookups, When::First(3), Fault::html(502));
    let arrivals = arrivals_where(&[unreadable_quota(), faults]);
    for n in 0..=4 {
        assert_eq!(beside(&arrivals, n), 0, "{arrivals:#?}");
    }
    assert!(beside(&arrivals, 5) > 0, "then several are");
}

#[test]
fn never_more_are_in_flight_than_the_user_allows() {
    let latency = Latency::Uniform(Duration::from_millis(20), Duration::from_millis(60));
    let env = Env::with(Config { latency, ..Config::default() });
    let list = mixed(30);
    let run = env.scan(&lines(&list), ["-f", "jsonl", "-j", "3"]);
    assert_all_right(&env.simulator, &run, &list);
    let arrivals = env.simulator.arrivals();
    let in_flight = |at: Duration| {
        arrivals.iter().filter(|one| one.since_start <= at && Some(at) < one.answered).count()
    };
    assert_eq!(arrivals.iter().map(|one| in_flight(one.since_start)).max(), Some(3));
}

#[test]
fn a_retry_goes_after_all_that_was_never_asked() {
    let env = Env::new();
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(1), Fault::html(502)));
    let list = clean(40);
    let run = env.scan(&lines(&list), ["-f", "jsonl", "-j", "1"]);
    assert_all_right(&env.simulator, &run, &list);
    let in_order: Vec<_> = list.iter().chain(&list[..1]).map(|(_, text)| text.clone()).collect();
    assert_eq!(asked(&env.simulator), in_order);
}
