//! The facts that VirusTotal holds on one object.

use std::fmt;

use jiff::Timestamp;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use iocs::indicator::{Digest, Kind};

/// VirusTotal's own counts of engines by category, every key that it sent, in
/// its order: `malicious`, `suspicious`, `undetected`, `harmless`, `timeout`,
/// and for files `confirmed-timeout`, `failure`, `type-unsupported`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats(Vec<(String, u64)>);

/// The most keys of an answer's stats that are read, several times what VirusTotal sends: each is
/// compared with all before it, so an answer that was made to be slow could hold the program up.
const MOST_STATS: usize = 64;

/// The stats that verdicts are made of, which are taken wherever they stand.
const JUDGED: [&str; 4] = ["malicious", "suspicious", "undetected", "harmless"];

impl Stats {
    /// The count under one key, if VirusTotal sent it.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<u64> {
        self.0.iter().find(|(name, _)| name == key).map(|&(_, count)| count)
    }

    /// The count under one key; an absent key counts as 0.
    #[must_use]
    pub fn get(&self, key: &str) -> u64 {
        self.find(key).unwrap_or(0)
    }

    /// The keys and their counts, in VirusTotal's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(key, count)| (key.as_str(), *count))
    }

    /// Engines that flagged the indicator.
    #[must_use]
    pub fn detections(&self) -> u64 {
        self.get("malicious").saturating_add(self.get("suspicious"))
    }

    /// Engines that judged it: those that timed out, failed or do not take
    /// such a file have not, and must not read as clean.
    #[must_use]
    pub fn engines(&self) -> u64 {
        self.detections()
            .saturating_add(self.get("undetected"))
            .saturating_add(self.get("harmless"))
    }
}

impl FromIterator<(String, u64)> for Stats {
    fn from_iter<I: IntoIterator<Item = (String, u64)>>(counts: I) -> Self {
        Self(counts.into_iter().collect())
    }
}

impl Serialize for Stats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, count) in &self.0 {
            map.serialize_entry(key, count)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Stats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counts;
        impl<'de> Visitor<'de> for Counts {
            type Value = Stats;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of counts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stats, A::Error> {
                let mut counts: Vec<(String, u64)> = Vec::with_capacity(8);
                while let Some(key) = map.next_key::<String>()? {
                    if counts.len() >= MOST_STATS && !JUDGED.contains(&key.as_str()) {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let Count(Some(count)) = map.next_value()? else { continue };
                    // Twice the same key would make two answers of one: the worse one stands.
                    match counts.iter_mut().find(|(name, _)| *name == key) {
                        Some(entry) => entry.1 = entry.1.max(count),
                        None => counts.push((key, count)),
                    }
                }
                Ok(Stats(counts))
            }
        }
        deserializer.deserialize_map(Counts)
    }
}

/// A count where there is one, passed over where there is anything else.
struct Count(Option<u64>);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyCount;
        impl<'de> Visitor<'de> for AnyCount {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_u64<E>(self, count: u64) -> Result<Count, E> {
                Ok(Count(Some(count)))
            }

            fn visit_i64<E>(self, count: i64) -> Result<Count, E> {
                Ok(Count(count.try_into().ok()))
            }

            fn visit_f64<E>(self, count: f64) -> Result<Count, E> {
                // A part of an engine has not judged; a negative number is 0 engines.
                Ok(Count(count.is_finite().then_some(count.ceil() as u64)))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Count, E> {
                Ok(Count(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<Count, E> {
                Ok(Count(None))
            }

            fn visit_unit<E>(self) -> Result<Count, E> {
                Ok(Count(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Count, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Count(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Count, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Count(None))
            }
        }
        deserializer.deserialize_any(AnyCount)
    }
}

/// An engine that flagged the indicator, and the name it gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detection {
    /// The engine's name.
    pub engine: String,
    /// What it calls the threat; attacker-influenced text.
    pub result: Option<String>,
}

/// What helps triage, as far as VirusTotal gave it; absent fields are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Context {
    /// VirusTotal's label for the threat, such as `trojan.emotet/heur`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threat_label: Option<String>,
    /// The file's type, such as `Win32 DLL`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub file_type: Option<String>,
    /// The file's most telling name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The file's size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The file's SHA-256, whatever hash was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The owner of the address's network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The network's autonomous system number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asn: Option<u64>,
    /// The address's country, ISO 3166.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The domain's registrar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registrar: Option<String>,
    /// When the domain was registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// The page's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the URL led, if elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub final_url: Option<String>,
    /// The services that wrapped the link, the outermost first. From the input, and never stored.
    #[serde(skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    pub wrapped_by: Vec<String>,
    /// What a redirector's link holds, by its own text. From the input, and never stored.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<String>,
    /// What vendors file the domain or URL under, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// VirusTotal's tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The community's score; negative is bad.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reputation: Option<i64>,
    /// When VirusTotal first got the file or URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// When VirusTotal last got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
}

/// The three hashes of one file, lower-case hex, as far as VirusTotal named them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// 32 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub md5: Option<String>,
    /// 40 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha1: Option<String>,
    /// 64 digits: the file's id at VirusTotal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl Hashes {
    /// Those that are there, the longest first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        [&self.sha256, &self.sha1, &self.md5].into_iter().filter_map(Option::as_deref)
    }

    /// The one of this length.
    #[must_use]
    pub fn of(&self, digest: Digest) -> Option<&str> {
        match digest {
            Digest::Md5 => self.md5.as_deref(),
            Digest::Sha1 => self.sha1.as_deref(),
            Digest::Sha256 => self.sha256.as_deref(),
        }
    }
}

