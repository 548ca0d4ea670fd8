//! One record as one padded line: verdict, detections/engines, kind, indicator, details.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;
use iocs::finding::Content;
use iocs::indicator::{Kind, defang};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::writer::{Choice, Deferred, Destination, FormatWriter, Setup};
use crate::model::{Entry, Record, Verdict};
use crate::output::display::{DisplayRecord, IndicatorForm};
use crate::output::printable::printable;
use crate::output::run_details::RunDetails;
use crate::output::terminal::{Look, verdict_style};

/// Longer indicators push their details to the right instead of all others'.
const WIDEST_INDICATOR: usize = 64;
/// Columns of verdict, ratio and kind, and the gaps behind them.
const BEFORE_INDICATOR: usize = 29;
/// The fewest columns of a URL, however narrow the terminal is.
const NARROWEST_INDICATOR: usize = 16;
/// In fewer columns than these, details say nothing.
const NARROWEST_DETAILS: usize = 4;
const GAP: usize = 2;

/// Writes one line a record.
struct TextWriter {
    line: TextLine,
    destination: Destination,
    deferred: Deferred,
}

pub(super) fn writer(setup: &Setup<'_>) -> Box<dyn FormatWriter> {
    let Setup { destination, deferred, .. } = *setup;
    Box::new(TextWriter { line: TextLine::new(setup), destination, deferred })
}

impl FormatWriter for TextWriter {
    fn takes(&self, verdict: Verdict, choice: Choice) -> bool {
        let is_wanted = choice == Choice::Named || self.deferred == Deferred::Listed;
        verdict != Verdict::Deferred || is_wanted
    }

    fn record(&mut self, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.line.of(record).as_bytes())
    }

    /// A file says what it leaves out; of stdout it is said on stderr.
    fn end(&mut self, run: &RunDetails<'_>, out: &mut dyn Write) -> io::Result<()> {
        match run.partial {
            Some(why) if self.destination == Destination::File => {
                writeln!(out, "# partial: {}", printable(why))
            }
            _ => Ok(()),
        }
    }
}

/// A record's line, in columns that fit the list.
pub(in crate::output) struct TextLine {
    /// How wide the indicator's column is.
    column: usize,
    look: Look,
    form: IndicatorForm,
}

impl TextLine {
    pub(in crate::output) fn new(setup: &Setup<'_>) -> Self {
        let Setup { list, form, look, .. } = *setup;
        let width = |entry: &Entry| match &entry.content {
            Content::Indicator(indicator) if form == IndicatorForm::Defanged => {
                defang(indicator).len()
            }
            Content::Indicator(_) | Content::Invalid(..) => entry.text().len(),
        };
        let fitting = list.entries.iter().map(width).filter(|&width| width <= WIDEST_INDICATOR);
        Self { column: fitting.max().unwrap_or(0), look, form }
    }

    /// The record's line, with its line end.
    pub(in crate::output) fn of(&self, record: &Record<'_>) -> String {
        let shown = DisplayRecord::new(record, self.form);
        // The first four columns hold no spaces, whatever the input held.
        let mut indicator = printable(&shown.indicator);
        if indicator.contains(' ') {
            indicator = Cow::Owned(indicator.replace(' ', "\\x20"));
        }
        let mut details = String::new();
        shown.details(|detail| {
            let gap = if details.is_empty() { "" } else { "; " };
            details.extend([gap, &detail]);
        });
        let mut column = self.column;
        if let Some(columns) = self.columns() {
            column = self.fit(columns, record, &mut indicator, &mut details);
        }
        let width = if details.is_empty() { 0 } else { column };
        let padding = width.saturating_sub(indicator.width());
        let mut line = String::with_capacity(160);
        self.begin(&mut line, record);
        match record.link().filter(|_| self.look.links).filter(|link| is_plain(link)) {
            // OSC 8, as terminals agreed on it.
            Some(link) => line.extend(["\x1b]8;;", &link, "\x1b\\", &indicator, "\x1b]8;;\x1b\\"]),
            None => line.push_str(&indicator),
        }
        if !details.is_empty() {
            line.extend(std::iter::repeat_n(' ', padding + GAP));
            line.push_str(&details);
        }
        line.push('\n');
        line
    }

