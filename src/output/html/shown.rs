//! Text from outside as a page may show it: escaped, cut, and no link.

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

use askama::filters::{Html, HtmlSafe, escape};
use jiff::Timestamp;
use regex::{Captures, Regex};

use crate::indicator::{FILE_EXTENSION_SUFFIXES, Indicator, defang, is_suffix};
use crate::output::printable;

/// What a program might make a link of: a scheme, and names and addresses with dots.
static LINKS: LazyLock<Regex> = LazyLock::new(|| {
    // A sign of a name is a letter of any script, a digit, `-` or `_`.
    let sign = r"[^\x00-,./:-@\[-^`\{-\x7f]";
    regex(&format!(
        r"(?i-u:\b(h)tt(ps?:)//)(?:\[[0-9A-Fa-f:.]+\]|[^ \t\r\n/?#]*)|{sign}+(?:\.{sign}+)+"
    ))
});

#[expect(clippy::unwrap_used, reason = "the pattern is a constant, and every test run compiles it")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// Text, defanged, with its other form where that differs. It writes itself as markup.
pub(super) struct Shown {
    text: String,
    as_looked_up: Option<String>,
}

impl Shown {
    /// An indicator, so long as one can be read.
    pub(super) fn indicator(indicator: &Indicator, longest: usize) -> Self {
        Self::new(cut(&defang(indicator), longest), cut(&indicator.text, longest))
    }

    /// Any text; what looks like a link in it is defanged.
    pub(super) fn text(text: &str, longest: usize) -> Self {
        Self::new(cut(&defanged(text), longest), cut(text, longest))
    }

    /// Several texts, each cut by itself.
    pub(super) fn joined(texts: &[String], longest: usize) -> Self {
        let join = |of: fn(&str) -> Cow<'_, str>| {
            texts.iter().map(|text| cut(&of(text), longest)).collect::<Vec<_>>().join("; ")
        };
        Self::new(join(|text| defanged(text)), join(|text| text.into()))
    }

    fn new(text: String, other: String) -> Self {
        let as_looked_up = (other != text).then_some(other);
        Self { text, as_looked_up }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = escape(&self.text, Html).map_err(|_| fmt::Error)?;
        match &self.as_looked_up {
            Some(other) => {
                let other = escape(other, Html).map_err(|_| fmt::Error)?;
                write!(f, "<span data-as=\"{other}\">{text}</span>")
            }
            None => write!(f, "{text}"),
        }
    }
}

impl HtmlSafe for Shown {}

/// Free text with `hxxp` for `http`, and `[.]` in all that is a name or an address.
fn defanged(text: &str) -> Cow<'_, str> {
    let replace = |found: &Captures<'_>| match (found.get(1), found.get(2)) {
        (Some(h), Some(rest)) => {
            let host = &found[0][h.len() + 2 + rest.len()..];
            format!("{}xx{}{}", h.as_str(), rest.as_str(), host.replace('.', "[.]"))
        }
        _ if is_name(&found[0]) => found[0].replace('.', "[.]"),
        _ => found[0].to_owned(),
    };
    LINKS.replace_all(text, replace)
}

/// Whether dotted text is an address, or ends in what names are registered
/// under, unless it ends as file names do.
fn is_name(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = |part: &str| part.parse::<u8>().is_ok();
    (text.split('.').count() == 4 && text.split('.').all(is_number))
        || is_suffix(last.as_bytes())
            && !FILE_EXTENSION_SUFFIXES.iter().any(|suffix| suffix.eq_ignore_ascii_case(last))
}

/// Text of so many characters at most, with none that cannot be seen.
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => {
            let (head, all) = (printable(&text[..end]), text.chars().count());
            format!("{head}… ({} characters)", grouped(all as u64))
        }
        None => printable(text).into_owned(),
    }
}

/// `12,345`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 engine`, `12,345 engines`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `2026-11-21`.
pub(super) fn day(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d").to_string()
}

/// `2026-11-21 08:15:30 UTC`.
pub(super) fn second(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_text_are_defanged_and_other_dots_stay() {
        let cases = [
            (
                "see https://a.example.com:8080/x.php?q=b.com now",
                "see hxxps://a[.]example[.]com:8080/x.php?q=b[.]com now",
            ),
            ("HTTP://[2001:db8::1.2.3.4]/", "Hxxp://[2001:db8::1[.]2[.]3[.]4]/"),
            ("bücher.example.com, пример.рф", "bücher[.]example[.]com, пример[.]рф"),
            ("mail bad@evil.org, 198.51.100.7.", "mail bad@evil[.]org, 198[.]51[.]100[.]7."),
            (
                "setup.exe invoice.zip Trojan.Win32.Agent.gen 1.2.3",
                "setup.exe invoice.zip Trojan.Win32.Agent.gen 1.2.3",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(defanged(text), expected);
        }
    }

    #[test]
    fn text_is_cut_and_says_how_long_it_was() {
        assert_eq!(cut(&"é".repeat(1234), 3), "ééé… (1,234 characters)");
        assert_eq!(cut("a\u{202e}b", 3), "a\\u{202e}b");
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
