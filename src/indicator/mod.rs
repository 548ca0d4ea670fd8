//! One line, one indicator: what it is, how it is written, and whether it may be sent.
//!
//! [`classify`] refangs a line ([`refang`]), tells its shape by regular expressions, and has the code for that
//! shape check it and bring it into its one canonical form, in which it is looked up and compared.

mod digest;
mod host;
mod refang;
mod special;
mod url;

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::sync::LazyLock;

use regex::bytes::RegexSet;
use serde::{Deserialize, Serialize, Serializer};

pub use digest::Digest;
pub use refang::defang;

/// What is looked up; each kind has its own place at `VirusTotal`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An IPv4 or IPv6 address, or a range of them.
    Ip,
    /// A name in the DNS.
    Domain,
    /// A URL.
    Url,
    /// A file, by its hash.
    File,
}

impl Kind {
    /// The name that records carry.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Ip => "ip",
            Kind::Domain => "domain",
            Kind::Url => "url",
            Kind::File => "file",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why an indicator is not sent, though it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Skip {
    /// An address or a name that means nothing outside its own network, or a URL on one.
    Private,
    /// A URL with a password in it.
    Credentials,
    /// A CIDR range.
    Range,
    /// A URL of another scheme than http and https.
    Unsupported,
    /// Listed by the user as never to be sent.
    Excluded,
}

impl Skip {
    /// The code that records carry.
    pub fn code(self) -> &'static str {
        match self {
            Skip::Private => "Private",
            Skip::Credentials => "Credentials",
            Skip::Range => "Range",
            Skip::Unsupported => "Unsupported",
            Skip::Excluded => "Excluded",
        }
    }

    /// One sentence for people.
    pub fn message(self) -> &'static str {
        match self {
            Skip::Private => {
                "not reachable from the internet; --include-private looks it up all the same"
            }
            Skip::Credentials => "holds a password, which VirusTotal would show to others",
            Skip::Range => "a range; VirusTotal reports on single addresses",
            Skip::Unsupported => "VirusTotal takes http and https URLs only",
            Skip::Excluded => "listed in an --exclude file",
        }
    }
}

impl Serialize for Skip {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Something that can be looked up, in its one canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indicator {
    /// What it is.
    pub kind: Kind,
    /// The canonical form, as looked up.
    pub text: String,
    /// Why it is not to be sent, if it is not.
    pub skip: Option<Skip>,
    /// A URL that was written without its scheme, and is read as `http`.
    pub scheme_assumed: bool,
}

impl Indicator {
    fn new(kind: Kind, text: String, skip: Option<Skip>) -> Indicator {
        Indicator { kind, text, skip, scheme_assumed: false }
    }

    /// Which hash a file is named by; `None` for the other kinds.
    pub fn digest(&self) -> Option<Digest> {
        (self.kind == Kind::File).then(|| Digest::of(&self.text)).flatten()
    }
}

/// Why a token that is shaped like an indicator is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Invalid {
    /// One clause for people.
    pub reason: Cow<'static, str>,
}

impl Invalid {
    fn new(reason: impl Into<Cow<'static, str>>) -> Invalid {
        Invalid { reason: reason.into() }
    }
}

/// What one line is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reading {
    /// An indicator.
    Indicator(Indicator),
    /// One token that is shaped like an indicator and is none: a slip of the pen that must not pass as clean.
    Invalid(Invalid),
    /// Anything else: blank, a comment, prose.
    Nothing,
}

impl From<Result<Indicator, Invalid>> for Reading {
    fn from(result: Result<Indicator, Invalid>) -> Reading {
        match result {
            Ok(indicator) => Reading::Indicator(indicator),
            Err(invalid) => Reading::Invalid(invalid),
        }
    }
}

/// Public suffixes that are better known as file extensions. A name that ends in one is a domain where it
/// stands alone in a line; in running text it is more likely a file, unless it is written like a link.
pub const FILE_EXTENSION_SUFFIXES: &[&str] = &[
    "ai",   // Illustrator
    "app",  // macOS application
    "cab",  // Windows cabinet
    "java", // Java source
    "md",   // Markdown
    "mk",   // make
    "mov",  // QuickTime
    "pl",   // Perl
    "pm",   // Perl module
    "ps",   // PostScript
    "py",   // Python
    "rs",   // Rust
    "sh",   // shell script
    "so",   // shared library
    "zip",  // archive
];

/// Reads one whole line: any bytes, with whatever spaces and note (`indicator # note`) it has.
pub fn classify(line: &[u8]) -> Reading {
    let text = String::from_utf8_lossy(line);
    let text = trim(without_note(trim(&text)));
    if !text.contains(char::is_whitespace) {
        return read_token(text);
    }
    // More than one token: an indicator if dots are spelt out or a hash has its label, but never a slip.
    let reading = match refang::close_up(text) {
        Some(token) => read_token(&token),
        None if Shape::of(text) == Some(Shape::Digest) => digest::file(text).into(),
        None => Reading::Nothing,
    };
    match reading {
        Reading::Invalid(_) => Reading::Nothing,
        found => found,
    }
}

/// Reads one token, defanged or not.
fn read_token(token: &str) -> Reading {
    let text = refang::refang(token);
    Shape::of(&text).map_or(Reading::Nothing, |shape| shape.read(&text))
}

/// Spaces of any script, and the invisible marks that copying out of web pages and spreadsheets leaves.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'))
}

