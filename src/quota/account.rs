//! What the ledger holds of one key beside the requests themselves. An instant in
//! it may lie ahead of now: it was written before the clock was set back, or by a
//! process whose clock was ahead. Such an instant costs at most one window.

use jiff::{SignedDuration, Timestamp};

use super::{Period, Quotas, Spending};

/// The longest window, and the most that an instant ahead of now may cost.
const ONE_WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// No pause is longer, so a later end is from before the clock was set back.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(61);
/// What was read of the key's quotas is believed for this long.
const QUOTAS_KEEP: SignedDuration = SignedDuration::from_hours(24);
/// A larger count is not believed: the largest allowance seen is 60,000,000,000 a month.
const LARGEST_COUNT: u64 = 1_000_000_000_000_000;

/// What the ledger holds of one key beside the requests themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Requests by period.
    pub counts: Counts,
    /// Set by a 429.
    pub not_before: Option<NotBefore>,
    /// What was read of the key's quotas.
    pub quotas: Option<KnownQuotas>,
}

/// A pause that a 429 sets for everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBefore {
    /// When it was set.
    pub set_at: Timestamp,
    /// Nothing is asked before this instant.
    pub until: Timestamp,
}

/// What was read of the key's quotas, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownQuotas {
    /// What they are.
    pub quotas: Quotas,
    /// When they were read.
    pub read_at: Timestamp,
}

/// Requests in the hour, the day and the month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The start and the count of each period, in the order of [`Period::ALL`].
    pub periods: [(Timestamp, u64); 3],
    /// They were counted by a clock that was ahead, or could not be read: what
    /// VirusTotal says next replaces them, even where it is less.
    pub are_doubtful: bool,
}

impl Account {
    /// Takes the account to an instant: starts a count anew where its period is
    /// over, and takes back what lies ahead of it.
    pub fn renew(&mut self, now: Timestamp) {
        let was_doubtful = self.counts.are_doubtful;
        self.counts.renew(now);
        if self.counts.are_doubtful && !was_doubtful {
            self.quotas = None;
        }
        self.not_before = self.not_before.and_then(|pause| pause.at(now));
    }

    /// Lets nothing be asked before `until`.
    pub fn pause(&mut self, until: Timestamp, now: Timestamp) {
        let later = self.not_before.is_none_or(|pause| pause.until < until);
        if later {
            self.not_before = Some(NotBefore { set_at: now, until });
        }
    }

    /// Records what was read of the key's quotas. Counts are corrected upward only,
    /// since VirusTotal's may not hold what is in flight.
    pub fn learn(&mut self, quotas: &Quotas, now: Timestamp) {
        self.renew(now);
        for (period, (_, count)) in Period::ALL.into_iter().zip(&mut self.counts.periods) {
            let used = quotas.of(period).map(|quota| quota.used);
            if let Some(used) = used.filter(|&used| used <= LARGEST_COUNT) {
                *count = if self.counts.are_doubtful { used } else { used.max(*count) };
            }
        }
        self.counts.are_doubtful = false;
        self.quotas = Some(KnownQuotas { quotas: *quotas, read_at: now });
    }

    /// What was read of the key's quotas in the last 24 h.
    #[must_use]
    pub fn known_quotas(&self, now: Timestamp) -> Option<Quotas> {
        let is_fresh = |known: &KnownQuotas| {
            let age = now.duration_since(known.read_at);
            age >= SignedDuration::ZERO && age <= QUOTAS_KEEP
        };
        self.quotas.filter(is_fresh).map(|known| known.quotas)
    }

    /// The account summed up, without the window.
    #[must_use]
    pub fn spending(&self) -> Spending {
        let [hour, day, month] = self.counts.periods.map(|(_, count)| count);
        let not_before = self.not_before.map(|pause| pause.until);
        Spending { hour, day, month, not_before, ..Spending::default() }
    }
}

