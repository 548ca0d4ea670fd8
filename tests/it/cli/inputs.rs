//! INPUT: files, FIFOs, stdin, indicators, and other words.

use std::process::Command;

use super::{ADDRESS, keyless, refused};
use crate::env::{Env, Run};

#[test]
fn without_an_input_and_an_input_txt_it_says_what_to_do() {
    let env = Env::new();
    let run = Run::of(&mut env.vtscan());
    assert!(!run.stderr.contains("pipe"), "{}", run.stderr);
    refused(
        &env,
        run,
        "there is no input.txt in this folder; name a file, '-' for stdin, or an indicator (vtscan --help)",
    );
}

#[test]
fn a_pipe_that_nobody_reads_is_said() {
    let note = "stdin is a pipe and is not read: name it as '-' to read it";
    let env = Env::new();
    let run = Run::with_stdin(&mut env.vtscan(), ADDRESS).says(note);
    refused(&env, run, "there is no input.txt");
    env.write("input.txt", "example.com\n");
    let run = Run::with_stdin(env.vtscan().args(["-f", "jsonl"]), ADDRESS).says(note);
    assert_eq!(run.records()[0]["indicator"], "example.com");
    assert_eq!(run.records().len(), 1);
}

#[test]
fn input_txt_of_the_current_folder_is_the_default() {
    let env = Env::new();
    env.write("input.txt", format!("{ADDRESS}\n"));
    let run = Run::of(env.vtscan().args(["-f", "jsonl"]));
    assert_eq!(run.records()[0]["origin"], "input.txt:1");
    assert!(!run.stderr.contains("pipe"), "{}", run.stderr);
}

#[test]
fn a_key_is_asked_for_only_once_something_is_to_be_looked_up() {
    let env = Env::new();
    let run = Run::of(keyless(&env).args(["10.0.0.1"])).exits(0);
    assert!(run.stdout.starts_with("skipped "), "{run:?}");
    refused(
        &env,
        Run::of(keyless(&env).arg(ADDRESS)),
        "no API key: set VT_API_KEY, or name a file",
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let env = Env::new();
    let path = env.write("secret.txt", ADDRESS);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).unwrap();
    let Some(mut vtscan) = super::as_nobody(&env, env.vtscan().arg("secret.txt")) else {
        println!(
            "not tested: root reads every file, and there is no setpriv to run as somebody else"
        );
        return;
    };
    refused(&env, Run::of(&mut vtscan), "secret.txt cannot be read: Permission denied");
}

#[test]
fn a_folder_is_every_file_in_it_and_an_empty_one_is_said() {
    let env = Env::new();
    std::fs::create_dir(env.work().join("iocs")).unwrap();
    for name in ["iocs", "iocs/"] {
        let run = Run::of(env.vtscan().arg(name)).exits(0).says("iocs holds no file");
        assert_eq!((run.stdout.as_str(), env.simulator.lookups().len()), ("", 0));
    }
    env.write("iocs/a.txt", "evil.example.com\n");
    for name in ["iocs", "iocs/"] {
        let run = Run::of(env.vtscan().args(["-f", "jsonl", name])).exits(0);
        assert_eq!(run.records()[0]["origin"], "iocs/a.txt:1");
    }
}

#[test]
fn an_empty_list_ends_at_once_and_says_so() {
    for content in ["", "\n\n  \n", "# nothing yet\n"] {
        let env = Env::new();
        let run =
            env.scan(content, [""; 0]).exits(0).says("no indicator found in ").says("; exit 0");
        assert_eq!(run.stdout, "");
        assert_eq!(env.simulator.arrivals().len(), 0);
    }
}

#[test]
fn what_is_neither_a_file_nor_an_indicator_is_named() {
    for (input, says) in [
        ("hello", "'hello' is neither a file nor an indicator"),
        ("", "'' is neither a file nor an indicator"),
        ("999.1.1.1", "'999.1.1.1' is neither a file nor an indicator: dotted quad out of range"),
        ("nosuch/list", "'nosuch/list' is neither"),
        ("a\u{1b}[31mb", "'a\\u{1b}[31mb' is neither"),
    ] {
        let env = Env::new();
        refused(&env, Run::of(env.vtscan().arg(input)), says);
    }
}

#[test]
fn nothing_is_looked_up_where_one_input_of_several_is_wrong() {
    let env = Env::new();
    env.write("a.txt", ADDRESS);
    refused(&env, Run::of(env.vtscan().args(["a.txt", "b.txt"])), "there is no file 'b.txt'");
}

#[test]
fn an_argument_that_ends_like_a_file_must_exist() {
    for name in
        ["report.md", "iocs.zip", "IOCS.ZIP", "list.txt", "x/y.csv", "setup.py", "iocs.JSONL"]
    {
        let env = Env::new();
        refused(&env, Run::of(env.vtscan().arg(name)), &format!("there is no file '{name}'"));
    }
}

#[test]
fn a_domain_that_ends_like_a_file_is_looked_up_where_it_is_written_like_one() {
    for argument in ["report[.]zip", "https://report.zip/x", "hxxp://report.zip"] {
        let env = Env::new();
        let run = Run::of(env.vtscan().args(["-f", "jsonl", argument]));
        assert_eq!(run.records()[0]["origin"], "argument", "{run:?}");
        assert_eq!(env.simulator.lookups().len(), 1);
    }
}

