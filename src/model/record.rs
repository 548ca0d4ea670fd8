//! One entry's end, ready to be written.

use jiff::Timestamp;

use super::answer::Source;
use super::entry::Entry;
use super::fault::Fault;
use super::report::{Detection, Report, Stats};
use super::verdict::Verdict;
use iocs::finding::Content;
use iocs::indicator::Kind;

/// One entry's end, ready to be written.
#[derive(Clone, Debug)]
pub struct Record<'a> {
    /// What was in the input.
    pub entry: &'a Entry,
    /// Where it stands, as records write it.
    pub origin: String,
    /// What it turned out to be.
    pub verdict: Verdict,
    /// What VirusTotal holds, where it knows the object.
    pub report: Option<&'a Report>,
    /// Where the answer came from.
    pub source: Option<Source>,
    /// When the answer came.
    pub fetched_at: Option<Timestamp>,
    /// Why there is no report.
    pub error: Option<&'a Fault>,
}

impl Record<'_> {
    /// `None` for what is not an indicator.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match &self.entry.content {
            Content::Indicator(indicator) => Some(indicator.kind),
            Content::Invalid(..) => None,
        }
    }

    /// The report's counts.
    #[must_use]
    pub fn stats(&self) -> Option<&Stats> {
        self.report.and_then(|report| report.stats.as_ref())
    }

    /// The engines behind the detections.
    #[must_use]
    pub fn flagged_by(&self) -> &[Detection] {
        self.report.map_or(&[], |report| &report.flagged_by)
    }

    /// The report's page for people.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        self.report.zip(self.kind()).map(|(report, kind)| report.link(kind))
    }
}
