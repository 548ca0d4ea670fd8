//! The house's plan, held by reading the sources: who may import whom, which
//! library lives in which room, who prints, how long a file may get.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// Each room and the rooms that it may import, all of which stand below it.
const ARROWS: &[(&str, &[&str])] = &[
    ("main", ALL),
    ("cli", ALL),
    ("scan", &["virustotal", "gate", "list", "model", "output", "quota", "run", "store"]),
    // The printer shows what these hold.
    ("output", &["run", "gate", "list", "model", "quota", "wording"]),
    ("run", &["gate", "model", "quota", "wording"]),
    ("gate", &["quota", "model", "store"]),
    ("store", &["quota", "model"]),
    ("virustotal", &["key", "model", "quota"]),
    ("list", &["input", "model"]),
    ("model", &["quota"]),
    ("input", &[]),
    ("quota", &[]),
    ("key", &[]),
    ("wording", &[]),
    ("lib", &[]),
];
const ALL: &[&str] = &["*"];

/// Libraries that live in one place, by the beginning of the paths that may name them.
const HOMES: &[(&str, &str)] = &[
    ("clap", "cli/"),
    ("reqwest", "virustotal/"),
    ("rusqlite", "store/sqlite"),
    ("redis", "store/"),
    ("indicatif", "output/"),
];

/// Lines that are neither blank nor comment: comments are no reason to split a file.
const LONGEST_FILE: usize = 420;

/// Comments and literals, in which a name is no import.
static PROSE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r##"(?s)//[^\n]*|/\*.*?\*/|b?r#".*?"#|b?r".*?"|b?"(?:\\.|[^"\\])*"|b?'(?:\\[^']+|[^'\\])'"##,
    )
});
static PATHS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u:\b)(?:crate|vtscan)::(?:\{([^;]*)\};|([a-z_0-9]+))"));
static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?-u:\b)(?:(?:e?print(?:ln)?|dbg)!|std(?:out|err)\(\)|Stdout(?-u:\b)|Stderr(?-u:\b))")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// The text without comments and literals, on the same lines.
fn code_of(text: &str) -> String {
    let blank = |found: &regex::Captures<'_>| "\n".repeat(found[0].matches('\n').count());
    PROSE.replace_all(text, blank).into_owned()
}

/// `scan/job.rs` is in the room `scan`, `gate.rs` is the room `gate`.
fn room_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap()
}

/// What breaks the plan in one file of `src`, each with its line.
fn breaches(path: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let at = |offset: usize| format!("src/{path}:{}", code[..offset].matches('\n').count() + 1);
    let room = room_of(path);
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        return vec![format!("src/{path}: the room {room} has no place in the plan")];
    };
    let mut found = Vec::new();
    for (offset, imported) in imports(&code) {
        let is_allowed = *allowed == ALL || allowed.contains(&imported.as_str());
        if imported != room && (!is_allowed || imported == "cli" && room != "main") {
            found.push(format!("{}: {room} must not import {imported}", at(offset)));
        }
    }
    for offset in ways_around(path, &code) {
        found.push(format!("{}: say crate:: for what is outside the room", at(offset)));
    }
    for (library, home) in HOMES {
        let named = regex(&format!(r"(?-u:\b){library}::"));
        let here = named.find(&code).filter(|_| !path.starts_with(home));
        found.extend(here.map(|here| format!("{}: {library} lives in {home}", at(here.start()))));
    }
    for print in PRINTS.find_iter(&code).filter(|_| room != "output") {
        // Asking what a stream is writes nothing to it.
        if !code[print.end()..].starts_with(".is_terminal()") {
            found.push(format!("{}: only output prints", at(print.start())));
        }
    }
    found
}

/// The rooms that paths name, each with its place.
fn imports(code: &str) -> Vec<(usize, String)> {
    let mut rooms = Vec::new();
    for path in PATHS.captures_iter(code) {
        let offset = path.get(0).unwrap().start();
        match (path.get(1), path.get(2)) {
            (Some(group), _) => {
                rooms.extend(heads(group.as_str()).into_iter().map(|head| (offset, head)));
            }
            (None, Some(head)) => rooms.push((offset, head.as_str().to_owned())),
            (None, None) => {}
        }
    }
    rooms
}

/// The first names of a `{…}` group's members: `gate::{Gate, Order}, list` gives `gate`, `list`.
fn heads(group: &str) -> Vec<String> {
    let (mut heads, mut depth) = (vec![String::new()], 0);
    for char in group.chars() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(String::new()),
            _ if depth == 0 => heads.last_mut().unwrap().push(char),
            _ => {}
        }
    }
    let name = |head: &String| head.trim().split("::").next().unwrap_or_default().to_owned();
    heads.iter().map(name).filter(|head| !head.is_empty()).collect()
}

