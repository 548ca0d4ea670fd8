//! What is written into a store: types of their own, so that a change elsewhere
//! changes nothing that is stored.

use std::borrow::Cow;
use std::fmt;

use iocs::indicator::{Digest, Kind};
use jiff::Timestamp;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::decision::Name;
use crate::model::{Answer, Context, Detection, Facts, Fault, Hashes, Report, Stats};
use crate::quota::{Quota, Quotas};

/// The version of what is written; another version's answers are asked again.
pub(super) const VERSION: i64 = 1;

/// An answer as the store has it. Reading it takes longer than finding it, and is
/// left to the caller: the store's thread finds the next ones meanwhile.
#[derive(Clone, Debug)]
pub struct Stored {
    pub(super) fetched_at: Timestamp,
    pub(super) facts: String,
}

impl Stored {
    /// The answer to a lookup of this name; `None` for what cannot be read, and for
    /// an answer that is about another object: they are asked again.
    #[must_use]
    pub fn read(&self, kind: Kind, text: &str) -> Option<Answer> {
        let facts = serde_json::from_str::<StoredFacts<'_>>(&self.facts).ok()?;
        let answer = Answer { fetched_at: self.fetched_at, facts: facts.into() };
        is_about(kind, text, &answer.facts).then_some(answer)
    }
}

/// Facts as JSON.
pub(super) fn written(facts: &Facts) -> String {
    // Plain texts and numbers: this cannot fail.
    serde_json::to_string(&StoredFacts::from(facts)).unwrap_or_default()
}

/// Whether facts are those of the object of this name.
fn is_about(kind: Kind, text: &str, facts: &Facts) -> bool {
    let Facts::Known(report) = facts else { return true };
    kind != Kind::File
        || Digest::of(text)
            .and_then(|digest| report.hashes.of(digest))
            .is_none_or(|hash| hash == text)
}

/// The object that an answer to a lookup of this name is about, by its first name:
/// a file's SHA-256, else what was asked.
pub(super) fn object<'a>(asked: &'a Name, facts: &'a Facts) -> &'a str {
    match facts {
        Facts::Known(report) => report.hashes.sha256.as_deref().unwrap_or(&asked.text),
        Facts::NotFound | Facts::Rejected(_) => &asked.text,
    }
}

/// Quotas as JSON.
pub(super) fn written_quotas(quotas: &Quotas) -> String {
    let stored = |quota: Quota| StoredQuota { allowed: quota.allowed, used: quota.used };
    let stored = StoredQuotas {
        per_minute: quotas.per_minute,
        hour: quotas.hour.map(stored),
        day: quotas.day.map(stored),
        month: quotas.month.map(stored),
    };
    // Plain numbers: this cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// Quotas that were written; `None` for what cannot be read.
pub(super) fn read_quotas(json: &str) -> Option<Quotas> {
    let stored: StoredQuotas = serde_json::from_str(json).ok()?;
    let quota = |stored: StoredQuota| Quota { allowed: stored.allowed, used: stored.used };
    Some(Quotas {
        per_minute: stored.per_minute,
        hour: stored.hour.map(quota),
        day: stored.day.map(quota),
        month: stored.month.map(quota),
    })
}

#[derive(Serialize, Deserialize)]
struct StoredQuotas {
    per_minute: Option<u64>,
    hour: Option<StoredQuota>,
    day: Option<StoredQuota>,
    month: Option<StoredQuota>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct StoredQuota {
    allowed: u64,
    used: u64,
}

#[derive(Serialize, Deserialize)]
enum StoredFacts<'a> {
    #[serde(borrow)]
    Known(Box<StoredReport<'a>>),
    NotFound,
    #[serde(rename = "Refused")]
    Rejected(StoredFault<'a>),
}

#[derive(Serialize, Deserialize)]
struct StoredFault<'a> {
    code: Cow<'a, str>,
    message: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct StoredReport<'a> {
    id: Cow<'a, str>,
    stats: Option<StoredStats<'a>>,
    /// Engines and what they call the threat.
    flagged_by: Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    analysed_at: Option<Timestamp>,
    context: StoredContext<'a>,
    #[serde(default)]
    hashes: StoredHashes<'a>,
}

#[derive(Default, Serialize, Deserialize)]
struct StoredHashes<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    md5: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha1: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<Cow<'a, str>>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct StoredContext<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    threat_label: Option<Cow<'a, str>>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    file_type: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asn: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registrar: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    final_url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    categories: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reputation: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<Timestamp>,
}

/// Counts in VirusTotal's order, as one JSON object.
struct StoredStats<'a>(Vec<(Cow<'a, str>, u64)>);