impl NotBefore {
    /// What is left of it at an instant.
    fn at(self, now: Timestamp) -> Option<Self> {
        let left = self.until.duration_since(now);
        if left <= SignedDuration::ZERO || left > LONGEST_PAUSE {
            return None;
        }
        if self.set_at <= now {
            return Some(self);
        }
        let until = self.until.min(now.saturating_add(ONE_WINDOW).unwrap_or(self.until));
        Some(Self { set_at: now, until })
    }
}

impl Counts {
    /// Counts that nobody has counted in yet.
    #[must_use]
    pub fn new(now: Timestamp, counts: [u64; 3]) -> Self {
        let periods = std::array::from_fn(|index| (Period::ALL[index].start(now), counts[index]));
        Self { periods, are_doubtful: false }
    }

    /// Counts this number of requests in every period.
    pub fn add(&mut self, requests: u64) {
        for (_, count) in &mut self.periods {
            *count = count.saturating_add(requests).min(LARGEST_COUNT);
        }
    }

    /// Takes a request back.
    pub fn take_back(&mut self) {
        for (_, count) in &mut self.periods {
            *count = count.saturating_sub(1);
        }
    }

    fn renew(&mut self, now: Timestamp) {
        for (period, (start, count)) in Period::ALL.into_iter().zip(&mut self.periods) {
            let current = period.start(now);
            if current > *start {
                (*start, *count) = (current, 0);
            } else if start.duration_since(now) > ONE_WINDOW {
                // What was counted there was sent before now, and may be of this period.
                *start = current;
                self.are_doubtful = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Quota;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn used(used: u64) -> Quotas {
        Quotas { day: Some(Quota { allowed: 500, used }), ..Quotas::default() }
    }

    fn counted(now: &str, requests: u64) -> Account {
        Account { counts: Counts::new(at(now), [requests; 3]), ..Account::default() }
    }

    #[test]
    fn a_count_starts_anew_with_its_period() {
        let mut account = counted("2026-11-30T23:59:59Z", 7);
        account.renew(at("2026-12-01T00:00:00Z"));
        let Spending { hour, day, month, .. } = account.spending();
        assert_eq!((hour, day, month), (0, 0, 0));
    }

    #[test]
    fn a_clock_set_back_by_a_moment_starts_no_count_anew() {
        let mut account = counted("2026-12-01T00:00:00Z", 7);
        account.renew(at("2026-11-30T23:59:59Z"));
        account.renew(at("2026-12-01T00:00:01Z"));
        assert_eq!(account.spending().day, 7);
    }

    #[test]
    fn a_count_of_a_clock_that_was_a_month_ahead_does_not_last_for_a_month() {
        let mut account = counted("2026-12-31T12:00:00Z", 500);
        account.quotas =
            Some(KnownQuotas { quotas: used(500), read_at: at("2026-12-31T12:00:00Z") });
        let now = at("2026-11-21T12:00:00Z");
        account.renew(now);
        // It may have been counted today, until VirusTotal says what is true.
        assert_eq!(account.spending().day, 500);
        assert_eq!(account.known_quotas(now), None);
        account.learn(&used(3), now);
        assert_eq!(account.spending().day, 3);
        account.learn(&used(2), now);
        assert_eq!(account.spending().day, 3, "upward only again");
    }

    #[test]
    fn a_pause_of_a_clock_that_was_ahead_lasts_one_window_at_most() {
        let pause =
            NotBefore { set_at: at("2026-11-21T11:00:00Z"), until: at("2026-11-21T11:05:00Z") };
        let left = pause.at(at("2026-11-21T10:30:00Z")).unwrap();
        assert_eq!(left.until, at("2026-11-21T10:31:00Z"));
        assert_eq!(pause.at(at("2026-11-20T10:30:00Z")), None);
        assert_eq!(pause.at(at("2026-11-21T11:04:00Z")), Some(pause));
        assert_eq!(pause.at(at("2026-11-21T11:05:00Z")), None);
    }

    #[test]
    fn a_count_that_no_key_can_have_is_not_believed() {
        let mut account = counted("2026-11-21T12:00:00Z", 5);
        account.learn(&used(u64::MAX >> 1), at("2026-11-21T12:00:00Z"));
        assert_eq!(account.spending().day, 5);
    }
}
