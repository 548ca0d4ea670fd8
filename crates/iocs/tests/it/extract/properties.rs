//! What must hold for any bytes.

use std::fs;

use iocs::extract::{Lines, Options, Rules, read_block};
use iocs::finding::Content;
use iocs::indicator::{Reading, classify};
use proptest::prelude::*;

use super::{fixtures, read};

/// Text made of what the search turns on, so that chance finds the odd corners.
const PIECES: &[&[u8]] = &[
    b"http",
    b"hxxps",
    b"ftp",
    b"://",
    b"[",
    b"]",
    b"(",
    b")",
    b"{",
    b"}",
    b"<",
    b">",
    b".",
    b"[.]",
    b"dot",
    b" dot ",
    b"at",
    b"@",
    b"[@]",
    b":",
    b"[:]",
    b"/",
    b"//",
    b"\\",
    b"\\n",
    b"\\u0026",
    b"evil",
    b"com",
    b"zip",
    b"1",
    b"10",
    b"8.8.8.8",
    b"::",
    b"2a00::1",
    b"ff",
    b"%",
    b"%2F",
    b"#",
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"\"",
    b"'",
    b"`",
    b"|",
    b",",
    b";",
    b"&amp;",
    b"&quot;",
    b"?",
    b"*",
    b"-",
    b"_",
    b"imphash",
    b"value\": \"",
    b"d41d8cd98f00b204e9800998ecf8427e",
    b"\xe4",
    b"\xc3\xa4",
    b"\xe4\xb8\xad",
    b"\xe2\x80\x9d",
    b"\xff",
    b"\0",
    b"xn--",
    b"\xef\xbb\xbf",
];

fn odd_text() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(text in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&text);
    }

    #[test]
    fn what_is_found_is_canonical(text in odd_text()) {
        for found in read(&text).found {
            let Content::Indicator(indicator) = found.content else { continue };
            let again = classify(indicator.text.as_bytes());
            let Reading::Indicator(again) = again else {
                return Err(TestCaseError::fail(format!("{indicator:?} is {again:?}")));
            };
            prop_assert_eq!((again.kind, again.text, again.facts.reserved), (indicator.kind, indicator.text, indicator.facts.reserved));
        }
    }

    #[test]
    fn lines_are_read_one_by_one(lines in prop::collection::vec("[ -\"$-~]{0,60}", 1..6)) {
        // But for what a table's head and an object's lines above say of digests, and for `#`, which
        // begins a comment only among the lines of a list.
        let text = lines.join("\n") + "\n";
        let whole = read(&text);
        let single: Vec<Content> = lines
            .iter()
            .flat_map(|line| read(format!("{line}\n")).found)
            .map(|found| found.content)
            .collect();
        prop_assert_eq!(whole.found.into_iter().map(|found| found.content).collect::<Vec<_>>(), single);
    }

    #[test]
    fn whole_lines_agree_with_classify(line in odd_text()) {
        let line: Vec<u8> = line.into_iter().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
        let block = read_block(&line, Options { lines: Lines::Whole, named: 0, rules: Rules::Applied });
        if let Reading::Indicator(indicator) = classify(&line)
            && !line.trim_ascii().is_empty()
        {
            prop_assert_eq!(&block.found[0].content, &Content::Indicator(indicator));
        }
    }
}

/// Each text, with one byte turned into another, by turns.
#[test]
fn every_byte_flipped_does_no_harm() {
    for path in fixtures() {
        let mut text = fs::read(&path).unwrap();
        text.truncate(1500);
        for at in 0..text.len() {
            let byte = text[at];
            text[at] = [byte ^ 1, byte ^ 0x80, b'[', b'\n', 0][at % 5];
            let from = at.saturating_sub(200);
            read(&text[from..text.len().min(at + 200)]);
            text[at] = byte;
        }
    }
}

#[test]
fn cut_characters_do_no_harm() {
    let text = "bücher.de \u{4e2d}\u{6587}evil.com\u{4e0b} http://evil.com/\u{e4}\u{1f600} \u{2026}\u{201d}\u{ff0c}";
    for start in 0..text.len() {
        for end in start..=text.len() {
            read(&text.as_bytes()[start..end]);
        }
    }
}
