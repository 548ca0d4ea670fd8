//! Plain text: whether bytes are text, and in which encoding.

use std::borrow::Cow;

/// How many bytes in a hundred of a text may be control characters that no text has.
const MOST_CONTROLS: usize = 2;
/// The same, where all of it is UTF-8.
const MOST_CONTROLS_IN_UTF8: usize = 25;
/// NULs in a row that are padding: what a crash leaves of a log's last blocks.
const PADDING: usize = 32;
/// Fewer units than these tell nothing about UTF-16.
const FEWEST_UNITS: usize = 4;

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or another one in which ASCII, in which indicators are written, is the same.
    Ascii,
    /// UTF-16, the low byte first.
    Utf16Little,
    /// UTF-16, the high byte first.
    Utf16Big,
}

/// Whether a file that begins so is text.
#[must_use]
pub fn is_text(head: &[u8]) -> bool {
    let (_, encoding) = encoding(head);
    if encoding != Encoding::Ascii {
        return true;
    }
    let (mut controls, mut others, mut rest, mut before) = (0, 0, head, b'\n');
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == 0 {
            let nuls = rest.iter().take_while(|byte| **byte == 0).count();
            // One by itself separates, as in /proc/PID/environ; some fill a line, as a crash leaves them.
            let is_line = matches!(before, b'\n' | b'\r')
                && matches!(rest.get(nuls), None | Some(b'\n' | b'\r'));
            controls += if nuls == 1 || nuls >= PADDING || is_line { 0 } else { nuls };
            rest = &rest[nuls..];
            before = 0;
            continue;
        }
        // Backspace and form feed are of printers, escape is of terminals.
        let is_control = matches!(byte, 0x01..=0x07 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F);
        controls += usize::from(is_control);
        others += usize::from(!is_control);
        (rest, before) = (tail, byte);
    }
    // A head may end within a character.
    let is_utf8 = std::str::from_utf8(head).map_or_else(|e| e.error_len().is_none(), |_| true);
    // UTF-8 without NULs is hardly by chance, though somebody may have put control characters into it.
    let most = if is_utf8 && !head.contains(&0) { MOST_CONTROLS_IN_UTF8 } else { MOST_CONTROLS };
    controls * 100 <= (controls + others) * most
}

/// The text that bytes hold. What is no character of its encoding becomes U+FFFD.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let (mark, encoding) = encoding(bytes);
    let bytes = &bytes[mark..];
    let unit: fn([u8; 2]) -> u16 = match encoding {
        Encoding::Ascii => return String::from_utf8_lossy(bytes),
        Encoding::Utf16Little => u16::from_le_bytes,
        Encoding::Utf16Big => u16::from_be_bytes,
    };
    let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
    char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// How long a text's byte order mark is, and its encoding.
#[must_use]
pub fn encoding(head: &[u8]) -> (usize, Encoding) {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => (3, Encoding::Ascii),
        [0xFF, 0xFE, ..] => (2, Encoding::Utf16Little),
        [0xFE, 0xFF, ..] => (2, Encoding::Utf16Big),
        head => (0, guess(&head[..head.len().min(4096)])),
    }
}

/// Bytes without a mark are UTF-16 all the same where at least half of the units are ASCII, so that
/// every second byte is NUL, and hardly any of the bytes between them are.
fn guess(head: &[u8]) -> Encoding {
    let (units, _) = head.as_chunks::<2>();
    let zeros = |place: usize| units.iter().filter(|unit| unit[place] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let clearly = |many: usize, few: usize| many * 2 >= units.len() && few * 16 <= many;
    if units.len() < FEWEST_UNITS {
        Encoding::Ascii
    } else if clearly(second, first) {
        Encoding::Utf16Little
    } else if clearly(first, second) {
        Encoding::Utf16Big
    } else {
        Encoding::Ascii
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_any_encoding_is_text() {
        let japanese = b"\x93\xFA\x96\x7B\x8C\xEA \x82\xCC\x83\x81\x81[\x83\x8B\r\n";
        let padded = [&[0; 3000][..], b"Nov 25 evil.example.com\n"].concat();
        let colored = b"\x1B[31mevil.example.com\x1B[0m\n";
        let separated = b"HOST=evil.example.com\0ADDRESS=1.2.3.4\0";
        let hostile = "1.2.3.999\u{7} \u{1}\u{8}\u{7F} evil.example.com\n".as_bytes();
        let filled = b"9.9.9.9\n\0\0\0\nevil.example.com\n";
        let texts = [
            &b""[..],
            b"a",
            b"1.2.3.4\r\n\tx",
            japanese,
            &padded,
            colored,
            separated,
            filled,
            hostile,
        ];
        for text in texts {
            assert!(is_text(text), "{text:?}");
        }
        let utf16: Vec<u8> = "1.2.3.4\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_text(&utf16));
        assert_eq!(decode(&utf16), "1.2.3.4\r\n");
        assert_eq!(decode(b"\xEF\xBB\xBFa\xFFb"), "a\u{FFFD}b");
    }

    #[test]
    fn what_is_packed_or_compiled_is_no_text() {
        let header = b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0";
        // Every byte once, as what is well packed has them.
        let even: Vec<u8> = (0..=255).cycle().take(4096).collect();
        for binary in [&header[..], &even, b"abc\0\0\0def\0", b"\x01\x02\x03\x04"] {
            assert!(!is_text(binary), "{binary:?}");
        }
    }
}
