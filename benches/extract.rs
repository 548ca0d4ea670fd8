//! How fast a log is searched, and what memory that takes: `cargo bench --bench extract`.
//!
//! Beside `rg -o` with a pattern for the same things, where that is installed; the two take turns in
//! one run, since one machine's figures say little about another's. Needs 1.2 GB of temporary space.
//! `-- speed` (or `growth`, `line`, `list`) runs that part alone.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

mod memory;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use vtscan::list::{self, List, ListOptions};

const MB: usize = 1_000_000;
const LOG: usize = 100 * MB;
const LARGE_LOG: usize = 1_000 * MB;
const ROUNDS: usize = 5;
/// Different indicators in a log, however long it is.
const UNIQUE: u64 = 20_000;
/// Different indicators in the list whose memory is measured.
const LISTED: usize = 1_000_000;

/// What vtscan looks for, as far as one pattern says it.
const PATTERN: &str = r#"(?i-u)\b(?:https?://[^\s"<>]+|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,})\b"#;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("100mb.log");
    write_log(&log, LOG);
    if is_wanted("speed") {
        speed(&log);
    }
    if is_wanted("growth") {
        let large = folder.path().join("1gb.log");
        write_log(&large, LARGE_LOG);
        growth(&log, &large);
        std::fs::remove_file(large).unwrap();
    }
    if is_wanted("line") {
        one_line(&folder.path().join("line.json"));
    }
    if is_wanted("list") {
        list(&folder.path().join("list.txt"));
    }
}

/// Whether a part was named on the command line (`-- speed`), or none was.
fn is_wanted(part: &str) -> bool {
    let mut named =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).peekable();
    named.peek().is_none() || named.any(|name| name == part)
}

/// Reading, finding, canonicalising and de-duplicating, beside finding alone.
fn speed(log: &Path) {
    let (mut one, mut two, mut rg) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = String::new();
    for round in 1..=ROUNDS {
        one.push(rate(|| read(log, 1)));
        two.push(rate(|| read(log, 2)));
        rg.extend(has_ripgrep().then(|| rate(|| ripgrep(log))));
        let last = |rates: &[f64]| rates.last().copied().unwrap_or(0.0);
        println!(
            "round {round}: one thread {:.0} MB/s, two {:.0}, rg -o {:.0}",
            last(&one),
            last(&two),
            last(&rg)
        );
        found = read(log, 2).to_string();
    }
    println!("{} MB of log: {found}", LOG / MB);
    let (one, two) = (median(&mut one), median(&mut two));
    println!("  one thread {one:.0} MB/s, two threads {two:.0} MB/s");
    if rg.is_empty() {
        return println!("  rg is not installed: nothing to compare with");
    }
    let rg = median(&mut rg);
    println!("  rg -o {rg:.0} MB/s");
    println!("  ratio on one thread {:.2} (at least 0.60)", one / rg);
    println!("  ratio on two threads {:.2} (at least 1.00)", two / rg);
}

/// Megabytes of the log a second.
fn rate<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(work());
    (LOG / MB) as f64 / start.elapsed().as_secs_f64()
}

fn read(log: &Path, threads: usize) -> List {
    list::read(&[log.into()], ListOptions { threads, ..ListOptions::default() }).unwrap()
}

fn has_ripgrep() -> bool {
    Command::new("rg").arg("--version").stdout(Stdio::null()).status().is_ok()
}

fn ripgrep(log: &Path) {
    let mut rg = Command::new("rg");
    rg.args(["--no-config", "-o", "-N", "-e", PATTERN]).arg(log).stdout(Stdio::null());
    assert!(rg.status().unwrap().success());
}

/// Ten times the log with the same indicators in it takes no more memory.
fn growth(log: &Path, large: &Path) {
    let (small, large) = (peak_of(log), peak_of(large));
    println!("peak memory: 100 MB of log {small:.1} MiB, 1 GB {large:.1} MiB");
    println!("  ratio {:.2} (at most 1.20)", large / small);
}

