//! What a block's source says of it before it begins.

use super::cursor::Markup;
use super::form::{self, Form};
use super::label::BYTES_ABOVE;
use super::lines::trim;
use super::table::TableHeader;

/// The lines above a block, which may call a digest another than a file's, and the head of the table
/// that it is a part of.
#[derive(Clone, Debug, Default)]
pub struct Context {
    pub(super) above: Vec<u8>,
    pub(super) header: Option<TableHeader>,
    /// Decided once, by the first block that tells.
    pub(super) form: Option<Form>,
    pub(super) markup: Markup,
}

impl Context {
    /// The context of a text by this name: an ending may say how it is marked up.
    #[must_use]
    pub fn of(name: &str) -> Context {
        let ending = name.rsplit('.').next().unwrap_or_default();
        let is_asciidoc =
            ["adoc", "asciidoc", "asc"].iter().any(|of| ending.eq_ignore_ascii_case(of));
        let markup = if is_asciidoc { Markup::AsciiDoc } else { Markup::Other };
        Context { markup, ..Context::default() }
    }

    /// The form of the text that `block` is the next part of.
    pub(super) fn form_of(&self, block: &[u8]) -> Option<Form> {
        self.form.or_else(|| Form::of(block))
    }

    /// The markup of the text that `block` is the next part of.
    pub(super) fn markup_of(&self, block: &[u8]) -> Markup {
        match self.markup {
            Markup::AsciiDoc => Markup::AsciiDoc,
            Markup::Other => form::markup_of(block),
        }
    }

    /// The context of the block that follows `block` in the same source; the first block's own is
    /// the default. A block needs not be read for it, so that many can be read at once.
    #[must_use]
    pub fn after(&self, block: &[u8]) -> Context {
        let part = last_blank_line(block);
        let kept = self.header.clone().filter(|_| part.is_none());
        let header = kept.or_else(|| {
            let part = &block[part.unwrap_or(0)..];
            part[..part.len().min(BYTES_ABOVE)]
                .split(|b| matches!(b, b'\n' | b'\r'))
                .find_map(TableHeader::of)
        });
        let above = block[block.len().saturating_sub(BYTES_ABOVE)..].to_vec();
        let form = self.form_of(block);
        let markup = self.markup_of(block);
        Context { above, header, form, markup }
    }
}

/// Where the last line of white space begins, which ends a table.
fn last_blank_line(block: &[u8]) -> Option<usize> {
    let mut end = block.len();
    while let Some(at) = memchr::memrchr(b'\n', &block[..end]) {
        let start = memchr::memrchr(b'\n', &block[..at]).map_or(0, |before| before + 1);
        if trim(block, start..at).is_empty() {
            return Some(start);
        }
        end = at;
    }
    None
}
