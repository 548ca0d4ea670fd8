//! Free text without anything that a program might make a link of.

use std::borrow::Cow;
use std::sync::LazyLock;

use iocs::indicator::{FILE_EXTENSION_SUFFIXES, has_suffix};
use regex::{Captures, Regex};

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

/// Free text with `hxxp` for `http`, and `[.]` in all that is a name or an address.
pub(super) fn defanged(text: &str) -> Cow<'_, str> {
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
        || has_suffix(text.as_bytes())
            && !FILE_EXTENSION_SUFFIXES.iter().any(|suffix| suffix.eq_ignore_ascii_case(last))
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
            ("HTTP://[2001:db8::1.2.3.4]/", "HxxP://[2001:db8::1[.]2[.]3[.]4]/"),
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
}
