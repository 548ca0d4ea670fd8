//! What the API sends, as far as a report needs it: typed, borrowed from the
//! body, and lenient wherever real answers differ.
//!
//! Shapes: `docs.virustotal.com/reference/` (ip-object, domains-object,
//! url-object, files, analyses-object, errors) and recorded answers of 2019 to
//! 2026, in which every attribute but the id has been seen missing.

mod lenient;
mod surrogates;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use iocs::indicator::Digest;
use jiff::Timestamp;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

pub(super) use self::lenient::Scalar;
use self::lenient::{Number, Object as Lenient, Text, Texts, object, object_or_default};
pub(super) use self::surrogates::replace_lone;
use crate::model::{Context, Detection, Hashes, Report, Stats};
use crate::quota::{Quota, Quotas};

/// `{"data": …}`, the envelope of every answer but an error.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    pub(super) data: T,
}

/// An object: its type, its id, and what is known of it.
#[derive(Deserialize)]
pub(super) struct Object<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) object_type: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "object_or_default")]
    pub(super) attributes: Attributes<'a>,
}

/// The attributes of all four kinds of object; each has some of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Attributes<'a> {
    #[serde(deserialize_with = "object")]
    last_analysis_stats: Option<Stats>,
    #[serde(borrow)]
    last_analysis_results: Flagged<'a>,
    last_analysis_date: Number,
    reputation: Number,
    #[serde(borrow)]
    tags: Texts<'a>,
    #[serde(borrow)]
    as_owner: Text<'a>,
    asn: Number,
    #[serde(borrow)]
    country: Text<'a>,
    #[serde(borrow)]
    registrar: Text<'a>,
    creation_date: Number,
    #[serde(borrow)]
    categories: Texts<'a>,
    #[serde(borrow)]
    pub(super) url: Text<'a>,
    #[serde(borrow)]
    last_final_url: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    pub(super) md5: Text<'a>,
    #[serde(borrow)]
    pub(super) sha1: Text<'a>,
    #[serde(borrow)]
    pub(super) sha256: Text<'a>,
    size: Number,
    #[serde(borrow)]
    type_description: Text<'a>,
    #[serde(borrow)]
    meaningful_name: Text<'a>,
    #[serde(borrow)]
    names: Texts<'a>,
    #[serde(borrow, deserialize_with = "object")]
    popular_threat_classification: Option<ThreatClassification<'a>>,
    first_submission_date: Number,
    last_submission_date: Number,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ThreatClassification<'a> {
    #[serde(borrow)]
    suggested_threat_label: Text<'a>,
}

impl Object<'_> {
    /// The report that the object makes.
    pub(super) fn into_report(self) -> Report {
        let Self { object_type, id, attributes: has } = self;
        let is_file = object_type == "file";
        let is_domain = object_type == "domain";
        let hash = |text: Text<'_>, digest| {
            text.0
                .filter(|text| Digest::of(text) == Some(digest))
                .map(|text| text.to_ascii_lowercase())
        };
        let hashes = if is_file {
            Hashes {
                md5: hash(has.md5, Digest::Md5),
                sha1: hash(has.sha1, Digest::Sha1),
                sha256: Some(id.to_ascii_lowercase()),
            }
        } else {
            Hashes::default()
        };
        let final_url = text(has.last_final_url).filter(|last| has.url.0.as_deref() != Some(last));
        let context = Context {
            threat_label: has
                .popular_threat_classification
                .and_then(|threat| text(threat.suggested_threat_label)),
            file_type: text(has.type_description),
            name: text(has.meaningful_name).or_else(|| has.names.0.into_iter().next()),
            size: has.size.0.and_then(|size| size.try_into().ok()),
            sha256: hashes.sha256.clone(),
            owner: text(has.as_owner),
            asn: has.asn.0.and_then(|asn| asn.try_into().ok()),
            country: text(has.country),
            registrar: text(has.registrar),
            // A file's creation_date is what its header claims, not a registration.
            created: if is_domain { instant(has.creation_date) } else { None },
            title: text(has.title),
            final_url,
            // What the input says of a link is no part of an answer.
            wrapped_by: Vec::new(),
            leads_to: None,
            categories: distinct(has.categories.0),
            tags: has.tags.0,
            reputation: has.reputation.0,
            first_seen: instant(has.first_submission_date),
            last_seen: instant(has.last_submission_date),
        };
        Report {
            id: id.into_owned(),
            stats: has.last_analysis_stats,
            flagged_by: has.last_analysis_results.detections(),
            analysed_at: instant(has.last_analysis_date),
            context,
            hashes,
        }
    }
}

/// An analysis, which is not the object that it analyses: other names, no `last_`.
#[derive(Deserialize)]
pub(super) struct AnalysisAnswer<'a> {
    #[serde(borrow)]
    pub(super) data: AnalysisObject<'a>,
    #[serde(borrow, default, deserialize_with = "object_or_default")]
    meta: AnalysisMeta<'a>,
}

#[derive(Deserialize)]
pub(super) struct AnalysisObject<'a> {
    #[serde(rename = "type", borrow)]
    pub(super) object_type: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) attributes: AnalysisAttributes<'a>,
}

