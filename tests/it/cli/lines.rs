//! Lines: any bytes, and every one of them accounted for.

use crate::env::{Env, Run};

/// The indicators that a list of these bytes gives, sorted.
fn found(bytes: &[u8]) -> Vec<String> {
    let env = Env::new();
    env.write("list.txt", bytes);
    let run = Run::of(env.vtscan().args(["-f", "jsonl", "list.txt"]));
    let mut found: Vec<String> = run
        .records()
        .iter()
        .map(|record| record["indicator"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_are_no_part_of_an_indicator() {
    assert_eq!(
        found(b"\xEF\xBB\xBFa.example.com\r\nb.example.com\r\n"),
        ["a.example.com", "b.example.com"]
    );
}

#[test]
fn a_line_that_is_not_utf_8_costs_no_other_line() {
    assert_eq!(
        found(b"caf\xE9\na.example.com\n\xFF\xFE\0\nb.example.com # caf\xE9"),
        ["a.example.com", "b.example.com"]
    );
    let env = Env::new();
    env.write("list.txt", b"caf\xE9 au lait\n");
    Run::of(env.vtscan().arg("list.txt"))
        .exits(0)
        .says("list.txt:1: no indicator in 'caf\\xe9 au lait'");
}

/// So many lines of prose, one of them long.
fn prose(lines: usize) -> String {
    (1..=lines).map(|number| format!("this is line {number}\n")).collect()
}

#[test]
fn lines_without_an_indicator_are_named_the_first_ten_with_number_and_text() {
    let run = Env::new().scan(&prose(13), [""; 0]).exits(0);
    for number in 1..=10 {
        let named = format!("input.txt:{number}: no indicator in 'this is line {number}'\n");
        assert!(run.stderr.contains(&named), "{}", run.stderr);
    }
    assert!(!run.stderr.contains("line 11"), "{}", run.stderr);
    run.says("and 3 more lines without an indicator (-v names them all)")
        .says("13 lines: 0 with indicators, 13 without");
}

#[test]
fn verbose_names_all_lines_without_an_indicator() {
    let run = Env::new().scan(&prose(13), ["-v"]).says("input.txt:11: ").says("input.txt:13: ");
    assert_eq!(run.stderr.matches("no indicator in 'this is line").count(), 13, "{}", run.stderr);
}

#[test]
fn a_line_that_is_named_is_cut_where_it_is_endless() {
    let run = Env::new().scan(&"so long ".repeat(10_000), [""; 0]).says("no indicator in 'so long");
    assert!(run.stderr.len() < 1_000, "{} bytes", run.stderr.len());
}

#[test]
fn a_comment_that_holds_an_indicator_is_said_and_not_looked_up() {
    let env = Env::new();
    let run = env
        .scan("9.9.9.9\n# 185.220.101.42\n#evil[.]example[.]com\n# just a note\n", [""; 0])
        .exits(0)
        .says("input.txt:2: a comment that holds an indicator (185.220.101.42) is not looked up")
        .says("input.txt:3: a comment that holds an indicator (evil.example.com) is not looked up")
        .says("4 lines: 1 with indicators, 0 without, 3 comments, 0 blank");
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}

#[test]
fn a_slip_of_the_pen_is_a_record_in_every_mode() {
    let env = Env::new();
    let run = env.scan("1.2.3.999\nd41d8cd98f00b204e9800998ecf8427e0\n", ["-f", "jsonl"]).exits(2);
    assert_eq!(run.of_verdict("invalid"), ["1.2.3.999", "d41d8cd98f00b204e9800998ecf8427e0"]);
    assert_eq!(env.simulator.arrivals().len(), 0);
}

#[test]
fn with_whole_lines_every_other_line_is_invalid() {
    let list = "hello world\nexample.com\n\n# a note\n";
    let run = Env::new().scan(list, ["-f", "jsonl", "--whole-lines"]).exits(2);
    assert_eq!(run.of_verdict("invalid"), ["hello world"]);
    let record = run.records().into_iter().find(|record| record["verdict"] == "invalid").unwrap();
    assert_eq!(record["error"]["code"], "Invalid");
    assert_eq!(record["kind"], serde_json::Value::Null);
    run.says("4 lines: 2 with indicators, 0 without, 1 comments, 1 blank; 2 found, 2 unique");
}

#[test]
fn a_note_behind_an_indicator_is_no_part_of_it() {
    assert_eq!(
        found(b"a.example.com # the first\nhttp://b.example.com/x#y\n"),
        ["a.example.com", "http://b.example.com/x#y"]
    );
}

#[test]
fn every_line_is_in_exactly_one_count() {
    let list = "\n# note\n10.0.0.1\nexample.com\nexample.com\nsome words\n1.2.3.999\n   \n";
    Env::new()
        .scan(list, [""; 0])
        .says("8 lines: 4 with indicators, 1 without, 1 comments, 2 blank; 4 found, 3 unique")
        .says("0 deferred, 1 skipped, 1 invalid; 1 requests, 0 from the store");
}
