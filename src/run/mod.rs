//! A run as a whole: what it will cost, how it is interrupted, and how it ended.

pub mod interrupt;
pub mod plan;
pub mod summary;
