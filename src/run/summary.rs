//! The exit code, and the last line that says it.

use std::fmt::Write;
use std::time::Duration;

use crate::model::{Lasting, StopReason, Tally, Verdict};
use crate::wording::counted;

/// What makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Something malicious.
    Malicious,
    /// Something malicious or suspicious.
    Suspicious,
    /// Nothing.
    Never,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Summary {
    /// What was counted.
    pub tally: Tally,
    /// Requests sent, quota reads aside.
    pub requests: u64,
    /// How long the run took.
    pub took: Duration,
    /// Why it ended before its time, if it did.
    pub stopped: Option<StopReason>,
    /// What makes the exit code 1.
    pub fail_on: FailOn,
    /// Whether a later run finds what this one asked.
    pub lasting: Lasting,
    /// Inputs, and files to hash, that could not be read.
    pub unread: u64,
    /// URLs that VirusTotal does not know, and that were not submitted.
    pub unknown_urls: u64,
}

impl Summary {
    /// Records why the run ended early, and whether every output was written. That the
    /// reader of stdout has gone never makes an ending look better.
    pub fn take_outcome(&mut self, stopped: Option<StopReason>, outcome: Result<(), StopReason>) {
        self.stopped = match (stopped, outcome) {
            (stopped, Ok(())) => stopped,
            (Some(first), Err(gone @ StopReason::OutputClosed)) => Some(first.or(gone)),
            (_, Err(why)) => Some(why),
        };
    }

    /// The exit code: 130 interrupted, 2 nothing can be relied on, 1 a hit
    /// (a hit is the news, so it goes before what is missing), 2 something is missing, 0.
    #[must_use]
    pub fn code(&self) -> u8 {
        let hits = match self.fail_on {
            FailOn::Malicious => self.tally.of(Verdict::Malicious),
            FailOn::Suspicious => {
                self.tally.of(Verdict::Malicious) + self.tally.of(Verdict::Suspicious)
            }
            FailOn::Never => 0,
        };
        match &self.stopped {
            Some(StopReason::Interrupted) => 130,
            // Nothing was asked, so no answer can be missing.
            Some(StopReason::DryRun) => 2 * u8::from(self.unread > 0),
            Some(
                StopReason::KeyRejected(_) | StopReason::Setup(_) | StopReason::OutputFailed(_),
            ) => 2,
            _ if hits > 0 => 1,
            // What was not asked because the reader of stdout has gone is missing like all else.
            _ if self.tally.is_missing_any() || self.unread > 0 => 2,
            _ => 0,
        }
    }

