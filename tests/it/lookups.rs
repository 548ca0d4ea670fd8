//! Looking lists up, from end to end.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use vt_simulator::{Fault, Kind, Object, Rule, Simulator, When, Which};

use crate::env::{Env, Run};
use crate::lists::{
    Indicator, assert_all_right, assert_says, assert_tally, clean, gap, indicator, lines, looks_at,
    mixed, record_of, times_asked,
};

const JSONL: [&str; 2] = ["-f", "jsonl"];

/// A list as people keep it, and how many lines of each sort it has.
#[derive(Default)]
struct Messy {
    text: String,
    with: usize,
    without: usize,
    comments: usize,
    blank: usize,
    skipped: usize,
    invalid: usize,
}

impl Messy {
    /// Every third defanged, every ninth twice, and what else stands in such lists.
    fn of(list: &[Indicator]) -> Self {
        let mut messy = Self::default();
        for (n, (kind, text)) in list.iter().enumerate() {
            messy.line(if n % 3 == 1 { defanged(text) } else { text.clone() });
            if n % 9 == 0 {
                // In a URL's path upper case would make another URL of it.
                let again = if *kind == Kind::Url { defanged(text) } else { text.to_uppercase() };
                messy.line(again);
            }
            if n % 30 == 3 {
                messy.noise(n);
            }
        }
        messy
    }

    fn line(&mut self, line: String) {
        self.with += 1;
        writeln!(self.text, "{line}").unwrap();
    }

    fn noise(&mut self, n: usize) {
        self.line(format!("192.168.7.{}", n % 256));
        self.line(format!("http://host{n}.local/x"));
        self.line(format!("999.1.{n}.1"));
        self.line(format!("{n:033x}"));
        (self.skipped, self.invalid) = (self.skipped + 2, self.invalid + 2);
        write!(self.text, "# seen at night {n}\n\n \t\nblocked at the proxy, case {n}\r\n")
            .unwrap();
        self.comments += 1;
        self.blank += 2;
        self.without += 1;
    }
}

fn defanged(text: &str) -> String {
    text.replace("http://", "hxxp[:]//").replace('.', "[.]")
}

/// An object that nobody has judged at the first look.
struct Unjudged {
    indicator: Indicator,
    looks: usize,
    judged_at_last: bool,
}

/// Eight of the first forty of a mixed list.
fn unjudged(simulator: &Simulator) -> Vec<Unjudged> {
    let url = |n: usize| indicator(Kind::Url, 4 * n + 2);
    let file = |n: usize| indicator(Kind::File, 4 * n + 3);
    let all = [
        (url(0), Object::Unjudged { looks: 1 }, 2, true),
        (url(1), Object::ZeroStats { looks: 1 }, 2, true),
        (url(2), Object::NotAvailableYet { looks: 1 }, 2, true),
        (file(0), Object::Unjudged { looks: 1 }, 2, true),
        (url(3), Object::ZeroStats { looks: 9 }, 2, false),
        (file(1), Object::NotAvailableYet { looks: 9 }, 2, false),
        // Addresses and domains are judged at once or not at all.
        (indicator(Kind::Ip, 0), Object::Unjudged { looks: 9 }, 1, false),
        (indicator(Kind::Domain, 1), Object::NotAvailableYet { looks: 9 }, 1, false),
    ];
    all.map(|(indicator, object, looks, judged_at_last)| {
        simulator.set(indicator.0, &indicator.1, object);
        Unjudged { indicator, looks, judged_at_last }
    })
    .into()
}

/// Asserts that each of a list has the one record that it should, after one
/// look or, where nobody had judged it, a second one later.
#[track_caller]
fn assert_each_answered(env: &Env, run: &Run, list: &[Indicator], unjudged: &[Unjudged]) {
    let records = run.records();
    for indicator in list {
        let (kind, text) = indicator;
        let record = record_of(&records, text);
        let at_first = unjudged.iter().find(|unjudged| unjudged.indicator == *indicator);
        if at_first.is_some_and(|unjudged| !unjudged.judged_at_last) {
            assert_eq!(record["verdict"], "pending", "{record}");
        } else {
            assert_says(record, &env.simulator.expected(*kind, text).unwrap());
        }
        let looks = looks_at(&env.simulator, text);
        assert_eq!(looks.len(), at_first.map_or(1, |unjudged| unjudged.looks), "{text}");
        if let [first, second] = &looks[..] {
            assert!(gap(first, second) >= Duration::from_secs(15), "{looks:#?}");
        }
    }
}

#[test]
fn four_hundred_mixed_indicators_are_each_answered_once_and_right() {
    let env = Env::new();
    let list = mixed(400);
    let unjudged = unjudged(&env.simulator);
    let Messy { text, with, without, comments, blank, skipped, invalid } = Messy::of(&list);

    let run = env.scan(&text, JSONL).exits(1);

    assert_each_answered(&env, &run, &list, &unjudged);
    let unique = 400 + skipped + invalid;
    assert_eq!(run.records().len(), unique);
    assert_eq!(run.of_verdict("skipped").len(), skipped);
    assert_eq!(run.of_verdict("invalid").len(), invalid);
    assert_eq!(env.simulator.lookups().len(), 406, "one for each, and six second looks");
    assert_eq!(env.simulator.arrivals().len(), 407, "one read of the quotas besides");
    assert_eq!(run.requests(), 406);
    assert_tally(&run);
    let lines = with + without + comments + blank;
    run.says(&format!("{lines} lines: {with} with indicators, {without} without, {comments} comments, {blank} blank"))
        .says(&format!("; {with} found, {unique} unique"));
}

