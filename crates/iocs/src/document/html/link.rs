//! The value of an attribute that holds a link.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use url::{ParseError, Url};

use super::super::part::File;

/// Standard base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a link is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Link<'v> {
    /// A link to another place, in one line.
    Web(String),
    /// The addresses of a `mailto:`.
    Mail(Vec<String>),
    /// A program behind `javascript:`.
    Script(&'v str),
    /// A file that the link itself holds.
    File(File),
    /// A place within the page or the mail, a telephone number, nothing.
    Nowhere,
}

/// Reads the value of an attribute; `base` is what relative links are relative to.
pub(super) fn read<'v>(value: &'v str, base: Option<&Url>) -> Link<'v> {
    let value = value.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    let Some((scheme, rest)) = split_scheme(value) else {
        return relative(&in_one_line(value), base).map_or(Link::Nowhere, Link::Web);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "cid" | "mid" | "tel" | "sms" | "callto" | "about" | "blob" => Link::Nowhere,
        "javascript" | "vbscript" => Link::Script(rest),
        "mailto" => Link::Mail(addresses(rest)),
        "data" => embedded_file(rest).map_or(Link::Nowhere, Link::File),
        _ => Link::Web(in_one_line(value).into_owned()),
    }
}

/// A scheme (RFC 3986, section 3.1) and what is behind its colon; but `evil.com:8080/` has a port.
fn split_scheme(value: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = value.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let is_port = scheme.contains('.') && rest.starts_with(|c: char| c.is_ascii_digit());
    (is_scheme && !is_port).then_some((scheme, rest))
}

/// As a browser reads it: without tabs and line ends, spaces encoded
/// (<https://url.spec.whatwg.org/#concept-basic-url-parser>).
fn in_one_line(value: &str) -> Cow<'_, str> {
    if !value.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Cow::Borrowed(value);
    }
    let mut line = String::with_capacity(value.len());
    for c in value.chars().filter(|c| !matches!(c, '\t' | '\r' | '\n')) {
        if c.is_whitespace() || c.is_control() {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).bytes();
            bytes.for_each(|b| line.push_str(percent_encoding::percent_encode_byte(b)));
        } else {
            line.push(c);
        }
    }
    Cow::Owned(line)
}

/// A link without a scheme: with `//` before its host, or relative to the base; without one it is
/// taken where it begins with a name, as those who wrote it meant it.
fn relative(value: &str, base: Option<&Url>) -> Option<String> {
    if value.is_empty() || value.starts_with('#') {
        return None;
    }
    if let Some(host) = value.strip_prefix("//").or_else(|| value.strip_prefix(r"\\")) {
        return with_path(host);
    }
    if let Some(base) = base {
        return base.join(value).ok().map(String::from);
    }
    let (host, path) = value.split_at(value.find(['/', '?', '#']).unwrap_or(value.len()));
    let begins_with =
        |www: &str| host.get(..www.len()).is_some_and(|h| h.eq_ignore_ascii_case(www));
    let name = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let is_name = name.contains('.')
        && !name.starts_with('.')
        && psl::domain(name.as_bytes()).is_some_and(|domain| domain.suffix().is_known());
    // `invoice.zip` is a file beside the page.
    (is_name && (begins_with("www.") || path.starts_with('/'))).then(|| with_path(value))?
}

/// A link without its scheme; a name alone gets a path, for it is a link all the same.
fn with_path(value: &str) -> Option<String> {
    let host = value.split(['/', '\\', '?', '#']).next()?;
    if host.is_empty() {
        return None;
    }
    let value = value.replace('\\', "/");
    let slash = if value.len() > host.len() { "" } else { "/" };
    Some(format!("{value}{slash}"))
}

/// The end of a host that holds signs of no name, as far as it is a name: its owner is known all the
/// same. `None` for any other link.
pub(super) fn name_in_odd_host(link: &str) -> Option<&str> {
    let is_odd =
        matches!(Url::parse(link), Err(ParseError::IdnaError | ParseError::InvalidDomainCharacter));
    let (_, rest) = link.split_once("://").filter(|_| is_odd)?;
    let host = rest.split(['/', '\\', '?', '#']).next()?;
    let is_label = |label: &&str| {
        let is_ldh = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_ldh)
    };
    let labels: usize = host.rsplit('.').take_while(is_label).map(|label| label.len() + 1).sum();
    let name = host.get(host.len() - labels.checked_sub(1)?..)?;
    let lower = name.to_ascii_lowercase();
    psl::domain(lower.as_bytes()).is_some_and(|domain| domain.suffix().is_known()).then_some(name)
}

