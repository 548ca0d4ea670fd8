//! What a form shows of a record: as looked up, or defanged.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::model::{Context, Record};
use iocs::finding::Content;
use iocs::indicator::{FILE_EXTENSION_SUFFIXES, defang, has_suffix};

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

/// A record's strings, in the way in which a form shows them.
pub(super) struct Shown<'a> {
    pub(super) indicator: Cow<'a, str>,
    pub(super) as_written: Option<Cow<'a, str>>,
    pub(super) context: Cow<'a, Context>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(record: &'a Record<'_>, defangs: bool) -> Self {
        let entry = record.entry;
        let context = record.report.map(|report| &report.context);
        let mut shown = Self {
            indicator: Cow::Borrowed(entry.text()),
            as_written: entry.as_written().map(Cow::Borrowed),
            context: context.map_or_else(Cow::default, Cow::Borrowed),
        };
        if defangs {
            shown.defang(record);
        }
        shown
    }

    fn defang(&mut self, record: &Record<'_>) {
        self.indicator = match &record.entry.content {
            Content::Indicator(indicator) => Cow::Owned(defang(indicator)),
            Content::Invalid(..) => defanged(record.entry.text()).into_owned().into(),
        };
        self.as_written = self.as_written.take().map(|text| defanged(&text).into_owned().into());
        let context = self.context.to_mut();
        let texts = [&mut context.name, &mut context.title, &mut context.final_url];
        for text in texts.into_iter().flatten() {
            if let Cow::Owned(safe) = defanged(text) {
                *text = safe;
            }
        }
    }
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
