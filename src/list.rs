//! The list of a run: every unique indicator of the input, where it stands and
//! how often, and what became of every line.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use tracing::{debug, info, warn};

use crate::indicator::{
    FILE_EXTENSION_SUFFIXES, Indicator, Invalid, Kind, Reading, Skip, classify,
};
use crate::input::Source;

/// What is read where no INPUT is named.
pub const DEFAULT_INPUT: &str = "input.txt";

/// Extensions that make an argument a file's name, besides the public suffixes
/// that are extensions too: a mistyped file must not be looked up as a domain.
const FILE_EXTENSIONS: [&str; 14] = [
    "txt", "csv", "tsv", "log", "json", "jsonl", "ndjson", "xml", "yaml", "yml", "html", "eml",
    "gz", "zst",
];

/// So many lines of one sort are named; `-v` names all.
const NAMED_LINES: u64 = 10;

/// One unique indicator, or one unique text that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub content: Content,
    /// The text found, where it differs from the indicator.
    pub as_written: Option<Box<str>>,
    /// Where it stands first.
    pub origin: Origin,
    /// How often it stands in the input.
    pub occurrences: u64,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// An indicator; it says itself whether it is to be skipped.
    Indicator(Indicator),
    /// A text that is shaped like an indicator and is none, and why.
    Invalid(Box<str>, Invalid),
}

impl Entry {
    /// The indicator, where it is to be looked up.
    #[must_use]
    pub fn to_look_up(&self) -> Option<&Indicator> {
        match &self.content {
            Content::Indicator(indicator) if indicator.skip.is_none() => Some(indicator),
            Content::Indicator(_) | Content::Invalid(..) => None,
        }
    }

    /// The canonical form; an invalid one's text.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Indicator(indicator) => &indicator.text,
            Content::Invalid(text, _) => text,
        }
    }
}

/// Where an indicator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A line, from 1, of the n-th input.
    Line(usize, u64),
    /// An argument of the command line.
    Argument,
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
    /// Indicators found, duplicates among them.
    pub found: u64,
}

/// What the user may set about reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// `--whole-lines`: a line is one indicator or invalid.
    pub whole_lines: bool,
    /// `--include-private`: private ones are looked up.
    pub include_private: bool,
}

/// The list.
#[derive(Debug, Default)]
pub struct List {
    /// The unique entries in the order of their first occurrence.
    pub entries: Vec<Entry>,
    /// What became of the lines.
    pub lines: LineCounts,
    inputs: Vec<String>,
    places: HashMap<(Option<Kind>, Box<str>), usize>,
    settings: Settings,
    named: [u64; 2],
}

/// One INPUT, understood.
enum Given {
    Source(Source),
    Argument(Indicator, String),
}

impl List {
    /// Reads all inputs; `input.txt` where none is named.
    ///
    /// # Errors
    /// An input that is neither a file nor an indicator, or cannot be read.
    pub fn read(inputs: &[OsString], settings: Settings) -> Result<Self> {
        let mut list = Self { settings, ..Self::default() };
        let given = if inputs.is_empty() {
            vec![Given::Source(default_input()?)]
        } else {
            inputs.iter().map(understand).collect::<Result<_>>()?
        };
        for given in given {
            match given {
                Given::Argument(indicator, written) => {
                    list.lines.with += 1;
                    list.add(Content::Indicator(indicator), &written, Origin::Argument);
                }
                Given::Source(source) => {
                    let input = list.inputs.len();
                    list.inputs.push(source.name());
                    source.for_each_line(|number, line| {
                        list.line(Origin::Line(input, number), line);
                    })?;
                }
            }
        }
        list.say_what_was_not_named();
        if list.entries.is_empty() {
            warn!("no indicator found in {}", list.inputs.join(", "));
        }
        // Only reading needs to know what was seen before.
        list.places = HashMap::new();
        Ok(list)
    }

    /// Whether any entry is to be looked up.
    #[must_use]
    pub fn asks_anything(&self) -> bool {
        self.entries.iter().any(|entry| entry.to_look_up().is_some())
    }

    /// An origin as records write it.
    #[must_use]
    pub fn origin(&self, origin: Origin) -> String {
        match origin {
            Origin::Line(input, line) => format!("{}:{line}", self.inputs[input]),
            Origin::Argument => "argument".to_owned(),
        }
    }

    /// Takes one line in.
    fn line(&mut self, origin: Origin, line: &[u8]) {
        let trimmed = line.trim_ascii();
        if trimmed.is_empty() {
            self.lines.blank += 1;
            return;
        }
        if let Some(comment) = trimmed.strip_prefix(b"#") {
            self.lines.comments += 1;
            if let Reading::Indicator(indicator) = classify(comment) {
                let what = format!(
                    "a comment that holds an indicator ({}) is not looked up",
                    indicator.text
                );
                self.name(0, origin, &what);
            }
            return;
        }
        let content = match classify(line) {
            Reading::Indicator(indicator) => Content::Indicator(indicator),
            Reading::Invalid(invalid) => Content::Invalid(printable(trimmed).into(), invalid),
            Reading::Nothing if self.settings.whole_lines => Content::Invalid(
                printable(trimmed).into(),
                Invalid { reason: "not an indicator".into() },
            ),
            Reading::Nothing => {
                self.lines.without += 1;
                self.name(1, origin, &format!("no indicator in '{}'", printable(trimmed)));
                return;
            }
        };
        self.lines.with += 1;
        self.add(content, &printable(trimmed), origin);
    }

    /// Takes in one thing found.
    fn add(&mut self, mut content: Content, written: &str, origin: Origin) {
        self.lines.found += 1;
        let kind = match &mut content {
            Content::Indicator(indicator) => {
                if self.settings.include_private && indicator.skip == Some(Skip::Private) {
                    indicator.skip = None;
                }
                Some(indicator.kind)
            }
            Content::Invalid(..) => None,
        };
        let mut entry = Entry { content, as_written: None, origin, occurrences: 1 };
        match self.places.entry((kind, entry.text().into())) {
            std::collections::hash_map::Entry::Occupied(place) => {
                self.entries[*place.get()].occurrences += 1;
            }
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(self.entries.len());
                entry.as_written = (written != entry.text()).then(|| written.into());
                self.entries.push(entry);
            }
        }
    }

    /// Names a line of one sort, the first ten aloud.
    fn name(&mut self, sort: usize, origin: Origin, what: &str) {
        self.named[sort] += 1;
        let origin = self.origin(origin);
        if self.named[sort] <= NAMED_LINES {
            info!("{origin}: {what:.300}");
        } else {
            debug!("{origin}: {what:.300}");
        }
    }

    fn say_what_was_not_named(&self) {
        let sorts = ["comments that hold an indicator", "lines without an indicator"];
        for (count, sort) in self.named.iter().zip(sorts) {
            if *count > NAMED_LINES {
                info!("and {} more {sort} (-v names them all)", count - NAMED_LINES);
            }
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

/// `input.txt` of the current folder.
fn default_input() -> Result<Source> {
    let path = PathBuf::from(DEFAULT_INPUT);
    let there = path.exists();
    if !std::io::stdin().is_terminal() && is_pipe() {
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

#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata("/dev/stdin").is_ok_and(|stdin| stdin.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe() -> bool {
    false
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

/// Bytes as text: what is not UTF-8 as `\xNN`, so that nothing is lost.
fn printable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}
