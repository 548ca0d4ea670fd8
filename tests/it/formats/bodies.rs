//! Bodies as VirusTotal sends them, with everything that has been seen missing, new or of another type.

use serde_json::{Value, json};
use vt_simulator::{Kind, Object};

use super::{ADDRESS, SHA256, answering, fixture};
use crate::env::{Env, Run};

/// The one record of a run over one indicator that is answered with this fixture.
fn record(kind: Kind, id: &str, name: &str) -> Value {
    let run = answering(kind, id, name).scan(id, ["-f", "jsonl"]);
    let [record] = run.records().try_into().expect(&run.stderr);
    record
}

#[test]
fn engines_that_could_not_look_do_not_count_as_engines() {
    let record = record(Kind::File, SHA256, "file");
    // 3 malicious, 1 suspicious, 2 undetected; 10 more timed out, failed or do not take such files.
    assert_eq!((&record["detections"], &record["engines"]), (&json!(4), &json!(6)));
}

#[test]
fn counts_are_virustotals_own_even_where_the_results_are_fewer() {
    let record = record(Kind::Ip, ADDRESS, "ip");
    assert_eq!(record["engines"], 73);
    assert_eq!(record["flagged_by"].as_array().unwrap().len(), 4);
    assert_eq!(record["analysed_at"], Value::Null, "older bodies have stats and no date");
    let expected = json!({"owner": "EXAMPLE-NET", "asn": 64500, "country": "DE", "tags": ["tor"], "reputation": -12});
    assert_eq!(record["context"], expected);
}

#[test]
fn an_address_without_any_analysis_is_pending() {
    let record = record(Kind::Ip, ADDRESS, "ip_without_analysis");
    assert_eq!(record["verdict"], "pending");
    assert_eq!(record["stats"], Value::Null);
    assert_eq!(record["context"]["owner"], "Example, Inc.");
}

#[test]
fn a_category_is_the_value_not_its_vendor_and_stands_once() {
    let record = record(Kind::Domain, "example.com", "domain");
    assert_eq!(record["context"]["categories"], json!(["Malware Sites", "malicious web sites"]));
    assert_eq!(record["context"]["created"], "2016-12-29T13:28:19Z");
}

#[test]
fn a_url_that_was_never_fetched_has_no_title_and_leads_nowhere_else() {
    let record = record(Kind::Url, "http://example.com/x", "url_unfetched");
    assert_eq!(record["verdict"], "suspicious");
    assert_eq!(record["context"].get("final_url"), None);
    assert_eq!(record["context"].get("title"), None);
}

#[test]
fn fields_of_other_types_cost_themselves_and_not_the_answer() {
    let record = record(Kind::Ip, ADDRESS, "odd_types");
    assert_eq!(record["verdict"], "undetected");
    assert_eq!(
        record["stats"],
        json!({"harmless": 57, "malicious": 0, "undetected": 9, "brand-new-count": 2})
    );
    assert_eq!(record["context"], json!({}));
    assert_eq!(record["flagged_by"], json!([]));
}

#[test]
fn files_known_but_not_judged_are_looked_at_again_then_pending() {
    // The second look is 15 s later, so both are waited for at once.
    let env = Env::new();
    let md5 = format!("c0ffee{}", "0".repeat(26));
    env.simulator.set(Kind::File, SHA256, Object::Body(fixture("file_unjudged")));
    let other = SHA256.replace("c0ffee", "decade");
    let zero = fixture("file_zero").replace("c0ffee", "decade");
    env.simulator.set(Kind::File, &other, Object::Body(zero));
    let list = format!("{SHA256}\n{other}\n{md5}\n");
    let run = env
        .scan(&list, ["-f", "jsonl"])
        .exits(2)
        .says("3 pending")
        .says("; 4 requests, 1 from the store");
    let of = |indicator: &str| {
        run.records()
            .into_iter()
            .find(|record| record["indicator"] == indicator)
            .expect(&run.stdout)
    };
    assert_eq!(of(SHA256)["stats"], Value::Null);
    assert_eq!(of(&other)["engines"], 0);
    assert_eq!(of(&md5)["source"], "cache", "its file's answer serves it");
    assert_eq!(of(&md5)["context"]["size"], 22);
}

#[test]
fn no_body_that_is_cut_anywhere_is_taken_for_an_answer() {
    let whole = fixture("ip_without_analysis");
    let cuts: Vec<usize> = (0..whole.trim_end().len()).step_by(17).collect();
    let env = Env::new();
    let list: Vec<String> =
        (1..=cuts.len()).map(|number| format!("185.220.101.{number}")).collect();
    for (address, &cut) in list.iter().zip(&cuts) {
        let body = whole.replace(ADDRESS, address)[..cut.min(whole.len())].to_owned();
        env.simulator.set(Kind::Ip, address, Object::Body(body));
    }
    let run: Run = env.scan(&list.join("\n"), ["-f", "jsonl", "--retries", "0"]).exits(2);
    assert_eq!(run.of_verdict("failed").len(), cuts.len(), "{run:?}");
    assert!(run.records().iter().all(|record| record["error"]["code"] == "Malformed"), "{run:?}");
}
