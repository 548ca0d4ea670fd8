//! What ids are answered with.

use crate::client::{Answer, get};
use serde_json::Value;
use std::collections::BTreeMap;
use vt_simulator::{
    Config, Expected, FileHashes, Kind, Object, Simulator, expected, hashes_of, url_id,
};

/// Ids of each kind, enough for every sort of answer.
fn ids(kind: Kind) -> Vec<String> {
    (0..120)
        .map(|nth| match kind {
            Kind::Ip if nth % 2 == 0 => format!("198.51.{nth}.9"),
            Kind::Ip => format!("2001:db8::{nth:x}"),
            Kind::Domain => format!("host{nth}.example.com"),
            Kind::Url => format!("https://host{nth}.example.com/a?b={nth}"),
            Kind::File => {
                let hashes = FileHashes::of(format!("file {nth}").as_bytes());
                [hashes.md5, hashes.sha1, hashes.sha256][nth % 3].clone()
            }
        })
        .collect()
}

fn path(kind: Kind, id: &str) -> String {
    let id = if kind == Kind::Url { url_id(id) } else { id.to_owned() };
    format!("/{}/{id}", kind.collection())
}

fn stats(answer: &Value) -> BTreeMap<String, u64> {
    let stats = answer["data"]["attributes"]["last_analysis_stats"].as_object().expect("stats");
    stats.iter().map(|(name, count)| (name.clone(), count.as_u64().expect("a count"))).collect()
}

fn flagged(answer: &Value) -> Vec<(String, String)> {
    let results =
        answer["data"]["attributes"]["last_analysis_results"].as_object().expect("results");
    let mut flagged: Vec<(String, String)> = results
        .iter()
        .filter(|(_, result)| {
            result["category"] == "malicious" || result["category"] == "suspicious"
        })
        .map(|(name, result)| (name.clone(), result["result"].as_str().expect("a name").to_owned()))
        .collect();
    flagged.sort();
    flagged
}

#[test]
fn answers_are_as_expected_and_repeat() {
    let simulator = Simulator::start(Config::default());
    let again = Simulator::start(Config::default());
    for kind in Kind::ALL {
        let (mut unknown, mut malicious) = (0, 0);
        for id in ids(kind) {
            let answer = get(&simulator, &path(kind, &id));
            match expected(kind, &id) {
                Expected::Unknown => {
                    unknown += 1;
                    assert_eq!(
                        (answer.status, answer.error().0.as_str()),
                        (404, "NotFoundError"),
                        "{id}"
                    );
                }
                Expected::Judged { stats: told, flagged: mut names } => {
                    let body = answer.json();
                    names.sort();
                    assert_eq!(answer.status, 200, "{id}");
                    assert_eq!((stats(&body), flagged(&body)), (told.clone(), names), "{id}");
                    malicious += usize::from(told["malicious"] >= 3);
                    object_is_whole(kind, &id, &body);
                }
                Expected::Refused => panic!("{id} is valid"),
            }
            assert_eq!(answer.body, get(&again, &path(kind, &id)).body, "{id}");
        }
        assert!((2..30).contains(&unknown), "{unknown} of {kind:?} unknown");
        assert!((10..45).contains(&malicious), "{malicious} of {kind:?} malicious");
    }
}

fn object_is_whole(kind: Kind, id: &str, body: &Value) {
    let (data, attributes) = (&body["data"], &body["data"]["attributes"]);
    assert_eq!(data["type"], kind.type_name());
    let own = data["links"]["self"].as_str().expect("a link");
    assert!(own.ends_with(&format!(
        "/{}/{}",
        kind.collection(),
        data["id"].as_str().expect("an id")
    )));
    let results = attributes["last_analysis_results"].as_object().expect("results");
    assert_eq!(stats(body).values().sum::<u64>(), results.len() as u64, "{id}");
    assert!(
        results
            .values()
            .all(|result| result.get("result").is_some() && result["engine_name"].is_string())
    );
    match kind {
        Kind::Ip | Kind::Domain => assert_eq!(data["id"], id),
        Kind::Url => {
            let url = attributes["url"].as_str().expect("a URL");
            assert_eq!(data["id"], FileHashes::of(url.as_bytes()).sha256);
        }
        Kind::File => {
            let hashes = hashes_of(id);
            assert_eq!(data["id"], hashes.sha256);
            assert_eq!(
                (&attributes["md5"], &attributes["sha1"]),
                (&hashes.md5.into(), &hashes.sha1.into())
            );
            assert!(results.values().all(|result| result.get("engine_version").is_some()));
        }
    }
}

#[test]
fn an_added_file_answers_to_all_its_hashes() {
    let simulator = Simulator::start(Config::default());
    // Thirty, for one in ten is unknown unless it was added.
    for nth in 0..30 {
        let hashes = simulator.add_file(format!("content {nth}").as_bytes());
        let bodies = [&hashes.md5, &hashes.sha1, &hashes.sha256]
            .map(|hash| get(&simulator, &path(Kind::File, hash)).body);
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        let upper = get(&simulator, &path(Kind::File, &hashes.md5.to_uppercase()));
        assert_eq!(upper.json()["data"]["id"], hashes.sha256);
        assert_eq!(upper.json()["data"]["attributes"]["size"], format!("content {nth}").len());
        let Some(Expected::Judged { stats: told, .. }) =
            simulator.expected(Kind::File, &hashes.sha1)
        else {
            panic!("an added file is known")
        };
        assert_eq!(stats(&upper.json()), told);
    }
}