    /// The columns before the indicator. Only the verdict is coloured.
    fn begin(&self, line: &mut String, record: &Record<'_>) {
        let style = if self.look.colour { verdict_style(record.verdict) } else { Style::new() };
        let verdict = record.verdict.as_str();
        let kind = record.kind().map_or("-", |kind| kind.as_str());
        let ratio = match record.stats() {
            Some(stats) => format!("{}/{}", stats.detections(), stats.engines()),
            None => "-".to_owned(),
        };
        // Writing to a String cannot fail.
        let _ = write!(line, "{style}{verdict:<10}{style:#}  {ratio:>7}  {kind:<6}  ");
    }

    /// The terminal's columns behind the first three, where lines are to fit it.
    fn columns(&self) -> Option<usize> {
        if !self.look.fits {
            return None;
        }
        // Asked each time: a window may be made wider while one waits.
        let (width, _) = terminal_size::terminal_size()?;
        Some(usize::from(width.0).saturating_sub(BEFORE_INDICATOR))
    }

    /// Shortens what does not fit: details first, then URLs and other long texts. Hashes, addresses and
    /// names are there to be read and copied: rather than cut one, the terminal wraps the line. Gives
    /// the indicator's column.
    fn fit(
        &self,
        columns: usize,
        record: &Record<'_>,
        indicator: &mut Cow<'_, str>,
        details: &mut String,
    ) -> usize {
        let share = (columns * 2 / 3).max(NARROWEST_INDICATOR);
        let column = self.column.min(share);
        let most = if details.is_empty() { columns.max(NARROWEST_INDICATOR) } else { share };
        let may_be_cut = matches!(record.kind(), Some(Kind::Url) | None);
        if may_be_cut && indicator.width() > most {
            *indicator = Cow::Owned(without_middle(indicator, most));
        }
        let left = columns.saturating_sub(indicator.width().max(column) + GAP);
        if left < NARROWEST_DETAILS {
            details.clear();
        } else if details.width() > left {
            *details = without_end(details, left);
        }
        column
    }
}

/// A text cut to a number of columns, with its middle left out: what a URL is told by is
/// its host and its end.
fn without_middle(text: &str, columns: usize) -> String {
    let tail = (columns.saturating_sub(1)) / 3;
    let mut start = text.len();
    let mut width = 0;
    for (at, char) in text.char_indices().rev() {
        width += char.width().unwrap_or(0);
        if width > tail {
            break;
        }
        // A combining mark belongs to the letter before it, which may not fit.
        if char.width() != Some(0) {
            start = at;
        }
    }
    without_end(text, columns - text[start..].width()) + &text[start..]
}

/// A text cut to a number of columns, with its end left out.
fn without_end(text: &str, columns: usize) -> String {
    let mut width = 0;
    let fits = |char: &char| {
        width += char.width().unwrap_or(0);
        width < columns
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// Whether a link can stand in an escape sequence: its id comes from outside.
fn is_plain(link: &str) -> bool {
    link.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_text_has_the_columns_that_it_may_have() {
        let texts = [
            "http://example.com/a/b/c/d/e",
            "文件文件文件文件文件",
            "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
        ];
        for text in texts {
            for columns in 2..12 {
                let (middle, end) = (without_middle(text, columns), without_end(text, columns));
                assert!(middle.width() <= columns && middle.width() + 2 >= columns, "{middle}");
                assert!(end.width() <= columns && end.width() + 2 >= columns, "{end}");
                assert!(middle.contains('…') && end.ends_with('…'));
                assert!(text.starts_with(middle.split('…').next().unwrap_or_default()));
                assert!(text.ends_with(middle.split('…').next_back().unwrap_or_default()));
            }
        }
        assert_eq!(without_middle("http://example.com/a/b/c/d/e", 18), "http://examp…c/d/e");
    }
}
