//! One record of the page: what is kept of it, and its row.

use std::borrow::Cow;
use std::cmp::Reverse;

use iocs::finding::Content;
use iocs::indicator::{Indicator, Kind};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::{Text, cut};
use crate::model::{Context, Detection, Fault, Origin, Record, Report, Source, Verdict};
use crate::wording::{counted, day, grouped, second};

/// An indicator is there to be read and copied, so it is cut late.
const LONGEST_INDICATOR: usize = 2000;
const LONGEST_ORIGIN: usize = 300;
/// One detail among others in a row.
const LONGEST_DETAIL: usize = 100;
/// The same where a row is opened.
const LONGEST_VALUE: usize = 1000;
const LONGEST_ENGINE: usize = 80;
const LONGEST_RESULT: usize = 200;
/// The number of steps in which bars are filled.
const STEPS: u64 = 25;

/// A record, kept until the page is written. JSON is a third of what a report
/// and its strings take in memory, and there may be 100,000 of them.
pub(super) struct PageRecord {
    verdict: Verdict,
    detections: u64,
    /// The input, and the line in it.
    place: (u32, u64),
    facts: Box<str>,
}

#[derive(Serialize, Deserialize)]
struct KeptFacts<'a> {
    /// As looked up; an invalid one's text.
    text: Cow<'a, str>,
    kind: Option<Kind>,
    scheme_assumed: bool,
    origin: Cow<'a, str>,
    occurrences: u64,
    as_written: Option<Cow<'a, str>>,
    report: Option<Cow<'a, Report>>,
    is_stored: bool,
    fetched_at: Option<Timestamp>,
    error: Option<Cow<'a, Fault>>,
}

/// What the template asks for of one record.
pub(super) struct TableRow {
    pub(super) verdict: &'static str,
    /// Where in the input it stands.
    pub(super) place: usize,
    /// How far its bar is filled.
    pub(super) step: Option<u64>,
    pub(super) ratio: String,
    pub(super) kind: &'static str,
    pub(super) indicator: Text,
    pub(super) details: Text,
    pub(super) analysed: String,
    pub(super) link: Option<String>,
    pub(super) origin: String,
    pub(super) occurrences: u64,
    /// `3 engines flagged it`, where any did.
    pub(super) flagged: Option<String>,
    pub(super) said: Vec<(String, Text)>,
    pub(super) context: Vec<(&'static str, Text)>,
}

impl PageRecord {
    pub(super) fn new(record: &Record<'_>) -> Self {
        let entry = record.entry;
        let indicator = match &entry.content {
            Content::Indicator(indicator) => Some(indicator),
            Content::Invalid(_) => None,
        };
        let facts = KeptFacts {
            text: entry.text().into(),
            kind: record.kind(),
            scheme_assumed: indicator.is_some_and(|indicator| indicator.is_scheme_assumed()),
            origin: record.origin.as_str().into(),
            occurrences: entry.occurrences,
            as_written: entry.as_written().map(Cow::Borrowed),
            report: record.report.map(Cow::Borrowed),
            is_stored: record.source == Some(Source::Cache),
            fetched_at: record.fetched_at,
            error: record.error.map(Cow::Borrowed),
        };
        Self {
            verdict: record.verdict,
            detections: record.stats().map_or(0, |stats| stats.detections()),
            place: match entry.origin {
                Origin::Argument => (0, 0),
                Origin::Line { input, line } | Origin::Encoded { input, line } => (input + 1, line),
                Origin::File(input) => (input + 1, 0),
            },
            // These facts have names for keys, and cannot fail to be written.
            facts: serde_json::to_string(&facts).unwrap_or_default().into(),
        }
    }

    pub(super) fn place(&self) -> (u32, u64) {
        self.place
    }

    /// The worst first.
    pub(super) fn severity(&self) -> (usize, Reverse<u64>) {
        (self.verdict as usize, Reverse(self.detections))
    }

