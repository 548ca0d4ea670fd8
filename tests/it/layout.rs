//! The layout, held by reading the sources of both crates: who may import whom, which library lives
//! in which folder, who prints, what things are called, how long a file may get.

mod made_up;
mod modules;
mod rules;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use self::rules::{ALL, Breach, FOLDERS, breaches, lengths};
use self::source::{Source, sources};

/// Breaches that are known and not mended yet. One that is mended must leave this list.
const KNOWN: &[&str] = &[];

/// What finding must do without: it neither waits, nor stores, nor reads a command line.
const NOT_FOR_FINDING: [&str; 5] = ["tokio", "reqwest", "rusqlite", "redis", "clap"];

/// The sources of both crates.
fn both_crates() -> Vec<Source> {
    ["src", "crates/iocs/src"].into_iter().flat_map(sources).collect()
}

#[track_caller]
fn hold(found: &[Breach], is_of_this_rule: impl Fn(&str) -> bool) {
    let known = KNOWN.iter().copied().filter(|line| is_of_this_rule(line)).collect::<BTreeSet<_>>();
    let new: Vec<String> = found
        .iter()
        .filter(|breach| !known.contains(breach.what.as_str()))
        .map(|breach| format!("    \"{}\",  // {}", breach.what, breach.why))
        .collect();
    assert!(new.is_empty(), "breaks the layout:\n{}", new.join("\n"));
    let found: BTreeSet<&str> = found.iter().map(|breach| breach.what.as_str()).collect();
    let mended: Vec<&str> = known.difference(&found).copied().collect();
    assert!(mended.is_empty(), "mended, so take it off the list KNOWN:\n{}", mended.join("\n"));
}

fn is_of_length(line: &str) -> bool {
    line.ends_with(" lines")
}

#[test]
fn layout_holds() {
    hold(&breaches(&both_crates()), |line| !is_of_length(line));
}

#[test]
fn nothing_is_too_long_to_be_read() {
    let folders = ["src", "crates", "tests", "examples", "benches", "fuzz"];
    let all: Vec<Source> = folders.into_iter().flat_map(sources).collect();
    hold(&lengths(&all), is_of_length);
}

#[test]
fn the_table_of_folders_points_downward_only() {
    for (root, folders) in FOLDERS {
        let height = |folder: &str| folders.iter().position(|(name, _)| *name == folder);
        for (folder, below) in folders.iter().filter(|(_, below)| *below != ALL) {
            for lower in *below {
                assert!(height(folder) < height(lower), "{root}: {folder} stands below {lower}");
            }
        }
    }
}

/// The packages of a lock file, each with those that it depends on, whatever for.
fn dependencies(lock: &str) -> BTreeMap<String, BTreeSet<String>> {
    let lock = DeTable::parse(lock).unwrap();
    let DeValue::Array(packages) = lock.get_ref()["package"].get_ref() else { panic!() };
    let text = |value: &DeValue<'_>| value.as_str().unwrap().to_owned();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let DeValue::Table(package) = package.get_ref() else { panic!() };
        let needs = found.entry(text(package["name"].get_ref())).or_default();
        if let Some(DeValue::Array(listed)) = package.get("dependencies").map(|list| list.get_ref())
        {
            // `name`, or `name version` where there are several.
            let name = |value: &DeValue<'_>| text(value).split(' ').next().unwrap().to_owned();
            needs.extend(listed.iter().map(|listed| name(listed.get_ref())));
        }
    }
    found
}

/// All that a package builds with.
fn closure(package: &str, dependencies: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![package.to_owned()]);
    while let Some(package) = next.pop() {
        next.extend(
            dependencies[&package].iter().filter(|&needed| !reached.contains(needed)).cloned(),
        );
        reached.insert(package);
    }
    reached
}

#[test]
fn finding_depends_on_nothing_that_waits_stores_or_reads_a_command_line() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let dependencies = dependencies(&fs::read_to_string(lock).unwrap());
    let of_iocs = closure("iocs", &dependencies);
    for library in NOT_FOR_FINDING {
        assert!(!of_iocs.contains(library), "iocs depends on {library}");
    }
    // The same look at the whole program finds them.
    assert!(closure("vtscan", &dependencies).contains("rusqlite"));
}
