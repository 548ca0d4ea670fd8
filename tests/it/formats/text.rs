//! Text: padded columns for people, `grep` and `awk`.

use vt_simulator::{Fault, Kind, Object, Rule, When, Which};

use super::{ADDRESS, SHA256, all_kinds, answering};
use crate::env::{Env, Run};

/// The line whose indicator is this.
#[track_caller]
fn line<'r>(run: &'r Run, indicator: &str) -> &'r str {
    let is_it = |line: &&str| line.split(' ').any(|word| word == indicator);
    run.stdout.lines().find(is_it).unwrap_or_else(|| panic!("no {indicator} in:\n{}", run.stdout))
}

/// A line without what it says of its analysis' age.
fn without_age(line: &str) -> &str {
    let (before, age) = line.rsplit_once("analysed ").unwrap_or((line, ""));
    if age.ends_with(" ago") { before.trim_end().trim_end_matches(';') } else { line }
}

#[test]
fn a_record_is_one_padded_line() {
    let (env, list) = all_kinds();
    let run = env.scan(&format!("{list}\n10.0.0.1\n"), [""; 0]).exits(1);
    let expected = [
        (
            "10.0.0.1",
            "skipped           -  ip      10.0.0.1                                                          Private: not reachable from the internet (--include-private looks it up all the same)",
        ),
        (
            ADDRESS,
            "malicious      4/73  ip      185.220.101.42                                                    EXAMPLE-NET; DE",
        ),
        (
            "example.com",
            "undetected     0/87  domain  example.com                                                       Example Registrar Ltd.; created 2016-12-29; Malware Sites, malicious web sites",
        ),
        ("http://example.com/x", "suspicious     1/67  url     http://example.com/x"),
        (
            SHA256,
            "malicious       4/6  file    c0ffee0123456789abcdef0123456789abcdef0123456789abcdef0123456789  trojan.sample/dll; Win32 DLL; report\\twith a tab.dll",
        ),
    ];
    for (indicator, expected) in expected {
        assert_eq!(without_age(line(&run, indicator)), expected);
    }
    // The fixtures' analyses grow older from day to day.
    assert!(line(&run, "http://example.com/x").ends_with(" years ago"));
    assert_eq!(run.stdout.lines().count(), expected.len());
}

/// A list in which every verdict but `deferred` comes up, and in which texts hold spaces.
fn every_verdict() -> (Env, String) {
    let (env, mut list) = all_kinds();
    env.simulator.set(Kind::Domain, "unknown.example.com", Object::Unknown);
    env.simulator.set(Kind::Domain, "pending.example.com", Object::ZeroStats { looks: 9 });
    let broken = Which::Object(Kind::Domain, "failed.example.com".to_owned());
    env.simulator.script(Rule::new(broken, When::Always, Fault::html(404)));
    list += "\nunknown.example.com\npending.example.com\nfailed.example.com\n10.0.0.0/8\n1.2.3.999\n\
             two words\n three  wide\twords \nhttp://example.com/?q=%20&r=ä\n";
    (env, list)
}

#[test]
fn the_first_four_columns_hold_no_spaces() {
    let (env, list) = every_verdict();
    let run = env.scan(&list, ["--whole-lines"]).exits(1);
    for line in run.stdout.lines() {
        // As awk splits.
        let columns: Vec<&str> = line.split_ascii_whitespace().collect();
        let [
            "malicious" | "suspicious" | "undetected" | "unknown" | "pending" | "failed"
            | "skipped" | "invalid",
            ratio,
            "ip" | "domain" | "url" | "file" | "-",
            indicator,
            ..,
        ] = columns[..]
        else {
            panic!("{line}")
        };
        let is_ratio = ratio.split_once('/').is_some_and(|(detections, engines)| {
            detections.parse::<u64>().unwrap() <= engines.parse::<u64>().unwrap()
        });
        assert!(is_ratio || ratio == "-", "{line}");
        assert!(!indicator.contains('\\') || indicator.contains("\\x20"), "{line}");
    }
    assert_eq!(run.stdout.lines().count(), 12, "{}", run.stdout);
    line(&run, "two\\x20words");
    line(&run, "three\\x20\\x20wide\\twords");
}

/// The text without its colours.
fn plain(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain += part.split_once('m').expect(part).1;
    }
    plain
}

#[test]
fn colours_change_nothing_else() {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let run = |colour: &str| {
        let (env, list) = every_verdict();
        env.scan(&list, ["--whole-lines", "--color", colour]).stdout
    };
    let (coloured, bare) = (run("always"), run("never"));
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31mmalicious \u{1b}[0m  "), "{coloured:?}");
    assert!(!bare.contains('\u{1b}'));
    assert_eq!(sorted(&plain(&coloured)), sorted(&bare));
}

#[test]
fn grep_finds_a_verdict_at_the_lines_start() {
    let (env, list) = all_kinds();
    let run = env.scan(&list, [""; 0]);
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("malicious")).count(), 2);
}

#[test]
fn an_assumed_scheme_is_said() {
    let env = Env::new();
    env.simulator.set(Kind::Url, "http://example.com/a", Object::Unknown);
    let run = env.scan("example[.]com/a\n", [""; 0]);
    assert_eq!(
        line(&run, "http://example.com/a"),
        "unknown           -  url     http://example.com/a  scheme assumed"
    );
}

#[test]
fn a_rejection_has_failed_with_its_code() {
    let env = Env::new();
    env.simulator.set(Kind::Ip, ADDRESS, Object::Refused);
    let run = env.scan(ADDRESS, [""; 0]).exits(2);
    let line = line(&run, ADDRESS);
    assert!(
        line.starts_with("failed            -  ip      185.220.101.42  InvalidArgumentError: "),
        "{line}"
    );
}

#[test]
fn an_address_that_nobody_judged_is_pending_not_clean() {
    let env = answering(Kind::Ip, ADDRESS, "ip_without_analysis");
    let run = env.scan(ADDRESS, [""; 0]).exits(2);
    assert_eq!(
        line(&run, ADDRESS),
        "pending           -  ip      185.220.101.42  Example, Inc.; AU"
    );
}

#[test]
fn endless_details_are_cut_and_endless_indicators_are_not() {
    let env = Env::new();
    let url = format!("http://example.com/{}", "a".repeat(3000));
    let title = "long ".repeat(1000);
    let body = format!(
        r#"{{"data":{{"type":"url","id":"{SHA256}","attributes":{{"title":"{title}","last_analysis_stats":{{"harmless":9}}}}}}}}"#
    );
    env.simulator.set(Kind::Url, &url, Object::Body(body));
    let run = env.scan(&url, [""; 0]);
    assert!(line(&run, &url).len() < url.len() + 150, "{}", run.stdout);
    assert!(run.stdout.ends_with("long ...\n"), "{}", run.stdout);
}
