//! Every suffix that names are registered under, by the public suffix list that is compiled in.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use iocs::extract::{Options, read_block};
use iocs::indicator::{Indicator, Kind};

/// The list that the crate `psl` was generated from, which stands in its package.
fn rules() -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let run = |program: &str, args: &[&str]| {
        let folder = env!("CARGO_MANIFEST_DIR");
        let output = Command::new(program).args(args).current_dir(folder).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let compiler = run("rustc", &["-vV"]);
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Of packages for other platforms nothing may be there.
    let args = ["metadata", "--offline", "--format-version", "1", "--filter-platform", host];
    let metadata: serde_json::Value = serde_json::from_str(&run(&cargo, &args)).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let psl = packages.find(|package| package["name"] == "psl").unwrap();
    let manifest = Path::new(psl["manifest_path"].as_str().unwrap());
    std::fs::read_to_string(manifest.with_file_name("data").join("rules.txt")).unwrap()
}

/// The list's ICANN suffixes in lower-case ASCII, a label in place of each `*`.
fn suffixes() -> BTreeSet<String> {
    let mut suffixes = BTreeSet::new();
    for rule in rules().lines().filter(|rule| !rule.starts_with('!')) {
        let suffix = idna::domain_to_ascii(&rule.replace('*', "any")).unwrap();
        if psl::suffix(suffix.as_bytes()).is_some_and(|found| found.typ() == Some(psl::Type::Icann))
        {
            suffixes.insert(suffix);
        }
    }
    suffixes
}

fn found(text: &str) -> Vec<Indicator> {
    let block = read_block(text.as_bytes(), Options::default());
    block.found.iter().filter_map(|found| found.content.indicator().cloned()).collect()
}

fn is_only(found: &[Indicator], kind: Kind, text: &str) -> bool {
    matches!(found, [found] if found.kind == kind && found.text == text)
}

#[test]
fn a_url_is_found_under_every_suffix() {
    let suffixes = suffixes();
    assert!(suffixes.len() > 6_500, "{} suffixes", suffixes.len());
    let missed: Vec<&String> = suffixes
        .iter()
        .filter(|suffix| {
            let url = format!("http://evilxx.{suffix}/a");
            !is_only(&found(&format!("the page {url} was seen\n")), Kind::Url, &url)
        })
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_bare_name_is_found_under_every_suffix_of_two_labels() {
    let missed: Vec<String> = suffixes()
        .into_iter()
        .filter(|suffix| {
            let name = format!("evilxx.{suffix}");
            // Names of private networks are words too in running text.
            suffix.matches('.').count() == 1
                && suffix != "home.arpa"
                // Names of the reverse DNS are left out.
                && !["in-addr.arpa", "ip6.arpa"].contains(&suffix.as_str())
                && !is_only(&found(&format!("traffic to {name} was seen\n")), Kind::Domain, &name)
        })
        .collect();
    assert!(missed.is_empty(), "{} missed: {missed:?}", missed.len());
}
