//! What a key may spend, and when: windows, hours, days and months as pure
//! functions of instants. Nothing here reads a clock.
//!
//! VirusTotal counts a key's requests by the minute, the hour, the UTC day
//! (reset at 00:00 UTC) and the UTC month (reset on the 1st); see "Quotas" in
//! its documentation (`docs.virustotal.com/docs/consumption-quotas-handled`).

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The rate of a public key, used where the key's own cannot be read.
pub const PUBLIC_PER_MINUTE: u64 = 4;
/// The daily quota of a public key.
pub const PUBLIC_PER_DAY: u64 = 500;

/// The user's `--rate`: what replaces the minute's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// The key's own: its hourly allowance divided by 60, else 4/min.
    Auto,
    /// No limit by the minute; the day's and the month's stay.
    Unlimited,
    /// At most this many in any 60 s.
    PerMinute(u32),
    /// At most this many in any 1 s.
    PerSecond(u32),
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a rate is N/min, N/s, auto or unlimited, such as 4/min".to_owned();
        let count = |digits: &str| match digits.trim().parse::<u32>() {
            Ok(0) => Err("a rate of 0 would never ask anything".to_owned()),
            Ok(count) => Ok(count),
            Err(_) => Err(wrong()),
        };
        match text.split_once('/') {
            Some((digits, "min")) => Ok(Self::PerMinute(count(digits)?)),
            Some((digits, "s")) => Ok(Self::PerSecond(count(digits)?)),
            Some(_) => Err(wrong()),
            None if text == "auto" => Ok(Self::Auto),
            None if text == "unlimited" => Ok(Self::Unlimited),
            None => Err(wrong()),
        }
    }
}

/// A sliding window: at most `requests` in any stretch of `span`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many requests fit.
    pub requests: u64,
    /// How long a request stays in the window after its answer came.
    pub span: SignedDuration,
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.span.as_secs() == 60 { "min" } else { "s" };
        write!(f, "{}/{unit}", self.requests)
    }
}

/// One row of a key's quota: how many requests a period allows, how many are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Requests that the period allows.
    pub allowed: u64,
    /// Requests used in it so far, by VirusTotal's count.
    pub used: u64,
}

impl Quota {
    /// Requests left in the period.
    #[must_use]
    pub fn left(self) -> u64 {
        self.allowed.saturating_sub(self.used)
    }
}

/// What `overall_quotas` says of a key, user and group already folded into the
/// one that binds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quotas {
    /// The smaller hourly allowance of user and group, divided by 60:
    /// VirusTotal has no entry for the minute (a public key shows 240 an hour).
    pub per_minute: Option<u64>,
    /// This UTC hour's, this UTC day's and this UTC month's quota.
    pub hour: Option<Quota>,
    /// See `hour`.
    pub day: Option<Quota>,
    /// See `hour`.
    pub month: Option<Quota>,
}

impl Quotas {
    /// The quota of one period.
    #[must_use]
    pub fn of(&self, period: Period) -> Option<Quota> {
        match period {
            Period::Hour => self.hour,
            Period::Day => self.day,
            Period::Month => self.month,
        }
    }
}

/// The limits that the gate keeps. `None` is a limit that is not there, or not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// The sliding window.
    pub window: Option<Window>,
    /// Requests allowed in a UTC hour.
    pub hour: Option<u64>,
    /// Requests allowed in a UTC day.
    pub day: Option<u64>,
    /// Requests allowed in a UTC month.
    pub month: Option<u64>,
}

impl Limits {
    /// What `--rate` and the key's quotas, as far as they are known, make together.
    #[must_use]
    pub fn new(rate: Rate, quotas: Option<&Quotas>) -> Self {
        let window =
            |requests: u64, seconds| Window { requests, span: SignedDuration::from_secs(seconds) };
        let own = quotas.and_then(|quotas| quotas.per_minute);
        let allowed =
            |period| quotas.and_then(|quotas| quotas.of(period)).map(|quota| quota.allowed);
        Self {
            window: match rate {
                Rate::Unlimited => None,
                Rate::PerMinute(count) => Some(window(count.into(), 60)),
                Rate::PerSecond(count) => Some(window(count.into(), 1)),
                Rate::Auto => Some(window(own.unwrap_or(PUBLIC_PER_MINUTE).max(1), 60)),
            },
            hour: allowed(Period::Hour),
            day: allowed(Period::Day),
            month: allowed(Period::Month),
        }
    }