/// The facts that VirusTotal holds on one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// VirusTotal's id: the address, the name, the file's SHA-256, the
    /// SHA-256 of the canonical URL.
    pub id: String,
    /// `None` where no engine has looked yet.
    pub stats: Option<Stats>,
    /// The engines behind the detections; stored as pairs, the bulk of a row.
    #[serde(with = "pairs")]
    pub flagged_by: Vec<Detection>,
    /// When the engines last looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub analysed_at: Option<Timestamp>,
    /// What helps triage.
    pub context: Context,
    /// A file's names; empty for other kinds.
    #[serde(default)]
    pub hashes: Hashes,
}

/// Detections without the names of their fields.
mod pairs {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Detection;

    pub(super) fn serialize<S: Serializer>(
        detections: &[Detection],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(detections.iter().map(|detection| (&detection.engine, &detection.result)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Detection>, D::Error> {
        let pairs = Vec::<(String, Option<String>)>::deserialize(from)?;
        Ok(pairs.into_iter().map(|(engine, result)| Detection { engine, result }).collect())
    }
}

impl Report {
    /// Whether any engine has judged the object. All-zero counts are an
    /// analysis that has not begun, not a clean bill.
    #[must_use]
    pub fn is_judged(&self) -> bool {
        !self.flagged_by.is_empty() || self.stats.as_ref().is_some_and(|stats| stats.engines() > 0)
    }

    /// Every text in it, all of which come from outside.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let has = &mut self.context;
        let singles = [
            &mut has.threat_label,
            &mut has.file_type,
            &mut has.name,
            &mut has.sha256,
            &mut has.owner,
            &mut has.country,
            &mut has.registrar,
            &mut has.title,
            &mut has.final_url,
        ];
        let Hashes { md5, sha1, sha256 } = &mut self.hashes;
        let hashes = [md5, sha1, sha256];
        let engines = self.flagged_by.iter_mut().flat_map(|found| {
            [Some(&mut found.engine), found.result.as_mut()].into_iter().flatten()
        });
        let stats = self.stats.iter_mut().flat_map(|stats| stats.0.iter_mut().map(|(key, _)| key));
        singles
            .into_iter()
            .chain(hashes)
            .flatten()
            .chain(&mut has.categories)
            .chain(&mut has.tags)
            .chain(engines)
            .chain(stats)
            .chain([&mut self.id])
    }

    /// The page for people.
    #[must_use]
    pub fn link(&self, kind: Kind) -> String {
        let section = match kind {
            Kind::Ip => "ip-address",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::File => "file",
        };
        format!("https://www.virustotal.com/gui/{section}/{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stats_of_more_keys_than_any_answer_has_are_cut_and_keep_what_counts() {
        let keys: String = (0..1_000).map(|n| format!("\"k{n}\": {n}, ")).collect();
        let odd = "\"odd\": {\"a\": [-1.5, null]}, ";
        let json = format!("{{{keys}{odd}\"malicious\": 5, \"undetected\": 60}}");
        let stats: Stats = serde_json::from_str(&json).unwrap();
        assert_eq!((stats.detections(), stats.engines()), (5, 65));
        assert_eq!(
            (stats.find("k61"), stats.find("k64"), stats.find("odd")),
            (Some(61), None, None)
        );
        let shown = serde_json::to_value(&stats).unwrap();
        assert_eq!(shown.as_object().unwrap().len(), 66);
    }

    #[test]
    fn of_a_key_that_is_there_twice_the_higher_count_stands() {
        for json in [r#"{"malicious":55,"malicious":0}"#, r#"{"malicious":0,"malicious":55}"#] {
            assert_eq!(serde_json::from_str::<Stats>(json).unwrap().get("malicious"), 55);
        }
    }

    #[test]
    fn what_is_no_count_loses_no_other_count() {
        let json = r#"{"malicious":3,"timeout":null,"suspicious":1.0,"harmless":-1,"failure":"x","odd":[1]}"#;
        let stats: Stats = serde_json::from_str(json).unwrap();
        assert_eq!((stats.detections(), stats.engines()), (4, 4));
    }

    #[test]
    fn stats_of_as_many_keys_as_are_taken_are_whole() {
        let stats: Stats = (0..64).map(|n| (format!("k{n}"), n)).collect();
        let json = serde_json::to_string(&stats).unwrap();
        assert_eq!(serde_json::from_str::<Stats>(&json).unwrap(), stats);
    }
}
