//! Indicators inside longer lines: whole texts in the styles that come, and every rule by name.

use std::fs;
use std::path::{Path, PathBuf};

use iocs::extract::{Block, Context, Lines, Options, Rules, read_block, read_block_in};
use iocs::finding::{Content, Finding};
use iocs::indicator::{Facts, Indicator, Scheme, User};

mod defang_forms;
mod labels;
mod left_out;
mod lines;
mod logs;
mod properties;
mod rules;
mod signs;

const SEARCH: Options = Options { lines: Lines::Searched, named: 100, rules: Rules::Applied };

/// The texts, each with its hand-marked `.expected` beside it.
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/extract");
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|extension| extension != "expected"));
    paths.sort();
    paths
}

/// `line<TAB>kind<TAB>canonical`, and what else is to be known of it.
fn marks(path: &Path) -> Vec<String> {
    let expected = format!("{}.expected", path.display());
    fs::read_to_string(&expected).expect(&expected).lines().map(str::to_owned).collect()
}

fn mark(found: &Finding) -> String {
    let line = found.line + 1;
    match &found.content {
        Content::Indicator(Indicator { kind, text, facts }) => {
            format!("{line}\t{kind}\t{text}{}", words(facts))
        }
        Content::Invalid(invalid) => format!("{line}\tinvalid\t{}", invalid.reason),
    }
}

/// The facts of an indicator that marks name.
fn words(facts: &Facts) -> String {
    let words = [
        ("assumed", facts.scheme == Scheme::Assumed),
        ("other scheme", facts.scheme == Scheme::Other),
        ("password", facts.user == User::Password),
        ("range", facts.is_range),
        ("reserved", facts.reserved.is_some()),
    ];
    words.iter().filter(|(_, holds)| *holds).map(|(word, _)| format!("\t{word}")).collect()
}

/// What a text holds, as one word for each.
fn read(text: impl AsRef<[u8]>) -> Block {
    let text = text.as_ref();
    let block = read_block(text, SEARCH);
    assert_eq!(block.lines, block.with + block.without + block.comments + block.blank);
    let mut past = 0;
    for found in &block.found {
        assert!(found.span.start >= past && found.span.end <= text.len(), "{found:?}");
        assert!(!found.span.is_empty());
        past = found.span.end;
    }
    block
}

/// Precision and recall of 1: what is found is exactly what was marked, in order.
#[test]
fn texts_of_all_styles_give_what_was_marked_by_hand() {
    let mut all = 0;
    let mut wrong = Vec::new();
    for path in fixtures() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read(&path).unwrap();
        let block = read_block_in(&text, SEARCH, &Context::of(&name));
        let found: Vec<String> = block.found.iter().map(mark).collect();
        let marked = marks(&path);
        all += marked.len();
        let missed = marked.iter().filter(|mark| !found.contains(mark));
        wrong.extend(missed.map(|mark| format!("{name}: missed {mark}")));
        let more = found.iter().filter(|mark| !marked.contains(mark));
        wrong.extend(more.map(|mark| format!("{name}: not marked {mark}")));
        if wrong.is_empty() {
            assert_eq!(found, marked, "{name}");
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(all >= 800, "{all} marks");
    assert!(fixtures().len() >= 24);
}
