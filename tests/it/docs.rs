//! What the documents say, held against the program.

use std::fs;
use std::path::Path;
use std::process::Command;

use vt_simulator::{Kind, Object};

use crate::env::{Env, Run, has};

/// The demonstration's list and answers are README's example too.
#[allow(dead_code, reason = "the rest of it is the demonstration itself")]
#[path = "../../examples/demo.rs"]
mod demo;

/// A file of the project.
fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect(name)
}

/// The lines that README shows below a command.
#[track_caller]
fn shown_below(command: &str) -> Vec<String> {
    let readme = read("README.md");
    let (_, rest) = readme.split_once(&format!("```console\n$ {command}\n")).expect(command);
    rest.split_once("\n```")
        .expect(command)
        .0
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The lines without trailing blanks, and with `0.0 s` for every duration.
fn normal(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let normal = |line: &str| match line.split_once(" s; exit ") {
        Some((before, code)) => {
            format!("{} 0.0 s; exit {code}", before.rsplit_once(' ').unwrap().0)
        }
        None => line.trim_end().to_owned(),
    };
    lines.into_iter().map(|line| normal(line.as_ref())).collect()
}

#[test]
fn documents_name_only_options_that_there_are() {
    let help = Run::of(Env::new().bare().arg("--help")).stdout;
    for name in ["README.md", "CHANGELOG.md", ".env.example"] {
        let text = read(name);
        let words = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
        // cargo's own, in commands that README shows.
        let of_cargo = ["--path", "--locked", "--release", "--example", "--bench"];
        for option in words.filter(|word| word.starts_with("--") && word.len() > 3) {
            let is_there =
                help.contains(&format!("{option} ")) || help.contains(&format!("{option}\n"));
            assert!(is_there || of_cargo.contains(&option), "{name} names {option}");
        }
    }
}

#[test]
fn readme_shows_what_the_example_list_gives() {
    let env = Env::new();
    demo::imagine(&env.simulator);
    env.write("input.example.txt", read("input.example.txt"));
    let run = Run::of(env.vtscan().arg("input.example.txt")).exits(1);
    // That it is not VirusTotal is true of the test alone.
    let said = run.stderr.lines().filter(|line| !line.contains("which is not VirusTotal"));
    // Answers arrive in any order.
    let mut printed = normal(said.chain(run.stdout.lines()));
    let mut shown = normal(shown_below("vtscan input.example.txt"));
    let now = printed.join("\n");
    printed.sort();
    shown.sort();
    assert!(shown == printed, "README's example is stale; it is now:\n{now}\n");
}

/// The commands of a block, each with what is shown below it.
fn commands(block: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, shown))) => *shown += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    commands
}

#[test]
fn readmes_recipes_print_what_it_shows() {
    if !["jq", "awk", "grep"].into_iter().all(has) {
        return;
    }
    let readme = read("README.md");
    let (_, recipes) = readme.split_once("### Recipes\n\n```console\n").unwrap();
    let recipes = commands(recipes.split_once("```").unwrap().0);
    assert!(recipes.len() >= 6, "{recipes:?}");
    let env = Env::new();
    demo::imagine(&env.simulator);
    env.write("input.example.txt", read("input.example.txt"));
    let program = Path::new(env!("CARGO_BIN_EXE_vtscan")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    for (command, shown) in recipes {
        // -q hides the address; the rate is the simulator's own.
        let mut sh = Command::new("sh");
        sh.args(["-c", &command]).env("PATH", &path).current_dir(env.work());
        sh.envs(
            env.vtscan()
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?)))
                .filter(|(name, _)| *name != "PATH"),
        );
        let run = Run::of(&mut sh);
        assert_eq!(run.stderr, "", "{command}");
        if shown.is_empty() {
            let objects =
                run.stdout.lines().all(|line| line.starts_with('{') || line.contains("  "));
            assert!(!run.stdout.is_empty() && objects, "{command}: {run:?}");
        } else {
            assert_eq!(run.stdout, shown, "{command}");
        }
    }
    for name in ["report.html", "ticket.md", "records.csv"] {
        assert!(env.work().join(name).metadata().unwrap().len() > 500, "{name}");
    }
}

#[test]
fn one_request_answers_the_example_files_three_hashes() {
    let env = Env::new();
    demo::imagine(&env.simulator);
    env.scan(&read("input.example.txt"), [""; 0]).says("; 14 requests, 2 from the store");
    let files =
        env.simulator.lookups().iter().filter(|asked| asked.path.contains("/files/")).count();
    assert_eq!(files, 2);
}

#[test]
fn readme_names_every_key_of_a_record_in_order() {
    let env = Env::new();
    env.simulator.set(Kind::Domain, "example.com", Object::Known);
    let run = env.scan("example.com", ["-f", "jsonl"]);
    let readme = read("README.md");
    let (_, rest) = readme.split_once("```text\n").unwrap();
    let mut place = 0;
    for key in rest.split_once("```").unwrap().0.split_whitespace() {
        let here = run.stdout.find(&format!("\"{key}\":")).expect(key);
        assert!(here >= place, "{key} is not in its place");
        place = here;
    }
    assert!(place > 0);
}

/// The formats of README's table, each with its extensions.
fn formats() -> Vec<(String, Vec<String>)> {
    let readme = read("README.md");
    let (_, table) = readme.split_once("| format | extension | what it is |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let words = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    rows.map(|row| {
        let cells: Vec<&str> = row.split(" | ").collect();
        (words(cells[0]).remove(0), words(cells[1]))
    })
    .collect()
}

#[test]
fn help_and_errors_name_every_format_and_extension() {
    let env = Env::new();
    let help = Run::of(env.bare().arg("--help")).stdout;
    let help: Vec<&str> = help.split_whitespace().collect();
    let help = help.join(" ");
    let wrong = Run::of(env.bare().args(["-o", "a.xlsx", "8.8.8.8"])).exits(2).stderr;
    assert_eq!(formats().len(), 6);
    for (name, extensions) in formats() {
        assert!(help.contains(&format!("- {name}: ")), "{help}");
        Run::of(env.bare().args(["-f", "xlsx"])).exits(2).says(&name);
        for extension in extensions {
            assert!(extension.starts_with('.') && help.contains(&extension), "{help}");
            assert!(wrong.contains(&extension), "{wrong}");
        }
    }
}

#[test]
fn readme_is_short_enough_to_be_read() {
    let lines = read("README.md").lines().count();
    assert!(lines < 250, "{lines} lines");
}

#[test]
fn the_example_of_a_dot_env_holds_no_key_and_only_its_name() {
    let example = read(".env.example");
    let set: Vec<&str> =
        example.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(set, ["VT_API_KEY="]);
}
