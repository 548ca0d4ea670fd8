//! What the user may set about reading.

use std::path::PathBuf;

use iocs::extract::Rules;

use crate::key::ApiKey;

/// What the user may set about reading.
#[derive(Clone, Debug, Default)]
pub struct ListOptions {
    /// `--whole-lines`: a line is one indicator or invalid.
    pub whole_lines: bool,
    /// `--thorough`: whether rules leave anything out.
    pub rules: Rules,
    /// `--as-written`: links stay in what wraps them.
    pub as_written: bool,
    /// `--thorough` and `--password`: how documents are read.
    pub documents: iocs::document::Options,
    /// `--include-private`: private ones are looked up.
    pub include_private: bool,
    /// `--exclude`: files that list what is never sent.
    pub exclude: Vec<PathBuf>,
    /// `--hash`: files and folders of files that are looked up by their hashes.
    pub hash: Vec<PathBuf>,
    /// The API key in use, which is skipped and never shown whole.
    pub key: Option<ApiKey>,
    /// How many threads read a large input; 0 means one for each core.
    pub threads: usize,
}
