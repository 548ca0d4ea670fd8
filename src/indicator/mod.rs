//! One line, one indicator: what it is, how it is written, and whether it may be sent.
//!
//! [`classify`] undoes a line's defanging, tells its shape by regular expressions, and has the code
//! for that shape check it and bring it into its one canonical form, in which it is looked up and
//! compared.

mod digest;
mod host;
mod refang;
mod shape;
mod special;
mod url;

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize, Serializer};

pub use digest::Digest;
pub use refang::defang;
pub(crate) use refang::refang;

use shape::Shape;

/// What is looked up; each kind has its own place at VirusTotal.
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
    /// The API key in use, or a URL that holds it.
    Secret,
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
            Skip::Secret => "Secret",
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
            Skip::Secret => "holds the API key in use",
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
    /// One token that is shaped like an indicator and is none: a slip of the pen that must not pass
    /// as clean.
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

/// Public suffixes that are better known as file extensions. A name that ends in one is a domain
/// where it stands alone in a line; in running text it is more likely a file, unless it is written
/// like a link.
pub const FILE_EXTENSION_SUFFIXES: &[&str] = &[
    "ai",   // Illustrator
    "app",  // macOS application
    "cab",  // Windows cabinet
    "cat",  // Windows security catalogue
    "cr",   // Crystal source; what malware calls its modules
    "java", // Java source
    "md",   // Markdown
    "mk",   // make
    "mov",  // QuickTime
    "one",  // OneNote section, a common lure
    "pl",   // Perl
    "pm",   // Perl module
    "ps",   // PostScript
    "pub",  // Publisher document; public key
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
    // More than one token: an indicator if dots are spelt out or a hash has its label, but never a
    // slip.
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

// What `extract` asks of text whose extent and kind it knows: the same checks and forms as above.

/// A name by itself, refanged.
pub(crate) fn domain(text: &str) -> Option<Indicator> {
    host::domain(text).ok()
}

/// An address by itself.
pub(crate) fn address(address: IpAddr) -> Indicator {
    host::address(address)
}

/// An IPv4 address that was read from `written`, which is mostly its canonical form.
pub(crate) fn address4(address: Ipv4Addr, written: &[u8]) -> Indicator {
    host::address4(address, written)
}

/// An address and the digits of a prefix length.
pub(crate) fn range(address: IpAddr, len: &str) -> Option<Indicator> {
    let canonical = address.to_canonical();
    host::range(canonical, canonical != address, len).ok()
}

/// A run of hex digits of a hash's length.
pub(crate) fn file(text: &str) -> Option<Indicator> {
    digest::hex(text)
}

/// A refanged URL; `assumed` says that it has no scheme.
pub(crate) fn url(text: &str, assumed: bool) -> Option<Indicator> {
    if assumed {
        return url::web(&format!("http://{text}"), true).ok();
    }
    let is_web = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    if is_web("http://") || is_web("https://") {
        return url::web(text, false).ok();
    }
    let (scheme, _) = text.split_once("://")?;
    let is_sign = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let (start, end) = refang::host_span(text);
    let is_plain = !text[start..end].contains(['(', ')', '{', '}', '<', '>']);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_plain && is_scheme && scheme.bytes().all(is_sign) {
        url::foreign(text).ok()
    } else {
        None
    }
}

/// A URL that begins with `http` or `https`, without any mark.
pub(crate) fn web(text: &str) -> Option<Indicator> {
    let is_web = text.starts_with("http://") || text.starts_with("https://");
    if is_web { url::web(text, false).ok() } else { None }
}

/// Whether names are registered under this last label, or it is one of a private network.
pub(crate) fn is_suffix(label: &[u8]) -> bool {
    host::is_suffix(label)
}

/// Spaces of any script, and the invisible marks that copying out of web pages and spreadsheets
/// leaves.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'))
}

/// A `#` after a space begins a note; any other is a URL's fragment.
pub(crate) fn without_note(text: &str) -> &str {
    let note = text.match_indices('#').find(|(at, _)| text[..*at].ends_with(char::is_whitespace));
    note.map_or(text, |(at, _)| &text[..at])
}
