//! What goes wrong on the way: faults that pass, faults that do not, answers that are none.

use std::time::Duration;

use vt_simulator::{Fault, FaultBody, Kind, Object, Rule, Simulator, When, Which};

use crate::env::{Env, Run};
use crate::lists::{
    Indicator, assert_all_right, assert_says, assert_tally, clean, indicator, lines, mixed,
    record_of, times_asked,
};
use crate::running::Running;

const JSONL: [&str; 2] = ["-f", "jsonl"];

/// Runs over sixty of all kinds, one attempt in ten of which goes wrong like
/// this: all must be answered.
#[track_caller]
fn passes(fault: Fault, args: &[&str]) -> (Env, Run) {
    let env = Env::new();
    let list = mixed(60);
    env.simulator.script(Rule::new(Which::Lookups, When::Share(0.1), fault));
    let run = env.scan(&lines(&list), [&JSONL, args].concat()).exits(1);
    assert_all_right(&env.simulator, &run, &list);
    let struck = env.simulator.lookups().iter().filter(|arrival| arrival.struck).count();
    assert!(struck >= 3, "only {struck} were struck");
    assert!(env.simulator.lookups().len() >= list.len() + struck);
    (env, run)
}

/// The same, and each fault costs one more attempt and no more. (With a short
/// `--timeout` a busy machine may add some.)
#[track_caller]
fn passes_by_retries(fault: Fault, args: &[&str]) {
    let (env, run) = passes(fault, args);
    let struck = env.simulator.lookups().iter().filter(|arrival| arrival.struck).count();
    assert_eq!(env.simulator.lookups().len(), 60 + struck);
    assert_eq!(run.requests(), 60 + struck as u64);
}

#[test]
fn an_internal_error_passes() {
    passes_by_retries(Fault::error(500, "InternalError", "try again"), &[]);
}

#[test]
fn a_transient_error_passes() {
    passes_by_retries(Fault::error(503, "TransientError", "try again"), &[]);
}

#[test]
fn a_missed_deadline_passes() {
    passes_by_retries(Fault::error(504, "DeadlineExceededError", "too slow"), &[]);
}

#[test]
fn a_front_ends_error_page_passes() {
    passes_by_retries(Fault::html(502), &[]);
}

#[test]
fn a_reset_connection_passes() {
    passes_by_retries(Fault::Reset, &[]);
}

