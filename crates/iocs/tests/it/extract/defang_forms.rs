//! Every form of defanging that the grammar knows, over every kind, alone in a line and in a
//! sentence: the same indicator as without it.

use iocs::indicator::{Indicator, Reading, classify};

use super::read;

const DOTS: &[&str] = &[
    ".",
    "[.]",
    "(.)",
    "{.}",
    "<.>",
    "[dot]",
    "(dot)",
    "{dot}",
    "[DOT]",
    "(Dot)",
    "\\.",
    "[.",
    ".]",
    "(.",
    ".)",
    "{.",
    ".}",
    "[[.]]",
    "[(.)]",
    "((dot))",
    "\\[.\\]",
    "\\[.]",
    "[.)",
    "[,]",
    "[dot)",
    " [.] ",
    " [dot] ",
    "[ . ]",
    " (dot) ",
    "[ dot ]",
    "\u{3002}",
    "\u{ff0e}",
    "\u{ff61}",
    "[\u{3002}]",
    "&#46;",
    "&#x2e;",
    "&period;",
];

const WEB: &[&str] = &[
    "http",
    "HTTP",
    "hxxp",
    "hXXp",
    "hxxxp",
    "htxp",
    "hxtp",
    "hzzp",
    "h**p",
    "h__p",
    "h--p",
    "h++p",
    "h##p",
    "h..p",
    "h00p",
    "h\u{2013}p",
    "meow",
    "h[tt]p",
    "h(tt)p",
    "h[xx]p",
    "ht[t]p",
    "h[t]tp",
    "[h]ttp",
    "htt[p]",
    "[http]",
    "(http)",
    "{hxxp}",
    "hxxp]",
];

const SECURE: &[&str] = &["s", "S", "[s]", "(s)"];

const ENDS: &[&str] = &[
    "://",
    "[:]//",
    "[://]",
    ":[/][/]",
    "[:][/][/]",
    "(:)//",
    "{:}//",
    "[://",
    ":]//",
    "[:/]/",
    ":[//]",
    " ://",
    ":/",
    ":",
    "[:]",
    "//",
    ":\\\\",
    "\\\\",
    "[:]\\\\",
    ":\\/\\/",
    "__",
    ":__",
    ";//",
    "%3A%2F%2F",
    "%3a%2f%2f",
    "%253A%252F%252F",
    "%3A//",
    "&#58;//",
    "&colon;&sol;&sol;",
    "\u{ff1a}//",
    "\u{ff1a}\u{ff0f}\u{ff0f}",
];

const ATS: &[&str] = &[
    "@", "[@]", "(@)", "{@}", "[at]", "(at)", "{AT}", "[@", "@]", "\u{ff20}", "&#64;", "&commat;",
];

const COLONS: &[&str] = &[":", "[:]", "(:)", "{:}", "&#58;", "\u{ff1a}"];

fn one(text: &str) -> Indicator {
    match classify(text.as_bytes()) {
        Reading::Indicator(found) => found,
        other => panic!("{text}: {other:?}"),
    }
}

/// What is wrong with a spelling, alone in a line and in a sentence.
fn wrong(written: &str, plain: &str) -> Vec<String> {
    let expected = [one(plain)];
    let lines = [
        format!("{written}\n"),
        format!("we blocked {written} today\n"),
        format!("({written}), x\n"),
    ];
    lines
        .iter()
        .filter_map(|line| {
            let found: Vec<Indicator> = read(line)
                .found
                .iter()
                .filter_map(|found| found.content.indicator().cloned())
                .collect();
            let texts = || found.iter().map(|found| &*found.text).collect::<Vec<_>>();
            (found != expected).then(|| format!("{line:?} for {plain}: {:?}", texts()))
        })
        .collect()
}

#[track_caller]
fn all_right(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn dots_of_every_form() {
    let plain = [
        "login.evil.com",
        "8.8.4.4",
        "login.evil.co.uk:8080",
        "pay@login.evil.com",
        "http://login.evil.com/a",
        "https://8.8.4.4:81/a?b=c",
    ];
    let spelt = |text: &str, dot: &str| {
        let host = text.find("://").map_or(0, |at| at + 3);
        let end = text[host..].find('/').map_or(text.len(), |at| host + at);
        format!("{}{}{}", &text[..host], text[host..end].replace('.', dot), &text[end..])
    };
    let cases = DOTS.iter().flat_map(|dot| plain.iter().map(move |text| (spelt(text, dot), *text)));
    all_right(&cases.flat_map(|(written, text)| wrong(&written, text)).collect::<Vec<_>>());
}

#[test]
fn schemes_of_every_form() {
    let mut all = Vec::new();
    for web in WEB {
        for (secure, name) in SECURE.iter().map(|s| (*s, "https")).chain([("", "http")]) {
            // The brackets about a scheme close behind its `s`.
            let web = match web.strip_suffix([']', ')', '}']) {
                Some(head) if !web.ends_with("[p]") => {
                    format!("{head}{secure}{}", &web[head.len()..])
                }
                _ => format!("{web}{secure}"),
            };
            for end in ["://", "[:]//", "//", ":\\\\"] {
                all.extend(wrong(
                    &format!("{web}{end}evil.com/a"),
                    &format!("{name}://evil.com/a"),
                ));
            }
        }
    }
    for end in ENDS {
        for (web, name) in [("http", "http"), ("https", "https"), ("hxxps", "https")] {
            // The other slashes are written as those of the scheme.
            let is_encoded = end.starts_with('%') && !end.ends_with('/');
            let slash = if is_encoded { &end[end.len() / 3 * 2..] } else { "/" };
            all.extend(wrong(
                &format!("{web}{end}evil.com{slash}a"),
                &format!("{name}://evil.com/a"),
            ));
            all.extend(wrong(
                &format!("{web}{end}8.8.4.4:81{slash}a"),
                &format!("{name}://8.8.4.4:81/a"),
            ));
        }
    }
    all_right(&all);
}

#[test]
fn ats_and_colons_of_every_form() {
    let mut all = Vec::new();
    for at in ATS {
        all.extend(wrong(&format!("pay{at}evil.com"), "evil.com"));
    }
    for colon in COLONS {
        all.extend(wrong(&format!("evil.com{colon}8080"), "evil.com"));
        all.extend(wrong(&format!("8.8.4.4{colon}53"), "8.8.4.4"));
        all.extend(wrong(&format!("2a00{colon}1450::5"), "2a00:1450::5"));
        all.extend(wrong(&format!("http://evil.com{colon}81/a"), "http://evil.com:81/a"));
        all.extend(wrong(&format!("tcp{colon}//evil.com{colon}81/a"), "tcp://evil.com:81/a"));
    }
    all_right(&all);
}
