//! Links that nobody wants looked up: namespaces, where to read about a rule, the pages of bots.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::grammar::Filtered;
use crate::left_out::Rule;
use crate::lexicon::BOT_PAGES;

use super::cursor::Cursor;

/// The attributes of XML and the key of JSON-LD whose values are names: `xmlns="`, `xmlns:a="`,
/// `xsi:schemaLocation="a b`, `"@context": ["a", "`.
static NAMESPACE: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |before: &[u8]| {
        memchr::memchr2(b'"', b'\'', before).is_some()
            && NAMESPACE_KEYS.iter().any(|key| key.find(before).is_some())
    };
    Filtered::new(
        may_match,
        concat!(
            r#"(?:(?:^|[^0-9A-Za-z])xmlns(?::[0-9A-Za-z_.-]+)?|[sS]chemaLocation)[ \t]*=[ \t]*\\?(?:"[^"]*|'[^']*)$"#,
            r#"|"@context\\?"[ \t]*:[ \t]*(?:\\?"|\[[^\]]*"|\{[^{}]*")$"#,
        ),
    )
});
static NAMESPACE_KEYS: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["xmlns", "chemaLocation", "@context"].map(Finder::new));
/// A rule's reference, as Snort and Suricata write it.
static REFERENCE: LazyLock<Filtered> = LazyLock::new(|| {
    Filtered::new(
        |before| matches!(before.last(), Some(b',' | b' ' | b'\t')),
        r"(?i:reference):[ \t]*url,[ \t]*$",
    )
});

/// An attribute's value is no longer.
const NEAR: usize = 512;

impl Cursor<'_, '_> {
    /// The rule that leaves out the link that begins at `start`.
    pub(super) fn link_rule(&self, start: usize, url: &str) -> Option<Rule> {
        let before = self.before(start);
        let near = &before[before.len().saturating_sub(NEAR)..];
        if NAMESPACE.is_match(near) {
            return Some(Rule::Namespace);
        }
        if self.is_reference(start) {
            return Some(Rule::Reference);
        }
        let is_agent = matches!(before.last(), Some(b'+' | b' ' | b'(' | b';'));
        (is_agent && BOT_PAGES.iter().any(|page| page.eq_ignore_ascii_case(url)))
            .then_some(Rule::BotPage)
    }

    /// Whether what begins at `start` is a rule's reference, a link perhaps without its scheme.
    pub(super) fn is_reference(&self, start: usize) -> bool {
        let before = self.before(start);
        REFERENCE.is_match(&before[before.len().saturating_sub(32)..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tests::holds;

    #[test]
    fn quick_looks_refuse_no_reference() {
        let words =
            ["xmlns", "schemaLocation", "\"@context\"", "http://a/", "[", "{", "reference:url,"];
        let matching =
            ["<a xmlns=\"", " xmlns:b='", "xsi:schemaLocation=\"a ", "\"@context\": [\"x\", \""];
        holds(&NAMESPACE, &words, &matching);
        holds(&REFERENCE, &words, &["reference:url,", "reference: url, "]);
    }
}