/// An answer that is not larger than others may be, and was made to be read slowly.
#[test]
fn an_answer_of_very_many_keys_is_cut_and_read_at_once() {
    let env = Env::new();
    let keys: String = (0..300_000).map(|n| format!("\"{n}\":1,")).collect();
    let answer = |name: &str, attributes: String| {
        let body = format!(
            r#"{{"data":{{"type":"domain","id":"{name}","attributes":{{{attributes}}}}}}}"#
        );
        env.simulator.set(Kind::Domain, name, Object::Body(body));
    };
    let counts = r#""malicious":5,"undetected":60"#;
    answer("stats.com", format!(r#""last_analysis_stats":{{{keys}{counts}}}"#));
    let texts = keys.replace(":1,", ":\"x\",").trim_end_matches(',').to_owned();
    let stats = format!(r#""last_analysis_stats":{{{counts}}}"#);
    answer("categories.com", format!(r#""categories":{{{texts}}},{stats}"#));
    let list = env.write("input.txt", "stats.com\ncategories.com\n");
    let run = Running::start(env.vtscan().args(JSONL).arg(list)).end().exits(1);
    assert_eq!(run.of_verdict("malicious").len(), 2);
    for record in run.records() {
        assert_eq!(record["engines"], 65, "{}", record["indicator"]);
    }
}

#[test]
fn a_closed_connection_passes() {
    passes_by_retries(Fault::Close, &[]);
}

#[test]
fn a_cut_body_passes() {
    passes_by_retries(Fault::CutBody, &[]);
}

#[test]
fn a_captive_portals_page_passes() {
    passes_by_retries(Fault::Garbage, &[]);
}

#[test]
fn a_stall_passes() {
    passes(Fault::Slow(Duration::from_secs(2)), &["--timeout", "1s"]);
}

#[test]
fn a_stall_in_mid_body_passes() {
    passes(Fault::StallInBody, &["--timeout", "1s"]);
}

#[test]
fn another_objects_answer_is_asked_for_again() {
    passes(Fault::OtherObject, &[]);
}

#[test]
fn an_answer_of_another_type_is_asked_for_again() {
    passes(Fault::WrongType, &[]);
}

#[test]
fn a_429_passes_and_costs_no_retry() {
    passes_by_retries(Fault::quota_exceeded(Some("1")), &["--retries", "0"]);
}

/// Each fault strikes one indicator for good.
fn strike(simulator: &Simulator, list: &[Indicator], faults: &[(&str, Fault)]) {
    for ((kind, text), (_, fault)) in list.iter().zip(faults) {
        let which = Which::Object(*kind, text.clone());
        simulator.script(Rule::new(which, When::Always, fault.clone()));
    }
}

/// Asserts that those struck have failed with their fault's code after this number of
/// attempts, and that the rest was answered.
#[track_caller]
fn fail_alone(faults: &[(&str, Fault)], attempts: usize, args: &[&str]) -> (Env, Run) {
    let env = Env::new();
    let list = clean(faults.len() + 8);
    strike(&env.simulator, &list, faults);
    let run = env.scan(&lines(&list), [&JSONL, args].concat()).exits(2);
    let records = run.records();
    assert_eq!(records.len(), list.len());
    for ((_, text), (code, _)) in list.iter().zip(faults) {
        let record = record_of(&records, text);
        assert_eq!(record["verdict"], "failed", "{record}");
        assert_eq!(record["error"]["code"], *code, "{record}");
        assert_eq!(times_asked(&env.simulator, text), attempts, "{code}");
    }
    for (kind, text) in &list[faults.len()..] {
        let expected = env.simulator.expected(*kind, text).unwrap();
        assert_says(record_of(&records, text), &expected);
    }
    assert_tally(&run);
    (env, run)
}

#[test]
fn a_fault_that_does_not_pass_fails_its_indicator_after_all_attempts() {
    let faults = [
        ("Http502", Fault::html(502)),
        ("TransientError", Fault::error(503, "TransientError", "try again")),
        ("Connection", Fault::Reset),
        ("Connection", Fault::Close),
        ("Connection", Fault::CutBody),
        ("Malformed", Fault::Garbage),
        ("Mismatch", Fault::OtherObject),
        ("Mismatch", Fault::WrongType),
        // A wrong path's page, or a portal's: it says nothing of the indicator.
        ("Http404", Fault::html(404)),
        ("Http400", Fault::html(400)),
    ];
    fail_alone(&faults, 3, &["--retries", "2"]);
}

#[test]
fn a_stall_that_does_not_pass_fails_its_indicator_after_all_attempts() {
    let faults = [("Timeout", Fault::Stall), ("Timeout", Fault::StallInBody)];
    fail_alone(&faults, 3, &["--retries", "2", "--timeout", "2s"]);
}

#[test]
fn a_refusal_that_would_only_be_repeated_fails_its_indicator_at_once() {
    let elsewhere = Env::new();
    let faults = [
        ("ForbiddenError", Fault::error(403, "ForbiddenError", "not for this key")),
        ("AlreadyExistsError", Fault::error(409, "AlreadyExistsError", "already there")),
        ("Redirect", Fault::Redirect(elsewhere.simulator.url())),
        ("TooLarge", Fault::Huge(40 << 20)),
        ("TooLarge", Fault::Bomb(40 << 20)),
    ];
    fail_alone(&faults, 1, &[]);
    assert!(elsewhere.simulator.arrivals().is_empty(), "the key went where the redirect led");
}

#[test]
fn a_404_of_virustotal_is_unknown_and_a_rejection_has_failed() {
    let env = Env::new();
    let list = clean(3);
    let faults = [
        ("NotFoundError", Fault::error(404, "NotFoundError", "not found")),
        ("InvalidArgumentError", Fault::error(400, "InvalidArgumentError", "no such thing")),
        ("BadRequestError", Fault::error(400, "BadRequestError", "no such thing")),
    ];
    strike(&env.simulator, &list, &faults);
    let run = env.scan(&lines(&list), JSONL).exits(2);
    assert_eq!(run.of_verdict("unknown"), [list[0].1.as_str()]);
    assert_eq!(run.of_verdict("failed").len(), 2);
    let records = run.records();
    let code = |n: usize| &record_of(&records, &list[n].1)["error"]["code"];
    assert!(code(0).is_null());
    assert_eq!([code(1), code(2)], ["InvalidArgumentError", "BadRequestError"]);
    assert_eq!(env.simulator.lookups().len(), 3);
}

/// A 404 says what it means in its body, so a cut one has not said it.
#[test]
fn a_not_found_that_breaks_off_is_asked_for_again() {
    let env = Env::new();
    let list = clean(2);
    for (kind, text) in &list {
        env.simulator.set(*kind, text, Object::Unknown);
    }
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(1), Fault::CutBody));
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(2), Fault::StallInBody));
    let run = env.scan(&lines(&list), ["-f", "jsonl", "--timeout", "2s"]).exits(0);
    assert_eq!(run.of_verdict("unknown").len(), 2, "{}", run.stdout);
    assert_eq!(env.simulator.lookups().len(), 4);
}

/// The answer names the three hashes of a file that was not asked for, one of
/// which is in the list as well.
#[test]
fn another_files_answer_settles_neither_file() {
    let env = Env::new();
    let asked = env.simulator.add_file(b"asked");
    let other = env.simulator.add_file(b"other");
    let body = format!(
        r#"{{"data": {{"type": "file", "id": "{}", "attributes": {{"sha1": "{}", "md5": "{}",
           "last_analysis_stats": {{"malicious": 60, "undetected": 1}}}}}}}}"#,
        other.sha256, other.sha1, other.md5
    );
    env.simulator.set(Kind::File, &asked.sha256, Object::Body(body));
    let list = format!("{}\n{}\n", asked.sha256, other.md5);
    let run = env.scan(&list, ["-f", "jsonl", "--retries", "1"]);
    let records = run.records();
    assert_eq!(record_of(&records, &asked.sha256)["error"]["code"], "Mismatch");
    let expected = env.simulator.expected(Kind::File, &other.md5).unwrap();
    assert_says(record_of(&records, &other.md5), &expected);
    assert_eq!(times_asked(&env.simulator, &asked.sha256), 2);
    assert_eq!(times_asked(&env.simulator, &other.md5), 1);
}

