//! The search is linear: of the worst inputs, 100 MB take at most 12 times what 10 MB take, in
//! process, the best of five of each. `cargo bench --bench growth` fails where one does not;
//! `-- dots quotes` reads these two alone.

#![allow(clippy::print_stdout, missing_docs)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use iocs::extract::{Options, read_block};

const SMALL: usize = 10 << 20;
const LARGE: usize = 10 * SMALL;
const MOST: f64 = 12.0;
const ROUNDS: usize = 5;

/// What is said over and over, in one line unless it holds its own line ends.
const UNITS: &[(&str, &str)] = &[
    ("dots", "."),
    ("letters", "a"),
    ("hex", "f"),
    ("brackets opened", "["),
    ("brackets closed", "]"),
    ("brackets by turns", "[]"),
    ("nested marks", "[[[[.]]]]"),
    ("nested marks in a name", "a[[[[.]]]]"),
    ("half marks", "aa.aa[aa"),
    ("colons", ":"),
    ("slashes", "/"),
    ("backslashes", "\\"),
    ("ends of schemes", "://"),
    ("schemes", "http://"),
    ("URLs in URLs", "http://evil.com/"),
    ("URLs that are none", "http://evil.notatld/"),
    ("URLs with open brackets", "http://evil.com/("),
    ("users", "a@"),
    ("labels", "a."),
    ("numbers", "1."),
    ("addresses too long", "1.1.1.1."),
    ("addresses", "1.1.1.1,"),
    ("at signs", "@"),
    ("quotes", "\""),
    ("words in quotes", "\"a\","),
    ("two colons", "::"),
    ("groups", "a:b:"),
    ("addresses joined", "1.1.1.1-"),
    ("marked addresses joined", "1[.]1[.]1[.]1-"),
    ("names joined", "aa.bb_1-"),
    ("mail addresses", "a.b@evil.com,"),
    ("hashes joined", "d41d8cd98f00b204e9800998ecf8427e-g-"),
    ("labels of hashes", "imphash "),
    ("cells", "a,"),
    ("rows of URLs", "http://evil.com/a,b,"),
    ("a path", "a/b.com/"),
    ("JSON escapes", "\\n"),
    ("half a letter", "\u{e4}."),
    ("escapes", "%2Fevil.com"),
    ("scripts without spaces", "\u{4e2d}evil.com"),
    ("hashes", "d41d8cd98f00b204e9800998ecf8427e,"),
    ("hashes in a name", "d41d8cd98f00b204e9800998ecf8427e."),
    ("values", "\"value\": \"d41d8cd98f00b204e9800998ecf8427e\"\n"),
    ("dots spelt out", "a dot "),
    ("IPv6", "::1,"),
    ("spaces", " "),
    ("line ends", "\n"),
];

fn main() -> ExitCode {
    // `cargo test --benches` runs this too, and has no time for it.
    let (options, named): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    if !options.iter().any(|option| option == "--bench") {
        return ExitCode::SUCCESS;
    }
    let mut is_linear = true;
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|named| named == name);
    for (name, before, unit) in inputs().filter(|(name, ..)| is_wanted(name)) {
        let (small, large) = (best(before, unit, SMALL), best(before, unit, LARGE));
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        println!("{name:>26}: 10 MB {small:>9.1?}, 100 MB {large:>9.1?}, {ratio:.1} times");
        is_linear &= ratio <= MOST;
    }
    if is_linear {
        return ExitCode::SUCCESS;
    }
    println!("not linear: more than {MOST} times");
    ExitCode::FAILURE
}

/// Each unit by itself, and what stands only once before others.
fn inputs() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let begun = [
        ("one long URL", "http://evil.com/", "a/b-c.d?e=f&"),
        ("one long URL of brackets", "http://evil.com/", "(a"),
        ("one long query", "http://evil.com/?", "a,b;"),
        ("a quoted line", "\"", "evil.com "),
        ("an array", "[", "\\nevil.com"),
    ];
    UNITS.iter().map(|(name, unit)| (*name, "", *unit)).chain(begun)
}

fn best(before: &str, unit: &str, size: usize) -> Duration {
    let text = before.to_owned() + &unit.repeat(size / unit.len());
    let round = || {
        let start = Instant::now();
        std::hint::black_box(read_block(
            text.as_bytes(),
            Options { named: 10, ..Options::default() },
        ));
        start.elapsed()
    };
    (0..ROUNDS).map(|_| round()).min().unwrap_or_default()
}
