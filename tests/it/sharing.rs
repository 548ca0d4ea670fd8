//! Several vtscans over one store: at once, or one after another that was killed.

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use vt_simulator::{Arrival, Config, KEY, Latency};

use crate::env::{Env, Run};
use crate::lists::{Indicator, asked, assert_all_right, lines, mixed};

/// Runs one vtscan for each list, all at once, and gives the time they took together.
pub(crate) fn together(env: &Env, lists: &[Vec<Indicator>], rate: &str) -> (Vec<Run>, Duration) {
    let start = Instant::now();
    let runs = thread::scope(|scope| {
        let run = |(n, list): (usize, &Vec<Indicator>)| {
            let path = env.write(&format!("list-{n}.txt"), lines(list));
            let mut command = env.bare();
            command.env("VT_API_KEY", KEY).env("VTSCAN_API_URL", env.simulator.url());
            command.args(["--rate", rate, "-f", "jsonl"]).arg(path);
            scope.spawn(move || Run::of(&mut command))
        };
        let threads: Vec<_> = lists.iter().enumerate().map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    (runs, start.elapsed())
}

/// All lists answered, every indicator asked once, no window with more than
/// `most` arrivals, no 429.
#[track_caller]
pub(crate) fn assert_shared(
    env: &Env,
    lists: &[Vec<Indicator>],
    runs: &[Run],
    most: usize,
    window: Duration,
) {
    for (list, run) in lists.iter().zip(runs) {
        assert_all_right(&env.simulator, run, list);
    }
    let mut times: HashMap<String, usize> = HashMap::new();
    for indicator in asked(&env.simulator) {
        *times.entry(indicator).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|&(_, &times)| times > 1).collect();
    assert!(twice.is_empty(), "asked twice: {twice:?}");
    let arrivals = env.simulator.arrivals();
    assert!(arrivals.iter().all(|arrival| arrival.status != Some(429)));
    for pair in arrivals.windows(most + 1) {
        let span = pair[most].since_start - pair[0].since_start;
        assert!(span >= window, "{} within {span:?}", most + 1);
    }
}

/// How many lookups are in flight in the runs that are killed.
const AT_ONCE: usize = 4;

fn start(env: &Env) -> Child {
    let mut command = env.vtscan();
    command.args(["-f", "jsonl", "-j", &AT_ONCE.to_string(), "--timeout", "1s", "input.txt"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// How many of each run's lookups were asked again by a later run, where `ends` are the
/// numbers of lookups after which the runs ended. A request may arrive after its sender's end: it
/// belongs to the run that opened its connection.
fn asked_again(lookups: &[Arrival], ends: &[usize]) -> Vec<usize> {
    let mut runs: HashMap<u64, usize> = HashMap::new();
    let run_of = |(at, lookup): (usize, &Arrival)| {
        *runs.entry(lookup.connection).or_insert(ends.partition_point(|&end| end <= at))
    };
    let run_of: Vec<usize> = lookups.iter().enumerate().map(run_of).collect();
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (lookup, &run) in lookups.iter().zip(&run_of) {
        last.insert(&lookup.path, run);
    }
    let mut again = vec![0; ends.len()];
    for (lookup, &run) in lookups.iter().zip(&run_of).filter(|&(_, &run)| run < ends.len()) {
        again[run] += usize::from(last[lookup.path.as_str()] > run);
    }
    again
}

/// Runs over a list that are killed so many times: only what was in flight is asked again.
pub(crate) fn asks_again_only_what_was_in_flight(kills: usize, indicators: usize) {
    let latency = Latency::Fixed(Duration::from_millis(4));
    let env = Env::with(Config { latency, ..Config::default() });
    let list = mixed(indicators);
    env.write("input.txt", lines(&list));
    // Each is killed after some more arrivals, a number that only looks random.
    let mut ends = Vec::new();
    for kill in 0..kills {
        let seen = env.simulator.arrivals().len();
        let mut child = start(&env);
        env.simulator.wait_for(seen + 1 + kill * 7 % 37, Duration::from_secs(30));
        child.kill().unwrap();
        child.wait().unwrap();
        ends.push(env.simulator.lookups().len());
    }
    let run =
        env.scan(&lines(&list), ["-f", "jsonl", "-j", &AT_ONCE.to_string(), "--timeout", "1s"]);
    assert_all_right(&env.simulator, &run, &list);
    for again in asked_again(&env.simulator.lookups(), &ends) {
        assert!(again <= AT_ONCE, "{again} of one killed run were asked again");
    }
    let check: String = Connection::open(env.store())
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}
