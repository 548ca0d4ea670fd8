//! Input as it really comes: encodings, archives, many files, files of any size.

use std::collections::BTreeSet;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::env::{Env, Run};

/// What a dry run says of files, as records.
#[track_caller]
fn dry_run(env: &Env, args: &[&str]) -> Run {
    let mut vtscan = env.bare();
    Run::of(vtscan.args(["--dry-run", "--store", "none", "-f", "jsonl"]).args(args))
}

/// Each record's indicator, origin and occurrences.
fn facts(run: &Run) -> Vec<(String, String, u64)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fact = |record: &Value| {
        let occurrences = record["occurrences"].as_u64().unwrap();
        (text(&record["indicator"]), text(&record["origin"]), occurrences)
    };
    run.records().iter().map(fact).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A text in every encoding that is read.
fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let units =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    let marked = format!("\u{FEFF}{text}");
    vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with a mark", marked.clone().into_bytes()),
        ("UTF-16LE with a mark", units(&marked, u16::to_le_bytes)),
        ("UTF-16BE with a mark", units(&marked, u16::to_be_bytes)),
        ("UTF-16LE", units(text, u16::to_le_bytes)),
        ("UTF-16BE", units(text, u16::to_be_bytes)),
    ]
}

#[test]
fn every_encoding_line_end_and_archive_gives_the_same() {
    let env = Env::new();
    let lines = ["# note", "185.220.101.42", "", "evil[.]example[.]com", "Grüße", "9.9.9.9"];
    for ending in ["\n", "\r\n", "\r"] {
        for (encoding, bytes) in encodings(&lines.join(ending)) {
            for (pack, packed) in
                [("plain", bytes.clone()), ("gzip", gzip(&bytes)), ("zstd", zstd(&bytes))]
            {
                env.write("list", packed);
                let run = dry_run(&env, &["list"]).exits(0);
                let expected = [("185.220.101.42", 2), ("evil.example.com", 4), ("9.9.9.9", 6)];
                let expected =
                    expected.map(|(text, line)| (text.into(), format!("list:{line}"), 1));
                assert_eq!(facts(&run), expected, "{encoding}, {ending:?}, {pack}: {}", run.stderr);
                run.says("6 lines: 3 with indicators, 1 without, 1 comments, 1 blank");
            }
        }
    }
}

#[test]
fn latin_1_and_nuls_cost_nothing_but_themselves() {
    let env = Env::new();
    env.write("list", b"caf\xE9\n9.9.9.9\n\0\0\0\n\xFF\xFE\xFF evil.example.com\n8.8.8.8\0\n");
    let found: Vec<String> =
        facts(&dry_run(&env, &["list"])).into_iter().map(|(text, ..)| text).collect();
    assert!(found.contains(&"9.9.9.9".to_owned()), "{found:?}");
    assert!(found.contains(&"evil.example.com".to_owned()), "{found:?}");
}

#[test]
fn all_members_and_frames_of_an_archive_are_read() {
    let env = Env::new();
    for pack in [gzip, zstd] {
        env.write(
            "list",
            [pack(b"9.9.9.9\n8.8."), pack(b"8.8\n"), pack(b""), pack(b"1.1.1.1\n")].concat(),
        );
        let expected = [("9.9.9.9", 1), ("8.8.8.8", 2), ("1.1.1.1", 3)];
        let expected = expected.map(|(text, line)| (text.into(), format!("list:{line}"), 1));
        assert_eq!(facts(&dry_run(&env, &["list"])), expected);
        let run = Run::with_stdin(
            env.bare().args(["--dry-run", "--store", "none", "-f", "jsonl", "-"]),
            pack(b"9.9.9.9\n"),
        );
        assert_eq!(facts(&run), [("9.9.9.9".into(), "-:1".into(), 1)]);
    }
}

#[test]
fn a_cut_or_corrupt_archive_is_named_and_what_came_before_is_looked_up() {
    let env = Env::new();
    let text: String = (0..5_000).map(|n| format!("45.1.{}.{}\n", n / 250, n % 250)).collect();
    for whole in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
        let mut corrupt = whole.clone();
        let middle = corrupt.len() / 2;
        corrupt[middle..middle + 8].fill(0xAA);
        for broken in [&whole[..whole.len() - 1], &whole[..whole.len() / 2], &whole[..5], &corrupt]
        {
            env.write("list.gz", broken);
            env.write("good.txt", "good.example.com\n");
            let run = dry_run(&env, &["list.gz", "good.txt"]).exits(2);
            let named = run.stderr.lines().filter(|line| line.contains("error: list.gz "));
            assert_eq!(named.count(), 1, "{}", run.stderr);
            let run = run.says("error: list.gz cannot be read: ");
            // No input stops another, and nothing is made up.
            let mut found = facts(&run);
            assert_eq!(found.pop().unwrap().0, "good.example.com");
            for (found, text) in found.iter().zip(text.lines()) {
                assert_eq!(found.0, text);
            }
        }
    }
}