#[derive(Deserialize)]
pub(super) struct AnalysisAttributes<'a> {
    #[serde(borrow)]
    pub(super) status: Cow<'a, str>,
    #[serde(default)]
    date: Number,
    #[serde(default, deserialize_with = "object")]
    stats: Option<Stats>,
    #[serde(borrow, default)]
    results: Flagged<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AnalysisMeta<'a> {
    #[serde(borrow, deserialize_with = "object")]
    url_info: Option<UrlDescription<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UrlDescription<'a> {
    #[serde(borrow)]
    id: Text<'a>,
}

impl AnalysisAnswer<'_> {
    /// The report that a completed analysis of a URL makes; its context is
    /// bare, since an analysis has none.
    pub(super) fn into_report(self) -> Report {
        let has = self.data.attributes;
        Report {
            id: self.meta.url_info.and_then(|url| text(url.id)).unwrap_or_default(),
            stats: has.stats,
            flagged_by: has.results.detections(),
            analysed_at: instant(has.date),
            context: Context::default(),
            hashes: Hashes::default(),
        }
    }
}

/// What a submission answers. The id was once seen as a number.
#[derive(Deserialize)]
pub(super) struct Descriptor<'a> {
    #[serde(borrow, default)]
    pub(super) id: Scalar<'a>,
}

/// `{"error": {"code", "message"}}`.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer<'a> {
    #[serde(borrow)]
    pub(super) error: ErrorObject<'a>,
}

#[derive(Deserialize)]
pub(super) struct ErrorObject<'a> {
    #[serde(borrow)]
    pub(super) code: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) message: Cow<'a, str>,
}

/// `overall_quotas`: of its many rows, the three that lookups spend.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OverallQuotas {
    api_requests_hourly: Levels,
    api_requests_daily: Levels,
    api_requests_monthly: Levels,
}

/// One row's levels: a public key has no group.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Levels {
    user: Option<Level>,
    group: Option<Level>,
}

#[derive(Clone, Copy, Deserialize)]
struct Level {
    allowed: u64,
    #[serde(default)]
    used: u64,
}

impl Levels {
    /// The level with the least headroom: the one that runs out first.
    fn binding(&self) -> Option<Quota> {
        let levels = [self.user, self.group].into_iter().flatten();
        levels
            .map(|level| Quota { allowed: level.allowed, used: level.used })
            .min_by_key(|quota| quota.left())
    }

    fn smallest_allowance(&self) -> Option<u64> {
        [self.user, self.group].into_iter().flatten().map(|level| level.allowed).min()
    }
}

impl OverallQuotas {
    /// The quotas that bind a key.
    pub(super) fn quotas(&self) -> Quotas {
        Quotas {
            per_minute: self.api_requests_hourly.smallest_allowance().map(|allowed| allowed / 60),
            hour: self.api_requests_hourly.binding(),
            day: self.api_requests_daily.binding(),
            month: self.api_requests_monthly.binding(),
        }
    }
}

fn text(field: Text<'_>) -> Option<String> {
    field.0.filter(|text| !text.is_empty()).map(Cow::into_owned)
}

fn instant(seconds: Number) -> Option<Timestamp> {
    seconds
        .0
        .filter(|&seconds| seconds > 0)
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
}

fn distinct(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// More engines than VirusTotal has by far.
const MOST_ENGINES: usize = 1000;

/// Of the map of all engines' results, those that flagged the object: the rest,
/// most of a body, is passed over without being copied.
#[derive(Default)]
struct Flagged<'a>(Vec<(Cow<'a, str>, EngineResult<'a>)>);

#[derive(Default, Deserialize)]
#[serde(default)]
struct EngineResult<'a> {
    #[serde(borrow)]
    category: Text<'a>,
    #[serde(borrow)]
    result: Text<'a>,
}

impl Flagged<'_> {
    fn detections(self) -> Vec<Detection> {
        self.0
            .into_iter()
            .map(|(engine, said)| Detection {
                engine: engine.into_owned(),
                result: text(said.result),
            })
            .collect()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Flagged<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Engines<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for Engines<'a> {
            type Value = Flagged<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("results by engine")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut flagged = Vec::new();
                while let Some((engine, Lenient(said))) =
                    map.next_entry::<Engine<'a>, Lenient<EngineResult<'a>>>()?
                {
                    let said = said.unwrap_or_default();
                    if flagged.len() < MOST_ENGINES
                        && matches!(said.category.0.as_deref(), Some("malicious" | "suspicious"))
                    {
                        flagged.push((engine.0, said));
                    }
                }
                Ok(Flagged(flagged))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Flagged::default())
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Flagged::default())
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Flagged::default())
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Flagged::default())
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Flagged::default())
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(Flagged::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Flagged::default())
            }
        }
        deserializer.deserialize_any(Engines(PhantomData))
    }
}

/// An engine's name, borrowed where it can be: serde copies a bare `Cow` key.
#[derive(Deserialize)]
#[serde(transparent)]
struct Engine<'a>(#[serde(borrow)] Cow<'a, str>);
