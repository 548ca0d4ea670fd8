//! What a line was read as.

use std::borrow::Cow;

use super::digest::Digest;
use super::facts::{Facts, Scheme};
use super::kind::Kind;

/// An indicator in its one canonical form, in which it is compared and looked up.
///
/// The canonical form of an address is that of RFC 5952 (`::ffff:a.b.c.d` is the IPv4 address), of
/// a domain lower-case ASCII without a trailing dot, of a hash lower-case hex. A URL stays as it was
/// written, but for its scheme and host in lower case and `/` for an empty path.
///
/// ```
/// use iocs::indicator::{Kind, Reading, classify};
///
/// let Reading::Indicator(found) = classify(b"HXXPS://Evil[.]com") else { panic!() };
/// assert_eq!((found.kind, found.text.as_str()), (Kind::Url, "https://evil.com/"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Indicator {
    /// What it is.
    pub kind: Kind,
    /// The canonical form.
    pub text: String,
    /// What else is known of it.
    pub facts: Facts,
}

impl Indicator {
    /// An indicator by its canonical form, of which nothing else is known.
    #[must_use]
    pub fn new(kind: Kind, text: String) -> Indicator {
        Indicator { kind, text, facts: Facts::default() }
    }

    /// Which hash a file is named by; `None` for the other kinds.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        (self.kind == Kind::File).then(|| Digest::of(&self.text)).flatten()
    }

    /// Whether it is a URL that was written without its scheme.
    #[must_use]
    pub fn is_scheme_assumed(&self) -> bool {
        self.facts.scheme == Scheme::Assumed
    }
}

/// Why a token that is shaped like an indicator is not one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Invalid {
    /// One clause for people.
    pub reason: Cow<'static, str>,
}

impl Invalid {
    pub(super) fn new(reason: impl Into<Cow<'static, str>>) -> Invalid {
        Invalid { reason: reason.into() }
    }
}

/// What one line is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reading {
    /// An indicator.
    Indicator(Indicator),
    /// One token that is shaped like an indicator and is not one: a typing error, which must not pass
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
