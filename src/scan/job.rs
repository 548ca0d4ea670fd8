//! One indicator on its way, as a state machine: what its next request asks, and
//! what an answer makes of it. Nothing here waits or sends.

use std::time::Duration;

use iocs::indicator::Kind;
use jiff::Timestamp;
use tokio::time::Instant;

use super::backoff::backoff;
use super::options::{BETWEEN_LOOKS, ScanOptions};
use crate::gate::{Class, Order};
use crate::model::{Answer, EntryId, Facts, Fault, Report, StopReason};
use crate::store::{Name, Purpose};
use crate::virustotal::Error;

/// One indicator on its way.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: EntryId,
    kind: Kind,
    submission: Submission,
    /// Not before this instant.
    pub(super) due: Instant,
    /// Transient faults so far.
    faults: u32,
    pub(super) stage: Stage,
    /// Other hashes in the list of the same, not yet judged file.
    pub(super) siblings: Vec<EntryId>,
}

/// Whether VirusTotal may be asked to analyse it where it does not know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Submission {
    Allowed,
    /// It is no URL, `--submit` is not set, or the link names a mail's recipient: others would see it.
    Never,
}

/// How far it is.
#[derive(Debug, PartialEq)]
pub(super) enum Stage {
    /// Nothing is known of the object; the last fault, if asking failed.
    FirstLook { fault: Option<Fault> },
    /// The object is known and was not judged at the first look.
    SecondLook { report: Option<Box<Report>> },
    /// VirusTotal does not know the URL, as this answer says: it is to be analysed.
    Submission { unknown: Answer },
    /// It is being analysed, and this much of `--wait` is over.
    Poll { analysis: String, waited: Duration },
}

/// What a request brought.
pub(super) enum Said {
    Report(Box<Report>),
    Submitted(String),
    Running,
}

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Next {
    /// Go on, after this pause.
    Later(Job, Duration),
    /// Nothing more is to be asked.
    End(Job, End),
    /// Its entry has ended.
    Done,
}

/// How a job ends.
#[derive(Debug, PartialEq)]
pub(super) enum End {
    Answered(Answer),
    /// Known, not judged yet.
    Pending(Option<Box<Report>>),
    /// Tried, no answer.
    Failed(Fault),
    /// Not tried.
    Deferred(Fault),
    /// Unknown, and VirusTotal does not take it for an analysis.
    NotSubmitted(Answer, Fault),
}

impl Job {
    pub(super) fn new(id: EntryId, kind: Kind, submission: Submission) -> Self {
        let stage = Stage::FirstLook { fault: None };
        Self { id, kind, submission, due: Instant::now(), faults: 0, stage, siblings: Vec::new() }
    }

    pub(super) fn class(&self) -> Class {
        match self.stage {
            Stage::FirstLook { fault: None } => Class::First,
            Stage::FirstLook { fault: Some(_) } => Class::Retry,
            Stage::SecondLook { .. } => Class::Recheck,
            Stage::Submission { .. } => Class::Submit,
            Stage::Poll { .. } => Class::Poll,
        }
    }

    pub(super) fn order(&self) -> Order {
        Order { class: self.class(), entry: self.id }
    }

    /// Whether the next request looks the object up; else it is about an analysis.
    pub(super) fn is_look(&self) -> bool {
        matches!(self.stage, Stage::FirstLook { .. } | Stage::SecondLook { .. })
    }

    /// Whether the object's names are not known yet: other hashes wait for that.
    pub(super) fn is_unanswered(&self) -> bool {
        matches!(self.stage, Stage::FirstLook { .. })
    }

    pub(super) fn purpose(&self, name: &Name) -> Purpose {
        if self.is_look() { Purpose::Lookup(name.clone()) } else { Purpose::Analysis }
    }

    /// Handles the answer to a request.
    pub(super) fn take(mut self, said: Said, at: Timestamp, options: &ScanOptions) -> Next {
        match said {
            Said::Report(report) if report.is_judged() => {
                let facts = Facts::Known(report);
                Next::End(self, End::Answered(Answer { fetched_at: at, facts }))
            }
            Said::Report(report) => self.look_again(Some(report)),
            Said::Submitted(analysis) => {
                self.stage = Stage::Poll { analysis, waited: Duration::ZERO };
                Next::Later(self, BETWEEN_LOOKS)
            }
            Said::Running => self.poll_again(options.wait),
        }
    }

