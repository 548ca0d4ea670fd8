//! What an id is answered with when nobody scripted anything: a pure function of the id.

use crate::draw::Draw;
use crate::kind::Kind;
use crate::sheet::{Counts, Sheet, Temper};
use std::collections::BTreeMap;

/// The outcome of looking one id up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// 404: there is no such object.
    Unknown,
    /// 400: no valid address or domain, such as a domain of an unknown suffix.
    Refused,
    /// An object that engines have judged.
    Judged {
        /// `last_analysis_stats`, every key that is sent.
        stats: BTreeMap<String, u64>,
        /// The engines that call it malicious or suspicious and what they say, in the order of the answer.
        flagged: Vec<(String, String)>,
    },
}

/// What an id that nobody scripted is answered with; for a URL the id is the URL itself.
pub fn expected(kind: Kind, id: &str) -> Expected {
    let Some(id) = kind.canonical(id) else {
        return match kind {
            Kind::Ip | Kind::Domain => Expected::Refused,
            Kind::Url | Kind::File => Expected::Unknown,
        };
    };
    match drawn_sheet(kind, &id) {
        None => Expected::Unknown,
        Some(sheet) => Expected::judged(&sheet),
    }
}

impl Expected {
    pub(crate) fn judged(sheet: &Sheet) -> Self {
        Expected::Judged { stats: sheet.stats(), flagged: sheet.flagged() }
    }
}

/// The findings of a canonical id; None for the one in ten that the simulator does not know.
pub(crate) fn drawn_sheet(kind: Kind, id: &str) -> Option<Sheet> {
    let mut draw = Draw::of(&["judgement", kind.type_name(), id]);
    let temper = match draw.below(100) {
        0..10 => return None,
        10..30 => Temper::Malicious,
        30..40 => Temper::Suspicious,
        _ => Temper::Clean,
    };
    let counts = Counts::drawn(kind, temper, &mut draw);
    Some(Sheet::dealt(kind, counts, &mut draw))
}

/// The findings of a canonical id that is known for certain, because it was added or submitted.
pub(crate) fn known_sheet(kind: Kind, id: &str) -> Sheet {
    drawn_sheet(kind, id).unwrap_or_else(|| {
        let mut draw = Draw::of(&["known", kind.type_name(), id]);
        let counts = Counts::drawn(kind, Temper::Clean, &mut draw);
        Sheet::dealt(kind, counts, &mut draw)
    })
}

/// The findings that a script asks for.
pub(crate) fn scripted_sheet(kind: Kind, id: &str, counts: Counts) -> Sheet {
    Sheet::dealt(kind, counts, &mut Draw::of(&["scripted", kind.type_name(), id]))
}