/// A log that is one line, through the real program.
fn one_line(path: &Path) {
    for size in [LOG / 10, LOG] {
        let event = |n: usize| {
            format!(
                "{{\"source\":\"45.1.{}.{}\",\"note\":\"nothing else\"}},",
                n >> 8 & 255,
                n & 255
            )
        };
        let mut line = String::from("[");
        (0..)
            .map(event)
            .take_while(|event| {
                line += event;
                line.len() < size
            })
            .for_each(drop);
        std::fs::write(path, line).unwrap();
        let start = Instant::now();
        let peak = peak_of(path);
        let time = start.elapsed().as_secs_f64();
        println!("one line of {} MB: {time:.2} s, peak memory {peak:.1} MiB", size / MB);
    }
}

/// What a list of a million takes for each, beside the texts themselves.
fn list(path: &Path) {
    let line = |n: usize| match n % 3 {
        0 => format!("9.{}.{}.{}", n >> 16, n >> 8 & 255, n & 255),
        1 => format!("host-{n}.example.com"),
        _ => format!("{:064x}", n as u128 * 0x9E37_79B9_7F4A_7C15),
    };
    let (mut text, mut letters) = (String::new(), 0);
    for line in (0..LISTED).map(line) {
        letters += line.len();
        let _ = writeln!(text, "{line}");
    }
    std::fs::write(path, "9.9.9.9\n").unwrap();
    let base = peak_of(path);
    std::fs::write(path, text).unwrap();
    let peak = peak_of(path);
    let each = ((peak - base) * 1_048_576.0 - letters as f64) / LISTED as f64;
    println!(
        "{LISTED} different indicators: peak memory {peak:.1} MiB, one indicator {base:.1} MiB"
    );
    println!("  {each:.0} bytes each beside the texts (at most 150)");
}

/// The most memory that a dry run took, in MiB; 0 where the system does not say.
fn peak_of(input: &Path) -> f64 {
    let mut vtscan = Command::new(env!("CARGO_BIN_EXE_vtscan"));
    vtscan.args(["--dry-run", "--store", "none", "-q", "--only", "malicious"]).arg(input);
    vtscan.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = vtscan.spawn().unwrap();
    let peak = memory::peak(&child);
    assert!(child.wait().unwrap().success(), "vtscan failed: run it by hand");
    peak
}

/// The same log in every run: web servers, firewalls, mail, endpoints, and lines that hold nothing.
fn write_log(path: &Path, size: usize) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut draw = |below: u64| {
        // xorshift64 (Marsaglia 2003): no randomness is needed, only variety.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let (mut line, mut written) = (String::new(), 0);
    while written < size {
        line.clear();
        let time = draw(86_400);
        let _ =
            write!(line, "2026-11-21T{:02}:{:02}:{:02}Z ", time / 3600, time / 60 % 60, time % 60);
        write_event(&mut line, draw(6), draw(UNIQUE), draw(100_000));
        file.write_all(line.as_bytes()).unwrap();
        written += line.len();
    }
    file.flush().unwrap();
}

/// One event about the n-th indicator.
fn write_event(line: &mut String, event: u64, n: u64, other: u64) {
    let address = format!("45.{}.{}.{}", n % 3, n >> 8 & 255, n & 255);
    let _ = match event {
        0 => writeln!(
            line,
            "{address} - - \"GET /static/app-{other}.js?v={other} HTTP/1.1\" 200 {other} \"-\" \
             \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\""
        ),
        1 => writeln!(
            line,
            "fw01 kernel: [{other}.{n:06}] DROP IN=eth0 OUT= MAC=00:16:3e:5e:6c:00 SRC={address} \
             DST=10.0.0.5 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID={other} PROTO=TCP SPT={other} DPT=22"
        ),
        2 => writeln!(
            line,
            "proxy01 TCP_MISS/200 {other} GET http://site{n}.example.com/gate.php?id={n} - \
             HIER_DIRECT/{address} text/html"
        ),
        3 => writeln!(
            line,
            "edr host={other} event=process_start pid={other} parent=explorer image=C:\\Windows\\x{n}.exe \
             sha256={:064x}",
            u128::from(n) * 0x9E37_79B9_7F4A_7C15_F39C
        ),
        4 => writeln!(
            line,
            "dns01 query: host{n}.example.net IN A +E(0)K from client {other} (cache hit)"
        ),
        _ => writeln!(
            line,
            "app worker-{other}: request {n} finished in {other} ms, status ok, queue empty, \
             retrying never, cache warm, nothing to be seen in this line of the log at all"
        ),
    };
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
