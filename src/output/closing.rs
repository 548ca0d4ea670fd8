//! How a run ends on a terminal: its counts in one line, and what was flagged once more where it has
//! scrolled away.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::fmt::Write;

use anstyle::Style;

use super::terminal::verdict_style;
use crate::model::{Record, Verdict};
use crate::run::summary::Summary;
use crate::wording::{counted, grouped};

/// How many flagged records are shown once more.
const MOST: usize = 10;

/// The counts, without those that are zero: `1 malicious · 1 request · 0.3 s · exit 1`.
pub(super) fn counts(summary: &Summary, style: fn(Verdict) -> Style) -> String {
    let tally = &summary.tally;
    let mut parts = Vec::new();
    for verdict in Verdict::ALL.into_iter().filter(|&verdict| tally.of(verdict) > 0) {
        let style = style(verdict);
        parts.push(format!("{style}{} {}{style:#}", grouped(tally.of(verdict)), verdict.as_str()));
    }
    if summary.requests > 0 {
        parts.push(counted(summary.requests, "request"));
    }
    if tally.from_store > 0 {
        parts.push(format!("{} from the store", grouped(tally.from_store)));
    }
    parts.push(format!("{:.1} s", summary.took.as_secs_f64()));
    let mut line = format!("{} · exit {}", parts.join(" · "), summary.code());
    if let Some(advice) = summary.advice() {
        // Writing to a String cannot fail.
        let _ = write!(line, " · {advice}");
    }
    line
}

/// The colours of [`counts`], and none.
pub(super) const COLOURED: fn(Verdict) -> Style = verdict_style;
pub(super) const PLAIN: fn(Verdict) -> Style = |_| Style::new();

/// The worst of the records that a terminal was shown.
#[derive(Default)]
pub(super) struct Flagged {
    shown: Cell<usize>,
    count: Cell<u64>,
    worst: RefCell<Vec<(usize, Reverse<u64>, String)>>,
}

impl Flagged {
    /// Notes that a record was shown; `line` makes its line.
    pub(super) fn add(&self, record: &Record<'_>, line: impl FnOnce() -> String) {
        self.shown.set(self.shown.get() + 1);
        if !matches!(record.verdict, Verdict::Malicious | Verdict::Suspicious) {
            return;
        }
        self.count.set(self.count.get() + 1);
        let detections = record.stats().map_or(0, |stats| stats.detections());
        let rank = (record.verdict as usize, Reverse(detections));
        let mut worst = self.worst.borrow_mut();
        let place =
            worst.partition_point(|&(verdict, detections, _)| (verdict, detections) <= rank);
        if place < MOST {
            worst.insert(place, (rank.0, rank.1, line()));
            worst.truncate(MOST);
        }
    }

    /// The worst once more, and what they are of, where more was shown than a screen of `rows` holds.
    pub(super) fn once_more(&self, rows: usize) -> Option<(String, Vec<String>)> {
        if self.shown.get() <= rows || self.count.get() == 0 {
            return None;
        }
        let lines: Vec<String> =
            self.worst.borrow().iter().map(|(_, _, line)| line.trim_end().to_owned()).collect();
        let all = self.count.get();
        let heading = match lines.len() as u64 {
            shown if shown < all => format!("the worst {shown} of {} flagged", grouped(all)),
            _ => "what was flagged".to_owned(),
        };
        Some((heading, lines))
    }
}
