//! How long answers are kept.

/// Whether a later run finds what this one asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// It does.
    Lasts,
    /// It asks again.
    EndsWithTheRun,
}
