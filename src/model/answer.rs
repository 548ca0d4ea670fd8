//! What VirusTotal answered, when, and where the answer was had from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::report::Report;

/// What was asked for, and what VirusTotal holds on it. A failure is no fact
/// and has no place here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Facts {
    /// VirusTotal knows the object.
    Known(Box<Report>),
    /// It has no report.
    NotFound,
    /// It rejects the indicator for good.
    #[serde(rename = "Refused")]
    Rejected(Fault),
}

/// Facts, and when they were had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// When the answer came.
    pub fetched_at: Timestamp,
    /// What it said.
    pub facts: Facts,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A request of this indicator's own.
    Virustotal,
    /// No request: the store had it, or the answer to another of its file's hashes.
    Cache,
}
