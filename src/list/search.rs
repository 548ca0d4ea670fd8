//! A block searched, on whatever thread.

use super::index::Hasher;
use crate::input::Block;
use iocs::extract::{self, Context, read_block_in};
use iocs::finding::{Content, Finding};

/// A block to be searched, and what its source says of it.
pub(super) struct Unsearched {
    pub(super) block: Block,
    pub(super) context: Context,
    pub(super) options: extract::Options,
    pub(super) hasher: Hasher,
    /// What was found in a block before, to be freed on the thread that made it, where it is cheapest.
    pub(super) spent: Vec<Finding>,
}

/// A block, and what was found in it, with the hash of each indicator's name.
#[derive(Default)]
pub(super) struct Searched {
    pub(super) block: Block,
    pub(super) found: extract::Block,
    pub(super) hashes: Vec<u64>,
}

impl Unsearched {
    pub(super) fn search(self) -> Searched {
        drop(self.spent);
        let found = read_block_in(&self.block.bytes, self.options, &self.context);
        let hash = |found: &Finding| match &found.content {
            Content::Indicator(found) => self.hasher.hash((Some(found.kind), &found.text)),
            // Its name is not known here.
            Content::Invalid(_) => 0,
        };
        let hashes = found.found.iter().map(hash).collect();
        Searched { block: self.block, found, hashes }
    }
}