    /// Handles a request that brought no report.
    pub(super) fn take_error(
        mut self,
        error: &Error,
        at: Timestamp,
        options: &ScanOptions,
        stopped: Option<&StopReason>,
    ) -> Next {
        let fault = error.fault();
        match error {
            Error::NotFound | Error::Rejected { .. } => {
                return self.unknown_or_rejected(error, at);
            }
            Error::NotAvailableYet => return self.look_again(None),
            _ => {}
        }
        if error.is_transient() && self.faults < options.retries && stopped.is_none() {
            let pause = backoff(self.faults);
            self.faults += 1;
            if let Stage::FirstLook { fault: last } = &mut self.stage {
                *last = Some(fault);
            }
            return Next::Later(self, pause);
        }
        self.fail(fault, stopped)
    }

    /// VirusTotal does not know the object, or does not take it.
    fn unknown_or_rejected(mut self, error: &Error, at: Timestamp) -> Next {
        let fault = error.fault();
        match self.stage {
            Stage::FirstLook { .. } | Stage::SecondLook { .. } => {
                let is_unknown = matches!(error, Error::NotFound);
                let facts = if is_unknown { Facts::NotFound } else { Facts::Rejected(fault) };
                let answer = Answer { fetched_at: at, facts };
                if is_unknown && self.submission == Submission::Allowed {
                    self.stage = Stage::Submission { unknown: answer };
                    return Next::Later(self, Duration::ZERO);
                }
                Next::End(self, End::Answered(answer))
            }
            Stage::Submission { unknown } => {
                self.stage = Stage::FirstLook { fault: None };
                Next::End(self, End::NotSubmitted(unknown, fault))
            }
            // What a poll is told is no answer to the lookup.
            Stage::Poll { .. } => Next::End(self, End::Pending(None)),
        }
    }

    /// An object that is known and not judged: URLs and files are looked up once more.
    fn look_again(mut self, report: Option<Box<Report>>) -> Next {
        if self.is_unanswered() && matches!(self.kind, Kind::Url | Kind::File) {
            self.stage = Stage::SecondLook { report };
            return Next::Later(self, BETWEEN_LOOKS);
        }
        Next::End(self, End::Pending(report))
    }

    /// An analysis that still runs: another poll, and one last when the wait is over.
    fn poll_again(mut self, wait: Duration) -> Next {
        if let Stage::Poll { waited, .. } = &mut self.stage {
            *waited += BETWEEN_LOOKS;
            if *waited < wait {
                return Next::Later(self, BETWEEN_LOOKS);
            }
        }
        Next::End(self, End::Pending(None))
    }

    /// Ends a job whose tries all failed.
    pub(super) fn fail(mut self, fault: Fault, stopped: Option<&StopReason>) -> Next {
        match (&mut self.stage, stopped) {
            // What is known of the object is worth more than the last fault.
            (Stage::SecondLook { report }, _) => {
                let report = report.take();
                Next::End(self, End::Pending(report))
            }
            (Stage::Poll { .. }, _) => Next::End(self, End::Pending(None)),
            (_, Some(why @ (StopReason::KeyRejected(_) | StopReason::Setup(_)))) => {
                self.give_up(why)
            }
            _ => Next::End(self, End::Failed(fault)),
        }
    }

    /// Ends a job for which there are no more permits.
    pub(super) fn give_up(mut self, why: &StopReason) -> Next {
        let stage = std::mem::replace(&mut self.stage, Stage::FirstLook { fault: None });
        let end = match stage {
            Stage::FirstLook { fault: None } => End::Deferred(why.fault()),
            Stage::FirstLook { fault: Some(fault) } => End::Failed(fault),
            Stage::SecondLook { report } => End::Pending(report),
            Stage::Submission { unknown } => End::Answered(unknown),
            Stage::Poll { .. } => End::Pending(None),
        };
        Next::End(self, end)
    }
}
