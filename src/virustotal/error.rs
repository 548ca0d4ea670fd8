//! What can go wrong with a call, by status and `error.code`.
//!
//! Codes and statuses: `docs.virustotal.com/reference/errors`.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;

use super::wire::ErrorObject;
use crate::model::Fault;

/// Why a call gave no report. Messages may hold text from outside, never the
/// key and never a URL of the API.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// 404 NotFoundError: VirusTotal has no such object.
    #[error("not found")]
    NotFound,
    /// 400 InvalidArgumentError or BadRequestError: it will never take this indicator.
    #[error("{code}: {message}")]
    Rejected {
        /// `error.code`.
        code: String,
        /// `error.message`.
        message: String,
    },
    /// 400 NotAvailableYet: it knows the object and has not judged it.
    #[error("not available yet")]
    NotAvailableYet,
    /// 401: the key is missing, wrong or not active.
    #[error("{code}: {message}")]
    KeyRejected {
        /// `error.code`, or the status.
        code: String,
        /// `error.message`, or what is known instead.
        message: String,
    },
    /// 403: the key may not do this.
    #[error("{code}: {message}")]
    Forbidden {
        /// `error.code`, or the status.
        code: String,
        /// `error.message`, or what is known instead.
        message: String,
    },
    /// 429, from the API or its front end.
    #[error("too many requests")]
    RateLimited {
        /// `Retry-After`, where it had one.
        retry_after: Option<Duration>,
    },
    /// Any other status.
    #[error("{message}")]
    Status {
        /// The status.
        status: u16,
        /// `error.code`, where there was one.
        code: Option<String>,
        /// `error.message`, or what is known instead.
        message: String,
    },
    /// A redirect, which is not followed: the key must not leave for another host.
    #[error(
        "HTTP {status}, a redirect, which is not followed: check --api-url, or sign in to this network"
    )]
    Redirected {
        /// The status.
        status: u16,
    },
    /// No answer in time.
    #[error("no answer within --timeout")]
    Timeout,
    /// No connection: the request cannot have reached the server.
    #[error("no connection: {why}")]
    Connect {
        /// What the connection failed by.
        why: String,
    },
    /// The connection broke, or the body was cut.
    #[error("the connection broke: {why}")]
    Broken {
        /// What broke it.
        why: String,
    },
    /// A 200 that is not the JSON that it should be.
    #[error("not VirusTotal's JSON: {why}")]
    Malformed {
        /// What is wrong with it.
        why: String,
    },
    /// A 200 with another object's answer.
    #[error("another object's answer: {why}")]
    Mismatch {
        /// What differs.
        why: String,
    },
    /// A body over the limit.
    #[error("a body of more than {mib} MiB")]
    TooLarge {
        /// The limit in MiB.
        mib: usize,
    },
    /// The client cannot be set up.
    #[error("{why}")]
    Setup {
        /// What it fails by.
        why: String,
    },
}