    /// The limit of one period.
    #[must_use]
    pub fn of(&self, period: Period) -> Option<u64> {
        match period {
            Period::Hour => self.hour,
            Period::Day => self.day,
            Period::Month => self.month,
        }
    }
}

/// The periods that VirusTotal counts by, all of them in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// From minute 0 to minute 0.
    Hour,
    /// From 00:00 to 00:00.
    Day,
    /// From the 1st to the 1st.
    Month,
}

impl Period {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// The period's name: `hour`, `day`, `month`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// When the period that holds `now` began.
    #[must_use]
    pub fn start(self, now: Timestamp) -> Timestamp {
        let at = now.to_zoned(TimeZone::UTC).datetime();
        let (hour, day) = match self {
            Self::Hour => (at.hour(), at.day()),
            Self::Day => (0, at.day()),
            Self::Month => (0, 1),
        };
        // Cut out of a date that exists, so it exists too; `now` would only be
        // kept at the far end of what a Timestamp can hold.
        DateTime::new(at.year(), at.month(), day, hour, 0, 0, 0)
            .and_then(|start| start.to_zoned(TimeZone::UTC))
            .map_or(now, |start| start.timestamp())
    }

    /// When the period that holds `now` ends and its count starts anew.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Timestamp {
        let span = match self {
            Self::Hour => 1.hour(),
            Self::Day => 1.day(),
            Self::Month => 1.month(),
        };
        self.start(now).to_zoned(TimeZone::UTC).checked_add(span).map_or(now, |end| end.timestamp())
    }
}

/// What the ledger holds at one instant, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    /// Requests that take a place in the window: not yet answered, or answered
    /// less than its span ago. A place is free one span after the *answer*,
    /// since the server saw the request no later than that.
    pub in_window: u64,
    /// The earliest answer among those in the window; `None` where none is answered yet.
    pub first_answer: Option<Timestamp>,
    /// Requests in this UTC hour, day and month.
    pub hour: u64,
    /// See `hour`.
    pub day: u64,
    /// See `hour`.
    pub month: u64,
    /// Set by a 429: nothing is asked before this instant.
    pub not_before: Option<Timestamp>,
}

impl Spending {
    /// Requests in one period.
    #[must_use]
    pub fn of(&self, period: Period) -> u64 {
        match period {
            Period::Hour => self.hour,
            Period::Day => self.day,
            Period::Month => self.month,
        }
    }

    /// One more request; `counts` says whether by hour, day and month, too.
    pub fn add(&mut self, counts: bool) {
        self.in_window += 1;
        for count in [&mut self.hour, &mut self.day, &mut self.month] {
            *count += u64::from(counts);
        }
    }
}

/// Why a request has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The window is full.
    Window,
    /// A 429 said so.
    RateLimited,
    /// This UTC hour's (or, where the user waits for it, day's) quota is spent.
    Spent(Period),
}

/// What may be asked at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// This many requests may be sent at once, at least one.
    Free(u64),
    /// None before this instant.
    Wait(Timestamp, Pause),
    /// The day's or the month's quota is spent; it returns at this instant.
    Spent(Period, Timestamp),
}

