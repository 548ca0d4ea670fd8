//! Transfer encodings undone, and damaged ones as far as they go: a mail client shows the rest too.

use std::borrow::Cow;

/// How a part is encoded for the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is: 7bit, 8bit, binary, or one that nobody knows.
    #[default]
    Plain,
    /// RFC 2045, section 6.8.
    Base64,
    /// RFC 2045, section 6.7.
    QuotedPrintable,
    /// Of before MIME.
    Uuencode,
}

impl Encoding {
    /// The encoding by the name in `Content-Transfer-Encoding`.
    pub(super) fn named(name: &str) -> Self {
        let name = name.trim().trim_matches('"').to_ascii_lowercase();
        match name.as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "x-uuencode" | "uuencode" | "x-uue" | "uue" => Self::Uuencode,
            _ => Self::Plain,
        }
    }
}

/// The content of a part.
pub(super) fn decode(encoding: Encoding, raw: &[u8]) -> Cow<'_, [u8]> {
    match encoding {
        Encoding::Plain => Cow::Borrowed(raw),
        Encoding::Base64 => base64(raw),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable(raw)),
        Encoding::Uuencode => Cow::Owned(uuencode(raw)),
    }
}

const INVALID: u8 = 0xFF;

/// The value of each base64 digit.
const DIGITS: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = [INVALID; 256];
    let mut at = 0;
    while at < alphabet.len() {
        digits[alphabet[at] as usize] = at as u8;
        at += 1;
    }
    digits
};

/// Signs that are no digits are passed over (RFC 2045), and so is what padding ends too early. A
/// part that is plain text in truth, for no group of it would be base64, stays as it is.
fn base64(raw: &[u8]) -> Cow<'_, [u8]> {
    if raw.iter().filter(|b| matches!(b, b' ' | b'.' | b':' | b'<' | b'>')).count() * 20 > raw.len()
    {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len() / 4 * 3 + 3);
    let (mut group, mut digits) = (0u32, 0);
    let flush = |group: u32, digits: u32, out: &mut Vec<u8>| {
        let bytes = (group << (6 * (4 - digits))).to_be_bytes();
        out.extend_from_slice(&bytes[1..digits as usize]);
    };
    let mut rest = raw;
    while let Some((&byte, behind)) = rest.split_first() {
        // Whole groups, as nearly all are.
        if digits == 0
            && let [a, b, c, d, behind @ ..] = rest
        {
            let [a, b, c, d] = [a, b, c, d].map(|byte| DIGITS[usize::from(*byte)]);
            if (a | b | c | d) != INVALID {
                let group =
                    u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
                out.extend_from_slice(&group.to_be_bytes()[1..]);
                rest = behind;
                continue;
            }
        }
        rest = behind;
        match DIGITS[usize::from(byte)] {
            INVALID if byte == b'=' && digits > 1 => {
                flush(group, digits, &mut out);
                (group, digits) = (0, 0);
            }
            INVALID => {}
            digit => {
                group = group << 6 | u32::from(digit);
                digits += 1;
                if digits == 4 {
                    out.extend_from_slice(&group.to_be_bytes()[1..]);
                    (group, digits) = (0, 0);
                }
            }
        }
    }
    if digits > 1 {
        flush(group, digits, &mut out);
    }
    Cow::Owned(out)
}

/// An `=` that begins nothing stays as it is; white space at a line's end goes.
fn quoted_printable(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    // What was written as it stands, so that no encoded space is taken for one at a line's end.
    let mut kept = 0;
    while let Some(at) = memchr::memchr2(b'=', b'\n', rest) {
        out.extend_from_slice(&rest[..at]);
        let behind = &rest[at + 1..];
        if rest[at] == b'\n' {
            let is_crlf = out.ends_with(b"\r");
            let end = out.len() - usize::from(is_crlf);
            let text = kept.min(end) + out[kept.min(end)..end].trim_ascii_end().len();
            out.truncate(text);
            out.extend_from_slice(if is_crlf { b"\r\n" } else { b"\n" });
            kept = out.len();
            rest = behind;
            continue;
        }
        rest = match behind {
            [high, low, behind @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(*high) << 4 | hex(*low));
                kept = out.len();
                behind
            }
            _ => match soft_break(behind) {
                Some(behind) => behind,
                None => {
                    out.push(b'=');
                    behind
                }
            },
        };
    }
    out.extend_from_slice(rest);
    out
}

