//! UTF-16 to UTF-8, as it is read.

use std::io::{self, Read};

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Units decoded at once.
const UNITS: usize = 1 << 13;

/// Fewer units than these tell nothing.
const FEWEST_TO_GUESS: usize = 4;

/// Whether bytes without a mark are UTF-16 all the same: at least half of the units are ASCII, so
/// that every second byte is NUL, and hardly any of the bytes between them are. No other text has
/// that: NULs that separate or pad stand in both places alike, or far more rarely.
pub(super) fn guess(head: &[u8]) -> Option<Order> {
    let (units, _) = head.as_chunks::<2>();
    let zeros = |place: usize| units.iter().filter(|unit| unit[place] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let clearly = |many: usize, few: usize| many * 2 >= units.len() && few * 16 <= many;
    if units.len() < FEWEST_TO_GUESS {
        None
    } else if clearly(second, first) {
        Some(Order::Little)
    } else if clearly(first, second) {
        Some(Order::Big)
    } else {
        None
    }
}

/// A reader of UTF-16 that gives UTF-8. Half a pair, and half a unit at the end, become U+FFFD.
pub(super) struct Utf16<R> {
    inner: R,
    order: Order,
    raw: Vec<u8>,
    text: String,
    given: usize,
    high: Option<u16>,
}

impl<R: Read> Utf16<R> {
    pub(super) fn new(inner: R, order: Order) -> Self {
        let raw = Vec::with_capacity(2 * UNITS);
        Self { inner, order, raw, text: String::new(), given: 0, high: None }
    }

    /// Decodes the next piece; an empty one is the end.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        self.raw.clear();
        let mut units = (&mut self.inner).take(2 * UNITS as u64);
        if units.read_to_end(&mut self.raw)? == 0 && self.high.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        let (pairs, half) = self.raw.as_chunks::<2>();
        let order = self.order;
        let units = pairs.iter().map(|&pair| match order {
            Order::Little => u16::from_le_bytes(pair),
            Order::Big => u16::from_be_bytes(pair),
        });
        let mut units = self.high.take().into_iter().chain(units).peekable();
        while let Some(unit) = units.next() {
            let is_high = matches!(unit, 0xD800..0xDC00);
            match units.peek() {
                None if is_high && half.is_empty() => self.high = Some(unit),
                Some(&low @ 0xDC00..0xE000) if is_high => {
                    units.next();
                    let above = (u32::from(unit) - 0xD800) << 10 | (u32::from(low) - 0xDC00);
                    self.text.extend(char::from_u32(0x10000 + above));
                }
                _ => {
                    let char = char::from_u32(unit.into());
                    self.text.push(char.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
        }
        if !half.is_empty() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            self.refill()?;
            if self.text.is_empty() && self.high.is_none() {
                return Ok(0);
            }
        }
        let read = (&self.text.as_bytes()[self.given..]).read(into)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Utf16::new(bytes, Order::Little).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn halves_cost_one_character_each() {
        assert_eq!(decoded(b"a\0b"), "a\u{FFFD}");
        assert_eq!(decoded(&[0x3D, 0xD8]), "\u{FFFD}");
        assert_eq!(decoded(&[0x3D, 0xD8, b'a', 0]), "\u{FFFD}a");
        assert_eq!(decoded(&[0x00, 0xDE, b'a', 0]), "\u{FFFD}a");
        assert_eq!(decoded(&[0x3D, 0xD8, 0]), "\u{FFFD}\u{FFFD}");
        assert_eq!(decoded(&[0x3D, 0xD8, 0x00, 0xDE]), "\u{1F600}");
    }

    #[test]
    fn a_pair_may_lie_across_two_pieces() {
        for before in UNITS - 2..=UNITS {
            let text = format!("{}\u{1F600}b", "a".repeat(before));
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert_eq!(decoded(&bytes), text);
        }
    }

    #[test]
    fn only_what_is_clearly_utf_16_is_taken_for_it() {
        assert_eq!(guess(b"1\0.\x002\0\r\0\n\0"), Some(Order::Little));
        assert_eq!(guess(b"\x001\0.\x002\0\r\0\n"), Some(Order::Big));
        for other in [&b"1.2.3.4\x005.6.7.8\0"[..], &[0; 64], b"a\0", b"", b"plain text"] {
            assert_eq!(guess(other), None, "{other:?}");
        }
    }
}
