//! One indicator on its way: what each request asks, what the answer means, and
//! what is to be done later.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use tracing::debug;

use super::Scanner;
use super::quotas::{settle_faulty, wait_out};
use super::record::{Outcome, now};
use crate::gate::{Class, NoPermit, Order, Permit};
use crate::model::{Answer, EntryId, Facts, Fault, Report, Source, StopReason, Verdict};
use crate::store::{Name, Purpose};
use crate::virustotal::{Analysis, Error};
use iocs::indicator::Kind;

/// Between two looks at an object that was not judged yet, and between two polls of an analysis.
const BETWEEN_LOOKS: Duration = Duration::from_secs(15);
/// The backoff's first ceiling; each further attempt doubles it.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
/// The backoff's last ceiling.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// One indicator on its way.
pub(super) struct Job {
    pub(super) id: EntryId,
    pub(super) class: Class,
    /// Not before this instant.
    pub(super) due: Instant,
    /// Transient faults so far.
    faults: u32,
    /// What to say if there are no more permits: the last fault, or what is known of the object.
    so_far: SoFar,
    /// An analysis, and how much of `--wait` is over.
    analysis: Option<(String, Duration)>,
    /// Other hashes in the list of the same, not yet judged file.
    pub(super) siblings: Vec<EntryId>,
}

pub(super) enum SoFar {
    Nothing,
    Fault(Fault),
    Unjudged(Option<Box<Report>>),
    Unknown(Answer),
}

impl Job {
    pub(super) fn new(id: EntryId) -> Self {
        Self {
            id,
            class: Class::First,
            due: Instant::now(),
            faults: 0,
            so_far: SoFar::Nothing,
            analysis: None,
            siblings: Vec::new(),
        }
    }

    /// Whether the object's names are not known yet: other hashes wait for that.
    pub(super) fn is_unanswered(&self) -> bool {
        matches!(self.class, Class::First | Class::Retry)
    }

    fn later(mut self, class: Class, pause: Duration) -> Option<Self> {
        self.class = class;
        self.due = Instant::now() + pause;
        Some(self)
    }
}

/// What a request brought.
enum Said {
    Report(Box<Report>),
    Submitted(String),
    Running,
}

