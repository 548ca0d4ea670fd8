//! VirusTotal v3 over reqwest: one shared client, the few calls that a lookup
//! tool needs, and what can go wrong with them.

mod api_url;
mod error;
mod wire;

use std::cell::OnceCell;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result as AnyResult, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Method, Proxy, RequestBuilder, StatusCode};
use serde::Deserialize;
use tracing::{trace, warn};
use url::Url;

pub use self::api_url::{ApiUrl, VIRUSTOTAL};
pub use self::error::Error;
use self::wire::{
    AnalysisAnswer, Descriptor, Envelope, ErrorAnswer, Object, OverallQuotas, Scalar,
};
use crate::key::ApiKey;
use crate::model::Report;
use crate::quota::Quotas;
use iocs::indicator::{Digest, Indicator, Kind};

/// A larger body is no report: the largest seen has 1.07 MB. Counted after
/// decompression, so a compressed bomb ends here too.
const LARGEST_BODY: usize = 32 << 20;

/// What the user may set about the connection.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The API's base address, without a slash at its end.
    pub api_url: ApiUrl,
    /// A proxy instead of the environment's.
    pub proxy: Option<Url>,
    /// A file of further CA certificates, PEM.
    pub ca_cert: Option<PathBuf>,
    /// How long one request may take, body included.
    pub timeout: Duration,
}

/// The shared client. The connection pool behind it is made at the first
/// request, since opening the system's certificates takes longer than a whole
/// run that the store can answer.
pub struct Client {
    settings: Settings,
    key: Option<ApiKey>,
    pool: OnceCell<reqwest::Client>,
}

/// How far an analysis is.
#[derive(Clone, Debug, PartialEq)]
pub enum Analysis {
    /// Queued or in progress.
    Running,
    /// Completed, with what it found.
    Completed(Box<Report>),
}

impl Client {
    /// A client that has not connected to anything yet. It can do without a
    /// key for as long as nothing is asked.
    #[must_use]
    pub fn new(settings: Settings, key: Option<ApiKey>) -> Self {
        Self { settings, key, pool: OnceCell::new() }
    }

    /// Looks an indicator up.
    ///
    /// # Errors
    /// See [`Error`]; an object that VirusTotal does not know is one of them.
    pub async fn report(&self, indicator: &Indicator) -> Result<Report, Error> {
        let text = indicator.text.as_str();
        let path = match indicator.kind {
            Kind::Ip => format!("ip_addresses/{text}"),
            Kind::Domain => format!("domains/{text}"),
            Kind::Url => format!("urls/{}", BASE64_URL_SAFE_NO_PAD.encode(text)),
            Kind::File => format!("files/{text}"),
        };
        let body = self.call(self.request(Method::GET, &path)?).await?;
        let object = parse::<Envelope<Object<'_>>>(&body)?.data;
        believe(indicator, &object)?;
        Ok(object.into_report())
    }

