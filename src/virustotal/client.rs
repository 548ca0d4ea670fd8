//! The client: the few calls that a lookup tool needs.

use std::cell::OnceCell;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::RETRY_AFTER;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use tracing::trace;

use super::connection::{self, ClientOptions};
use super::error::{self, Error};
use super::identity;
use super::wire::{
    AnalysisAnswer, Descriptor, Envelope, ErrorAnswer, Object, OverallQuotas, Scalar,
};
use crate::key::ApiKey;
use crate::model::Report;
use crate::quota::Quotas;
use iocs::indicator::{Indicator, Kind};

/// A larger body is no report: the largest seen has 1.07 MB. Counted after
/// decompression, so a compressed bomb ends here too.
const LARGEST_BODY: usize = 32 << 20;

/// What an id may not hold as one segment of a path: analysis ids are base64 with `=` and may hold
/// `/`. A dot too, for `.` and `..` are no ids but steps in a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// The shared client. The connection pool behind it is made at the first
/// request, since opening the system's certificates takes longer than a whole
/// run that the store can answer.
pub struct Client {
    options: ClientOptions,
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
    pub fn new(options: ClientOptions, key: Option<ApiKey>) -> Self {
        Self { options, key, pool: OnceCell::new() }
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
        identity::check(indicator, &object)?;
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
            Scalar::Text(_) | Scalar::Other => {
                Err(Error::Malformed { why: "no analysis id".to_owned() })
            }
        }
    }

    /// Asks how far an analysis is.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn analysis(&self, id: &str) -> Result<Analysis, Error> {
        let path = format!("analyses/{}", utf8_percent_encode(id, SEGMENT));
        let body = self.call(self.request(Method::GET, &path)?).await?;
        let answer = parse::<AnalysisAnswer<'_>>(&body)?;
        if answer.data.object_type != "analysis" {
            return Err(Error::Mismatch {
                why: format!("asked for an analysis, got a {}", answer.data.object_type),
            });
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
        self.key.as_ref().ok_or_else(|| Error::Setup { why: "no API key".to_owned() })
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, Error> {
        let pool = match self.pool.get() {
            Some(pool) => pool,
            None => {
                let pool = connection::open(&self.options, self.key()?)
                    .map_err(|error| Error::Setup { why: format!("{error:#}") })?;
                self.pool.get_or_init(|| pool)
            }
        };
        Ok(pool.request(method, format!("{}/{path}", self.options.api_url.as_str())))
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
            return Err(Error::Redirected { status: status.as_u16() });
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
            return Err(Error::TooLarge { mib: LARGEST_BODY >> 20 });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Error> {
    // Checked as a whole: serde_json would check each string by itself, at a tenth of all time.
    let text = std::str::from_utf8(body).map_err(malformed)?;
    serde_json::from_str(text).map_err(malformed)
}

fn malformed(error: impl std::error::Error) -> Error {
    Error::Malformed { why: error.to_string() }
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
