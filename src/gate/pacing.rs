//! What the user may set about pacing, and what it makes a run wait for.

use jiff::Timestamp;

use crate::quota::{Pause, Rate};

/// What the gate waits for, as the progress bar shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When the next request may be sent, as far as is known.
    pub until: Timestamp,
    /// Why not now.
    pub why: Pause,
}

/// What the user may set about pacing.
#[derive(Clone, Copy, Debug)]
pub struct Pacing {
    /// Replaces the minute's limit.
    pub rate: Rate,
    /// Requests in all, quota reads aside.
    pub max_requests: Option<u64>,
    /// Lookups in flight.
    pub concurrency: usize,
    /// Whether a spent day is waited out.
    pub wait_for_quota: bool,
}
