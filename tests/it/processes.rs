//! Several vtscans at once, and some that are killed. With a minute's window: `tests/slow`.

use std::time::Duration;

use vt_simulator::Config;

use crate::env::Env;
use crate::lists::mixed;
use crate::sharing::{asks_again_only_what_was_in_flight, assert_shared, together};

const SECOND: Duration = Duration::from_secs(1);

fn limited(per_second: u32) -> Env {
    Env::with(Config { per_minute: Some(per_second), window: SECOND, ..Config::default() })
}

#[test]
fn three_on_overlapping_lists_ask_each_indicator_once() {
    let env = limited(20);
    let all = mixed(60);
    let lists = [all[..40].to_vec(), all[..40].to_vec(), all[20..].to_vec()];
    let (runs, _) = together(&env, &lists, "20/s");
    assert_shared(&env, &lists, &runs, 20, SECOND);
}

#[test]
fn what_waits_for_a_slot_is_never_asked_twice() {
    let env = limited(2);
    let lists = [mixed(6), mixed(6)];
    let (runs, _) = together(&env, &lists, "2/s");
    assert_shared(&env, &lists, &runs, 2, SECOND);
}

#[test]
fn a_run_killed_five_times_asks_again_only_what_was_in_flight() {
    asks_again_only_what_was_in_flight(5, 200);
}
