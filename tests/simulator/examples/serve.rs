//! Starts a simulator, prints its URL and a key on one line, and serves until stdin is closed.
//!
//! With `bench` as its argument it serves 22 KB bodies, uncompressed; a number more sets the threads.

#![allow(clippy::print_stdout)]

use std::io::Read as _;
use vt_simulator::{Config, KEY, Simulator};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut config = Config::default();
    if arguments.next().as_deref() == Some("bench") {
        config = Config {
            gzip: false,
            body_bytes: 22_000,
            ..config
        };
        config.threads = arguments
            .next()
            .and_then(|threads| threads.parse().ok())
            .unwrap_or(config.threads);
    }
    let simulator = Simulator::start(config);
    println!("{} {KEY}", simulator.url());
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
