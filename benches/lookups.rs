//! What README claims about speed, measured: `cargo bench`.
//!
//! Every figure is a ratio or a difference of two programs that take turns in
//! one run, since one machine's figures say little about another's.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

mod memory;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use tempfile::TempDir;
use vt_simulator::{Config, KEY, Simulator, url_id};

const LOOKUPS: usize = 20_000;
const STORED: usize = 10_000;
const IN_FLIGHT: usize = 32;
const ROUNDS: usize = 5;
const STARTS: usize = 200;

fn main() {
    // As large as a real answer; uncompressed, for compressing would be all that is measured.
    let simulator =
        Simulator::start(Config { body_bytes: 22_000, gzip: false, ..Config::default() });
    let indicators: Vec<(String, String)> = (0..LOOKUPS).map(indicator).collect();
    lookups(&simulator, &indicators);
    start();
}

/// The n-th indicator and the path that it is asked at; the four kinds take turns.
fn indicator(number: usize) -> (String, String) {
    match number % 4 {
        0 => {
            let address = format!("9.{}.{}.1", number >> 8, number & 255);
            (address.clone(), format!("ip_addresses/{address}"))
        }
        1 => (format!("host-{number}.example.com"), format!("domains/host-{number}.example.com")),
        2 => {
            let url = format!("http://example.com/{number}");
            (url.clone(), format!("urls/{}", url_id(&url)))
        }
        _ => (format!("{number:064x}"), format!("files/{number:064x}")),
    }
}

/// vtscan beside a bare reqwest loop that throws the bodies away, and the most memory that vtscan took.
fn lookups(simulator: &Simulator, indicators: &[(String, String)]) {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    let lines = indicators.iter().fold(String::new(), |mut text, (indicator, _)| {
        let _ = writeln!(text, "{indicator}");
        text
    });
    std::fs::write(&list, lines).unwrap();
    let urls: Vec<String> =
        indicators.iter().map(|(_, path)| format!("{}/{path}", simulator.url())).collect();
    let (mut bare_rates, mut none_rates, mut sqlite_rates) = (Vec::new(), Vec::new(), Vec::new());
    let (mut dry_times, mut stored_times, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    let ten_thousand = folder.path().join("ten-thousand.txt");
    let text = std::fs::read_to_string(&list).unwrap();
    let first: Vec<&str> = text.lines().take(STORED).collect();
    std::fs::write(&ten_thousand, first.join("\n")).unwrap();
    for round in 1..=ROUNDS {
        let per_second = |took: Duration| LOOKUPS as f64 / took.as_secs_f64();
        let bare = per_second(bare(&urls));
        simulator.forget();
        let cache = tempfile::tempdir().unwrap();
        let (took, none_peak) = scan(simulator, &cache, &list, &["--store", "none"]);
        let none = per_second(took);
        simulator.forget();
        let (took, peak) = scan(simulator, &cache, &list, &[]);
        let sqlite = per_second(took);
        simulator.forget();
        stored_times.push(scan(simulator, &cache, &ten_thousand, &[]).0.as_secs_f64());
        dry_times.push(
            scan(simulator, &cache, &ten_thousand, &["--dry-run", "--store", "none"])
                .0
                .as_secs_f64(),
        );
        println!(
            "round {round}: bare {bare:.0}/s, vtscan {none:.0}/s, with SQLite {sqlite:.0}/s, {peak:.1} MiB"
        );
        bare_rates.push(bare);
        none_rates.push(none);
        sqlite_rates.push(sqlite);
        peaks.push(peak.max(none_peak));
    }
    let (bare, none, sqlite) =
        (median(&mut bare_rates), median(&mut none_rates), median(&mut sqlite_rates));
    println!(
        "{LOOKUPS} lookups, {IN_FLIGHT} in flight: bare reqwest {bare:.0}/s, vtscan {none:.0}/s, with SQLite {sqlite:.0}/s"
    );
    println!("  vtscan over bare: {:.2} (at least 0.30)", none / bare);
    println!("  with SQLite over without: {:.2} (at least 0.70)", sqlite / none);
    println!("  peak memory {:.1} MiB (under 40)", median(&mut peaks));
    let (stored, dry) = (median(&mut stored_times), median(&mut dry_times));
    println!(
        "{STORED} stored answers in {stored:.3} s, {:.1} of a dry run's time (under 4)",
        stored / dry
    );
}

/// How long a loop takes that does nothing with the answers.
fn bare(urls: &[String]) -> Duration {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let key = reqwest::header::HeaderValue::from_static(KEY);
        let headers = [(reqwest::header::HeaderName::from_static("x-apikey"), key)];
        let client = reqwest::Client::builder()
            .no_proxy()
            .default_headers(headers.into_iter().collect())
            .build()
            .unwrap();
        let client = &client;
        let start = Instant::now();
        stream::iter(urls)
            .for_each_concurrent(IN_FLIGHT, |url| async move {
                let mut response = client.get(url).send().await.unwrap();
                while response.chunk().await.unwrap().is_some() {}
            })
            .await;
        start.elapsed()
    })
}

/// How long vtscan takes from its start to its end, and its peak memory in MiB.
fn scan(simulator: &Simulator, folder: &TempDir, list: &Path, args: &[&str]) -> (Duration, f64) {
    let start = Instant::now();
    let mut child = vtscan(folder)
        .args(["--rate", "unlimited", "-j", &IN_FLIGHT.to_string(), "--fail-on", "never"])
        .args(args)
        .arg(list)
        .env("VT_API_KEY", KEY)
        .env("VTSCAN_API_URL", simulator.url())
        .spawn()
        .unwrap();
    let peak = memory::peak(&child);
    assert!(child.wait().unwrap().success(), "vtscan failed: run it by hand");
    (start.elapsed(), peak)
}

fn vtscan(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vtscan"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env("XDG_CACHE_HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
    command.env_remove("VTSCAN_STORE");
    command
}

/// `vtscan --version` beside the smallest program there is.
fn start() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("hello.rs");
    let hello = folder.path().join("hello");
    std::fs::write(&source, "fn main() { println!(\"hello\") }").unwrap();
    let built =
        Command::new("rustc").arg("-O").arg(&source).arg("-o").arg(&hello).status().unwrap();
    assert!(built.success());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        theirs.push(millis(Command::new(&hello).stdout(Stdio::null())));
        ours.push(millis(vtscan(&folder).arg("--version")));
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    println!("start: vtscan --version {ours:.2} ms, hello world {theirs:.2} ms");
    println!("  {:.2} ms more (at most 1.5)", ours - theirs);
}

fn millis(command: &mut Command) -> f64 {
    let start = Instant::now();
    assert!(command.status().unwrap().success());
    start.elapsed().as_secs_f64() * 1000.0
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