#[test]
fn urls_are_found_by_base64_and_sha256_only() {
    let simulator = Simulator::start(Config::default());
    simulator.set(Kind::Url, "http://www.example.com", Object::Known);
    let by_text = get(&simulator, &path(Kind::Url, "http://www.example.com"));
    let canonical = "http://www.example.com/";
    assert_eq!(by_text.json()["data"]["attributes"]["url"], canonical);
    let sha256 = FileHashes::of(canonical.as_bytes()).sha256;
    assert_eq!(get(&simulator, &format!("/urls/{sha256}")).body, by_text.body);
    let never_seen = FileHashes::of(b"http://elsewhere.example.com/").sha256;
    for id in [
        never_seen.as_str(),
        "aHR0cDovL3d3dy5leGFtcGxlLmNvbS8%3D",
        "http%3A%2F%2Fwww.example.com%2F",
        "%F0%9F",
    ] {
        assert_eq!(get(&simulator, &format!("/urls/{id}")).status, 404, "{id}");
    }
}

#[test]
fn scripted_objects_take_their_looks() {
    let simulator = Simulator::start(Config::default());
    let counts = |answer: &Answer| stats(&answer.json()).values().sum::<u64>();
    simulator.set(
        Kind::Ip,
        "192.0.2.1",
        Object::Judged { malicious: 4, suspicious: 1, undetected: 5, harmless: 200 },
    );
    assert_eq!(counts(&get(&simulator, "/ip_addresses/192.0.2.1")), 210);
    simulator.set(Kind::Domain, "example.org", Object::Unknown);
    assert_eq!(get(&simulator, "/domains/example.org").status, 404);
    simulator.set(Kind::Domain, "Example.net", Object::Refused);
    assert_eq!(get(&simulator, "/domains/example.net").error().0, "InvalidArgumentError");
    simulator.set(Kind::Domain, "example.com", Object::Body("[]".to_owned()));
    assert_eq!(get(&simulator, "/domains/example.com").text(), "[]");

    let hashes = hashes_of("d41d8cd98f00b204e9800998ecf8427e");
    simulator.set(Kind::File, &hashes.md5, Object::Unjudged { looks: 2 });
    // Its looks count whatever hash it is asked by.
    for hash in [&hashes.sha1, &hashes.sha256] {
        let answer = get(&simulator, &path(Kind::File, hash)).json();
        assert!(answer["data"]["attributes"].get("last_analysis_stats").is_none());
    }
    assert!(counts(&get(&simulator, &path(Kind::File, &hashes.md5))) > 0);

    simulator.set(Kind::Url, "http://a.example.com/", Object::ZeroStats { looks: 1 });
    simulator.set(Kind::Url, "http://b.example.com/", Object::NotAvailableYet { looks: 1 });
    let look = |url| get(&simulator, &path(Kind::Url, url));
    assert_eq!(counts(&look("http://a.example.com/")), 0);
    assert!(counts(&look("http://a.example.com/")) > 0);
    assert_eq!(look("http://b.example.com/").error().0, "NotAvailableYet");
    assert!(counts(&look("http://b.example.com/")) > 0);
}

#[test]
fn what_is_no_id_is_refused_as_the_api_does() {
    let simulator = Simulator::start(Config::default());
    let error = |path: &str| {
        let answer = get(&simulator, path);
        let (code, message) = answer.error();
        (answer.status, code, message)
    };
    let (status, code, message) = error("/domains/x.test");
    assert_eq!((status, code.as_str()), (400, "InvalidArgumentError"));
    assert_eq!(message, "b'x.test' is not a valid domain pattern");
    assert_eq!(expected(Kind::Domain, "x.test"), Expected::Refused);
    assert_eq!(error("/ip_addresses/300.1.1.1").0, 400);
    assert_eq!(error("/files/nohash").2, "File \"nohash\" not found");
    assert_eq!(error("/nothing/here").1, "NotFoundError");
}

#[test]
fn bodies_grow_to_the_size_asked() {
    let simulator = Simulator::start(Config { body_bytes: 60_000, ..Config::default() });
    for (kind, id) in [
        (Kind::Ip, "192.0.2.1"),
        (Kind::Domain, "example.com"),
        (Kind::Url, "http://example.com/"),
        (Kind::File, "d41d8cd98f00b204e9800998ecf8427e"),
    ] {
        simulator.set(kind, id, Object::Known);
        let answer = get(&simulator, &path(kind, id));
        assert_eq!(answer.json()["data"]["type"], kind.type_name());
        assert!((59_000..61_000).contains(&answer.body.len()), "{kind:?}: {}", answer.body.len());
    }
}