/// What follows the line end of a soft line break, which white space may stand before.
fn soft_break(rest: &[u8]) -> Option<&[u8]> {
    let blank = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
    match &rest[blank..] {
        [] => Some(&[]),
        [b'\n', behind @ ..] => Some(behind),
        _ => None,
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Lines between `begin` and `end`, each with its length in front.
fn uuencode(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len() / 4 * 3);
    let lines = raw.split(|b| *b == b'\n').skip_while(|line| !line.starts_with(b"begin "));
    for line in lines.skip(1).take_while(|line| line.trim_ascii() != b"end") {
        let Some((length, digits)) = line.split_first() else { continue };
        let length = usize::from(length.wrapping_sub(b' ') & 0x3F);
        let start = out.len();
        for group in digits.chunks(4) {
            let value = group
                .iter()
                .fold(0u32, |value, digit| value << 6 | u32::from(digit.wrapping_sub(b' ') & 0x3F))
                << (6 * (4 - group.len()));
            out.extend_from_slice(&value.to_be_bytes()[1..]);
        }
        out.truncate(start + length.min(out.len() - start));
    }
    out
}

/// Undoes `format=flowed; delsp=yes` (RFC 3676): a line that ends in a space goes on in the next,
/// and the space is no part of it. Gives the number of each line that was.
pub(super) fn unflow(text: &str) -> (String, Vec<u64>) {
    let (mut out, mut lines) = (String::with_capacity(text.len()), Vec::new());
    let mut is_open = false;
    for (number, line) in (1..).zip(text.lines()) {
        if !is_open {
            lines.push(number);
        }
        match line.strip_suffix(' ').filter(|_| line != "-- ") {
            Some(flowed) => {
                out.push_str(flowed);
                is_open = true;
            }
            None => {
                out.push_str(line);
                out.push('\n');
                is_open = false;
            }
        }
    }
    (out, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_undone() {
        for (raw, want) in [
            (&b"http://a.example/?x=3D1=\r\n&y=3d2"[..], &b"http://a.example/?x=1&y=2"[..]),
            (b"soft= \t\r\nbreak", b"softbreak"),
            (b"end \t\r\nnext=20\n", b"end\r\nnext \n"),
            (b"damaged =G1 = x =", b"damaged =G1 = x "),
            (b"caf=C3=A9", b"caf\xC3\xA9"),
            (b"==3D", b"=="),
        ] {
            assert_eq!(quoted_printable(raw), want, "{:?}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn base64_is_undone() {
        for (raw, want) in [
            (&b"aHR0cDovL2EuZXhhbXBsZS8="[..], &b"http://a.example/"[..]),
            (b"aHR0\r\ncDov\r\nL2Eu\n", b"http://a."),
            (b"aHR0*cDov!", b"http:/"),
            (b"aHR0cA==aHR0cA==", b"httphttp"),
            (b"aHR0cA", b"http"),
            (b"a", b""),
            (b"", b""),
        ] {
            assert_eq!(&*base64(raw), want, "{:?}", String::from_utf8_lossy(raw));
        }
        let plain = b"See http://a.example/ for more, said he.";
        assert_eq!(&*base64(plain), plain);
    }

    #[test]
    fn uuencode_is_undone() {
        assert_eq!(uuencode(b"begin 644 a\n#0V%T\n`\nend\n"), b"Cat");
        assert_eq!(uuencode(b"begin 644 a\n$0V%T0P\nend"), b"CatC");
        assert_eq!(uuencode(b"nothing"), b"");
    }

    #[test]
    fn flowed_lines_are_joined() {
        let (text, lines) = unflow("http://a.example/ \r\nlong\nnext\n-- \nname");
        assert_eq!(text, "http://a.example/long\nnext\n-- \nname\n");
        assert_eq!(lines, [1, 3, 4, 5]);
    }
}