#[test]
fn an_existing_file_goes_before_an_indicator_of_the_same_name() {
    let env = Env::new();
    env.write("example.com", ADDRESS);
    let run = Run::of(env.vtscan().args(["-f", "jsonl", "example.com"]));
    assert_eq!(run.records()[0]["indicator"], ADDRESS);
    assert_eq!(run.records()[0]["origin"], "example.com:1");
    assert_eq!(run.records()[1]["indicator"], "example.com");
    assert_eq!(run.records()[1]["origin"], "argument");
    run.says(
        "'example.com' is read as the file of that name, and looked up as an indicator as well",
    );
}

#[test]
fn an_empty_file_named_like_the_indicator_that_is_asked_for_was_all_there_was() {
    for name in ["evil.com", "8.8.8.8", "44d88612fea8a8f36de82e1278abb02f"] {
        let env = Env::new();
        env.write(name, "");
        let run =
            Run::of(env.vtscan().args(["-f", "jsonl", name])).says("looked up as an indicator");
        assert_eq!(run.records()[0]["indicator"], name, "{run:?}");
        assert_eq!(env.simulator.lookups().len(), 1);
    }
    // What is written like a file is one.
    let env = Env::new();
    env.write("evil.txt", "");
    Run::of(env.vtscan().arg("evil.txt")).exits(0);
    assert!(env.simulator.arrivals().is_empty());
}

#[test]
fn origins_name_file_stdin_and_argument() {
    let env = Env::new();
    env.write("a.txt", "# a\n\n185.220.101.42\n");
    let mut vtscan = env.vtscan();
    vtscan.args(["-f", "jsonl", "a.txt", "-", "hxxps://example[.]net/x"]);
    let run = Run::with_stdin(&mut vtscan, "example.com\n");
    let origin = |indicator: &str| {
        let is_it = |record: &serde_json::Value| record["indicator"] == indicator;
        run.records().into_iter().find(is_it).expect(indicator)["origin"].clone()
    };
    assert_eq!(origin("185.220.101.42"), "a.txt:3");
    assert_eq!(origin("example.com"), "-:1");
    assert_eq!(origin("https://example.net/x"), "argument");
    let run =
        run.says("5 lines: 3 with indicators, 0 without, 1 comments, 1 blank; 3 found, 3 unique");
    assert_eq!(run.records().len(), 3);
}

#[test]
fn occurrences_count_over_all_inputs_and_writings() {
    let env = Env::new();
    env.write("a.txt", "hxxp://Example[.]com/A\nhttp://example.com/A\n");
    env.write("b.txt", "http://example.com/A\nhttp://example.com/a\n");
    let run = Run::of(env.vtscan().args(["-f", "jsonl", "a.txt", "b.txt", "hxxp://example.com/A"]));
    let records = run.records();
    let counts: Vec<_> = records
        .iter()
        .map(|record| (record["indicator"].as_str().unwrap(), &record["occurrences"]))
        .collect();
    // A path's case is kept, for servers tell it apart.
    assert_eq!(records.len(), 2, "{counts:?}");
    let first =
        records.iter().find(|record| record["indicator"] == "http://example.com/A").unwrap();
    assert_eq!(first["occurrences"], 4);
    assert_eq!(first["origin"], "a.txt:1");
    assert_eq!(first["as_written"], "hxxp://Example[.]com/A");
    run.says("5 found, 2 unique");
    assert_eq!(env.simulator.lookups().len(), 2);
}

#[test]
fn stdin_is_read_where_it_is_named() {
    let env = Env::new();
    let run =
        Run::with_stdin(env.vtscan().args(["-f", "jsonl", "-"]), "a.example.com\n\nb.example.com");
    assert_eq!(run.records().len(), 2);
    assert_eq!(run.of_verdict("nonesuch").len(), 0);
    assert!(!run.stderr.contains("is a pipe"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn a_fifo_is_read_like_a_file() {
    let env = Env::new();
    let path = env.work().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let writer = std::thread::spawn(move || std::fs::write(path, "185.220.101.42\nexample.com\n"));
    let run = Run::of(env.vtscan().args(["-f", "jsonl", "pipe"]));
    writer.join().unwrap().unwrap();
    let mut origins: Vec<_> =
        run.records().iter().map(|record| record["origin"].to_string()).collect();
    origins.sort();
    assert_eq!(origins, [r#""pipe:1""#, r#""pipe:2""#]);
}

#[test]
fn a_files_name_may_hold_anything() {
    let env = Env::new();
    env.write("käse \u{1b}[2J.txt", ADDRESS);
    let run = Run::of(env.vtscan().args(["-f", "jsonl", "käse \u{1b}[2J.txt"]));
    assert_eq!(run.records()[0]["origin"], "käse \u{1b}[2J.txt:1");
    assert!(!run.stderr.contains('\u{1b}'), "{:?}", run.stderr);
}

#[test]
fn a_missing_files_name_is_escaped() {
    let env = Env::new();
    refused(&env, Run::of(env.vtscan().arg("nö\u{1b}.txt")), "there is no file 'nö\\u{1b}.txt'");
}
