//! The three hashes of a file.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// A file's three names, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FileHashes {
    /// 32 digits.
    pub md5: String,
    /// 40 digits.
    pub sha1: String,
    /// 64 digits; the object's id.
    pub sha256: String,
}

impl FileHashes {
    /// The hashes of a file with this content.
    pub fn of(content: &[u8]) -> Self {
        FileHashes {
            md5: hex(&Md5::digest(content)),
            sha1: hex(&Sha1::digest(content)),
            sha256: sha256(content),
        }
    }
}

/// The hashes with which the simulator answers for a hash that nobody registered: the one asked stays as it is, the
/// others are derived from it. For what is not a hash, those of its text.
pub fn hashes_of(hash: &str) -> FileHashes {
    let hash = hash.to_ascii_lowercase();
    let mut hashes = FileHashes::of(hash.as_bytes());
    match hash.len() {
        32 => hashes.md5 = hash,
        40 => hashes.sha1 = hash,
        64 => hashes.sha256 = hash,
        _ => {}
    }
    hashes
}

/// A SHA-256 in hexadecimal.
pub(crate) fn sha256(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::{FileHashes, hashes_of};

    #[test]
    fn hashes_are_right() {
        let hashes = FileHashes::of(b"abc");
        assert_eq!(hashes.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hashes.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            hashes.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn the_hash_asked_stays() {
        let asked = "900150983CD24FB0D6963F7D28E17F72";
        assert_eq!(hashes_of(asked).md5, asked.to_lowercase());
        assert_eq!(hashes_of(asked), hashes_of(&asked.to_lowercase()));
    }
}
