//! What becomes of lines: how they are counted, named, and read as a whole.

use iocs::extract::{Block, Context, Lines, Options, Rules, read_block, read_block_in};
use iocs::finding::{Content, Extent};

use super::{SEARCH, read};

fn texts(block: &Block) -> Vec<(u64, String, bool)> {
    let text = |content: &Content| match content {
        Content::Indicator(indicator) => indicator.text.clone(),
        Content::Invalid(invalid) => format!("! {}", invalid.reason),
    };
    block
        .found
        .iter()
        .map(|found| (found.line, text(&found.content), found.extent == Extent::Inside))
        .collect()
}

#[test]
fn every_line_is_in_one_count() {
    let text = "evil.com\n\n# a comment\n  \t\nprose only\nsee 8.8.8.8\n#retired.example.com\n  # at 1.1.1.1 x\na.com\nb.com\nc.com\n";
    let block = read(text);
    assert_eq!((block.lines, block.with, block.without), (11, 5, 1));
    assert_eq!((block.comments, block.blank), (3, 2));
    assert_eq!(block.without_lines, [(4, 26..36)]);
    assert_eq!(&text[26..36], "prose only");
    let comments: Vec<(u64, &str, &str)> = block
        .comments_with
        .iter()
        .map(|(line, span, held)| (*line, &text[span.clone()], held.as_str()))
        .collect();
    assert_eq!(
        comments,
        [(6, "#retired.example.com", "retired.example.com"), (7, "# at 1.1.1.1 x", "1.1.1.1")]
    );
}

#[test]
fn lines_end_at_lf_crlf_and_cr() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["evil.com", "", "at 8.8.8.8 x", "1.1.1.1"].join(end);
        for text in [text.clone(), text + end] {
            let block = read(&text);
            assert_eq!((block.lines, block.blank, block.with), (4, 1, 3), "{text:?}");
            let lines: Vec<u64> = block.found.iter().map(|found| found.line).collect();
            assert_eq!(lines, [0, 2, 3], "{text:?}");
        }
    }
    assert_eq!(read("").lines, 0);
    assert_eq!(read("\n\r").lines, 2);
    assert_eq!(read("\r\n").lines, 1);
}

#[test]
fn spans_are_the_text_found() {
    let text = b" \xff\0 hxxp://evil[.]com/a), 8[.]8[.]8[.]8 \xe4 \n  evil.com # note \n";
    let block = read(text);
    let spans: Vec<&[u8]> = block.found.iter().map(|found| &text[found.span.clone()]).collect();
    assert_eq!(spans, [&b"hxxp://evil[.]com/a"[..], &b"8[.]8[.]8[.]8"[..], &b"evil.com"[..]]);
}

#[test]
fn so_many_lines_are_named() {
    let text = "prose\n# at 1.1.1.1\n".repeat(5);
    let block = read_block(text.as_bytes(), Options { named: 2, ..SEARCH });
    assert_eq!((block.without, block.comments), (5, 5));
    assert_eq!((block.without_lines.len(), block.comments_with.len()), (2, 2));
}

#[test]
fn an_invalid_token_is_a_slip_only_where_it_holds_nothing() {
    let text = "999.1.1.1\nevil.notatld\nsha256:abc\na at 999.1.1.1\nhttp://evil.notatld/a,evil.com\n\
                evil dot com\nlocalhost\nhxxp:\\\\evil[.]notatld\nabc,evil.com,999.1.1.1\n";
    let found = texts(&read(text));
    let slips: Vec<u64> =
        found.iter().filter(|found| found.1.starts_with('!')).map(|found| found.0).collect();
    assert_eq!(slips, [0, 1, 2, 7]);
    let rest: Vec<(u64, &str, bool)> = found
        .iter()
        .filter(|found| !found.1.starts_with('!'))
        .map(|(line, text, inside)| (*line, text.as_str(), *inside))
        .collect();
    assert_eq!(
        rest,
        [
            (4, "evil.com", true),
            (5, "evil.com", false),
            (6, "localhost", false),
            (8, "evil.com", true)
        ]
    );
}

#[test]
fn whole_lines_are_not_searched() {
    let settings = Options { lines: Lines::Whole, named: 5, rules: Rules::Applied };
    let block = read_block(b"evil.com\nat evil.com\n\n# at 1.1.1.1\n#2.2.2.2\na,b\n", settings);
    assert_eq!(
        texts(&block),
        [
            (0, "evil.com".to_owned(), false),
            (1, "! not an indicator".to_owned(), false),
            (5, "! not an indicator".to_owned(), false)
        ]
    );
    assert_eq!((block.with, block.without, block.comments), (3, 0, 2));
    assert_eq!(block.comments_with.len(), 1);
}

/// AsciiDoc and mail wrap a sentence so that its last word, a URL, stands alone.
#[test]
fn a_url_alone_in_a_line_loses_the_end_of_its_sentence() {
    let cases = [
        ("https://evil.com/a/.", "https://evil.com/a/"),
        ("https://evil.com/a.pdf[here].", "https://evil.com/a.pdf"),
        ("https://evil.com/a.pdf[here]", "https://evil.com/a.pdf"),
        ("https://evil.com/a,", "https://evil.com/a"),
        ("https://evil.com/a[1]", "https://evil.com/a[1]"),
        ("https://evil.com/a?", "https://evil.com/a"),
        ("https://evil.com/a?b", "https://evil.com/a?b"),
        ("https://evil.com/a)", "https://evil.com/a"),
        ("https://evil.com/a_(b)", "https://evil.com/a_(b)"),
    ];
    for (line, url) in cases {
        let block = read_block_in(line.as_bytes(), SEARCH, &Context::of("report.adoc"));
        assert_eq!(texts(&block)[0].1, url);
    }
    // Elsewhere balanced brackets are the URL's own.
    assert_eq!(texts(&read("https://evil.com/a[here]"))[0].1, "https://evil.com/a[here]");
    assert_eq!(texts(&read("https://evil.com/a[b_[c]]"))[0].1, "https://evil.com/a[b_[c]]");
}

/// A source comes in blocks: wherever it is cut at a line's end, what is found is the same.
#[test]
fn labels_reach_over_the_ends_of_blocks() {
    let md5 = "d41d8cd98f00b204e9800998ecf8427e";
    let json = format!("{{\n\"type\": \"imphash\",\n\"id\": 1,\n\"value\": \"{md5}\"\n}}\n");
    let table = format!("name,imphash,note\na,{md5},b\nc,{md5},d\ne,x,{md5}\n");
    let alone = format!("Imphash:\n{md5}\n{md5}\nMD5:\n{md5}\n");
    for (text, count) in [(json, 0), (table, 1), (alone, 1)] {
        for (end, _) in text.match_indices('\n') {
            let (first, second) = text.as_bytes().split_at(end + 1);
            let context = Context::default().after(first);
            let found = [read_block(first, SEARCH), read_block_in(second, SEARCH, &context)];
            assert_eq!(found.iter().map(|block| block.found.len()).sum::<usize>(), count, "{text}");
        }
    }
}
