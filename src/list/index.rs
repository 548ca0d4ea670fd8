//! Which entries there are already, by their names.
//!
//! The texts are in the entries alone. A long list does not fit the processor's caches, so a look-up
//! has two steps, each of which a block does for all that it holds before the next: the hashes say
//! which entry it can only be, and then the texts are compared.
//!
//! `indexmap` was tried: it keeps each hash whole, at 8 bytes more for an entry, and was no quicker.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::model::Entry;
use iocs::extract::Content;
use iocs::indicator::Kind;

/// What tells entries apart: an invalid text has no kind.
pub(super) type Name<'a> = (Option<Kind>, &'a str);

/// How names are hashed, on every thread alike.
#[derive(Clone, Debug, Default)]
pub(super) struct Hasher(DefaultHashBuilder);

impl Hasher {
    pub(super) fn hash(&self, name: Name<'_>) -> u64 {
        self.0.hash_one(name)
    }
}

/// Where an entry stands in the list, and half of its hash.
struct Slot {
    half: u32,
    number: u32,
}

/// The numbers of entries by their names.
pub(super) struct Index {
    table: HashTable<Slot>,
    pub(super) hasher: Hasher,
}

impl Index {
    pub(super) fn new(hasher: Hasher) -> Self {
        Self { table: HashTable::new(), hasher }
    }

    /// The entry that has this hash, if there is one; most likely it has the name too.
    pub(super) fn likely(&self, hash: u64) -> Option<u32> {
        self.table.find(hash, |slot| slot.half == half(hash)).map(|slot| slot.number)
    }

    /// The entry of this name.
    pub(super) fn find(&self, hash: u64, name: Name<'_>, entries: &[Entry]) -> Option<u32> {
        let is_one = |slot: &Slot| {
            slot.half == half(hash) && name_of(&entries[slot.number as usize]) == name
        };
        self.table.find(hash, is_one).map(|slot| slot.number)
    }

    /// Notes that the entry of this hash, which none has yet, is to be the next one.
    pub(super) fn insert(&mut self, hash: u64, number: u32, entries: &[Entry]) {
        let hasher = &self.hasher;
        let rehash = |slot: &Slot| hasher.hash(name_of(&entries[slot.number as usize]));
        self.table.insert_unique(hash, Slot { half: half(hash), number }, rehash);
    }
}

/// The name of an entry.
pub(super) fn name_of(entry: &Entry) -> Name<'_> {
    (kind_of(&entry.content), entry.text())
}

/// The kind of an indicator.
pub(super) fn kind_of(content: &Content) -> Option<Kind> {
    match content {
        Content::Indicator(indicator) => Some(indicator.kind),
        Content::Invalid(_) => None,
    }
}

/// Not the bits that the table itself tells hashes apart by, which are the first and the last.
fn half(hash: u64) -> u32 {
    (hash >> 20) as u32
}