/// What may be asked at `now`, under these limits and after this spending.
#[must_use]
pub fn room(now: Timestamp, limits: &Limits, spending: &Spending) -> Room {
    let mut room = u64::MAX;
    for period in [Period::Month, Period::Day, Period::Hour] {
        let Some(limit) = limits.of(period) else {
            continue;
        };
        let left = limit.saturating_sub(spending.of(period));
        if left == 0 {
            let end = period.end(now);
            // An hour that allows nothing at all is no hour to wait for.
            return if period == Period::Hour && limit > 0 {
                Room::Wait(end, Pause::Spent(period))
            } else {
                Room::Spent(period, end)
            };
        }
        room = room.min(left);
    }
    if let Some(until) = spending.not_before.filter(|&until| until > now) {
        return Room::Wait(until, Pause::RateLimited);
    }
    if let Some(window) = limits.window {
        let left = window.requests.saturating_sub(spending.in_window);
        if left == 0 {
            // One that is not answered yet frees its place no sooner than a span from now.
            let answered = spending.first_answer.map_or(now, |answer| answer.min(now));
            return Room::Wait(answered + window.span, Pause::Window);
        }
        room = room.min(left);
    }
    Room::Free(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_at_midnight_utc() {
        let now = at("2026-11-21T23:59:59Z");
        assert_eq!(Period::Day.end(now), at("2026-11-22T00:00:00Z"));
        assert_eq!(Period::Day.start(at("2026-11-22T00:00:00Z")), at("2026-11-22T00:00:00Z"));
    }

    #[test]
    fn a_month_ends_on_the_first() {
        assert_eq!(Period::Month.end(at("2026-12-31T23:59:59Z")), at("2027-01-01T00:00:00Z"));
        assert_eq!(Period::Month.end(at("2028-02-29T12:00:00Z")), at("2028-03-01T00:00:00Z"));
        assert_eq!(Period::Month.start(at("2026-02-28T23:00:00Z")), at("2026-02-01T00:00:00Z"));
    }

    #[test]
    fn a_full_window_waits_for_the_first_answer_to_leave_it() {
        let limits = Limits::new(Rate::PerMinute(4), None);
        let now = at("2026-11-21T10:00:30Z");
        let spending = Spending {
            in_window: 4,
            first_answer: Some(at("2026-11-21T10:00:02Z")),
            ..Spending::default()
        };
        let until = at("2026-11-21T10:01:02Z");
        assert_eq!(room(now, &limits, &spending), Room::Wait(until, Pause::Window));
    }

    #[test]
    fn a_window_of_unanswered_requests_waits_a_span_from_now() {
        let limits = Limits::new(Rate::PerSecond(2), None);
        let now = at("2026-11-21T10:00:30Z");
        let spending = Spending { in_window: 2, ..Spending::default() };
        assert_eq!(
            room(now, &limits, &spending),
            Room::Wait(at("2026-11-21T10:00:31Z"), Pause::Window)
        );
    }

    #[test]
    fn an_answer_in_the_future_of_a_clock_set_back_waits_one_span_at_most() {
        let limits = Limits::new(Rate::PerMinute(1), None);
        let now = at("2026-11-21T10:00:00Z");
        let spending = Spending {
            in_window: 1,
            first_answer: Some(at("2026-11-21T11:00:00Z")),
            ..Spending::default()
        };
        assert_eq!(
            room(now, &limits, &spending),
            Room::Wait(at("2026-11-21T10:01:00Z"), Pause::Window)
        );
    }

    #[test]
    fn a_spent_day_is_over_and_a_spent_hour_is_waited_for() {
        let limits = Limits { hour: Some(240), day: Some(500), ..Limits::default() };
        let now = at("2026-11-21T23:10:00Z");
        let spent_day = Spending { day: 500, ..Spending::default() };
        let midnight = at("2026-11-22T00:00:00Z");
        assert_eq!(room(now, &limits, &spent_day), Room::Spent(Period::Day, midnight));
        let spent_hour = Spending { hour: 240, day: 300, ..Spending::default() };
        assert_eq!(
            room(now, &limits, &spent_hour),
            Room::Wait(midnight, Pause::Spent(Period::Hour))
        );
    }

    #[test]
    fn the_tightest_limit_says_how_many_may_go() {
        let limits = Limits { day: Some(500), ..Limits::new(Rate::PerMinute(4), None) };
        let now = at("2026-11-21T10:00:00Z");
        let spending = Spending { in_window: 1, day: 498, ..Spending::default() };
        assert_eq!(room(now, &limits, &spending), Room::Free(2));
    }

    #[test]
    fn auto_is_the_hourly_allowance_by_the_minute_and_else_a_public_key() {
        let quotas = Quotas { per_minute: Some(1000), ..Quotas::default() };
        let window = |limits: Limits| limits.window.unwrap().to_string();
        assert_eq!(window(Limits::new(Rate::Auto, Some(&quotas))), "1000/min");
        assert_eq!(window(Limits::new(Rate::Auto, None)), "4/min");
    }
}
