//! Every word list of the crate, once, each with the reason why it is there.
//!
//! Lists whose words go into a regex say so: their words are patterns (the grammar joins
//! them).

mod code;
mod digest;
mod network;

pub use self::code::FILE_EXTENSION_SUFFIXES;

pub(crate) use self::code::{
    CODE_NAMES, CODE_ROOTS, DETECTION_PLATFORMS, DETECTIONS, FILE_ENDINGS, KEYWORDS, PLATFORMS,
    PRODUCTS,
};
pub(crate) use self::digest::{
    COLUMNS, DIGEST_NOUNS, ENTITIES, HASH_KINDS, OF_CERTIFICATES, OTHER_DIGEST_PARTS,
    OTHER_DIGESTS, VALUE_KEYS, VERSION_HEADERS, VERSION_WORDS,
};
pub(crate) use self::network::{
    BOT_PAGES, DIRECTORY_FIELDS, DOMAIN_WORDS, NETWORK_SCHEMES, OTHER_ROOTS, PRIVATE_REVERSE_NAMES,
    RANGE_WORDS, RECORD_TYPES, SPECIAL_USE_NAMES, TOKEN_PREFIXES, TRANSPORTS,
};

/// Whether a list holds a word, in any case.
pub(crate) fn holds(list: &[&str], word: &[u8]) -> bool {
    list.iter().any(|listed| listed.as_bytes().eq_ignore_ascii_case(word))
}