impl Error {
    /// Whether a further attempt may bring an answer. The one place that says so.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            // The network or the server was slow: the next attempt may be quick.
            Self::Timeout => true,
            // Wi-Fi, a proxy or a server that restarts.
            Self::Connect { .. } | Self::Broken { .. } => true,
            // A body cut where the length does not show it, a captive portal's page.
            Self::Malformed { .. } => true,
            // A cache or proxy that mixed two answers up.
            Self::Mismatch { .. } => true,
            // TransientError is 503 and DeadlineExceededError 504, but codes
            // have been seen under other statuses.
            Self::Status { status, code, .. } => {
                *status >= 500
                    || matches!(code.as_deref(), Some("TransientError" | "DeadlineExceededError"))
            }
            // Answers, and refusals that a further attempt would only repeat.
            Self::NotFound | Self::Rejected { .. } | Self::NotAvailableYet => false,
            Self::KeyRejected { .. } | Self::Forbidden { .. } => false,
            // Not a failed attempt: it shuts the gate and costs no retry.
            Self::RateLimited { .. } => false,
            Self::Redirected { .. } | Self::TooLarge { .. } | Self::Setup { .. } => false,
        }
    }

    /// Whether the server has shown by it that it takes the key.
    #[must_use]
    pub fn shows_key_accepted(&self) -> bool {
        matches!(self, Self::NotFound | Self::Rejected { .. } | Self::NotAvailableYet)
    }

    /// The code and message of a record.
    #[must_use]
    pub fn fault(&self) -> Fault {
        let code = match self {
            Self::NotFound => "NotFoundError",
            Self::NotAvailableYet => "NotAvailableYet",
            Self::Rejected { code, message }
            | Self::KeyRejected { code, message }
            | Self::Forbidden { code, message } => {
                return Fault::new(code.as_str(), message.as_str());
            }
            Self::RateLimited { .. } => "TooManyRequestsError",
            Self::Status { status, code, message } => {
                return Fault::new(
                    code.clone().unwrap_or_else(|| format!("Http{status}")),
                    message.as_str(),
                );
            }
            Self::Redirected { .. } => "Redirect",
            Self::Timeout => "Timeout",
            Self::Connect { .. } => "Connect",
            Self::Broken { .. } => "Connection",
            Self::Malformed { .. } => "Malformed",
            Self::Mismatch { .. } => "Mismatch",
            Self::TooLarge { .. } => "TooLarge",
            Self::Setup { .. } => "Setup",
        };
        Fault::new(code, self.to_string())
    }

    pub(super) fn from_transport(error: reqwest::Error) -> Self {
        // The URL would show the key in the quota's path.
        let error = error.without_url();
        let why = causes(&error);
        // What the libraries say first is that sending failed, which the variant says already.
        let why =
            ["error sending request: ", "client error (Connect): ", "client error (SendRequest): "]
                .iter()
                .fold(why.as_str(), |why, layer| why.strip_prefix(layer).unwrap_or(why));
        if error.is_timeout() {
            Self::Timeout
        } else if error.is_connect() {
            // Most often a proxy that reads TLS, and signs with an authority of its own.
            let hint = if why.contains("certificate") { " (see --ca-cert)" } else { "" };
            Self::Connect { why: format!("{why}{hint}") }
        } else {
            Self::Broken { why: why.to_owned() }
        }
    }

    pub(super) fn from_status(
        status: StatusCode,
        said: Option<ErrorObject<'_>>,
        retry_after: Option<Duration>,
    ) -> Self {
        let (code, message) = match said {
            Some(said) => (Some(said.code.into_owned()), said.message.into_owned()),
            None => (None, format!("HTTP {status}, without VirusTotal's JSON")),
        };
        let named =
            |code: Option<String>| code.unwrap_or_else(|| format!("Http{}", status.as_u16()));
        match (status.as_u16(), code.as_deref()) {
            (429, _) | (_, Some("QuotaExceededError" | "TooManyRequestsError")) => {
                Self::RateLimited { retry_after }
            }
            (401, _) => Self::KeyRejected { code: named(code), message },
            (403, _) => Self::Forbidden { code: named(code), message },
            // A 404 of somebody else (a wrong path, a portal) says nothing of the indicator.
            (404, Some("NotFoundError")) => Self::NotFound,
            (400, Some("NotAvailableYet")) => Self::NotAvailableYet,
            (400, Some("InvalidArgumentError" | "BadRequestError")) => {
                Self::Rejected { code: named(code), message }
            }
            (status, _) => Self::Status { status, code, message },
        }
    }
}

/// An error and the causes behind it, without what each repeats of the next.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

