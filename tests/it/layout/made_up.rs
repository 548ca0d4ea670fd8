//! Each rule catches a breach that is made up.

use super::rules::{breaches, lengths};
use super::source::Source;

/// The breaches of a project of these files alone.
#[track_caller]
fn breaks(files: &[(&str, &str)], expected: &[&str]) {
    let sources: Vec<Source> = files.iter().map(|(path, text)| Source::read(path, text)).collect();
    let found: Vec<String> = breaches(&sources)
        .into_iter()
        .map(|breach| format!("{} ({})", breach.what, breach.why))
        .collect();
    assert_eq!(found, expected);
}

const GATE: (&str, &str) = ("src/gate/mod.rs", "pub struct Gate; pub fn open() {}");

#[test]
fn an_import_upward_is_named_with_its_line() {
    let upward = "src/quota.rs: quota imports gate (src/quota.rs:3)";
    breaks(&[GATE, ("src/quota.rs", "use std::fmt;\n\nuse crate::gate::Gate;\n")], &[upward]);
    let upward = "src/quota.rs: quota imports gate (src/quota.rs:2)";
    breaks(&[GATE, ("src/quota.rs", "fn f() {\n    crate::gate::open()\n}")], &[upward]);
    breaks(&[GATE, ("src/quota.rs", "fn f() {\n    println(crate::gate::open())\n}")], &[upward]);
    let group = "use crate::{\n    gate::{self, Gate},\n    cli,\n};";
    breaks(
        &[GATE, ("src/cli/mod.rs", ""), ("src/store/mod.rs", group)],
        &[
            "src/store/mod.rs: store imports cli (src/store/mod.rs:1)",
            "src/store/mod.rs: store imports gate (src/store/mod.rs:1)",
        ],
    );
    breaks(
        &[("src/extract/mod.rs", "")],
        &["src/extract/mod.rs: extract has no place (see FOLDERS)"],
    );
    breaks(
        &[
            ("crates/iocs/src/extract/mod.rs", "pub struct Found;"),
            ("crates/iocs/src/grammar.rs", "use crate::extract::Found;"),
        ],
        &["crates/iocs/src/grammar.rs: grammar imports extract (crates/iocs/src/grammar.rs:1)"],
    );
}

#[test]
fn a_way_around_crate_is_named() {
    let upward = "src/quota.rs: quota imports gate (src/quota.rs:1)";
    breaks(&[GATE, ("src/quota.rs", "use super::gate::Gate;")], &[upward]);
    let upward = "src/store/sqlite/mod.rs: store imports gate (src/store/sqlite/mod.rs:1)";
    breaks(
        &[
            GATE,
            ("src/store/mod.rs", ""),
            ("src/store/sqlite/mod.rs", "use super::super::gate::Gate;"),
        ],
        &[upward],
    );
    // Through a re-export that looks allowed.
    let model = ("src/model/mod.rs", "pub use crate::gate::Gate;");
    breaks(
        &[GATE, model, ("src/list/mod.rs", "use crate::model::Gate;")],
        &[
            "src/list/mod.rs: list imports gate (src/list/mod.rs:1)",
            "src/model/mod.rs: model imports gate (src/model/mod.rs:1)",
        ],
    );
}

#[test]
fn a_loop_between_files_is_named_with_the_way_around() {
    breaks(
        &[
            ("src/list/mod.rs", "mod build;\nuse self::build::Builder;\npub struct List;"),
            ("src/list/build.rs", "pub struct Builder(super::List);"),
        ],
        &[
            "src/list/build.rs: in a loop (src/list/build.rs -> src/list/mod.rs -> src/list/build.rs)",
            "src/list/mod.rs: in a loop (src/list/mod.rs -> src/list/build.rs -> src/list/mod.rs)",
        ],
    );
    // Three files, one of which takes a module whole and another all that a file has.
    let three = [
        ("src/scan/mod.rs", "mod one; mod two; mod three;"),
        ("src/scan/one.rs", "use super::two;\nfn f() { two::g() }"),
        ("src/scan/two.rs", "use super::three::*;\npub fn g() {}"),
        ("src/scan/three.rs", "fn f() { vec![crate::scan::one::f()] }"),
    ];
    let sources: Vec<Source> = three.iter().map(|(path, text)| Source::read(path, text)).collect();
    assert_eq!(breaches(&sources).len(), 3);
}

#[test]
fn a_parent_that_only_declares_or_passes_on_is_in_no_loop() {
    breaks(
        &[
            (
                "src/list/mod.rs",
                "mod build;\nmod entry;\npub use self::build::Builder;\npub use self::entry::Entry;",
            ),
            ("src/list/build.rs", "use super::Entry;\npub struct Builder;"),
            ("src/list/entry.rs", "pub struct Entry;"),
        ],
        &[],
    );
    breaks(
        &[
            ("src/list/mod.rs", "mod build;\npub struct List;"),
            (
                "src/list/build.rs",
                "use super::List;\nmod tests {\n    use super::*;\n    use super::super::List;\n}",
            ),
        ],
        &[],
    );
}

