//! Several vtscans that share a minute's window, and one that is killed over and over.

use std::time::Duration;

use vt_simulator::Config;

use crate::env::Env;
use crate::lists::mixed;
use crate::sharing::{asks_again_only_what_was_in_flight, assert_shared, together};

const MINUTE: Duration = Duration::from_secs(60);

fn limited(per_minute: u32) -> Env {
    Env::with(Config { per_minute: Some(per_minute), ..Config::default() })
}

#[test]
#[ignore = "a minute"]
fn two_on_the_same_list_ask_each_indicator_once() {
    let env = limited(240);
    let list = mixed(290);
    let lists = [list.clone(), list];
    let (runs, took) = together(&env, &lists, "240/min");
    assert_shared(&env, &lists, &runs, 240, MINUTE);
    // The 240 places of the first window are free again after a minute.
    assert!(took.as_secs_f64() <= 60.0 * 1.03 + 1.0, "{took:?}");
}

#[test]
#[ignore = "a minute"]
fn four_on_overlapping_lists_ask_each_indicator_once() {
    let env = limited(240);
    let all = mixed(280);
    let lists: Vec<_> = (0..4).map(|n| all[n * 40..n * 40 + 160].to_vec()).collect();
    let (runs, took) = together(&env, &lists, "240/min");
    assert_shared(&env, &lists, &runs, 240, MINUTE);
    assert!(took.as_secs_f64() <= 60.0 * 1.03 + 1.0, "{took:?}");
}

#[test]
#[ignore = "a minute"]
fn what_waits_for_minutes_is_never_asked_twice() {
    let env = limited(4);
    let list = mixed(6);
    let lists = [list.clone(), list];
    let (runs, _) = together(&env, &lists, "4/min");
    assert_shared(&env, &lists, &runs, 4, MINUTE);
}

#[test]
#[ignore = "a minute"]
fn a_run_killed_fifty_times_asks_again_only_what_was_in_flight() {
    asks_again_only_what_was_in_flight(50, 2000);
}