/// A `#` after a space begins a note; any other is a URL's fragment.
fn without_note(text: &str) -> &str {
    let note = text.match_indices('#').find(|(at, _)| text[..*at].ends_with(char::is_whitespace));
    note.map_or(text, |(at, _)| &text[..at])
}

/// What a token looks like, before it is known to be that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Digest,
    Quad,
    QuadRange,
    Ipv6,
    BracketedIpv6,
    Web,
    Foreign,
    Mail,
    Name,
    Pathed,
}

/// The shapes, anchored and in ASCII (a set with Unicode classes takes 36 ms to build); the first that fits
/// decides. Other scripts are let through as bytes, and judged by IDNA.
const SHAPES: &[(Shape, &str)] = &[
    (
        Shape::Digest,
        r"(?:(?:md5|sha-?(?:1|224|256|384|512))[ \t]*[:=][ \t]*)?[0-9a-f]{32,}|(?:md5|sha-?(?:1|224|256|384|512))[:=][0-9a-f]+",
    ),
    (Shape::Quad, r"[0-9]+(?:\.[0-9]+){3}\.?(?::[0-9]+)?"),
    (Shape::QuadRange, r"[0-9]+(?:\.[0-9]+){3}/[0-9]{1,3}"),
    (Shape::Ipv6, r"[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:%[^\s/]*)?(?:/[0-9]{1,3})?"),
    (Shape::BracketedIpv6, r"\[[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:%[^\s/\]]*)?\](?::[0-9]+)?"),
    (Shape::Web, r#"https?:[/\\][^\s"<>`]*"#),
    (Shape::Foreign, r#"[a-z][a-z0-9+.-]*://[^\s"<>`]+"#),
    (Shape::Mail, r#"(?:mailto:)?[^\s"<>`@/:]*@NAME(?:\?\S*)?"#),
    (Shape::Name, r"(?:\*?\.)?(?:localhost|NAME)\.?(?::[0-9]+)?"),
    (
        Shape::Pathed,
        r#"(?:localhost|NAME|[0-9]+(?:\.[0-9]+){3}|\[[0-9a-f]*:[0-9a-f:.]+\])(?::[0-9]+)?/[^\s"<>`]*"#,
    ),
];

/// Labels and dots, the last label of two characters or more and beginning with a letter: no top-level domain has
/// one letter or a digit first, version numbers and `main.c` have.
const NAME: &str = r"[a-z0-9_\x80-\xff-][a-z0-9_\x80-\xff.-]*\.[a-z\x80-\xff][a-z0-9\x80-\xff-]+";

static SET: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns =
        SHAPES.iter().map(|(_, pattern)| format!("(?i-u)^(?:{})$", pattern.replace("NAME", NAME)));
    #[expect(
        clippy::unwrap_used,
        reason = "the patterns are constants, and every test run compiles them"
    )]
    RegexSet::new(patterns).unwrap()
});

impl Shape {
    fn of(text: &str) -> Option<Shape> {
        let found = SET.matches(text.as_bytes()).iter().next()?;
        Some(SHAPES[found].0)
    }

    /// Reads a refanged token that has this shape.
    fn read(self, text: &str) -> Reading {
        match self {
            Shape::Digest => digest::file(text).into(),
            Shape::Quad => quad(text).into(),
            Shape::QuadRange => quad_range(text).into(),
            Shape::Ipv6 => ipv6(text),
            Shape::BracketedIpv6 => bracketed_ipv6(text),
            Shape::Web => url::web(text, false).into(),
            Shape::Foreign => url::foreign(text).into(),
            Shape::Mail => mail(text).into(),
            Shape::Name => name(text).into(),
            Shape::Pathed => url::web(&format!("http://{text}"), true).into(),
        }
    }
}

fn quad(text: &str) -> Result<Indicator, Invalid> {
    let address = without_port(text)?;
    let address = host::ipv4(address.strip_suffix('.').unwrap_or(address))?;
    Ok(host::address(IpAddr::V4(address)))
}

fn quad_range(text: &str) -> Result<Indicator, Invalid> {
    let (address, len) = text.split_once('/').unwrap_or((text, ""));
    host::range(IpAddr::V4(host::ipv4(address)?), false, len)
}

fn ipv6(text: &str) -> Reading {
    let (address, len) = match text.split_once('/') {
        Some((address, len)) => (address, Some(len)),
        None => (text, None),
    };
    match (host::ipv6(address), len) {
        (None, _) => Reading::Nothing,
        (Some(Err(invalid)), _) => Reading::Invalid(invalid),
        (Some(Ok(address)), None) => Reading::Indicator(host::address(address)),
        (Some(Ok(address)), Some(len)) => host::range(address, true, len).into(),
    }
}

fn bracketed_ipv6(text: &str) -> Reading {
    let (address, port) = text[1..].split_once(']').unwrap_or((&text[1..], ""));
    let port = port.strip_prefix(':').map_or(Ok(()), host::check_port);
    match host::ipv6(address) {
        None => Reading::Nothing,
        Some(address) => address.and_then(|address| port.map(|()| host::address(address))).into(),
    }
}

fn mail(text: &str) -> Result<Indicator, Invalid> {
    let text = text.split('?').next().unwrap_or(text);
    host::domain(text.rsplit('@').next().unwrap_or(text))
}

fn name(text: &str) -> Result<Indicator, Invalid> {
    host::domain(without_port(text)?)
}

fn without_port(text: &str) -> Result<&str, Invalid> {
    match text.split_once(':') {
        Some((host, port)) => host::check_port(port).map(|()| host),
        None => Ok(text),
    }
}
