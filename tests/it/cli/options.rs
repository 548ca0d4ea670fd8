//! Options: what each takes, and what it says of anything else.

use vt_simulator::{Kind, Object};

use super::{ADDRESS, misused};
use crate::env::{Env, Run};

/// vtscan with these options over one address is refused as wrong use, with this said.
#[track_caller]
fn wrong<const N: usize>(options: [&str; N], says: &str) {
    let env = Env::new();
    misused(
        &env,
        env.bare().env("VTSCAN_API_URL", env.simulator.url()).args(options).arg(ADDRESS),
        says,
    );
}

#[test]
fn a_count_that_is_none_is_refused() {
    for option in ["--malicious-at", "--suspicious-at", "--concurrency"] {
        for value in ["0", "-1", "many", "1.5", ""] {
            wrong([&format!("{option}={value}")], &format!("'{option} <N>'"));
        }
    }
    for option in ["--max-requests", "--retries"] {
        for value in ["-1", "many", ""] {
            wrong([&format!("{option}={value}")], &format!("'{option} <N>'"));
        }
    }
    wrong(["-j", "1025"], "1025 is not in 1..=1024");
    wrong(["-j", "-1"], "unexpected argument '-1'");
}

#[test]
fn a_duration_without_a_unit_or_of_0_is_refused() {
    for option in ["--timeout", "--wait"] {
        for value in ["30", "-1s", "soon", ""] {
            wrong([&format!("{option}={value}")], "a number and a unit, such as 90s, 2m, 24h");
        }
        wrong([&format!("{option}=0s")], "must be more than 0");
    }
}

#[test]
fn a_rate_that_is_none_is_refused() {
    for value in ["4", "fast", "4/h", "-1/min", "1.5/s", "/s", ""] {
        wrong([&format!("--rate={value}")], "N/min, N/s, auto or unlimited, such as 4/min");
    }
    wrong(["--rate", "0/min"], "a rate of 0 would never ask anything");
}

#[test]
fn a_word_that_an_option_does_not_know_is_refused_with_those_that_it_knows() {
    wrong(
        ["--only", "malicious,evil"],
        "'evil' for '--only <VERDICT,…>': the verdicts are malicious, suspicious, ",
    );
    wrong(["--fail-on", "failed"], "[possible values: malicious, suspicious, never]");
    wrong(["--format", "yaml"], "[possible values: text, jsonl");
    wrong(["--color", "yes"], "[possible values: auto, always, never]");
    wrong(["--progress", "0"], "[possible values: auto, always, never]");
}

#[test]
fn an_unknown_option_gets_the_one_that_was_meant() {
    wrong(["--formt", "text"], "'--format'");
    wrong(["--malicious", "3"], "'--malicious-at'");
    wrong(["-x"], "unexpected argument '-x'");
    wrong(["-q", "-v"], "cannot be used with");
}

#[test]
fn an_api_url_that_would_show_the_key_is_refused() {
    wrong(["--api-url", "http://example.org"], "the key would travel in the clear: use https");
    wrong(["--api-url", "http://127.0.0.1.example.org"], "the key would travel in the clear");
    wrong(["--api-url", "http://192.168.1.1/api/v3"], "the key would travel in the clear");
    wrong(["--api-url", "ftp://example.org"], "'ftp' is not https");
    wrong(["--api-url", "example.org"], "--api-url: not a URL, such as https://");
    wrong(["--api-url", ""], "--api-url: not a URL, such as https://");
    wrong(["--api-url", "https://example.org/?x=1"], "no '?'");
}

#[test]
fn a_password_in_a_url_is_refused_and_not_repeated() {
    for url in ["https://me:s3cret@example.org", "https://me:s3cret@exa mple.org"] {
        let env = Env::new();
        let run = misused(&env, env.vtscan().args(["--api-url", url, ADDRESS]), "--api-url");
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    }
    let env = Env::new();
    let run = misused(&env, env.vtscan().args(["--proxy", "me:s3cret@proxy", ADDRESS]), "--proxy");
    assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
}

#[test]
fn the_environments_api_url_is_checked_like_the_options() {
    let env = Env::new();
    misused(
        &env,
        env.vtscan().env("VTSCAN_API_URL", "http://example.org").arg(ADDRESS),
        "in the clear",
    );
}

#[test]
fn a_proxy_that_is_none_is_refused() {
    wrong(["--proxy", "proxy"], "--proxy is not a URL");
    wrong(["--proxy", "gopher://proxy:70"], "'gopher' is not http, https, socks5 or socks5h");
}

