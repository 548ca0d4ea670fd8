//! Bytes from outside as text.

/// Bytes as text: what is not UTF-8 as `\xNN`, so that nothing is lost.
#[must_use]
pub fn escape_invalid_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_shown_by_its_bytes() {
        assert_eq!(escape_invalid_utf8("Grüße".as_bytes()), "Grüße");
        assert_eq!(escape_invalid_utf8(b"a\xFFb\xC3"), "a\\xffb\\xc3");
    }
}
