//! What labels say: a digest that is not a file's, numbers that are a version.

use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::{DIGESTS, Filtered, SHORTEST_HASH, bytes_regex, is_hash_len};
use crate::lexicon;

/// A word is such a label as a whole, perhaps with what it is a digest of before it and how it is
/// written behind it (`pe_imphash`, `x509-fingerprint-sha1`): `serialport` is not a label.
static OTHER_WORD: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |word: &[u8]| {
        let is_part = |three: &[u8]| {
            lexicon::OTHER_DIGEST_PARTS.iter().any(|part| three.eq_ignore_ascii_case(*part))
        };
        word.windows(3).any(is_part)
    };
    Filtered::new(
        may_match,
        "^(?i:(?:(?:[a-z0-9]+[_-])*|pe|file)<OTHER_DIGEST>(?:[_-]?(?:<FILE_DIGEST>|hash|value))?)$",
    )
});
/// What makes a label of the word `hash` behind it.
static HASH_KIND: LazyLock<Regex> = LazyLock::new(|| bytes_regex("(?i:<HASH_KIND>)<BLANK>$"));
/// A digest's label in brackets behind it.
static OTHER_CELL: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |after: &[u8]| {
        let is_sign = |b: &&u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'*');
        after.iter().find(|b| !is_sign(b)) == Some(&b'(')
    };
    Filtered::new(
        may_match,
        r#"^[ \t"'`*]*\(<BLANK>*(?i:(?:pe|file)?_?<OTHER_DIGEST>(?:[ _-](?:<FILE_DIGEST>|hash))?)<BLANK>*\)"#,
    )
});
static OTHER_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"[:=>]<BLANK>*["']?(?i:(?:[a-z]+\|)?[a-z]*_?<OTHER_DIGEST>)["']?<BLANK>*(?:,|</.*)?$"#,
    )
});
/// The same for a domain: `"type": "domain"`.
static DOMAIN_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r#"[:=>]<BLANK>*["']?(?i:<DOMAIN_WORD>)["']?<BLANK>*(?:,|</.*)?$"#)
});
/// The same in one line: `"type": "domain", "value": "`.
static DOMAIN_TYPE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"[:=]<BLANK>*["'](?i:<DOMAIN_WORD>)["']<BLANK>*,<BLANK>*["']?(?i:[a-z_]*<VALUE_KEY>)["']?<BLANK>*[:=]<BLANK>*["']?$"#,
    )
});
static VERSION_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r#"[:=>]<BLANK>*["']?(?i:[a-z]+[ _-])?(?i:version)["']?<BLANK>*(?:,|</.*)?$"#)
});
static FILE_WORD: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match =
        |word: &[u8]| matches!(word.first(), Some(b'm' | b'M' | b's' | b'S' | b'f' | b'F' | b'_'));
    Filtered::new(may_match, "^(?i:(?:file)?_?<FILE_DIGEST>(?:sum|hash)?)$")
});
static VERSION: LazyLock<Filtered> = LazyLock::new(|| {
    // Most addresses follow something else; a look at the last letter tells.
    let may_match = |before: &[u8]| {
        let is_sign = |b: &&u8| {
            matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'`' | b':' | b'=' | b'>' | b')' | b'*' | 0)
        };
        let last = before.iter().rev().find(|b| !is_sign(b)).map(u8::to_ascii_lowercase);
        matches!(last, Some(b'n' | b'r' | b'e' | b'd' | b'.'))
    };
    Filtered::new(may_match, r#"(?i:<VERSION_WORD>)["'>)`*]*<BLANK>*[:=]?[ \t\x00]*["'`]?$"#)
});
/// The key of a value whose sort is said elsewhere.
static VALUE: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |before: &[u8]| {
        let is_sign = |b: &&u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b':' | b'=' | b'>');
        let last = before.iter().rev().find(|b| !is_sign(b)).map(u8::to_ascii_lowercase);
        matches!(last, Some(b'e' | b't' | b'h' | b'a' | b'|'))
    };
    Filtered::new(
        may_match,
        r#"^[ \t"'<-]*(?i:[a-z]*_?<VALUE_KEY>)["']?<BLANK>*[:=>]+<BLANK>*["']?(?:[^"|]*\|)?$"#,
    )
});
/// A whole line that is a hash with its label.
static LABELLED: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |text: &[u8]| matches!(text.first(), Some(b'm' | b'M' | b's' | b'S'));
    Filtered::new(may_match, "^(?i:<DIGEST>)<BLANK>*[:=]<BLANK>*<HEX>+$")
});

