//! One record as one padded line: verdict, detections/engines, kind, indicator, details.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;

use super::printable;
use crate::indicator::defang;
use crate::list::{Content, List};
use crate::report::{Record, Report, Source, Verdict};

/// Longer indicators push their details to the right instead of all others'.
const WIDEST_INDICATOR: usize = 64;
/// A detail is cut after so many characters; jsonl has it whole.
const LONGEST_DETAIL: usize = 80;

/// Columns that fit a list, known before its first record.
pub(super) struct Layout {
    indicator: usize,
}

impl Layout {
    pub(super) fn of(list: &List, defanged: bool) -> Self {
        let width = |entry: &crate::list::Entry| match &entry.content {
            Content::Indicator(indicator) if defanged => defang(indicator).len(),
            Content::Indicator(_) | Content::Invalid(..) => entry.text().len(),
        };
        let fitting = list.entries.iter().map(width).filter(|&width| width <= WIDEST_INDICATOR);
        Self { indicator: fitting.max().unwrap_or(0) }
    }
}

/// The record's line, with its line end. Only the verdict is coloured.
pub(super) fn line(record: &Record<'_>, indicator: &str, layout: &Layout, colour: bool) -> String {
    let mut line = String::with_capacity(160);
    let style = if colour { style(record.verdict) } else { Style::new() };
    let ratio = match record.stats() {
        Some(stats) => format!("{}/{}", stats.detections(), stats.engines()),
        None => "-".to_owned(),
    };
    let kind = record.kind().map_or("-", |kind| kind.as_str());
    // The first four columns hold no spaces, whatever the input held.
    let indicator = printable(indicator).replace(' ', "\\x20");
    let details = details(record);
    let width = if details.is_empty() { 0 } else { layout.indicator };
    // Writing to a String cannot fail.
    let _ = write!(
        line,
        "{style}{:<10}{style:#}  {ratio:>7}  {kind:<6}  {indicator:<width$}",
        record.verdict.as_str()
    );
    if !details.is_empty() {
        let _ = write!(line, "  {details}");
    }
    line.push('\n');
    line
}

fn style(verdict: Verdict) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match verdict {
        Verdict::Malicious => colour(AnsiColor::Red).bold(),
        Verdict::Suspicious => colour(AnsiColor::Yellow),
        Verdict::Undetected => colour(AnsiColor::Green),
        Verdict::Unknown | Verdict::Pending => colour(AnsiColor::Cyan),
        Verdict::Failed | Verdict::Invalid => colour(AnsiColor::Magenta),
        Verdict::Deferred | Verdict::Skipped => Style::new().dimmed(),
    }
}

fn details(record: &Record<'_>) -> String {
    let mut details = Vec::new();
    if let Some(error) = record.error {
        details.push(format!("{}: {}", shortened(&error.code), shortened(&error.message)));
    }
    if let Some(report) = record.report {
        describe(report, &mut details);
    }
    if let Content::Indicator(indicator) = &record.entry.content
        && indicator.scheme_assumed
    {
        details.push("scheme assumed".to_owned());
    }
    if let (Some(Source::Cache), Some(fetched_at)) = (record.source, record.fetched_at) {
        details.push(format!("stored {} ago", age(fetched_at, Timestamp::now())));
    }
    details.join("; ")
}

/// What helps triage, in the order in which one asks.
fn describe(report: &Report, details: &mut Vec<String>) {
    let context = &report.context;
    let mut push = |text: &Option<String>| details.extend(text.as_deref().map(shortened));
    push(&context.threat_label);
    push(&context.file_type);
    push(&context.name);
    push(&context.owner);
    push(&context.country);
    push(&context.registrar);
    push(&context.title);
    if let Some(url) = &context.final_url {
        details.push(format!("leads to {}", shortened(url)));
    }
    if let Some(created) = context.created {
        details.push(format!("created {}", created.strftime("%Y-%m-%d")));
    }
    if !context.categories.is_empty() {
        details.push(shortened(&context.categories.join(", ")));
    }
}

/// A detail, escaped and cut.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => format!("{}...", printable(&text[..end])),
        None => printable(text).into_owned(),
    }
}

/// An age in its largest unit: `3 min`, `5 h`, `2 d`.
fn age(then: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(then).as_mins().max(0);
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}
