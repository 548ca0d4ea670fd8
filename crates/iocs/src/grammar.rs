//! Every pattern of the crate, once and by name. Regexes are built from these names, so that what
//! one part of the crate takes for a dot, a scheme or a digest is the same in every other.
//!
//! A pattern names a piece as `<DOT>`; a piece may name others. Word lists of the [`lexicon`] are
//! pieces too: any of their words.

use std::borrow::Cow;

use regex::{Regex, bytes};

use crate::lexicon;

/// The pieces.
const PIECES: &[(&str, &str)] = &[
    // Brackets of any kind are the marks of defanging. A backslash opens `\.` and escapes brackets.
    ("OPEN", r"[\[({<]"),
    ("CLOSE", r"[\])}>]"),
    ("OPEN_OR_ESCAPE", r"[\[({<\\]"),
    ("CLOSE_OR_ESCAPE", r"[\])}>\\]"),
    ("BLANK", r"[ \t]"),
    // A quote of any kind, or the backslash that escapes it within another.
    ("QUOTE", r#"["'`\\]"#),
    // A dot spelt out. Tools write it in any case.
    ("DOT_WORD", "[dD][oO][tT]"),
    ("AT_WORD", "[aA][tT]"),
    // A dot, plain or defanged: a pair of brackets (perhaps nested or escaped, perhaps with spaces
    // about it), or half of one.
    (
        "DOT",
        concat!(
            "(?:<BLANK>?<OPEN_OR_ESCAPE>{1,4}<BLANK>?(?:[.,]|<DOT_WORD>)<BLANK>?<CLOSE_OR_ESCAPE>{1,4}<BLANK>?",
            r"|<OPEN_OR_ESCAPE>{1,4}\.",
            r"|\.<CLOSE>{0,4})",
        ),
    ),
    // A dot with brackets left over from whole pairs.
    (
        "HALF_DOT",
        r"<OPEN_OR_ESCAPE>+(?:[.,]|<DOT_WORD><CLOSE_OR_ESCAPE>)<CLOSE_OR_ESCAPE>*|\.<CLOSE_OR_ESCAPE>+",
    ),
    // A dot with spaces about it: `evil dot com`, `evil [.] com`, `evil [ dot ]com`.
    (
        "SPACED_DOT",
        concat!(
            r"<BLANK>*\\?[\[({]+<BLANK>*(?:\.|<DOT_WORD>)<BLANK>*\\?[\])}]+<BLANK>*",
            "|<BLANK>+<DOT_WORD><BLANK>+",
        ),
    ),
    // A letter or a hyphen of a name in brackets: `e[v]il.com`.
    ("BROKEN", r"(?:\[[0-9A-Za-z-]\]|\([0-9A-Za-z-]\)|\{[0-9A-Za-z-]\})"),
    // Signs that a browser takes in a host, and IDNA maps: symbols, emoji and their variants.
    ("SYMBOL", r"(?:\xe2[\x98-\xaf][\x80-\xbf]|\xf0\x9f[\x80-\xbf]{2}|\xef\xb8\x8f)"),
    ("COLON", r"(?::|[\[({]:[\])}])"),
    // What ends a scheme: `://` with brackets anywhere about its signs, `:\/\/` as JSON may write it.
    (
        "SCHEME_END",
        concat!(
            r"<OPEN_OR_ESCAPE>{0,3}:<CLOSE_OR_ESCAPE>{0,3}",
            r"<OPEN_OR_ESCAPE>{0,3}/<CLOSE_OR_ESCAPE>{0,3}",
            r"<OPEN_OR_ESCAPE>{0,3}/<CLOSE>{0,3}",
        ),
    ),
    // `http`, plain or spoilt so that no program makes a link of it.
    (
        "WEB",
        concat!(
            r"(?:(?:h|<OPEN>h<CLOSE>)",
            r"(?:tt|xxx?|tx|xt|zz|\*\*|__|--|\+\+|##|\.\.|00|–",
            r"|<OPEN>(?:tt|xxx?|tx|xt|zz|\*\*)<CLOSE>|<OPEN>[tx]<CLOSE>[tx]|[tx]<OPEN>[tx]<CLOSE>)",
            r"(?:p|<OPEN>p<CLOSE>)|meow)",
        ),
    ),
    // The `s` of `https`, plain or in brackets.
    ("SECURE", "(?:s|<OPEN>s<CLOSE>)"),
    // What may stand between `http` and the host where the scheme is spoilt: a space before the
    // colon, slashes that are lost, doubled or turned, underscores, no colon, a percent-encoded end.
    // `://` itself is among it.
    (
        "SPOILT_END",
        concat!(
            r"(?:<BLANK>?<OPEN_OR_ESCAPE>{0,3}[:;]{1,2}<CLOSE_OR_ESCAPE>{0,3}",
            r"(?:<BLANK>?(?:<OPEN_OR_ESCAPE>{0,3}[/\\]<CLOSE>{0,3}){1,4}|__)?",
            r"|//|\\\\|__|%(?:25)*3a(?:(?:%(?:25)*2f){2}|//))",
        ),
    ),
    // RFC 3986, section 3.1.
    ("SCHEME", "[A-Za-z][0-9A-Za-z+.-]*"),
    // What a label of a name is made of: ASCII, and letters of other scripts as the bytes of their
    // UTF-8, without Latin-1's signs, general punctuation, CJK punctuation and emoji.
    ("LETTER", "(?:[0-9A-Za-z_-]|<OTHER>)"),
    (
        "OTHER",
        concat!(
            r"(?:[\xc3-\xdf][\x80-\xbf]|[\xe0\xe1\xe4-\xed][\x80-\xbf]{2}",
            r"|\xe2[\xb0-\xbf][\x80-\xbf]|\xe3[\x81-\xbf][\x80-\xbf])",
        ),
    ),
    // A sign of a host behind `://`.
    ("SIGN", "(?:<LETTER>|<SYMBOL>)"),
    // Labels with dots between them, the last one of two signs or more that begins with a letter:
    // no top-level domain has one letter or a digit first, version numbers and `main.c` have.
    ("NAME", "(?:<LETTER>+<DOT>)+(?:[A-Za-z]|<OTHER>)(?:[0-9A-Za-z-]|<OTHER>)+"),
    // The same where nothing is defanged any more. Other scripts are judged by IDNA.
    (
        "PLAIN_NAME",
        r"[0-9A-Za-z_\x80-\xff-][0-9A-Za-z_\x80-\xff.-]*\.[A-Za-z\x80-\xff][0-9A-Za-z\x80-\xff-]+",
    ),
    // The last number may stand in brackets.
    ("QUAD", r"[0-9]+(?:<DOT>[0-9]+){2}(?:<DOT>[0-9]+|\.\[[0-9]{1,3}\])"),
    ("PLAIN_QUAD", r"[0-9]+(?:\.[0-9]+){3}"),
    ("IPV6", "(?:[0-9A-Fa-f]{1,4}<COLON>){6}|<COLON><COLON>"),
    ("HEX", "[0-9A-Fa-f]"),
    // An at sign, plain or defanged, before and behind which text may stand.
    ("AT_BEFORE", "(?:@|<OPEN>{1,2}<BLANK>?(?:@|<AT_WORD>)<BLANK>?)<CLOSE>{0,2}<BLANK>?"),
    (
        "AT_AFTER",
        "(?:@|<BLANK>?<OPEN>{1,2}<BLANK>?(?:@|<AT_WORD><BLANK>?<CLOSE>)<BLANK>?<CLOSE>{0,2})",
    ),
    // An at sign with brackets left over from whole pairs.
    ("HALF_AT", "<OPEN>+(?:@|<AT_WORD><CLOSE>)<CLOSE>*|@<CLOSE>+"),
    (
        "SPACED_AT",
        concat!(
            r"<BLANK>*[\[({]+<BLANK>*(?:@|<AT_WORD>)<BLANK>*[\])}]+<BLANK>*",
            "|<BLANK>+(?:<AT_WORD>|@)<BLANK>+",
        ),
    ),
    // Digests that name a file at VirusTotal, and all that have a name.
    ("FILE_DIGEST", "(?:md5|sha[_-]?(?:1|256))"),
    ("DIGEST", "(?:md5|sha[_-]?(?:1|224|256|384|512))"),
];

/// Word lists that are pieces.
const LISTS: &[(&str, &[&str])] = &[
    ("OTHER_DIGEST", lexicon::OTHER_DIGESTS),
    ("HASH_KIND", lexicon::HASH_KINDS),
    ("VALUE_KEY", lexicon::VALUE_KEYS),
    ("OF_CERTIFICATE", lexicon::OF_CERTIFICATES),
    ("VERSION_WORD", lexicon::VERSION_WORDS),
    ("COLUMN", lexicon::COLUMNS),
    ("DOMAIN_WORD", lexicon::DOMAIN_WORDS),
    ("RECORD_TYPE", lexicon::RECORD_TYPES),
    ("RANGE_WORD", lexicon::RANGE_WORDS),
    ("DIRECTORY_FIELD", lexicon::DIRECTORY_FIELDS),
    ("KEYWORD", lexicon::KEYWORDS),
];

/// The digests that have a name, each with its number of hex digits: RFC 1321, FIPS 180-4. The first
/// three name a file at VirusTotal.
pub(crate) const DIGESTS: [(&str, usize); 6] = [
    ("MD5", 32),
    ("SHA-1", 40),
    ("SHA-256", 64),
    ("SHA-224", 56),
    ("SHA-384", 96),
    ("SHA-512", 128),
];

/// The hex digits of the shortest hash.
pub(crate) const SHORTEST_HASH: usize = DIGESTS[0].1;

/// Whether a file's hash may have this number of hex digits.
pub(crate) const fn is_hash_len(digits: usize) -> bool {
    digits == DIGESTS[0].1 || digits == DIGESTS[1].1 || digits == DIGESTS[2].1
}

/// A regex over bytes in any encoding.
pub(crate) fn bytes_regex(pattern: &str) -> bytes::Regex {
    #[expect(
        clippy::unwrap_used,
        reason = "the patterns are constants, and every test run compiles them"
    )]
    bytes::Regex::new(&format!("(?-u){}", expand(pattern))).unwrap()
}

