//! From a candidate to what it is.

use super::candidate::{Candidate, CandidateKind};
use super::cursor::{Cursor, Outcome};
use super::memo::Memo;

/// Finds out how far a candidate reaches, and whether it counts.
pub(super) fn judge<'b>(
    cursor: &mut Cursor<'b, '_>,
    memo: &mut Memo<'b>,
    candidate: &Candidate,
) -> Outcome {
    let span = &candidate.span;
    match candidate.kind {
        CandidateKind::DotWord => Outcome::pass(span.end),
        CandidateKind::SchemeEnd => cursor.link(memo, span),
        CandidateKind::Ipv6 => cursor.ipv6(memo, span),
        CandidateKind::Hex => cursor.digest(span),
        CandidateKind::Ipv4 => cursor.ipv4(memo, span),
        CandidateKind::Name => cursor.name(memo, span),
    }
}
