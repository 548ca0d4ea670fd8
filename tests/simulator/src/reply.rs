//! A reply before it goes on the wire.

use crate::body;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use std::io::Write as _;

/// A reply before it goes on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Bytes,
    pub(crate) retry_after: Option<String>,
    pub(crate) location: Option<String>,
    /// The name under which its body may be kept, where it depends on nothing but the id.
    pub(crate) shelf: Option<String>,
}

const JSON: &str = "application/json; charset=utf-8";

impl Reply {
    pub(crate) fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Reply {
            status,
            content_type: Some(JSON),
            body,
            retry_after: None,
            location: None,
            shelf: None,
        }
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Reply { content_type: Some("text/html; charset=UTF-8"), ..Reply::json(status, body) }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Reply { content_type: None, ..Reply::json(status, Bytes::new()) }
    }

    pub(crate) fn redirect(location: String) -> Self {
        Reply { location: Some(location), ..Reply::empty(302) }
    }

    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Reply::json(status, body::error(code, message))
    }

    pub(crate) fn not_found(message: &str) -> Self {
        Reply::error(404, "NotFoundError", message)
    }

    pub(crate) fn invalid(message: &str) -> Self {
        Reply::error(400, "InvalidArgumentError", message)
    }

    pub(crate) fn quota_exceeded() -> Self {
        Reply::error(429, "QuotaExceededError", "Quota exceeded")
    }
}

/// Compresses a body, fast rather than well.
pub(crate) fn gzipped(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4 + 64), Compression::fast());
    // Writing into memory cannot fail.
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.map(Bytes::from).unwrap_or_default()
}
