//! What must hold for any bytes, and for any indicator.

use std::net::{Ipv4Addr, Ipv6Addr};

use iocs::indicator::{Indicator, Reading, Scheme, classify, defang};
use proptest::prelude::*;

use super::MD5;

/// Lines made of what classification turns on, so that chance finds the odd corners.
fn odd_line() -> impl Strategy<Value = String> {
    let pieces = [
        "http", "https", "hxxp", "ftp", "://", "[", "]", "(", ")", "{", "}", "<", ">", ".", "[.]",
        "dot", "at", "@", ":", "/", "//", "\\", "evil", "com", "co.uk", "1", "10", "8.8.8.8", "::",
        "2a00::1", "ff", "%", "#", " ", "\t", "\u{e4}", "xn--", "\u{feff}", "\u{a0}", "?", "*",
        "-", "_", ",", "local", "0x7f", "sha1", MD5, "\u{3002}", "\u{fffd}",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14)
        .prop_map(|pieces| pieces.concat())
}

fn host() -> impl Strategy<Value = String> {
    let name = (
        "[a-z0-9]([a-z0-9_-]{0,10}[a-z0-9])?",
        prop::sample::select(vec!["com", "co.uk", "duckdns.org", "xn--p1ai", "lan"]),
    )
        .prop_map(|(label, suffix)| format!("{label}.{suffix}"));
    let sub = ("[a-z0-9_]{1,8}", name.clone()).prop_map(|(label, name)| format!("{label}.{name}"));
    let v4 = any::<Ipv4Addr>().prop_map(|address| address.to_string());
    prop_oneof![name, sub, v4]
}

/// Canonical forms of all kinds.
fn canonical() -> impl Strategy<Value = String> {
    let v6 = any::<Ipv6Addr>().prop_map(|address| address.to_string());
    let authority = prop_oneof![host(), v6.clone().prop_map(|address| format!("[{address}]"))];
    let url = (
        "(http|https|ftp)",
        "(user@|u:p@)?",
        authority,
        "(:[0-9]{1,4})?",
        "/[a-zA-Z0-9_.~!$&'()*+,;=:@%/?#-]{0,30}",
    )
        .prop_map(|(scheme, user, host, port, rest)| format!("{scheme}://{user}{host}{port}{rest}"))
        // A whole pair in a path is a mark, so this is not canonical.
        .prop_filter("marks in the path", |url| {
            !["(.)", "(:)", "(/)", "(//)", "(:/)", "(://)", "(@)"]
                .iter()
                .any(|mark| url.contains(mark))
        });
    let range = any::<Ipv4Addr>().prop_map(|address| format!("{address}/24"));
    prop_oneof![host(), v6, range, url, "[0-9a-f]{32}", "[0-9a-f]{40}", "[0-9a-f]{64}"]
}

/// One way of writing each sign of a host, by turns.
fn marked(text: &str, turns: &[usize]) -> String {
    let dots = [
        ".", "[.]", "(.)", "{.}", "[dot]", "(DOT)", "\\.", "[.", ".]", "[[.]]", "\\[.\\]", " dot ",
        " [.] ",
    ];
    let mut turns = turns.iter().copied().cycle();
    let mut pick = |ways: &[&'static str]| ways[turns.next().unwrap_or(0) % ways.len()];
    let (scheme, rest) = match text.split_once("://") {
        Some(("http", rest)) => (
            pick(&["http", "hxxp", "hXXp", "h**p", "htxp"]).to_owned()
                + pick(&["://", "[:]//", "[://]", ":[/][/]", "[:/]/"]),
            rest,
        ),
        Some(("https", rest)) => (
            pick(&["https", "hxxps", "HXXPS", "h**ps"]).to_owned()
                + pick(&["://", "[:]//", "[://]", "(:)//"]),
            rest,
        ),
        Some((other, rest)) => (other.to_owned() + pick(&["://", "[:]//", "[://]"]), rest),
        None => (String::new(), text),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let mut out = scheme;
    for c in rest[..end].chars() {
        match c {
            '.' => out.push_str(pick(&dots)),
            ':' => out.push_str(pick(&[":", "[:]", "(:)"])),
            '@' => out.push_str(pick(&["@", "[@]", "(@)"])),
            _ => out.push(c),
        }
    }
    out + &rest[end..]
}

fn read(text: &str) -> Option<Indicator> {
    match classify(text.as_bytes()) {
        Reading::Indicator(indicator) => Some(indicator),
        _ => None,
    }
}

/// A canonical form says its scheme, even where the line did not.
fn as_canonical(indicator: &Indicator) -> Option<Indicator> {
    let mut indicator = indicator.clone();
    if indicator.is_scheme_assumed() {
        indicator.facts.scheme = Scheme::Web;
    }
    Some(indicator)
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = classify(&line);
    }

    #[test]
    fn whatever_is_found_is_canonical_and_survives_defanging(line in odd_line()) {
        if let Some(found) = read(&line) {
            prop_assert_eq!(read(&found.text), as_canonical(&found));
            prop_assert_eq!(read(&defang(&found)), as_canonical(&found));
        }
    }

    #[test]
    fn canonical_forms_are_fixed_points(text in canonical()) {
        let found = read(&text).unwrap();
        prop_assert_eq!(&read(&found.text), &Some(found.clone()));
        prop_assert_eq!(read(&defang(&found)), Some(found));
    }

    #[test]
    fn any_mixture_of_marks_is_undone(text in canonical(), turns in prop::collection::vec(any::<usize>(), 12)) {
        let found = read(&text).unwrap();
        let marked = marked(&found.text, &turns);
        prop_assert_eq!(read(&marked), Some(found), "{}", marked);
    }
}
