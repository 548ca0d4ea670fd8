//! The bodies of answers: objects, analyses, errors.

mod analysis;
mod bulk;
mod domain;
mod file;
mod ip;
mod url;

pub(crate) use analysis::{AnalysisView, Stage, analysis, descriptor};

use crate::draw::Draw;
use crate::hashes::FileHashes;
use crate::json::Json;
use crate::kind::Kind;
use crate::sheet::{Sheet, write_zero_stats};

/// The address at which objects say they stand, whatever the simulator's own: clients must not rely on it.
const SELF: &str = "https://www.virustotal.com/api/v3";

/// October 2026, by which the dates in answers are drawn.
pub(crate) const NOW: u32 = 1_791_000_000;

/// The object that an answer is about.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) kind: Kind,
    /// The canonical id by which everything about it is drawn: for a URL the URL, for a file nobody registered the
    /// hash that was asked.
    pub(crate) name: String,
    /// The id in the answer: for a URL the SHA-256 of it, for a file its SHA-256.
    pub(crate) id: String,
    /// A file's names.
    pub(crate) hashes: Option<FileHashes>,
    /// A file's size, where it is known.
    pub(crate) size: Option<u64>,
}

impl Subject {
    fn draw(&self, what: &str) -> Draw {
        Draw::of(&[what, self.kind.type_name(), &self.name])
    }
}

/// What an answer says of the engines' findings.
pub(crate) enum Judgement {
    Judged(Sheet),
    /// Neither stats nor results.
    Absent,
    /// Stats that are all zero, and no results.
    Zero,
}

/// An object's body, padded to about this size.
pub(crate) fn object(subject: &Subject, judgement: &Judgement, size: usize) -> String {
    let mut json = Json::new(size.max(28 << 10) + 256, 0);
    let mut draw = subject.draw("attributes");
    // Both orders are seen; a reader must not need the type before the attributes.
    let id_first = draw.chance(50);
    json.open('{');
    json.object("data", |json| {
        if id_first {
            identity(json, subject);
        }
        json.object("attributes", |json| {
            findings(json, subject.kind, judgement, &mut draw);
            match subject.kind {
                Kind::Ip => ip::attributes(json, subject, judgement, &mut draw),
                Kind::Domain => domain::attributes(json, subject, judgement, &mut draw),
                Kind::Url => url::attributes(json, subject, judgement, &mut draw),
                Kind::File => file::attributes(json, subject, judgement, &mut draw),
            }
            // 300: what is still to come.
            bulk::pad(json, subject.kind, size.saturating_sub(json.len() + 300));
        });
        if !id_first {
            identity(json, subject);
        }
    });
    json.close('}');
    json.finish()
}

fn identity(json: &mut Json, subject: &Subject) {
    json.text("id", &subject.id);
    json.text("type", subject.kind.type_name());
    json.object("links", |json| {
        json.text("self", &format!("{SELF}/{}/{}", subject.kind.collection(), subject.id));
    });
}

fn findings(json: &mut Json, kind: Kind, judgement: &Judgement, draw: &mut Draw) {
    // Addresses and domains of some years ago have stats and no date.
    let dated = matches!(kind, Kind::Url | Kind::File) || !draw.chance(12);
    match judgement {
        Judgement::Judged(sheet) => {
            if dated {
                json.number("last_analysis_date", NOW - draw.between(60, 40_000_000));
            }
            sheet.write_stats(json, "last_analysis_stats");
            sheet.write_results(json, "last_analysis_results");
        }
        Judgement::Zero => {
            write_zero_stats(json, "last_analysis_stats", kind);
            json.object("last_analysis_results", |_| {});
        }
        Judgement::Absent => {}
    }
}

impl Judgement {
    /// How many engines flag it.
    fn detections(&self) -> u32 {
        match self {
            Judgement::Judged(sheet) => sheet.counts.malicious + sheet.counts.suspicious,
            _ => 0,
        }
    }
}

/// Reputation and votes: what people think of it, which need not be what engines do.
fn opinions(json: &mut Json, judgement: &Judgement, draw: &mut Draw) {
    let bad = judgement.detections();
    let reputation = match bad {
        0 => i64::from(draw.between(0, 600)) * i64::from(draw.chance(20)),
        _ => -i64::from(draw.between(0, bad * 25)),
    };
    json.number("reputation", reputation);
    json.object("total_votes", |json| {
        json.number("harmless", if bad == 0 { draw.between(0, 30) } else { draw.between(0, 1) });
        json.number("malicious", if bad == 0 { 0 } else { draw.between(0, bad) });
    });
}

/// The tags, which are missing now and then.
fn tags(json: &mut Json, draw: &mut Draw, choices: &[&str]) {
    if draw.chance(6) {
        return;
    }
    let some: Vec<&str> = choices.iter().copied().filter(|_| draw.chance(20)).collect();
    json.texts("tags", &some);
}

/// An error's body.
pub(crate) fn error(code: &str, message: &str) -> String {
    let mut json = Json::new(160, 0);
    json.open('{');
    json.object("error", |json| {
        json.text("code", code);
        json.text("message", message);
    });
    json.close('}');
    json.finish()
}
