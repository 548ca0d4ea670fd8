//! Halves of surrogate pairs. JSON allows them as escapes (RFC 8259, 8.2), no UTF-8
//! text can hold one, and names in reports come from attackers.

/// Replaces each `\u` escape of half a pair by that of U+FFFD, which is as long.
pub(in crate::virustotal) fn replace_lone(body: &mut [u8]) {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &body[at..]) {
        let start = at + found;
        let Some(unit) = unit_of(body, start) else {
            at = (start + 2).min(body.len()); // another escape
            continue;
        };
        let low = unit_of(body, start + 6).filter(|next| matches!(next, 0xDC00..=0xDFFF));
        at = start + 6;
        match unit {
            0xD800..=0xDBFF if low.is_some() => at += 6,
            0xD800..=0xDFFF => body[start..start + 6].copy_from_slice(b"\\ufffd"),
            _ => {}
        }
    }
}

/// The code unit of a `\u` escape that starts here, if one does.
fn unit_of(body: &[u8], start: usize) -> Option<u16> {
    let digits = body.get(start..start + 6)?.strip_prefix(b"\\u")?;
    let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn replaced(body: &str, expected: &str) {
        let mut bytes = body.as_bytes().to_vec();
        replace_lone(&mut bytes);
        let text = std::str::from_utf8(&bytes).unwrap();
        assert_eq!(text, expected);
        serde_json::from_str::<serde_json::Value>(text).unwrap();
    }

    #[test]
    fn halves_are_replaced_and_pairs_are_not() {
        replaced(r#""\ud800""#, r#""\ufffd""#);
        replaced(r#""\uDFFF x""#, r#""\ufffd x""#);
        replaced(r#""\ud800\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#);
        replaced(r#""\ud83d\ude00 \u00e4 \n""#, r#""\ud83d\ude00 \u00e4 \n""#);
        // A backslash that is escaped itself begins no escape.
        replaced(r#""C:\\ud800""#, r#""C:\\ud800""#);
        replaced(r#""\ud800\n""#, r#""\ufffd\n""#);
    }

    #[test]
    fn what_is_cut_stays() {
        for body in [&b"\"\\"[..], b"\"\\u", b"\"\\ud80", b"\"\\ud800\\u", b"\\ud83d\\"] {
            replace_lone(&mut body.to_vec());
        }
    }
}
