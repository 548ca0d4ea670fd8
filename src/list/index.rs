//! Which entry of the list has which name.
//!
//! The texts are in the entries alone. A long list does not fit the processor's caches, so a look-up
//! has two steps, each of which a block does for all that it holds before the next: the hashes say
//! which entry it can only be, and then the texts are compared.
//!
//! `indexmap` was tried: it keeps each hash whole, at 8 bytes more for an entry, and was no quicker.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::model::{Entry, EntryId};
use iocs::finding::Content;
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

/// The name of an entry.
pub(super) fn name_of(entry: &Entry) -> Name<'_> {
    (kind_of(&entry.content), entry.text())
}

/// The kind in a name.
pub(super) fn kind_of(content: &Content) -> Option<Kind> {
    content.indicator().map(|indicator| indicator.kind)
}

/// An entry's id, and half of its hash: 32 bits each, for there may be millions. (`indexmap` would
/// hold a copy of each name besides the entry's.)
struct Slot {
    half: u32,
    id: u32,
}

impl Slot {
    fn id(&self) -> EntryId {
        EntryId(self.id as usize)
    }
}

/// The ids of entries by their names.
pub(super) struct EntryIndex {
    table: HashTable<Slot>,
    pub(super) hasher: Hasher,
}

impl EntryIndex {
    pub(super) fn new(hasher: Hasher) -> Self {
        Self { table: HashTable::new(), hasher }
    }

    /// The entry that has this hash, if there is one; most likely it has the name too.
    pub(super) fn likely(&self, hash: u64) -> Option<EntryId> {
        self.table.find(hash, |slot| slot.half == half(hash)).map(Slot::id)
    }

    /// The entry of this name.
    pub(super) fn find(&self, hash: u64, name: Name<'_>, entries: &[Entry]) -> Option<EntryId> {
        let is_one =
            |slot: &Slot| slot.half == half(hash) && name_of(&entries[slot.id as usize]) == name;
        self.table.find(hash, is_one).map(Slot::id)
    }

    /// Notes that the entry of this hash, which none has yet, is to be the next one. With more than
    /// four thousand million of them memory has run out long before.
    pub(super) fn insert(&mut self, hash: u64, entries: &[Entry]) {
        let hasher = &self.hasher;
        let rehash = |slot: &Slot| hasher.hash(name_of(&entries[slot.id as usize]));
        let id = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        self.table.insert_unique(hash, Slot { half: half(hash), id }, rehash);
    }
}

/// Not the bits that the table itself tells hashes apart by, which are the first and the last.
fn half(hash: u64) -> u32 {
    (hash >> 20) as u32
}