impl Serialize for StoredStats<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, count) in &self.0 {
            map.serialize_entry(key, count)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for StoredStats<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counts;
        impl<'de> Visitor<'de> for Counts {
            type Value = Vec<(Cow<'static, str>, u64)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of counts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut counts = Vec::with_capacity(8);
                while let Some((key, count)) = map.next_entry::<String, u64>()? {
                    counts.push((Cow::Owned(key), count));
                }
                Ok(counts)
            }
        }
        deserializer.deserialize_map(Counts).map(Self)
    }
}

fn borrowed(text: &Option<String>) -> Option<Cow<'_, str>> {
    text.as_deref().map(Cow::Borrowed)
}

fn owned(text: Option<Cow<'_, str>>) -> Option<String> {
    text.map(Cow::into_owned)
}

impl<'a> From<&'a Facts> for StoredFacts<'a> {
    fn from(facts: &'a Facts) -> Self {
        match facts {
            Facts::Known(report) => Self::Known(Box::new(StoredReport::from(&**report))),
            Facts::NotFound => Self::NotFound,
            Facts::Rejected(Fault { code, message }) => {
                Self::Rejected(StoredFault { code: code.into(), message: message.into() })
            }
        }
    }
}

impl From<StoredFacts<'_>> for Facts {
    fn from(stored: StoredFacts<'_>) -> Self {
        match stored {
            StoredFacts::Known(report) => Self::Known(Box::new((*report).into())),
            StoredFacts::NotFound => Self::NotFound,
            StoredFacts::Rejected(StoredFault { code, message }) => {
                Self::Rejected(Fault::new(code, message))
            }
        }
    }
}

impl<'a> From<&'a Report> for StoredReport<'a> {
    fn from(report: &'a Report) -> Self {
        let Report { id, stats, flagged_by, analysed_at, context, hashes } = report;
        let counts = |stats: &'a Stats| stats.iter().map(|(key, count)| (key.into(), count));
        let flag = |Detection { engine, result }: &'a Detection| (engine.into(), borrowed(result));
        Self {
            id: id.into(),
            stats: stats.as_ref().map(|stats| StoredStats(counts(stats).collect())),
            flagged_by: flagged_by.iter().map(flag).collect(),
            analysed_at: *analysed_at,
            context: context.into(),
            hashes: StoredHashes {
                md5: borrowed(&hashes.md5),
                sha1: borrowed(&hashes.sha1),
                sha256: borrowed(&hashes.sha256),
            },
        }
    }
}

impl From<StoredReport<'_>> for Report {
    fn from(stored: StoredReport<'_>) -> Self {
        let StoredReport { id, stats, flagged_by, analysed_at, context, hashes } = stored;
        let flag = |(engine, result): (Cow<'_, str>, Option<Cow<'_, str>>)| Detection {
            engine: engine.into_owned(),
            result: owned(result),
        };
        let counts = |StoredStats(counts): StoredStats<'_>| {
            counts.into_iter().map(|(key, count)| (key.into_owned(), count)).collect()
        };
        Self {
            id: id.into_owned(),
            stats: stats.map(counts),
            flagged_by: flagged_by.into_iter().map(flag).collect(),
            analysed_at,
            context: context.into(),
            hashes: Hashes {
                md5: owned(hashes.md5),
                sha1: owned(hashes.sha1),
                sha256: owned(hashes.sha256),
            },
        }
    }
}