#[test]
fn a_files_answer_is_told_by_the_hash_that_was_asked() {
    let env = Env::new();
    let md5 = "d41d8cd98f00b204e9800998ecf8427f";
    let rule = Rule::new(Which::Kind(Kind::File), When::Nth(1), Fault::OtherObject);
    env.simulator.script(rule);
    env.simulator.set(Kind::File, md5, Object::Known);
    let run = env.scan(&format!("{md5}\n"), JSONL);
    let expected = env.simulator.expected(Kind::File, md5).unwrap();
    assert_says(&run.records()[0], &expected);
    assert_eq!(times_asked(&env.simulator, md5), 2);
}

#[test]
fn a_server_that_is_not_there_fails_everything_and_costs_nothing() {
    let env = Env::new();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let path = env.write("input.txt", lines(&clean(3)));
    let mut command = env.vtscan();
    command.env("VTSCAN_API_URL", format!("http://{gone}")).args(JSONL);
    let run = Run::of(command.args(["--retries", "1"]).arg(path)).exits(2);
    assert_eq!(run.of_verdict("failed").len(), 3);
    assert_eq!(run.requests(), 0, "what never reached a server was not spent");
    assert!(run.records().iter().all(|record| record["error"]["code"] == "Connect"));
}

#[test]
fn an_html_429_is_a_429() {
    let env = Env::new();
    let body = FaultBody::Html("<title>429</title>429 Too Many Requests".to_owned());
    let refusal = Fault::Status { status: 429, body, retry_after: Some("1".to_owned()) };
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(2), refusal));
    let list: Vec<_> = (0..3).map(|n| indicator(Kind::Domain, n)).collect();
    let run = env.scan(&lines(&list), ["-f", "jsonl", "-j", "1", "--retries", "0"]);
    assert_all_right(&env.simulator, &run, &list);
    let lookups = env.simulator.lookups();
    assert_eq!(lookups.len(), 4);
    assert_eq!(lookups[2].path, lookups[1].path, "it stays where it is in line");
    assert!(crate::lists::gap(&lookups[1], &lookups[2]) >= Duration::from_secs(1));
}
