//! The user's file of defaults.

use super::ADDRESS;
use crate::env::{Env, Run};

/// An environment with this file of defaults.
fn with(config: &str) -> Env {
    let env = Env::new();
    let folder = env.config();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), config).unwrap();
    env
}

#[test]
fn defaults_hold_and_the_command_line_goes_before_them() {
    let env =
        with("format = \"jsonl\"\nretries = 0\nquiet = true\nonly = [\"skipped\", \"invalid\"]\n");
    let run = env.scan("10.0.0.1\n8.8.8.8\n", [""; 0]);
    assert_eq!(run.records().len(), 1);
    assert_eq!(run.stderr, "");
    let run = env.scan(
        "10.0.0.1\n8.8.8.8\n",
        ["--format", "text", "--only", "undetected,malicious,suspicious,unknown", "-v"],
    );
    assert!(run.stdout.contains("8.8.8.8") && !run.stdout.contains("10.0.0.1"), "{run:?}");
    assert!(run.stderr.contains("2 lines"), "-v goes before quiet: {run:?}");
}

#[test]
fn the_environment_goes_before_the_file() {
    let env = with("api-url = \"http://127.0.0.1:9/\"\n");
    env.scan(ADDRESS, [""; 0]);
    assert_eq!(env.simulator.lookups().len(), 1);
}

#[test]
fn no_config_ignores_the_file() {
    let env = with("formt = 1\n");
    env.scan(ADDRESS, [""; 0]).exits(2);
    assert!(env.scan(ADDRESS, ["--no-config"]).stdout.contains(ADDRESS));
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    for (config, says) in [
        (
            "rate = \"4/min\"\n\nformt = \"csv\"\n",
            "config.toml:3: there is no option '--formt'; did you mean 'format'?",
        ),
        (
            "# x\nformat = \"xml\"\n",
            "config.toml:2: invalid value 'xml' for '--format <FORMAT>' [possible values: text, jsonl, csv, markdown, html, plain]",
        ),
        ("retries = \"many\"\n", "config.toml:1: invalid value 'many' for '--retries <N>'"),
        ("submit = \"yes\"\n", "config.toml:1: 'submit' is true or false"),
        ("verbose = true\n", "config.toml:1: 'verbose' is how often"),
        ("wait = true\n", "config.toml:1: 'wait' is a text in quotes or a number"),
        ("[output]\nformat = \"csv\"\n", "config.toml:1: 'output' is"),
        ("retries = 1\nretries = 2\n", "config.toml:2: duplicate key"),
        ("rate = \"4/min\n", "config.toml:1: invalid basic string"),
        ("\n\napikey = \"0123\"\n", "config.toml:3: the API key has no place here"),
        ("help = true\n", "config.toml:1: 'help' has no default"),
        (
            "dry-run = true\noffline = true\n",
            "config.toml: the argument '--dry-run' cannot be used with",
        ),
        ("INPUT = \"x\"\n", "config.toml:1: there is no option '--INPUT'"),
    ] {
        let env = with(config);
        let run = env.scan(ADDRESS, [""; 0]).exits(2).says(says);
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(env.simulator.arrivals().is_empty(), "{config}");
    }
}

#[test]
fn a_file_in_the_current_folder_is_never_read() {
    let env = Env::new();
    for name in ["config.toml", "vtscan.toml", ".vtscan.toml"] {
        env.write(name, "format = \"jsonl\"\n");
    }
    std::fs::create_dir(env.work().join("vtscan")).unwrap();
    env.write("vtscan/config.toml", "format = \"jsonl\"\n");
    let mut command = env.vtscan();
    // XDG: a relative folder is to be ignored.
    let run = Run::of(command.arg(ADDRESS).env("XDG_CONFIG_HOME", "."));
    assert!(!run.stdout.starts_with('{'), "{run:?}");
}

#[test]
fn a_config_folder_that_is_none_has_no_file() {
    let env = Env::new();
    let run = Run::of(env.vtscan().arg(ADDRESS).env("XDG_CONFIG_HOME", "/dev/null"));
    assert!(run.stdout.contains(ADDRESS), "{run:?}");
}

#[test]
fn files_that_it_names_are_beside_it() {
    let env = with("exclude = [\"own.txt\"]\n");
    env.write("own.txt", "9.9.9.9\n");
    std::fs::write(env.config().join("own.txt"), "8.8.8.8\n").unwrap();
    let run = env.scan("8.8.8.8\n9.9.9.9\n", [""; 0]);
    assert!(run.stdout.contains("Excluded"), "{run:?}");
    assert_eq!(env.simulator.lookups().len(), 1);
}

#[test]
fn a_store_in_the_current_folder_was_believed() {
    let env = with("store = \"sqlite:answers.db\"\n");
    env.scan(ADDRESS, [""; 0]);
    assert!(env.config().join("answers.db").exists() && !env.work().join("answers.db").exists());
}

#[test]
fn completions_and_the_man_page_need_no_good_file() {
    let env = with("formt = 1\n");
    for options in [&["--completions", "bash"][..], &["--man"], &["--schema"], &["--help"]] {
        Run::of(env.bare().args(options)).exits(0);
    }
}
