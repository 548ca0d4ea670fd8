//! The key: where it is looked for, in which order, and what is said of a bad one.

use std::path::Path;
use std::process::Command;

use vt_simulator::{Config, KEY, Simulator};

use super::{ADDRESS, keyless, refused};
use crate::env::{Env, Run};

const VARIABLES: [&str; 4] = ["VT_API_KEY", "VIRUSTOTAL_API_KEY", "VTCLI_APIKEY", "VT_APIKEY"];

/// The key of the n-th place.
fn key(place: usize) -> String {
    format!("{place:02}").repeat(32)
}

/// A file that only its owner can read.
fn write_private(path: &Path, content: &str) {
    std::fs::write(path, content).unwrap();
    set_mode(path, 0o600);
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) {}

/// An environment whose simulator takes the keys of all places.
fn all_keys() -> Env {
    let keys = (0..7).map(key).chain([KEY.to_owned()]).collect();
    Env::with(Config { keys, ..Config::default() })
}

/// The keys that arrived, each once.
fn arrived(simulator: &Simulator) -> Vec<String> {
    let mut keys: Vec<String> =
        simulator.arrivals().into_iter().map(|arrival| arrival.key.unwrap()).collect();
    keys.dedup();
    keys
}

/// Puts a key into one place: 0 is `--key-file`, 1 to 4 the variables, 5 `~/.vt.toml`, 6 `.env`.
fn put(env: &Env, command: &mut Command, place: usize, key: &str) {
    match place {
        0 => {
            write_private(&env.work().join("key"), &format!("{key}\n"));
            command.args(["--key-file", "key"]);
        }
        1..=4 => {
            command.env(VARIABLES[place - 1], key);
        }
        5 => write_private(&env.home().join(".vt.toml"), &format!("apikey=\"{key}\"\n")),
        _ => write_private(&env.work().join(".env"), &format!("VT_API_KEY={key}\n")),
    }
}

#[test]
fn each_place_goes_before_those_behind_it() {
    for first in 0..7 {
        let env = all_keys();
        let mut command = keyless(&env);
        for place in first..7 {
            put(&env, &mut command, place, &key(place));
        }
        let run = Run::of(command.arg(ADDRESS));
        assert_eq!(arrived(&env.simulator), [key(first)], "{run:?}");
        let is_said = run.stderr.contains("using the API key in .env of the current folder");
        assert_eq!(is_said, first == 6, "{}", run.stderr);
    }
}

#[test]
fn an_empty_variable_is_no_key() {
    let env = Env::new();
    let run = Run::of(keyless(&env).env("VT_API_KEY", " ").env("VT_APIKEY", KEY).arg(ADDRESS));
    assert_eq!(arrived(&env.simulator), [KEY], "{run:?}");
}

#[test]
fn a_key_nowhere_is_one_clear_line() {
    let env = Env::new();
    let run = Run::of(keyless(&env).arg(ADDRESS));
    refused(&env, run, "no API key: set VT_API_KEY, or name a file that holds it with --key-file");
}

/// A key of the wrong length, and one with a character that no key has: in this place refused, never repeated.
#[track_caller]
fn refuses_bad_keys_in(place: usize, name: &str) {
    for (bad, says) in [
        ("5ecretkey0123456789".to_owned(), "has 19 characters, a key has 64"),
        ("5ecretkey".repeat(9), "has 81 characters, a key has 64"),
        (format!("5ecretkey-{}", "0".repeat(54)), "holds a character that no key has"),
        (format!("5ecretkey\u{e9}{}", "0".repeat(54)), "holds a character that no key has"),
    ] {
        let env = Env::new();
        let mut command = keyless(&env);
        put(&env, &mut command, place, &bad);
        let run = Run::of(command.args(["-v", ADDRESS]));
        assert!(!run.stderr.contains("5ecretkey"), "{}", run.stderr);
        refused(&env, run, &format!("{name} {says}"));
    }
}

#[test]
fn a_bad_key_is_named_by_its_place_and_never_repeated() {
    refuses_bad_keys_in(0, "the API key in key");
    for (index, name) in VARIABLES.iter().enumerate() {
        refuses_bad_keys_in(index + 1, &format!("the API key in {name}"));
    }
    refuses_bad_keys_in(5, ".vt.toml");
    refuses_bad_keys_in(6, "the API key in .env");
}

#[test]
fn a_key_file_may_end_in_windows_line_ends_and_begin_with_a_mark() {
    let env = Env::new();
    write_private(&env.work().join("key"), &format!("\u{feff}{KEY}\r\n"));
    Run::of(keyless(&env).args(["--key-file", "key", ADDRESS]));
    assert_eq!(arrived(&env.simulator), [KEY]);
}

#[cfg(unix)]
#[test]
fn a_key_file_that_never_ends_is_an_error() {
    let env = Env::new();
    let mut vtscan = env.bare();
    vtscan.args(["--key-file", "/dev/zero", "9.9.9.9"]);
    Run::of(&mut vtscan).exits(2).says("--key-file /dev/zero cannot be read");
}

#[test]
fn a_key_file_that_is_not_there_is_named() {
    let env = Env::new();
    refused(
        &env,
        Run::of(env.vtscan().args(["--key-file", "nosuch", ADDRESS])),
        "--key-file nosuch cannot be read: No such file",
    );
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_draws_a_warning() {
    let warns = |mode| {
        let env = Env::new();
        write_private(&env.work().join("key"), KEY);
        set_mode(&env.work().join("key"), mode);
        let run = Run::of(keyless(&env).args(["--key-file", "key", ADDRESS]));
        assert_eq!(arrived(&env.simulator), [KEY]);
        run.stderr.contains("key can be read by others: chmod 600 key")
    };
    assert!(warns(0o644));
    assert!(warns(0o640));
    assert!(!warns(0o600));
    assert!(!warns(0o400));
}

#[test]
fn a_dot_env_may_quote_and_export_and_only_its_first_name_counts() {
    for content in [
        format!("# mine\nexport VT_API_KEY='{KEY}'\n"),
        format!("VIRUSTOTAL_API_KEY={}\nVT_API_KEY = \"{KEY}\"\n", key(1)),
        format!("VT_API_KEY={KEY} # mine\r\n"),
    ] {
        let env = all_keys();
        write_private(&env.work().join(".env"), &content);
        Run::of(keyless(&env).arg(ADDRESS)).says("using the API key in .env");
        assert_eq!(arrived(&env.simulator), [KEY], "{content}");
    }
    let env = Env::new();
    write_private(&env.work().join(".env"), &format!("VIRUSTOTAL_API_KEY={KEY}\n"));
    refused(&env, Run::of(keyless(&env).arg(ADDRESS)), "no API key");
}

#[test]
fn a_dot_env_above_the_current_folder_is_not_read() {
    let env = Env::new();
    write_private(&env.work().parent().unwrap().join(".env"), &format!("VT_API_KEY={KEY}\n"));
    refused(&env, Run::of(keyless(&env).arg(ADDRESS)), "no API key");
}

#[test]
fn a_wrong_key_is_one_clear_line() {
    let env = Env::new();
    let run = Run::of(env.vtscan().env("VT_API_KEY", key(3)).args([ADDRESS, "example.com"]));
    let run = run.exits(2).says(
        "VirusTotal rejected the API key (WrongCredentialsError: Wrong API key): check it at ",
    );
    assert_eq!(run.stderr.matches("error: ").count(), 1, "{}", run.stderr);
    assert!(env.simulator.arrivals().len() <= 2, "{:?}", env.simulator.arrivals());
}
