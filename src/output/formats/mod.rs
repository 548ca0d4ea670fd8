//! The table of formats. A new one is a file here and a row below: `--format`, the extensions of
//! `--output`, their help and errors come from the table, and a test holds README's table against it.

mod csv;
mod html;
mod jsonl;
mod markdown;
mod plain;
mod text;
mod writer;

use std::fmt;
use std::path::Path;

pub use self::jsonl::SCHEMA;
pub(super) use self::text::TextLine;
pub use self::writer::Deferred;
pub(super) use self::writer::{Choice, Destination, FormatWriter, Setup};
use crate::wording::listed;

/// Every format, in the order in which help lists them. The first is the default.
pub static FORMATS: [Format; 6] = [
    Format {
        name: "text",
        extensions: &["txt", "log"],
        about: "padded columns: verdict, detections/engines, kind, indicator, details",
        writer: text::writer,
    },
    Format {
        name: "jsonl",
        extensions: &["jsonl"],
        about: "one JSON object a line, described by a schema: `vtscan --schema`",
        writer: jsonl::writer,
    },
    Format {
        name: "csv",
        extensions: &["csv"],
        about: "a header and the same facts, one cell each; times are UTC; no cell is a formula",
        writer: csv::writer,
    },
    Format {
        name: "markdown",
        extensions: &["md"],
        about: "one table for a ticket, the worst first, defanged",
        writer: markdown::writer,
    },
    Format {
        name: "html",
        extensions: &["html"],
        about: "a report to hand over, defanged: one page that loads nothing, to be sorted, searched and printed",
        writer: html::writer,
    },
    Format {
        name: "plain",
        extensions: &["list"],
        about: "the indicators alone, one a line, without the `skipped` and `invalid` ones",
        writer: plain::writer,
    },
];

/// A format of records: how the user names it, and what writes it.
pub struct Format {
    /// Its name, for `--format`.
    pub name: &'static str,
    /// The ends of names of files in it, without the dot before them; `stix.json` is one.
    pub extensions: &'static [&'static str],
    /// What it is, in half a line.
    pub about: &'static str,
    writer: fn(&Setup<'_>) -> Box<dyn FormatWriter>,
}

impl Format {
    /// The format of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The format that a file's name asks for by its end.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<&'static Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let is_end = |extension: &&str| {
            let stem = name.strip_suffix(*extension).and_then(|name| name.strip_suffix('.'));
            stem.is_some_and(|stem| !stem.is_empty())
        };
        FORMATS.iter().find(|format| format.extensions.iter().any(is_end))
    }

    /// What writes a run's records in this format.
    pub(super) fn writer(&self, setup: &Setup<'_>) -> Box<dyn FormatWriter> {
        (self.writer)(setup)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The extensions of all formats, each with its dot.
pub fn extensions() -> impl Iterator<Item = String> {
    let all = FORMATS.iter().flat_map(|format| format.extensions);
    all.map(|extension| format!(".{extension}"))
}

/// Why a file's name asks for no format, and which would.
#[must_use]
pub fn unknown_extension() -> String {
    let all: Vec<String> = extensions().collect();
    format!("the format is told by the extension: {}", listed(all.iter().map(String::as_str), "or"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn readmes_table_of_formats_is_this_one() {
        let readme = include_str!("../../../README.md");
        let head = "| format | extension | what it is |\n|---|---|---|\n";
        let (_, table) = readme.split_once(head).unwrap();
        let shown: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
        let row = |format: &Format| {
            let ends: Vec<String> =
                format.extensions.iter().map(|extension| format!("`.{extension}`")).collect();
            format!("| `{}` | {} | {} |", format.name, ends.join(" "), format.about)
        };
        assert_eq!(shown, FORMATS.iter().map(row).collect::<Vec<_>>());
    }

    #[test]
    fn a_files_name_asks_for_a_format_by_its_end() {
        let asked = |name: &str| Format::of_file(Path::new(name)).map(|format| format.name);
        assert_eq!(asked("a/b.csv"), Some("csv"));
        assert_eq!(asked("REPORT.HTML"), Some("html"));
        assert_eq!(asked("run.2026.log"), Some("text"));
        for name in ["csv", ".csv", "acsv", "a.xlsx", "..", ""] {
            assert_eq!(asked(name), None, "{name}");
        }
    }

    #[test]
    fn no_name_and_no_extension_stands_for_two_formats() {
        let mut names = HashSet::new();
        assert!(FORMATS.iter().all(|format| names.insert(format.name)));
        let mut ends = HashSet::new();
        assert!(extensions().all(|extension| ends.insert(extension)));
    }
}
