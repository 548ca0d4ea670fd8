//! A sheet of findings: which engine found what in one object, and the counts that follow.

use crate::draw::Draw;
use crate::engines::{self, Finding};
use crate::json::Json;
use crate::kind::Kind;
use std::collections::BTreeMap;

/// How many engines came to each finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) malicious: u32,
    pub(crate) suspicious: u32,
    pub(crate) undetected: u32,
    pub(crate) harmless: u32,
    pub(crate) timeout: u32,
    pub(crate) confirmed_timeout: u32,
    pub(crate) failure: u32,
    pub(crate) type_unsupported: u32,
}

impl Counts {
    /// The stats as answers of this kind name them: eight for files, five for the others.
    fn named(&self, kind: Kind) -> Vec<(&'static str, u32)> {
        let mut named = vec![
            ("malicious", self.malicious),
            ("suspicious", self.suspicious),
            ("undetected", self.undetected),
            ("harmless", self.harmless),
            ("timeout", self.timeout),
        ];
        if kind == Kind::File {
            named.push(("confirmed-timeout", self.confirmed_timeout));
            named.push(("failure", self.failure));
            named.push(("type-unsupported", self.type_unsupported));
        }
        named
    }

    /// Draws the counts of an object that many, few or no engines flag.
    pub(crate) fn drawn(kind: Kind, temper: Temper, draw: &mut Draw) -> Self {
        let mut counts = Counts::default();
        match temper {
            Temper::Malicious => {
                // Half of them are flagged by few: the thresholds of a verdict lie there.
                let most = if draw.chance(50) { 12 } else { 40 };
                counts.malicious = draw.between(3, most);
                counts.suspicious = if kind == Kind::File { 0 } else { draw.between(0, 2) };
            }
            Temper::Suspicious => {
                let few = draw.pick(&[(0, 1), (1, 0), (1, 1), (0, 2), (2, 0)]);
                (counts.malicious, counts.suspicious) = few;
            }
            Temper::Clean => {}
        }
        counts.timeout = u32::from(draw.chance(10));
        if kind == Kind::File {
            counts.confirmed_timeout = u32::from(draw.chance(10));
            counts.failure = u32::from(draw.chance(15));
            counts.type_unsupported = draw.between(3, 14);
            counts.undetected = draw.between(70, 76).saturating_sub(counts.sum());
        } else {
            let total = draw.between(86, 94);
            counts.undetected = draw.between(8, 30);
            counts.harmless = total.saturating_sub(counts.sum());
        }
        counts
    }

    fn sum(&self) -> u32 {
        self.named(Kind::File).into_iter().map(|(_, count)| count).sum()
    }

    fn findings(&self) -> impl Iterator<Item = Finding> {
        let some = |finding, count| std::iter::repeat_n(finding, count as usize);
        (0..self.malicious)
            .map(|nth| Finding::Malicious((nth % 251) as u8))
            .chain(some(Finding::Suspicious, self.suspicious))
            .chain(some(Finding::Timeout, self.timeout))
            .chain(some(Finding::ConfirmedTimeout, self.confirmed_timeout))
            .chain(some(Finding::Failure, self.failure))
            .chain(some(Finding::TypeUnsupported, self.type_unsupported))
            .chain(some(Finding::Harmless, self.harmless))
            .chain(some(Finding::Undetected, self.undetected))
    }
}

/// How badly an object is thought of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temper {
    Malicious,
    Suspicious,
    Clean,
}

/// Families after which engines name what they find in files.
const FAMILIES: [&str; 10] = [
    "AgentTesla",
    "Kerrdown",
    "Emotet",
    "Remcos",
    "Formbook",
    "Gelsevirine",
    "Lokibot",
    "Qakbot",
    "Mirai",
    "Zusy",
];

/// Which engine found what in one object.
pub(crate) struct Sheet {
    kind: Kind,
    pub(crate) counts: Counts,
    /// In the order of the answer.
    findings: Vec<(usize, Finding)>,
    /// What file engines call it.
    pub(crate) family: &'static str,
    /// Bodies of some years ago lack two of a file's stats.
    old: bool,
}

impl Sheet {
    /// Deals these counts out over the engines, by an order drawn for the object.
    pub(crate) fn dealt(kind: Kind, counts: Counts, draw: &mut Draw) -> Self {
        let total = counts.sum() as usize;
        let engines = total.max(1);
        // A stride that shares no factor with the number of engines visits each once.
        let stride = [37, 41, 43, 47]
            .into_iter()
            .find(|stride| !engines.is_multiple_of(*stride))
            .unwrap_or(1);
        let start = draw.below(engines as u64) as usize;
        let mut findings = vec![(0, Finding::Undetected); total];
        for (nth, finding) in counts.findings().enumerate() {
            let engine = (start + nth * stride) % engines;
            findings[engine] = (engine, finding);
        }
        let old =
            kind == Kind::File && counts.confirmed_timeout + counts.failure == 0 && draw.chance(15);
        Sheet { kind, counts, findings, family: draw.pick(&FAMILIES), old }
    }

    /// The stats that the answer will show.
    pub(crate) fn stats(&self) -> BTreeMap<String, u64> {
        self.shown().map(|(name, count)| (name.to_owned(), u64::from(count))).collect()
    }

    fn shown(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let old = self.old;
        let dropped = move |name: &str| old && matches!(name, "confirmed-timeout" | "failure");
        self.counts.named(self.kind).into_iter().filter(move |(name, _)| !dropped(name))
    }

    /// The engines that flag it and what they say, in the order of the answer.
    pub(crate) fn flagged(&self) -> Vec<(String, String)> {
        let flagged = self.findings.iter().filter(|(_, finding)| finding.flags());
        flagged
            .map(|&(engine, finding)| match self.kind {
                Kind::File => (
                    engines::name(&engines::FILE, engine).into_owned(),
                    finding.file_result(self.family, engine).unwrap_or_default(),
                ),
                _ => (
                    engines::name(&engines::WEB, engine).into_owned(),
                    finding.web_result().unwrap_or_default().to_owned(),
                ),
            })
            .collect()
    }

    /// Writes the stats under this name.
    pub(crate) fn write_stats(&self, json: &mut Json, name: &str) {
        json.object(name, |json| {
            self.shown().for_each(|(name, count)| json.number(name, count));
        });
    }

    /// Writes the results under this name.
    pub(crate) fn write_results(&self, json: &mut Json, name: &str) {
        json.object(name, |json| {
            for &(engine, finding) in &self.findings {
                match self.kind {
                    Kind::File => engines::write_file(json, engine, finding, self.family),
                    _ => engines::write_web(json, engine, finding),
                }
            }
        });
    }
}

/// Writes all-zero stats, as unfinished objects show them.
pub(crate) fn write_zero_stats(json: &mut Json, name: &str, kind: Kind) {
    json.object(name, |json| {
        Counts::default()
            .named(kind)
            .into_iter()
            .for_each(|(name, count)| json.number(name, count));
    });
}
