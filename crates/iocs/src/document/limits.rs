//! How much of a document is read: counts that are the same on every machine, so that a bomb costs
//! neither the time nor the memory of the run.
//!
//! What exceeds them is a part that was not read, and is named.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The deepest document inside documents that is opened; the file itself is the first.
pub const DEPTH: usize = 5;
/// How many parts of a file are read, over all the documents in it.
pub const PARTS: u64 = 10_000;
/// How many bytes of a file are unpacked, over all the documents in it.
pub const UNPACKED: u64 = 1 << 30;
/// How many times as large as it is packed a member may be. Deflate reaches 1,032 on zeros alone.
pub const RATIO: u64 = 1000;
/// A member so small may have any ratio: a short run of one letter packs beyond all measure.
pub const RATIO_FREE: u64 = 1 << 20;
/// Files inside a file that are held in memory at once, each within the one before.
pub const HELD: u64 = 64 << 20;

/// Why reading ended before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exceeded {
    /// A member that is too many times as large as it is packed.
    Ratio,
    /// Too much has been unpacked of the whole file.
    Unpacked,
    /// A member that is too large to be held.
    Held,
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio => write!(f, "more than {RATIO} times as large as it is packed"),
            Self::Unpacked => write!(f, "more than {} GiB unpacked in all", UNPACKED >> 30),
            Self::Held => write!(f, "larger than {} MiB inside another file", HELD >> 20),
        }
    }
}

/// What is left of the limits of one file. A clone shares it.
#[derive(Clone)]
pub struct Budget {
    unpacked: Arc<AtomicU64>,
    parts: Arc<AtomicU64>,
    /// What the documents around this one leave to hold.
    held: u64,
}

impl Default for Budget {
    fn default() -> Self {
        let (unpacked, parts) = (Arc::new(UNPACKED.into()), Arc::new(PARTS.into()));
        Self { unpacked, parts, held: HELD }
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, unpacked) = (self.parts_left(), self.unpacked_left());
        write!(f, "Budget({parts} parts, {unpacked} bytes)")
    }
}

impl Budget {
    /// The budget inside a file of this length that is held meanwhile.
    #[must_use]
    pub fn inside(&self, held: usize) -> Self {
        Self { held: self.held.saturating_sub(held as u64), ..self.clone() }
    }

    /// How much more may be unpacked.
    #[must_use]
    pub fn unpacked_left(&self) -> u64 {
        self.unpacked.load(Ordering::Relaxed)
    }

    /// How many more parts may be read.
    #[must_use]
    pub fn parts_left(&self) -> u64 {
        self.parts.load(Ordering::Relaxed)
    }

    /// How large a file may be that is held.
    #[must_use]
    pub fn held_left(&self) -> u64 {
        self.held
    }

    /// Counts a part; false where none may be read any more.
    #[must_use]
    pub fn take_part(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.parts.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Counts bytes as unpacked.
    ///
    /// # Errors
    /// They are more than are left.
    pub fn take_unpacked(&self, bytes: u64) -> Result<(), Exceeded> {
        let less = |left: u64| Some(left.saturating_sub(bytes));
        let before = self.unpacked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        let before = before.unwrap_or_else(|left| left);
        if before < bytes { Err(Exceeded::Unpacked) } else { Ok(()) }
    }
}

/// A reader of what is packed, which ends with an error where a limit is exceeded.
pub struct Bounded<'b, R> {
    inner: R,
    budget: &'b Budget,
    /// How much may come out by the ratio.
    most: u64,
    given: u64,
    /// Whether what comes out costs of the budget.
    is_unpacked: bool,
    exceeded: Option<Exceeded>,
}

impl<'b, R: Read> Bounded<'b, R> {
    /// Bounds what `inner` unpacks from this number of bytes.
    pub fn new(inner: R, packed: u64, budget: &'b Budget) -> Self {
        let most = packed.saturating_mul(RATIO).max(RATIO_FREE);
        Self { inner, budget, most, given: 0, is_unpacked: true, exceeded: None }
    }

    /// Bounds what is stored as it is: it may only be too large to be held.
    pub fn stored(inner: R, budget: &'b Budget) -> Self {
        Self { inner, budget, most: u64::MAX, given: 0, is_unpacked: false, exceeded: None }
    }

    /// The limit that ended the reading.
    pub fn exceeded(&self) -> Option<Exceeded> {
        self.exceeded
    }

    /// Reads on to the end behind what `into` holds already.
    ///
    /// # Errors
    /// It cannot be unpacked, or a limit is exceeded, which [`Self::exceeded`] then tells.
    pub fn read_all(&mut self, into: &mut Vec<u8>) -> io::Result<()> {
        let room = self.budget.held_left().saturating_sub(into.len() as u64);
        self.by_ref().take(room.saturating_add(1)).read_to_end(into)?;
        if into.len() as u64 > self.budget.held_left() {
            self.exceeded = Some(Exceeded::Held);
            return Err(io::Error::other(Exceeded::Held.to_string()));
        }
        Ok(())
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.given += read as u64;
        let ratio = if self.given > self.most { Err(Exceeded::Ratio) } else { Ok(()) };
        let cost = if self.is_unpacked { read as u64 } else { 0 };
        match self.budget.take_unpacked(cost).and(ratio) {
            Ok(()) => Ok(read),
            Err(exceeded) => {
                self.exceeded = Some(exceeded);
                Err(io::Error::other(exceeded.to_string()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: impl Read, packed: u64, budget: &Budget) -> Result<usize, Exceeded> {
        let mut reader = Bounded::new(reader, packed, budget);
        let mut bytes = Vec::new();
        match reader.read_all(&mut bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(reader.exceeded().unwrap()),
        }
    }

    #[test]
    fn a_ratio_is_free_up_to_a_size_and_then_bounded() {
        let budget = Budget::default();
        assert_eq!(read(io::repeat(0).take(RATIO_FREE), 10, &budget), Ok(RATIO_FREE as usize));
        assert_eq!(read(io::repeat(0).take(RATIO_FREE + 1), 10, &budget), Err(Exceeded::Ratio));
        assert_eq!(read(io::repeat(0).take(2_000_000), 2_000, &budget), Ok(2_000_000));
        assert_eq!(read(io::repeat(0).take(2_000_001), 2_000, &budget), Err(Exceeded::Ratio));
    }

    #[test]
    fn all_clones_unpack_from_one_budget() {
        let budget = Budget::default();
        budget.inside(10).take_unpacked(UNPACKED - 100).unwrap();
        assert_eq!(read(io::repeat(0).take(101), 101, &budget.clone()), Err(Exceeded::Unpacked));
        assert_eq!(budget.unpacked_left(), 0);
    }

    #[test]
    fn what_is_held_around_a_member_leaves_less_for_it() {
        let budget = Budget::default().inside(HELD as usize - 100);
        assert_eq!(read(io::repeat(0).take(100), 100, &budget), Ok(100));
        assert_eq!(read(io::repeat(0).take(101), 101, &budget), Err(Exceeded::Held));
        assert_eq!(budget.inside(200).held_left(), 0);
    }

    #[test]
    fn parts_run_out() {
        let budget = Budget::default();
        for _ in 0..PARTS {
            assert!(budget.take_part());
        }
        assert!(!budget.clone().take_part());
    }
}
