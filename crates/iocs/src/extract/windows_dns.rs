//! Names as the debug log of Windows' DNS server writes them: each label behind its length, the root at
//! the end, `(5)login(4)evil(3)com(0)`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator::{self, Indicator};

static NAME: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r"(?:\([0-9]{1,2}\)[0-9A-Za-z_*-]{1,63}){2,}\(0\)"));

/// What every such name ends with.
pub(super) const END: &[u8] = b"(0)";

/// The names in a line that hold what their lengths say.
pub(super) fn names(line: &[u8]) -> impl Iterator<Item = (Range<usize>, Indicator)> {
    let has_end = memchr::memmem::find(line, END).is_some();
    let found = has_end.then(|| NAME.find_iter(line)).into_iter().flatten();
    found.filter_map(|found| {
        let name = name(found.as_bytes())?;
        Some((found.range(), indicator::domain(&name)?))
    })
}

fn name(written: &[u8]) -> Option<String> {
    let mut labels = Vec::new();
    for part in std::str::from_utf8(written).ok()?.split('(').skip(1) {
        let (len, label) = part.split_once(')')?;
        if len.parse::<usize>().ok()? != label.len() {
            return None;
        }
        labels.push(label);
    }
    Some(labels[..labels.len().checked_sub(1)?].join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        names(line.as_bytes()).map(|(_, found)| found.text).collect()
    }

    #[test]
    fn lengths_must_be_those_of_the_labels() {
        assert_eq!(found("A (5)login(4)evil(3)com(0)"), ["login.evil.com"]);
        assert_eq!(
            found("(4)evil(2)co(2)uk(0) and (1)a(4)evil(3)org(0)"),
            ["evil.co.uk", "a.evil.org"]
        );
        for none in
            ["(5)evil(3)com(0)", "(4)evil(3)com", "(3)com(0)", "f(0)", "(4)evil(6)notatl(0)"]
        {
            assert!(found(none).is_empty(), "{none}");
        }
    }
}
