//! What each INPUT is: a file, a folder, stdin, or an indicator itself.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use tracing::warn;

use super::hash::FilesToHash;
use super::source::Source;
use super::utf8::escape_invalid_utf8;
use iocs::indicator::{FILE_EXTENSION_SUFFIXES, Indicator, Reading, classify};

/// What is read where no INPUT is named.
pub const DEFAULT_INPUT: &str = "input.txt";

/// Extensions that make an argument a file's name, besides the public suffixes
/// that are extensions too: a mistyped file must not be looked up as a domain.
const FILE_EXTENSIONS: [&str; 14] = [
    "txt", "csv", "tsv", "log", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "html", "eml",
    "gz", "zst",
];

/// An INPUT argument, understood.
#[derive(Debug)]
pub enum InputArg {
    /// Something to be read.
    Source(Source),
    /// The argument is an indicator itself.
    Indicator {
        /// The indicator.
        indicator: Indicator,
        /// How it was written.
        written: String,
    },
    /// Why something in a folder cannot be read.
    Unread(String),
}

impl InputArg {
    /// The name of what lines are read from.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Source(source) => Some(source.name()),
            Self::Indicator { .. } | Self::Unread(_) => None,
        }
    }
}

/// All INPUT arguments, in their order.
///
/// # Errors
/// One of them is neither a file, nor a folder, nor an indicator.
pub fn understand_all(inputs: &[OsString]) -> Result<Vec<InputArg>> {
    let mut args = Vec::with_capacity(inputs.len());
    for input in inputs {
        let path = Path::new(input);
        if path.is_dir() {
            args.extend(folder(path)?);
            args.extend(meant(input));
            continue;
        }
        let arg = understand(input)?;
        let other =
            if matches!(arg, InputArg::Source(Source::File(_))) { meant(input) } else { None };
        args.push(arg);
        args.extend(other);
    }
    Ok(args)
}

/// The indicator that the name of an existing file is too: a file called `evil.com` may be empty, and
/// a user who asks for `evil.com` must not be told that nothing was found.
fn meant(input: &OsString) -> Option<InputArg> {
    let written = escape_invalid_utf8(input.as_encoded_bytes());
    if file_extension(&written).is_some() {
        return None;
    }
    let Reading::Indicator(indicator) = classify(input.as_encoded_bytes()) else { return None };
    warn!("'{written}' is read as the file of that name, and looked up as an indicator as well");
    Some(InputArg::Indicator { indicator, written })
}

/// Every regular file under a folder, in order of path. A link that is named is followed, for which
/// its path ends in a slash; those inside are not.
fn folder(path: &Path) -> Result<Vec<InputArg>> {
    let files = FilesToHash::find(&[path.join("")])?;
    let args: Vec<InputArg> = files
        .into_paths()
        .map(|(path, error)| match error {
            None => InputArg::Source(Source::File(path)),
            Some(error) => InputArg::Unread(format!("{} cannot be read: {error}", path.display())),
        })
        .collect();
    if args.is_empty() {
        warn!("{} holds no file", path.display().to_string().trim_end_matches('/'));
    }
    Ok(args)
}

/// `input.txt` of the current folder, which is read where nothing is named.
///
/// # Errors
/// There is no such file.
pub fn default_input() -> Result<InputArg> {
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
    Ok(InputArg::Source(Source::File(path)))
}

/// What an INPUT is: an existing path wins, then `-`, then an indicator.
fn understand(input: &OsString) -> Result<InputArg> {
    let path = Path::new(input);
    if input == "-" {
        return Ok(InputArg::Source(Source::Stdin));
    }
    if path.symlink_metadata().is_ok() {
        return Ok(InputArg::Source(Source::File(path.to_owned())));
    }
    let text = escape_invalid_utf8(input.as_encoded_bytes());
    if let Some(extension) = file_extension(&text) {
        bail!(
            "there is no file '{text}' (it ends like one, in .{extension}; to look it up \
             as an indicator, write it as a URL or defanged: example[.]{extension})"
        );
    }
    match classify(input.as_encoded_bytes()) {
        Reading::Indicator(indicator) => Ok(InputArg::Indicator { indicator, written: text }),
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
