//! Bytes of a declared encoding as text: the charsets of mails and pages.

use std::borrow::Cow;

use mail_parser::decoders::charsets::map::charset_decoder;

use super::plain;

/// How far into a page its own `<meta charset>` is looked for, as browsers do
/// (<https://html.spec.whatwg.org/#determining-the-character-encoding>).
const PRESCAN: usize = 1024;

/// The text that bytes hold: by their byte order mark, by the charset that is declared, or as
/// UTF-8. A charset that is not known is read as UTF-8 too, for links are ASCII in nearly all.
pub(super) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, str> {
    let (mark, _) = plain::encoding(&bytes[..bytes.len().min(3)]);
    if mark > 0 {
        return plain::decode(bytes);
    }
    let charset = charset.map(|charset| charset.trim().trim_matches(['"', '\'']));
    let utf8 =
        |charset: &&str| !charset.is_empty() && !charset.to_ascii_lowercase().contains("utf-8");
    match charset.filter(utf8).and_then(|charset| charset_decoder(charset.as_bytes())) {
        // Plain ASCII, which most of these texts are, is the same in all but UTF-16 and UTF-7.
        Some(decoder) if !bytes.is_ascii() || charset.is_some_and(is_shifted) => {
            Cow::Owned(decoder(bytes))
        }
        _ => plain::decode(bytes),
    }
}

/// Whether ASCII bytes may stand for other characters in this charset.
fn is_shifted(charset: &str) -> bool {
    let charset = charset.to_ascii_lowercase();
    ["utf", "ucs", "iso-10646", "iso-2022", "hz", "unicode"].iter().any(|p| charset.contains(p))
}

/// The same for HTML, which may declare its charset itself.
pub(super) fn decode_html<'b>(bytes: &'b [u8], charset: Option<&str>) -> Cow<'b, str> {
    let declared = || {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).into_owned();
        let lower = head.to_ascii_lowercase();
        let (_, behind) = lower.split_once("charset=")?;
        let name = behind.trim_start_matches(['"', '\'', ' ']);
        let end = name.find(['"', '\'', '>', ';', ' ', '/']).unwrap_or(name.len());
        Some(name[..end].to_owned())
    };
    match charset {
        Some(charset) => decode(bytes, Some(charset)),
        // A page that can be read for its `<meta>` is not in UTF-16, whatever that says.
        None => decode(bytes, declared().filter(|name| !name.starts_with("utf")).as_deref()),
    }
}

/// The charset of a code page, by the name that mails use.
pub(super) fn of_code_page(code_page: u32) -> Option<&'static str> {
    Some(match code_page {
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1252 => "windows-1252",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        20866 => "koi8-r",
        28591 => "iso-8859-1",
        28592 => "iso-8859-2",
        28595 => "iso-8859-5",
        28605 => "iso-8859-15",
        50220..=50222 => "iso-2022-jp",
        51932 => "euc-jp",
        51949 => "euc-kr",
        54936 => "gb18030",
        65000 => "utf-7",
        65001 => "utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charset_is_undone() {
        for (bytes, charset, want) in [
            (&b"caf\xE9"[..], "iso-8859-1", "café"),
            (b"\xEA\xEB\xFE\xF7", "Windows-1251", "ключ"),
            (b"\xCB\xCC\xC0\xDE", "koi8-r", "ключ"),
            (b"\x1B$B$\"\x1B(B.jp", "iso-2022-jp", "あ.jp"),
            (b"\xB0\xA1", "gb2312", "啊"),
            (b"\xA4\xA4", "big5", "中"),
            (b"\x82\xA0", "shift_jis", "あ"),
            (b"evil+AC4-com", "utf-7", "evil.com"),
            (b"e\0v\0i\0l\0.\0c\0o\0m\0", "utf-16le", "evil.com"),
            (b"caf\xC3\xA9", "\"UTF-8\"", "café"),
            (b"caf\xC3\xA9", "x-unknown", "café"),
        ] {
            assert_eq!(decode(bytes, Some(charset)), want, "{charset}");
        }
    }

    #[test]
    fn a_page_names_its_charset_itself() {
        let page = b"<meta charset='windows-1251'>\xEA";
        assert!(decode_html(page, None).ends_with('к'));
        let page = b"<meta http-equiv=Content-Type content=\"text/html; charset=utf-16\">a\xC3\xA9";
        assert!(decode_html(page, None).ends_with("aé"));
    }
}
