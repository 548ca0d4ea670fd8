//! Who gets a permit first.

use crate::model::EntryId;

/// Who goes first: the class, then the position in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Retries, second looks and polls come after everything that was never asked.
    pub class: Class,
    /// The position among the unique indicators of the input.
    pub entry: EntryId,
}

/// What a request is for, in the order in which permits are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// The read of the key's quotas, before anything is spent.
    Quotas,
    /// An indicator that was never asked.
    First,
    /// One more attempt after a transient fault.
    Retry,
    /// A submission.
    Submit,
    /// A second look at an object that was not judged yet.
    Recheck,
    /// A look at an analysis.
    Poll,
}
