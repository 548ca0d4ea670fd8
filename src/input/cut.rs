//! Where a line may be cut that is too long for one block.
//!
//! The places, best first:
//! 1. a space, control character, quote (`"`, `` ` ``) or angle bracket, which no indicator holds,
//!    that has plain text on both sides: no label of a hash stands before it (`imphash: …`), no mark
//!    of a defanged dot beside it (`evil [.] com`);
//! 2. any of these;
//! 3. a comma, semicolon or bar, which URLs may hold, but lists have between their members;
//! 4. a sign that is a part of URLs alone. A line that has nothing better for a MiB is packed data,
//!    or one URL longer than any that VirusTotal takes.
//!
//! A run that has none of all these for a MiB holds no indicator.

/// Longer than any name (253 characters) or hash (64, or 128 for one that VirusTotal does not take): a run
/// that is too long to be anything is read as its beginning, which is too long for the same reasons.
pub(super) const LONGEST_NAME: usize = 512;

/// How many bytes always stay behind a cut, that the line's last piece is no single word: a word that is
/// all there is counts for more than one in running text.
const LEFT_BEHIND: usize = 1 << 16;

/// How far back the best place is looked for.
const BEST_WITHIN: usize = 1 << 16;

/// How far a label or a mark may reach over a place.
const CONTEXT: usize = 160;

/// Where the first piece of a line is to end; `None` if a run that begins it is too long to be
/// anything. `line` is longer than [`LEFT_BEHIND`] by far.
pub(super) fn end_of_piece(line: &[u8]) -> Option<usize> {
    let last = line.len() - LEFT_BEHIND;
    let first = last.saturating_sub(BEST_WITHIN).max(1);
    let best = (first..last).rev().find(|&at| parts(line[at - 1]) && is_plain(line, at));
    let behind = |is_one: fn(u8) -> bool| {
        // A piece that begins with `#` would read as a comment.
        (1..last).rev().find(|&at| is_one(line[at - 1]) && line[at] != b'#')
    };
    best.or_else(|| behind(parts)).or_else(|| behind(lists)).or_else(|| behind(links))
}

/// Where a run ends that is too long to be anything.
pub(super) fn end_of_word(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| parts(byte) || lists(byte) || links(byte))
}

/// What no indicator holds.
fn parts(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | 0x7F | b'"' | b'`' | b'<' | b'>')
}

/// What stands between the members of a list.
fn lists(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'|')
}

/// What only URLs hold.
fn links(byte: u8) -> bool {
    matches!(byte, b'/' | b'?' | b'&' | b'=' | b'+' | b'#')
}

/// Whether the text on both sides of a place has nothing to do with one another.
fn is_plain(line: &[u8], at: usize) -> bool {
    let before = line[at.saturating_sub(CONTEXT)..at].trim_ascii_end();
    let behind = &line[at..line.len().min(at + CONTEXT)];
    let last = before.iter().rev().find(|&&byte| !parts(byte));
    let ends_plainly =
        last.is_some_and(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b',' | b';'));
    ends_plainly
        && behind[0].is_ascii_alphanumeric()
        && !is_dot_spelt(before.rsplit(|&byte| parts(byte)).next())
        && !is_dot_spelt(behind.split(|&byte| parts(byte)).next())
        && !holds_digest(behind)
}

/// `evil dot com`, `someone at evil dot com`.
fn is_dot_spelt(word: Option<&[u8]>) -> bool {
    word.is_some_and(|word| word.eq_ignore_ascii_case(b"dot") || word.eq_ignore_ascii_case(b"at"))
}

/// A run of hex digits as long as the shortest hash, whose label may stand before it.
fn holds_digest(text: &[u8]) -> bool {
    text.split(|byte| !byte.is_ascii_hexdigit()).any(|run| run.len() >= 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two texts about the place where a line of the second, over and over, is cut.
    fn around(unit: &str) -> (String, String) {
        let line = unit.repeat((3 << 19) / unit.len());
        let at = end_of_piece(line.as_bytes()).unwrap();
        (line[at - 12..at].to_owned(), line[at..at + 12].to_owned())
    }

    #[test]
    fn nothing_that_belongs_together_is_parted() {
        for unit in ["some words evil [.] com ", "some words evil dot com "] {
            let (before, behind) = around(unit);
            assert!(!before.trim_end().ends_with("evil"), "{before}|{behind}");
            assert!(!behind.starts_with(['[', 'd', 'c']), "{before}|{behind}");
        }
        let (before, behind) =
            around("imphash: 0123456789abcdef0123456789abcdef and then other words ");
        assert!(!behind.starts_with('0') && !before.ends_with("imphash: "), "{before}|{behind}");
        assert_eq!(around("http://evil.com/a,b;c?d= ").1, "http://evil.");
    }

    #[test]
    fn a_list_without_spaces_is_cut_between_its_members() {
        assert_eq!(around("185.220.101.42,").1, "185.220.101.");
        assert_eq!(around("\"evil.com\",").0.len(), 12);
    }

    #[test]
    fn what_holds_nothing_is_not_cut() {
        for unit in ["f", ".", "[", "[.]", "\\[.\\]", "1.2.3.4."] {
            assert_eq!(end_of_piece(unit.repeat((3 << 19) / unit.len()).as_bytes()), None);
        }
    }
}
