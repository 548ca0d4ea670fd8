//! The rules of the layout, and what breaks them.

use super::modules::{Modules, crate_of, folder_of, loops};
use super::source::Source;

/// A folder, and those that it may import.
type Folder = (&'static str, &'static [&'static str]);

/// The folders of each crate from the top down, and what each may import of those below it.
pub(super) const FOLDERS: &[(&str, &[Folder])] = &[
    (
        "vtscan",
        &[
            ("main", ALL),
            ("cli", ALL),
            (
                "scan",
                &[
                    "output",
                    "run",
                    "gate",
                    "store",
                    "virustotal",
                    "list",
                    "quota",
                    "model",
                    "clock",
                ],
            ),
            ("output", &["run", "gate", "list", "key", "ownership", "model", "quota", "wording"]),
            ("run", &["gate", "model", "quota", "wording"]),
            ("gate", &["store", "quota", "model", "clock"]),
            ("store", &["ownership", "quota", "model", "clock"]),
            ("virustotal", &["key", "quota", "model"]),
            ("list", &["input", "key", "model", "wording"]),
            ("input", &["model"]),
            ("key", &["ownership", "wording"]),
            ("ownership", &[]),
            ("model", &["quota"]),
            ("quota", &[]),
            ("clock", &[]),
            ("wording", &[]),
            ("lib", &[]),
        ],
    ),
    (
        "iocs",
        &[
            (
                "unwrap",
                &["extract", "document", "finding", "indicator", "lexicon", "grammar", "left_out"],
            ),
            (
                "extract",
                &["document", "finding", "indicator", "plain", "lexicon", "grammar", "left_out"],
            ),
            ("document", &["finding", "indicator", "lexicon", "grammar", "left_out"]),
            ("finding", &["indicator"]),
            ("indicator", &["plain", "lexicon", "grammar"]),
            ("plain", &["grammar", "lexicon"]),
            ("left_out", &[]),
            ("grammar", &["lexicon"]),
            ("lexicon", &[]),
            ("lib", &[]),
        ],
    ),
];
pub(super) const ALL: &[&str] = &["*"];

/// Libraries that live in one place, by the beginning of the paths that may name them.
const HOMES: &[(&str, &str)] = &[
    ("clap", "src/cli/"),
    ("clap_complete", "src/cli/"),
    ("clap_mangen", "src/cli/"),
    ("reqwest", "src/virustotal/"),
    ("rusqlite", "src/store/sqlite"),
    ("redis", "src/store/redis"),
    ("indicatif", "src/output/"),
];

/// How SQL begins; it lives with its library.
const SQL: [&str; 8] =
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "ALTER ", "PRAGMA ", "DROP "];

const LONGEST_FILE: usize = 400;
const LONGEST_MAIN: usize = 90;
const LONGEST_FUNCTION: usize = 60;

/// Names that stood for several things: which, in which folders, and what each is called now. In
/// other folders the same word may have its right meaning, such as a table's row in HTML.
const NO_WORDS: &[(&str, &[&str], &str)] = &[
    ("step turn turns pass admission", ASKING, "Decision, Permit"),
    ("closed", &["src/gate/", "src/model/", "src/run/", "src/scan/"], "StopReason"),
    ("refused", ASKING, "RateLimited, Rejected"),
    ("core cores sort", &["crates/iocs/src/"], "Candidate, CandidateKind"),
    ("place places", &["crates/iocs/src/"], "Cursor"),
    ("place places", &["src/gate/", "src/list/", "src/scan/"], "EntryId"),
    ("quad quads six", &["crates/iocs/src/"], "ipv4, ipv6"),
    ("row rows columns", &["crates/iocs/src/extract/"], "TableHeader"),
    ("given", &["src/input/", "src/list/"], "InputArg"),
    ("spread crew", &["src/input/", "src/list/"], "pool::ordered_map"),
    ("ending about", &["src/output/", "src/run/summary"], "Summary"),
    ("shown kept", &["src/output/"], "DisplayRecord"),
    ("talk", &["src/output/"], "Console"),
    ("draft", &["src/output/"], "AtomicFile"),
];

/// Where requests are allowed, sent and answered.
const ASKING: &[&str] =
    &["src/gate/", "src/model/", "src/quota", "src/scan/", "src/store/", "src/virustotal/"];

/// What says nothing of what a thing is, as a part of a name and as a whole one.
const EMPTY_PARTS: [&str; 7] = ["util", "utils", "manager", "helper", "helpers", "common", "misc"];
const EMPTY_NAMES: [&str; 2] = ["data", "info"];

/// What breaks a rule: a line for the list of known ones, and where and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Breach {
    pub(super) what: String,
    pub(super) why: String,
}

fn breach(what: String, why: String) -> Breach {
    Breach { what, why }
}