#[test]
fn a_zstd_window_past_8_mib_is_refused() {
    let env = Env::new();
    for (log, code) in [(23, 0), (24, 2)] {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(log).unwrap();
        encoder.write_all(&b"9.9.9.9\n".repeat(100)).unwrap();
        env.write("list", encoder.finish().unwrap());
        dry_run(&env, &["list"]).exits(code);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_bomb_does_not_take_memory() {
    use std::process::Stdio;
    let env = Env::new();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&zeros).unwrap();
    }
    env.write("bomb.gz", encoder.finish().unwrap());
    let mut vtscan = env.bare();
    vtscan.args(["--dry-run", "--store", "none", "bomb.gz"]);
    let mut child = vtscan.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let mut peak = 0;
    // A process that has ended has no memory any more.
    while let Some(kib) = high_water(child.id()) {
        peak = kib;
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(child.wait().unwrap().success());
    assert!(peak < 48 << 10, "{peak} KiB for 64 MiB of zeros");
}

#[cfg(target_os = "linux")]
fn high_water(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn what_is_no_text_is_not_searched_as_text_also_inside_gzip_and_zstd() {
    let env = Env::new();
    let heads: [(&[u8], &str, i32); 4] = [
        (b"PK\x03\x04\x14\0\0\0\x08\0", "ZIP archive", 2),
        (b"%PDF-1.7\nhttp://evil.example.com/\n", "PDF", 2),
        (b"7z\xBC\xAF\x27\x1C\0\x04\0\0\0\0 evil.example.com", "7z archive", 2),
        // Read by its hash.
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF evil.example.com", "executable", 0),
    ];
    for (head, name, code) in heads {
        for bytes in [head.to_vec(), gzip(head), zstd(head)] {
            env.write("evidence", bytes);
            let run = dry_run(&env, &["evidence"]).exits(code);
            // Nothing of it but its hashes is asked.
            let kinds: Vec<Value> = run.records().iter().map(|one| one["kind"].clone()).collect();
            assert!(!kinds.is_empty() && kinds.iter().all(|kind| kind == "file"), "{kinds:?}");
            if code == 2 {
                assert!(run.stderr.contains("error: evidence"), "{name}: {}", run.stderr);
            }
            // It is named, and not even hashed, where nothing is opened.
            let run = dry_run(&env, &["--whole-lines", "evidence"]).exits(2);
            assert_eq!(run.stdout, "", "{name}");
            run.says("error: evidence cannot be read: it is no text (");
        }
    }
}

#[test]
fn origins_and_occurrences_count_over_all_inputs() {
    let env = Env::new();
    env.write("a.txt", "9.9.9.9\nseen 8.8.8.8 and 9.9.9.9\n");
    env.write("b.gz", gzip(b"\n\nhxxp://evil[.]example[.]com/x\n9.9.9.9"));
    env.write("c.txt", encodings("8.8.8.8\r\n1.1.1.1\r\n").remove(2).1);
    let run = dry_run(&env, &["a.txt", "b.gz", "9.9.9[.]9", "c.txt"]);
    let expected = [
        ("9.9.9.9", "a.txt:1", 4),
        ("8.8.8.8", "a.txt:2", 2),
        ("http://evil.example.com/x", "b.gz:3", 1),
        ("1.1.1.1", "c.txt:2", 1),
    ];
    assert_eq!(facts(&run), expected.map(|(text, at, times)| (text.into(), at.into(), times)));
    run.says("2 of the 8 found stand inside longer lines")
        .says("9 lines: 7 with indicators, 0 without, 0 comments, 2 blank; 8 found, 4 unique");
}

/// A record says what was found where that is not the indicator itself; a note is no part of it.
#[test]
fn a_note_is_no_part_of_what_was_found() {
    let env = Env::new();
    let cases: &[(&[u8], &str, Option<&str>)] = &[
        (b"evil.example.com # seen in a phish", "evil.example.com", None),
        (b"\t9.9.9.9\t#\n", "9.9.9.9", None),
        (
            b"hxxp://evil[.]com/a#b  # f\xFCr uns",
            "http://evil.com/a#b",
            Some("hxxp://evil[.]com/a#b"),
        ),
        (b"someone@evil.org # x", "evil.org", Some("someone@evil.org")),
        (b"see 8[.]8[.]8[.]8 # in a note", "8.8.8.8", Some("8[.]8[.]8[.]8")),
        (b"999.1.1.1 # a slip", "999.1.1.1", None),
    ];
    for (line, indicator, written) in cases {
        env.write("list", line);
        let run = dry_run(&env, &["list"]);
        let records = run.records();
        assert_eq!(records.len(), 1, "{}", run.stderr);
        assert_eq!(records[0]["indicator"], *indicator);
        assert_eq!(records[0]["as_written"].as_str(), *written, "{indicator}");
    }
    let run = dry_run(&env, &["--whole-lines", "list"]);
    assert_eq!(run.records()[0]["indicator"], "999.1.1.1");
}

/// A log of this number of lines, in which every fourth has an indicator and every tenth of them a new one.
fn log(lines: usize) -> String {
    let line = |n: usize| match n % 4 {
        0 => format!(
            "Nov 21 10:00:00 fw kernel: DROP SRC=45.{}.{}.7 LEN=60\n",
            n / 40 % 200,
            n / 8000
        ),
        1 => format!("nothing in line {n}\n"),
        2 => format!("10:00:00 GET http://site{}.example.com/gate.php?id={n} 200\n", n / 100),
        _ => "# a comment\n".to_owned(),
    };
    (0..lines).map(line).collect()
}

#[test]
fn many_blocks_give_what_one_gives() {
    let env = Env::new();
    let text = log(120_000);
    assert!(text.len() > 4 << 20, "enough for all threads to start: {}", text.len());
    env.write("log", &text);
    let run = dry_run(&env, &["log"]).exits(0);
    let lines = "120000 lines: 60000 with indicators, 60000 without, 0 comments, 0 blank";
    assert!(run.stderr.contains(lines), "{}", run.stderr);
    let origin = |line: usize| format!("log:{line}");
    let facts = facts(&run);
    let addresses: BTreeSet<_> =
        (0..120_000).step_by(4).map(|n| (n / 40 % 200, n / 8000)).collect();
    assert_eq!(facts.len(), addresses.len() + 30_000);
    assert_eq!(facts[0].1, origin(1));
    let last = (0..120_000).rfind(|n| n % 4 == 2).unwrap();
    assert_eq!(facts.last().unwrap().1, origin(last + 1));
    for (number, noise) in (1..120_000).step_by(2).take(10).enumerate() {
        assert!(run.stderr.contains(&format!("log:{}: no indicator", noise + 1)), "{number}");
    }
    run.says("and 59990 more lines without an indicator");
}

#[test]
fn a_line_of_megabytes_is_one_line() {
    let env = Env::new();
    let member = |n: usize| {
        format!("{{\"name\":\"some words\",\"ip\":\"45.1.{}.{}\"}},", n / 250 % 250, n % 250)
    };
    let long: String = (0..250_000).map(member).collect();
    assert!(long.len() > 8 << 20);
    env.write("long.json", format!("9.9.9.9\n[{long}]\n8.8.8.8\n"));
    let run = dry_run(&env, &["long.json"]).exits(0);
    let facts = facts(&run);
    assert_eq!(facts.len(), 62_500 + 2);
    assert_eq!(facts[0], ("9.9.9.9".into(), "long.json:1".into(), 1));
    assert_eq!(facts[1].1, "long.json:2");
    assert_eq!(facts.last().unwrap(), &("8.8.8.8".into(), "long.json:3".into(), 1));
    assert_eq!(facts.iter().map(|(.., times)| times).sum::<u64>(), 250_002);
    run.says("3 lines: 3 with indicators, 0 without, 0 comments, 0 blank; 250002 found");
}

#[test]
fn a_long_comment_or_word_is_what_it_would_be_if_it_were_short() {
    let env = Env::new();
    let words = "some words ".repeat(200_000);
    env.write(
        "list",
        format!("1.1.1.1\n# {words} 9.9.9.9 {words}\n{}\n{words}\n8.8.8.8\n", "f".repeat(3 << 20)),
    );
    let run = dry_run(&env, &["list"]);
    let records = run.records();
    assert_eq!(records.len(), 3, "{}", run.stderr);
    let invalid = records.iter().find(|record| record["verdict"] == "invalid").unwrap();
    assert_eq!(invalid["origin"], "list:3");
    let last = records.iter().find(|record| record["indicator"] == "8.8.8.8").unwrap();
    assert_eq!(last["origin"], "list:5");
    run.says("list:4: no indicator in 'some words")
        .says("5 lines: 3 with indicators, 1 without, 1 comments, 0 blank; 3 found, 3 unique");
}

#[test]
fn a_long_line_that_is_to_be_whole_is_invalid_once() {
    let env = Env::new();
    env.write("list", format!("{}\n8.8.8.8\n", "9.9.9.9 and ".repeat(300_000)));
    let run = dry_run(&env, &["--whole-lines", "list"]);
    let records = run.records();
    assert_eq!(records.len(), 2, "{}", run.stderr);
    assert_eq!(records[0]["verdict"], "invalid");
    assert!(records[0]["indicator"].as_str().unwrap().len() < 1_000);
    assert_eq!(records[1]["indicator"], "8.8.8.8");
}
