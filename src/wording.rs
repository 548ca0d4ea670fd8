//! How numbers, times and lists are said: the same words in messages and in reports.

use jiff::{SignedDuration, Timestamp};

/// The target of events that are said even with `-q`, as they are.
pub const SAID_ALWAYS: &str = "vtscan::always";

/// A number with its thousands apart: `12,345`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 engine`, `12,345 engines`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {}", grouped(number), plural(number, noun))
}

/// The noun alone, as it stands behind this number.
#[must_use]
pub fn plural(number: u64, noun: &str) -> String {
    format!("{noun}{}", if number == 1 { "" } else { "s" })
}

/// Names in a row: `a, b or c`.
#[must_use]
pub fn listed<'t>(names: impl IntoIterator<Item = &'t str>, last: &str) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    match names.as_slice() {
        [before @ .., end] if !before.is_empty() => format!("{} {last} {end}", before.join(", ")),
        names => names.concat(),
    }
}

/// A duration in the unit that people would say it in: `45 s`, `12 min`, `3 h 5 min`, `9 days`.
///
/// `humantime` reads durations here and does not write them: it says all of one
/// (`2h 59m 59s 310ms`), to the nanosecond.
#[must_use]
pub fn duration(time: SignedDuration) -> String {
    let seconds = time.as_secs().max(0);
    match (seconds, seconds / 60 % 60) {
        (..120, _) => format!("{seconds} s"),
        (..7200, _) => format!("{} min", seconds / 60),
        (..172_800, 0) => format!("{} h", seconds / 3600),
        (..172_800, minutes) => format!("{} h {minutes} min", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// How long a run will take, rounded up: `about 45 s`, `about 12 min`, `about 3 h`.
#[must_use]
pub fn about(time: SignedDuration) -> String {
    let whole = |unit: i64| SignedDuration::from_secs((time.as_secs() + unit - 1) / unit * unit);
    match time.as_secs() {
        ..=0 => "no wait".to_owned(),
        1..120 => format!("about {}", duration(time)),
        120..7200 => format!("about {}", duration(whole(60))),
        _ => format!("about {}", duration(whole(3600))),
    }
}

/// How long ago an instant was: `just now`, `3 min ago`, `5 h ago`, `2 days ago`, `13 months ago`.
#[must_use]
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let past = now.duration_since(then);
    let days = past.as_hours() / 24;
    match (past.as_mins(), days) {
        (..=0, _) => "just now".to_owned(),
        (1..120, _) => format!("{} min ago", past.as_mins()),
        (_, ..2) => format!("{} h ago", past.as_hours()),
        (_, 2..61) => format!("{days} days ago"),
        // A twelfth of a year, and a year.
        (_, 61..731) => format!("{} months ago", days * 12 / 365),
        _ => format!("{} years ago", days / 365),
    }
}

/// The day of an instant, in UTC: `2026-11-21`.
#[must_use]
pub fn day(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d").to_string()
}

/// An instant to the second: `2026-11-21 08:15:30 UTC`.
#[must_use]
pub fn second(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// From one instant to another: `2026-11-21 08:15:30 to 08:17:02 UTC`, with both days where there are two.
#[must_use]
pub fn span(from: Timestamp, to: Timestamp) -> String {
    let end = if day(from) == day(to) { "%H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    format!("{} to {}", from.strftime("%Y-%m-%d %H:%M:%S"), to.strftime(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart_and_one_is_singular() {
        let numbers = [0, 999, 1000, 1_234_567];
        assert_eq!(numbers.map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1, 2000].map(|n| counted(n, "URL")), ["0 URLs", "1 URL", "2,000 URLs"]);
    }

    #[test]
    fn a_list_ends_in_its_last_word() {
        assert_eq!(listed([], "or"), "");
        assert_eq!(listed(["a"], "or"), "a");
        assert_eq!(listed(["a", "b", "c"], "or"), "a, b or c");
    }

    #[test]
    fn a_duration_is_said_in_its_unit() {
        let said = |seconds| duration(SignedDuration::from_secs(seconds));
        let times = [-5, 0, 119, 120, 7199, 7200, 7260, 172_799, 172_800];
        let expected = [
            "0 s",
            "0 s",
            "119 s",
            "2 min",
            "119 min",
            "2 h",
            "2 h 1 min",
            "47 h 59 min",
            "2 days",
        ];
        assert_eq!(times.map(said), expected);
    }

    #[test]
    fn a_forecast_is_rounded_up_and_an_age_down() {
        let forecast = |seconds| about(SignedDuration::from_secs(seconds));
        assert_eq!(
            [0, 61, 121, 7201].map(forecast),
            ["no wait", "about 61 s", "about 3 min", "about 3 h"]
        );
        let age = |seconds| ago(Timestamp::UNIX_EPOCH, Timestamp::from_second(seconds).unwrap());
        assert_eq!(
            [59, 60, 7199, 10_799, 200_000].map(age),
            ["just now", "1 min ago", "119 min ago", "2 h ago", "2 days ago"]
        );
        let day = 86_400;
        let old = [2 * day, 60 * day, 61 * day, 396 * day, 731 * day].map(age);
        let expected =
            ["2 days ago", "60 days ago", "2 months ago", "13 months ago", "2 years ago"];
        assert_eq!(old, expected);
    }
}
