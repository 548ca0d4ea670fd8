//! The bulk of a body, which a lookup tool has to read past: whois texts, import lists.

use crate::json::Json;
use crate::kind::Kind;
use std::sync::LazyLock;

/// The length of one line of the texts, in the body; they are only cut between lines.
const LINE: usize = 64;
const LINES: usize = 2048;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    const FIELDS: [&str; 8] = [
        "netname",
        "descr",
        "remarks",
        "mnt-by",
        "person",
        "address",
        "Registrar URL",
        "Name Server",
    ];
    (0..LINES)
        .map(|nth| {
            let line = format!(
                "{}: simulated \\\"registry\\\" entry {nth:05} of the whois",
                FIELDS[nth % FIELDS.len()]
            );
            format!("{line:.<width$}\\n", width = LINE - 2)
        })
        .collect()
});

static IMPORTS: LazyLock<String> = LazyLock::new(|| {
    (0..LINES)
        .map(|nth| {
            let import = format!("\"SimulatedImport{:05}{}\",", nth, "W".repeat(nth % 7));
            format!("\n                    {import: <width$}", width = LINE - 21)
        })
        .collect()
});

/// Adds about this number of bytes of what objects of this kind are mostly made of.
pub(crate) fn pad(json: &mut Json, kind: Kind, bytes: usize) {
    // Names and addresses come with a whois text of some length however small the body may be.
    let least = if matches!(kind, Kind::Ip | Kind::Domain) { 8 } else { 0 };
    let lines = (bytes / LINE).max(least);
    if lines == 0 {
        return;
    }
    match kind {
        Kind::Ip | Kind::Domain => text(json, "whois", lines),
        Kind::Url => json.object("html_meta", |json| {
            json.key("description");
            json.open('[');
            json.next();
            long_text(json, lines);
            json.close(']');
        }),
        Kind::File => json.object("pe_info", |json| imports(json, lines)),
    }
}

fn text(json: &mut Json, name: &str, lines: usize) {
    json.key(name);
    long_text(json, lines);
}

fn long_text(json: &mut Json, lines: usize) {
    json.raw("\"");
    repeat(json, &TEXT, lines);
    json.raw("\"");
}

fn imports(json: &mut Json, lines: usize) {
    json.key("imported_functions");
    json.raw("[");
    repeat(json, &IMPORTS, lines);
    // The lines end in commas; this is the last element.
    json.raw("\n                    \"ExitProcess\"\n                ]");
}

fn repeat(json: &mut Json, text: &str, lines: usize) {
    let mut left = lines;
    while left > 0 {
        let now = left.min(LINES);
        json.raw(&text[..now * LINE]);
        left -= now;
    }
}

#[cfg(test)]
mod tests {
    use super::{IMPORTS, LINE, LINES, TEXT};

    #[test]
    fn lines_are_of_one_length() {
        for text in [&*TEXT, &*IMPORTS] {
            assert_eq!(text.len(), LINE * LINES);
        }
        assert!(TEXT.as_bytes().chunks(LINE).all(|line| line.ends_with(b"\\n")));
        assert!(IMPORTS.as_bytes().chunks(LINE).all(|line| line.starts_with(b"\n")));
    }
}
