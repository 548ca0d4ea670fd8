//! What the same bytes were read as before: logs say the same things over and over.

use crate::indicator::Indicator;

/// How the bytes were read, for the same bytes may be read in several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// A name in running text.
    Plain,
    /// A name that is marked or linked.
    Linked,
    /// A URL.
    Url,
    /// A URL in the text of HTML or XML, where `&amp;` stands for `&`.
    MarkedUpUrl,
    /// A URL without its scheme.
    Pathed,
    /// The same in the text of HTML or XML.
    MarkedUpPathed,
}

/// How many readings are kept at most, a power of two that fits the processor's cache.
const SLOTS: usize = 4096;

/// A short text has few indicators: one slot for this many bytes of it.
const BYTES_A_SLOT: usize = 16;

/// A text, and what it was read as when it came for the second time: most texts of a long list never
/// do, and need no copy of what they were read as.
type Kept<'b> = (As, &'b [u8], Option<Box<Option<Indicator>>>);

/// The last readings of one block. Each text has one slot, which the next text of that slot takes:
/// no input can make looking it up slow.
pub(super) struct Memo<'b> {
    kept: Vec<Option<Kept<'b>>>,
    /// How many there are to be, a power of two.
    slots: usize,
}

impl<'b> Memo<'b> {
    /// A memo for a block of this length.
    pub(super) fn for_block(len: usize) -> Self {
        let slots = (len / BYTES_A_SLOT).clamp(1, SLOTS).next_power_of_two();
        Memo { kept: Vec::new(), slots }
    }

    pub(super) fn get(
        &mut self,
        how: As,
        text: &'b [u8],
        read: impl FnOnce() -> Option<Indicator>,
    ) -> Option<Indicator> {
        if self.kept.is_empty() {
            self.kept.resize_with(self.slots, || None);
        }
        let kept = &mut self.kept[slot(text) & (self.slots - 1)];
        match kept {
            Some((kept_how, kept_text, reading)) if *kept_how == how && *kept_text == text => {
                reading.get_or_insert_with(|| Box::new(read())).as_ref().clone()
            }
            _ => {
                *kept = Some((how, text, None));
                read()
            }
        }
    }
}

/// A cheap hash: eight bytes at a time, from both ends.
fn slot(text: &[u8]) -> usize {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = text.len() as u64;
    for chunk in text.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(MIX).rotate_left(29);
    }
    (hash >> 32) as usize
}
