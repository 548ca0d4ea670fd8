//! Runs at a rate, against a simulator that refuses more than it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use vt_simulator::{Arrival, Config, KEY, Kind, Latency};

use crate::env::{Env, Run};
use crate::lists::{Indicator, assert_all_right, indicator, lines};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
/// `-j` where nobody sets it.
const AT_ONCE: usize = 32;

/// A number of addresses looked up at a rate, against a simulator that refuses more than it.
pub(crate) struct Paced {
    pub(crate) env: Env,
    list: Vec<Indicator>,
    run: Run,
    took: Duration,
    slots: usize,
    window: Duration,
}

impl Paced {
    pub(crate) fn at(rate: &str, slots: usize, window: Duration, lookups: usize) -> Self {
        let env = Env::with(Config {
            per_minute: Some(slots.try_into().unwrap()),
            window,
            latency: Latency::Uniform(Duration::ZERO, Duration::from_millis(300)),
            ..Config::default()
        });
        let list: Vec<_> = (0..lookups).map(|n| indicator(Kind::Ip, n)).collect();
        let path = env.write("input.txt", lines(&list));
        let mut command = env.bare();
        command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
        command.args(["--rate", rate, "-f", "jsonl"]).arg(path);
        let start = Instant::now();
        let run = Run::of(&mut command);
        Self { took: start.elapsed(), env, list, run, slots, window }
    }

    /// Asserts that all were answered, and the window kept wherever it is laid.
    fn is_kept(&self) {
        assert_all_right(&self.env.simulator, &self.run, &self.list);
        let arrivals = self.env.simulator.arrivals();
        assert_eq!(arrivals.len(), self.list.len() + 1, "one read of the quotas, no 429");
        assert!(arrivals.iter().all(|arrival| matches!(arrival.status, Some(200 | 404))));
        for (n, pair) in arrivals.windows(self.slots + 1).enumerate() {
            let span = pair[self.slots].since_start - pair[0].since_start;
            assert!(span >= self.window, "{} from the {n}th on within {span:?}", self.slots + 1);
        }
    }

    /// By how much it took longer than an ideal gate and 2 % and 1 s, if it did.
    fn wasted(&self) -> Option<Duration> {
        let ideal = ideal(&self.env.simulator.arrivals(), self.slots, self.window);
        self.took.checked_sub(ideal.mul_f64(1.02) + SECOND)
    }
}

/// Asserts that a rate is kept in every run, and used in one of `runs`: a busy
/// machine may hold one up, a gate that wastes time wastes it in all.
pub(crate) fn is_kept_and_used(runs: usize, run: impl Fn() -> Paced) {
    let mut wasted = Vec::new();
    for _ in 0..runs {
        let paced = run();
        paced.is_kept();
        match paced.wasted() {
            Some(time) => wasted.push(time),
            None => return,
        }
    }
    panic!("too long by {wasted:?}");
}

/// How long an ideal gate would take for these requests if each were answered
/// as late as it was: the first alone, then each as soon as a slot is free again
/// (a window after its last answer) and fewer than [`AT_ONCE`] are in flight.
pub(crate) fn ideal(arrivals: &[Arrival], slots: usize, window: Duration) -> Duration {
    let mut free_slots = BinaryHeap::from(vec![Reverse(Duration::ZERO); slots]);
    let mut free_hands = BinaryHeap::from(vec![Reverse(Duration::ZERO); AT_ONCE]);
    let (mut accepted, mut last) = (Duration::ZERO, Duration::ZERO);
    for (n, arrival) in arrivals.iter().enumerate() {
        let latency = arrival.answered.unwrap() - arrival.since_start;
        let (Reverse(slot), Reverse(hand)) = (free_slots.pop().unwrap(), free_hands.pop().unwrap());
        let answer = accepted.max(slot).max(hand) + latency;
        free_slots.push(Reverse(answer + window));
        free_hands.push(Reverse(answer));
        accepted = if n == 0 { answer } else { accepted };
        last = last.max(answer);
    }
    last
}
