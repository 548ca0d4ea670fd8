//! How fast stored records are written, and what memory that takes: `cargo bench --bench output`.
//!
//! Each format by the whole program, from its start to its end: the list is read, the answers are
//! found in the store, and the records go to a pipe that is read as fast as it is written.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use vt_simulator::{Config, KEY, Simulator};

const RECORDS: usize = 100_000;
const FEW: usize = 10_000;
const ROUNDS: usize = 5;

fn main() {
    let simulator = Simulator::start(Config::default());
    let folder = tempfile::tempdir().unwrap();
    let (all, few) = (folder.path().join("all.txt"), folder.path().join("few.txt"));
    std::fs::write(&all, list(RECORDS)).unwrap();
    std::fs::write(&few, list(FEW)).unwrap();
    run(&simulator, folder.path(), &all, "text");
    assert_eq!(simulator.lookups().len(), RECORDS);
    for format in ["text", "jsonl", "csv", "markdown", "html"] {
        let runs: Vec<(f64, f64)> =
            (0..ROUNDS).map(|_| run(&simulator, folder.path(), &all, format)).collect();
        let rate = median(runs.iter().map(|run| run.0).collect());
        let peak = median(runs.iter().map(|run| run.1).collect());
        let (_, few) = run(&simulator, folder.path(), &few, format);
        println!("{format:<8}  {rate:>9.0} records/s  peak {peak:>6.1} MiB, of a tenth {few:>6.1}");
    }
    assert_eq!(simulator.lookups().len(), RECORDS, "all were stored");
}

/// So many indicators; the four kinds take turns.
fn list(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let _ = match n % 4 {
            0 => writeln!(text, "9.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255),
            1 => writeln!(text, "host-{n}.example.com"),
            2 => writeln!(text, "http://example.com/{n}"),
            _ => writeln!(text, "{n:064x}"),
        };
    }
    text
}

/// Records a second, and the most memory in MiB.
fn run(simulator: &Simulator, folder: &Path, list: &Path, format: &str) -> (f64, f64) {
    let mut vtscan = Command::new(env!("CARGO_BIN_EXE_vtscan"));
    vtscan.args(["-q", "--rate", "unlimited", "--max-age", "9d", "-f", format]).arg(list);
    vtscan.env_clear().env("VT_API_KEY", KEY).env("VTSCAN_API_URL", simulator.url());
    vtscan.env("HOME", folder).env("XDG_CACHE_HOME", folder).env("XDG_CONFIG_HOME", folder);
    let start = Instant::now();
    let mut child = vtscan.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let (mut buffer, mut lines) = (vec![0; 1 << 16], 0);
        while let read @ 1.. = stdout.read(&mut buffer).unwrap() {
            lines += memchr::memchr_iter(b'\n', &buffer[..read]).count();
        }
        lines
    });
    let peak = peak(&child);
    let code = child.wait().unwrap().code();
    let took = start.elapsed();
    assert!(matches!(code, Some(0 | 1)), "vtscan failed: run it by hand");
    let lines = reader.join().unwrap();
    let records = std::fs::read_to_string(list).unwrap().lines().count();
    assert!(lines >= records, "{lines} lines of {records} records");
    (records as f64 / took.as_secs_f64(), peak)
}

fn peak(child: &Child) -> f64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    // A process that has ended, and was not waited for, has no memory any more.
    while let Some(kib) = std::fs::read_to_string(&status).ok().and_then(|text| high_water(&text)) {
        peak = kib / 1024.0;
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    peak
}

fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
