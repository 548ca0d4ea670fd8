//! The periods that VirusTotal counts by.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

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
}