static OF_CERTIFICATE: LazyLock<Regex> = LazyLock::new(|| bytes_regex("(?i:<OF_CERTIFICATE>)"));

/// What version control calls its digests.
const COMMITS: &[&str] =
    &["commit", "commits", "commit_id", "commitid", "commit-id", "commit_sha", "commit_hash"];

/// A label further away belongs to something else.
const NEAR: usize = 96;
/// How many words may stand between a label and its digest: `"type": "imphash", "value": "…"`.
const WORDS: usize = 4;
/// A word that says version, with the signs behind it, is no longer.
const LONGEST_VERSION_WORD: usize = 32;
/// An object's lines above its value.
const LINES_ABOVE: usize = 24;
pub(super) const BYTES_ABOVE: usize = 4096;

/// Whether what stands before a digest calls it another than a file's: the nearest label decides.
pub(super) fn follows_other(before: &[u8]) -> bool {
    let rest = &before[before.len().saturating_sub(NEAR)..];
    // `imphash-94c713…`: the hyphen is no part of the label.
    let mut rest = rest.strip_suffix(b"-").unwrap_or(rest);
    for _ in 0..WORDS {
        rest = without_note(rest);
        let gap = rest.iter().rev().take_while(|b| !is_part(**b)).count();
        let (head, signs) = rest.split_at(rest.len() - gap);
        if signs.iter().any(|b| matches!(b, b'{' | b'}')) {
            return is_nested(signs) && is_other_word(last_word(head));
        }
        let len = head.iter().rev().take_while(|b| is_part(**b)).count();
        let (head, word) = head.split_at(head.len() - len);
        if word.is_empty() || word.len() >= SHORTEST_HASH && word.iter().all(u8::is_ascii_hexdigit)
        {
            return false;
        }
        // A file may be called like a label: `imphash.py`.
        let is_name = matches!(signs.first(), Some(b'.' | b'\\' | b'/'));
        if !is_name && is_other_word(word)
            || word.eq_ignore_ascii_case(b"hash") && HASH_KIND.is_match(head)
        {
            return true;
        }
        // `Authentihash (SHA-256)`, `imphash MD5` say how the other digest is made.
        let qualifies = head.ends_with(b" ") || head.ends_with(b" (") || head.ends_with(b"(");
        if is_file(word) {
            if !qualifies {
                return false;
            }
            let head = head.trim_ascii_end();
            let head = head.strip_suffix(b"(").unwrap_or(head).trim_ascii_end();
            return is_other_word(last_word(head));
        }
        rest = head;
    }
    false
}

/// What stands before a note in brackets that has a key and a value of its own, and so says nothing
/// of what follows: `Sample (fingerprint: infected) …`.
fn without_note(before: &[u8]) -> &[u8] {
    let text = before.trim_ascii_end();
    let Some(note) = text.strip_suffix(b")") else { return before };
    let Some(start) = note.iter().rposition(|b| *b == b'(') else { return before };
    let value = note[start..].split(|b| matches!(b, b':' | b'=')).nth(1);
    if value.is_some_and(|value| !value.trim_ascii().is_empty()) { &note[..start] } else { before }
}

/// Whether what stands before bytes is the label of a file's digest with this number of hex digits: `MD5:`,
/// `SHA1 hash =`, or the head that certutil prints in the line above, `SHA1 hash of a.bin:`.
pub(super) fn ends_with_file_digest(before: &[u8], digits: usize) -> bool {
    let is_sign =
        |b: &&u8| matches!(b, b' ' | b'\t' | b':' | b'=' | b'"' | b'\'' | b'(' | b'[' | b'>');
    let mut rest = &before[before.len().saturating_sub(NEAR)..];
    for _ in 0..2 {
        rest = &rest[..rest.len() - rest.iter().rev().take_while(is_sign).count()];
        // BSD's tools name the file: `SHA256 (a.bin) =`.
        if rest.ends_with(b")")
            && let Some(file) = memchr::memmem::rfind(rest, b" (")
        {
            rest = &rest[..file];
        }
        let len = rest.iter().rev().take_while(|b| is_part(**b)).count();
        let (head, word) = rest.split_at(rest.len() - len);
        if is_file(word) {
            return digits_of(word) == Some(digits);
        }
        if !lexicon::holds(lexicon::DIGEST_NOUNS, word) {
            return false;
        }
        rest = head;
    }
    false
}

