//! Text from outside as a page may show it: escaped, cut, and no link.

use std::borrow::Cow;
use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};
use iocs::indicator::{Indicator, defang};

use crate::output::defang::defanged;
use crate::output::printable::printable;

/// Text, defanged, with its other form where that differs. It writes itself as markup.
pub(super) struct Text {
    text: String,
    as_looked_up: Option<String>,
}

impl Text {
    /// An indicator, so long as one can be read.
    pub(super) fn indicator(indicator: &Indicator, longest: usize) -> Self {
        Self::new(cut(&defang(indicator), longest), cut(&indicator.text, longest))
    }

    /// Free text; what looks like a link in it is defanged.
    pub(super) fn free(text: &str, longest: usize) -> Self {
        Self::new(cut(&defanged(text), longest), cut(text, longest))
    }

    /// Several texts, each cut by itself.
    pub(super) fn joined(texts: &[String], longest: usize) -> Self {
        let join = |of: fn(&str) -> Cow<'_, str>| {
            texts.iter().map(|text| cut(&of(text), longest)).collect::<Vec<_>>().join("; ")
        };
        Self::new(join(defanged), join(|text| text.into()))
    }

    fn new(text: String, other: String) -> Self {
        let as_looked_up = (other != text).then_some(other);
        Self { text, as_looked_up }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = escape(&self.text, Html).map_err(|_| fmt::Error)?;
        match &self.as_looked_up {
            Some(other) => {
                let other = escape(other, Html).map_err(|_| fmt::Error)?;
                write!(f, "<span data-as=\"{other}\">{text}</span>")
            }
            None => write!(f, "{text}"),
        }
    }
}

impl HtmlSafe for Text {}

/// Text cut to a number of characters, without those that cannot be seen.
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", printable(&text[..end])),
        None => printable(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_at_a_character_and_shows_what_cannot_be_seen() {
        assert_eq!(cut(&"é".repeat(1234), 3), "ééé…");
        assert_eq!(cut("a\u{202e}b", 3), "a\\u{202e}b");
    }
}
