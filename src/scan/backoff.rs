//! How long to wait before a further attempt.

use std::time::Duration;

/// The first ceiling; each further attempt doubles it.
const FIRST: Duration = Duration::from_millis(500);
/// The last ceiling.
const LONGEST: Duration = Duration::from_secs(30);

/// Full jitter: anything up to a ceiling that doubles with each attempt.
pub(super) fn backoff(attempt: u32) -> Duration {
    let ceiling = FIRST.saturating_mul(1 << attempt.min(16)).min(LONGEST);
    ceiling.mul_f64(fastrand::f64())
}
