//! The list of a run: every unique indicator of the input, where it stands and how often, and what
//! became of every line.

mod build;
pub mod exclude;
mod given;
mod index;
mod secret;
mod spread;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use anyhow::Result;
use tracing::{info, warn};

use self::build::Builder;
use self::given::Given;
use crate::input::Source;
use crate::input::hash::Files;
use crate::key::ApiKey;
use crate::list::exclude::Exclude;
use crate::model::{Entry, LeftOutCounts, LineCounts, Origin};
use iocs::extract::Rules;

pub use self::given::DEFAULT_INPUT;

/// What the user may set about reading.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--whole-lines`: a line is one indicator or invalid.
    pub whole_lines: bool,
    /// `--thorough`: whether rules leave anything out.
    pub rules: Rules,
    /// `--include-private`: private ones are looked up.
    pub include_private: bool,
    /// `--exclude`: files that list what is never sent.
    pub exclude: Vec<PathBuf>,
    /// `--hash`: files and folders of files that are looked up by their hashes.
    pub hash: Vec<PathBuf>,
    /// The API key in use, which is skipped and never shown whole.
    pub key: Option<ApiKey>,
    /// So many threads read a large input; 0 is as many as there are cores.
    pub threads: usize,
}

/// The list.
#[derive(Debug, Default)]
pub struct List {
    /// The unique entries in the order of their first occurrence.
    pub entries: Vec<Entry>,
    /// What became of the lines.
    pub lines: LineCounts,
    /// How much each rule left out.
    pub left_out: LeftOutCounts,
    /// Inputs, and files to hash, that could not be read: their answers are missing.
    pub unread: u64,
    /// What the origins' numbers stand for.
    inputs: Vec<Box<str>>,
}

impl List {
    /// Reads all inputs; `input.txt` where none is named, and nothing is to be hashed.
    ///
    /// # Errors
    /// An input that is neither a file nor an indicator, or cannot be read; a path to hash that is
    /// not there; a line of an `--exclude` file that excludes nothing.
    pub fn read(inputs: &[OsString], mut settings: Settings) -> Result<Self> {
        if settings.threads == 0 {
            settings.threads = std::thread::available_parallelism().map_or(1, usize::from);
        }
        let given = given::all(inputs, settings.hash.is_empty())?;
        let exclude = read_exclude(&settings.exclude)?;
        let files = Files::find(&settings.hash)?;
        let names: Vec<Box<str>> = given.iter().filter_map(Given::name).map(Into::into).collect();
        let searched = names.join(", ");
        let mut builder = Builder::new(names, exclude, &settings);
        spread::read(given, &settings, &mut builder)?;
        if !settings.hash.is_empty() {
            hash(files, settings.threads, &mut builder);
        }
        let list = builder.finish();
        if list.entries.is_empty() && list.unread == 0 && !searched.is_empty() {
            match list.left_out.to_string() {
                left_out if left_out.is_empty() => warn!("no indicator found in {searched}"),
                left_out => {
                    warn!("no indicator found in {searched}; {left_out} (--thorough takes them)")
                }
            }
        }
        Ok(list)
    }

    /// Whether any entry is to be looked up.
    #[must_use]
    pub fn asks_anything(&self) -> bool {
        self.entries.iter().any(|entry| entry.to_look_up().is_some())
    }

    /// What was read, as origins name it: inputs in their order, then hashed files.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(AsRef::as_ref)
    }

    /// An origin as records write it.
    #[must_use]
    pub fn origin(&self, origin: Origin) -> String {
        match origin {
            Origin::Line { input, line, .. } => format!("{}:{line}", self.inputs[input as usize]),
            Origin::Argument => "argument".to_owned(),
            Origin::File(input) => self.inputs[input as usize].to_string(),
        }
    }
}

impl fmt::Display for List {
    /// The first of the two last lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LineCounts { with, without, comments, blank, found } = self.lines;
        write!(
            f,
            "{} lines: {with} with indicators, {without} without, {comments} comments, {blank} blank; {found} found, {} unique",
            with + without + comments + blank,
            self.entries.len()
        )
    }
}

/// All `--exclude` files as one.
fn read_exclude(files: &[PathBuf]) -> Result<Exclude> {
    let mut exclude = Exclude::default();
    for path in files {
        Source::File(path.clone()).for_each_line(|number, line| {
            exclude.add(line).map_err(|error| error.context(format!("{}:{number}", path.display())))
        })?;
    }
    Ok(exclude)
}

/// Takes the hashes of files in, and says what became of the files.
fn hash(files: Files, threads: usize, builder: &mut Builder) {
    let (mut hashed, mut unread) = (0, 0);
    let passed_over = match files.passed_over() {
        0 => String::new(),
        other => format!(", {other} passed over that are no regular files"),
    };
    for (path, digest) in files.digests(threads) {
        match digest {
            Ok(digest) => {
                hashed += 1;
                builder.add_file(&path, &digest);
            }
            Err(error) => {
                unread += 1;
                warn!("{} cannot be read, so it is not looked up: {error}", path.display());
            }
        }
    }
    info!("{hashed} files hashed, {unread} could not be read{passed_over}; nothing is uploaded");
    builder.add_unread(unread);
}
