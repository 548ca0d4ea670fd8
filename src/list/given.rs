//! What each INPUT is: a file, stdin, or an indicator itself.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use tracing::warn;

use super::build::printable;
use crate::input::Source;
use iocs::indicator::{FILE_EXTENSION_SUFFIXES, Indicator, Reading, classify};

/// What is read where no INPUT is named.
pub const DEFAULT_INPUT: &str = "input.txt";

/// Extensions that make an argument a file's name, besides the public suffixes
/// that are extensions too: a mistyped file must not be looked up as a domain.
const FILE_EXTENSIONS: [&str; 14] = [
    "txt", "csv", "tsv", "log", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "html", "eml",
    "gz", "zst",
];

/// One INPUT, understood.
pub(super) enum Given {
    Source(Source),
    Argument(Indicator, String),
}

impl Given {
    /// The name of what lines are read from.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Source(source) => Some(source.name()),
            Self::Argument(..) => None,
        }
    }
}

/// All INPUTs; where there are none the default one, if it is wanted.
pub(super) fn all(inputs: &[OsString], wants_default: bool) -> Result<Vec<Given>> {
    if inputs.is_empty() && wants_default {
        return Ok(vec![Given::Source(default_input()?)]);
    }
    inputs.iter().map(understand).collect()
}
/// `input.txt` of the current folder.
fn default_input() -> Result<Source> {
    let path = PathBuf::from(DEFAULT_INPUT);
    let there = path.exists();
    if !std::io::stdin().is_terminal() && Source::Stdin.is_pipe() {
        warn!("stdin is a pipe and is not read: name it as '-' to read it");
    }
    if !there {
        bail!(
            "no input: there is no {DEFAULT_INPUT} in this folder; name a file, '-' for stdin, \
             or an indicator (vtscan --help)"
        );
    }
    Ok(Source::File(path))
}

/// What an INPUT is: an existing path wins, then `-`, then an indicator.
fn understand(input: &OsString) -> Result<Given> {
    let path = Path::new(input);
    if input == "-" {
        return Ok(Given::Source(Source::Stdin));
    }
    if path.symlink_metadata().is_ok() {
        return Ok(Given::Source(Source::File(path.to_owned())));
    }
    let text = printable(input.as_encoded_bytes());
    if let Some(extension) = file_extension(&text) {
        bail!(
            "there is no file '{text}' (it ends like one, in .{extension}; to look it up \
             as an indicator, write it as a URL or defanged: example[.]{extension})"
        );
    }
    match classify(input.as_encoded_bytes()) {
        Reading::Indicator(indicator) => Ok(Given::Argument(indicator, text)),
        Reading::Invalid(invalid) => {
            Err(anyhow!("'{text}' is neither a file nor an indicator: {}", invalid.reason))
        }
        Reading::Nothing => bail!("'{text}' is neither a file nor an indicator"),
    }
}

/// The extension of what is written like a file's name: not defanged, no scheme.
fn file_extension(text: &str) -> Option<&str> {
    let (stem, extension) = text.rsplit_once('.')?;
    let is_plain =
        !text.contains("://") && !text.contains(['[', '(', '{', '@']) && !stem.ends_with('\\');
    let known = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(extension));
    (is_plain && (known(&FILE_EXTENSIONS) || known(FILE_EXTENSION_SUFFIXES))).then_some(extension)
}
