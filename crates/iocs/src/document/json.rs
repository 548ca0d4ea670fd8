//! JSON in which every value knows its line.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// A JSON text, and where its lines begin.
pub(super) struct Json<'t> {
    text: &'t str,
    /// The offset of each line end.
    ends: Vec<usize>,
}

/// A value in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t>(&'t RawValue);

impl<'t> Json<'t> {
    /// A text; `None` where it is not JSON.
    pub(super) fn parse(text: &'t str) -> Option<(Self, Node<'t>)> {
        let root = Node(serde_json::from_str(text).ok()?);
        Some((Self { text, ends: memchr::memchr_iter(b'\n', text.as_bytes()).collect() }, root))
    }

    /// The line that a value begins in, from 1.
    pub(super) fn line(&self, node: Node<'t>) -> u64 {
        // The value is a piece of the text.
        let offset = node.0.get().as_ptr() as usize - self.text.as_ptr() as usize;
        self.ends.partition_point(|end| *end < offset) as u64 + 1
    }
}

impl<'t> Node<'t> {
    /// The members of an object; none of anything else.
    pub(super) fn members(self) -> BTreeMap<String, Node<'t>> {
        let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(self.0.get());
        members.unwrap_or_default().into_iter().map(|(key, value)| (key, Self(value))).collect()
    }

    /// The items of an array; none of anything else.
    pub(super) fn items(self) -> Vec<Self> {
        let items = serde_json::from_str::<Vec<&RawValue>>(self.0.get());
        items.unwrap_or_default().into_iter().map(Self).collect()
    }

    /// The text of a string.
    pub(super) fn string(self) -> Option<String> {
        serde_json::from_str(self.0.get()).ok()
    }

    /// Whether it is true, also as older programs write it.
    pub(super) fn is_true(self) -> bool {
        matches!(self.0.get(), "true" | "1" | "\"1\"" | "\"true\"")
    }
}

/// Whether a text that begins so is an object or an array of JSON.
pub(super) fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
}
