//! All records as one page: a file that is whole in itself, loads nothing, and
//! runs no script and no style but its own two.

mod row;
mod text;

use std::io::{self, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::row::{PageRecord, TableRow};
use self::text::{Text, cut};
use crate::model::{Record, Tally, Verdict};
use crate::output::formats::writer::{FormatWriter, Setup};
use crate::output::headline::headline;
use crate::output::run_details::{RunDetails, is_virustotal};
use crate::wording::{counted, day, grouped, listed, span};

const STYLE: &str = include_str!("../../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../../templates/report.js");
/// More names of inputs than these are counted: a folder may hold thousands.
const MOST_INPUTS: usize = 20;
const LONGEST_NAME: usize = 300;

/// Holds the records until the page is written; what the page needs of them is copied.
#[derive(Default)]
struct HtmlWriter {
    records: Vec<PageRecord>,
}

pub(super) fn writer(_setup: &Setup<'_>) -> Box<dyn FormatWriter> {
    Box::new(HtmlWriter::default())
}

impl FormatWriter for HtmlWriter {
    fn record(&mut self, record: &Record<'_>, _out: &mut dyn Write) -> io::Result<()> {
        self.records.push(PageRecord::new(record));
        Ok(())
    }

    /// Writes the page, row by row.
    fn end(&mut self, run: &RunDetails<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut records: Vec<&PageRecord> = self.records.iter().collect();
        records.sort_by_key(|record| record.place());
        let mut order: Vec<(usize, &PageRecord)> = records.into_iter().enumerate().collect();
        order.sort_by_key(|(_, record)| record.severity());
        Page::new(run, order).write_into(out)?;
        // askama takes the template's last newline off.
        out.write_all(b"\n")
    }
}

/// What the template asks for.
#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    version: &'static str,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
    headline: String,
    partial: Option<String>,
    other_api: Option<Text>,
    total: String,
    counts: Vec<VerdictBar>,
    none: String,
    inputs: Vec<String>,
    more_inputs: Option<String>,
    day: String,
    when: String,
    malicious: String,
    suspicious: String,
    requests: String,
    from_store: String,
    lines: String,
    last_line: String,
    only: String,
    listed: String,
    /// Each with its place in the input.
    records: Vec<(usize, &'a PageRecord)>,
}

/// One bar of the plot.
struct VerdictBar {
    verdict: &'static str,
    records: String,
    width: String,
    share: String,
}

impl<'a> Page<'a> {
    fn new(run: &RunDetails<'_>, records: Vec<(usize, &'a PageRecord)>) -> Self {
        let tally = &run.summary.tally;
        let is_none = |&verdict: &Verdict| tally.of(verdict) == 0;
        let more_inputs = run.inputs.len().saturating_sub(MOST_INPUTS);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            style: STYLE,
            style_hash: hash(STYLE),
            script: SCRIPT,
            script_hash: hash(SCRIPT),
            headline: headline(tally, run.entries),
            partial: run.partial.map(|why| cut(why, LONGEST_NAME)),
            other_api: (!is_virustotal(run.api_url)).then(|| Text::free(run.api_url, LONGEST_NAME)),
            total: counted(tally.total(), "indicator"),
            counts: counts(tally),
            none: names(Verdict::ALL.into_iter().filter(is_none), "or"),
            inputs: run.inputs.iter().take(MOST_INPUTS).map(|n| cut(n, LONGEST_NAME)).collect(),
            more_inputs: (more_inputs > 0).then(|| grouped(more_inputs as u64)),
            day: day(run.started),
            when: span(run.started, run.ended),
            malicious: threshold(run.thresholds.malicious_at, ["says so", "say so"]),
            suspicious: threshold(run.thresholds.suspicious_at, ["flags it", "flag it"]),
            requests: grouped(run.summary.requests),
            from_store: grouped(tally.from_store),
            lines: cut(run.lines, LONGEST_NAME),
            last_line: cut(run.last_line, LONGEST_NAME),
            only: names(run.only.iter().copied(), "and"),
            listed: counted(records.len() as u64, "record"),
            records,
        }
    }

    /// Made one at a time, as they are written.
    fn rows(&self) -> impl Iterator<Item = askama::Result<TableRow>> {
        self.records.iter().map(|&(place, record)| record.row(place).map_err(askama::Error::custom))
    }
}

/// What a browser must find a style or a script to be, to use it.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// A bar for each verdict that there is.
fn counts(tally: &Tally) -> Vec<VerdictBar> {
    let bar = |verdict: Verdict| {
        let share = tally.of(verdict) as f64 / tally.total() as f64 * 100.0;
        VerdictBar {
            verdict: verdict.as_str(),
            records: grouped(tally.of(verdict)),
            // One among thousands is still to be seen.
            width: format!("{:.2}", share.max(0.5)),
            share: if share < 1.0 { "< 1 %".to_owned() } else { format!("{share:.0} %") },
        }
    };
    Verdict::ALL.into_iter().filter(|&verdict| tally.of(verdict) > 0).map(bar).collect()
}

/// `3 engines or more say so`.
fn threshold(at: u64, [one, more]: [&str; 2]) -> String {
    format!("{} or more {}", counted(at, "engine"), if at == 1 { one } else { more })
}

fn names(verdicts: impl Iterator<Item = Verdict>, last: &str) -> String {
    listed(verdicts.map(Verdict::as_str), last)
}