fn addresses(rest: &str) -> Vec<String> {
    let list = rest.split('?').next().unwrap_or_default();
    let list = percent_encoding::percent_decode_str(list).decode_utf8_lossy();
    list.split([',', ';'])
        .map(|address| address.trim().trim_start_matches('/'))
        .filter(|address| address.contains('@') && !address.contains(char::is_whitespace))
        .map(str::to_owned)
        .collect()
}

/// The file in a `data:` URL (RFC 2397), unless it is an image, a sound, a film or a font.
fn embedded_file(rest: &str) -> Option<File> {
    let (kind, content) = rest.split_once(',')?;
    let mut kind = kind.split(';').map(str::trim);
    let media = kind.next().unwrap_or_default().to_ascii_lowercase();
    let is_media = ["image/", "audio/", "video/", "font/"].iter().any(|m| media.starts_with(m));
    if is_media && media != "image/svg+xml" || media.contains("font") {
        return None;
    }
    let is_base64 = kind.any(|parameter| parameter.eq_ignore_ascii_case("base64"));
    let bytes = percent_encoding::percent_decode_str(content);
    let bytes = if is_base64 {
        let digits: Vec<u8> = bytes.filter(|b| !b.is_ascii_whitespace()).collect();
        BASE64.decode(digits).ok()?
    } else {
        bytes.collect()
    };
    let name = match media.as_str() {
        "text/html" | "application/xhtml+xml" => "data.html",
        "image/svg+xml" => "data.svg",
        _ => "data",
    };
    Some(File { name: name.to_owned(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(value: &str, base: Option<&str>) -> Option<String> {
        let base = base.and_then(|base| Url::parse(base).ok());
        match read(value, base.as_ref()) {
            Link::Web(link) => Some(link),
            _ => None,
        }
    }

    #[test]
    fn a_link_is_read_as_a_browser_reads_it() {
        for (value, want) in [
            (" https://evil.com/a\r\n\tb ", "https://evil.com/ab"),
            ("HTTPS://evil.com/a b", "HTTPS://evil.com/a%20b"),
            ("//evil.com", "evil.com/"),
            (r"\\evil.com\share", "evil.com/share"),
            ("www.evil.com", "www.evil.com/"),
            ("evil.com/login.php", "evil.com/login.php"),
            ("evil.com:8080/a", "evil.com:8080/a"),
            ("ftp://evil.com/a", "ftp://evil.com/a"),
        ] {
            assert_eq!(web(value, None).as_deref(), Some(want), "{value}");
        }
    }

    #[test]
    fn of_a_host_that_is_no_name_the_end_is_taken() {
        for (link, want) in [
            ("http://\u{C3}\u{83}x\u{B0}-.evil.com/a", Some("evil.com")),
            ("http://a%20b.evil.co.uk/a", Some("evil.co.uk")),
            ("http://%C2%83.evil.com", Some("evil.com")),
            ("http://a.evil.com/a", None),
            ("http://m\u{FC}nchen.de/a", None),
            ("http://evil.com:99999/", None),
            ("http://a%20.com/a", None),
        ] {
            assert_eq!(name_in_odd_host(link), want, "{link}");
        }
    }

    #[test]
    fn a_place_in_the_page_is_no_link() {
        for value in [
            "",
            "#top",
            "index.html",
            "invoice.zip",
            "images/a.png",
            "cid:x@y.com",
            "../a",
            "tel:+1",
            "/login",
            "//",
            "{{link}}/a",
            "style.css/a",
        ] {
            assert_eq!(web(value, None), None, "{value}");
        }
    }

    #[test]
    fn a_base_makes_relative_links_whole() {
        let base = Some("https://evil.com/kit/index.php");
        assert_eq!(web("post.php", base).as_deref(), Some("https://evil.com/kit/post.php"));
        assert_eq!(web("#top", base), None);
    }

    #[test]
    fn files_within_links_are_files() {
        let html = File { name: "data.html".into(), bytes: b"<a>".into() };
        assert_eq!(read("data:text/html;base64,PGE+", None), Link::File(html.clone()));
        assert_eq!(read("data:text/html,%3Ca%3E", None), Link::File(html));
        assert_eq!(read("data:image/png;base64,PGE+", None), Link::Nowhere);
    }

    #[test]
    fn a_mailto_gives_its_addresses() {
        let want = vec!["a@evil.com".to_owned(), "b@evil.org".to_owned()];
        assert_eq!(read("mailto:a@evil.com,b%40evil.org?cc=c@d.com", None), Link::Mail(want));
    }
}
