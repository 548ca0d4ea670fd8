//! Records as one table for a ticket, defanged, the worst first.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::writer::{FormatWriter, Setup};
use crate::model::{Record, Verdict};
use crate::output::defang::defanged;
use crate::output::display::{DisplayRecord, IndicatorForm};
use crate::output::headline::headline;
use crate::output::printable::printable;
use crate::output::run_details::{RunDetails, is_virustotal};
use crate::wording::counted;

/// Holds the rows until the table is written.
#[derive(Default)]
struct MarkdownWriter(Vec<(Verdict, String)>);

pub(super) fn writer(_setup: &Setup<'_>) -> Box<dyn FormatWriter> {
    Box::new(MarkdownWriter::default())
}

impl FormatWriter for MarkdownWriter {
    fn record(&mut self, record: &Record<'_>, _out: &mut dyn Write) -> io::Result<()> {
        self.0.push((record.verdict, row(record)));
        Ok(())
    }

    fn end(&mut self, run: &RunDetails<'_>, out: &mut dyn Write) -> io::Result<()> {
        let tally = &run.summary.tally;
        writeln!(out, "**{}**\n", headline(tally, run.entries))?;
        if let Some(why) = run.partial {
            writeln!(out, "**Partial**: {}\n", escaped(why))?;
        }
        if !is_virustotal(run.api_url) {
            let url = escaped(&defanged(run.api_url));
            writeln!(out, "**These answers are not VirusTotal's own**: they came from {url}\n")?;
        }
        let inputs: Vec<String> = run.inputs.iter().map(|name| code(name)).collect();
        let of =
            if inputs.is_empty() { String::new() } else { format!(" of {}", inputs.join(", ")) };
        writeln!(
            out,
            "vtscan {}, {:.0}{of}: {tally}. Malicious from {}, suspicious from {}.\n",
            env!("CARGO_PKG_VERSION"),
            run.ended,
            counted(run.thresholds.malicious_at, "engine"),
            counted(run.thresholds.suspicious_at, "engine"),
        )?;
        writeln!(out, "| verdict | detections | kind | indicator | details | report |")?;
        writeln!(out, "|---|--:|---|---|---|---|")?;
        // Within a verdict in the order of the answers, as the other formats have them.
        self.0.sort_by_key(|&(verdict, _)| verdict as usize);
        self.0.iter().try_for_each(|(_, row)| writeln!(out, "{row}"))
    }
}

/// The record's row of the table.
fn row(record: &Record<'_>) -> String {
    let shown = DisplayRecord::new(record, IndicatorForm::Defanged);
    let ratio = match record.stats() {
        Some(stats) => format!("{}/{}", stats.detections(), stats.engines()),
        None => String::new(),
    };
    let kind = record.kind().map_or("", |kind| kind.as_str());
    let mut details = Vec::new();
    shown.details(|detail| details.push(escaped(&defanged(&detail))));
    let mut row = format!(
        "| {} | {ratio} | {kind} | {} | {} | ",
        record.verdict.as_str(),
        code(&shown.indicator),
        details.join("; ")
    );
    if let Some(link) = record.link() {
        // Writing to a String cannot fail.
        let _ = write!(row, "[report]({link}) ");
    }
    row.push('|');
    row
}

/// A text as code, in which nothing is markup or a link.
fn code(text: &str) -> String {
    let text = printable(text);
    // These end the code or the cell, and what escapes them differs from reader to reader.
    if text.is_empty() || text.contains(['`', '|', '\\']) {
        return escaped(&text);
    }
    format!("`{text}`")
}

/// A text in which nothing is markup. Signs are written as HTML entities, which no
/// reader takes for markup, nor for the end of a cell.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in unlinked(&printable(text)).chars() {
        match char {
            '`' | '|' | '\\' | '<' | '>' | '&' | '[' | ']' | '*' | '_' | '~' | '@' | '#' | '!'
            | '$' | '"' => {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "&#{};", u32::from(char));
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

/// A text in which no reader finds a link to make: `defang` leaves a path as it is,
/// and a URL within a URL stands there.
fn unlinked(text: &str) -> String {
    let mut parts = text.split("://");
    let mut unlinked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_defanged = unlinked.ends_with("hxxp") || unlinked.ends_with("hxxps");
        unlinked.push_str(if is_defanged { "://" } else { "[:]//" });
        unlinked.push_str(part);
    }
    unlinked.replace("www.", "www[.]").replace("WWW.", "WWW[.]")
}
