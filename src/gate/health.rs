//! What the answers so far say of the key and of the server: 403s, 429s and
//! silence, each counted for as long as no answer comes in between.
//!
//! Many requests are in flight at once, and one fault of the server strikes them
//! all. So a fault is news only if its request was sent after the last one came.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

/// 403s, with no answer at all, that mean the key and not the indicator.
const FORBIDDEN_IN_A_ROW: u32 = 3;
/// 429s in a row that end the run.
const RATE_LIMITS_IN_A_ROW: u32 = 10;
/// The least that is waited after the first 429; each further one in a row doubles it, so
/// that all together outlast a minute's window, whatever `Retry-After` says.
const LEAST_PAUSE: Duration = Duration::from_secs(1);
/// The most of that.
const LONGEST_LEAST_PAUSE: Duration = Duration::from_secs(10);
/// Requests in a row without any answer that mean the server, if they took long enough.
const SILENT_IN_A_ROW: u32 = 5;
/// How long a server may be silent: one that restarts is back sooner.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Faults in a row.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Whether an answer has shown that the key is accepted.
    is_proven: Cell<bool>,
    forbidden: Cell<u32>,
    rate_limits: Cell<u32>,
    rate_limited_at: Cell<Option<Instant>>,
    silent: Cell<u32>,
    /// When the first of the silent requests was sent, and when the last was given up.
    silence: Cell<Option<(Instant, Instant)>>,
}

/// What a 429 means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RateLimit {
    /// Its request was sent before the last one came: it says nothing new.
    Known,
    /// Wait for at least this long.
    Pause(Duration),
    /// Too many in a row.
    TooMany,
}

/// What is to be made of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Diagnosis {
    /// It concerns its own request.
    One,
    /// It concerns all.
    All,
}

impl Health {
    pub(super) fn is_proven(&self) -> bool {
        self.is_proven.get()
    }

    /// An answer came.
    pub(super) fn answered(&self) {
        self.is_proven.set(true);
        self.forbidden.set(0);
        self.rate_limits.set(0);
        self.spoke();
    }

    /// Something came that is not an answer, but from a server that is there.
    pub(super) fn spoke(&self) {
        self.silent.set(0);
        self.silence.set(None);
    }

    /// A 403 came.
    pub(super) fn forbidden(&self) -> Diagnosis {
        self.spoke();
        self.forbidden.set(self.forbidden.get() + 1);
        let is_all = !self.is_proven.get() && self.forbidden.get() >= FORBIDDEN_IN_A_ROW;
        if is_all { Diagnosis::All } else { Diagnosis::One }
    }

    /// A 429 came to a request that was sent at this instant.
    pub(super) fn rate_limited(&self, sent: Instant) -> RateLimit {
        self.spoke();
        if self.rate_limited_at.get().is_some_and(|last| sent < last) {
            return RateLimit::Known;
        }
        self.rate_limited_at.set(Some(Instant::now()));
        let count = self.rate_limits.get() + 1;
        self.rate_limits.set(count);
        if count >= RATE_LIMITS_IN_A_ROW {
            return RateLimit::TooMany;
        }
        RateLimit::Pause((LEAST_PAUSE * (1 << (count - 1))).min(LONGEST_LEAST_PAUSE))
    }

    /// Nothing came to a request that was sent at this instant.
    pub(super) fn silent(&self, sent: Instant) -> Diagnosis {
        let now = Instant::now();
        let first = match self.silence.get() {
            Some((_, last)) if sent < last => return Diagnosis::One,
            Some((first, _)) => first,
            None => sent,
        };
        self.silence.set(Some((first, now)));
        self.silent.set(self.silent.get() + 1);
        let is_long = now.duration_since(first) >= LONGEST_SILENCE;
        if is_long && self.silent.get() >= SILENT_IN_A_ROW {
            Diagnosis::All
        } else {
            Diagnosis::One
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn silent_after(health: &Health, seconds: u64) -> Diagnosis {
        let sent = Instant::now();
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        health.silent(sent)
    }

    #[tokio::test(start_paused = true)]
    async fn five_timeouts_in_a_row_mean_the_server() {
        let health = Health::default();
        for _ in 0..4 {
            assert_eq!(silent_after(&health, 30).await, Diagnosis::One);
        }
        assert_eq!(silent_after(&health, 30).await, Diagnosis::All);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_restarts_is_waited_for() {
        let health = Health::default();
        for _ in 0..9 {
            assert_eq!(silent_after(&health, 1).await, Diagnosis::One);
        }
        assert_eq!(silent_after(&health, 1).await, Diagnosis::All);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_the_silence() {
        let health = Health::default();
        for _ in 0..20 {
            assert_eq!(silent_after(&health, 30).await, Diagnosis::One);
            assert_eq!(silent_after(&health, 30).await, Diagnosis::One);
            health.answered();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_were_in_flight_together_are_silent_once() {
        let health = Health::default();
        let sent = Instant::now();
        tokio::time::sleep(Duration::from_secs(30)).await;
        for _ in 0..32 {
            assert_eq!(health.silent(sent), Diagnosis::One);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn ten_429s_in_a_row_outlast_a_window_whatever_retry_after_says() {
        let (health, start) = (Health::default(), Instant::now());
        for _ in 0..9 {
            let RateLimit::Pause(least) = health.rate_limited(Instant::now()) else { panic!() };
            tokio::time::sleep(least).await;
        }
        assert_eq!(health.rate_limited(Instant::now()), RateLimit::TooMany);
        assert!(start.elapsed() > Duration::from_secs(60), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_to_a_request_that_was_in_flight_says_nothing_new() {
        let (health, sent) = (Health::default(), Instant::now());
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(health.rate_limited(sent), RateLimit::Pause(LEAST_PAUSE));
        assert_eq!(health.rate_limited(sent), RateLimit::Known);
        health.answered();
        assert_eq!(health.rate_limited(Instant::now()), RateLimit::Pause(LEAST_PAUSE));
    }
}