    /// What went wrong with the run as a whole, if anything did.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match &self.stopped {
            Some(StopReason::KeyRejected(fault)) => Some(format!(
                "VirusTotal rejected the API key ({}: {}): check it at https://www.virustotal.com/gui/my-apikey",
                fault.code, fault.message
            )),
            Some(StopReason::Silent(fault)) => Some(format!(
                "VirusTotal gave no answer for long ({}: {}): check the network, --proxy and --api-url",
                fault.code, fault.message
            )),
            Some(StopReason::Setup(message)) => Some(message.clone()),
            Some(StopReason::OutputFailed(message)) => Some(message.clone()),
            _ => None,
        }
    }

    /// How to go on, where something was deferred.
    #[must_use]
    pub fn advice(&self) -> Option<String> {
        if self.tally.of(Verdict::Deferred) == 0 {
            return None;
        }
        let go_on = match self.lasting {
            Lasting::Lasts => "the same command asks only what is missing",
            Lasting::EndsWithTheRun => "no answer is kept, so the same command asks all again",
        };
        match self.stopped.as_ref()? {
            StopReason::Spent(period, until) => Some(format!(
                "the {}'s quota is spent and returns at 00:00 UTC ({until}): {go_on}",
                period.as_str()
            )),
            StopReason::MaxRequests => Some(format!("--max-requests is used up: {go_on}")),
            StopReason::RateLimited => {
                Some(format!("VirusTotal kept answering 429: {go_on}, later"))
            }
            StopReason::Silent(_) | StopReason::Interrupted => Some(go_on.to_owned()),
            StopReason::Offline => Some("without --offline they are asked".to_owned()),
            _ => None,
        }
    }

    /// Why a report of this run is not whole, if it is not, and what it lacks of a
    /// list of this number of entries.
    #[must_use]
    pub fn partial(&self, entries: usize) -> Option<String> {
        let deferred = self.tally.of(Verdict::Deferred);
        let without = (entries as u64).saturating_sub(self.tally.total());
        let mut reasons = Vec::new();
        let lacks = deferred + without > 0 || self.stopped == Some(StopReason::Interrupted);
        if let Some(why) = self.stopped.as_ref().filter(|_| lacks) {
            let why = cut_short(why);
            reasons.push(format!("{why}; {deferred} not asked, {without} without a record"));
        }
        for (verdict, what) in [(Verdict::Failed, "failed"), (Verdict::Pending, "not judged yet")] {
            let count = self.tally.of(verdict);
            reasons.extend((count > 0).then(|| format!("{count} {what}")));
        }
        if self.unread > 0 {
            reasons.push(format!("{} not read", counted(self.unread, "input")));
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// The last line.
    #[must_use]
    pub fn last_line(&self) -> String {
        let mut line = format!(
            "{}; {} requests, {} from the store, {:.1} s; exit {}",
            self.tally,
            self.requests,
            self.tally.from_store,
            self.took.as_secs_f64(),
            self.code()
        );
        if let Some(advice) = self.advice() {
            // Writing to a String cannot fail.
            let _ = write!(line, "; {advice}");
        }
        line
    }
}

/// What a report says of a run that stopped before its end.
fn cut_short(why: &StopReason) -> &'static str {
    match why {
        StopReason::DryRun => "a dry run, nothing was asked",
        StopReason::Offline => "offline, only stored answers were used",
        StopReason::Interrupted => "interrupted",
        StopReason::OutputClosed | StopReason::OutputFailed(_) => "an output failed",
        StopReason::Spent(..) => "the quota is spent",
        StopReason::MaxRequests => "--max-requests is used up",
        StopReason::RateLimited => "VirusTotal kept answering 429",
        StopReason::Silent(_) => "VirusTotal gave no answer",
        StopReason::KeyRejected(_) => "the API key was rejected",
        StopReason::Setup(_) => "no connection could be set up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Fault;

    fn code(verdicts: &[Verdict], stopped: Option<StopReason>, fail_on: FailOn) -> u8 {
        let mut tally = Tally::default();
        for &verdict in verdicts {
            tally.add(verdict, None);
        }
        Summary {
            tally,
            requests: 0,
            took: Duration::ZERO,
            stopped,
            fail_on,
            lasting: Lasting::Lasts,
            unread: 0,
            unknown_urls: 0,
        }
        .code()
    }

    #[test]
    fn a_report_that_lacks_nothing_is_not_called_partial() {
        let partial = |stopped, verdicts: &[Verdict], entries| {
            let mut tally = Tally::default();
            verdicts.iter().for_each(|&verdict| tally.add(verdict, None));
            let took = Duration::ZERO;
            let fail_on = FailOn::Never;
            let stopped = Some(stopped);
            Summary {
                tally,
                requests: 0,
                took,
                stopped,
                fail_on,
                lasting: Lasting::Lasts,
                unread: 0,
                unknown_urls: 0,
            }
            .partial(entries)
        };
        let (known, deferred) = ([Verdict::Unknown], [Verdict::Unknown, Verdict::Deferred]);
        assert_eq!(partial(StopReason::Offline, &known, 1), None);
        let missing =
            Some("offline, only stored answers were used; 1 not asked, 0 without a record");
        assert_eq!(partial(StopReason::Offline, &deferred, 2).as_deref(), missing);
        let cut = Some("interrupted; 0 not asked, 1 without a record");
        assert_eq!(partial(StopReason::Interrupted, &known, 2).as_deref(), cut);
    }

    #[test]
    fn a_report_of_a_run_whose_lookups_failed_was_not_called_partial() {
        let mut tally = Tally::default();
        [Verdict::Undetected, Verdict::Failed, Verdict::Failed, Verdict::Pending]
            .into_iter()
            .for_each(|verdict| tally.add(verdict, None));
        let mut summary = Summary {
            tally,
            requests: 0,
            took: Duration::ZERO,
            stopped: None,
            fail_on: FailOn::Never,
            lasting: Lasting::Lasts,
            unread: 0,
            unknown_urls: 0,
        };
        assert_eq!(summary.partial(4).as_deref(), Some("2 failed; 1 not judged yet"));
        summary.unread = 1;
        assert_eq!(
            summary.partial(4).as_deref(),
            Some("2 failed; 1 not judged yet; 1 input not read")
        );
    }

    #[test]
    fn without_a_store_the_same_command_asks_all_again() {
        let advice = |lasting| {
            let mut tally = Tally::default();
            tally.add(Verdict::Deferred, None);
            Summary {
                tally,
                requests: 0,
                took: Duration::ZERO,
                stopped: Some(StopReason::MaxRequests),
                fail_on: FailOn::Never,
                lasting,
                unread: 0,
                unknown_urls: 0,
            }
            .advice()
            .unwrap()
        };
        assert!(advice(Lasting::Lasts).ends_with("the same command asks only what is missing"));
        assert!(advice(Lasting::EndsWithTheRun).ends_with("the same command asks all again"));
    }

    #[test]
    fn a_hit_goes_before_what_is_missing() {
        use Verdict::{Deferred, Invalid, Malicious, Skipped, Suspicious, Undetected, Unknown};
        assert_eq!(code(&[Undetected, Unknown, Skipped, Suspicious], None, FailOn::Malicious), 0);
        assert_eq!(code(&[Malicious, Deferred], None, FailOn::Malicious), 1);
        assert_eq!(code(&[Suspicious], None, FailOn::Suspicious), 1);
        assert_eq!(code(&[Malicious, Invalid], None, FailOn::Never), 2);
        assert_eq!(code(&[Malicious], None, FailOn::Never), 0);
    }

    #[test]
    fn a_reader_of_stdout_that_has_gone_makes_no_ending_look_better() {
        use Verdict::{Deferred, Failed, Invalid, Malicious, Pending, Suspicious, Undetected};
        let gone = || Some(StopReason::OutputClosed);
        assert_eq!(code(&[Undetected, Malicious, Deferred], gone(), FailOn::Malicious), 1);
        assert_eq!(code(&[Undetected, Suspicious], gone(), FailOn::Suspicious), 1);
        for missing in [Deferred, Failed, Pending, Invalid] {
            assert_eq!(code(&[Undetected, missing], gone(), FailOn::Malicious), 2, "{missing:?}");
        }
        assert_eq!(code(&[Undetected], gone(), FailOn::Malicious), 0);
    }

    #[test]
    fn a_run_that_cannot_be_relied_on_is_2_whatever_was_found() {
        let rejected =
            StopReason::KeyRejected(Fault::new("WrongCredentialsError", "Wrong API key"));
        assert_eq!(code(&[Verdict::Malicious], Some(rejected), FailOn::Malicious), 2);
        let full = StopReason::OutputFailed("no space left on device".to_owned());
        assert_eq!(code(&[Verdict::Malicious], Some(full), FailOn::Malicious), 2);
        assert_eq!(
            code(&[Verdict::Malicious], Some(StopReason::Interrupted), FailOn::Malicious),
            130
        );
    }
}
