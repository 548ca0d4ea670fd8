//! Starts a simulator, prints its URL and a key on one line, and serves until stdin is closed.
//!
//! With `bench` as its argument it serves 22 KB bodies, uncompressed; a number more sets the threads.

#![allow(clippy::print_stdout)]

use std::io::Read as _;
use vt_simulator::{Config, Fault, KEY, Kind, Rule, Simulator, When, Which};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    // One poll more than VirusTotal may need: a trial by hand should not wait long for an analysis.
    let mut config = Config { analysis_polls: 1, ..Config::default() };
    if arguments.next().as_deref() == Some("bench") {
        config = Config { gzip: false, body_bytes: 22_000, ..config };
        config.threads =
            arguments.next().and_then(|threads| threads.parse().ok()).unwrap_or(config.threads);
    }
    let simulator = Simulator::start(config);
    // A client can be shown every answer but this one by its choice of ids.
    let exceeded = Which::Object(Kind::Domain, "quota-exceeded.example.com".to_owned());
    simulator.script(Rule::new(exceeded, When::Always, Fault::quota_exceeded(None)));
    println!("{} {KEY}", simulator.url());
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