    /// Has VirusTotal analyse a URL, which makes the URL visible to others.
    /// Gives the analysis' id.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn submit(&self, url: &str) -> Result<String, Error> {
        let request = self.request(Method::POST, "urls")?.form(&[("url", url)]);
        let body = self.call(request).await?;
        match parse::<Envelope<Descriptor<'_>>>(&body)?.data.id {
            Scalar::Text(id) if !id.is_empty() => Ok(id.into_owned()),
            Scalar::Number(id) => Ok(id.to_string()),
            Scalar::Text(_) | Scalar::Other => Err(Error::Malformed("no analysis id".to_owned())),
        }
    }

    /// Asks how far an analysis is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn analysis(&self, id: &str) -> Result<Analysis, Error> {
        let path = format!("analyses/{}", percent_encoded(id));
        let body = self.call(self.request(Method::GET, &path)?).await?;
        let answer = parse::<AnalysisAnswer<'_>>(&body)?;
        if answer.data.object_type != "analysis" {
            return Err(Error::Mismatch(format!(
                "asked for an analysis, got a {}",
                answer.data.object_type
            )));
        }
        if answer.data.attributes.status != "completed" {
            return Ok(Analysis::Running);
        }
        let report = answer.into_report();
        // All-zero stats were seen right after "completed" (vt-cli#128).
        Ok(if report.is_judged() {
            Analysis::Completed(Box::new(report))
        } else {
            Analysis::Running
        })
    }

    /// Reads the key's quotas.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn quotas(&self) -> Result<Quotas, Error> {
        // The one path that holds the key: never logged, and errors carry no URL.
        let path = format!("users/{}/overall_quotas", self.key()?.reveal());
        let body = self.call(self.request(Method::GET, &path)?).await?;
        Ok(parse::<Envelope<OverallQuotas>>(self.without_key(&body).as_bytes())?.data.quotas())
    }

    fn key(&self) -> Result<&ApiKey, Error> {
        self.key.as_ref().ok_or_else(|| Error::Setup("no API key".to_owned()))
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Error> {
        let pool = match self.pool.get() {
            Some(pool) => pool,
            None => {
                let pool = self
                    .connect(self.key()?)
                    .map_err(|error| Error::Setup(format!("{error:#}")))?;
                self.pool.get_or_init(|| pool)
            }
        };
        Ok(pool.request(method, format!("{}/{path}", self.settings.api_url.as_str())))
    }

    /// Makes the connection pool.
    fn connect(&self, key: &ApiKey) -> AnyResult<reqwest::Client> {
        if !self.settings.api_url.is_virustotal() {
            warn!("asking {}, which is not VirusTotal", self.settings.api_url.as_str());
        }
        let mut key = HeaderValue::from_str(key.reveal()).context("the key is no header value")?;
        key.set_sensitive(true);
        let mut builder = reqwest::Client::builder()
            // App Engine's front end used to gate compression on this word.
            .user_agent(concat!("vtscan/", env!("CARGO_PKG_VERSION"), "; gzip"))
            .default_headers(HeaderMap::from_iter([(HeaderName::from_static("x-apikey"), key)]))
            // The key must not follow a redirect to another host.
            .redirect(reqwest::redirect::Policy::none())
            // Every attempt takes a turn of its own, so none may be hidden.
            .retry(reqwest::retry::never())
            .referer(false)
            .timeout(self.settings.timeout);
        if self.settings.api_url.is_loopback() {
            builder = builder.no_proxy();
        } else if let Some(proxy) = &self.settings.proxy {
            // The proxy's password must not be shown.
            let proxy = Proxy::all(proxy.as_str())
                .map_err(|_| anyhow::anyhow!("--proxy is not a proxy's URL"))?;
            builder = builder.proxy(proxy);
        }
        if let Some(path) = &self.settings.ca_cert {
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

    /// Sends a request and gives the body of a 200.
    async fn call(&self, request: RequestBuilder) -> Result<Vec<u8>, Error> {
        let mut response = request.send().await.map_err(Error::from_transport)?;
        let status = response.status();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(error::retry_after);
        trace!(
            "{} answered {status} over {:?}",
            self.without_key(response.url().path().as_bytes()),
            response.version()
        );
        if status.is_redirection() {
            return Err(Error::Redirected(status.as_u16()));
        }
        // An error's body mostly only explains it: where it is cut, the status still
        // counts. What a 400 or a 404 means stands in its body alone.
        let says_enough = !status.is_success() && !matches!(status.as_u16(), 400 | 404);
        let body = match read(&mut response).await {
            Ok(body) => body,
            Err(_) if says_enough => Vec::new(),
            Err(error) => return Err(error),
        };
        if status == StatusCode::OK {
            return Ok(body);
        }
        let body = self.without_key(&body);
        let said = serde_json::from_str::<ErrorAnswer<'_>>(&body).ok().map(|answer| answer.error);
        Err(Error::from_status(status, said, retry_after))
    }

    /// A body whose words may end up in an error: some servers repeat the path
    /// in theirs, and the quota's path holds the key.
    fn without_key(&self, body: &[u8]) -> String {
        let text = String::from_utf8_lossy(body);
        match &self.key {
            Some(key) => text.replace(key.reveal(), "(the key)"),
            None => text.into_owned(),
        }
    }
}

/// Reads a body up to [`LARGEST_BODY`].
async fn read(response: &mut reqwest::Response) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::from_transport)? {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(Error::TooLarge(LARGEST_BODY >> 20));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Error> {
    // Checked as a whole: serde_json would check each string by itself, at a tenth of all time.
    let text = std::str::from_utf8(body).map_err(|error| Error::Malformed(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| Error::Malformed(error.to_string()))
}

/// Reads a body as each answer that there is, for the fuzzer.
#[cfg(fuzzing)]
pub fn read_every_way(body: &[u8]) {
    let _ = parse::<Envelope<Object<'_>>>(body).map(|answer| answer.data.into_report());
    let _ = parse::<AnalysisAnswer<'_>>(body).map(AnalysisAnswer::into_report);
    let _ = parse::<Envelope<OverallQuotas>>(body).map(|answer| answer.data.quotas());
    let _ = parse::<Envelope<Descriptor<'_>>>(body);
    let _ = parse::<ErrorAnswer<'_>>(body);
}

/// A 200 is believed only if its type, and where it can be told its id, are
/// those that were asked for: caches, proxies and captive portals mix them up.
fn believe(asked: &Indicator, object: &Object<'_>) -> Result<(), Error> {
    let mismatch = |what: &str, got: &str| {
        Err(Error::Mismatch(format!("asked for another {what}, got {got:.80}")))
    };
    let wanted = match asked.kind {
        Kind::Ip => "ip_address",
        Kind::Domain => "domain",
        Kind::Url => "url",
        Kind::File => "file",
    };
    if object.object_type != wanted {
        return mismatch("type", &object.object_type);
    }
    let same = match asked.kind {
        // Addresses are compared, not texts: whether an IPv6 id is compressed is not documented.
        Kind::Ip => matches!(
            (object.id.parse::<IpAddr>(), asked.text.parse::<IpAddr>()),
            (Ok(got), Ok(asked)) if got.to_canonical() == asked.to_canonical()
        ),
        Kind::Domain => object.id.trim_end_matches('.').eq_ignore_ascii_case(&asked.text),
        Kind::Url => is_same_url(&asked.text, object),
        Kind::File => is_same_file(&asked.text, object),
    };
    if same { Ok(()) } else { mismatch("id", &object.id) }
}

/// A URL's id is the SHA-256 of a canonical form whose rules are not published;
/// its host, at least, no canonicalisation changes.
fn is_same_url(asked: &str, object: &Object<'_>) -> bool {
    if Digest::of(&object.id) != Some(Digest::Sha256) {
        return false;
    }
    let Some(got) = object.attributes.url.0.as_deref() else {
        return true;
    };
    match (Url::parse(asked), Url::parse(got)) {
        (Ok(asked), Ok(got)) => {
            let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
            host(&asked) == host(&got)
        }
        // What cannot be read cannot be told apart.
        _ => true,
    }
}

/// A file's id is its SHA-256; its other hashes are attributes.
fn is_same_file(asked: &str, object: &Object<'_>) -> bool {
    let same = |hash: Option<&str>| hash.is_none_or(|hash| hash.eq_ignore_ascii_case(asked));
    Digest::of(&object.id) == Some(Digest::Sha256)
        && match Digest::of(asked) {
            Some(Digest::Sha256) => object.id.eq_ignore_ascii_case(asked),
            Some(Digest::Sha1) => same(object.attributes.sha1.0.as_deref()),
            Some(Digest::Md5) => same(object.attributes.md5.0.as_deref()),
            None => false,
        }
}

/// The certificates in a PEM file.
fn certificates(path: &std::path::Path) -> AnyResult<Vec<Certificate>> {
    let named = || format!("--ca-cert {}", path.display());
    let pem = std::fs::read(path).with_context(|| format!("{} cannot be read", named()))?;
    let certificates =
        Certificate::from_pem_bundle(&pem).with_context(|| format!("{} is not PEM", named()))?;
    if certificates.is_empty() {
        bail!("{} holds no certificate (it must be PEM)", named());
    }
    Ok(certificates)
}

/// An id as one path segment: analysis ids are base64 with `=`, and may hold `/`.
fn percent_encoded(id: &str) -> String {
    let mut encoded = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            // A dot too: `.` and `..` are no ids but steps in a path.
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
