//! The list of a run: every unique indicator of the input, where it stands and how often, and what
//! became of every line.

mod build;
mod given;
mod places;
mod secret;
mod spread;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use anyhow::Result;
use tracing::{info, warn};

use self::build::Builder;
use self::given::Given;
use crate::exclude::Exclude;
pub use crate::extract::Content;
use crate::hash::Files;
use crate::indicator::Indicator;
use crate::input::Source;
use crate::key::ApiKey;

pub use self::given::DEFAULT_INPUT;

/// One unique indicator, or one unique text that is none. There may be millions, so it is small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub content: Content,
    /// Where it stands first.
    pub origin: Origin,
    /// How often it stands in the input.
    pub occurrences: u64,
    /// The text found, where it is not the indicator's own.
    written: Option<Box<str>>,
}

impl Entry {
    /// The indicator, where it is to be looked up.
    #[must_use]
    pub fn to_look_up(&self) -> Option<&Indicator> {
        match &self.content {
            Content::Indicator(indicator) if indicator.skip.is_none() => Some(indicator),
            Content::Indicator(_) | Content::Invalid(_) => None,
        }
    }

    /// The canonical form; an invalid one's text.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Indicator(indicator) => &indicator.text,
            Content::Invalid(_) => self.written.as_deref().unwrap_or_default(),
        }
    }

    /// The text found, where it differs from [`Self::text`].
    #[must_use]
    pub fn as_written(&self) -> Option<&str> {
        match &self.content {
            Content::Indicator(_) => self.written.as_deref(),
            Content::Invalid(_) => None,
        }
    }
}

/// Where an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line of an input.
    Line {
        /// The n-th input.
        input: u32,
        /// The line, from 1.
        line: u64,
        /// There is more in the line than the indicator.
        inside: bool,
    },
    /// An argument of the command line.
    Argument,
    /// The n-th input is a file that was hashed.
    File(u32),
}

/// What became of the lines. Every line is in exactly one of the first four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineCounts {
    /// Lines (and arguments) that hold an indicator, an invalid one too.
    pub with: u64,
    /// Lines that hold none.
    pub without: u64,
    /// Lines that begin with `#`.
    pub comments: u64,
    /// Lines of white space.
    pub blank: u64,
    /// Indicators found, duplicates and hashed files among them.
    pub found: u64,
}

/// What the user may set about reading.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `--whole-lines`: a line is one indicator or invalid.
    pub whole_lines: bool,
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
    /// Files that were to be hashed and could not be read: their answers are missing.
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
            warn!("no indicator found in {searched}");
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
    builder.unread(unread);
}
