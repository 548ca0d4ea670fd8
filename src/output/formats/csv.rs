//! One record as one row: a record's facts, flat, one cell each. Text is escaped as
//! in `text`, and no cell is one that a spreadsheet would run.

use std::borrow::Cow;
use std::io::{self, Write};

use iocs::indicator::Kind;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::writer::{FormatWriter, Setup};
use crate::model::{Detection, Record, Source, Stats, Verdict};
use crate::output::display::{DisplayRecord, IndicatorForm};
use crate::output::printable::printable;

/// Writes a header, and one row a record.
struct CsvWriter {
    form: IndicatorForm,
}

pub(super) fn writer(setup: &Setup<'_>) -> Box<dyn FormatWriter> {
    Box::new(CsvWriter { form: setup.form })
}

impl FormatWriter for CsvWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let both = written(&CsvRow::default(), Header::Written)?;
        writeln!(out, "{}", both.lines().next().unwrap_or_default())
    }

    fn record(&mut self, record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(row(record, self.form)?.as_bytes())
    }
}

/// The columns, in their order. An empty cell is what does not apply.
#[derive(Default, Serialize)]
struct CsvRow<'a> {
    indicator: Cow<'a, str>,
    kind: Option<Kind>,
    verdict: Option<Verdict>,
    detections: Option<u64>,
    engines: Option<u64>,
    malicious: Option<u64>,
    suspicious: Option<u64>,
    undetected: Option<u64>,
    harmless: Option<u64>,
    timeout: Option<u64>,
    confirmed_timeout: Option<u64>,
    failure: Option<u64>,
    type_unsupported: Option<u64>,
    source: Option<Source>,
    fetched_at: Option<Utc>,
    analysed_at: Option<Utc>,
    link: Option<String>,
    origin: Cow<'a, str>,
    occurrences: u64,
    as_written: Option<Cow<'a, str>>,
    flagged_by: String,
    threat_label: Option<Cow<'a, str>>,
    r#type: Option<Cow<'a, str>>,
    name: Option<Cow<'a, str>>,
    size: Option<u64>,
    sha256: Option<Cow<'a, str>>,
    owner: Option<Cow<'a, str>>,
    asn: Option<u64>,
    country: Option<Cow<'a, str>>,
    registrar: Option<Cow<'a, str>>,
    created: Option<Utc>,
    title: Option<Cow<'a, str>>,
    final_url: Option<Cow<'a, str>>,
    categories: String,
    tags: String,
    reputation: Option<i64>,
    first_seen: Option<Utc>,
    last_seen: Option<Utc>,
    error_code: Option<Cow<'a, str>>,
    error_message: Option<Cow<'a, str>>,
}

/// An instant as spreadsheets know one: RFC 3339 has a `T` that Excel, and a `Z` that
/// LibreOffice takes for text.
struct Utc(Timestamp);

impl Serialize for Utc {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.strftime("%Y-%m-%d %H:%M:%S"))
    }
}

/// The record's row, with its line end.
fn row(record: &Record<'_>, form: IndicatorForm) -> io::Result<String> {
    let DisplayRecord { indicator, as_written, context, .. } = DisplayRecord::new(record, form);
    let stats = record.stats();
    let count = |key| stats.and_then(|stats| stats.find(key));
    let row = CsvRow {
        indicator: cell(&indicator),
        kind: record.kind(),
        verdict: Some(record.verdict),
        detections: stats.map(Stats::detections),
        engines: stats.map(Stats::engines),
        malicious: count("malicious"),
        suspicious: count("suspicious"),
        undetected: count("undetected"),
        harmless: count("harmless"),
        timeout: count("timeout"),
        confirmed_timeout: count("confirmed-timeout"),
        failure: count("failure"),
        type_unsupported: count("type-unsupported"),
        source: record.source,
        fetched_at: record.fetched_at.map(Utc),
        analysed_at: record.report.and_then(|report| report.analysed_at).map(Utc),
        link: record.link(),
        origin: cell(&record.origin),
        occurrences: record.entry.occurrences,
        as_written: option(as_written.as_deref()),
        flagged_by: joined(record.flagged_by().iter().map(said)),
        threat_label: option(context.threat_label.as_deref()),
        r#type: option(context.file_type.as_deref()),
        name: option(context.name.as_deref()),
        size: context.size,
        sha256: option(context.sha256.as_deref()),
        owner: option(context.owner.as_deref()),
        asn: context.asn,
        country: option(context.country.as_deref()),
        registrar: option(context.registrar.as_deref()),
        created: context.created.map(Utc),
        title: option(context.title.as_deref()),
        final_url: option(context.final_url.as_deref()),
        categories: joined(context.categories.iter().map(String::as_str)),
        tags: joined(context.tags.iter().map(String::as_str)),
        reputation: context.reputation,
        first_seen: context.first_seen.map(Utc),
        last_seen: context.last_seen.map(Utc),
        error_code: option(record.error.map(|error| error.code.as_str())),
        error_message: option(record.error.map(|error| error.message.as_str())),
    };
    written(&row, Header::LeftOut)
}

#[derive(PartialEq, Eq)]
enum Header {
    Written,
    LeftOut,
}

fn written(row: &CsvRow<'_>, header: Header) -> io::Result<String> {
    let has_header = header == Header::Written;
    let mut writer = csv::WriterBuilder::new().has_headers(has_header).from_writer(Vec::new());
    writer.serialize(row).map_err(io::Error::other)?;
    let bytes = writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn said(detection: &Detection) -> Cow<'_, str> {
    match &detection.result {
        Some(result) => Cow::Owned(format!("{}: {result}", detection.engine)),
        None => Cow::Borrowed(&detection.engine),
    }
}

fn joined<'t>(texts: impl Iterator<Item: Into<Cow<'t, str>>>) -> String {
    let texts: Vec<Cow<'t, str>> = texts.map(Into::into).collect();
    cell(&texts.join("; ")).into_owned()
}

fn option(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(cell)
}

/// What begins a formula in Excel and LibreOffice (OWASP, "CSV Injection"); the wide forms are read as
/// the narrow ones in East Asian settings. Tabs and line ends, which count too, are escaped already.
const FORMULA_SIGNS: [char; 10] = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'];

/// A text as a cell that no spreadsheet runs, or takes for a number: an apostrophe before it makes it
/// text. A spreadsheet that is told of `;` as the separator begins a cell behind each one, too.
fn cell(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    let is_formula = |part: &str| part.trim_start_matches([' ', '"']).starts_with(FORMULA_SIGNS);
    let is_number = is_number(&text);
    if !is_number && !text.split(';').any(is_formula) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 2);
    for (index, part) in text.split(';').enumerate() {
        if index > 0 {
            safe.push(';');
        }
        if is_number || is_formula(part) {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    Cow::Owned(safe)
}

/// Whether a text reads as a number, which would lose its digits: an MD5 of decimal digits alone, or
/// with one `e` among them.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|char: char| char.is_ascii_digit() || char == '.')
        && text.parse::<f64>().is_ok()
}
