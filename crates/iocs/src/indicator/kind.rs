//! The kinds of indicators.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an indicator is; VirusTotal has a collection of its own for each kind.
///
/// ```
/// use iocs::indicator::Kind;
///
/// assert_eq!(Kind::Domain.to_string(), "domain");
/// ```
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
    #[must_use]
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
