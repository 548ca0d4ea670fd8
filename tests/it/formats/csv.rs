//! Rows for spreadsheets: the facts of a record, flat, and no cell that is run.

use std::process::Command;

use serde_json::{Value, json};
use vt_simulator::{Kind, Object};

use super::hostile::hostile;
use super::{ADDRESS, SHA256, all_kinds};
use crate::env::{Env, Run, has};

/// The rows by their header, as Python's csv reads them.
fn by_python(env: &Env, csv: &str) -> Vec<Value> {
    let path = env.write("records.csv", csv);
    let script = "import csv, json, sys\n\
                  rows = csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True)\n\
                  print(json.dumps(list(rows)))";
    let run = Run::of(Command::new("python3").args(["-I", "-c", script]).arg(path));
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"))
}

fn row<'r>(rows: &'r [Value], indicator: &str) -> &'r Value {
    rows.iter().find(|row| row["indicator"] == indicator).expect(indicator)
}

/// The columns that are keys of a record, of its stats, and of its context.
const OF_RECORD: [&str; 11] = [
    "kind",
    "verdict",
    "detections",
    "engines",
    "source",
    "fetched_at",
    "analysed_at",
    "link",
    "origin",
    "occurrences",
    "as_written",
];
const OF_STATS: [&str; 8] = [
    "malicious",
    "suspicious",
    "undetected",
    "harmless",
    "timeout",
    "failure",
    "type-unsupported",
    "confirmed-timeout",
];
const OF_CONTEXT: [&str; 15] = [
    "threat_label",
    "type",
    "name",
    "size",
    "sha256",
    "owner",
    "asn",
    "country",
    "registrar",
    "created",
    "title",
    "final_url",
    "reputation",
    "first_seen",
    "last_seen",
];

/// A value of a record as a cell.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // An instant, as spreadsheets know one.
        Value::String(text) if text.parse::<jiff::Timestamp>().is_ok() => {
            text.replace('T', " ").replace('Z', "")
        }
        Value::String(text) => text.replace('\t', "\\t"),
        other => other.to_string(),
    }
}

#[track_caller]
fn has_the_facts(row: &Value, record: &Value) {
    for key in OF_RECORD {
        assert_eq!(row[key], text(&record[key]), "{key} of {record}");
    }
    for key in OF_STATS {
        assert_eq!(row[key.replace('-', "_")], text(&record["stats"][key]), "{key} of {record}");
    }
    for key in OF_CONTEXT {
        assert_eq!(row[key], text(&record["context"][key]), "{key} of {record}");
    }
    for key in ["code", "message"] {
        assert_eq!(row[format!("error_{key}")], text(&record["error"][key]), "{record}");
    }
    let said = |flagged: &Value| match &flagged["result"] {
        Value::Null => text(&flagged["engine"]),
        result => format!("{}: {}", text(&flagged["engine"]), text(result)),
    };
    let flagged: Vec<String> = record["flagged_by"].as_array().unwrap().iter().map(said).collect();
    assert_eq!(row["flagged_by"], flagged.join("; "));
}

#[test]
fn a_row_has_the_records_facts() {
    if !has("python3") {
        return;
    }
    let (env, mut list) = all_kinds();
    list += "\n10.0.0.1\nunknown[.]example.com\n";
    env.simulator.set(Kind::Domain, "unknown.example.com", Object::Unknown);
    env.scan(&list, ["-q"]);
    let records = env.scan(&list, ["-f", "jsonl"]).records();
    let rows = by_python(&env, &env.scan(&list, ["-f", "csv"]).stdout);
    assert_eq!(rows.len(), records.len());
    for record in records {
        has_the_facts(row(&rows, record["indicator"].as_str().unwrap()), &record);
    }
}

#[test]
fn there_is_a_header_even_where_there_is_no_record() {
    let run = Env::new().scan("", ["-f", "csv"]).exits(0);
    assert!(
        run.stdout.starts_with("indicator,kind,verdict,detections,engines,malicious,"),
        "{run:?}"
    );
    assert_eq!(run.stdout.lines().count(), 1);
}

#[test]
fn hostile_strings_are_cells_like_others() {
    let (env, list) = hostile();
    let run = env.scan(&list, ["-f", "csv"]);
    super::hostile::harmless(&run.stdout);
    // One line a record, so that grep and a line's count hold.
    assert_eq!(run.stdout.lines().count(), 5);
    if has("python3") {
        let rows = by_python(&env, &run.stdout);
        let escaped = "\\u{1b}[31m\\u{9b}2J\\u{7}\\n\\r\\u{8}\\u{7f}\\0\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{2028}\\u{e0041}\\u{e000}";
        assert_eq!(row(&rows, ADDRESS)["owner"], escaped);
        assert_eq!(row(&rows, SHA256)["name"], escaped);
        assert_eq!(row(&rows, "http://example.com/x")["title"], escaped);
    }
}