/// The breaches of both crates.
pub(super) fn breaches(sources: &[Source]) -> Vec<Breach> {
    let modules = Modules::of(sources);
    let mut found: Vec<Breach> = Vec::new();
    for (file, way) in loops(&modules.edges(sources)) {
        found.push(breach(format!("{file}: in a loop"), way.join(" -> ")));
    }
    found.extend(wrong_folders(sources, &modules));
    for source in sources {
        found.extend(wrong_homes(source));
        found.extend(wrong_prints(source));
        found.extend(wrong_words(source));
    }
    found.sort();
    found.dedup_by(|one, other| one.what == other.what);
    found
}

/// Imports that do not go down.
fn wrong_folders(sources: &[Source], modules: &Modules<'_>) -> Vec<Breach> {
    let mut imports: Vec<(&str, String, usize)> = Vec::new();
    for edge in modules.edges(sources) {
        let is_inside = crate_of(edge.from) == crate_of(edge.to);
        imports.extend(is_inside.then(|| (edge.from, folder_of(edge.to), edge.line)));
    }
    for source in sources {
        let named = modules.named_folders(source);
        imports
            .extend(named.into_iter().map(|(folder, line)| (source.path.as_str(), folder, line)));
    }
    let nowhere = sources.iter().filter(|source| allowed(&source.path).is_none()).map(|source| {
        let folder = folder_of(&source.path);
        breach(format!("{}: {folder} has no place", source.path), "see FOLDERS".to_owned())
    });
    let upward = imports.into_iter().filter_map(|(path, to, line)| {
        let from = folder_of(path);
        let allowed = allowed(path)?;
        let may = allowed == ALL && (to != "cli" || from == "main") && to != "main"
            || allowed.contains(&to.as_str());
        (from != to && !may)
            .then(|| breach(format!("{path}: {from} imports {to}"), format!("{path}:{line}")))
    });
    nowhere.chain(upward).collect()
}

fn allowed(path: &str) -> Option<&'static [&'static str]> {
    let (_, folders) = FOLDERS.iter().find(|(root, _)| *root == crate_of(path))?;
    let folder = folder_of(path);
    folders.iter().find(|(name, _)| *name == folder).map(|(_, below)| *below)
}

fn wrong_homes(source: &Source) -> Vec<Breach> {
    let path = &source.path;
    let imports = source.imports.iter().map(|import| (&import.path[0], import.line));
    let mentions = source.paths.iter().map(|mention| (&mention.path[0], mention.line));
    let libraries = imports.chain(mentions).filter_map(|(name, line)| {
        let (library, home) = HOMES.iter().find(|(library, _)| library == name)?;
        (!path.starts_with(home))
            .then(|| breach(format!("{path}: {library} lives in {home}"), format!("{path}:{line}")))
    });
    let sql = source.literals.iter().filter(|(_, text)| {
        let text = text.trim_start_matches(['r', 'b', '#', '"', '\\', 'n', ' ', '\n']);
        SQL.iter().any(|word| text.starts_with(word)) && !path.starts_with("src/store/sqlite")
    });
    libraries
        .chain(sql.map(|(line, _)| {
            breach(format!("{path}: SQL lives in src/store/sqlite"), format!("{path}:{line}"))
        }))
        .collect()
}

fn wrong_prints(source: &Source) -> Vec<Breach> {
    let path = &source.path;
    let first = source.prints.first().filter(|_| !path.starts_with("src/output/"));
    first
        .map(|line| breach(format!("{path}: only output prints"), format!("{path}:{line}")))
        .into_iter()
        .collect()
}

fn wrong_words(source: &Source) -> Vec<Breach> {
    let file_name = source.path.rsplit('/').next().unwrap().trim_end_matches(".rs");
    let mut found = Vec::new();
    for name in source.names.iter().map(String::as_str).chain([file_name]) {
        let snake = snake_case(name);
        let better = NO_WORDS.iter().find(|(words, folders, _)| {
            folders.iter().any(|folder| source.path.starts_with(folder))
                && words.split(' ').any(|word| word == snake)
        });
        if let Some((_, _, better)) = better {
            found.push(breach(format!("{}: named {name}", source.path), format!("say {better}")));
        }
        let is_empty = snake.split('_').any(|part| EMPTY_PARTS.contains(&part))
            || EMPTY_NAMES.contains(&snake.as_str());
        if is_empty {
            let why = "say what it is".to_owned();
            found.push(breach(format!("{}: named {name}", source.path), why));
        }
    }
    found
}

/// `InputArg` is `input_arg`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for char in name.chars() {
        if char.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

/// Files and functions that are too long to be read; this one holds for tests too.
pub(super) fn lengths(sources: &[Source]) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in sources {
        let path = &source.path;
        let most = if path == "src/main.rs" { LONGEST_MAIN } else { LONGEST_FILE };
        if source.lines > most {
            let why = format!("{} lines", source.lines);
            found.push(breach(format!("{path}: over {most} lines"), why));
        }
        for function in source.functions.iter().filter(|long| long.lines > LONGEST_FUNCTION) {
            let why = format!("{} lines", function.lines);
            found.push(breach(
                format!("{path}: fn {} over {LONGEST_FUNCTION} lines", function.name),
                why,
            ));
        }
    }
    found
}