/// Whether a line is a head that says which file's digest follows: `SHA1 hash of a.bin:`.
pub(super) fn is_digest_head(line: &[u8], digits: usize) -> bool {
    let line = line.trim_ascii();
    let len = line.iter().take_while(|b| is_part(**b)).count();
    line.ends_with(b":") && is_file(&line[..len]) && digits_of(&line[..len]) == Some(digits)
}

/// How many hex digits the digest has that a word names.
fn digits_of(word: &[u8]) -> Option<usize> {
    let name: String = word
        .iter()
        .filter(|b| b.is_ascii_alphanumeric())
        .map(|b| char::from(b.to_ascii_uppercase()))
        .collect();
    let is_named = |digest: &str| name.contains(&digest.replace('-', ""));
    DIGESTS.iter().find(|(digest, _)| is_named(digest)).map(|(_, digits)| *digits)
}

/// Whether a label says that bytes are of a certificate or a key: they name no file.
pub(super) fn is_of_certificate(before: &[u8]) -> bool {
    OF_CERTIFICATE.is_match(&before[before.len().saturating_sub(NEAR)..])
}

fn last_word(text: &[u8]) -> &[u8] {
    &text[text.len() - text.iter().rev().take_while(|b| is_part(**b)).count()..]
}

/// Whether an object begins that is the value of the key before it: `"ja3":{"hash":"…"`.
fn is_nested(signs: &[u8]) -> bool {
    let mut signs = signs.iter().filter(|b| !matches!(b, b' ' | b'\t' | b'"' | b'\''));
    signs.next() == Some(&b':') && signs.next() == Some(&b'{') && signs.next().is_none()
}

/// Whether what stands before a digest says that it is one of no file: of a commit, of a weak ETag
/// (RFC 9110, section 8.8.3), of a container's image, layer or folder.
pub(super) fn follows_no_file(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(NEAR)..];
    let is_quote = |b: &&u8| matches!(b, b'"' | b'\'' | b'\\');
    let quotes = near.iter().rev().take_while(is_quote).count();
    let near = &near[..near.len() - quotes];
    if quotes > 0 && near.ends_with(b"W/") || near.ends_with(b"/overlay2/") {
        return true;
    }
    if let Some(head) = near.strip_suffix(b"sha256:") {
        if head.ends_with(b"@") {
            return true;
        }
        let is_sign = |b: &&u8| !is_part(**b);
        let word = last_word(&head[..head.len() - head.iter().rev().take_while(is_sign).count()]);
        return lexicon::holds(&["layer", "digest", "manifest"], word);
    }
    let is_sign = |b: &&u8| matches!(b, b' ' | b'\t' | b':' | b'=' | b'"' | b'\'' | b'/');
    let signs = near.iter().rev().take_while(is_sign).count();
    signs > 0 && lexicon::holds(COMMITS, last_word(&near[..near.len() - signs]))
}

/// Whether a word names a file's digest.
pub(super) fn is_file(word: &[u8]) -> bool {
    FILE_WORD.is_match(word)
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether the digest is followed by its label in brackets: `… (imphash)`.
pub(super) fn other_in_brackets(after: &[u8]) -> bool {
    OTHER_CELL.is_match(&after[..after.len().min(NEAR)])
}

/// Whether a line begins with the key of a value whose sort is said elsewhere.
pub(super) fn is_value(before: &[u8]) -> bool {
    before.len() <= NEAR && VALUE.is_match(before)
}

/// Whether a line above, of the same object, says that its value is another digest: JSON and YAML
/// of threat feeds write `type: imphash` some lines before `value: …`.
pub(super) fn is_other_above(above: &[u8]) -> bool {
    any_above(above, &OTHER_VALUE)
}

/// The same for domains.
pub(super) fn is_domain_above(above: &[u8]) -> bool {
    any_above(above, &DOMAIN_VALUE)
}

/// Whether a value's key is preceded by a type that says domain, in the same line.
pub(super) fn is_value_of_domain(before: &[u8]) -> bool {
    DOMAIN_TYPE.is_match(before)
}

/// The same for versions.
pub(super) fn is_version_above(above: &[u8]) -> bool {
    any_above(above, &VERSION_VALUE)
}

fn any_above(above: &[u8], label: &Regex) -> bool {
    let above = &above[above.len().saturating_sub(BYTES_ABOVE)..];
    let above = above.strip_suffix(b"\n").unwrap_or(above);
    for line in above.rsplit(|b| *b == b'\n').take(LINES_ABOVE) {
        let line = line.trim_ascii();
        if label.is_match(line) {
            return true;
        }
        if line.is_empty()
            || line.iter().any(|b| matches!(b, b'{' | b'}'))
            || line.starts_with(b"- ")
        {
            return false;
        }
    }
    false
}

/// Whether four numbers behind this are a version.
pub(super) fn is_version(before: &[u8]) -> bool {
    let begins = |head: &&str| {
        before.get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head.as_bytes()))
    };
    lexicon::VERSION_HEADERS.iter().any(begins)
        || VERSION.is_match(&before[before.len().saturating_sub(LONGEST_VERSION_WORD)..])
}