/// The one row of a file whose attributes are these, by its header.
fn row_of_file(id: &str, attributes: &Value) -> Value {
    let env = Env::new();
    let mut attributes = attributes.clone();
    attributes["last_analysis_stats"] = json!({"malicious": 1, "harmless": 9});
    let sha256 = if id.len() == 64 { id } else { SHA256 };
    let body = json!({"data": {"type": "file", "id": sha256, "attributes": attributes}});
    env.simulator.set(Kind::File, id, Object::Body(body.to_string()));
    let run = env.scan(id, ["-f", "csv"]);
    let mut reader = ::csv::Reader::from_reader(run.stdout.as_bytes());
    let header = reader.headers().unwrap().clone();
    let cells = reader.records().next().unwrap().unwrap();
    header.iter().zip(&cells).map(|(name, cell)| (name.to_owned(), json!(cell))).collect()
}

#[test]
fn behind_a_semicolon_stood_cells_that_a_spreadsheet_runs() {
    let texts =
        ["a;=1+1", "a; =1+1", "a;b;@SUM(1)", "a;\"=1\"", "a;-2+3", "a; \"+1", ";=1", "a;＝1"];
    for text in texts {
        let row = row_of_file(SHA256, &json!({"meaningful_name": text, "tags": ["x", text]}));
        for (name, cell) in row.as_object().unwrap() {
            let cell = cell.as_str().unwrap();
            let runs = |part: &str| {
                part.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@', '＝'])
            };
            assert!(!cell.split(';').any(runs), "{text:?}: {name} is {cell:?}");
        }
        let kept: String = row["name"].as_str().unwrap().split('\'').collect();
        assert_eq!(kept, text, "nothing is lost");
    }
}

#[test]
fn a_hash_of_digits_alone_was_a_number() {
    for id in ["0123456789".repeat(4)[..32].to_owned(), format!("0e{}", "4".repeat(30))] {
        let row = row_of_file(&id, &json!({"md5": id, "sha256": SHA256, "meaningful_name": "007"}));
        assert_eq!(row["indicator"], format!("'{id}"));
        assert_eq!(row["name"], "'007");
        assert_eq!(row["sha256"], SHA256, "letters are no number");
        assert_eq!(row["malicious"], "1", "a number stays one");
    }
}

#[test]
fn no_cell_is_one_that_a_spreadsheet_runs() {
    let formulas = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "=\"a\",\"b\"",
    ];
    for formula in formulas {
        let env = Env::new();
        let stats = json!({"malicious": 1, "harmless": 9});
        let attributes = json!({"names": [formula], "meaningful_name": formula, "type_description": formula,
            "tags": [formula], "last_analysis_stats": stats, "reputation": -5,
            "last_analysis_results": {formula: {"category": "malicious", "result": formula}}});
        let body = json!({"data": {"type": "file", "id": SHA256, "attributes": attributes}});
        env.simulator.set(Kind::File, SHA256, Object::Body(body.to_string()));
        let list = format!("{SHA256}\n");
        let run = env.scan(&list, ["-f", "csv"]);
        let mut reader = ::csv::Reader::from_reader(run.stdout.as_bytes());
        let header = reader.headers().unwrap().clone();
        let cells = reader.records().next().unwrap().unwrap();
        for (name, cell) in header.iter().zip(&cells) {
            let is_number = cell.parse::<f64>().is_ok();
            let runs = cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝']);
            assert!(is_number || !runs, "{name} is {cell:?}");
        }
        let name = &cells[header.iter().position(|name| name == "name").unwrap()];
        assert!(
            name.trim_start_matches('\'').starts_with(formula.escape_debug().next().unwrap()),
            "{name}"
        );
        let reputation = &cells[header.iter().position(|name| name == "reputation").unwrap()];
        assert_eq!(reputation, "-5", "a number stays one");
    }
}

#[test]
fn libreoffice_opens_it_as_typed_columns() {
    if !has("soffice") {
        return;
    }
    let (env, list) = all_kinds();
    let path = env.write("records.csv", env.scan(&list, ["-f", "csv"]).stdout);
    let mut soffice = Command::new("soffice");
    // Comma, quote, UTF-8, from the first line, each column as it looks, ISO dates among them.
    soffice.args([
        "--headless",
        "--convert-to",
        "fods",
        "--infilter=CSV:44,34,76,1,,1033,false,true",
    ]);
    soffice.arg("--outdir").arg(env.work()).arg(path).env("HOME", env.home());
    Run::of(&mut soffice).exits(0);
    let sheet = std::fs::read_to_string(env.work().join("records.fods")).unwrap();
    let cells = |kind: &str| sheet.matches(&format!("office:value-type=\"{kind}\"")).count();
    assert!(
        cells("float") > 20 && cells("date") >= 8 && cells("string") > 20,
        "{} {} {}",
        cells("float"),
        cells("date"),
        cells("string")
    );
    assert!(!sheet.contains("table:formula"));
}
