//! All records as one page: a file that is whole in itself, loads nothing, and
//! runs no script and no style but its own two.

mod row;
mod text;

use std::io::{self, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use self::row::{Kept, Row};
use self::text::{Text, counted, cut, day, grouped, span};
use crate::model::{Record, Tally, Verdict};
use crate::output::About;

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");
/// Answers from below this are VirusTotal's own.
const VIRUSTOTAL: &str = "https://www.virustotal.com/";
/// More names of inputs than these are counted: a folder may hold thousands.
const MOST_INPUTS: usize = 20;
const LONGEST_NAME: usize = 300;

/// The records of a run, held until the page is written.
#[derive(Default)]
pub(super) struct Page {
    kept: Vec<Kept>,
}

impl Page {
    /// Takes a record in; what the page needs of it is copied.
    pub(super) fn add(&mut self, record: &Record<'_>) {
        self.kept.push(Kept::of(record));
    }

    /// Writes the page, row by row.
    pub(super) fn write(&self, out: &mut dyn Write, about: &About<'_>) -> io::Result<()> {
        let mut kept: Vec<&Kept> = self.kept.iter().collect();
        kept.sort_by_key(|kept| kept.place());
        let mut order: Vec<(usize, &Kept)> = kept.into_iter().enumerate().collect();
        order.sort_by_key(|(_, kept)| kept.severity());
        Report::new(about, order).write_into(out)?;
        // askama takes the template's last newline off.
        out.write_all(b"\n")
    }
}

/// What the template asks for.
#[derive(Template)]
#[template(path = "report.html")]
struct Report<'a> {
    version: &'static str,
    style: &'static str,
    style_hash: String,
    script: &'static str,
    script_hash: String,
    headline: String,
    partial: Option<String>,
    other_api: Option<Text>,
    total: String,
    counts: Vec<Count>,
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
    kept: Vec<(usize, &'a Kept)>,
}

/// One bar of the plot.
struct Count {
    verdict: &'static str,
    records: String,
    width: String,
    share: String,
}

impl<'a> Report<'a> {
    fn new(about: &About<'_>, kept: Vec<(usize, &'a Kept)>) -> Self {
        let Tally { from_store, .. } = *about.tally;
        let is_none = |&verdict: &Verdict| about.tally.of(verdict) == 0;
        let more_inputs = about.inputs.len().saturating_sub(MOST_INPUTS);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            style: STYLE,
            style_hash: hash(STYLE),
            script: SCRIPT,
            script_hash: hash(SCRIPT),
            headline: headline(about.tally),
            partial: about.partial.map(|why| cut(why, LONGEST_NAME)),
            other_api: (!about.api_url.starts_with(VIRUSTOTAL))
                .then(|| Text::free(about.api_url, LONGEST_NAME)),
            total: counted(about.tally.total(), "indicator"),
            counts: counts(about.tally),
            none: listed(Verdict::ALL.into_iter().filter(is_none), "or"),
            inputs: about.inputs.iter().take(MOST_INPUTS).map(|n| cut(n, LONGEST_NAME)).collect(),
            more_inputs: (more_inputs > 0).then(|| grouped(more_inputs as u64)),
            day: day(about.started),
            when: span(about.started, about.ended),
            malicious: threshold(about.malicious_at, ["says so", "say so"]),
            suspicious: threshold(about.suspicious_at, ["flags it", "flag it"]),
            requests: grouped(about.requests),
            from_store: grouped(from_store),
            lines: cut(about.lines, LONGEST_NAME),
            last_line: cut(about.last_line, LONGEST_NAME),
            only: listed(about.only.iter().copied(), "and"),
            listed: counted(kept.len() as u64, "record"),
            kept,
        }
    }

    /// Made one at a time, as they are written.
    fn rows(&self) -> impl Iterator<Item = askama::Result<Row>> {
        self.kept.iter().map(|&(place, kept)| kept.row(place).map_err(askama::Error::custom))
    }
}

/// What a browser must find a style or a script to be, to use it.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

/// The news in one line.
fn headline(tally: &Tally) -> String {
    let total = counted(tally.total(), "indicator");
    let (malicious, suspicious) = (tally.of(Verdict::Malicious), tally.of(Verdict::Suspicious));
    match (malicious, suspicious) {
        (0, 0) => format!("None of {total} flagged"),
        (_, 0) => format!("{} malicious of {total}", grouped(malicious)),
        (0, _) => format!("{} suspicious of {total}", grouped(suspicious)),
        _ => {
            format!(
                "{} malicious, {} suspicious of {total}",
                grouped(malicious),
                grouped(suspicious)
            )
        }
    }
}

/// A bar for each verdict that there is.
fn counts(tally: &Tally) -> Vec<Count> {
    let bar = |verdict: Verdict| {
        let share = tally.of(verdict) as f64 / tally.total() as f64 * 100.0;
        Count {
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

/// `a, b or c`.
fn listed(verdicts: impl Iterator<Item = Verdict>, last: &str) -> String {
    let names: Vec<&str> = verdicts.map(Verdict::as_str).collect();
    match names.as_slice() {
        [before @ .., end] if !before.is_empty() => format!("{} {last} {end}", before.join(", ")),
        names => names.concat(),
    }
}
