//! What a block of whole lines is read as.

use std::ops::Range;

use crate::finding::Finding;

/// What a block of whole lines holds. Lines are counted from 0 within the block; spans are byte
/// ranges of the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// All lines: the sum of the next four.
    pub lines: u64,
    /// Lines that hold an indicator, or an invalid one.
    pub with: u64,
    /// Lines that hold none.
    pub without: u64,
    /// Lines that begin with `#`.
    pub comments: u64,
    /// Lines of white space.
    pub blank: u64,
    /// Everything found, in order of position.
    pub found: Vec<Finding>,
    /// Number and trimmed span of the first [`Options::named`] lines without an indicator.
    pub without_lines: Vec<(u64, Range<usize>)>,
    /// The first [`Options::named`] comments that hold an indicator: number, trimmed span, and the
    /// first indicator's text.
    pub comments_with: Vec<(u64, Range<usize>, String)>,
}

/// How a block is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What is looked for in a line.
    pub lines: Lines,
    /// So many lines of each sort are named.
    pub named: usize,
}

/// What is looked for in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// A line that is one indicator is that; any other is searched for all that it holds.
    #[default]
    Searched,
    /// A line is one indicator, or invalid.
    Whole,
}