/// A regex over text, in any case; without Unicode's classes, which take long to build.
pub(crate) fn text_regex(pattern: &str) -> Regex {
    #[expect(
        clippy::unwrap_used,
        reason = "the patterns are constants, and every test run compiles them"
    )]
    Regex::new(&format!("(?i-u){}", expand(pattern))).unwrap()
}

/// A set of regexes over bytes in any case, each of which must match all of a text.
pub(crate) fn whole_set<'p>(patterns: impl Iterator<Item = &'p str>) -> bytes::RegexSet {
    #[expect(
        clippy::unwrap_used,
        reason = "the patterns are constants, and every test run compiles them"
    )]
    bytes::RegexSet::new(patterns.map(|pattern| format!("(?i-u)^(?:{})$", expand(pattern))))
        .unwrap()
}

/// A pattern with each `<NAME>` replaced by its piece.
pub(crate) fn expand(pattern: &str) -> String {
    let mut out = String::with_capacity(4 * pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('<') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let is_sign = |b: &u8| b.is_ascii_uppercase() || *b == b'_' || b.is_ascii_digit();
        let len = tail.bytes().skip(1).take_while(is_sign).count();
        rest = match tail[1 + len..].strip_prefix('>') {
            Some(rest) if len > 0 => {
                out.push_str(&piece(&tail[1..=len]));
                rest
            }
            _ => {
                out.push('<');
                &tail[1..]
            }
        };
    }
    out.push_str(rest);
    out
}

