//! JSON Lines: the promised keys, always there, always in this order, and of these types.

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};
use vt_simulator::{Fault, Kind, Object, Rule, When, Which};

use super::{ADDRESS, SHA256, all_kinds, answering};
use crate::env::{Env, Run};

const KEYS: [&str; 16] = [
    "indicator",
    "kind",
    "verdict",
    "detections",
    "engines",
    "stats",
    "source",
    "fetched_at",
    "analysed_at",
    "link",
    "origin",
    "occurrences",
    "as_written",
    "flagged_by",
    "context",
    "error",
];

/// An object's keys in their order.
fn keys(json: &str) -> Vec<String> {
    struct Keys;
    impl<'de> Visitor<'de> for Keys {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut keys = Vec::new();
            while let Some((key, IgnoredAny)) = map.next_entry()? {
                keys.push(key);
            }
            Ok(keys)
        }
    }
    serde_json::Deserializer::from_str(json).deserialize_map(Keys).expect(json)
}

/// The record of an indicator.
#[track_caller]
fn record(run: &Run, indicator: &str) -> Value {
    let found = run.records().into_iter().find(|record| record["indicator"] == indicator);
    found.unwrap_or_else(|| panic!("no {indicator} in:\n{}", run.stdout))
}

/// A run in which every verdict comes up.
fn every_verdict() -> Run {
    let (env, mut list) = all_kinds();
    env.simulator.set(Kind::Domain, "unknown.example.com", Object::Unknown);
    env.simulator.set(Kind::Domain, "refused.example.com", Object::Refused);
    env.simulator.set(Kind::Domain, "pending.example.com", Object::ZeroStats { looks: 9 });
    let broken = Which::Object(Kind::Domain, "failed.example.com".to_owned());
    env.simulator.script(Rule::new(broken, When::Always, Fault::html(404)));
    list += "\nunknown.example.com\npending.example.com\nfailed.example.com\nrefused.example.com\n\
             10.0.0.1\n1.2.3.999\ndeferred.example.com\n";
    env.scan(&list, ["-f", "jsonl", "--max-requests", "8"]).exits(1)
}

#[test]
fn every_key_is_always_there_and_in_this_order() {
    let run = every_verdict();
    let mut verdicts: Vec<String> = Vec::new();
    for line in run.stdout.lines() {
        assert_eq!(keys(line), KEYS, "{line}");
        verdicts.push(
            serde_json::from_str::<Value>(line).unwrap()["verdict"].as_str().unwrap().to_owned(),
        );
    }
    verdicts.sort();
    verdicts.dedup();
    let all = [
        "deferred",
        "failed",
        "invalid",
        "malicious",
        "pending",
        "skipped",
        "suspicious",
        "undetected",
        "unknown",
    ];
    assert_eq!(verdicts, all);
    assert_eq!(run.records().len(), 11);
}

/// Whether a value is an instant in RFC 3339, UTC, to the second.
fn is_instant(value: &Value) -> bool {
    let shape: String = value
        .as_str()
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00T00:00:00Z"
}

#[test]
fn each_verdict_has_the_facts_that_belong_to_it() {
    let run = every_verdict();
    for record in run.records() {
        let verdict = record["verdict"].as_str().unwrap();
        let judged = matches!(verdict, "malicious" | "suspicious" | "undetected");
        let answered = judged || matches!(verdict, "unknown" | "pending");
        let told = judged || verdict == "pending";
        for key in ["detections", "engines"] {
            assert_eq!(record[key].is_u64(), told, "{key}: {record}");
        }
        assert_eq!(record["stats"].is_object(), told, "{record}");
        assert_eq!(record["link"].is_string(), told, "{record}");
        assert_eq!(is_instant(&record["fetched_at"]), answered, "{record}");
        assert_eq!(record["source"] == "virustotal", answered, "{record}");
        assert_eq!(record["source"].is_null(), !answered, "{record}");
        assert_eq!(record["kind"].is_null(), verdict == "invalid", "{record}");
        assert!(record["analysed_at"].is_null() || is_instant(&record["analysed_at"]), "{record}");
        assert!(record["flagged_by"].is_array() && record["context"].is_object(), "{record}");
        assert!(record["origin"].is_string() && record["occurrences"].is_u64(), "{record}");
        let has_error = matches!(verdict, "failed" | "deferred" | "skipped" | "invalid");
        let is_error =
            record["error"]["code"].is_string() && record["error"]["message"].is_string();
        assert_eq!((is_error, record["error"].is_null()), (has_error, !has_error), "{record}");
    }
}

