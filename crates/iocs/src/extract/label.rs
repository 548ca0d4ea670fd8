//! What labels say: a digest that is none of a file, numbers that are a version.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::core::pattern;

/// Digests of a part of a file, of a handshake or of a certificate, and serial numbers. They have
/// the lengths of file hashes and name no file.
const OTHER: &str = "imphash|import_?hash|authentihash|authenticode_?hash|pehash|vhash|ssdeep|tlsh|telfhash|rich_?(?:pe_?)?(?:header_?)?hash|ja3s?|ja4[a-z]?|hassh|jarm|thumbprint|fingerprint|serial(?:_?number)?";

/// A word is such a label as a whole, perhaps with what it is a digest of before it and how it is
/// written behind it (`pe_imphash`, `x509-fingerprint-sha1`): `serialport` is none.
static OTHER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^(?i:(?:(?:[a-z0-9]+[_-])*|pe|file)(?:{OTHER})(?:[_-]?(?:md5|sha-?1|sha-?256|hash|value))?)$"
    ))
});
/// What makes a label of the word `hash` behind it.
static OTHER_KIND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i:import|authenticode|rich(?: pe)?(?: header)?)[ \t]$"));
static OTHER_CELL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"^[ \t"'`*]*\([ \t]*(?i:(?:pe|file)?_?(?:{OTHER})(?:[ _-](?:md5|sha-?1|sha-?256|hash))?)[ \t]*\)"#
    ))
});
static OTHER_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"[:=>][ \t]*["']?(?i:(?:[a-z]+\|)?[a-z]*_?(?:{OTHER}))["']?[ \t]*(?:,|</.*)?$"#
    ))
});
static VERSION_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"[:=>][ \t]*["']?(?i:[a-z]+[ _-])?(?i:version)["']?[ \t]*(?:,|</.*)?$"#)
});
static FILE_WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i:(?:file)?_?(?:md5|sha[_-]?(?:1|256))(?:sum|hash)?)$"));
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i:version|\bver\.?|\brelease|\bbuild)["'>)`*]*[ \t]*[:=]?[ \t]*["'`]?$"#)
});
static VALUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^[ \t"'<-]*(?i:[a-z]*_?(?:value|content|hash|data|digest))["']?[ \t]*[:=>]+[ \t]*["']?(?:[^"|]*\|)?$"#,
    )
});
static LABELLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?i:md5|sha-?(?:1|224|256|384|512))[ \t]*[:=][ \t]*[0-9A-Fa-f]+$"));

/// A label further away belongs to something else.
const NEAR: usize = 96;
/// So many words may stand between a label and its digest: `"type": "imphash", "value": "…"`.
const WORDS: usize = 4;
/// An object's lines above its value.
const LINES_ABOVE: usize = 24;
pub(super) const BYTES_ABOVE: usize = 4096;

/// Whether what stands before a digest calls it another than a file's: the nearest label decides.
pub(super) fn follows_other(before: &[u8]) -> bool {
    let mut rest = &before[before.len().saturating_sub(NEAR)..];
    for _ in 0..WORDS {
        let gap = rest.iter().rev().take_while(|b| !is_part(**b)).count();
        let (head, signs) = rest.split_at(rest.len() - gap);
        if signs.iter().any(|b| matches!(b, b'{' | b'}')) {
            return false;
        }
        let len = head.iter().rev().take_while(|b| is_part(**b)).count();
        let (head, word) = head.split_at(head.len() - len);
        if word.is_empty() || word.len() >= 32 && word.iter().all(u8::is_ascii_hexdigit) {
            return false;
        }
        // A file may be called like a label: `imphash.py`.
        let is_name = matches!(signs.first(), Some(b'.' | b'\\' | b'/'));
        if !is_name && is_other_word(word)
            || word.eq_ignore_ascii_case(b"hash") && OTHER_KIND.is_match(head)
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
            let len = head.iter().rev().take_while(|b| is_part(**b)).count();
            return is_other_word(&head[head.len() - len..]);
        }
        rest = head;
    }
    false
}

/// Whether a word names a file's digest.
pub(super) fn is_file(word: &[u8]) -> bool {
    let may_be = matches!(word.first(), Some(b'm' | b'M' | b's' | b'S' | b'f' | b'F' | b'_'));
    may_be && FILE_WORD.is_match(word)
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Whether the digest is followed by its label in brackets: `… (imphash)`.
pub(super) fn other_in_brackets(after: &[u8]) -> bool {
    let after = &after[..after.len().min(NEAR)];
    let opening = after.iter().find(|b| !matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'*'));
    opening == Some(&b'(') && OTHER_CELL.is_match(after)
}

/// Whether a line begins with the key of a value whose sort is said elsewhere.
pub(super) fn is_value(before: &[u8]) -> bool {
    let is_sign = |b: &&u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b':' | b'=' | b'>');
    let letter = before.iter().rev().find(|b| !is_sign(b)).map(u8::to_ascii_lowercase);
    let may_be = before.len() <= NEAR && matches!(letter, Some(b'e' | b't' | b'h' | b'a' | b'|'));
    may_be && VALUE.is_match(before)
}

/// Whether a line above, of the same object, says that its value is another digest: JSON and YAML
/// of threat feeds write `type: imphash` some lines before `value: …`.
pub(super) fn is_other_above(above: &[u8]) -> bool {
    any_above(above, &OTHER_VALUE)
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
    let begins = |head: &[u8]| {
        before.get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head))
    };
    // Foxmail and others name their version here as if it were an address.
    if begins(b"x-mailer:") || begins(b"user-agent:") {
        return true;
    }
    // Most addresses follow something else; a look at the last letter tells.
    let is_sign = |b: &&u8| {
        matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'`' | b':' | b'=' | b'>' | b')' | b'*')
    };
    let last = before.iter().rev().take(8).find(|b| !is_sign(b));
    matches!(last, Some(b'n' | b'N' | b'r' | b'R' | b'e' | b'E' | b'd' | b'D' | b'.'))
        && VERSION.is_match(&before[before.len().saturating_sub(32)..])
}

/// Whether a whole line is a hash with its label.
pub(super) fn is_labelled(text: &[u8]) -> bool {
    matches!(text.first(), Some(b'm' | b'M' | b's' | b'S')) && LABELLED.is_match(text)
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
                && OTHER_KIND.find(&text[..kind]).is_some_and(|kind| kind.start() == 0)
        }
        _ => false,
    }
}

/// Whether a line is nothing but a digest.
pub(super) fn is_digest_alone(line: &[u8]) -> bool {
    let digest = unmarked(line);
    matches!(digest.len(), 32 | 40 | 64) && digest.iter().all(u8::is_ascii_hexdigit)
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
    // Three letters of each name are enough to see that most words are none.
    const PARTS: [&[u8; 3]; 10] =
        [b"ash", b"lsh", b"ssh", b"ssd", b"ja3", b"ja4", b"jar", b"thu", b"fin", b"ser"];
    let may_be = word.windows(3).any(|part| PARTS.iter().any(|of| part.eq_ignore_ascii_case(*of)));
    may_be && OTHER_WORD.is_match(word)
}
