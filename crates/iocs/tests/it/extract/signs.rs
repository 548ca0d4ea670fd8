//! Signs glued to an indicator: the same is found as without them.

use iocs::indicator::{Indicator, Reading, classify};

use super::read;

/// Quotes, bullets, dashes, brackets, arrows, invisible marks, emoji, each by itself.
const SIGNS: &str = "\
    \u{22}'`\u{201c}\u{201d}\u{201e}\u{201f}\u{2018}\u{2019}\u{201a}\u{201b}\u{ab}\u{bb}\u{2039}\u{203a}\
    \u{2032}\u{2033}\u{2034}\u{2035}\u{2036}\u{2037}\u{301d}\u{301e}\u{301f}\u{ff02}\u{ff07}\u{275d}\u{275e}\
    \u{2022}\u{2023}\u{2043}\u{204c}\u{204d}\u{2219}\u{25cf}\u{25cb}\u{25e6}\u{25d8}\u{25d9}\u{25aa}\u{25ab}\
    \u{25a0}\u{25a1}\u{25b2}\u{25b3}\u{25b6}\u{25b7}\u{25ba}\u{25c6}\u{25c7}\u{25c8}\u{25fc}\u{25fd}\u{2b1b}\
    \u{2b1c}\u{2605}\u{2606}\u{2726}\u{2727}\u{2736}\u{273d}\u{2756}\u{27a2}\u{2713}\u{2714}\u{2717}\u{2718}\
    \u{2610}\u{2611}\u{2612}\u{b7}\u{30fb}\u{318d}\u{2024}\u{2027}\u{f0b7}\u{f0a7}\u{f0d8}\
    \u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}\u{2212}\u{2e3a}\u{301c}\u{3030}\
    ()[]{}<>\u{3008}\u{3009}\u{300a}\u{300b}\u{300c}\u{300d}\u{300e}\u{300f}\u{3010}\u{3011}\u{3014}\u{3015}\
    \u{3016}\u{3017}\u{ff08}\u{ff09}\u{ff3b}\u{ff3d}\u{ff5b}\u{ff5d}\u{ff1c}\u{ff1e}\u{ff5f}\u{ff60}\u{2768}\
    \u{2769}\u{276a}\u{276b}\u{27e8}\u{27e9}\u{2329}\u{232a}\
    \u{2190}\u{2191}\u{2192}\u{2193}\u{2194}\u{21d2}\u{21d0}\u{21a6}\u{27f6}\u{2794}\u{27a1}\u{279c}\u{2b05}\
    \u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2061}\u{2062}\
    \u{2063}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}\u{ad}\u{34f}\u{61c}\u{180e}\u{fe0f}\u{3164}\u{ffa0}\
    \u{a0}\u{2002}\u{2003}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}\u{2028}\u{2029}\u{85}\
    !?,;:|\u{ff01}\u{ff1f}\u{ff0c}\u{ff1b}\u{3001}\u{3002}\u{ff61}\u{2026}\u{a1}\u{bf}\u{a7}\u{b6}\u{2020}\
    \u{2021}\u{a9}\u{ae}\u{2122}\u{b0}\u{b1}\u{d7}\u{f7}\u{ac}\u{a6}\u{b9}\u{b2}\u{b3}\u{2460}\u{2776}\
    \u{1f534}\u{1f7e2}\u{1f4cc}\u{1f517}\u{26a0}\u{2757}\u{1f6a8}\u{1f449}\u{1f525}\u{1f480}\u{1f310}\u{1f9a0}\
    \u{2705}\u{274c}\u{2b50}\u{1f512}\u{1f3f4}\u{1f1e9}\u{23e9}\u{2139}\u{2611}\u{1f6d1}";

