//! What the user may set about scanning.

use std::time::Duration;

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
