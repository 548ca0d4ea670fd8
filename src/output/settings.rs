//! What the user may set about output.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::console::Verbosity;
use super::display::IndicatorForm;
use super::formats::{Deferred, Format};
use super::terminal::{Look, When};
use crate::model::{Thresholds, Verdict};

/// What the user may set about output.
#[derive(Clone, Debug)]
pub struct OutputSettings {
    /// How much is said on stderr.
    pub verbosity: Verbosity,
    /// What stdout gets.
    pub format: &'static Format,
    /// Files that get the records too, each in its format.
    pub files: Vec<(PathBuf, &'static Format)>,
    /// The file that gets a timestamped log of the run.
    pub log_file: Option<PathBuf>,
    /// Files and folders that the run uses, which none of those may replace.
    pub used: Vec<PathBuf>,
    /// Print only these verdicts; all where empty.
    pub only: Vec<Verdict>,
    /// How indicators are written.
    pub form: IndicatorForm,
    /// What becomes of records that were not asked.
    pub deferred: Deferred,
    /// What stdout is shown, where it is a terminal.
    pub look: Look,
    /// When something is coloured.
    pub color: When,
    /// When the bar is drawn; where it is of use is where stderr is a terminal.
    pub progress: When,
    /// How many engines it takes for a verdict: reports say so.
    pub thresholds: Thresholds,
    /// What is asked: reports say so, if it is not VirusTotal's own.
    pub api_url: String,
}

impl OutputSettings {
    /// Refuses to write what is read, by whatever name, and to write one file twice. Is
    /// called before the first is opened.
    ///
    /// # Errors
    /// Which file it is.
    pub fn check(&self) -> Result<()> {
        let mut taken: Vec<&Path> = self.used.iter().map(PathBuf::as_path).collect();
        let files = self.files.iter().map(|(path, _)| path.as_path());
        for path in self.log_file.as_deref().into_iter().chain(files) {
            let is_taken = |other: &&&Path| is_same_file(other, path) || is_read_with(other, path);
            if let Some(other) = taken.iter().find(is_taken) {
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

/// Whether a file that is there stands below a folder, all of whose files are read.
fn is_read_with(folder: &Path, file: &Path) -> bool {
    let places = folder.canonicalize().ok().zip(file.canonicalize().ok());
    folder.is_dir() && places.is_some_and(|(folder, file)| file.starts_with(folder))
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
