//! The page as text, without a browser.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use rustix::process::Signal;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use vt_simulator::{Config, Fault, Kind, Latency, Object, Rule, When, Which};

use super::{ADDRESS, DOMAIN, MARKUP, SHA256, URL, case, list, object, page};
use crate::env::{Env, Run};
use crate::running::Running;

/// Characters that a reader would not see, or that would turn the line round.
const UNSEEN: &str =
    "\u{1b}[31m\u{9b}2J\u{7}\r\u{8}\u{7f}\0\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}\u{e0041}";

/// What stands between two texts.
#[track_caller]
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0
}

/// Markup as a reader sees it: neither tags nor attributes.
fn text(markup: &str) -> String {
    let text = Regex::new("(?s)<[^>]*>").unwrap().replace_all(markup, "");
    let escapes = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    escapes.into_iter().fold(text.into_owned(), |text, (escape, sign)| text.replace(escape, sign))
}

/// The cells of each row.
fn rows(page: &str) -> Vec<Vec<String>> {
    let row = Regex::new("(?s)<tr class=\"[a-z]+\" data-place=\"[0-9]+\">(.*?)</tr>").unwrap();
    let cell = Regex::new("(?s)<(?:td|th) [^>]*>(.*?)</(?:td|th)>").unwrap();
    let cells = |row: &str| cell.captures_iter(row).map(|cell| text(&cell[1])).collect();
    row.captures_iter(page).map(|row| cells(&row[1])).collect()
}