impl Scanner<'_> {
    /// Takes a job one request further: gives what it was, and what is to be done
    /// later, if it has not ended.
    pub(super) async fn step(
        &self,
        job: Job,
        files: &RefCell<HashMap<&str, EntryId>>,
    ) -> (Class, Option<Job>) {
        let was = job.class;
        (was, self.advance(job, files).await)
    }

    async fn advance(&self, job: Job, files: &RefCell<HashMap<&str, EntryId>>) -> Option<Job> {
        let name = self.name(job.id);
        let order = Order { class: job.class, entry: job.id };
        loop {
            let purpose = match job.class {
                Class::Quotas | Class::Submit | Class::Poll => Purpose::Analysis,
                Class::First | Class::Retry | Class::Recheck => Purpose::Lookup(name.clone()),
            };
            let permit = match self.gate.permit(order, purpose).await {
                Ok(permit) => permit,
                Err(NoPermit::Answered(answer)) => {
                    self.conclude_all(&job, &Outcome::Answered(&answer, Source::Cache));
                    return None;
                }
                Err(NoPermit::Elsewhere(at)) => {
                    let pause = at.duration_since(Timestamp::now()).try_into().unwrap_or_default();
                    let class = job.class;
                    return job.later(class, pause);
                }
                Err(NoPermit::Stopped(why)) => {
                    self.give_up(&job, &why);
                    return None;
                }
            };
            let result = tokio::select! {
                result = self.ask(&job) => result,
                () = self.gate.out_of_patience() => {
                    let fault = Fault::new("Interrupted", "interrupted before the answer came");
                    self.fail(&job, &fault);
                    return None;
                }
            };
            match result {
                Err(Error::RateLimited(retry_after)) => {
                    let was_asked = self.asked_quotas_after_429.replace(true);
                    wait_out(self.client, self.gate, permit, retry_after, was_asked).await;
                }
                result => return self.take(job, &name, permit, result, files),
            }
        }
    }

    /// Sends the request that the job is at.
    async fn ask(&self, job: &Job) -> Result<Said, Error> {
        match (job.class, &job.analysis) {
            (Class::Submit, _) => {
                self.client.submit(self.name_of(job.id)).await.map(Said::Submitted)
            }
            (Class::Poll, Some((id, _))) => {
                self.client.analysis(id).await.map(|analysis| match analysis {
                    Analysis::Running => Said::Running,
                    Analysis::Completed(report) => Said::Report(report),
                })
            }
            _ => self
                .client
                .report(self.indicator(job.id))
                .await
                .map(|report| Said::Report(Box::new(report))),
        }
    }

    /// Takes in what a request brought: ends the job, or says what is to be done later.
    fn take(
        &self,
        mut job: Job,
        name: &Name,
        permit: Permit<'_>,
        result: Result<Said, Error>,
        files: &RefCell<HashMap<&str, EntryId>>,
    ) -> Option<Job> {
        match result {
            Ok(Said::Report(report)) => {
                self.gate.answered();
                job.siblings.extend(siblings(&report, files));
                if !report.is_judged() {
                    permit.settle(None);
                    return self.look_again(job, Some(report));
                }
                let answer = Answer { fetched_at: now(), facts: Facts::Known(report) };
                permit.settle(Some((name, &answer)));
                self.conclude_all(&job, &Outcome::Answered(&answer, Source::Virustotal));
                None
            }
            Ok(Said::Submitted(id)) => {
                self.gate.answered();
                permit.settle(None);
                job.analysis = Some((id, Duration::ZERO));
                job.so_far = SoFar::Unjudged(None);
                job.later(Class::Poll, BETWEEN_LOOKS)
            }
            Ok(Said::Running) => {
                self.gate.answered();
                permit.settle(None);
                self.poll_again(job)
            }
            Err(error) => self.take_error(job, name, permit, error),
        }
    }

    fn take_error(
        &self,
        mut job: Job,
        name: &Name,
        permit: Permit<'_>,
        error: Error,
    ) -> Option<Job> {
        let fault = error.fault();
        if matches!(error, Error::NotFound | Error::Rejected(..)) {
            self.gate.answered();
            let facts =
                if error == Error::NotFound { Facts::NotFound } else { Facts::Rejected(fault) };
            let answer = Answer { fetched_at: now(), facts };
            // What a submission or a poll is told is no answer to the lookup.
            let is_lookup = job.analysis.is_none() && job.class != Class::Submit;
            permit.settle(is_lookup.then_some((name, &answer)));
            if is_lookup && error == Error::NotFound && name.kind == Kind::Url {
                if self.options.submit {
                    job.so_far = SoFar::Unknown(answer);
                    return job.later(Class::Submit, Duration::ZERO);
                }
                self.unknown_urls.set(self.unknown_urls.get() + 1);
            }
            self.conclude_all(&job, &Outcome::Answered(&answer, Source::Virustotal));
            return None;
        }
        settle_faulty(self.gate, permit, &error);
        if error == Error::NotAvailableYet {
            return self.look_again(job, None);
        }
        if error.is_transient() && job.faults < self.options.retries && !self.gate.is_stopped() {
            let pause = backoff(job.faults);
            debug!("{}: {error}; again in {} ms", name.text, pause.as_millis());
            job.faults += 1;
            if matches!(job.so_far, SoFar::Nothing | SoFar::Fault(_)) {
                job.so_far = SoFar::Fault(fault);
            }
            let class = if job.class == Class::First { Class::Retry } else { job.class };
            return job.later(class, pause);
        }
        self.fail(&job, &fault);
        None
    }

    /// Ends a job that was tried in vain.
    fn fail(&self, job: &Job, fault: &Fault) {
        match &job.so_far {
            // What is known of the object is worth more than the last fault.
            SoFar::Unjudged(report) => {
                self.conclude_all(job, &Outcome::Pending(report.as_deref(), Source::Virustotal));
            }
            SoFar::Nothing | SoFar::Fault(_) | SoFar::Unknown(_) => match self.gate.stop_reason() {
                Some(why @ (StopReason::KeyRejected(_) | StopReason::Setup(_))) => {
                    self.give_up(job, &why);
                }
                _ => self.conclude_all(job, &Outcome::NoAnswer(Verdict::Failed, fault)),
            },
        }
    }

    /// An object that is known and not judged: URLs and files are looked up once more.
    fn look_again(&self, mut job: Job, report: Option<Box<Report>>) -> Option<Job> {
        let is_first_look = matches!(job.class, Class::First | Class::Retry);
        let kind = self.indicator(job.id).kind;
        if is_first_look && matches!(kind, Kind::Url | Kind::File) {
            job.so_far = SoFar::Unjudged(report);
            return job.later(Class::Recheck, BETWEEN_LOOKS);
        }
        self.conclude_all(&job, &Outcome::Pending(report.as_deref(), Source::Virustotal));
        None
    }

    /// An analysis that still runs: another poll, and one last when `--wait` is over.
    fn poll_again(&self, mut job: Job) -> Option<Job> {
        if let Some((_, waited)) = &mut job.analysis {
            *waited += BETWEEN_LOOKS;
            if *waited < self.options.wait {
                return job.later(Class::Poll, BETWEEN_LOOKS);
            }
        }
        self.conclude_all(&job, &Outcome::Pending(None, Source::Virustotal));
        None
    }

    /// Ends a job for which there are no more permits.
    fn give_up(&self, job: &Job, why: &StopReason) {
        let fault = why.fault();
        let outcome = match &job.so_far {
            SoFar::Nothing => Outcome::NoAnswer(Verdict::Deferred, &fault),
            SoFar::Fault(fault) => Outcome::NoAnswer(Verdict::Failed, fault),
            SoFar::Unjudged(report) => Outcome::Pending(report.as_deref(), Source::Virustotal),
            SoFar::Unknown(answer) => Outcome::Answered(answer, Source::Virustotal),
        };
        self.conclude_all(job, &outcome);
    }
}

/// Takes the other hashes of a reported file out of those that are still open.
fn siblings(report: &Report, files: &RefCell<HashMap<&str, EntryId>>) -> Vec<EntryId> {
    let mut files = files.borrow_mut();
    report.hashes.iter().filter_map(|hash| files.remove(hash)).collect()
}

/// Full jitter: anything up to a ceiling that doubles with each attempt.
pub(super) fn backoff(attempt: u32) -> Duration {
    let ceiling = FIRST_BACKOFF.saturating_mul(1 << attempt.min(16)).min(LONGEST_BACKOFF);
    ceiling.mul_f64(fastrand::f64())
}