/// Whether a whole line is a hash with its label.
pub(super) fn is_labelled(text: &[u8]) -> bool {
    LABELLED.is_match(text)
}

/// Whether a line is nothing but the label of another digest, which then stands in the next one.
pub(super) fn is_alone(line: &[u8]) -> bool {
    let mut words = line.split(|b| !is_part(*b)).filter(|word| !word.is_empty());
    match (words.next(), words.next()) {
        (Some(word), None) => is_other_word(word),
        (Some(_), Some(_)) => {
            let text = unmarked(line);
            let kind = text.len().saturating_sub(4);
            text[kind..].eq_ignore_ascii_case(b"hash")
                && HASH_KIND.find(&text[..kind]).is_some_and(|kind| kind.start() == 0)
        }
        _ => false,
    }
}

/// Whether a line is nothing but a digest.
pub(super) fn is_digest_alone(line: &[u8]) -> bool {
    let digest = unmarked(line);
    is_hash_len(digest.len()) && digest.iter().all(u8::is_ascii_hexdigit)
}

/// A line without the signs of lists, quotes, headlines and colons about it.
fn unmarked(line: &[u8]) -> &[u8] {
    let is_mark = |b: &&u8| !b.is_ascii_alphanumeric();
    let start = line.iter().take_while(is_mark).count();
    let line = &line[start..];
    &line[..line.len() - line.iter().rev().take_while(is_mark).count()]
}

/// Whether the last line of what stands before a block, or of the digests that it ends with, is a
/// label alone.
pub(super) fn ends_alone(above: &[u8]) -> bool {
    let mut lines = above.rsplit(|b| *b == b'\n').skip(1);
    let last = lines.find(|line| !is_digest_alone(line));
    last.is_some_and(|line| line.len() < NEAR && is_alone(line))
}

/// Whether a cell of a table's head names another digest.
pub(super) fn is_other(cell: &[u8]) -> bool {
    cell.split(|b| !is_part(*b)).any(is_other_word)
}

fn is_other_word(word: &[u8]) -> bool {
    OTHER_WORD.is_match(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::tests::holds;

    const WORDS: [&str; 14] = [
        "imphash",
        "ja3",
        "serial",
        "number",
        "rich_header_hash",
        "tlsh",
        "md5",
        "sha-1",
        "value",
        "content",
        "version",
        "ver.",
        "build",
        "d41d8cd98f00b204",
    ];

    #[test]
    fn quick_looks_refuse_no_label() {
        let others = ["imphash", "pe_imphash", "JA4h", "x509-fingerprint-sha1", "serial_number"];
        holds(&OTHER_WORD, &WORDS, &others);
        for other in lexicon::OTHER_DIGESTS.iter().filter(|other| !other.contains(['?', '['])) {
            holds(&OTHER_WORD, &[], &[other]);
        }
        holds(&OTHER_CELL, &WORDS, &["(imphash)", " **( pe_ssdeep md5 )"]);
        holds(&FILE_WORD, &WORDS, &["md5", "SHA-256", "file_sha1", "_md5sum"]);
        holds(&LABELLED, &WORDS, &["md5: 00", "SHA-512=ff"]);
    }

    #[test]
    fn quick_looks_refuse_no_key() {
        holds(&VALUE, &WORDS, &["value: ", "\"content\": \"", "file_hash=a|", "<digest>", "data:"]);
        holds(&VERSION, &WORDS, &["Version: ", "ver. ", "a build=", "<version>", "(release)"]);
    }
}