#[test]
fn fifty_files_under_three_hashes_each_cost_fifty_lookups() {
    for at_once in [1, 32, 64] {
        let env = Env::new();
        let files: Vec<_> =
            (0..50).map(|n| env.simulator.add_file(format!("content {n}").as_bytes())).collect();
        let mut list: Vec<Indicator> = files
            .iter()
            .flat_map(|file| [&file.md5, &file.sha1, &file.sha256])
            .map(|hash| (Kind::File, hash.clone()))
            .collect();
        fastrand::Rng::with_seed(at_once).shuffle(&mut list);

        let run = env.scan(&lines(&list), ["-f", "jsonl", "-j", &at_once.to_string()]);

        assert_all_right(&env.simulator, &run, &list);
        assert_eq!(env.simulator.lookups().len(), 50, "-j {at_once}");
        assert_eq!(run.requests(), 50, "-j {at_once}");
        for file in &files {
            assert_eq!(times_asked(&env.simulator, &file.sha256), 1, "SHA-256 is asked first");
        }
    }
}

#[test]
fn a_file_that_is_judged_late_is_looked_at_twice_for_all_its_hashes() {
    let env = Env::new();
    let file = env.simulator.add_file(b"new");
    env.simulator.set(Kind::File, &file.sha256, Object::Unjudged { looks: 1 });
    let list = [&file.md5, &file.sha1, &file.sha256].map(|hash| (Kind::File, hash.clone()));
    let run = env.scan(&lines(&list), JSONL).exits(0);
    assert_all_right(&env.simulator, &run, &list);
    assert_eq!(times_asked(&env.simulator, &file.sha256), 2);
    assert_eq!(env.simulator.lookups().len(), 2);
}

/// A run whose stdout is full from the start, and its reader.
fn run_with_full_stdout(env: &Env, args: &[&str], list: String) -> (Child, UnixStream) {
    let (mut full, reader) = UnixStream::pair().unwrap();
    full.set_nonblocking(true).unwrap();
    while full.write(b"\n").is_ok() {}
    full.set_nonblocking(false).unwrap();
    let path = env.write("input.txt", list);
    let mut command = env.vtscan();
    command.args(args).arg(path).stdout(OwnedFd::from(full)).stderr(Stdio::null());
    // The command goes here, and with it this side's copy of stdout.
    (command.spawn().unwrap(), reader)
}

fn records_read(reader: UnixStream) -> usize {
    let lines = BufReader::new(reader).lines().map(Result::unwrap);
    lines.filter(|line| !line.is_empty()).count()
}

#[test]
fn a_reader_that_pauses_holds_no_lookup_up_and_loses_no_record() {
    let env = Env::new();
    let (mut child, reader) = run_with_full_stdout(&env, &["-j", "1"], lines(&mixed(3)));
    env.simulator.wait_for_answers(4, Duration::from_secs(30));
    assert_eq!(records_read(reader), 3);
    assert_eq!(env.simulator.lookups().len(), 3);
    child.wait().unwrap();
}

#[test]
fn a_reader_that_stays_away_stops_new_lookups_at_a_full_queue() {
    let env = Env::new();
    let args = ["-f", "jsonl", "-j", "4"];
    let (mut child, reader) = run_with_full_stdout(&env, &args, lines(&clean(2000)));
    // 2,000 records of about a kilobyte each do not fit the queue of 256 KiB.
    env.simulator.wait_for_answers(100, Duration::from_secs(60));
    let mut asked = 0;
    while asked != env.simulator.lookups().len() {
        asked = env.simulator.lookups().len();
        std::thread::sleep(Duration::from_secs(1));
    }
    assert!(asked < 1800, "{asked} were asked with nobody reading");
    assert_eq!(records_read(reader), 2000);
    assert_eq!(env.simulator.lookups().len(), 2000);
    child.wait().unwrap();
}

#[test]
fn a_record_does_not_wait_for_a_request_that_stalls() {
    let env = Env::new();
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(2), Fault::Stall));
    let path = env.write("input.txt", lines(&mixed(2)));
    let mut command = env.vtscan();
    command.args(["-j", "1"]).arg(path).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains(&indicator(Kind::Ip, 0).1), "{first:?}");
    let second = env.simulator.wait_for(3, Duration::from_secs(30)).pop().unwrap();
    assert_eq!(second.status, None);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn addresses_and_domains_that_nobody_judged_are_pending_after_one_look() {
    let env = Env::new();
    env.simulator.set(Kind::Ip, "45.1.2.3", Object::Unjudged { looks: 9 });
    env.simulator.set(Kind::Domain, "evil.com", Object::ZeroStats { looks: 9 });
    let run = env.scan("45.1.2.3\nevil.com\n", JSONL).exits(2);
    assert_eq!(run.of_verdict("pending").len(), 2);
    assert_eq!(env.simulator.lookups().len(), 2);
    assert_tally(&run);
}

#[test]
fn what_virustotal_refuses_for_good_is_unknown_with_its_code() {
    let env = Env::new();
    env.simulator.set(Kind::Domain, "evil.com", Object::Refused);
    let run = env.scan("evil.com\n", JSONL).exits(0);
    let record = run.records().remove(0);
    assert_eq!(record["verdict"], "unknown");
    assert_eq!(record["error"]["code"], "InvalidArgumentError");
    assert_eq!(env.simulator.lookups().len(), 1);
}
