//! The connection pool: which servers are believed, which proxy is asked, what every request carries.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Proxy};
use tracing::warn;
use url::Url;

use super::api_url::ApiUrl;
use super::error;
use crate::key::ApiKey;

/// What the user may set about the connection.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The API's base address, without a slash at its end.
    pub api_url: ApiUrl,
    /// A proxy instead of the environment's.
    pub proxy: Option<Url>,
    /// A file of further CA certificates, PEM.
    pub ca_cert: Option<PathBuf>,
    /// How long one request may take, body included.
    pub timeout: Duration,
}

/// Makes the connection pool.
pub(super) fn open(options: &ClientOptions, key: &ApiKey) -> Result<reqwest::Client> {
    if !options.api_url.is_virustotal() {
        warn!("asking {}, which is not VirusTotal", options.api_url.as_str());
    }
    let mut key = HeaderValue::from_str(key.reveal()).context("the key is no header value")?;
    key.set_sensitive(true);
    let mut builder = reqwest::Client::builder()
        // App Engine's front end used to gate compression on this word.
        .user_agent(concat!("vtscan/", env!("CARGO_PKG_VERSION"), "; gzip"))
        .default_headers(HeaderMap::from_iter([(HeaderName::from_static("x-apikey"), key)]))
        // The key must not follow a redirect to another host.
        .redirect(reqwest::redirect::Policy::none())
        // Every attempt needs a permit of its own, so none may be hidden.
        .retry(reqwest::retry::never())
        .referer(false)
        .timeout(options.timeout);
    if options.api_url.is_loopback() {
        builder = builder.no_proxy();
    } else if let Some(proxy) = &options.proxy {
        // The proxy's password must not be shown.
        let proxy = Proxy::all(proxy.as_str())
            .map_err(|_| anyhow::anyhow!("--proxy is not a proxy's URL"))?;
        builder = builder.proxy(proxy);
    }
    if let Some(path) = &options.ca_cert {
        builder = builder.tls_certs_merge(certificates(path)?);
    }
    builder.build().map_err(|error| {
        anyhow::anyhow!(
            "no secure connection can be set up ({}): if this system has no CA certificates, \
             name a file of them with --ca-cert",
            error::causes(&error)
        )
    })
}

/// The certificates in a PEM file.
fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let named = || format!("--ca-cert {}", path.display());
    let pem = std::fs::read(path).with_context(|| format!("{} cannot be read", named()))?;
    let certificates =
        Certificate::from_pem_bundle(&pem).with_context(|| format!("{} is not PEM", named()))?;
    if certificates.is_empty() {
        bail!("{} holds no certificate (it must be PEM)", named());
    }
    Ok(certificates)
}
