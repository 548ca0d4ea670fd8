//! The store of `--store none`: a ledger in this process. It keeps no answers
//! and no claims, since a run purposes for no indicator twice: duplicates are taken
//! out before it starts, and a file's further hashes are settled by its scan.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::{Decision, Purpose, RequestId};
use crate::quota::{Limits, Period, Quotas, Room, Spending, room};

/// A ledger in this process.
#[derive(Default)]
pub struct Memory {
    ledger: RefCell<Ledger>,
}

#[derive(Default)]
struct Ledger {
    last_id: i64,
    /// Turns whose answer has not come, and whether each counts by hour, day and month.
    unanswered: HashMap<i64, bool>,
    /// When the answers came, for as long as they take a place in the window.
    answered: VecDeque<Timestamp>,
    /// The start and the count of this hour, day and month.
    counts: [(Timestamp, u64); 3],
    not_before: Option<Timestamp>,
}

impl Memory {
    /// A ledger that goes on from where another stood: its window counts as
    /// answered now, since what is in flight there is not known here.
    pub(super) fn after(spending: &Spending, now: Timestamp) -> Self {
        let in_window = usize::try_from(spending.in_window).unwrap_or(0);
        let counts = [spending.hour, spending.day, spending.month];
        let ledger = Ledger {
            answered: std::iter::repeat_n(now, in_window).collect(),
            counts: std::array::from_fn(|index| (Period::ALL[index].start(now), counts[index])),
            not_before: spending.not_before,
            ..Ledger::default()
        };
        Self { ledger: RefCell::new(ledger) }
    }

    pub(super) fn spending(&self, limits: &Limits, now: Timestamp) -> Spending {
        let span = limits.window.map(|window| window.span);
        self.ledger.borrow_mut().spending(now, span)
    }

    pub(super) fn decide(
        &self,
        purposes: &[Purpose],
        limits: &Limits,
        now: Timestamp,
    ) -> Vec<Decision> {
        let ledger = &mut *self.ledger.borrow_mut();
        let span = limits.window.map(|window| window.span);
        purposes
            .iter()
            .map(|purpose| match room(now, limits, &ledger.spending(now, span)) {
                Room::Free(_) => Decision::Send(ledger.enter(*purpose != Purpose::Quotas)),
                Room::Wait(until, why) => Decision::Wait(until, why),
                Room::Spent(period, until) => Decision::Spent(period, until),
            })
            .collect()
    }

    pub(super) fn settle(&self, id: RequestId, at: Timestamp) {
        let ledger = &mut *self.ledger.borrow_mut();
        if ledger.unanswered.remove(&id.0).is_some() {
            ledger.answered.push_back(at);
        }
    }

    pub(super) fn withdraw(&self, id: RequestId) {
        let ledger = &mut *self.ledger.borrow_mut();
        if ledger.unanswered.remove(&id.0) == Some(true) {
            for (_, count) in &mut ledger.counts {
                *count = count.saturating_sub(1);
            }
        }
    }

    pub(super) fn pause_until(&self, until: Timestamp) {
        let ledger = &mut *self.ledger.borrow_mut();
        ledger.not_before = ledger.not_before.max(Some(until));
    }

    pub(super) fn learn(&self, quotas: &Quotas, now: Timestamp) {
        let ledger = &mut *self.ledger.borrow_mut();
        ledger.start_new_periods(now);
        for (period, (_, count)) in Period::ALL.into_iter().zip(&mut ledger.counts) {
            if let Some(quota) = quotas.of(period) {
                *count = (*count).max(quota.used);
            }
        }
    }
}

impl Ledger {
    fn enter(&mut self, counts: bool) -> RequestId {
        self.last_id += 1;
        self.unanswered.insert(self.last_id, counts);
        if counts {
            for (_, count) in &mut self.counts {
                *count += 1;
            }
        }
        RequestId(self.last_id)
    }

    /// Starts a count anew where its period is over. A clock set back does not:
    /// what was counted in the later period counts on.
    fn start_new_periods(&mut self, now: Timestamp) {
        for (period, (start, count)) in Period::ALL.into_iter().zip(&mut self.counts) {
            let current = period.start(now);
            if current > *start {
                (*start, *count) = (current, 0);
            }
        }
    }

    fn spending(&mut self, now: Timestamp, span: Option<SignedDuration>) -> Spending {
        self.start_new_periods(now);
        // An answer later than now was timed before the clock was set back.
        for answer in self.answered.iter_mut().rev().take_while(|answer| **answer > now) {
            *answer = now;
        }
        let leaves = |answer: &Timestamp| span.is_none_or(|span| *answer + span <= now);
        while self.answered.front().is_some_and(leaves) {
            self.answered.pop_front();
        }
        Spending {
            in_window: (self.unanswered.len() + self.answered.len()) as u64,
            first_answer: self.answered.front().copied(),
            hour: self.counts[0].1,
            day: self.counts[1].1,
            month: self.counts[2].1,
            not_before: self.not_before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::{Pause, Rate};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn decide(memory: &Memory, limits: &Limits, now: Timestamp) -> Decision {
        memory.decide(&[Purpose::Analysis], limits, now).remove(0)
    }

    #[test]
    fn a_days_count_starts_anew_at_midnight_utc_and_not_when_the_clock_is_set_back() {
        let memory = Memory::default();
        let limits = Limits { day: Some(1), ..Limits::default() };
        let evening = at("2026-11-30T23:59:59Z");
        let midnight = at("2026-12-01T00:00:00Z");
        assert!(matches!(decide(&memory, &limits, evening), Decision::Send(_)));
        assert_eq!(decide(&memory, &limits, evening), Decision::Spent(Period::Day, midnight));
        assert!(matches!(decide(&memory, &limits, midnight), Decision::Send(_)));
        assert!(matches!(decide(&memory, &limits, evening), Decision::Spent(Period::Day, _)));
    }

    #[test]
    fn a_clock_set_back_holds_the_window_for_one_span_and_no_longer() {
        let memory = Memory::default();
        let limits = Limits::new(Rate::PerMinute(1), None);
        let Decision::Send(id) = decide(&memory, &limits, at("2026-11-21T11:00:00Z")) else {
            panic!()
        };
        memory.settle(id, at("2026-11-21T11:00:01Z"));
        let back = at("2026-11-21T10:00:00Z");
        let free = at("2026-11-21T10:01:00Z");
        assert_eq!(decide(&memory, &limits, back), Decision::Wait(free, Pause::Window));
        assert!(matches!(decide(&memory, &limits, free), Decision::Send(_)));
    }

    #[test]
    fn the_servers_count_corrects_upward_only() {
        let memory = Memory::default();
        let limits = Limits { day: Some(10), ..Limits::default() };
        let now = at("2026-11-21T10:00:00Z");
        let read = |used| Quotas {
            day: Some(crate::quota::Quota { allowed: 10, used }),
            ..Quotas::default()
        };
        memory.learn(&read(9), now);
        memory.learn(&read(2), now);
        assert!(matches!(decide(&memory, &limits, now), Decision::Send(_)));
        assert!(matches!(decide(&memory, &limits, now), Decision::Spent(..)));
    }
}
