//! What a block of whole lines is read as.

use std::ops::Range;

use crate::finding::Finding;
use crate::left_out::Rule;

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
    /// What rules left out, in order of position.
    pub left_out: Vec<LeftOutSpan>,
    /// Number and trimmed span of the first [`Options::named`] lines without an indicator.
    pub without_lines: Vec<(u64, Range<usize>)>,
    /// The first [`Options::named`] comments that hold an indicator: number, trimmed span, and the
    /// first indicator's text.
    pub comments_with: Vec<(u64, Range<usize>, String)>,
}

/// Something in a block that a rule left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutSpan {
    /// The rule.
    pub rule: Rule,
    /// The line that it stands in, from 0 in its block.
    pub line: u64,
    /// Its bytes in the block.
    pub span: Range<usize>,
}

/// How a block is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What is looked for in a line.
    pub lines: Lines,
    /// Whether rules leave anything out.
    pub rules: Rules,
    /// How many lines of each kind are named.
    pub named: usize,
}

/// Whether rules leave out what reads like an indicator and most likely is not one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// They do, and say so in [`Block::left_out`].
    #[default]
    Applied,
    /// Everything is taken.
    Ignored,
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
