//! `--hash`: files looked up by their SHA-256.

use std::fs;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::env::{Env, Run};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The records' origins and indicators.
fn hashed(run: &Run) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    run.records()
        .iter()
        .map(|record| (text(&record["origin"]), text(&record["indicator"])))
        .collect()
}

fn dry_run(env: &Env, args: &[&str]) -> Run {
    Run::of(env.bare().args(["--dry-run", "--store", "none", "-f", "jsonl"]).args(args))
}

#[test]
fn a_file_is_looked_up_by_its_hash_and_not_uploaded() {
    let env = Env::new();
    let content = vec![7; 3_000_000];
    env.write("sample.exe", &content);
    let run = Run::of(env.vtscan().args(["-f", "jsonl", "--hash", "sample.exe"]));
    assert_eq!(hashed(&run), [("sample.exe".to_owned(), sha256(&content))]);
    assert_eq!(run.records()[0]["kind"], "file");
    assert_eq!(run.records()[0]["as_written"], serde_json::Value::Null);
    let lookups = env.simulator.lookups();
    assert_eq!(lookups.len(), 1);
    run.says("1 file hashed, 0 could not be read; nothing is uploaded").says(
        "vtscan: 0 lines: 0 with indicators, 0 without, 0 comments, 0 blank; 1 found, 1 unique",
    );
}

#[test]
fn a_folder_stands_for_all_regular_files_below_it_in_order() {
    let env = Env::new();
    fs::create_dir_all(env.work().join("samples/deep/er")).unwrap();
    let mut expected = Vec::new();
    for n in 0..40 {
        let name = format!("samples/{}{n:02}.bin", ["", "deep/", "deep/er/"][n % 3]);
        env.write(&name, format!("content {n}"));
        expected.push((name, sha256(format!("content {n}").as_bytes())));
    }
    expected.sort();
    assert_eq!(hashed(&dry_run(&env, &["--hash", "samples"])), expected);
}

#[test]
fn one_content_under_many_names_is_one_entry() {
    let env = Env::new();
    fs::create_dir(env.work().join("samples")).unwrap();
    for name in ["samples/b", "samples/a", "c"] {
        env.write(name, "same");
    }
    let run = dry_run(&env, &["--hash", "samples", "--hash", "c"]);
    assert_eq!(hashed(&run), [("samples/a".to_owned(), sha256(b"same"))]);
    assert_eq!(run.records()[0]["occurrences"], 3);
    run.says("3 found, 1 unique");
}

#[test]
fn inputs_go_before_files_and_input_txt_is_not_read_uncalled() {
    let env = Env::new();
    env.write("input.txt", "8.8.8.8\n");
    env.write("list.txt", format!("9.9.9.9\n{}\n", sha256(b"x").to_uppercase()));
    env.write("x", "x");
    let run = dry_run(&env, &["--hash", "x"]);
    assert_eq!(hashed(&run), [("x".to_owned(), sha256(b"x"))]);
    let run = dry_run(&env, &["--hash", "x", "list.txt"]);
    let expected =
        [("list.txt:1".to_owned(), "9.9.9.9".to_owned()), ("list.txt:2".to_owned(), sha256(b"x"))];
    assert_eq!(hashed(&run), expected);
    assert_eq!(run.records()[1]["occurrences"], 2);
}

#[test]
fn what_is_not_there_is_an_error_before_anything_is_spent() {
    let env = Env::new();
    let run = Run::of(env.vtscan().args(["--hash", "nosuch.exe", "9.9.9.9"]))
        .exits(2)
        .says("error: --hash nosuch.exe: No such file");
    assert_eq!(run.stdout, "");
    assert_eq!(env.simulator.arrivals().len(), 0);
    Run::of(env.vtscan().args(["--hash", "-"])).exits(2).says("stdin is read as a list");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_passed_over_and_counted() {
    let env = Env::new();
    let samples = env.work().join("samples");
    fs::create_dir(&samples).unwrap();
    env.write("samples/a", "a");
    env.write("secret", "secret");
    for (to, name) in [("../secret", "link"), (".", "loop"), ("/", "root"), ("nowhere", "broken")] {
        std::os::unix::fs::symlink(to, samples.join(name)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(samples.join("pipe")).status().unwrap().success());
    let run = dry_run(&env, &["--hash", "samples", "--hash", "samples/link"]).exits(0);
    assert_eq!(hashed(&run), [("samples/a".to_owned(), sha256(b"a"))]);
    run.says("1 file hashed, 0 could not be read, 6 passed over that are no regular files");
}

#[cfg(unix)]
#[test]
fn unreadable_files_and_folders_are_named_counted_and_missed() {
    use std::os::unix::fs::PermissionsExt;
    let env = Env::new();
    fs::create_dir_all(env.work().join("samples/closed")).unwrap();
    env.write("samples/a", "a");
    env.write("samples/b", "b");
    env.write("samples/closed/c", "c");
    for path in ["samples/b", "samples/closed"] {
        fs::set_permissions(env.work().join(path), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let mut vtscan = env.vtscan();
    vtscan.args(["-f", "jsonl", "--fail-on", "never", "--hash", "samples"]);
    let Some(mut vtscan) = crate::cli::as_nobody(&env, &vtscan) else {
        println!("not tested: root reads every file");
        return;
    };
    let run = Run::of(&mut vtscan);
    fs::set_permissions(env.work().join("samples/closed"), fs::Permissions::from_mode(0o755))
        .unwrap();
    let run = run
        .exits(2)
        .says("warning: samples/b cannot be read, so it is not looked up: Permission denied")
        .says("warning: samples/closed cannot be read")
        .says("1 file hashed, 2 could not be read")
        .says("vtscan: 2 inputs could not be read: no answers on them\nvtscan: 0 lines: ")
        .says("; exit 2");
    assert_eq!(hashed(&run), [("samples/a".to_owned(), sha256(b"a"))]);
}

#[test]
fn an_excluded_hash_is_not_sent() {
    let env = Env::new();
    env.write("sample", "x");
    env.write("mine.txt", sha256(b"x"));
    let args = ["-f", "jsonl", "--hash", "sample", "--exclude", "mine.txt"];
    let run = Run::of(env.vtscan().args(args)).exits(0);
    assert_eq!(run.of_verdict("skipped"), [sha256(b"x")]);
    assert_eq!(env.simulator.arrivals().len(), 0);
}
