//! In which order entries are looked up, and how many are under way.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

use iocs::indicator::{Indicator, Kind};

use super::job::Job;
use super::scanner::Scanner;
use crate::gate::Class;
use crate::model::EntryId;

/// The hashes of the list that no answer has named yet, and their entries.
pub(super) type OpenFiles<'a> = RefCell<HashMap<&'a str, EntryId>>;

/// Entries in the order in which they are asked.
pub(super) struct Queues {
    phases: VecDeque<VecDeque<EntryId>>,
}

impl Queues {
    /// The entries of one kind by phase, and of files the hashes that are still open.
    pub(super) fn new<'a>(
        scanner: &Scanner<'a>,
        kind: Kind,
        phase: impl Fn(&Indicator) -> usize,
    ) -> (Self, OpenFiles<'a>) {
        let mut phases: [VecDeque<EntryId>; 3] = Default::default();
        let mut files = HashMap::new();
        for &id in scanner.to_ask.borrow().iter() {
            let indicator = scanner.indicator(id);
            if indicator.kind == kind {
                phases[phase(indicator)].push_back(id);
                if kind == Kind::File {
                    files.insert(indicator.text.as_str(), id);
                }
            }
        }
        (Self { phases: phases.into() }, RefCell::new(files))
    }

    /// The next entry; the next phase's only where nothing is unanswered.
    pub(super) fn next(&mut self, unanswered: usize) -> Option<EntryId> {
        loop {
            let phase = self.phases.front_mut()?;
            if let Some(id) = phase.pop_front() {
                return Some(id);
            }
            if unanswered > 0 {
                return None;
            }
            self.phases.pop_front();
        }
    }
}

/// How many jobs are at what.
#[derive(Default)]
pub(super) struct Counts {
    /// Running, and never asked before.
    pub(super) first: usize,
    /// Running or put off, with no answer that names the object yet.
    pub(super) unanswered: usize,
}

impl Counts {
    /// Takes a job back that ran as one class, and has ended or is put off.
    pub(super) fn take(&mut self, was: Class, next: Option<&Job>) {
        self.first -= usize::from(was == Class::First);
        let was_unanswered = matches!(was, Class::First | Class::Retry);
        self.unanswered -=
            usize::from(was_unanswered && next.is_none_or(|job| !job.is_unanswered()));
    }
}
