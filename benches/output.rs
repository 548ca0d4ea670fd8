//! How fast stored records are written, and what memory that takes: `cargo bench --bench output`.
//!
//! Each format by the whole program, from its start to its end: the list is read, the answers are
//! found in the store, and the records go to a pipe that is read as fast as it is written. What
//! writing takes is the difference to a run that finds and judges the same and prints nothing; the
//! two take turns, since one machine's figures say little about another's.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

mod memory;

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use vt_simulator::{Config, KEY, Simulator};
use vtscan::output::FORMATS;

const RECORDS: usize = 100_000;
const ROUNDS: usize = 5;

fn main() {
    let simulator = Simulator::start(Config::default());
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.txt");
    std::fs::write(&all, list(RECORDS)).unwrap();
    run(&simulator, folder.path(), &all, &[]);
    assert_eq!(simulator.lookups().len(), RECORDS);
    for format in FORMATS.iter().map(|format| format.name) {
        let (mut whole, mut silent, mut peaks, mut base) = (vec![], vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            let (took, peak) = run(&simulator, folder.path(), &all, &["-f", format]);
            whole.push(took);
            peaks.push(peak);
            let none = ["-f", format, "--only", "invalid"];
            let (took, peak) = run(&simulator, folder.path(), &all, &none);
            silent.push(took);
            base.push(peak);
        }
        let (whole, silent) = (median(whole), median(silent));
        println!(
            "{format:<8}  {:>7.0} records/s written, {:>7.0}/s from start to end; peak {:.1} MiB, \
             {:.1} where none is printed",
            RECORDS as f64 / (whole - silent),
            RECORDS as f64 / whole,
            median(peaks),
            median(base)
        );
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

/// Seconds, and the most memory in MiB.
fn run(simulator: &Simulator, folder: &Path, list: &Path, options: &[&str]) -> (f64, f64) {
    let mut vtscan = Command::new(env!("CARGO_BIN_EXE_vtscan"));
    vtscan.args(["-q", "--rate", "unlimited", "--max-age", "9d"]).args(options).arg(list);
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
    let peak = memory::peak(&child);
    let code = child.wait().unwrap().code();
    let took = start.elapsed();
    assert!(matches!(code, Some(0 | 1)), "vtscan failed: run it by hand");
    let lines = reader.join().unwrap();
    assert!(lines >= RECORDS || options.contains(&"invalid"), "only {lines} lines");
    (took.as_secs_f64(), peak)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