/// Where `super` leads out of the room: twice in a row, or once from the room's own root.
fn ways_around(path: &str, code: &str) -> Vec<usize> {
    let tests = code.find("mod tests").unwrap_or(code.len());
    let is_root = !path.contains('/') || path.ends_with("/mod.rs");
    let twice = code.match_indices("super::super::").map(|(offset, _)| offset);
    let once = code[..tests].match_indices("super::").map(|(offset, _)| offset);
    twice.chain(once.filter(|_| is_root)).collect()
}

/// Every source file below a folder of the project, with its path from there.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

#[test]
fn rooms_import_downward_only() {
    let breaches: Vec<String> =
        sources("src").iter().flat_map(|(path, text)| breaches(path, text)).collect();
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn the_plan_itself_points_downward_only() {
    let height = |room: &str| ARROWS.iter().position(|(name, _)| *name == room).unwrap();
    for (room, below) in ARROWS.iter().filter(|(_, below)| *below != ALL) {
        for lower in *below {
            assert!(height(room) < height(lower), "{room} stands below {lower}");
        }
    }
}

#[test]
fn no_file_is_too_long_to_be_read() {
    for folder in ["src", "tests", "examples", "benches"] {
        for (path, text) in sources(folder) {
            let is_code =
                |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
            let lines = text.lines().filter(is_code).count();
            assert!(lines <= LONGEST_FILE, "{folder}/{path} has {lines} lines of code");
        }
    }
}

#[track_caller]
fn breaks(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(breaches(path, text), expected, "{text}");
}

#[test]
fn an_import_upward_is_named_with_its_line() {
    breaks(
        "quota.rs",
        "use std::fmt;\n\nuse crate::gate::Gate;\n",
        &["src/quota.rs:3: quota must not import gate"],
    );
    breaks(
        "store/sqlite.rs",
        "fn f() {\n    crate::scan::run()\n}",
        &["src/store/sqlite.rs:2: store must not import scan"],
    );
    let group = "use crate::{\n    gate::{self, Gate, Order},\n    quota,\n    cli,\n};";
    breaks(
        "store/mod.rs",
        group,
        &[
            "src/store/mod.rs:1: store must not import gate",
            "src/store/mod.rs:1: store must not import cli",
        ],
    );
    breaks(
        "scan/job.rs",
        "use crate::cli::Settings;",
        &["src/scan/job.rs:1: scan must not import cli"],
    );
    breaks("attic.rs", "", &["src/attic.rs: the room attic has no place in the plan"]);
}

#[test]
fn a_way_around_crate_is_named() {
    let around = ": say crate:: for what is outside the room";
    breaks("gate.rs", "use super::scan::Scanner;", &[&format!("src/gate.rs:1{around}")]);
    breaks("scan/job.rs", "use super::super::cli;", &[&format!("src/scan/job.rs:1{around}")]);
    breaks("scan/job.rs", "use super::Scanner;", &[]);
    breaks("gate.rs", "mod tests {\n    use super::*;\n}", &[]);
}

#[test]
fn a_library_out_of_its_home_and_a_stray_print_are_named() {
    breaks("gate.rs", "use reqwest::Client;", &["src/gate.rs:1: reqwest lives in virustotal/"]);
    breaks("main.rs", "use clap::Parser;", &["src/main.rs:1: clap lives in cli/"]);
    breaks(
        "store/mod.rs",
        "\nuse rusqlite::Connection;",
        &["src/store/mod.rs:2: rusqlite lives in store/sqlite"],
    );
    breaks(
        "scan/mod.rs",
        "fn f() {\n    println!();\n}",
        &["src/scan/mod.rs:2: only output prints"],
    );
    breaks("list.rs", "io::stderr().write_all(b\"\")", &["src/list.rs:1: only output prints"]);
    breaks("cli/mod.rs", "io::stdout().is_terminal()", &[]);
    breaks("output/mod.rs", "print!()", &[]);
}

#[test]
fn comments_and_literals_import_nothing() {
    let text = "// crate::scan\n/* crate::cli */ const A: &str = \"crate::gate // \\\" println!\";\n\
                const B: char = '\"';\nfn f<'a>(a: &'a str) -> &'a str { r#\"crate::scan\"# }\n";
    breaks("quota.rs", text, &[]);
    breaks(
        "quota.rs",
        &format!("{text}use crate::scan;"),
        &["src/quota.rs:5: quota must not import scan"],
    );
}
