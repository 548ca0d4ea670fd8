//! What the user may set about output.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::Look;
use crate::model::{Thresholds, Verdict};

/// The form of a run's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One padded line a record, for people, `grep` and `awk`.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// One row a record, for spreadsheets.
    Csv,
    /// One table, defanged, for a ticket.
    Markdown,
    /// One page, defanged, to hand over.
    Html,
}

impl Format {
    /// The format that a file's name asks for by its extension.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" | "log" => Some(Self::Text),
            "jsonl" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "md" => Some(Self::Markdown),
            "html" => Some(Self::Html),
            _ => None,
        }
    }
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    /// `-q`: errors alone.
    Quiet,
    /// What the user should know.
    Normal,
    /// `-v`: every ignored line, wait and retry.
    Verbose,
    /// `-vv`: every request, too.
    VeryVerbose,
}

/// What the user may set about output.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What stdout gets.
    pub format: Format,
    /// Files that get the records too, each in its format.
    pub files: Vec<(PathBuf, Format)>,
    /// The file that gets a timestamped log of the run.
    pub log_file: Option<PathBuf>,
    /// Files that the run reads, which none of those may replace.
    pub read: Vec<PathBuf>,
    /// Print only these verdicts; all where empty.
    pub only: Vec<Verdict>,
    /// Print indicators defanged.
    pub defang: bool,
    /// Whether text lists what was not tried: a dry run has little else to say.
    pub lists_deferred: bool,
    /// What a terminal is shown.
    pub look: Look,
    /// Whether the bar is drawn.
    pub progress: bool,
    /// How many engines it takes for a verdict: reports say so.
    pub thresholds: Thresholds,
    /// What is asked: reports say so, if it is not VirusTotal's own.
    pub api_url: String,
}

impl Settings {
    /// Refuses to write what is read, by whatever name, and to write one file twice. To be
    /// asked before the first is opened.
    ///
    /// # Errors
    /// Which file it is.
    pub fn check(&self) -> Result<()> {
        let mut taken: Vec<&Path> = self.read.iter().map(PathBuf::as_path).collect();
        let files = self.files.iter().map(|(path, _)| path.as_path());
        for path in self.log_file.as_deref().into_iter().chain(files) {
            if let Some(other) = taken.iter().find(|other| is_same_file(other, path)) {
                bail!(
                    "{} would replace {}, which this run uses: name another file",
                    path.display(),
                    other.display()
                );
            }
            taken.push(path);
        }
        Ok(())
    }
}

/// Told without opening either: opening a FIFO would wait for who writes to it.
fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(one), Ok(other)) = (one.metadata(), other.metadata()) {
        use std::os::unix::fs::MetadataExt;
        return (one.dev(), one.ino()) == (other.dev(), other.ino());
    }
    // One that is not there yet is told by its folder and its name.
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    place(one).is_some_and(|one| Some(one) == place(other))
}
