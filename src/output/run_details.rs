//! What a report says of its run as a whole.

use jiff::Timestamp;

use crate::model::{Thresholds, Verdict};
use crate::run::summary::Summary;

/// A run as its report tells it, after the last record.
pub(super) struct RunDetails<'a> {
    /// What was counted, and how the run ended.
    pub(super) summary: &'a Summary,
    /// Unique indicators of the list; some may have no record.
    pub(super) entries: u64,
    /// Names of what was read, as origins write them.
    pub(super) inputs: &'a [String],
    /// The two last lines of stderr.
    pub(super) lines: &'a str,
    pub(super) last_line: &'a str,
    pub(super) started: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) thresholds: Thresholds,
    /// The verdicts that records are left for; all where empty.
    pub(super) only: &'a [Verdict],
    /// Why the report is not whole, if it is not.
    pub(super) partial: Option<&'a str>,
    /// What was asked; worth a word if it is not VirusTotal's own.
    pub(super) api_url: &'a str,
}

/// Whether an API's address is VirusTotal's own.
pub(super) fn is_virustotal(api_url: &str) -> bool {
    api_url.starts_with("https://www.virustotal.com/")
}
