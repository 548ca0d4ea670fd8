//! What a run would cost, before anything is spent: requests, time, days.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::model::LeftOutCounts;
use crate::quota::{Limits, PUBLIC_PER_DAY, PUBLIC_PER_MINUTE, Period, Spending};
use crate::wording::about;

/// A run that takes longer is announced.
const WORTH_A_WORD: SignedDuration = SignedDuration::from_secs(60);

/// What a run would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Unique indicators of the list, invalid ones too.
    pub unique: usize,
    /// Those whose answer is stored.
    pub stored: u64,
    /// Those that are to be asked. A file's further hashes may cost nothing.
    pub needed: u64,
    /// Requests beyond those: second looks, submissions and polls, retries aside.
    pub more: u64,
    /// URLs among them that carry a query, which may hold a token.
    pub with_query: u64,
    /// URLs among them that carry the address of a mail's recipient.
    pub with_recipient: u64,
    /// How much each rule left out of the input.
    pub left_out: LeftOutCounts,
    /// What the key may spend, as far as it is known.
    pub limits: Limits,
    /// What the ledger says was spent.
    pub spending: Spending,
    /// When the plan was made.
    pub now: Timestamp,
}

impl Plan {
    /// Requests left today; a public key's where the key's quota is not known.
    #[must_use]
    pub fn left_today(&self) -> u64 {
        self.per_day().saturating_sub(self.spending.day)
    }

    fn per_day(&self) -> u64 {
        self.limits.day.unwrap_or(PUBLIC_PER_DAY)
    }

    /// How long the requests take at the key's rate, quotas aside.
    #[must_use]
    pub fn time(&self) -> SignedDuration {
        let Some(window) = self.limits.window else { return SignedDuration::ZERO };
        let at_once = window.requests.saturating_sub(self.spending.in_window);
        let windows = self.needed.saturating_sub(at_once).div_ceil(window.requests);
        window
            .span
            .checked_mul(i32::try_from(windows).unwrap_or(i32::MAX))
            .unwrap_or(SignedDuration::MAX)
    }

    /// The UTC day on which a list that is larger than today's quota would be done.
    #[must_use]
    pub fn done_on(&self) -> Option<Date> {
        let beyond = self.needed.checked_sub(self.left_today()).filter(|&beyond| beyond > 0)?;
        let days = beyond.div_ceil(self.per_day().max(1));
        let today = self.now.to_zoned(TimeZone::UTC).date();
        // Further than any calendar is no date.
        let days = i32::try_from(days).ok().filter(|&days| days < 3_000_000)?;
        today.checked_add(days.days()).ok()
    }

    /// The one line of a real run, if it takes long enough to be worth one, or something was left out.
    #[must_use]
    pub fn announcement(&self) -> Option<String> {
        let is_long = self.time() > WORTH_A_WORD || self.done_on().is_some();
        (is_long || !self.left_out.is_empty()).then(|| self.to_string())
    }

    /// What a real run says of URLs with a query, and of those that name a mail's recipient.
    #[must_use]
    pub fn about_queries(&self) -> Option<String> {
        let carry = |count| if count == 1 { "carries" } else { "carry" };
        let mut carried = Vec::new();
        if self.with_query > 0 {
            let count = self.with_query;
            carried.push(format!("{count} {} a query, which may hold a token", carry(count)));
        }
        if self.with_recipient > 0 {
            let count = self.with_recipient;
            carried.push(format!("{count} {} the address of a mail's recipient", carry(count)));
        }
        let carried = carried.join(", ");
        let (count, rest) = carried.split_once(' ')?;
        Some(format!("{count} of the URLs to look up {rest}: VirusTotal will see it"))
    }
}

impl fmt::Display for Plan {
    /// `38 unique, 8 stored, up to 27 requests; 473 of 500 left today; about 7 min at 4/min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unique, stored, needed, .. } = self;
        write!(f, "{unique} unique, {stored} stored, {needed} requests needed at most; ")?;
        match self.limits.day {
            Some(day) => write!(f, "{} of {day} left today; ", self.left_today())?,
            None => write!(
                f,
                "{PUBLIC_PER_MINUTE}/min, {PUBLIC_PER_DAY}/day assumed, {} left today by the ledger; ",
                self.left_today()
            )?,
        }
        if let Some(month) = self.limits.of(Period::Month) {
            let left = month.saturating_sub(self.spending.month);
            if left < *needed {
                write!(f, "{left} of {month} left this month; ")?;
            }
        }
        match (self.done_on(), self.limits.window) {
            (Some(date), _) => write!(f, "more than today's quota, done on {date} at the earliest"),
            (None, Some(window)) => write!(f, "{} at {window}", about(self.time())),
            (None, None) => f.write_str("no rate limit"),
        }?;
        if self.more > 0 {
            write!(f, "; up to {} more for second looks and analyses", self.more)?;
        }
        if !self.left_out.is_empty() {
            write!(f, "; {} (-v names them, --thorough takes them)", self.left_out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Rate;

    fn plan(needed: u64, spent_today: u64) -> Plan {
        Plan {
            unique: 10,
            stored: 0,
            needed,
            more: 0,
            with_query: 0,
            with_recipient: 0,
            left_out: LeftOutCounts::default(),
            limits: Limits { day: Some(500), ..Limits::new(Rate::PerMinute(4), None) },
            spending: Spending { day: spent_today, ..Spending::default() },
            now: "2026-11-30T23:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn the_first_window_costs_no_time() {
        assert_eq!(plan(4, 0).time(), SignedDuration::ZERO);
        assert_eq!(plan(5, 0).time(), SignedDuration::from_secs(60));
        assert_eq!(plan(40, 0).time(), SignedDuration::from_mins(9));
    }

    #[test]
    fn a_list_larger_than_the_quota_is_done_on_a_later_day() {
        assert_eq!(plan(500, 0).done_on(), None);
        assert_eq!(plan(500, 1).done_on().unwrap().to_string(), "2026-12-01");
        assert_eq!(plan(1501, 500).done_on().unwrap().to_string(), "2026-12-04");
    }
}