/// One of each kind.
const INDICATORS: [&str; 9] = [
    "login.evil-site.com",
    "8.8.4.4",
    "2a00:1450:4001::5",
    "8.8.8.0/24",
    "https://evil-site.com/a/b.php",
    "http://evil-site.com",
    "http://8.8.4.4:8080/x",
    "d41d8cd98f00b204e9800998ecf8427e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

fn plain(text: &str) -> Indicator {
    match classify(text.as_bytes()) {
        Reading::Indicator(found) => found,
        other => panic!("{text}: {other:?}"),
    }
}

fn indicators(text: &str) -> Vec<Indicator> {
    read(text).found.iter().filter_map(|found| found.content.indicator().cloned()).collect()
}

#[test]
fn a_sign_before_or_behind_an_indicator_changes_nothing() {
    let signs: Vec<char> = SIGNS.chars().collect();
    assert!(signs.len() >= 200, "{} signs", signs.len());
    let mut wrong = Vec::new();
    for text in INDICATORS {
        let expected = [plain(text)];
        for sign in &signs {
            for line in [
                format!("{sign}{text}\n"),
                format!("{text}{sign}\n"),
                format!("{sign}{text}{sign}\n"),
                format!("we saw {sign}{text} today\n"),
                format!("we saw {text}{sign} today\n"),
            ] {
                let found = indicators(&line);
                if found != expected {
                    let found: Vec<String> = found.into_iter().map(|found| found.text).collect();
                    wrong.push(format!("U+{:04x} {line:?}: {found:?}", u32::from(*sign)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Between two indicators a sign parts them.
#[test]
fn a_sign_between_two_indicators_parts_them() {
    for sign in [
        '\u{3001}', '\u{ff0c}', '\u{ff1b}', '\u{2192}', '\u{2022}', '\u{2014}', '\u{201d}',
        '\u{a0}',
    ] {
        let line = format!("evil-one.com{sign}evil-two.com\n");
        let found: Vec<String> = indicators(&line).into_iter().map(|found| found.text).collect();
        assert_eq!(found, ["evil-one.com", "evil-two.com"], "U+{:04x}", u32::from(sign));
    }
}

/// A picture in a name that is written as a URL's host is a letter of it.
#[test]
fn a_picture_within_a_host_stays() {
    let found =
        |line: &str| indicators(line).into_iter().map(|found| found.text).collect::<Vec<_>>();
    assert_eq!(found("http://i\u{2764}.ws/a\n"), ["http://xn--i-7iq.ws/a"]);
    assert_eq!(found("http://\u{272a}df.ws/123\n"), ["http://xn--df-oiy.ws/123"]);
    assert_eq!(found("http://evil.com/a\u{1f600}b\n"), ["http://evil.com/a\u{1f600}b"]);
}

/// What a page, a terminal or a typesetter put into a name.
#[test]
fn signs_within_an_indicator_are_undone() {
    let cases = [
        ("h&#116;tp://evil.com&#47;a", "http://evil.com/a"),
        ("evil&#x2E;com", "evil.com"),
        ("8&#46;8&#46;4&#46;4", "8.8.4.4"),
        ("evil&period;com", "evil.com"),
        ("ev\u{200b}il.com", "evil.com"),
        ("evil\u{ad}site.com", "evilsite.com"),
        ("evil\u{2011}site.com", "evil-site.com"),
        ("o\u{fb03}ce.evil.com", "office.evil.com"),
        ("\u{ff45}\u{ff56}\u{ff49}\u{ff4c}\u{ff0e}\u{ff43}\u{ff4f}\u{ff4d}", "evil.com"),
        ("evil\u{3002}com", "evil.com"),
        ("evil[\u{3002}]com", "evil.com"),
        ("\u{1b}[1;31mevil\u{1b}[0m.com", "evil.com"),
        ("\\u001b[31mevil.com\\u001b[0m", "evil.com"),
        ("http\u{ff1a}//evil.com/a", "http://evil.com/a"),
        ("user\u{ff20}evil.com", "evil.com"),
    ];
    for (written, expected) in cases {
        for line in [format!("{written}\n"), format!("we saw {written} today\n")] {
            let found: Vec<String> =
                indicators(&line).into_iter().map(|found| found.text).collect();
            assert_eq!(found, [expected], "{line:?}");
        }
    }
}

/// What was found says what of the text it is.
#[test]
fn what_was_found_is_what_was_written() {
    for (text, written) in [
        ("\u{2022}evil.com\u{2022}\n", "evil.com"),
        ("see \u{201c}ev\u{200b}il&#46;com\u{201d} now\n", "ev\u{200b}il&#46;com"),
        ("\u{1b}[31mevil.com\u{1b}[0m\n", "evil.com"),
    ] {
        let found = read(text).found;
        assert_eq!(&text[found[0].span.clone()], written);
    }
}
