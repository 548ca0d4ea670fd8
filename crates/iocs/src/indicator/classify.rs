//! One line, one indicator.

use crate::plain;

use super::reading::Reading;
use super::shape::Shape;
use super::{hash, refang};

/// Reads one whole line: any bytes, with whatever spaces and note (`indicator # note`) it has.
///
/// A line that is more than one indicator is [`Reading::Nothing`]: searching it is the task of
/// [`crate::extract`].
///
/// ```
/// use iocs::indicator::{Kind, Reading, classify};
///
/// let Reading::Indicator(found) = classify(b"hxxp://evil[.]com/gate.php  # seen in May") else {
///     panic!()
/// };
/// assert_eq!((found.kind, found.text.as_str()), (Kind::Url, "http://evil.com/gate.php"));
///
/// // Shaped like an indicator, and none.
/// assert!(matches!(classify(b"8.8.8.256"), Reading::Invalid(_)));
/// assert_eq!(classify(b"lunch with Bob"), Reading::Nothing);
/// ```
#[must_use]
pub fn classify(line: &[u8]) -> Reading {
    let text = String::from_utf8_lossy(line);
    let text = plain::token(&text);
    let text = trim(without_note(trim(&text)));
    if !text.contains(char::is_whitespace) {
        return read_token(text);
    }
    // More than one token: an indicator if dots are spelt out or a hash has its label, but never a
    // slip.
    let reading = match refang::close_up(text) {
        Some(token) => read_token(&token),
        None if Shape::of(text) == Some(Shape::Digest) => hash::file(text).into(),
        None => Reading::Nothing,
    };
    match reading {
        Reading::Invalid(_) => Reading::Nothing,
        found => found,
    }
}

/// Reads one token, defanged or not.
fn read_token(token: &str) -> Reading {
    let text = refang::refang(token);
    Shape::of(&text).map_or(Reading::Nothing, |shape| shape.read(&text))
}

/// Spaces of any script, and the invisible marks that copying out of web pages and spreadsheets
/// leaves.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}'))
}

/// A `#` after a space begins a note; any other is a URL's fragment.
pub(crate) fn without_note(text: &str) -> &str {
    let note = text.match_indices('#').find(|(at, _)| text[..*at].ends_with(char::is_whitespace));
    note.map_or(text, |(at, _)| &text[..at])
}
