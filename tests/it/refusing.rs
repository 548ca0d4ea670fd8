//! Lookups that VirusTotal refuses, and what comes after.

use vt_simulator::{Arrival, Fault, Rule, Simulator, Target, When, Which};

use crate::env::Env;
use crate::lists::{assert_all_right, clean, lines};

/// One lookup after another.
pub(crate) const ONE_BY_ONE: [&str; 4] = ["-f", "jsonl", "-j", "1"];

/// The n-th lookup is refused.
pub(crate) fn refuse(simulator: &Simulator, nth: u64, retry_after: Option<&str>) {
    let refusal = Fault::quota_exceeded(retry_after);
    simulator.script(Rule::new(Which::Lookups, When::Nth(nth), refusal));
}

/// Reads of the quotas, and lookups.
pub(crate) fn quotas_and_lookups(simulator: &Simulator) -> (usize, Vec<Arrival>) {
    let arrivals = simulator.arrivals();
    let (quotas, lookups): (Vec<_>, Vec<_>) =
        arrivals.into_iter().partition(|arrival| matches!(arrival.target, Target::Quota(_)));
    (quotas.len(), lookups)
}

/// Runs one by one over four, the second of which is refused: the refused
/// lookup and the next.
#[track_caller]
pub(crate) fn goes_on_after(retry_after: Option<&str>) -> (Arrival, Arrival) {
    let env = Env::new();
    let list = clean(4);
    refuse(&env.simulator, 2, retry_after);
    let run = env.scan(&lines(&list), ONE_BY_ONE).exits(0);
    assert_all_right(&env.simulator, &run, &list);
    let (quotas, mut lookups) = quotas_and_lookups(&env.simulator);
    assert_eq!((quotas, lookups.len()), (2, 5), "the quotas are asked once more");
    assert!(lookups[1].struck);
    assert_eq!(lookups[1].path, lookups[2].path, "it stays where it is in line");
    (lookups.remove(1), lookups.remove(1))
}
