//! One record as one JSON object: every key always there, always in this order.

use std::io;

use jiff::Timestamp;
use serde::Serialize;

use crate::indicator::Kind;
use crate::report::{Context, Detection, Fault, Record, Source, Stats, Verdict};

#[derive(Serialize)]
struct Line<'a> {
    indicator: &'a str,
    kind: Option<Kind>,
    verdict: Verdict,
    detections: Option<u64>,
    engines: Option<u64>,
    stats: Option<&'a Stats>,
    source: Option<Source>,
    fetched_at: Option<Timestamp>,
    analysed_at: Option<Timestamp>,
    link: Option<String>,
    origin: &'a str,
    occurrences: u64,
    as_written: Option<&'a str>,
    flagged_by: &'a [Detection],
    context: &'a Context,
    error: Option<&'a Fault>,
}

/// The record's line, with its line end.
pub(super) fn line(record: &Record<'_>, indicator: &str) -> io::Result<String> {
    let stats = record.stats();
    let no_context = Context::default();
    let line = Line {
        indicator,
        kind: record.kind(),
        verdict: record.verdict,
        detections: stats.map(Stats::detections),
        engines: stats.map(Stats::engines),
        stats,
        source: record.source,
        fetched_at: record.fetched_at,
        analysed_at: record.report.and_then(|report| report.analysed_at),
        link: record.report.zip(record.kind()).map(|(report, kind)| report.link(kind)),
        origin: &record.origin,
        occurrences: record.entry.occurrences,
        as_written: record.entry.as_written.as_deref(),
        flagged_by: record.report.map_or(&[], |report| &report.flagged_by),
        context: record.report.map_or(&no_context, |report| &report.context),
        error: record.error,
    };
    let mut text = serde_json::to_string(&line)?;
    text.push('\n');
    Ok(text)
}