/// All that is not style or script of our own.
fn markup(page: &str) -> String {
    let own = Regex::new("(?s)<style>.*?</style>|<script>.*</script>").unwrap();
    own.replace_all(page, "").into_owned()
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[test]
fn the_policy_comes_first_and_allows_this_style_and_this_script_alone() {
    let page = page(&case(), &[]);
    let head = between(&page, "<head>\n", "</head>");
    assert!(head.starts_with("<meta http-equiv=\"Content-Security-Policy\""), "{head:.200}");
    let style = hash(between(&page, "<style>", "</style>"));
    let script = hash(between(&page, "<script>", "</script>"));
    assert_eq!(
        between(&page, "content=\"", "\">"),
        format!(
            "default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn nothing_is_loaded_and_only_virustotals_reports_are_linked() {
    let page = page(&case(), &[]);
    for loads in ["@import", "url(", "import(", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(loads), "{loads}");
    }
    let markup = markup(&page);
    let attribute =
        Regex::new("<[a-z0-9]+[^>]*? (src|srcset|style|on[a-z]+|action|background)=").unwrap();
    let names = Regex::new("\"[^\"]*\"").unwrap().replace_all(&markup, "");
    assert_eq!(attribute.find(&names), None);
    let tag =
        Regex::new("<(link|img|iframe|object|embed|form|base|script|style|a)[ >][^>]*").unwrap();
    let link = "<a href=\"https://www.virustotal.com/gui/";
    let mut links = 0;
    for tag in tag.find_iter(&markup).map(|tag| tag.as_str()) {
        assert!(tag.starts_with(link), "{tag}");
        assert!(tag.ends_with(" target=\"_blank\" rel=\"noopener noreferrer\""), "{tag}");
        links += 1;
    }
    // Four answers of which three are flagged and linked twice.
    assert_eq!(links, 7);
}

#[test]
fn every_record_has_its_row_and_the_worst_stands_first() {
    let env = case();
    let rows = rows(&page(&env, &[]));
    let brief: Vec<[&str; 4]> =
        rows.iter().map(|row| [0, 1, 2, 3].map(|column| row[column].as_str())).collect();
    assert_eq!(
        brief,
        [
            ["malicious", "30/90", "url", "hxxps://login[.]example[.]com/session.php?id=7"],
            ["malicious", "4/64", "ip", "185[.]220[.]101[.]42"],
            ["suspicious", "1/61", "domain", "cdn[.]example[.]net"],
            ["undetected", "0/60", "ip", "9[.]9[.]9[.]9"],
            ["unknown", "–", "file", SHA256],
            ["skipped", "–", "ip", "10[.]0[.]0[.]12"],
            [
                "invalid",
                "–",
                "–",
                "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6e"
            ],
        ]
    );
    // Details, analysed, origin, occurrences.
    assert!(
        rows[0][4].ends_with("; leads to hxxp://landing[.]example[.]org/kit/"),
        "{:?}",
        rows[0]
    );
    assert_eq!(rows[0][5..8], ["2024-12-07", "input.txt:5", "2"]);
    assert_eq!(rows[1][4..8], ["Imagined Hosting; DE", "2024-11-30", "input.txt:7", "1"]);
    assert_eq!(rows[2][5], "no date");
    assert!(rows[5][4].starts_with("Private: "), "{:?}", rows[5]);
    assert_eq!(rows[4][4..8], ["", "", "input.txt:4", "1"]);
}

#[test]
fn a_flagged_record_says_which_engines_flagged_it_and_what_is_known() {
    let rows = rows(&page(&case(), &[]));
    let flagged: Vec<usize> = rows.iter().map(|row| row.len() - 8).collect();
    assert_eq!(flagged, [1, 1, 1, 0, 0, 0, 0], "only flagged rows have something to open");
    assert!(rows[0][8].starts_with("30 engines flagged it"), "{}", rows[0][8]);
    assert!(rows[0][8].contains("leads tohxxp://landing[.]example[.]org/kit/"), "{}", rows[0][8]);
    for said in
        ["Avast malware", "Bkav botnet", "ownerImagined Hosting", &format!("Cyren {MARKUP}")]
    {
        assert!(rows[1][8].contains(said), "{said}: {}", rows[1][8]);
    }
    assert!(rows[2][8].starts_with("1 engine flagged it"), "{}", rows[2][8]);
}

#[test]
fn counts_and_what_was_scanned_head_the_page() {
    let page = page(&case(), &["--malicious-at", "5"]);
    let seen = text(&markup(&page));
    assert_eq!(
        text(between(&page, "<p class=\"headline\">", "</p>")),
        "1 malicious, 2 suspicious of 7 indicators"
    );
    let counts = text(between(&page, "<ul class=\"counts\">", "</ul>"));
    let counts: Vec<&str> = counts.split_whitespace().collect();
    assert_eq!(counts[..8], ["malicious", "1", "14", "%", "suspicious", "2", "29", "%"]);
    assert!(seen.contains("None pending, failed or deferred."), "{seen:.3000}");
    let run = text(between(&page, "<dl class=\"run\">", "</dl>"));
    for said in [
        "input.txt",
        "malicious: 5 engines or more say so; suspicious: 1 engine or more flags it",
        "5 sent, 0 answers from the store",
        "8 lines: 8 with indicators",
        "1 malicious, 2 suspicious, 1 undetected, 1 unknown",
        "; exit 1",
    ] {
        assert!(run.contains(said), "{said}: {run}");
    }
    assert!(seen.contains("These answers are not VirusTotal’s own."), "{seen:.3000}");
    assert!(!seen.contains("This report is partial"), "{seen:.3000}");
}

#[test]
fn what_only_leaves_out_is_counted_all_the_same() {
    let page = page(&case(), &["--only", "suspicious,unknown"]);
    let verdicts: Vec<String> = rows(&page).into_iter().map(|mut row| row.remove(0)).collect();
    assert_eq!(verdicts, ["suspicious", "unknown"]);
    let seen = text(&markup(&page));
    assert!(seen.contains("2 malicious, 1 suspicious of 7 indicators"), "{seen:.3000}");
    assert!(seen.contains("Only suspicious and unknown ones are listed"), "{seen:.3000}");
}

#[test]
fn an_interrupted_run_says_that_its_page_is_partial() {
    let latency = Latency::Fixed(Duration::from_millis(1500));
    let env = Env::with(Config { latency, ..Config::default() });
    env.write("input.txt", list());
    let args = ["-f", "html", "-j", "1", "input.txt"];
    let mut running = Running::start(env.vtscan().args(args));
    env.simulator.wait_for(2, Duration::from_secs(30));
    running.signal(Signal::INT);
    running.hears("interrupted");
    let page = running.end().exits(130).stdout;
    let banner = text(between(&page, "<p class=\"banner\">", "</p>"));
    assert!(banner.starts_with("This report is partial."), "{banner}");
    assert!(page.ends_with("</html>\n"));
    assert_eq!(rows(&page).len(), 7);
}

#[test]
fn a_run_whose_lookups_failed_was_said_to_have_none_flagged_and_not_called_partial() {
    let env = Env::new();
    env.simulator.script(Rule::new(Which::Lookups, When::Always, Fault::html(503)));
    let judged = Object::Judged { malicious: 0, suspicious: 0, undetected: 50, harmless: 7 };
    env.simulator.set(Kind::Ip, "9.9.9.9", judged);
    let args = ["--retries", "0", "-o", "a.html", "-o", "a.md", "-o", "a.txt"];
    env.scan("9.9.9.9\n8.8.8.8\n8.8.4.4\n", args).exits(2);
    let read = |name| std::fs::read_to_string(env.work().join(name)).unwrap();
    let (page, ticket, plain) = (read("a.html"), read("a.md"), read("a.txt"));
    let headline = text(between(&page, "<p class=\"headline\">", "</p>"));
    assert_eq!(headline, "No answer on any of 3 indicators");
    assert!(ticket.starts_with("**No answer on any of 3 indicators**\n"), "{ticket}");
    let seen = text(&markup(&page));
    assert!(seen.contains("This report is partial. It lacks answers: 3 failed."), "{seen:.2000}");
    assert!(ticket.contains("**Partial**: 3 failed\n"), "{ticket}");
    assert!(plain.ends_with("# partial: 3 failed\n"), "{plain}");
}

#[test]
fn a_ticket_did_not_say_that_the_answers_are_not_virustotals() {
    let ticket = case().scan(&list(), ["-f", "markdown"]).stdout;
    let (_, rest) =
        ticket.split_once("**These answers are not VirusTotal's own**: they came from ").unwrap();
    assert!(rest.starts_with("hxxp"), "{ticket}");
}

#[test]
fn what_is_read_is_defanged() {
    let page = page(&case(), &[]);
    let seen = text(&markup(&page));
    for fanged in [ADDRESS, DOMAIN, "login.example", "landing.example", "http://", "https://"] {
        assert!(!seen.contains(fanged), "{fanged} in {seen}");
    }
    assert!(page.contains(&format!("<span data-as=\"{URL}\">")), "the switch has nothing to show");
}

#[test]
fn markup_in_data_is_text() {
    let env = case();
    env.write("<script>owned=1<img src=x onerror=owned=1>.txt", "mail.example.net\n");
    let args = ["-f", "html", "input.txt", "<script>owned=1<img src=x onerror=owned=1>.txt"];
    env.write("input.txt", list());
    let page = Run::of(env.vtscan().args(args)).stdout;
    let markup = markup(&page);
    for tag in ["<img", "<svg onload", "<script", "</title></style>", "onerror=\""] {
        assert!(!markup.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("</script>").count(), 1);
    let rows = rows(&page);
    assert!(rows[0][4].starts_with(&MARKUP[..90]), "{:?}", rows[0][4]);
    assert!(rows.iter().any(|row| row[6].starts_with("<script>owned=1<img src=x")), "{rows:?}");
}

#[test]
fn what_cannot_be_seen_is_spelt_out() {
    let env = Env::new();
    let attributes = json!({"title": UNSEEN, "last_final_url": format!("http://example.com/{UNSEEN}"),
                            "tags": [UNSEEN], "categories": {"x": UNSEEN}});
    env.simulator.set(Kind::Url, URL, object(Kind::Url, URL, &[(UNSEEN, UNSEEN)], attributes));
    env.write("a\u{202e}txt.exe", format!("{URL}\n"));
    let page = Run::of(env.vtscan().args(["-f", "html", "a\u{202e}txt.exe"])).stdout;
    let is_unseen = |sign: &char| !matches!(sign, ' '..='~') && UNSEEN.contains(*sign);
    assert_eq!(page.chars().find(is_unseen), None);
    let spelt = "\\u{1b}[31m\\u{9b}2J\\u{7}\\r\\u{8}\\u{7f}\\0\\u{202e}";
    assert!(page.matches(spelt).count() >= 6, "{}", page.matches(spelt).count());
    assert!(page.contains("a\\u{202e}txt.exe"));
}

#[test]
fn what_is_too_long_to_be_read_is_cut() {
    let env = Env::new();
    let long = "x".repeat(100_000);
    let attributes = json!({"title": long, "categories": {"x": long}, "tags": [long]});
    env.simulator.set(Kind::Url, URL, object(Kind::Url, URL, &[(&long, &long)], attributes));
    let page = env.scan(URL, ["-f", "html"]).stdout;
    assert!(page.len() < 60_000, "{}", page.len());
    assert!(page.contains("xxx…"));
}

#[test]
fn a_run_without_records_has_a_page_too() {
    let env = Env::new();
    let run = env.scan("# nothing\n", ["-f", "html"]).exits(0);
    assert!(run.stdout.ends_with("</html>\n"));
    assert!(text(&markup(&run.stdout)).contains("None of 0 indicators flagged"));
    assert_eq!(rows(&run.stdout).len(), 0);
}

#[test]
fn an_object_without_named_engines_is_flagged_all_the_same() {
    let env = Env::new();
    let body = json!({"data": {"type": "domain", "id": DOMAIN, "attributes":
        {"last_analysis_stats": {"malicious": 7, "harmless": 1}}}});
    env.simulator.set(Kind::Domain, DOMAIN, Object::Body(body.to_string()));
    let rows = rows(&env.scan(DOMAIN, ["-f", "html"]).stdout);
    assert!(rows[0][8].contains("7 engines flagged it"), "{rows:?}");
    assert!(rows[0][8].contains("VirusTotal did not say which."), "{rows:?}");
}
