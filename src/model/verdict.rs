//! What is made of the facts: a verdict, and counts of verdicts.

use std::fmt;

use serde::Serialize;

use super::answer::Source;
use super::report::{Report, Stats};

/// What an indicator turned out to be. The order is the tally's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// At least `--malicious-at` engines call it malicious.
    Malicious,
    /// At least `--suspicious-at` engines flag it.
    Suspicious,
    /// Engines judged it, fewer flagged it. Not a promise of safety.
    Undetected,
    /// VirusTotal has no report.
    Unknown,
    /// Known, not judged yet.
    Pending,
    /// Tried, no answer; or VirusTotal rejects the indicator.
    Failed,
    /// Not tried.
    Deferred,
    /// Not sent, by rule.
    Skipped,
    /// Shaped like an indicator, and none.
    Invalid,
}

impl Verdict {
    /// All of them, in the tally's order.
    pub const ALL: [Self; 9] = [
        Self::Malicious,
        Self::Suspicious,
        Self::Undetected,
        Self::Unknown,
        Self::Pending,
        Self::Failed,
        Self::Deferred,
        Self::Skipped,
        Self::Invalid,
    ];

    /// The verdict of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == name)
    }

    /// The verdict's name, as records and `--only` write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malicious => "malicious",
            Self::Suspicious => "suspicious",
            Self::Undetected => "undetected",
            Self::Unknown => "unknown",
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Deferred => "deferred",
            Self::Skipped => "skipped",
            Self::Invalid => "invalid",
        }
    }

    /// Whether an answer is missing that a further run might bring.
    #[must_use]
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Pending | Self::Failed | Self::Deferred | Self::Invalid)
    }
}

/// How many engines it takes for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// Engines that say malicious, for `malicious`.
    pub malicious_at: u64,
    /// Engines that say malicious or suspicious, for `suspicious`.
    pub suspicious_at: u64,
}

impl Thresholds {
    /// The verdict on a report.
    #[must_use]
    pub fn judge(&self, report: &Report) -> Verdict {
        if !report.is_judged() {
            return Verdict::Pending;
        }
        let stats = report.stats.as_ref();
        // Engines that are named beside counts of 0 have flagged it all the same.
        let named = report.flagged_by.len() as u64;
        if stats.is_some_and(|stats| stats.get("malicious") >= self.malicious_at) {
            Verdict::Malicious
        } else if stats.map_or(0, Stats::detections).max(named) >= self.suspicious_at {
            Verdict::Suspicious
        } else {
            Verdict::Undetected
        }
    }
}

/// Counts of records by verdict and source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    counts: [u64; Verdict::ALL.len()],
    /// Records that cost no request.
    pub from_store: u64,
}

impl Tally {
    /// Counts one record.
    pub fn add(&mut self, verdict: Verdict, source: Option<Source>) {
        self.counts[verdict as usize] += 1;
        self.from_store += u64::from(source == Some(Source::Cache));
    }

    /// Records of one verdict.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.counts[verdict as usize]
    }

    /// All records.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether any record misses an answer that a further run might bring.
    #[must_use]
    pub fn is_missing_any(&self) -> bool {
        Verdict::ALL.into_iter().any(|verdict| verdict.is_missing() && self.of(verdict) > 0)
    }
}

impl fmt::Display for Tally {
    /// `5 malicious, 2 suspicious, …`: every verdict, in their order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, verdict) in Verdict::ALL.into_iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} {}", self.of(verdict), verdict.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::{Context, Detection, Hashes};
    use super::*;

    #[test]
    fn readme_names_every_verdict() {
        let readme = include_str!("../../README.md");
        for verdict in Verdict::ALL {
            let name = verdict.as_str();
            assert!(readme.contains(&format!("\n| `{name}` | ")), "{name}");
        }
    }

    #[test]
    fn engines_that_flag_beside_stats_of_0_were_undetected() {
        let thresholds = Thresholds { malicious_at: 3, suspicious_at: 1 };
        let report = |malicious, undetected, named| Report {
            id: String::new(),
            stats: Some(
                [("malicious", malicious), ("undetected", undetected)]
                    .map(|(key, count): (&str, u64)| (key.to_owned(), count))
                    .into_iter()
                    .collect(),
            ),
            flagged_by: vec![Detection { engine: "One".to_owned(), result: None }; named],
            analysed_at: None,
            context: Context::default(),
            hashes: Hashes::default(),
        };
        assert_eq!(thresholds.judge(&report(0, 60, 2)), Verdict::Suspicious);
        assert_eq!(thresholds.judge(&report(0, 0, 2)), Verdict::Suspicious);
        assert_eq!(thresholds.judge(&report(0, 60, 0)), Verdict::Undetected);
        assert_eq!(thresholds.judge(&report(0, 0, 0)), Verdict::Pending);
        assert_eq!(thresholds.judge(&report(3, 60, 0)), Verdict::Malicious);
    }
}
