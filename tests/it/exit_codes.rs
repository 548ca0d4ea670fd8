//! Every ending of a run and its exit code: README's table and the promises, as one table.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use vt_simulator::{Config, Fault, Kind, Object, Rule, When, Which};

use crate::env::{Env, Run};
use crate::running::Running;

const CLEAN: &str = "clean.example.com";
const BAD: &str = "bad.example.com";
const ODD: &str = "odd.example.com";
const BROKEN: &str = "broken.example.com";

/// How a run ends: what it is, its code, what stderr says, and the run.
type Ending = (&'static str, i32, &'static str, fn(&Env) -> Run);

/// An environment in which one name is clean, one malicious, one suspicious, and one never answered.
fn world() -> Env {
    let env = Env::new();
    let judged =
        |malicious| Object::Judged { malicious, suspicious: 0, undetected: 50, harmless: 7 };
    for (name, malicious) in [(CLEAN, 0), (BAD, 9), (ODD, 1)] {
        env.simulator.set(Kind::Domain, name, judged(malicious));
    }
    let broken = Which::Object(Kind::Domain, BROKEN.to_owned());
    env.simulator.script(Rule::new(broken, When::Always, Fault::html(503)));
    env
}

/// vtscan with these arguments.
fn vtscan(env: &Env, args: &[&str]) -> Run {
    Run::of(env.vtscan().args(["--retries", "0"]).args(args))
}

