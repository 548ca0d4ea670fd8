//! Where requests, and the key with them, may go.

use anyhow::{Context, Result, bail};
use url::{Host, Url};

/// VirusTotal's own base address.
pub const VIRUSTOTAL: &str = "https://www.virustotal.com/api/v3";

/// An address that the key may be sent to: https, or http to this very machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUrl(Url);

impl ApiUrl {
    /// Checks an address.
    ///
    /// # Errors
    /// It is no URL, has credentials, a query or a fragment, or would carry the
    /// key in the clear.
    pub fn parse(text: &str) -> Result<Self> {
        // The text may hold a password, so the error does not repeat it.
        let url = Url::parse(text).with_context(|| format!("not a URL, such as {VIRUSTOTAL}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            bail!("an API URL has no user name or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            bail!("an API URL has no '?' and no '#'");
        }
        let parsed = Self(url);
        match parsed.0.scheme() {
            "https" => Ok(parsed),
            "http" if parsed.is_loopback() => Ok(parsed),
            "http" => bail!(
                "the key would travel in the clear: use https (http is for loopback addresses)"
            ),
            scheme => bail!("'{scheme}' is not https"),
        }
    }

    /// Whether it is VirusTotal's own.
    #[must_use]
    pub fn is_virustotal(&self) -> bool {
        self.as_str() == VIRUSTOTAL
    }

    /// The address without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Only addresses, and the one name that RFC 6761 gives to loopback.
    pub(super) fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
    }
}
