//! Submissions, and analyses that take their time.

use crate::client::{get, post};
use serde_json::Value;
use vt_simulator::{Config, FileHashes, Kind, Object, Simulator, url_id};

fn started(answer: &Value) -> String {
    assert_eq!(answer["data"]["type"], "analysis");
    answer["data"]["id"].as_str().expect("an id").to_owned()
}

fn status_and_count(simulator: &Simulator, id: &str) -> (String, u64) {
    let body = get(simulator, &format!("/analyses/{id}")).json();
    let attributes = &body["data"]["attributes"];
    let stats = attributes["stats"].as_object().expect("stats");
    let count = stats.values().filter_map(Value::as_u64).sum();
    if count == 0 {
        assert_eq!(attributes["results"], Value::Object(serde_json::Map::new()));
    }
    (attributes["status"].as_str().expect("a status").to_owned(), count)
}

#[test]
fn a_submitted_url_is_known_once_its_analysis_completes() {
    let simulator = Simulator::start(Config { zero_stats_polls: 1, ..Config::default() });
    let url = "http://new.example.com/a b";
    simulator.set(Kind::Url, url, Object::Unknown);
    let look = || get(&simulator, &format!("/urls/{}", url_id(url))).status;
    assert_eq!(look(), 404);
    let form = "url=http%3A%2F%2Fnew.example.com%2Fa+b";
    let id = started(&post(&simulator, "/urls", form).json());
    let canonical = FileHashes::of(b"http://new.example.com/a%20b").sha256;
    assert!(id.starts_with(&format!("u-{canonical}-")), "{id}");
    assert_eq!(get(&simulator, &format!("/analyses/{id}/item")).status, 404);
    for unfinished in ["queued", "in-progress"] {
        assert_eq!(status_and_count(&simulator, &id), (unfinished.to_owned(), 0));
        assert_eq!(look(), 404);
    }
    // The counts may still be zero when the status says that it is done.
    assert_eq!(status_and_count(&simulator, &id), ("completed".to_owned(), 0));
    let (status, count) = status_and_count(&simulator, &id);
    assert!(status == "completed" && count > 0);
    assert_eq!(look(), 200);
    let meta = get(&simulator, &format!("/analyses/{id}")).json()["meta"]["url_info"].clone();
    assert_eq!(
        (&meta["id"], &meta["url"]),
        (&canonical.as_str().into(), &"http://new.example.com/a%20b".into())
    );
    assert_eq!(get(&simulator, &format!("/analyses/{id}/item")).json()["data"]["id"], canonical);
    assert_ne!(started(&post(&simulator, "/urls", form).json()), id);
}

#[test]
fn what_cannot_be_canonicalised_is_refused() {
    let simulator = Simulator::start(Config::default());
    for form in ["url=ftp%3A%2F%2Fexample.com%2F", "url=http%3A%2F%2Fx.test%2F", "nothing=1", ""] {
        let answer = post(&simulator, "/urls", form);
        assert_eq!(
            (answer.status, answer.error().1.as_str()),
            (400, "Unable to canonicalize url"),
            "{form}"
        );
    }
}

#[test]
fn known_objects_are_analysed_again() {
    let simulator = Simulator::start(Config { analysis_polls: 0, ..Config::default() });
    let hashes = simulator.add_file(b"a file");
    simulator.set(Kind::Url, "http://example.com/", Object::Known);
    for (path, start) in [
        (format!("/files/{}/analyse", hashes.sha1), ""),
        (format!("/urls/{}/analyse", url_id("http://example.com/")), "u-"),
        ("/ip_addresses/192.0.2.1/analyse".to_owned(), "i-"),
        ("/domains/example.com/analyse".to_owned(), "d-"),
    ] {
        let id = started(&post(&simulator, &path, "").json());
        assert!(id.starts_with(start), "{id}");
        let (status, count) = status_and_count(&simulator, &id.replace('=', "%3D"));
        assert!(status == "completed" && count > 0, "{path}");
    }
    simulator.set(Kind::File, &hashes.md5, Object::Unknown);
    assert_eq!(post(&simulator, &format!("/files/{}/analyse", hashes.md5), "").status, 404);
    assert_eq!(post(&simulator, "/files/x/analyze", "").status, 404);
}
