//! Files of records: whole or not there, and never one that the run reads.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use vt_simulator::{Config, Latency};

use crate::env::{Env, Run, SmallDisk};
use crate::lists::{clean, lines, mixed};
use crate::running::Running;

const SOON: Duration = Duration::from_secs(30);

/// The files of the current folder, in their order.
fn files(env: &Env) -> Vec<String> {
    let names = std::fs::read_dir(env.work()).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn read(env: &Env, name: &str) -> String {
    std::fs::read_to_string(env.work().join(name)).expect(name)
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn every_format_is_written_at_once_and_says_what_stdout_would() {
    let env = Env::new();
    let list = lines(&mixed(40));
    let names = ["a.txt", "b.log", "c.jsonl", "d.csv", "e.md", "f.html"];
    let options = names.iter().flat_map(|name| ["-o", name]);
    let run = env.scan(&list, options).exits(1);
    assert_eq!(sorted(&run.stdout), sorted(&read(&env, "a.txt")));
    assert_eq!(read(&env, "a.txt"), read(&env, "b.log"));
    assert_eq!(env.simulator.lookups().len(), 40);
    for (format, name) in [("jsonl", "c.jsonl"), ("csv", "d.csv")] {
        // From the store, which the age and the source tell.
        let again = env.scan(&list, ["-f", format]).stdout;
        let plain = |text: &str| {
            text.replace("\"virustotal\"", "\"cache\"").replace(",virustotal,", ",cache,")
        };
        assert_eq!(sorted(&plain(&again)), sorted(&plain(&read(&env, name))), "{name}");
    }
    for name in ["e.md", "f.html"] {
        assert!(
            read(&env, name).matches("hxxp://site2[.]evil-number-2[.]com").count() >= 1,
            "{name}"
        );
    }
}

#[test]
fn a_file_has_its_name_only_when_it_is_whole() {
    let latency = Latency::Fixed(Duration::from_millis(1500));
    let env = Env::with(Config { latency, ..Config::default() });
    env.write("report.csv", "what stood there before");
    let path = env.write("input.txt", lines(&clean(4)));
    let running = Running::start(env.vtscan().args(["-o", "report.csv"]).arg(path));
    env.simulator.wait_for(4, SOON);
    assert_eq!(read(&env, "report.csv"), "what stood there before");
    running.end().exits(0);
    assert_eq!(read(&env, "report.csv").lines().count(), 5);
    assert_eq!(files(&env), ["input.txt", "report.csv"]);
}

#[test]
fn an_interrupt_leaves_files_that_hold_what_is_known_and_say_that_it_is_partial() {
    let latency = Latency::Fixed(Duration::from_millis(1500));
    let env = Env::with(Config { latency, ..Config::default() });
    let path = env.write("input.txt", lines(&clean(12)));
    let names = ["a.txt", "b.jsonl", "c.csv", "d.md", "e.html"];
    let options = names.iter().flat_map(|name| ["-o", name]);
    let running = Running::start(env.vtscan().args(["-j", "4"]).args(options).arg(path));
    env.simulator.wait_for(5, SOON);
    running.signal(Signal::INT);
    running.end().exits(130);
    let records: Vec<Value> =
        read(&env, "b.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records.len(), 12);
    let deferred = records.iter().filter(|record| record["error"]["code"] == "Interrupted").count();
    assert!((1..12).contains(&deferred), "{deferred}");
    assert_eq!(read(&env, "c.csv").matches(",Interrupted,").count(), deferred);
    let partial = format!("interrupted; {deferred} not asked");
    let text = read(&env, "a.txt");
    assert_eq!(text.lines().count(), 12 - deferred + 1, "{text}");
    assert!(text.lines().last().unwrap().starts_with(&format!("# partial: {partial}")), "{text}");
    for name in ["d.md", "e.html"] {
        assert!(read(&env, name).contains(&partial), "{name}");
    }
}

#[test]
fn a_second_interrupt_still_writes_what_is_known() {
    let env = Env::with(Config { latency: Latency::Fixed(SOON), ..Config::default() });
    let path = env.write("input.txt", "10.0.0.1\n8.8.8.8\n");
    let mut running = Running::start(env.vtscan().args(["-o", "a.md"]).arg(path));
    env.simulator.wait_for(1, SOON);
    running.signal(Signal::INT);
    running.hears("interrupted");
    running.signal(Signal::INT);
    running.end().exits(130);
    let text = read(&env, "a.md");
    assert!(text.contains("**Partial**: interrupted; 0 not asked, 1 without a record"), "{text}");
    assert!(text.contains("10[.]0[.]0[.]1"), "{text}");
}

#[test]
fn a_file_that_the_run_reads_is_never_written() {
    let env = Env::new();
    env.write("iocs.csv", "8.8.8.8\n");
    env.write("own.txt", "example.com\n");
    env.write("key.txt", "0123456789abcdef".repeat(4));
    symlink("iocs.csv", env.work().join("link.csv")).unwrap();
    std::fs::hard_link(env.work().join("iocs.csv"), env.work().join("hard.csv")).unwrap();
    for (options, name) in [
        (&["iocs.csv", "-o", "iocs.csv"][..], "iocs.csv"),
        (&["iocs.csv", "-o", "./iocs.csv"], "iocs.csv"),
        (&["iocs.csv", "-o", "link.csv"], "iocs.csv"),
        (&["iocs.csv", "-o", "hard.csv"], "iocs.csv"),
        (&["iocs.csv", "--log-file", "iocs.csv"], "iocs.csv"),
        (&["iocs.csv", "--exclude", "own.txt", "-o", "own.txt"], "own.txt"),
        (&["iocs.csv", "--key-file", "key.txt", "-o", "key.txt"], "key.txt"),
        (&["--hash", "own.txt", "-o", "own.txt"], "own.txt"),
        (&["8.8.8.8", "-o", "a.csv", "-o", "./a.csv"], "a.csv"),
        (&["8.8.8.8", "-o", "a.log", "--log-file", "a.log"], "a.log"),
    ] {
        let before = files(&env);
        let run = Run::of(env.vtscan().args(options)).exits(2);
        assert!(
            run.stderr.contains(&format!("would replace {name}, which this run uses"))
                || run.stderr.contains("would replace ./a.csv"),
            "{options:?}: {run:?}"
        );
        assert_eq!(files(&env), before, "{options:?}");
    }
    assert_eq!(read(&env, "iocs.csv"), "8.8.8.8\n");
    assert!(env.simulator.lookups().is_empty());
}

/// What is used but not named on the command line, what stands in a folder that is read, and what
/// stdin is.
#[test]
fn a_file_that_the_run_uses_unnamed_was_overwritten() {
    let env = Env::new();
    std::fs::create_dir(env.work().join("evidence")).unwrap();
    std::fs::create_dir_all(env.config()).unwrap();
    for name in ["evidence/old.txt", ".env"] {
        env.write(name, "VT_API_KEY=\n");
    }
    std::fs::write(env.home().join(".vt.toml"), "").unwrap();
    std::fs::write(env.config().join("config.toml"), "").unwrap();
    env.scan("8.8.8.8\n", [""; 0]);
    let [vt_toml, config, store] =
        [env.home().join(".vt.toml"), env.config().join("config.toml"), env.store()]
            .map(|path| path.to_str().unwrap().to_owned());
    let asked = env.simulator.arrivals().len();
    for options in [
        &["--hash", "evidence", "-o", "evidence/old.txt"][..],
        &["8.8.8.8", "--log-file", ".env"],
        &["8.8.8.8", "--log-file", &vt_toml],
        &["8.8.8.8", "--log-file", &config],
        &["8.8.8.8", "--log-file", &store],
        &["8.8.8.8", "--log-file", &format!("{store}-wal")],
        &["8.8.8.8", "--store", "sqlite:a.csv", "-o", "a.csv"],
    ] {
        Run::of(env.vtscan().args(options)).exits(2).says("would replace");
    }
    let mut command = env.vtscan();
    command.args(["-", "-o", "input.txt"]);
    command.stdin(std::fs::File::open(env.work().join("input.txt")).unwrap());
    Run::of(&mut command).exits(2).says("would replace");
    assert_eq!(read(&env, "input.txt"), "8.8.8.8\n");
    assert_eq!(read(&env, "evidence/old.txt"), "VT_API_KEY=\n");
    assert_eq!(env.simulator.arrivals().len(), asked);
    // A new file may stand beside what is read.
    Run::of(env.vtscan().args(["--hash", "evidence", "-o", "evidence/new.csv"])).says("1 unique");
}

#[test]
fn a_link_that_another_user_planted_was_followed() {
    if !rustix::process::geteuid().is_root() {
        println!("not tested: only root can make another user's link");
        return;
    }
    let env = Env::new();
    let work = env.work();
    let nobody = rustix::fs::Uid::from_raw(65534);
    env.write("victim.csv", "mine");
    std::fs::create_dir(work.join("folder")).unwrap();
    for (name, target) in
        [("planted.csv", "victim.csv"), ("run.log", "victim.csv"), ("way", "folder")]
    {
        symlink(target, work.join(name)).unwrap();
        let flags = rustix::fs::AtFlags::SYMLINK_NOFOLLOW;
        rustix::fs::chownat(rustix::fs::CWD, work.join(name), Some(nobody), None, flags).unwrap();
    }
    for options in [["-o", "planted.csv"], ["-o", "way/new.csv"], ["--log-file", "run.log"]] {
        let run = Run::of(env.vtscan().arg("8.8.8.8").args(options)).exits(2);
        assert!(run.stderr.contains("another user's link"), "{options:?}: {run:?}");
    }
    assert_eq!(read(&env, "victim.csv"), "mine");
    assert!(env.simulator.arrivals().is_empty());
}

#[test]
fn what_a_killed_run_leaves_was_open_to_others() {
    let latency = Latency::Fixed(SOON);
    let env = Env::with(Config { latency, ..Config::default() });
    let path = env.write("input.txt", "8.8.8.8\n");
    let running = Running::start(env.vtscan().args(["-o", "report.csv"]).arg(path));
    env.simulator.wait_for(1, SOON);
    running.signal(Signal::KILL);
    running.end();
    let part = files(&env).into_iter().find(|name| name.ends_with(".part")).unwrap();
    let mode = env.work().join(part).metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn without_an_argument_input_txt_is_what_the_run_reads() {
    let env = Env::new();
    env.write("input.txt", "8.8.8.8\n");
    Run::of(env.vtscan().args(["-o", "input.txt"])).exits(2).says("would replace input.txt");
    assert_eq!(read(&env, "input.txt"), "8.8.8.8\n");
}

#[test]
fn what_has_no_place_is_said_before_anything_is_spent() {
    let env = Env::new();
    std::fs::create_dir(env.work().join("folder.csv")).unwrap();
    for (name, says) in [
        ("no/such/folder/x.csv", "there is no folder no/such/folder"),
        ("folder.csv", "it is no regular file"),
        (
            "x.xlsx",
            "the format is told by the extension: .txt, .log, .jsonl, .csv, .md, .html or .list",
        ),
        ("noextension", "the format is told by the extension"),
    ] {
        Run::of(env.vtscan().args(["8.8.8.8", "-o", name])).exits(2).says(says);
    }
    assert!(env.simulator.arrivals().is_empty());
}

#[test]
fn what_is_replaced_keeps_its_mode_and_its_links() {
    let env = Env::new();
    let path = env.write("secret.csv", "");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    symlink("secret.csv", env.work().join("link.csv")).unwrap();
    Run::of(env.vtscan().args(["8.8.8.8", "-o", "link.csv", "-o", "new.csv"]));
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(env.work().join("link.csv").symlink_metadata().unwrap().is_symlink());
    assert_eq!(read(&env, "secret.csv").lines().count(), 2);
    // What the umask leaves, as for every other program's files.
    let new = env.work().join("new.csv").metadata().unwrap().permissions().mode();
    let plain = env.write("plain", "").metadata().unwrap().permissions().mode();
    assert_eq!(new, plain);
}

#[test]
fn a_reader_that_has_gone_does_not_end_a_run_that_writes_files() {
    let env = Env::new();
    let path = env.write("input.txt", lines(&clean(40)));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = env.vtscan();
    command.args(["-o", "all.csv"]).arg(path).stdout(writer);
    Run::of_output(&mut command).exits(0).says("40 undetected");
    assert_eq!(read(&env, "all.csv").lines().count(), 41);
}

#[test]
fn only_and_defang_hold_in_every_format() {
    let env = Env::new();
    let options = ["--only", "skipped", "--defang"];
    let names = ["a.txt", "b.jsonl", "c.csv", "d.md", "e.html"];
    let files = names.iter().flat_map(|name| ["-o", name]);
    env.scan("10.0.0.1\n8.8.8.8\n", options.into_iter().chain(files));
    for name in names {
        let text = read(&env, name);
        assert!(text.contains("10[.]0[.]0[.]1"), "{name}:\n{text}");
        assert!(!text.contains("8[.]8[.]8[.]8"), "{name}:\n{text}");
        assert!(name == "e.html" || !text.contains("10.0.0.1"), "{name}:\n{text}");
    }
}

/// A small tmpfs, which only root may mount, filled by the run itself.
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing_half_written() {
    let env = Env::new();
    let disk = env.work().join("disk");
    let Some(mounted) = SmallDisk::mount(disk.clone(), 64) else { return };
    std::fs::write(disk.join("b.html"), "what stood there before").unwrap();
    let list = lines(&mixed(400));
    let mut runs = Vec::new();
    for name in ["a.jsonl", "b.html", "c.md"] {
        let path = format!("disk/{name}");
        runs.push(env.scan(&list, ["-o", &path, "-o", "whole.csv"]));
    }
    let log = env.scan(&list, ["--log-file", "disk/run.log"]);
    let left: Vec<String> = std::fs::read_dir(&disk)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let before = std::fs::read_to_string(disk.join("b.html")).unwrap();
    drop(mounted);
    for run in runs {
        run.exits(2).says("cannot be written: No space left on device").says("; exit 2");
    }
    log.exits(2).says("disk/run.log cannot be written: No space left on device");
    assert_eq!(before, "what stood there before");
    assert!(!left.iter().any(|name| name.contains("part") || name == "a.jsonl"), "{left:?}");
    assert!(read(&env, "whole.csv").lines().count() > 1);
}
