//! One table for a ticket, as a renderer of GitHub's Markdown reads it.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::json;
use vt_simulator::{Kind, Object};

use super::hostile::{harmless, hostile};
use super::{SHA256, all_kinds};
use crate::env::Env;
use crate::lists::{lines, mixed};

/// The tables' rows of cells, and everything outside them, as a reader sees it.
#[derive(Default)]
struct Rendered {
    tables: usize,
    rows: Vec<Vec<String>>,
    links: Vec<String>,
    /// What no text of a table needs: HTML, images, emphasis.
    markup: Vec<String>,
}

fn render(markdown: &str) -> Rendered {
    let mut rendered = Rendered::default();
    let mut is_cell = false;
    for event in Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH,
    ) {
        match event {
            Event::Start(Tag::Table(_)) => rendered.tables += 1,
            Event::Start(Tag::TableRow | Tag::TableHead) => rendered.rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                rendered.rows.last_mut().unwrap().push(String::new());
                is_cell = true;
            }
            Event::End(TagEnd::TableCell) => is_cell = false,
            Event::Text(text) | Event::Code(text) if is_cell => {
                rendered.rows.last_mut().unwrap().last_mut().unwrap().push_str(&text);
            }
            Event::Start(Tag::Link { dest_url, .. }) => rendered.links.push(dest_url.to_string()),
            Event::Html(html) | Event::InlineHtml(html) => rendered.markup.push(html.to_string()),
            Event::Start(Tag::Image { dest_url, .. }) => rendered.markup.push(dest_url.to_string()),
            Event::InlineMath(math) | Event::DisplayMath(math) => {
                rendered.markup.push(math.to_string());
            }
            Event::Start(
                tag
                @ (Tag::Emphasis | Tag::Heading { .. } | Tag::Strikethrough | Tag::CodeBlock(_)),
            ) => {
                rendered.markup.push(format!("{tag:?}"));
            }
            _ => {}
        }
    }
    rendered
}

#[test]
fn it_is_one_table_with_the_worst_first() {
    let env = Env::new();
    let run = env.scan(&lines(&mixed(40)), ["-f", "markdown"]).exits(1);
    let rendered = render(&run.stdout);
    assert_eq!(rendered.tables, 1, "{}", run.stdout);
    assert_eq!(rendered.rows.len(), 41);
    assert_eq!(
        rendered.rows[0],
        ["verdict", "detections", "kind", "indicator", "details", "report"]
    );
    let order = ["malicious", "suspicious", "undetected", "unknown"];
    let verdicts: Vec<usize> = rendered.rows[1..]
        .iter()
        .map(|row| order.iter().position(|verdict| *verdict == row[0]).expect(&row[0]))
        .collect();
    assert!(verdicts.is_sorted(), "{verdicts:?}");
    assert!(verdicts.contains(&0) && verdicts.contains(&2));
    assert!(rendered.links.iter().all(|link| link.starts_with("https://www.virustotal.com/gui/")));
    assert!(rendered.markup.is_empty(), "{:?}", rendered.markup);
}

#[test]
fn it_is_defanged_and_says_what_it_is_of() {
    let (env, list) = all_kinds();
    let run = env.scan(&list, ["-f", "markdown"]);
    for live in ["://example.com", "185.220.101.42 ", "`example.com"] {
        assert!(!run.stdout.contains(live), "{live} in {}", run.stdout);
    }
    for text in [
        "hxxp://example[.]com/x",
        "185[.]220[.]101[.]42",
        "input.txt`",
        "Malicious from 3 engines",
        "2 malicious, ",
    ] {
        assert!(run.stdout.contains(text), "no {text} in {}", run.stdout);
    }
}

#[test]
fn hostile_strings_change_nothing_in_it() {
    let (env, list) = hostile();
    let run = env.scan(&list, ["-f", "markdown"]);
    harmless(&run.stdout);
    assert_eq!(render(&run.stdout).rows.len(), 5);
    let tricks = [
        "a | b | c",
        "`code` ``",
        "\\| \\",
        "</td><script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![i](http://evil.com/i.png)",
        "<http://evil.com>",
        "*a* _b_ ~~c~~ $x$ **d**",
        "# head",
        "&lt;b&gt;",
        "http://evil.com/x",
        "mail@evil.com",
        "www.evil.com",
        "<!-- ",
        "a\\",
        "`",
        "|",
    ];
    for trick in tricks {
        let env = Env::new();
        let attributes = json!({"title": trick, "last_final_url": format!("http://evil.com/{trick}"),
            "categories": {"x": trick}, "last_analysis_stats": {"malicious": 5, "harmless": 9}});
        let body = json!({"data": {"type": "url", "id": SHA256, "attributes": attributes}});
        env.simulator.set(Kind::Url, "http://example.com/x", Object::Body(body.to_string()));
        let list = format!("http://example.com/x\n1.2.3.999{trick}\n");
        let run = env.scan(&list, ["-f", "markdown", "--whole-lines"]);
        let rendered = render(&run.stdout);
        assert_eq!((rendered.tables, rendered.rows.len()), (1, 3), "{}", run.stdout);
        assert!(rendered.rows.iter().all(|row| row.len() == 6), "{}", run.stdout);
        assert!(rendered.markup.is_empty(), "{trick}: {:?}\n{}", rendered.markup, run.stdout);
        let is_ours = |link: &String| link.starts_with("https://www.virustotal.com/gui/");
        assert!(rendered.links.iter().all(is_ours), "{trick}: {:?}", rendered.links);
        assert!(!run.stdout.contains("://evil.com"), "{}", run.stdout);
        let cell = &rendered.rows[1][4];
        // What is left of a URL in it differs.
        let beginning = trick.split(['.', ':', '@']).next().unwrap().trim_end_matches("http");
        assert!(cell.contains(beginning), "{trick} is not in {cell}");
    }
}
