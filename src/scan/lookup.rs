//! One request of one indicator: its permit, the call, and what the answer makes
//! of the job.

use iocs::indicator::Kind;
use tokio::time::Instant;
use tracing::debug;

use super::job::{End, Job, Next, Said, Stage};
use super::queue::OpenFiles;
use super::quotas::{settle_fault, wait_out};
use super::scanner::{Outcome, Scanner};
use crate::gate::{Class, NoPermit, Permit};
use crate::model::{Answer, Facts, Fault, Source, Verdict};
use crate::store::Name;
use crate::virustotal::{Analysis, Error};

impl Scanner<'_> {
    /// Takes a job one request further: gives what it was, and what is to be done
    /// later, if it has not ended.
    pub(super) async fn advance(&self, job: Job, files: &OpenFiles<'_>) -> (Class, Option<Job>) {
        let was = job.class();
        let next = self.request(job, files).await;
        (was, self.follow(next))
    }

    async fn request(&self, job: Job, files: &OpenFiles<'_>) -> Next {
        let name = self.name(job.id);
        loop {
            let permit = match self.gate.permit(job.order(), job.purpose(&name)).await {
                Ok(permit) => permit,
                Err(NoPermit::Answered(answer)) => return self.answered_by_store(job, &answer),
                Err(NoPermit::Elsewhere(at)) => {
                    let pause = at.duration_since(self.clock.now());
                    return Next::Later(job, pause.try_into().unwrap_or_default());
                }
                Err(NoPermit::Stopped(why)) => return job.give_up(&why),
            };
            let result = tokio::select! {
                result = self.ask(&job) => result,
                () = self.gate.out_of_patience() => {
                    let fault = Fault::new("Interrupted", "interrupted before the answer came");
                    return job.fail(fault, self.gate.stop_reason().as_ref());
                }
            };
            match result {
                Err(Error::RateLimited { retry_after }) => {
                    let were_asked = self.asked_quotas_after_429.replace(true);
                    wait_out(self.client, self.gate, permit, retry_after, were_asked).await;
                }
                Ok(said) => return self.take(job, &name, permit, said, files),
                Err(error) => return self.take_error(job, &name, permit, &error),
            }
        }
    }

    /// Sends the request that the job is at.
    async fn ask(&self, job: &Job) -> Result<Said, Error> {
        let indicator = self.indicator(job.id);
        match &job.stage {
            Stage::FirstLook { .. } | Stage::SecondLook { .. } => {
                self.client.report(indicator).await.map(|report| Said::Report(Box::new(report)))
            }
            Stage::Submission { .. } => {
                self.client.submit(&indicator.text).await.map(Said::Submitted)
            }
            Stage::Poll { analysis, .. } => {
                self.client.analysis(analysis).await.map(|analysis| match analysis {
                    Analysis::Running => Said::Running,
                    Analysis::Completed(report) => Said::Report(report),
                })
            }
        }
    }

    /// Handles the answer to a request.
    fn take(
        &self,
        mut job: Job,
        name: &Name,
        permit: Permit<'_>,
        said: Said,
        files: &OpenFiles<'_>,
    ) -> Next {
        self.gate.answered();
        if let Said::Report(report) = &said {
            // The other hashes of the file are no longer open.
            let mut files = files.borrow_mut();
            job.siblings.extend(report.hashes.iter().filter_map(|hash| files.remove(hash)));
        }
        let next = job.take(said, self.now(), &self.options);
        permit.settle(kept(&next).map(|answer| (name, answer)));
        next
    }

    /// Handles a request that brought no report.
    fn take_error(&self, job: Job, name: &Name, permit: Permit<'_>, error: &Error) -> Next {
        let is_look = job.is_look();
        let is_answer = matches!(error, Error::NotFound | Error::Rejected { .. });
        if !is_answer {
            // Where it stops the run, there is no further attempt.
            settle_fault(self.gate, permit, error);
            let next =
                job.take_error(error, self.now(), &self.options, self.gate.stop_reason().as_ref());
            if let Next::Later(_, pause) = &next {
                debug!("{}: {error}; again in {} ms", name.text, pause.as_millis());
            }
            return next;
        }
        self.gate.answered();
        let next = job.take_error(error, self.now(), &self.options, None);
        permit.settle(kept(&next).filter(|_| is_look).map(|answer| (name, answer)));
        next
    }

    fn answered_by_store(&self, mut job: Job, answer: &Answer) -> Next {
        self.conclude(job.id, &Outcome::Answered(answer, Source::Cache));
        for sibling in std::mem::take(&mut job.siblings) {
            self.conclude(sibling, &Outcome::Answered(answer, Source::Cache));
        }
        Next::Done
    }

    /// Does what is next: ends the job's entry, or says when to go on.
    fn follow(&self, next: Next) -> Option<Job> {
        match next {
            Next::Later(mut job, pause) => {
                job.due = Instant::now() + pause;
                return Some(job);
            }
            Next::End(job, end) => self.end(&job, &end),
            Next::Done => {}
        }
        None
    }

    /// Ends a job's entry and those of its file's other hashes, which cost no request.
    fn end(&self, job: &Job, end: &End) {
        let outcome = |source| match end {
            End::Answered(answer) => Outcome::Answered(answer, source),
            End::Pending(report) => Outcome::Pending(report.as_deref(), source),
            End::Failed(fault) => Outcome::NoAnswer(Verdict::Failed, fault),
            End::Deferred(fault) => Outcome::NoAnswer(Verdict::Deferred, fault),
            End::NotSubmitted(answer, fault) => Outcome::NotSubmitted(answer, fault),
        };
        let is_unknown_url = self.indicator(job.id).kind == Kind::Url
            && matches!(end, End::Answered(Answer { facts: Facts::NotFound, .. }));
        if is_unknown_url && !self.options.submit {
            self.unknown_urls.set(self.unknown_urls.get() + 1);
        }
        self.conclude(job.id, &outcome(Source::Virustotal));
        for &sibling in &job.siblings {
            self.conclude(sibling, &outcome(Source::Cache));
        }
    }
}

/// The answer to a look that the store is to keep.
fn kept(next: &Next) -> Option<&Answer> {
    match next {
        Next::End(_, End::Answered(answer)) => Some(answer),
        // It is unknown, whatever becomes of the submission.
        Next::Later(Job { stage: Stage::Submission { unknown }, .. }, _) => Some(unknown),
        Next::Later(..) | Next::End(..) | Next::Done => None,
    }
}
