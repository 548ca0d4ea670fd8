//! One record as one JSON object: every key always there, always in this order.

use std::fmt::Write as _;
use std::io::{self, Write};

use iocs::indicator::Kind;
use jiff::Timestamp;
use serde::Serialize;

use super::writer::{FormatWriter, Setup};
use crate::model::{Context, Detection, Fault, Record, Source, Stats, Verdict};
use crate::output::display::{DisplayRecord, IndicatorForm};
use crate::output::printable::is_printable;

/// The JSON Schema (draft 2020-12) of a record as it is written here.
pub const SCHEMA: &str = include_str!("schema.json");

/// Writes one object a line.
struct JsonWriter {
    form: IndicatorForm,
}

pub(super) fn writer(setup: &Setup<'_>) -> Box<dyn FormatWriter> {
    Box::new(JsonWriter { form: setup.form })
}

impl FormatWriter for JsonWriter {
    fn record(&mut self, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(line(record, self.form)?.as_bytes())
    }
}

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
fn line(record: &Record<'_>, form: IndicatorForm) -> io::Result<String> {
    let shown = DisplayRecord::new(record, form);
    let stats = record.stats();
    let line = Line {
        indicator: &shown.indicator,
        kind: record.kind(),
        verdict: record.verdict,
        detections: stats.map(Stats::detections),
        engines: stats.map(Stats::engines),
        stats,
        source: record.source,
        fetched_at: record.fetched_at,
        analysed_at: record.report.and_then(|report| report.analysed_at),
        link: record.link(),
        origin: &record.origin,
        occurrences: record.entry.occurrences,
        as_written: shown.as_written.as_deref(),
        flagged_by: record.flagged_by(),
        context: &shown.context,
        error: record.error,
    };
    let mut text = escaped(serde_json::to_string(&line)?);
    text.push('\n');
    Ok(text)
}

/// JSON demands escapes below U+0020 alone. A terminal obeys more than that (to
/// some, U+009B is `ESC [`), so what text escapes is escaped here too: in JSON
/// it can only stand in a string, and a reader gets it back unchanged.
fn escaped(json: String) -> String {
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 8);
    for char in json.chars() {
        if is_printable(char) {
            escaped.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}
