//! What the user may set about scanning.

use std::time::Duration;

use iocs::indicator::Kind;

use crate::model::Thresholds;

/// What the user may set about scanning.
#[derive(Clone, Copy, Debug)]
pub struct ScanOptions {
    /// Attempts after the first, per indicator.
    pub retries: u32,
    /// Whether URLs that VirusTotal does not know are submitted.
    pub submit: bool,
    /// How long to wait for an analysis; waiting for a permit does not count.
    pub wait: Duration,
    /// How many engines it takes for a verdict.
    pub thresholds: Thresholds,
    /// Lookups in flight.
    pub concurrency: usize,
}

/// Between two looks at an object that was not judged yet, and between two polls of an analysis.
pub(super) const BETWEEN_LOOKS: Duration = Duration::from_secs(15);

impl ScanOptions {
    /// How many requests an indicator may cost beyond the first, retries aside.
    pub(super) fn requests_after_the_first(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Ip | Kind::Domain => 0,
            // Its submission, and its polls.
            Kind::Url if self.submit => {
                let polls = self.wait.as_secs_f64() / BETWEEN_LOOKS.as_secs_f64();
                1 + (polls.ceil() as u64).clamp(1, u64::from(u32::MAX))
            }
            Kind::Url | Kind::File => 1,
        }
    }
}
