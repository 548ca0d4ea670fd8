//! Strings from outside: names, titles and detections are written by attackers, the input by anyone.

use serde_json::json;
use vt_simulator::{Fault, Kind, Object, Rule, When, Which};

use super::{ADDRESS, SHA256};
use crate::env::{Env, Run, has};

/// What a terminal would obey, or show as something else: ESC and CSI, bell, newline, carriage return, backspace,
/// delete, null, a direction override, an isolate, zero-width characters, a line separator, a tag, a private use one.
const HOSTILE: &str = "\u{1b}[31m\u{9b}2J\u{7}\n\r\u{8}\u{7f}\0\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}\u{e000}";

/// Asserts that no character of those is in an output, line ends aside.
#[track_caller]
pub(super) fn harmless(output: &str) {
    let is_bad = |char: &char| !matches!(char, '\n' | ' '..='~') && HOSTILE.contains(*char);
    assert_eq!(output.chars().find(is_bad), None, "{output:?}");
}

/// An environment whose simulator's answers say the hostile text wherever they say anything.
pub(super) fn hostile() -> (Env, String) {
    let env = Env::new();
    let stats = json!({"malicious": 1, "harmless": 9, HOSTILE: 3});
    let results = json!({HOSTILE: {"category": "malicious", "result": HOSTILE}});
    let body = |kind: &str, id: &str, mut attributes: serde_json::Value| {
        attributes["last_analysis_stats"] = stats.clone();
        attributes["last_analysis_results"] = results.clone();
        attributes["tags"] = json!([HOSTILE]);
        Object::Body(
            json!({"data": {"type": kind, "id": id, "attributes": attributes}}).to_string(),
        )
    };
    let address = json!({"as_owner": HOSTILE, "country": HOSTILE});
    env.simulator.set(Kind::Ip, ADDRESS, body("ip_address", ADDRESS, address));
    let domain = json!({"registrar": HOSTILE, "categories": {"x": HOSTILE}});
    env.simulator.set(Kind::Domain, "example.com", body("domain", "example.com", domain));
    let url = json!({"title": HOSTILE, "last_final_url": format!("http://example.com/{HOSTILE}")});
    env.simulator.set(Kind::Url, "http://example.com/x", body("url", SHA256, url));
    let file = json!({"names": [HOSTILE], "meaningful_name": HOSTILE, "type_description": HOSTILE,
                      "popular_threat_classification": {"suggested_threat_label": HOSTILE}});
    env.simulator.set(Kind::File, SHA256, body("file", SHA256, file));
    (env, format!("{ADDRESS}\nexample.com\nhttp://example.com/x\n{SHA256}\n"))
}

#[test]
fn nothing_in_an_answer_reaches_the_terminal_raw() {
    let (env, list) = hostile();
    let run = env.scan(&list, ["-v"]);
    assert_eq!(run.stdout.lines().count(), 4, "{}", run.stdout);
    assert!(
        run.stdout.contains("\\u{1b}[31m\\u{9b}2J\\u{7}\\n\\r\\u{8}\\u{7f}\\0\\u{202e}"),
        "{}",
        run.stdout
    );
    harmless(&run.stdout);
    harmless(&run.stderr);
}

#[test]
fn jsonl_gives_every_character_back_and_writes_none_that_a_terminal_obeys() {
    let (env, list) = hostile();
    let run = env.scan(&list, ["-f", "jsonl"]);
    harmless(&run.stdout);
    let records = run.records();
    let of =
        |indicator: &str| records.iter().find(|record| record["indicator"] == indicator).unwrap();
    for record in &records {
        assert_eq!(record["flagged_by"], json!([{"engine": HOSTILE, "result": HOSTILE}]));
        assert_eq!(record["stats"][HOSTILE], 3);
        assert_eq!(record["context"]["tags"], json!([HOSTILE]));
    }
    assert_eq!(of(ADDRESS)["context"]["owner"], HOSTILE);
    assert_eq!(of("http://example.com/x")["context"]["title"], HOSTILE);
    assert_eq!(of(SHA256)["context"]["threat_label"], HOSTILE);
    assert_eq!(of(SHA256)["context"]["type"], HOSTILE);
}

#[test]
fn letters_of_all_scripts_stay_as_they_are() {
    let env = Env::new();
    let title = "Größe — счёт 文件 🎉 'quoted' e\u{301} \\ \"";
    let attributes = json!({"title": title, "last_analysis_stats": {"harmless": 9}});
    let body = json!({"data": {"type": "url", "id": SHA256, "attributes": attributes}}).to_string();
    env.simulator.set(Kind::Url, "http://example.com/x", Object::Body(body));
    let run = env.scan("http://example.com/x", [""; 0]);
    assert!(run.stdout.ends_with(&format!("  {title}\n")), "{}", run.stdout);
    let env = Env::new();
    let body = json!({"data": {"type": "url", "id": SHA256, "attributes": {"title": title, "last_analysis_stats": {"harmless": 9}}}});
    env.simulator.set(Kind::Url, "http://example.com/x", Object::Body(body.to_string()));
    let run = env.scan("http://example.com/x", ["-f", "jsonl"]);
    assert!(run.stdout.contains("Größe — счёт 文件 🎉"), "{}", run.stdout);
    assert_eq!(run.records()[0]["context"]["title"], title);
}

