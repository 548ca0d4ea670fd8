//! stdout is data, stderr is talk: colours, defanging, quiet and verbose.

use std::process::Command;

use vt_simulator::{Kind, Object};

use super::{ADDRESS, keyless};
use crate::env::{Env, Run};

/// Whether the records of a run with these options and variables are coloured.
fn is_coloured(options: &[&str], variables: &[(&str, &str)]) -> bool {
    let env = Env::new();
    // Flagged: what nobody flagged has no colour.
    let judged = Object::Judged { malicious: 9, suspicious: 0, undetected: 9, harmless: 0 };
    env.simulator.set(Kind::Ip, ADDRESS, judged);
    let run = Run::of(env.vtscan().args(options).envs(variables.iter().copied()).arg(ADDRESS));
    assert!(run.stdout.contains(ADDRESS), "{run:?}");
    run.stdout.contains('\u{1b}')
}

#[test]
fn a_pipe_gets_no_colours_unless_they_are_asked_for() {
    assert!(!is_coloured(&[], &[]));
    assert!(!is_coloured(&["--color", "auto"], &[("TERM", "xterm-256color")]));
    assert!(is_coloured(&["--color", "always"], &[]));
    assert!(is_coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_coloured(&[], &[("CLICOLOR_FORCE", "0")]));
}

#[test]
fn no_color_goes_before_force_and_the_option_before_both() {
    assert!(!is_coloured(&[], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    assert!(is_coloured(&[], &[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")]));
    assert!(is_coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!is_coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn jsonl_is_never_coloured() {
    assert!(!is_coloured(&["--color", "always", "-f", "jsonl"], &[]));
}

#[test]
fn stderr_has_no_escapes_where_it_is_no_terminal() {
    let env = Env::new();
    let run = env.scan("a.example.com\nb.example.com\nnoise here\n", ["--color", "always", "-v"]);
    assert!(!run.stderr.contains(['\u{1b}', '\r']), "{:?}", run.stderr);
}

#[test]
fn defang_makes_records_harmless_in_every_format() {
    let list = "https://example.com/a.b?c=d.e\n8.8.8.8\n2001:4860:4860::8888\nmailer.example.net\n\
                44d88612fea8abf36de82e1278abb02f\n";
    let defanged = [
        "hxxps://example[.]com/a.b?c=d.e",
        "8[.]8[.]8[.]8",
        "2001[:]4860:4860::8888",
        "mailer[.]example[.]net",
        "44d88612fea8abf36de82e1278abb02f",
    ];
    let run = Env::new().scan(list, ["--defang"]);
    let mut columns: Vec<&str> =
        run.stdout.lines().map(|line| line.split_whitespace().nth(3).unwrap()).collect();
    columns.sort_unstable();
    let run = Env::new().scan(list, ["--defang", "-f", "jsonl"]);
    let mut indicators: Vec<String> = run
        .records()
        .iter()
        .map(|record| record["indicator"].as_str().unwrap().to_owned())
        .collect();
    indicators.sort_unstable();
    assert_eq!(columns, indicators);
    for written in defanged {
        assert!(columns.contains(&written), "{written} is not in {columns:?}");
    }
}

#[test]
fn what_was_defanged_is_looked_up_all_the_same() {
    let env = Env::new();
    let first = Env::new().scan("8.8.8.8\nhttp://example.com/x\n", ["--defang"]).stdout;
    let written: Vec<&str> =
        first.lines().map(|line| line.split_whitespace().nth(3).unwrap()).collect();
    env.scan(&written.join("\n"), [""; 0]).says("2 found, 2 unique");
    assert_eq!(env.simulator.lookups().len(), 2);
}

#[test]
fn quiet_says_nothing_of_a_run_that_went_well() {
    let list = "example.com\nsome noise\n# 8.8.8.8\nhttp://unknown.example.com/\n";
    let env = Env::new();
    env.simulator.set(Kind::Domain, "example.com", Object::Known);
    env.simulator.set(Kind::Url, "http://unknown.example.com/", Object::Unknown);
    let run = env.scan(list, ["-q"]);
    assert_eq!(run.stderr, "");
    assert_eq!(run.stdout.lines().count(), 2);
}

#[test]
fn quiet_still_says_what_went_wrong() {
    let env = Env::new();
    Run::of(keyless(&env).args(["-q", ADDRESS])).exits(2).says("vtscan: error: no API key");
    Run::of(env.vtscan().args(["-q", "nosuch.txt"]))
        .exits(2)
        .says("vtscan: error: there is no file");
}

#[test]
fn another_address_than_virustotals_is_announced() {
    let env = Env::new();
    let url = env.simulator.url();
    env.scan(ADDRESS, [""; 0]).says(&format!("warning: asking {url}, which is not VirusTotal"));
}

#[test]
fn unknown_urls_that_were_not_submitted_are_counted() {
    let env = Env::new();
    for url in ["http://a.example.com/", "http://b.example.com/"] {
        env.simulator.set(Kind::Url, url, Object::Unknown);
    }
    env.scan("http://a.example.com/\nhttp://b.example.com/\n", [""; 0])
        .exits(0)
        .says("2 URLs are unknown and were not submitted (--submit has VirusTotal analyse them");
}

#[test]
fn the_last_lines_are_the_two_counts() {
    let run = Env::new().scan("a.example.com\nb.example.com\n", ["-v"]);
    let last: Vec<&str> = run.stderr.lines().rev().take(2).collect();
    assert!(last[1].starts_with("vtscan: 2 lines: 2 with indicators"), "{last:?}");
    assert!(last[0].contains("; 2 requests, 0 from the store, "), "{last:?}");
    assert!(last[0].ends_with(&format!("; exit {}", run.code.unwrap())), "{last:?}");
}

/// A stdout that cannot be written is no success, even if nothing was found.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_exits_2() {
    let env = Env::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut vtscan: Command = env.vtscan();
    let output = vtscan.arg("example.com").stdout(full).output().unwrap();
    Run::from(output).exits(2).says("stdout cannot be written: ").says("; exit 2");
}