#[test]
fn a_library_out_of_its_home_is_named() {
    let breaks_home = |path: &str, text: &str, expected: &str| breaks(&[(path, text)], &[expected]);
    breaks_home(
        "src/gate/mod.rs",
        "use reqwest::Client;",
        "src/gate/mod.rs: reqwest lives in src/virustotal/ (src/gate/mod.rs:1)",
    );
    breaks_home(
        "src/main.rs",
        "#[derive(clap::Parser)]\nstruct Args;",
        "src/main.rs: clap lives in src/cli/ (src/main.rs:1)",
    );
    breaks_home(
        "src/store/mod.rs",
        "\nuse rusqlite::Connection;",
        "src/store/mod.rs: rusqlite lives in src/store/sqlite (src/store/mod.rs:2)",
    );
    breaks_home(
        "src/store/sqlite/mod.rs",
        "fn f() { redis::open() }",
        "src/store/sqlite/mod.rs: redis lives in src/store/redis (src/store/sqlite/mod.rs:1)",
    );
    breaks_home(
        "src/store/memory.rs",
        "const ASK: &str = \"SELECT 1\";",
        "src/store/memory.rs: SQL lives in src/store/sqlite (src/store/memory.rs:1)",
    );
    breaks(
        &[("src/store/sqlite.rs", "use rusqlite::Connection; const ASK: &str = \"SELECT 1\";")],
        &[],
    );
}

#[test]
fn a_stray_print_is_named() {
    let only_output = |path: &str, text: &str| {
        let line = text.lines().count();
        breaks(&[(path, text)], &[&format!("{path}: only output prints ({path}:{line})")]);
    };
    only_output("src/scan/mod.rs", "fn f() {\n    println!() }");
    only_output("src/list/mod.rs", "fn f() { io::stderr().write_all(b\"\") }");
    only_output("crates/iocs/src/extract/mod.rs", "\nuse std::io::Stdout;");
    breaks(&[("src/cli/mod.rs", "fn f() { io::stdout().is_terminal() }")], &[]);
    breaks(&[("src/output/mod.rs", "fn f() { print!() }")], &[]);
}

#[test]
fn comments_and_literals_import_nothing() {
    let text = "//! crate::gate\n/* crate::gate */ /// println!()\nconst A: &str = \"crate::gate // \\\" println!\";\n\
                const B: char = '\"';\nfn f<'a>(a: &'a str) -> &'a str { r#\"crate::gate\"# }\n";
    breaks(&[GATE, ("src/quota.rs", text)], &[]);
    let upward = "src/quota.rs: quota imports gate (src/quota.rs:6)";
    breaks(&[GATE, ("src/quota.rs", &format!("{text}use crate::gate::Gate;"))], &[upward]);
}

#[test]
fn a_name_of_more_than_one_meaning_or_of_none_is_named() {
    let named = |path: &str, text: &str, name: &str, why: &str| {
        breaks(&[(path, text)], &[&format!("{path}: named {name} ({why})")]);
    };
    named("src/gate/mod.rs", "pub struct Turn;", "Turn", "say Decision, Permit");
    named(
        "src/virustotal/error.rs",
        "enum Error { Fine, Refused(u8) }",
        "Refused",
        "say RateLimited, Rejected",
    );
    named("src/output/draft.rs", "", "draft", "say AtomicFile");
    named("crates/iocs/src/extract/mod.rs", "mod core;", "core", "say Candidate, CandidateKind");
    named("src/list/mod.rs", "impl List { fn place(&self) {} }", "place", "say EntryId");
    named("src/list/mod.rs", "struct FileManager;", "FileManager", "say what it is");
    named("src/list/mod.rs", "mod string_utils;", "string_utils", "say what it is");
    named("src/list/mod.rs", "fn data() {}", "data", "say what it is");
    breaks(
        &[("src/output/row.rs", "struct Row; struct Turnover; fn sort() {} fn data_of() {}")],
        &[],
    );
}

#[test]
fn a_file_or_function_that_is_too_long_is_named() {
    let long =
        format!("struct A;\nimpl A {{\n    fn long(&self) {{\n{}    }}\n}}\n", "\n".repeat(59));
    let of = |path: &str, text: &str| {
        let breaches = lengths(&[Source::read(path, text)]);
        breaches
            .into_iter()
            .map(|breach| format!("{} ({})", breach.what, breach.why))
            .collect::<Vec<_>>()
    };
    assert_eq!(of("src/key.rs", &long), ["src/key.rs: fn long over 60 lines (61 lines)"]);
    assert_eq!(of("src/key.rs", &long.replacen("\n\n", "\n", 1)), Vec::<String>::new());
    assert_eq!(
        of("src/main.rs", &"// one\n".repeat(91)),
        ["src/main.rs: over 90 lines (91 lines)"]
    );
    assert_eq!(
        of("src/key.rs", &"// one\n".repeat(401)),
        ["src/key.rs: over 400 lines (401 lines)"]
    );
    assert_eq!(of("src/key.rs", &"// one\n".repeat(400)), Vec::<String>::new());
}