/// What a name stands for.
fn piece(name: &str) -> Cow<'static, str> {
    if let Some((_, piece)) = PIECES.iter().find(|(piece, _)| *piece == name) {
        return expand(piece).into();
    }
    let list = LISTS.iter().find(|(list, _)| *list == name);
    assert!(list.is_some(), "the grammar has no piece <{name}>");
    let words = list.map_or(&[][..], |(_, words)| words);
    expand(&format!("(?:{})", words.join("|"))).into()
}

/// A regex that is asked only where a cheap look at the text lets it. Wherever the regex matches, the
/// look must pass: a property test holds each one to that.
pub(crate) struct Filtered {
    may_match: fn(&[u8]) -> bool,
    regex: bytes::Regex,
}

impl Filtered {
    pub(crate) fn new(may_match: fn(&[u8]) -> bool, pattern: &str) -> Filtered {
        Filtered { may_match, regex: bytes_regex(pattern) }
    }

    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        (self.may_match)(text) && self.regex.is_match(text)
    }

    pub(crate) fn find<'t>(&self, text: &'t [u8]) -> Option<bytes::Match<'t>> {
        (self.may_match)(text).then(|| self.regex.find(text)).flatten()
    }

    pub(crate) fn captures<'t>(&self, text: &'t [u8]) -> Option<bytes::Captures<'t>> {
        (self.may_match)(text).then(|| self.regex.captures(text)).flatten()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn every_piece_compiles_alone() {
        for name in PIECES.iter().map(|(name, _)| name).chain(LISTS.iter().map(|(name, _)| name)) {
            bytes_regex(&format!("<{name}>"));
        }
    }

    #[test]
    fn what_is_no_name_of_a_piece_stays() {
        assert_eq!(expand(r"(?P<a>[<>]</.*)<"), r"(?P<a>[<>]</.*)<");
        assert_eq!(expand("a<BLANK>+b"), r"a[ \t]+b");
        assert_eq!(expand("<AT_BEFORE>").find("<AT"), None);
    }

    #[test]
    #[should_panic(expected = "no piece <DTO>")]
    fn a_misspelt_piece_is_no_pattern() {
        expand("<DTO>");
    }

    #[test]
    fn file_digests_come_first_and_by_length() {
        let digits: Vec<usize> = (0..200).filter(|digits| is_hash_len(*digits)).collect();
        assert_eq!(digits, [32, 40, 64]);
        assert_eq!(SHORTEST_HASH, 32);
    }

    /// Holds a look equal to its regex: on texts made of `words` and of the signs between them, most
    /// of which match, the look refuses none that the regex takes.
    pub(crate) fn holds(filtered: &Filtered, words: &[&str], matching: &[&str]) {
        for text in matching {
            assert!(filtered.regex.is_match(text.as_bytes()), "{text} is to match");
            assert!((filtered.may_match)(text.as_bytes()), "{text} is to pass");
        }
        let signs =
            [" ", "\t", "\"", "'", ":", "=", ">", "(", ")", "_", "-", ",", "|", "`", "*", "</"];
        let pieces: Vec<String> = words
            .iter()
            .chain(matching)
            .chain(&signs)
            .flat_map(|piece| [(*piece).to_owned(), piece.to_uppercase()])
            .collect();
        let texts = prop::collection::vec(prop::sample::select(pieces), 0..6);
        let mut runner = TestRunner::default();
        let outcome = runner.run(&texts, |pieces| {
            let text = pieces.concat();
            let matches = filtered.regex.is_match(text.as_bytes());
            prop_assert!(!matches || (filtered.may_match)(text.as_bytes()), "{text}");
            Ok(())
        });
        assert!(outcome.is_ok(), "{outcome:?}");
    }
}
