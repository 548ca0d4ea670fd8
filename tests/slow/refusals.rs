//! A minute's refusals and a minute's window, waited for as long as they last.

use std::time::Duration;

use vt_simulator::{Fault, Rule, When, Which};

use crate::env::{Env, Run};
use crate::lists::{assert_all_right, assert_tally, clean, gap, lines};
use crate::paced::{Paced, SECOND, is_kept_and_used};
use crate::refusing::{ONE_BY_ONE, goes_on_after, quotas_and_lookups};

#[test]
#[ignore = "a minute"]
fn a_429_without_retry_after_shuts_the_gate_for_a_minute() {
    let (refused, next) = goes_on_after(None);
    let pause = gap(&refused, &next);
    assert!(pause >= Duration::from_secs(60), "{pause:?}");
    assert!(pause <= Duration::from_secs(75), "{pause:?}");
}

#[test]
#[ignore = "a minute"]
fn ten_429s_in_a_row_defer_the_rest() {
    let env = Env::new();
    let list = clean(8);
    let refusal = Fault::quota_exceeded(Some("0"));
    env.simulator.script(Rule::new(Which::Lookups, When::Always, refusal));
    let run = env.scan(&lines(&list), ONE_BY_ONE).exits(2).says("kept answering 429");
    let (quotas, lookups) = quotas_and_lookups(&env.simulator);
    assert_eq!((quotas, lookups.len()), (2, 10));
    assert_eq!(run.of_verdict("deferred").len(), 8);
    assert_tally(&run);
}

#[test]
#[ignore = "a minute"]
fn nine_429s_in_a_row_are_waited_out() {
    let env = Env::new();
    let list = clean(3);
    let refusal = Fault::quota_exceeded(Some("0"));
    env.simulator.script(Rule::new(Which::Lookups, When::First(9), refusal));
    let run = env.scan(&lines(&list), ONE_BY_ONE).exits(0);
    assert_all_right(&env.simulator, &run, &list);
    assert_eq!(env.simulator.lookups().len(), 12);
}

#[test]
#[ignore = "a minute"]
fn two_hundred_and_forty_a_minute_are_never_more_and_hardly_less() {
    is_kept_and_used(2, || Paced::at("240/min", 240, 60 * SECOND, 300));
}

#[test]
#[ignore = "a minute"]
fn ten_429s_in_a_row_end_with_2_and_hide_the_key() {
    let env = Env::new();
    env.write("list.txt", "185.220.101.42\nexample.com\n10.0.0.1\n1.2.3.999\n");
    let refusal = Fault::quota_exceeded(Some("0"));
    env.simulator.script(Rule::new(Which::Lookups, When::Always, refusal));
    let mut command = env.vtscan();
    command.args(["-v", "--retries", "0", "--timeout", "400ms", "list.txt"]);
    let run = Run::of(&mut command).exits(2).says("429").says("2 deferred");
    for text in [run.stdout, run.stderr] {
        assert!(!text.to_ascii_lowercase().contains(&vt_simulator::KEY[..8].to_ascii_lowercase()));
    }
}
