//! URLs that VirusTotal does not know, submitted and not.

use std::time::Duration;

use vt_simulator::{
    Arrival, Config, Expected, Fault, Kind, Object, Rule, Simulator, Target, When, Which, expected,
};

use crate::env::{Env, Run};
use crate::lists::{assert_all_right, assert_tally, clean, gap, lines, verdict};
use crate::running::Running;

const BETWEEN_POLLS: Duration = Duration::from_secs(15);

/// A URL that the simulator calls malicious once it was analysed, and until then does not know.
fn unknown_url(simulator: &Simulator) -> (Kind, String) {
    let is_malicious = |url: &String| verdict(&expected(Kind::Url, url)) == "malicious";
    let mut urls = (0..).map(|n| format!("https://site{n}.evil.com:8443/a?b=c&d=100%25+{n}#e"));
    let url = urls.find(is_malicious).unwrap();
    simulator.set(Kind::Url, &url, Object::Unknown);
    (Kind::Url, url)
}

fn submissions(simulator: &Simulator) -> Vec<Arrival> {
    let mut arrivals = simulator.arrivals();
    arrivals.retain(|arrival| arrival.method == "POST");
    arrivals
}

fn polls(simulator: &Simulator) -> Vec<Arrival> {
    let mut arrivals = simulator.arrivals();
    arrivals.retain(|arrival| matches!(arrival.target, Target::Analysis(_)));
    arrivals
}

#[test]
fn without_submit_nothing_is_posted_and_the_end_says_how_many_would_have_been() {
    let env = Env::new();
    let list = clean(12);
    let unknown = list.iter().filter(|(kind, _)| *kind != Kind::File).take(7);
    let urls = unknown.clone().filter(|(kind, _)| *kind == Kind::Url).count();
    unknown.for_each(|(kind, text)| env.simulator.set(*kind, text, Object::Unknown));
    let run = env.scan(&lines(&list), ["-f", "jsonl"]).exits(0);
    assert_all_right(&env.simulator, &run, &list);
    assert_eq!(run.of_verdict("unknown").len(), 7);
    assert_eq!(env.simulator.lookups().len(), 12);
    assert!(submissions(&env.simulator).is_empty() && urls > 1);
    run.says(&format!("{urls} URLs are unknown and were not submitted (--submit"));
}

/// An unknown URL and what follows it in the list, to be submitted one by one.
fn started(env: &Env, list: &[(Kind, String)], args: &[&str]) -> Running {
    let path = env.write("input.txt", lines(list));
    let command = &mut env.vtscan();
    Running::start(command.args(["-f", "jsonl", "-j", "1", "--submit"]).args(args).arg(path))
}

/// The two run side by side, for both wait most of their time.
#[test]
fn an_analysis_is_polled_until_it_completes_or_the_wait_is_over() {
    let completes =
        Env::with(Config { analysis_polls: 0, zero_stats_polls: 1, ..Config::default() });
    let endless = Env::with(Config { analysis_polls: 1000, ..Config::default() });
    let lost = Rule::new(Which::Submissions, When::First(1), Fault::html(502));
    completes.simulator.script(lost);
    let list = [vec![unknown_url(&completes.simulator)], clean(8)].concat();
    let alone = vec![unknown_url(&endless.simulator)];

    let first = started(&completes, &list, &[]);
    let second = started(&endless, &alone, &["--wait", "20s"]);
    ends_with_the_verdict_of_its_analysis(&completes, &first.end(), &list);
    is_pending_when_the_wait_is_over(&endless, &second.end());
}