#[test]
fn nothing_in_an_error_reaches_the_terminal_raw() {
    for which in [Which::Lookups, Which::Quota] {
        for status in [400, 401, 403, 404, 500] {
            let env = Env::new();
            let fault = Fault::error(status, &format!("Odd{HOSTILE}"), &format!("odd {HOSTILE}"));
            env.simulator.script(Rule::new(which.clone(), When::Always, fault));
            let run = env.scan(ADDRESS, ["-v", "--retries", "0"]);
            assert!(format!("{}{}", run.stdout, run.stderr).contains("odd \\u{1b}"), "{run:?}");
            harmless(&run.stdout);
            harmless(&run.stderr);
        }
    }
}

#[test]
fn another_objects_answer_is_named_without_its_tricks() {
    let env = Env::new();
    let body = json!({"data": {"type": format!("ip{HOSTILE}"), "id": ADDRESS}}).to_string();
    env.simulator.set(Kind::Ip, ADDRESS, Object::Body(body));
    let run = env.scan(ADDRESS, ["-v", "--retries", "0"]).exits(2);
    assert!(run.stdout.contains("Mismatch: "), "{run:?}");
    harmless(&run.stdout);
    harmless(&run.stderr);
}

#[test]
fn nothing_in_the_input_reaches_the_terminal_raw() {
    let line = HOSTILE.replace(['\n', '\r', '\0'], "");
    let list = format!(
        "noise {line}z\n1.2.3.999{line}\nhttp://example.com/{line}\n# 8.8.8.8 # {line}\nexa{line}mple.com\n{line}\n"
    );
    for options in [&["-v"][..], &["-v", "--whole-lines"], &["-v", "--whole-lines", "--defang"]] {
        let run = Env::new().scan(&list, options);
        assert!(run.stderr.contains("6 lines"), "{run:?}");
        assert!(format!("{}{}", run.stdout, run.stderr).contains("\\u{1b}[31m"), "{run:?}");
        harmless(&run.stdout);
        harmless(&run.stderr);
    }
    let run: Run = Env::new().scan(&list, ["-f", "jsonl", "--whole-lines"]).exits(2);
    harmless(&run.stdout);
    let written = format!("noise {line}z");
    assert!(run.of_verdict("invalid").contains(&written), "{run:?}");
}

/// What an attacker may call a file, as far as a file can be called that.
const NAME: &str =
    "a\u{1b}]0;t\u{7}\u{202e}\n\r=cmd|'x'!A1`<script>alert(1)<|script>&amp;\"'|\\ x.txt";

#[test]
fn a_hostile_file_name_is_harmless_in_every_format() {
    let env = Env::new();
    env.write(NAME, "8.8.8.8\n1.2.3.999\nnoise\n");
    for format in ["text", "jsonl", "csv", "markdown", "html"] {
        let run = Run::of(env.vtscan().args(["-v", "-f", format, NAME]));
        for output in [&run.stdout, &run.stderr] {
            let bad = |char: &char| "\u{1b}\u{7}\u{202e}\r".contains(*char);
            assert_eq!(output.chars().find(bad), None, "{format}: {output:?}");
        }
        let is_rendered = matches!(format, "markdown" | "html");
        assert!(!is_rendered || !run.stdout.contains("<script>alert"), "{}", run.stdout);
        match format {
            "jsonl" => assert!(
                run.records()
                    .iter()
                    .all(|record| { record["origin"].as_str().unwrap().starts_with(NAME) })
            ),
            "csv" => {
                let mut reader = ::csv::Reader::from_reader(run.stdout.as_bytes());
                let origin = reader.records().next().unwrap().unwrap()[17].to_owned();
                assert!(origin.starts_with("a\\u{1b}]0;t\\u{7}\\u{202e}\\n\\r=cmd|"), "{origin}");
            }
            _ => {}
        }
    }
}

/// Strings of 100 KB wherever an answer says anything.
#[test]
fn endless_strings_are_lines_like_others() {
    let long = format!("{}</script><b>|`=1", "x".repeat(100_000));
    let env = Env::new();
    let attributes = json!({"meaningful_name": long, "type_description": long, "tags": [long],
        "last_analysis_stats": {"malicious": 4, "harmless": 9},
        "last_analysis_results": {"engine": {"category": "malicious", "result": long}}});
    let body = json!({"data": {"type": "file", "id": SHA256, "attributes": attributes}});
    env.simulator.set(Kind::File, SHA256, Object::Body(body.to_string()));
    for (format, lines, most) in
        [("text", 1, 1_000), ("jsonl", 1, 600_000), ("csv", 2, 600_000), ("markdown", 9, 2_000)]
    {
        let run = env.scan(SHA256, ["-f", format]).exits(1);
        assert_eq!(run.stdout.lines().count(), lines, "{format}");
        assert!(run.stdout.len() < most, "{format}: {}", run.stdout.len());
    }
    let page = env.scan(SHA256, ["-f", "html"]).stdout;
    assert!(!page.contains("</script><b>"));
}

#[test]
fn pythons_json_reads_what_was_meant() {
    if !has("python3") {
        return;
    }
    let (env, list) = hostile();
    let run = env.scan(&list, ["-f", "jsonl"]);
    // Read and written again by another program, in ASCII alone.
    let script = "import json, sys\nfor line in open(sys.argv[1], encoding='utf-8', newline='\\n'):\n    print(json.dumps(json.loads(line), ensure_ascii=True))";
    let path = env.write("records.jsonl", &run.stdout);
    let read = Run::of(std::process::Command::new("python3").args(["-I", "-c", script]).arg(path));
    assert_eq!(read.records(), run.records());
    assert!(read.stdout.is_ascii());
}
