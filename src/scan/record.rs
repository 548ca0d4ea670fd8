//! How an entry ends: one record, printed and counted.

use jiff::Timestamp;

use super::Scanner;
use super::job::Job;
use crate::model::{Answer, EntryId, Facts, Fault, Record, Report, Source, Verdict};

/// How one entry ends.
pub(super) enum Outcome<'o> {
    Answered(&'o Answer, Source),
    Pending(Option<&'o Report>, Source),
    NoAnswer(Verdict, &'o Fault),
}

impl Scanner<'_> {
    /// Ends a job's entry and those of its file's other hashes, which cost no request.
    pub(super) fn conclude_all(&self, job: &Job, outcome: &Outcome<'_>) {
        self.conclude(job.id, outcome);
        for &sibling in &job.siblings {
            match *outcome {
                Outcome::Answered(answer, _) => {
                    self.conclude(sibling, &Outcome::Answered(answer, Source::Cache));
                }
                Outcome::Pending(report, _) => {
                    self.conclude(sibling, &Outcome::Pending(report, Source::Cache));
                }
                Outcome::NoAnswer(verdict, fault) => {
                    self.conclude(sibling, &Outcome::NoAnswer(verdict, fault));
                }
            }
        }
    }

    /// Ends many entries whose records are there at once.
    pub(super) fn together(&self, conclude: impl FnOnce()) {
        if let Err(why) = self.printer.together(conclude) {
            self.gate.stop(why);
        }
    }

    /// Prints and counts the one record of an entry.
    pub(super) fn conclude(&self, id: EntryId, outcome: &Outcome<'_>) {
        let entry = &self.list.entries[id.0];
        let mut record = Record {
            entry,
            origin: self.list.origin(entry.origin),
            verdict: Verdict::Unknown,
            report: None,
            source: None,
            fetched_at: None,
            error: None,
        };
        match *outcome {
            Outcome::Answered(answer, source) => {
                record.source = Some(source);
                record.fetched_at = Some(answer.fetched_at);
                match &answer.facts {
                    Facts::Known(report) => {
                        record.verdict = self.options.thresholds.judge(report);
                        record.report = Some(report);
                    }
                    Facts::NotFound => {}
                    Facts::Rejected(fault) => record.error = Some(fault),
                }
            }
            Outcome::Pending(report, source) => {
                record.verdict = Verdict::Pending;
                record.report = report;
                record.source = Some(source);
                record.fetched_at = Some(now());
            }
            Outcome::NoAnswer(verdict, fault) => {
                record.verdict = verdict;
                record.error = Some(fault);
            }
        }
        self.tally.borrow_mut().add(record.verdict, record.source);
        if let Err(why) = self.printer.record(&record) {
            self.gate.stop(why);
        }
    }
}

/// Whole seconds: nobody needs more of an answer's age.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or(Timestamp::UNIX_EPOCH)
}
