//! The limits that a key has: its own quotas, and what the user sets in their place.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

use super::Period;

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_the_hourly_allowance_by_the_minute_and_else_a_public_key() {
        let quotas = Quotas { per_minute: Some(1000), ..Quotas::default() };
        let window = |limits: Limits| limits.window.unwrap().to_string();
        assert_eq!(window(Limits::new(Rate::Auto, Some(&quotas))), "1000/min");
        assert_eq!(window(Limits::new(Rate::Auto, None)), "4/min");
    }
}
