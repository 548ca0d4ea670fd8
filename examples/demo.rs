//! vtscan against a simulated VirusTotal, in one command and without a key:
//!
//! ```console
//! $ cargo run --release --example demo
//! $ cargo run --release --example demo -- --format jsonl 9.9.9.9
//! ```
//!
//! It builds the real program, starts the simulator in this process, and runs
//! the one over `input.example.txt` against the other. Further arguments go to
//! vtscan, whose exit code is this one's.

#![allow(clippy::print_stderr, reason = "it says what it does")]

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};
use vt_simulator::{Config, KEY, Kind, Latency, Object, Simulator};

const EXAMPLE: &str = "input.example.txt";

/// What the imagined VirusTotal says: malicious, suspicious, undetected, harmless engines; attributes.
/// Everything else of the example list it does not know.
const CASE: &[(Kind, &str, [usize; 4], &str)] = &[
    (
        Kind::Ip,
        "185.220.101.42",
        [14, 2, 19, 58],
        r#"{"as_owner": "Imagined Hosting", "asn": 64500, "country": "DE"}"#,
    ),
    (
        Kind::Ip,
        "2001:4860:4860::8888",
        [0, 0, 30, 63],
        r#"{"as_owner": "GOOGLE", "asn": 15169, "country": "US"}"#,
    ),
    (
        Kind::Ip,
        "8.8.8.8",
        [0, 0, 27, 66],
        r#"{"as_owner": "GOOGLE", "asn": 15169, "country": "US"}"#,
    ),
    (
        Kind::Domain,
        "login-verify.example.com",
        [9, 1, 23, 60],
        r#"{"creation_date": 1733356800, "categories": {"A": "phishing and fraud"}}"#,
    ),
    (
        Kind::Domain,
        "cdn.example.net",
        [1, 0, 25, 67],
        r#"{"categories": {"A": "content servers"}}"#,
    ),
    (Kind::Domain, "mailer.example.org", [0, 0, 28, 65], "{}"),
    (Kind::Domain, "files.example.com", [0, 0, 31, 62], "{}"),
    (
        Kind::Url,
        "https://secure-login.example.com/session?id=7",
        [11, 2, 20, 64],
        r#"{"title": "Sign in to your account"}"#,
    ),
    (
        Kind::Url,
        "http://185.220.101.42/gate.php",
        [7, 0, 21, 68],
        r#"{"last_final_url": "http://185.220.101.42/login/"}"#,
    ),
    (Kind::Url, "https://example.net/invoice.zip", [2, 1, 22, 71], "{}"),
    (
        Kind::File,
        EICAR_SHA256,
        [64, 0, 4, 0],
        r#"{"type_description": "Text", "meaningful_name": "eicar.com",
        "size": 68, "popular_threat_classification": {"suggested_threat_label": "virus.eicar/test"},
        "md5": "44d88612fea8abf36de82e1278abb02f", "sha1": "3395856ce81f2b7382dee72602f798b642f14140"}"#,
    ),
];
const EICAR_SHA256: &str = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f";
/// The rest of the example list, of which the imagined VirusTotal has no report.
const UNKNOWN: &[(Kind, &str)] = &[
    (Kind::Domain, "xn--bcher-kva.example.org"),
    (Kind::Url, "http://example.com/wp-includes/x.php"),
    (Kind::File, "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"),
];

fn main() -> Result<ExitCode> {
    let vtscan = build()?;
    // So that answers come one by one, as they would.
    let latency = Latency::Uniform(Duration::from_millis(30), Duration::from_millis(150));
    let simulator = Simulator::start(Config { latency, ..Config::default() });
    imagine(&simulator);
    eprintln!(
        "demo: every answer below is SIMULATED, by a look-alike of VirusTotal in this process;"
    );
    eprintln!("demo: nothing leaves this machine. The list is {EXAMPLE}");
    let folder = tempfile::tempdir()?;
    let further: Vec<OsString> = env::args_os().skip(1).collect();
    // The one option that takes no list.
    let list = (!further.iter().any(|argument| argument == "--quota")).then(example_list);
    let status = Command::new(&vtscan)
        .args(list)
        .args(further)
        .env("VT_API_KEY", KEY)
        .env("VTSCAN_API_URL", simulator.url())
        // The user's own store must not take simulated answers in, nor settings of theirs lead elsewhere.
        .env("XDG_CACHE_HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .env_remove("VTSCAN_STORE")
        .status()
        .with_context(|| format!("{} cannot be started", vtscan.display()))?;
    // Without a code it was ended by a signal.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Builds the program beside this example, which cargo does not do by itself, and gives its path.
fn build() -> Result<PathBuf> {
    let this = env::current_exe()?;
    // TARGET/PROFILE/examples/demo
    let folder = this.ancestors().nth(2).context("this example is in no target folder")?;
    let target = folder.parent().context("this example is in no target folder")?;
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    // With the example, which is built already, the dependencies are the same and not built twice.
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--quiet", "--bin", "vtscan", "--example", "demo", "--profile", profile])
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .status()
        .context("cargo cannot be started")?;
    ensure!(status.success(), "cargo build --bin vtscan failed");
    Ok(folder.join(format!("vtscan{}", env::consts::EXE_SUFFIX)))
}

/// The example list, by its short name where that is enough.
fn example_list() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
    match env::current_dir() {
        Ok(folder) => path.strip_prefix(&folder).map(Path::to_owned).unwrap_or(path),
        Err(_) => path,
    }
}

/// Scripts the case.
pub(crate) fn imagine(simulator: &Simulator) {
    // In two parts, for the whole would be found by virus scanners here too.
    let eicar =
        [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    simulator.add_file(eicar.as_bytes());
    for (kind, id, counts, attributes) in CASE {
        simulator.set(*kind, id, Object::Body(body(*kind, id, counts, attributes)));
    }
    for (kind, id) in UNKNOWN {
        simulator.set(*kind, id, Object::Unknown);
    }
}

/// A body as VirusTotal would send it.
fn body(kind: Kind, id: &str, counts: &[usize; 4], attributes: &str) -> String {
    let categories = ["malicious", "suspicious", "undetected", "harmless"];
    let (mut stats, mut results) = (Map::new(), Map::new());
    for (category, &count) in categories.into_iter().zip(counts) {
        stats.insert(category.to_owned(), json!(count));
        for _ in 0..count {
            let engine = format!("Imagined engine {:02}", results.len() + 1);
            results.insert(engine, json!({"category": category, "result": category}));
        }
    }
    let mut attributes: Value = serde_json::from_str(attributes).unwrap_or_default();
    // A few days old, whenever the demonstration is run.
    attributes["last_analysis_date"] = json!(jiff::Timestamp::now().as_second() - 3 * 86_400);
    attributes["last_analysis_stats"] = Value::Object(stats);
    attributes["last_analysis_results"] = Value::Object(results);
    let (kind, id) = match kind {
        Kind::Ip => ("ip_address", id.to_owned()),
        Kind::Domain => ("domain", id.to_owned()),
        // A URL's id is a SHA-256, of a form that is not published.
        Kind::Url => ("url", vt_simulator::hashes_of(id).sha256),
        Kind::File => ("file", id.to_owned()),
    };
    json!({"data": {"type": kind, "id": id, "attributes": attributes}}).to_string()
}