/// `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3).
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let left = at.duration_since(Timestamp::now()).max(SignedDuration::ZERO);
    left.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sat, 21 Nov 2020 10:00:00 GMT"), Some(Duration::ZERO));
        let soon = Timestamp::now() + SignedDuration::from_secs(90);
        let text = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&soon);
        let left = retry_after(&text.unwrap()).unwrap();
        assert!((85..=90).contains(&left.as_secs()), "{left:?}");
        assert_eq!(retry_after("soon"), None);
    }

    fn answered(status: u16, code: Option<&'static str>) -> Error {
        let said = code.map(|code| ErrorObject { code: code.into(), message: "why".into() });
        Error::from_status(StatusCode::from_u16(status).unwrap(), said, None)
    }

    /// What is done about an error.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Class {
        /// Another attempt may bring an answer.
        Transient,
        /// No attempt will.
        Final,
        /// Everyone waits, and no attempt is counted.
        Wait,
    }

    fn class(error: &Error) -> Class {
        match error {
            Error::RateLimited { .. } => Class::Wait,
            error if error.is_transient() => Class::Transient,
            _ => Class::Final,
        }
    }

    /// Every code of `docs.virustotal.com/reference/errors` under its status, and one that is seen
    /// elsewhere.
    const DOCUMENTED: [(u16, &str, Class); 16] = [
        (400, "BadRequestError", Class::Final),
        (400, "InvalidArgumentError", Class::Final),
        (400, "NotAvailableYet", Class::Final),
        (400, "UnselectiveContentQueryError", Class::Final),
        (400, "UnsupportedContentQueryError", Class::Final),
        (401, "AuthenticationRequiredError", Class::Final),
        (401, "UserNotActiveError", Class::Final),
        (401, "WrongCredentialsError", Class::Final),
        (403, "ForbiddenError", Class::Final),
        (404, "NotFoundError", Class::Final),
        (409, "AlreadyExistsError", Class::Final),
        (424, "FailedDependencyError", Class::Final),
        (429, "QuotaExceededError", Class::Wait),
        (429, "TooManyRequestsError", Class::Wait),
        (503, "TransientError", Class::Transient),
        (504, "DeadlineExceededError", Class::Transient),
    ];

    #[test]
    fn every_code_is_transient_or_final_under_its_status_and_under_any_other() {
        for (own, code, expected) in DOCUMENTED {
            assert_eq!(class(&answered(own, Some(code))), expected, "{own} {code}");
            for status in (200..600).filter(|status| ![401, 403, 429].contains(status)) {
                // What says when to come again counts wherever it stands; the others only explain.
                let expected = match expected {
                    Class::Final if status >= 500 => Class::Transient,
                    expected => expected,
                };
                assert_eq!(class(&answered(status, Some(code))), expected, "{status} {code}");
            }
        }
    }

    #[test]
    fn every_status_is_transient_or_final_without_a_code_and_with_an_unknown_one() {
        for status in 200..600 {
            let expected = match status {
                429 => Class::Wait,
                500.. => Class::Transient,
                _ => Class::Final,
            };
            assert_eq!(class(&answered(status, None)), expected, "{status}");
            assert_eq!(class(&answered(status, Some("Strange"))), expected, "{status}");
        }
    }

    #[test]
    fn a_key_is_rejected_by_its_status_whatever_the_code() {
        for code in DOCUMENTED.map(|(_, code, _)| code) {
            if DOCUMENTED.contains(&(429, code, Class::Wait)) {
                continue;
            }
            assert!(matches!(answered(401, Some(code)), Error::KeyRejected { .. }), "{code}");
            assert!(matches!(answered(403, Some(code)), Error::Forbidden { .. }), "{code}");
        }
    }

    #[test]
    fn what_the_network_does_is_tried_again_and_what_the_user_must_mend_is_not() {
        let why = || "why".to_owned();
        for error in [
            Error::Timeout,
            Error::Connect { why: why() },
            Error::Broken { why: why() },
            Error::Malformed { why: why() },
            Error::Mismatch { why: why() },
        ] {
            assert_eq!(class(&error), Class::Transient, "{error:?}");
        }
        for error in [
            Error::Redirected { status: 302 },
            Error::TooLarge { mib: 32 },
            Error::Setup { why: why() },
        ] {
            assert_eq!(class(&error), Class::Final, "{error:?}");
        }
    }

    #[test]
    fn a_404_without_virustotals_json_is_no_answer() {
        let portal = Error::from_status(StatusCode::NOT_FOUND, None, None);
        assert!(!portal.shows_key_accepted());
        assert_eq!(portal.fault().code, "Http404");
    }
}
