//! Plain: the indicators alone, one a line.

use vt_simulator::{Kind, Object};

use super::hostile::{harmless, hostile};
use crate::env::Env;

/// One list, with an indicator of each verdict that a run without faults can give.
fn mixed() -> (Env, &'static str) {
    let env = Env::new();
    let judged =
        |malicious| Object::Judged { malicious, suspicious: 0, undetected: 50, harmless: 7 };
    for (name, malicious) in [("a.example.com", 9), ("b.example.com", 1), ("c.example.com", 0)] {
        env.simulator.set(Kind::Domain, name, judged(malicious));
    }
    env.simulator.set(Kind::Domain, "d.example.com", Object::Unknown);
    let list = "a[.]example.com\nb.example.com\nc.example.com\nd.example.com\n10.0.0.1\n\
                http://u:p@d.example.com/\n1.2.3.999\na.example.com\n";
    (env, list)
}

/// What is printed, sorted: answers arrive in any order.
fn printed(env: &Env, list: &str, args: &[&str]) -> Vec<String> {
    let run = env.scan(list, ["-f", "plain"].iter().chain(args));
    let mut lines: Vec<String> = run.stdout.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn it_is_each_indicator_once_and_nothing_else() {
    let (env, list) = mixed();
    let all = ["a.example.com", "b.example.com", "c.example.com", "d.example.com"];
    assert_eq!(printed(&env, list, &[]), all);
}

#[test]
fn only_chooses_among_what_may_be_handed_on() {
    let (env, list) = mixed();
    let flagged = printed(&env, list, &["--only", "malicious,suspicious"]);
    assert_eq!(flagged, ["a.example.com", "b.example.com"]);
    // What was not sent, and what is not an indicator, is not for other programs.
    assert_eq!(printed(&env, list, &["--only", "unknown,skipped,invalid"]), ["d.example.com"]);
}

#[test]
fn what_was_not_asked_is_listed_too() {
    let (env, list) = mixed();
    let deferred = printed(&env, list, &["--max-requests", "0"]);
    assert_eq!(deferred, ["a.example.com", "b.example.com", "c.example.com", "d.example.com"]);
}

#[test]
fn it_is_read_again_as_a_list_of_the_same_indicators() {
    let (env, list) = mixed();
    let first = printed(&env, list, &["-o", "again.list"]);
    let again = std::fs::read_to_string(env.work().join("again.list")).unwrap();
    assert_eq!(printed(&env, &again, &["--whole-lines"]), first);
    assert_eq!(printed(&env, list, &["--defang"])[0], "a[.]example[.]com");
}

#[test]
fn hostile_strings_change_nothing_in_it() {
    let (env, list) = hostile();
    let run = env.scan(&list, ["-f", "plain"]);
    harmless(&run.stdout);
    assert_eq!(run.stdout.lines().count(), 4, "{}", run.stdout);
}