#[test]
fn help_and_version_go_to_stdout() {
    let env = Env::new();
    for option in ["-h", "--help"] {
        let run = Run::of(env.bare().arg(option)).exits(0);
        assert!(run.stdout.contains("Usage: vtscan [OPTIONS] [INPUT]..."), "{run:?}");
        assert_eq!(run.stderr, "");
    }
    let run = Run::of(env.bare().arg("--version")).exits(0);
    assert_eq!(run.stdout, concat!("vtscan ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// A list of one address that this number of engines flags; the run's exit code and its text record.
fn flagged(malicious: u32, suspicious: u32, options: &[&str]) -> (Option<i32>, String) {
    let env = Env::new();
    let judged = Object::Judged { malicious, suspicious, undetected: 50, harmless: 7 };
    env.simulator.set(Kind::Ip, ADDRESS, judged);
    let run = env.scan(ADDRESS, options);
    let code = run.code.unwrap();
    assert!(run.stderr.contains(&format!("; exit {code}\n")), "{}", run.stderr);
    (run.code, run.stdout.split(' ').next().unwrap().to_owned())
}

#[track_caller]
fn judges(malicious: u32, suspicious: u32, options: &[&str], code: i32, verdict: &str) {
    let expected = (Some(code), verdict.to_owned());
    assert_eq!(
        flagged(malicious, suspicious, options),
        expected,
        "{malicious}+{suspicious} {options:?}"
    );
}

#[test]
fn three_engines_make_it_malicious_and_one_suspicious() {
    judges(0, 0, &[], 0, "undetected");
    judges(0, 1, &[], 0, "suspicious");
    judges(2, 9, &[], 0, "suspicious");
    judges(3, 0, &[], 1, "malicious");
}

#[test]
fn the_thresholds_move_the_verdict() {
    judges(2, 0, &["--malicious-at", "2"], 1, "malicious");
    judges(9, 0, &["--malicious-at", "10"], 0, "suspicious");
    judges(1, 1, &["--suspicious-at", "3"], 0, "undetected");
    judges(1, 2, &["--suspicious-at", "3"], 0, "suspicious");
}

#[test]
fn fail_on_decides_what_makes_the_exit_code_1() {
    judges(0, 1, &["--fail-on", "suspicious"], 1, "suspicious");
    judges(9, 0, &["--fail-on", "suspicious"], 1, "malicious");
    judges(0, 0, &["--fail-on", "suspicious"], 0, "undetected");
    judges(9, 0, &["--fail-on", "never"], 0, "malicious");
}

#[test]
fn only_chooses_what_is_printed_and_the_tally_counts_all() {
    let env = Env::new();
    let judged =
        |malicious| Object::Judged { malicious, suspicious: 0, undetected: 50, harmless: 7 };
    for (name, malicious) in [("a.example.com", 9), ("b.example.com", 1), ("c.example.com", 0)] {
        env.simulator.set(Kind::Domain, name, judged(malicious));
    }
    let list = "a.example.com\nb.example.com\nc.example.com\n10.0.0.1\n1.2.3.999\n";
    let run = env.scan(list, ["-f", "jsonl", "--only", "malicious,skipped"]).exits(1);
    let verdicts: Vec<_> = run.records().iter().map(|record| record["verdict"].clone()).collect();
    assert_eq!(verdicts, ["skipped", "malicious"]);
    run.says("1 malicious, 1 suspicious, 1 undetected, 0 unknown, 0 pending, 0 failed, 0 deferred, 1 skipped, 1 invalid; 3 requests");
}

#[test]
fn deferred_ones_are_listed_where_only_asks() {
    let list = "a.example.com\nb.example.com\n";
    let run = Env::new().scan(list, ["--max-requests", "0"]).exits(2).says("2 deferred");
    assert_eq!(run.stdout, "");
    let run = Env::new().scan(list, ["--max-requests", "0", "--only", "deferred"]).exits(2);
    assert_eq!(
        run.stdout.lines().filter(|line| line.starts_with("deferred ")).count(),
        2,
        "{run:?}"
    );
}

#[test]
fn private_ones_are_sent_only_where_the_user_says_so() {
    let list = "10.1.2.3\nprinter.local\nhttp://intranet/login\n";
    let env = Env::new();
    env.scan(list, [""; 0]).exits(0).says("3 skipped, 0 invalid; 0 requests");
    assert_eq!(env.simulator.arrivals().len(), 0);
    env.scan(list, ["--include-private"]).says("0 skipped, 0 invalid; 3 requests");
    assert_eq!(env.simulator.lookups().len(), 3);
}

/// `vtscan *` in a folder whose files somebody else named.
#[test]
fn an_argument_that_a_terminal_would_obey_was_repeated_raw() {
    for argument in ["--x\u{1b}]0;title\u{7}", "--format=\u{1b}[31m", "--max-age=\u{9b}2J"] {
        let run = Run::of(Env::new().bare().arg(argument)).exits(2);
        assert!(!run.stderr.contains(['\u{1b}', '\u{7}', '\u{9b}']), "{run:?}");
        assert!(run.stderr.starts_with("vtscan: error: "), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
}
