//! What was spent, and what that leaves.

use jiff::Timestamp;

use super::{Limits, Period};

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

    /// Whether the quota of any period is spent.
    #[must_use]
    pub fn is_any_spent(&self, limits: &Limits) -> bool {
        let is_spent =
            |&period: &Period| limits.of(period).is_some_and(|most| self.of(period) >= most);
        Period::ALL.iter().any(is_spent)
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
    match room_in_window(now, limits, spending) {
        Room::Free(left) => Room::Free(room.min(left)),
        full => full,
    }
}

/// What the window alone leaves at `now`.
#[must_use]
pub fn room_in_window(now: Timestamp, limits: &Limits, spending: &Spending) -> Room {
    let Some(window) = limits.window else { return Room::Free(u64::MAX) };
    match window.requests.saturating_sub(spending.in_window) {
        0 => {
            // One that is not answered yet frees its place no sooner than a span from now.
            let answered = spending.first_answer.map_or(now, |answer| answer.min(now));
            Room::Wait(answered + window.span, Pause::Window)
        }
        left => Room::Free(left),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Rate;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
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
}
