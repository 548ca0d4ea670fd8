//! Lists to run over, and what every record of them must say.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use vt_simulator::{Arrival, Expected, Kind, Simulator, Target, expected, hashes_of};

use crate::env::Run;

/// An indicator in canonical form.
pub(crate) type Indicator = (Kind, String);

/// The n-th public indicator of a kind, the same in every run.
pub(crate) fn indicator(kind: Kind, n: usize) -> Indicator {
    let text = match kind {
        Kind::Ip if n % 8 == 4 => format!("2a00:1450:4001:{:x}::1", n + 1),
        Kind::Ip => format!("45.{}.{}.7", n / 256, n % 256),
        Kind::Domain => format!("host{n}.evil-number-{n}.com"),
        Kind::Url => format!("http://site{n}.evil-number-{n}.com/gate.php?id={n}"),
        Kind::File => hashes_of(&format!("file {n}")).sha256,
    };
    (kind, text)
}

/// This number of indicators of all kinds, by turns.
pub(crate) fn mixed(count: usize) -> Vec<Indicator> {
    (0..count).map(|n| indicator(Kind::ALL[n % 4], n)).collect()
}

/// This number of indicators of all kinds that the simulator knows and calls
/// undetected: without a hit, the exit code speaks of what is missing.
pub(crate) fn clean(count: usize) -> Vec<Indicator> {
    let is_clean = |(kind, text): &Indicator| verdict(&expected(*kind, text)) == "undetected";
    (0..).map(|n| indicator(Kind::ALL[n % 4], n)).filter(is_clean).take(count).collect()
}

/// A list as its file holds it.
pub(crate) fn lines(list: &[Indicator]) -> String {
    list.iter().map(|(_, text)| format!("{text}\n")).collect()
}

/// The verdict that thresholds of 3 and 1 make of an answer.
pub(crate) fn verdict(expected: &Expected) -> &'static str {
    let Expected::Judged { stats, .. } = expected else { return "unknown" };
    let count = |key| stats.get(key).copied().unwrap_or(0);
    match (count("malicious"), count("suspicious")) {
        (3.., _) => "malicious",
        (0, 0) => "undetected",
        _ => "suspicious",
    }
}

/// Asserts that a record says what the simulator has on its indicator.
#[track_caller]
pub(crate) fn assert_says(record: &Value, expected: &Expected) {
    assert_eq!(record["verdict"], verdict(expected), "{record}");
    let Expected::Judged { stats, flagged } = expected else {
        assert!(record["stats"].is_null() && record["detections"].is_null(), "{record}");
        return;
    };
    let sum = |keys: &[&str]| keys.iter().filter_map(|&key| stats.get(key)).sum::<u64>();
    let printed: BTreeMap<String, u64> = serde_json::from_value(record["stats"].clone()).unwrap();
    assert_eq!(&printed, stats, "{record}");
    assert_eq!(record["detections"], sum(&["malicious", "suspicious"]), "{record}");
    let judging = ["malicious", "suspicious", "undetected", "harmless"];
    assert_eq!(record["engines"], sum(&judging), "{record}");
    assert_eq!(record["flagged_by"].as_array().unwrap().len(), flagged.len(), "{record}");
}

/// The one record of an indicator.
#[track_caller]
pub(crate) fn record_of<'r>(records: &'r [Value], indicator: &str) -> &'r Value {
    let mut of_it = records.iter().filter(|record| record["indicator"] == indicator);
    let record = of_it.next().unwrap_or_else(|| panic!("no record of {indicator}"));
    assert_eq!(of_it.next(), None, "two records of {indicator}");
    record
}

/// Asserts that a list was answered in full: one record for each of it, none
/// besides, all right, and counts on the last line that add up to them.
#[track_caller]
pub(crate) fn assert_all_right(simulator: &Simulator, run: &Run, list: &[Indicator]) {
    let records = run.records();
    assert_eq!(records.len(), list.len(), "{}", run.stderr);
    for (kind, text) in list {
        assert_says(record_of(&records, text), &simulator.expected(*kind, text).unwrap());
    }
    assert_tally(run);
}

/// Asserts that the counts on the last line are those of the records, and that
/// the exit code is on it.
#[track_caller]
pub(crate) fn assert_tally(run: &Run) {
    let last = run.stderr.lines().last().unwrap();
    let (counts, _) = last.strip_prefix("vtscan: ").unwrap().split_once(';').unwrap();
    for count in counts.split(", ") {
        let (count, verdict) = count.split_once(' ').unwrap();
        let printed = run.of_verdict(verdict).len();
        assert_eq!(count, printed.to_string(), "{verdict}: {}", run.stderr);
    }
    assert!(last.contains(&format!("; exit {}", run.code.unwrap())), "{last}");
}

/// The indicators asked, in the order of arrival, each as often as it was asked.
pub(crate) fn asked(simulator: &Simulator) -> Vec<String> {
    let text = |arrival: Arrival| match arrival.target {
        Target::Lookup(_, text) => Some(text),
        _ => None,
    };
    simulator.arrivals().into_iter().filter_map(text).collect()
}

/// How often one indicator was asked.
pub(crate) fn times_asked(simulator: &Simulator, indicator: &str) -> usize {
    asked(simulator).iter().filter(|text| *text == indicator).count()
}

/// The looks at one indicator.
pub(crate) fn looks_at(simulator: &Simulator, indicator: &str) -> Vec<Arrival> {
    let mut looks = simulator.arrivals();
    looks.retain(|look| matches!(&look.target, Target::Lookup(_, text) if text == indicator));
    looks
}

/// From one request's answer to the next request.
pub(crate) fn gap(earlier: &Arrival, later: &Arrival) -> Duration {
    later.since_start.saturating_sub(earlier.answered.unwrap())
}
