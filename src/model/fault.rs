//! Why there is no report.

use serde::{Deserialize, Serialize};

/// Why there is no report: a code for programs, a message for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// VirusTotal's `error.code`, or our own, such as `Private` or `Timeout`.
    pub code: String,
    /// One sentence; may hold text from outside.
    pub message: String,
}

impl Fault {
    /// A fault of this code and message.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}
