//! The candidates of a block, one after the other.

use super::candidate::{Candidate, CandidateKind, by_regex};
use super::scan::{self, Next};

/// The candidates of a block.
pub(super) struct Candidates<'b> {
    block: &'b [u8],
    next: Option<Candidate>,
    /// Where the search for the next one began.
    searched: usize,
}

impl<'b> Candidates<'b> {
    pub(super) fn new(block: &'b [u8]) -> Self {
        let mut candidates = Candidates { block, next: None, searched: 0 };
        candidates.search(0);
        candidates
    }

    fn search(&mut self, from: usize) {
        self.next = match scan::next(self.block, from) {
            Next::Candidate(candidate) => Some(candidate),
            Next::Doubt(at) => by_regex(self.block, at),
            Next::None => None,
        };
        self.searched = from;
    }

    /// The first candidate from `from` on, if it lies before `end`. `from` never goes back by more
    /// than a line that was read as a whole.
    pub(super) fn in_line(&mut self, from: usize, end: usize) -> Option<Candidate> {
        let is_stale = match &self.next {
            Some(next) => next.span.start < from || from < self.searched,
            None => from < self.searched,
        };
        if is_stale {
            self.search(from);
        }
        self.next.clone().filter(|next| next.span.start < end)
    }

    /// Whether a candidate has a dot with spaces about it.
    pub(super) fn has_spaced_dot(&self, candidate: &Candidate) -> bool {
        matches!(candidate.kind, CandidateKind::Name | CandidateKind::Ipv4)
            && memchr::memchr2(b' ', b'\t', &self.block[candidate.span.clone()]).is_some()
    }
}
