//! Why a run stops asking.

use jiff::Timestamp;

use super::fault::Fault;
use crate::quota::Period;

/// Why a run stops asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// `--dry-run`.
    DryRun,
    /// `--offline`.
    Offline,
    /// By a signal.
    Interrupted,
    /// The reader of stdout has gone.
    OutputClosed,
    /// Output cannot be written.
    OutputFailed(String),
    /// The period's quota is spent until the instant.
    Spent(Period, Timestamp),
    /// `--max-requests` is used up.
    MaxRequests,
    /// Ten 429s in a row.
    RateLimited,
    /// The server gives no answer at all.
    Silent(Fault),
    /// A 401, or 403s from the start.
    KeyRejected(Fault),
    /// The client cannot be set up.
    Setup(String),
}

impl StopReason {
    /// The code and message of a record that was not tried.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::DryRun => Fault::new("DryRun", "would be asked"),
            Self::Offline => Fault::new("Offline", "no fresh answer is stored"),
            Self::Interrupted => Fault::new("Interrupted", "interrupted before it was asked"),
            Self::OutputClosed | Self::OutputFailed(_) => {
                Fault::new("Output", "output ended before it was asked")
            }
            Self::Spent(period, until) => Fault::new(
                "Quota",
                format!("the {}'s quota is spent until {until}", period.as_str()),
            ),
            Self::MaxRequests => Fault::new("MaxRequests", "--max-requests is used up"),
            Self::RateLimited => Fault::new("TooManyRequests", "VirusTotal kept answering 429"),
            Self::Silent(_) => Fault::new("NoAnswer", "VirusTotal gave no answer at all"),
            Self::KeyRejected(_) => Fault::new("KeyRejected", "the API key was rejected"),
            Self::Setup(_) => Fault::new("Setup", "no connection could be set up"),
        }
    }

    /// The reason that counts, of one that stands and one that came later: the first. Only a reader
    /// of stdout who has gone is the least of reasons, and hides no other.
    #[must_use]
    pub fn or(self, later: Self) -> Self {
        if self == Self::OutputClosed { later } else { self }
    }

    /// Whether what is in flight has only a moment left.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        matches!(self, Self::Interrupted | Self::OutputClosed | Self::OutputFailed(_))
    }
}