/// The same, from a shell that can do more with stdin and stdout.
fn shell(env: &Env, line: &str) -> Run {
    let mut sh = Command::new("sh");
    let vtscan = env.vtscan();
    let line = line.replace("vtscan", &format!("'{}'", vtscan.get_program().to_str().unwrap()));
    sh.args(["-c", &line]).env_clear().current_dir(env.work()).stdin(Stdio::null());
    sh.envs(vtscan.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Run::of(&mut sh)
}

/// The same, whose reader of stdout has gone.
fn unread(env: &Env, args: &[&str]) -> Run {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    Run::of_output(env.vtscan().args(args).stdout(writer))
}

/// The same, on a stdout that is full.
fn full(command: &mut Command) -> Run {
    Run::of_output(command.stdout(File::options().write(true).open("/dev/full").unwrap()))
}

const NOTHING_FOUND: &[Ending] = &[
    ("undetected", 0, "; exit 0", |env| vtscan(env, &[CLEAN])),
    ("suspicious", 0, "; exit 0", |env| vtscan(env, &[ODD])),
    ("unknown", 0, "1 unknown", |env| {
        env.simulator.set(Kind::Domain, "new.example.com", Object::Unknown);
        vtscan(env, &["new.example.com"])
    }),
    ("skipped", 0, "1 skipped", |env| vtscan(env, &["10.0.0.1"])),
    ("malicious, and nothing is to fail", 0, "1 malicious", |env| {
        vtscan(env, &["--fail-on", "never", BAD])
    }),
    ("suspicious by a higher threshold", 0, "1 suspicious", |env| {
        vtscan(env, &["--malicious-at", "10", BAD])
    }),
    ("an empty file", 0, "0 lines", |env| env.scan("", [""; 0])),
    ("prose", 0, "no indicator found", |env| env.scan("nothing to see here\n", [""; 0])),
    ("a comment in a list", 0, "1 comment", |env| env.scan(&format!("# note\n{CLEAN}\n"), [""; 0])),
    ("a dry run", 0, "; exit 0", |env| vtscan(env, &["--dry-run", BAD])),
    ("a dry run over what is invalid", 0, "1 invalid", |env| {
        env.scan("1.2.3.999\n", ["--dry-run"])
    }),
    ("a dry run without a key", 0, "; exit 0", |env| Run::of(env.bare().args(["--dry-run", BAD]))),
    ("--help", 0, "", |env| Run::of(env.bare().arg("--help"))),
    ("--version", 0, "", |env| Run::of(env.bare().arg("--version"))),
    ("--schema", 0, "", |env| Run::of(env.bare().arg("--schema"))),
    ("--completions", 0, "", |env| Run::of(env.bare().args(["--completions", "fish"]))),
    ("--quota", 0, "", |env| vtscan(env, &["--quota"])),
    ("--quota of a day that is spent", 0, "", |_| {
        let env = Env::with(Config { daily: 2, ..Config::default() });
        env.simulator.set_used(0, 2, 2);
        vtscan(&env, &["--quota"])
    }),
    ("offline, all stored", 0, "1 from the store", |env| {
        vtscan(env, &[CLEAN]);
        vtscan(env, &["--offline", CLEAN])
    }),
    ("nobody reads what is written to a file", 0, "1 undetected", |env| {
        unread(env, &["-o", "all.csv", CLEAN])
    }),
];

const SOMETHING_FOUND: &[Ending] = &[
    ("malicious", 1, "; exit 1", |env| vtscan(env, &[BAD])),
    ("malicious, quietly", 1, "", |env| vtscan(env, &["-q", BAD])),
    ("malicious by a lower threshold", 1, "1 malicious", |env| {
        vtscan(env, &["--malicious-at", "1", ODD])
    }),
    ("suspicious, where that is to fail", 1, "1 suspicious", |env| {
        vtscan(env, &["--fail-on", "suspicious", ODD])
    }),
    ("malicious, and not printed", 1, "1 malicious", |env| {
        vtscan(env, &["--only", "skipped", BAD])
    }),
    ("malicious and failed", 1, "1 failed", |env| vtscan(env, &[BAD, BROKEN])),
    ("malicious and invalid", 1, "1 invalid", |env| {
        env.scan(&format!("{BAD}\n1.2.3.999\n"), [""; 0])
    }),
    ("malicious and deferred", 1, "1 deferred", |env| {
        vtscan(env, &["--max-requests", "1", "-j", "1", BAD, CLEAN])
    }),
    ("malicious in the store, the rest offline", 1, "1 deferred", |env| {
        vtscan(env, &[BAD]);
        vtscan(env, &["--offline", BAD, CLEAN])
    }),
    ("malicious, and nobody reads", 1, "", |env| unread(env, &[BAD])),
];

const SOMETHING_MISSING: &[Ending] = &[
    ("failed", 2, "1 failed", |env| vtscan(env, &[BROKEN])),
    ("failed, and nobody reads", 2, "", |env| unread(env, &["--retries", "0", BROKEN])),
    ("deferred", 2, "1 deferred", |env| vtscan(env, &["--max-requests", "0", CLEAN])),
    ("invalid", 2, "1 invalid", |env| env.scan("1.2.3.999\n", [""; 0])),
    ("offline, nothing stored", 2, "1 deferred", |env| vtscan(env, &["--offline", CLEAN])),
    ("a spent quota", 2, "quota is spent", |_| {
        let env = Env::with(Config { daily: 0, ..Config::default() });
        vtscan(&env, &[CLEAN])
    }),
    ("rejected", 2, "1 failed", |env| {
        let rejection = Fault::error(400, "InvalidArgumentError", "no such thing");
        env.simulator.script(Rule::new(Which::Lookups, When::Always, rejection));
        vtscan(env, &[CLEAN])
    }),
    ("pending", 2, "1 pending", |env| {
        let file = "44d88612fea8a8f36de82e1278abb02f";
        env.simulator.set(Kind::File, file, Object::Unjudged { looks: 9 });
        vtscan(env, &[file])
    }),
    ("malicious and failed, and nothing is to fail", 2, "1 failed", |env| {
        vtscan(env, &["--fail-on", "never", BAD, BROKEN])
    }),
    ("an empty pipe", 2, "- is empty", |env| shell(env, "true | vtscan -")),
    ("an empty pipe, quietly", 2, "- is empty", |env| shell(env, "true | vtscan -q -")),
    ("a dry run over an empty pipe", 2, "- is empty", |env| {
        shell(env, "true | vtscan --dry-run -")
    }),
    ("an empty pipe beside a list", 2, "- is empty", |env| {
        shell(env, &format!("true | vtscan - {CLEAN}"))
    }),
];

const NOTHING_TO_RELY_ON: &[Ending] = &[
    ("an unknown option", 2, "--help", |env| vtscan(env, &["--nonsense"])),
    ("an unknown format", 2, "jsonl", |env| vtscan(env, &["-f", "xlsx", CLEAN])),
    ("options that contradict", 2, "cannot be used with", |env| vtscan(env, &["-q", "-v", CLEAN])),
    ("an unknown extension", 2, ".csv", |env| vtscan(env, &["-o", "a.xlsx", CLEAN])),
    ("a missing file", 2, "there is no file", |env| vtscan(env, &["missing.txt"])),
    ("no input", 2, "no input", |env| vtscan(env, &[])),
    ("no key", 2, "no API key", |env| Run::of(env.bare().arg(CLEAN))),
    ("a key of another form", 2, "VT_API_KEY", |env| {
        Run::of(env.vtscan().env("VT_API_KEY", "abc").arg(CLEAN))
    }),
    ("a rejected key", 2, "rejected the API key", |env| {
        Run::of(env.vtscan().env("VT_API_KEY", "0123456789abcdef".repeat(4)).arg(CLEAN))
    }),
    ("an address in the clear", 2, "in the clear", |env| {
        vtscan(env, &["--api-url", "http://example.org", CLEAN])
    }),
    ("a file without a folder", 2, "there is no folder", |env| {
        vtscan(env, &["-o", "no/such/a.csv", CLEAN])
    }),
    ("a file that is read", 2, "would replace", |env| {
        env.write("list.txt", CLEAN);
        vtscan(env, &["-o", "list.txt", "list.txt"])
    }),
    ("a file to hash that is missing", 2, "missing", |env| vtscan(env, &["--hash", "missing"])),
    ("a full stdout", 2, "cannot be written", |env| full(env.vtscan().arg(CLEAN))),
    ("a full stdout, malicious", 2, "cannot be written", |env| full(env.vtscan().arg(BAD))),
    ("--version on a full stdout", 2, "cannot be written", |env| full(env.bare().arg("--version"))),
    ("--help on a full stdout", 2, "cannot be written", |env| full(env.bare().arg("--help"))),
    ("--quota on a full stdout", 2, "cannot be written", |env| full(env.vtscan().arg("--quota"))),
    ("a closed stdout", 2, "stdout is closed", |env| shell(env, &format!("vtscan {BAD} >&-"))),
    ("--version on a closed stdout", 2, "stdout is closed", |env| {
        shell(env, "vtscan --version >&-")
    }),
    ("defaults that are none", 2, "config.toml:1", |env| {
        std::fs::create_dir_all(env.config()).unwrap();
        std::fs::write(env.config().join("config.toml"), "nonsense = 1\n").unwrap();
        vtscan(env, &[CLEAN])
    }),
];

fn end(endings: &[Ending]) {
    for (what, code, says, run) in endings {
        let run = run(&world());
        assert_eq!(run.code, Some(*code), "{what}: {run:#?}");
        assert!(run.stderr.contains(says), "{what}: no {says:?} in {run:#?}");
    }
}

#[test]
fn an_ending_without_a_hit_or_a_gap_is_0() {
    end(NOTHING_FOUND);
}

#[test]
fn a_hit_is_1_whatever_is_missing() {
    end(SOMETHING_FOUND);
}

#[test]
fn a_gap_is_2() {
    end(SOMETHING_MISSING);
}

#[test]
fn a_run_that_cannot_be_relied_on_is_2_whatever_was_found() {
    end(NOTHING_TO_RELY_ON);
}

#[test]
fn an_interrupt_is_130_whatever_was_found() {
    for list in [BAD, CLEAN] {
        let env = world();
        let stalled = Which::Object(Kind::Domain, "slow.example.com".to_owned());
        env.simulator.script(Rule::new(stalled, When::Always, Fault::Stall));
        let mut running = Running::start(env.vtscan().args(["-j", "1", list, "slow.example.com"]));
        env.simulator.wait_for(3, Duration::from_secs(30));
        running.signal(Signal::INT);
        running.hears("interrupted");
        running.end().exits(130).says("; exit 130");
    }
}

#[test]
fn the_table_has_enough_endings() {
    let endings = [NOTHING_FOUND, SOMETHING_FOUND, SOMETHING_MISSING, NOTHING_TO_RELY_ON];
    assert!(endings.iter().map(|endings| endings.len()).sum::<usize>() >= 40);
}

#[test]
fn dev_null_is_a_place_for_records() {
    let env = world();
    shell(&env, &format!("vtscan {CLEAN} > /dev/null")).exits(0).says("1 undetected");
    shell(&env, "vtscan --version > /dev/null").exits(0);
    // Whoever closes stdout and names a file wants the file.
    shell(&env, &format!("vtscan -o all.csv {CLEAN} >&-")).exits(0);
    assert_eq!(std::fs::read_to_string(env.work().join("all.csv")).unwrap().lines().count(), 2);
}
