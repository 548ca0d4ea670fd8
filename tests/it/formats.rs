//! Records: every column and key as promised, from bodies shaped like real ones, and nothing hostile let through.

use vt_simulator::{Kind, Object};

use crate::env::Env;

mod bodies;
mod csv;
mod hostile;
mod jsonl;
mod markdown;
mod plain;
mod text;

const ADDRESS: &str = "185.220.101.42";
const SHA256: &str = "c0ffee0123456789abcdef0123456789abcdef0123456789abcdef0123456789";

/// An answer as VirusTotal would send it.
fn fixture(name: &str) -> String {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect(&path)
}

/// An environment whose simulator answers for this object with this fixture.
fn answering(kind: Kind, id: &str, name: &str) -> Env {
    let env = Env::new();
    env.simulator.set(kind, id, Object::Body(fixture(name)));
    env
}

/// An environment whose simulator answers for all kinds with fixtures, and a list of them.
fn all_kinds() -> (Env, String) {
    let env = Env::new();
    let objects = [
        (Kind::Ip, ADDRESS, "ip"),
        (Kind::Domain, "example.com", "domain"),
        (Kind::Url, "http://example.com/x", "url_unfetched"),
        (Kind::File, SHA256, "file"),
    ];
    for (kind, id, name) in objects {
        env.simulator.set(kind, id, Object::Body(fixture(name)));
    }
    let list = objects.map(|(_, id, _)| id).join("\n");
    (env, list)
}