impl<'a> From<&'a Context> for StoredContext<'a> {
    fn from(context: &'a Context) -> Self {
        Self {
            threat_label: borrowed(&context.threat_label),
            file_type: borrowed(&context.file_type),
            name: borrowed(&context.name),
            size: context.size,
            sha256: borrowed(&context.sha256),
            owner: borrowed(&context.owner),
            asn: context.asn,
            country: borrowed(&context.country),
            registrar: borrowed(&context.registrar),
            created: context.created,
            title: borrowed(&context.title),
            final_url: borrowed(&context.final_url),
            categories: context.categories.as_slice().into(),
            tags: context.tags.as_slice().into(),
            reputation: context.reputation,
            first_seen: context.first_seen,
            last_seen: context.last_seen,
        }
    }
}

impl From<StoredContext<'_>> for Context {
    fn from(stored: StoredContext<'_>) -> Self {
        Self {
            // What the input says of a link is not stored.
            wrapped_by: Vec::new(),
            leads_to: None,
            threat_label: owned(stored.threat_label),
            file_type: owned(stored.file_type),
            name: owned(stored.name),
            size: stored.size,
            sha256: owned(stored.sha256),
            owner: owned(stored.owner),
            asn: stored.asn,
            country: owned(stored.country),
            registrar: owned(stored.registrar),
            created: stored.created,
            title: owned(stored.title),
            final_url: owned(stored.final_url),
            categories: stored.categories.into_owned(),
            tags: stored.tags.into_owned(),
            reputation: stored.reputation,
            first_seen: stored.first_seen,
            last_seen: stored.last_seen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As version 1 wrote it, field by field.
    const KNOWN: &str = concat!(
        r#"{"Known":{"id":"aa","stats":{"malicious":3,"type-unsupported":1},"flagged_by":[["One","Trojan"],["Two",null]],"#,
        r#""analysed_at":"2026-11-21T10:00:00Z","context":{"threat_label":"trojan.x","type":"Win32 EXE","name":"a.exe","#,
        r#""size":7,"sha256":"aa","owner":"AS","asn":5,"country":"DE","registrar":"R","created":"2026-11-20T10:00:00Z","#,
        r#""title":"T","final_url":"http://x/","categories":["c"],"tags":["t"],"reputation":-3,"#,
        r#""first_seen":"2026-11-01T10:00:00Z","last_seen":"2026-11-02T10:00:00Z"},"hashes":{"md5":"m","sha1":"s","sha256":"aa"}}}"#
    );

    #[test]
    fn what_is_stored_keeps_its_form() {
        let rejected = r#"{"Refused":{"code":"InvalidArgumentError","message":"no"}}"#;
        for json in [KNOWN, r#""NotFound""#, rejected] {
            let facts = Facts::from(serde_json::from_str::<StoredFacts<'_>>(json).unwrap());
            assert_eq!(written(&facts), json, "a change of form needs another VERSION");
        }
        let quotas = r#"{"per_minute":4,"hour":null,"day":{"allowed":500,"used":3},"month":null}"#;
        assert_eq!(written_quotas(&read_quotas(quotas).unwrap()), quotas);
    }

    #[test]
    fn an_answer_about_another_file_is_none() {
        let stored = |hash: &str| Stored {
            fetched_at: Timestamp::UNIX_EPOCH,
            facts: format!(
                r#"{{"Known":{{"id":"x","stats":null,"flagged_by":[],"context":{{}},"hashes":{{"sha256":"{hash}"}}}}}}"#
            ),
        };
        let (one, other) = ("1".repeat(64), "2".repeat(64));
        assert!(stored(&one).read(Kind::File, &one).is_some());
        assert!(stored(&one).read(Kind::File, &other).is_none());
        // An MD5 that VirusTotal did not name is taken at its word.
        assert!(stored(&one).read(Kind::File, &"3".repeat(32)).is_some());
    }
}
