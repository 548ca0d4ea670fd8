//! What a bare name more likely is than a domain: a file, a piece of code, the name of a detection.

use std::ops::Range;

use crate::indicator;
use crate::left_out::Rule;
use crate::lexicon::{
    self, CODE_NAMES, CODE_ROOTS, DETECTION_PLATFORMS, DETECTIONS, FILE_ENDINGS,
    FILE_EXTENSION_SUFFIXES, PLATFORMS, PRODUCTS,
};

/// What a name is taken for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Something that a rule leaves out.
    Rule(Rule),
    /// The end of a sentence and the beginning of the next, without the space between them:
    /// `was sent.It then`.
    Sentence,
}

/// What speaks against a name, without marks, link or user, being a domain.
pub(super) fn of(raw: &[u8]) -> Option<Doubt> {
    let text = std::str::from_utf8(raw).ok()?;
    let last = text.rsplit('.').next().unwrap_or(text);
    if lexicon::holds(FILE_EXTENSION_SUFFIXES, last.as_bytes())
        && !indicator::has_suffix_of_labels(raw)
    {
        return Some(Doubt::Rule(Rule::FileName));
    }
    if matches!(last.as_bytes(), [a, b] if a.is_ascii_uppercase() && b.is_ascii_lowercase()) {
        return Some(Doubt::Sentence);
    }
    let first = text.split('.').next().unwrap_or(text);
    let is_reverse = CODE_ROOTS.contains(&first) && !matches!(last, "com" | "net" | "org");
    if is_reverse || PRODUCTS.contains(&text) || CODE_NAMES.contains(&text) || is_mask(text) {
        return Some(Doubt::Rule(Rule::Code));
    }
    is_detection(text, first).then_some(Doubt::Rule(Rule::Detection))
}

/// `Trojan-Spy.JS.Agent.io`, `HTML.Agent.SJ`, `Gen:Variant.Zusy.cc`.
fn is_detection(text: &str, first: &str) -> bool {
    if DETECTIONS.contains(&first.split('-').next().unwrap_or(first)) {
        return true;
    }
    let has_capital = || text.bytes().any(|b| b.is_ascii_uppercase());
    let is_platform = |label: &str| lexicon::holds(PLATFORMS, label.as_bytes());
    if text.split('.').skip(1).any(is_platform) && has_capital() {
        return true;
    }
    let second = text.split('.').nth(1).unwrap_or_default();
    DETECTION_PLATFORMS.contains(&first)
        && text.matches('.').count() > 1
        && second.starts_with(|c: char| c.is_ascii_uppercase())
}

/// An address that somebody hid: `xxx.xxx.xxx.xxx`.
fn is_mask(text: &str) -> bool {
    text.matches('.').count() >= 3
        && text
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|b| matches!(b, b'x' | b'X')))
}

/// Whether a name has the form of a class or of its member: two or three labels of which the last
/// begins with a capital and goes on in small letters (`objShell.Run`, `ADODB.Stream`).
pub(super) fn is_member(raw: &[u8]) -> bool {
    let mut labels = raw.rsplit(|b| *b == b'.');
    let last = labels.next().unwrap_or_default();
    matches!(last, [a, b, ..] if a.is_ascii_uppercase() && b.is_ascii_lowercase())
        && raw.iter().filter(|b| **b == b'.').count() <= 2
        && raw.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
        && !matches!(&last.to_ascii_lowercase()[..], b"com" | b"net" | b"org")
}

/// Whether a whole token is the name of a file and cannot be a domain: its ending is no public
/// suffix, or no registry gives the label before it, for it holds an underscore.
pub(super) fn is_plainly_file(token: &[u8]) -> bool {
    let mut labels = token.rsplit(|b| *b == b'.');
    let (Some(last), Some(before)) = (labels.next(), labels.next()) else { return false };
    let is_name = token.iter().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'_' | b'-' | b'(' | b')' | b'+' | b'~' | b'$' | b'@')
            || *b >= 0x80
    });
    is_name
        && (lexicon::holds(FILE_ENDINGS, last)
            || before.contains(&b'_') && lexicon::holds(FILE_EXTENSION_SUFFIXES, last))
}

/// Whether a name ends like a file: its suffix is a file's extension as well.
pub(super) fn ends_like_file(raw: &[u8]) -> bool {
    let last = raw.rsplit(|b| *b == b'.').next().unwrap_or_default();
    lexicon::holds(FILE_EXTENSION_SUFFIXES, last) && !indicator::has_suffix_of_labels(raw)
}

/// Whether most of the lines of one token about one are plainly the names of files.
pub(super) fn is_among_files(block: &[u8], line: &Range<usize>) -> bool {
    const NEAR: usize = 512;
    let above = &block[line.start.saturating_sub(NEAR)..line.start];
    let below = &block[line.end..block.len().min(line.end + NEAR)];
    let lines =
        [above, below].into_iter().flat_map(|text| text.split(|b| matches!(b, b'\n' | b'\r')));
    let tokens =
        lines.map(<[u8]>::trim_ascii).filter(|line| line.contains(&b'.') && !line.contains(&b' '));
    let (files, others): (Vec<&[u8]>, Vec<&[u8]>) =
        tokens.partition(|token| is_plainly_file(token));
    files.len() > others.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_are_exact() {
        assert_eq!(of(b"subprocess.run"), Some(Doubt::Rule(Rule::Code)));
        for domain in ["Subprocess.run", "a.subprocess.run", "subprocess.run.com", "system.io"] {
            assert_eq!(of(domain.as_bytes()), None, "{domain}");
        }
    }

    #[test]
    fn lists_hold_each_word_once_in_names_that_can_be_met() {
        for list in [CODE_NAMES, DETECTIONS, DETECTION_PLATFORMS, FILE_ENDINGS, PRODUCTS] {
            let mut sorted = list.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), list.len());
        }
        // A file's ending that somebody registers names under is no proof.
        for ending in FILE_ENDINGS {
            assert!(!indicator::has_suffix(format!("a.{ending}").as_bytes()), "{ending}");
        }
    }

    #[test]
    fn files_are_told_from_domains_that_end_alike() {
        for file in ["svchost32.exe", "Update.js", "Inquiry_pdf.zip", "report.docx", "a(1).pdf"] {
            assert!(is_plainly_file(file.as_bytes()), "{file}");
        }
        for other in ["evil.zip", "evil.com", "my_host.evil.zip", "evil.notatld", "exe"] {
            assert!(!is_plainly_file(other.as_bytes()), "{other}");
        }
    }
}