#[test]
fn errors_carry_their_codes() {
    let run = every_verdict();
    for (indicator, code) in [
        ("failed.example.com", "Http404"),
        ("deferred.example.com", "MaxRequests"),
        ("refused.example.com", "InvalidArgumentError"),
        ("10.0.0.1", "Private"),
        ("1.2.3.999", "Invalid"),
    ] {
        assert_eq!(record(&run, indicator)["error"]["code"], code);
    }
}

#[test]
fn a_file_keeps_every_count_and_what_helps_triage() {
    let env = answering(Kind::File, SHA256, "file");
    let run = env.scan(&format!("{}\n", SHA256.to_uppercase()), ["-f", "jsonl"]).exits(1);
    let mut record = record(&run, SHA256);
    assert!(is_instant(&record["fetched_at"].take()));
    let expected = json!({
        "indicator": SHA256,
        "kind": "file",
        "verdict": "malicious",
        "detections": 4,
        "engines": 6,
        "stats": {"harmless": 0, "type-unsupported": 6, "suspicious": 1, "confirmed-timeout": 1, "timeout": 2,
                  "failure": 1, "malicious": 3, "undetected": 2},
        "source": "virustotal",
        "fetched_at": null,
        "analysed_at": "2024-12-07T05:40:00Z",
        "link": format!("https://www.virustotal.com/gui/file/{SHA256}"),
        "origin": format!("{}/input.txt:1", env.work().display()),
        "occurrences": 1,
        "as_written": SHA256.to_uppercase(),
        "flagged_by": [
            {"engine": "Alpha", "result": "Trojan.Sample"},
            {"engine": "Beta", "result": "W32/Sample.A!tr"},
            {"engine": "Gamma", "result": null},
            {"engine": "Delta", "result": "Unsafe"},
        ],
        "context": {
            "threat_label": "trojan.sample/dll", "type": "Win32 DLL", "name": "report\twith a tab.dll", "size": 87040,
            "sha256": SHA256, "tags": ["pedll", "overlay"], "reputation": -889,
            "first_seen": "2018-08-06T09:00:00Z", "last_seen": "2024-12-07T04:33:20Z",
        },
        "error": null,
    });
    assert_eq!(record, expected);
}

#[test]
fn counts_stand_in_virustotals_own_order() {
    let run = answering(Kind::File, SHA256, "file").scan(SHA256, ["-f", "jsonl"]);
    let (_, stats) = run.stdout.split_once("\"stats\":").unwrap();
    assert!(
        stats.starts_with(
            r#"{"harmless":0,"type-unsupported":6,"suspicious":1,"confirmed-timeout":1,"#
        ),
        "{stats}"
    );
}

#[test]
fn links_lead_to_the_pages_of_each_kind() {
    let (env, list) = all_kinds();
    let run = env.scan(&list, ["-f", "jsonl"]);
    let link = |indicator: &str| record(&run, indicator)["link"].as_str().unwrap().to_owned();
    let page = "https://www.virustotal.com/gui/";
    assert_eq!(link(ADDRESS), format!("{page}ip-address/{ADDRESS}"));
    assert_eq!(link("example.com"), format!("{page}domain/example.com"));
    assert_eq!(link(SHA256), format!("{page}file/{SHA256}"));
    let url = link("http://example.com/x");
    let id = url.strip_prefix(&format!("{page}url/")).expect(&url);
    assert!(id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{url}");
}

#[test]
fn as_written_is_there_where_it_differs() {
    let run = Env::new().scan("8.8.8[.]8\n9.9.9.9\n", ["-f", "jsonl"]);
    assert_eq!(record(&run, "8.8.8.8")["as_written"], "8.8.8[.]8");
    assert_eq!(record(&run, "9.9.9.9")["as_written"], Value::Null);
}

#[test]
fn a_files_other_hashes_share_its_answer() {
    let env = answering(Kind::File, SHA256, "file");
    let md5 = format!("c0ffee{}", "0".repeat(26));
    let run = env
        .scan(&format!("{md5}\n{SHA256}\n"), ["-f", "jsonl"])
        .says("; 1 requests, 1 from the store");
    assert_eq!(record(&run, SHA256)["source"], "virustotal");
    let other = record(&run, &md5);
    assert_eq!(other["source"], "cache");
    assert_eq!(other["context"]["sha256"], SHA256);
    assert_eq!(env.simulator.lookups().len(), 1);
}
