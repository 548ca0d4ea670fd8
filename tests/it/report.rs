//! The HTML report: whole in itself, harmless whatever it holds, and at work in a real browser.

use serde_json::{Map, Value, json};
use vt_simulator::{Kind, Object};

use crate::env::{Env, Run};

mod browser;
mod page;
mod steps;

const ADDRESS: &str = "185.220.101.42";
const DOMAIN: &str = "cdn.example.net";
const URL: &str = "https://login.example.com/session.php?id=7";
const SHA256: &str = "c0ffee0123456789abcdef0123456789abcdef0123456789abcdef0123456789";

/// What a browser would run if it were taken for markup; each sets `owned`.
const MARKUP: &str = "</script><script>owned=1</script><img src=x onerror=\"owned=1\">\
                      '\"><svg onload=owned=1></title></style>-->{{7*7}}";

/// The list, out of order, with one of its own lines hostile.
fn list() -> String {
    format!(
        "9.9.9.9\n{DOMAIN}\n10.0.0.12\n{SHA256}\n{URL}\nhxxps://login[.]example.com/session.php?id=7\n{ADDRESS}\n\
         5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6e\n"
    )
}

/// What VirusTotal is imagined to say of it: three are flagged, one is not, one is not known.
fn case() -> Env {
    let env = Env::new();
    let said = |kind: Kind, id: &str, flagged: &[(&str, &str)], attributes: Value| {
        env.simulator.set(kind, id, object(kind, id, flagged, attributes));
    };
    let many: Vec<String> = (1..=30).map(|number| format!("Engine {number:02}")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|engine| (engine.as_str(), "phishing")).collect();
    said(
        Kind::Ip,
        ADDRESS,
        &[("Avast", "malware"), ("Bkav", "botnet"), ("Cyren", MARKUP), (MARKUP, "malware")],
        json!({"as_owner": "Imagined Hosting", "country": "DE", "last_analysis_date": 1_733_000_000}),
    );
    said(Kind::Domain, DOMAIN, &[("Avast", "suspicious site")], json!({"registrar": MARKUP}));
    said(
        Kind::Url,
        URL,
        &many,
        json!({"title": MARKUP, "last_final_url": "http://landing.example.org/kit/",
               "last_analysis_date": 1_733_550_000}),
    );
    said(Kind::Ip, "9.9.9.9", &[], json!({"as_owner": "QUAD9"}));
    env.simulator.set(Kind::File, SHA256, Object::Unknown);
    env
}

/// An answer as VirusTotal would send it: `flagged` engines flag it, 60 do not.
fn object(kind: Kind, id: &str, flagged: &[(&str, &str)], mut attributes: Value) -> Object {
    let said = |&(engine, result): &(&str, &str)| {
        (engine.to_owned(), json!({"category": "malicious", "result": result}))
    };
    let results: Map<String, Value> = flagged.iter().map(said).collect();
    attributes["last_analysis_stats"] = json!({"malicious": flagged.len(), "harmless": 60});
    attributes["last_analysis_results"] = Value::Object(results);
    let (kind, id) = match kind {
        Kind::Ip => ("ip_address", id),
        Kind::Domain => ("domain", id),
        Kind::Url => ("url", SHA256),
        Kind::File => ("file", id),
    };
    Object::Body(json!({"data": {"type": kind, "id": id, "attributes": attributes}}).to_string())
}

/// The page of the list, as `-f html` prints it.
fn page(env: &Env, args: &[&str]) -> String {
    env.write("input.txt", list());
    Run::of(env.vtscan().args(["-f", "html"]).args(args).arg("input.txt")).stdout
}
