//! What a line is as a whole, and what speaks against that.

use std::ops::Range;

use crate::finding::Content;
use crate::indicator::{Kind, Reading};
use crate::left_out::Rule;

use super::{doubt, name};

/// What a line was read as, if it is an indicator or shaped like one.
pub(super) fn content(reading: Reading) -> Option<Content> {
    match reading {
        Reading::Indicator(indicator) => Some(Content::Indicator(indicator)),
        Reading::Invalid(invalid) => Some(Content::Invalid(invalid)),
        Reading::Nothing => None,
    }
}

/// What says that a line of one token is not an indicator, though it reads like one, or like one that was
/// mistyped.
pub(super) fn rule(block: &[u8], line: &Range<usize>, content: &Content) -> Option<Rule> {
    let token = &block[line.clone()];
    let Content::Indicator(found) = content else {
        return doubt::is_plainly_file(token).then_some(Rule::FileName);
    };
    match found.kind {
        Kind::File => found.text.bytes().all(|b| b == b'0').then_some(Rule::OtherDigest),
        Kind::Domain if name::is_reverse_name(found.text.as_bytes()) => Some(Rule::ReverseName),
        Kind::Domain if doubt::ends_like_file(token) => {
            let is_file = doubt::is_plainly_file(token) || doubt::is_among_files(block, line);
            is_file.then_some(Rule::FileName)
        }
        _ => None,
    }
}