#[track_caller]
fn ends_with_the_verdict_of_its_analysis(env: &Env, run: &Run, list: &[(Kind, String)]) {
    assert_eq!(run.code, Some(1), "{run:#?}");
    let Some(Expected::Judged { .. }) = env.simulator.expected(Kind::Url, &list[0].1) else {
        panic!("the analysis was not seen to complete")
    };
    assert_all_right(&env.simulator, run, list);
    assert_eq!(run.of_verdict("malicious"), [list[0].1.as_str()]);

    let [lost, posted] = &submissions(&env.simulator)[..] else { panic!("{run:#?}") };
    assert_eq!(posted.target, Target::Submit(list[0].1.clone()));
    let form = posted.body.as_deref().unwrap();
    assert!(form.starts_with("url=https%3A%2F%2Fsite") && !form.contains('&'), "{form}");
    assert!(lost.struck && !posted.struck);
    // Last in line: whatever was never asked goes first.
    let lookups = env.simulator.arrivals();
    let last_lookup = lookups.iter().rfind(|arrival| matches!(arrival.target, Target::Lookup(..)));
    assert!(last_lookup.unwrap().since_start < lost.since_start);
    // The first poll finds the analysis completed and all its counts zero.
    let [first, second] = &polls(&env.simulator)[..] else { panic!("{run:#?}") };
    assert!(gap(posted, first) >= BETWEEN_POLLS && gap(first, second) >= BETWEEN_POLLS);
    assert_eq!(run.requests(), 9 + 2 + 2);
}

#[track_caller]
fn is_pending_when_the_wait_is_over(env: &Env, run: &Run) {
    assert_eq!(run.code, Some(2), "{run:#?}");
    assert_eq!(run.of_verdict("pending").len(), 1);
    let [posted] = &submissions(&env.simulator)[..] else { panic!("{run:#?}") };
    let [first, last] = &polls(&env.simulator)[..] else { panic!("{run:#?}") };
    assert!(gap(posted, first) >= BETWEEN_POLLS && gap(first, last) >= BETWEEN_POLLS);
    assert!(gap(posted, last) >= Duration::from_secs(20), "it did not wait to the end");
    assert_eq!(run.requests(), 1 + 1 + 2);
    assert_tally(run);
}

#[test]
fn a_url_that_virustotal_will_not_analyse_stays_unknown_with_its_code() {
    let env = Env::new();
    let url = unknown_url(&env.simulator);
    let refusal = Fault::error(400, "InvalidArgumentError", "Unable to canonicalize url");
    env.simulator.script(Rule::new(Which::Submissions, When::Always, refusal));
    let run = env.scan(&lines(&[url]), ["-f", "jsonl", "--submit"]).exits(0);
    let record = run.records().remove(0);
    assert_eq!(record["verdict"], "unknown");
    assert_eq!(record["error"]["code"], "InvalidArgumentError");
    assert_eq!(env.simulator.lookups().len(), 2);
    assert_tally(&run);
}

#[test]
fn a_submission_that_never_passes_has_failed() {
    let env = Env::new();
    let url = unknown_url(&env.simulator);
    env.simulator.script(Rule::new(Which::Submissions, When::Always, Fault::html(502)));
    let args = ["-f", "jsonl", "--submit", "--retries", "2"];
    let run = env.scan(&lines(&[url]), args).exits(2);
    assert_eq!(run.records()[0]["verdict"], "failed");
    assert_eq!(run.records()[0]["error"]["code"], "Http502");
    assert_eq!(submissions(&env.simulator).len(), 3);
    assert_tally(&run);
}

#[test]
fn a_poll_that_finds_no_analysis_was_unknown_and_is_pending() {
    let env = Env::new();
    let url = unknown_url(&env.simulator);
    let lost = Fault::error(404, "NotFoundError", "not found");
    env.simulator.script(Rule::new(Which::Analyses, When::Always, lost));
    let run = env.scan(&lines(&[url]), ["-f", "jsonl", "--submit"]).exits(2);
    assert_eq!(run.records()[0]["verdict"], "pending");
    assert_tally(&run);
}

#[test]
fn what_is_known_is_not_submitted() {
    let env = Env::new();
    let list = clean(12);
    let run = env.scan(&lines(&list), ["-f", "jsonl", "--submit"]).exits(0);
    assert_all_right(&env.simulator, &run, &list);
    assert!(submissions(&env.simulator).is_empty());
}

#[test]
fn neither_files_nor_names_that_are_unknown_are_submitted() {
    let env = Env::new();
    let list: Vec<_> = clean(12).into_iter().filter(|(kind, _)| *kind != Kind::Url).collect();
    list.iter().for_each(|(kind, text)| env.simulator.set(*kind, text, Object::Unknown));
    let run = env.scan(&lines(&list), ["-f", "jsonl", "--submit"]).exits(0);
    assert_eq!(run.of_verdict("unknown").len(), list.len());
    assert!(submissions(&env.simulator).is_empty());
    assert_tally(&run);
}
