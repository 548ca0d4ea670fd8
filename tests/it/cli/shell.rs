//! At home in a shell: completions, the man page, help, suggestions.

use std::process::Command;

use crate::env::{Env, Run, has};

/// Every long option of `--help`.
fn options() -> Vec<String> {
    let help = Run::of(Env::new().bare().arg("--help")).stdout;
    let words = help.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    let mut options: Vec<String> =
        words.filter(|word| word.starts_with("--") && word.len() > 3).map(str::to_owned).collect();
    options.sort();
    options.dedup();
    options
}

#[test]
fn every_shells_completions_name_every_option() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Run::of(Env::new().bare().args(["--completions", shell])).exits(0);
        assert_eq!(run.stderr, "");
        for option in options() {
            let name = option.trim_start_matches('-');
            assert!(run.stdout.contains(name), "{shell} does not know {option}");
        }
    }
}

#[test]
fn bash_completes_an_option_and_a_format() {
    let script = Run::of(Env::new().bare().args(["--completions", "bash"])).stdout;
    let complete = |words: &str| {
        let script = format!(
            "{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _vtscan vtscan \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let mut bash = Command::new("bash");
        Run::of(bash.args(["--norc", "-c", &script])).stdout
    };
    if has("bash") {
        assert_eq!(complete("vtscan --whole").trim(), "--whole-lines");
        assert!(complete("vtscan --format j").contains("jsonl"));
    }
}

#[test]
fn the_man_page_names_every_option_and_reads_without_complaint() {
    let env = Env::new();
    let page = Run::of(env.bare().arg("--man")).exits(0).stdout;
    assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{page:.80}");
    let plain = page.replace("\\-", "-");
    for option in options() {
        assert!(plain.contains(&option), "{option}");
    }
    for section in ["SYNOPSIS", "EXIT STATUS", "EXAMPLES", "FILES", "ENVIRONMENT"] {
        assert!(
            page.contains(&format!(".SH {section}"))
                || page.contains(&format!(".SH \"{section}\"")),
            "{section}"
        );
    }
    if has("man") {
        let path = env.write("vtscan.1", &page);
        let mut man = Command::new("man");
        let read =
            Run::of(man.args(["--warnings", "-E", "UTF-8", "-l"]).arg(path).env("MANPAGER", "cat"));
        assert_eq!(read.stderr, "");
        assert!(read.stdout.contains("--whole-lines"));
    }
}

/// The options that a help text lists, each on a line of its own.
fn listed(help: &str) -> usize {
    help.lines().filter(|line| line.trim_start().starts_with('-') && line.contains("--")).count()
}

#[test]
fn the_short_help_lists_the_options_of_a_first_day() {
    let env = Env::new();
    let short = Run::of(env.bare().arg("-h")).exits(0).stdout;
    let all = Run::of(env.bare().arg("--help")).exits(0).stdout;
    assert!(listed(&short) <= 28 && listed(&short) + 10 < listed(&all), "{short}");
    assert!(short.trim_end().ends_with("--help shows all of them."), "{short}");
    for option in ["--format", "--output", "--only", "--dry-run", "--quota", "--key-file"] {
        assert!(short.contains(option), "{option}: {short}");
    }
}

#[test]
fn an_option_for_the_key_was_a_riddle() {
    let secret = "0123456789abcdef".repeat(4);
    let env = Env::new();
    for options in [vec!["--key", &secret], vec!["-k", &secret], vec!["--api-key", "x"]] {
        let run = Run::of(env.bare().args(&options).arg("8.8.8.8")).exits(2);
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
        assert!(run.stderr.contains("VT_API_KEY") && run.stderr.contains("--key-file"), "{run:?}");
        assert!(!run.stderr.contains(&secret), "{run:?}");
    }
    let run = Run::of(env.bare().arg(format!("--key={secret}"))).exits(2).says("VT_API_KEY");
    assert!(!run.stderr.contains(&secret), "{run:?}");
}

#[test]
fn names_of_formats_in_capitals_and_commands_of_other_programs_are_understood() {
    let env = Env::new();
    assert_eq!(env.scan("8.8.8.8", ["-f", "JSONL"]).records().len(), 1);
    for name in ["help", "version"] {
        Run::of(env.vtscan().arg(name)).exits(2).says(&format!("did you mean vtscan --{name}?"));
    }
}

#[test]
fn a_mistyped_option_is_answered_with_the_right_one() {
    for (typed, meant) in
        [("--formt", "--format"), ("--ofline", "--offline"), ("--maxage", "--max-age")]
    {
        Run::of(Env::new().bare().args([typed, "x"])).exits(2).says(&format!("'{meant}'"));
    }
    Run::of(Env::new().bare().args(["-f", "jsnl"])).exits(2).says("jsonl");
}

#[test]
fn the_reader_of_a_completion_script_may_go() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = Run::of_output(Env::new().bare().args(["--completions", "bash"]).stdout(writer));
    assert_eq!(run.exits(0).stderr, "");
}