    /// The row, where the record stands in this place of all.
    pub(super) fn row(&self, place: usize) -> serde_json::Result<TableRow> {
        let facts: KeptFacts<'_> = serde_json::from_str(&self.facts)?;
        let report = facts.report.as_deref();
        let stats = report.and_then(|report| report.stats.as_ref());
        let counts = stats.map(|stats| (stats.detections(), stats.engines()));
        Ok(TableRow {
            verdict: self.verdict.as_str(),
            place,
            step: counts.and_then(|(some, all)| step(some, all)),
            ratio: counts.map_or("–".to_owned(), |(some, all)| format!("{some}/{all}")),
            kind: facts.kind.map_or("–", Kind::as_str),
            indicator: facts.indicator(),
            details: facts.details(),
            analysed: match report.map(|report| report.analysed_at) {
                Some(Some(at)) => day(at),
                Some(None) => "no date".to_owned(),
                None => String::new(),
            },
            link: report
                .zip(facts.kind)
                .map(|(report, kind)| cut(&report.link(kind), LONGEST_INDICATOR)),
            origin: cut(&facts.origin, LONGEST_ORIGIN),
            occurrences: facts.occurrences,
            flagged: (self.detections > 0)
                .then(|| format!("{} flagged it", counted(self.detections, "engine"))),
            said: report.map(said).unwrap_or_default(),
            context: if self.detections > 0 { facts.context() } else { Vec::new() },
        })
    }
}

impl KeptFacts<'_> {
    fn indicator(&self) -> Text {
        match self.kind {
            Some(kind) => {
                let text = self.text.clone().into_owned();
                let indicator = Indicator::new(kind, text);
                Text::indicator(&indicator, LONGEST_INDICATOR)
            }
            None => Text::free(&self.text, LONGEST_INDICATOR),
        }
    }

    /// What helps triage, in one line.
    fn details(&self) -> Text {
        let mut details = Vec::new();
        if let Some(error) = &self.error {
            details.push(format!("{}: {}", error.code, error.message));
        }
        let telling = |(label, value): (&str, String)| match label {
            "leads to" | "created" => Some(format!("{label} {value}")),
            "threat" | "type" | "name" | "owner" | "country" | "registrar" | "title"
            | "categories" => Some(value),
            _ => None,
        };
        if let Some(report) = &self.report {
            details.extend(known(&report.context).into_iter().filter_map(telling));
        }
        if self.scheme_assumed {
            details.push("scheme assumed".to_owned());
        }
        Text::joined(&details, LONGEST_DETAIL)
    }

    /// All that is known, for a row that is opened.
    fn context(&self) -> Vec<(&'static str, Text)> {
        let mut all =
            self.report.as_deref().map(|report| known(&report.context)).unwrap_or_default();
        all.extend(self.as_written.as_deref().map(|text| ("written", text.to_owned())));
        if let Some(at) = self.fetched_at {
            let whence = if self.is_stored { ", from the store" } else { "" };
            all.push(("answered", format!("{}{whence}", second(at))));
        }
        all.into_iter().map(|(label, text)| (label, Text::free(&text, LONGEST_VALUE))).collect()
    }
}

/// How far a bar is filled; something is to be seen as soon as one engine flagged it.
fn step(some: u64, all: u64) -> Option<u64> {
    let step = some.saturating_mul(STEPS).checked_div(all)?;
    Some(if some == 0 { 0 } else { step.clamp(1, STEPS) })
}

fn said(report: &Report) -> Vec<(String, Text)> {
    let said = |detection: &Detection| {
        let result = detection.result.as_deref().unwrap_or_default();
        (cut(&detection.engine, LONGEST_ENGINE), Text::free(result, LONGEST_RESULT))
    };
    report.flagged_by.iter().map(said).collect()
}

/// What the report says of the object, in the order in which one asks.
fn known(context: &Context) -> Vec<(&'static str, String)> {
    let date = |at: Option<Timestamp>| at.map(day);
    let list = |values: &[String]| (!values.is_empty()).then(|| values.join(", "));
    [
        ("threat", context.threat_label.clone()),
        ("type", context.file_type.clone()),
        ("name", context.name.clone()),
        ("owner", context.owner.clone()),
        ("AS number", context.asn.map(|asn| asn.to_string())),
        ("country", context.country.clone()),
        ("registrar", context.registrar.clone()),
        ("title", context.title.clone()),
        ("leads to", context.final_url.clone()),
        ("created", date(context.created)),
        ("categories", list(&context.categories)),
        ("size", context.size.map(|size| format!("{} bytes", grouped(size)))),
        ("SHA-256", context.sha256.clone()),
        ("tags", list(&context.tags)),
        ("reputation", context.reputation.map(|reputation| reputation.to_string())),
        ("first seen", date(context.first_seen)),
        ("last seen", date(context.last_seen)),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .collect()
}
