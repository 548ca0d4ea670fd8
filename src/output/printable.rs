//! Text from outside as it may be shown: whatever a terminal would obey, or a reader would not see,
//! is escaped.

use std::borrow::Cow;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};

/// U+2800, a Braille cell without dots: a sign to Unicode, a blank to a reader.
const EMPTY_BRAILLE: char = '\u{2800}';

/// A text in which every character that is not [`is_printable`] is escaped as in Rust: `\u{202e}`, `\n`.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        match char {
            '\t' | '\n' | '\r' | '\0' => escaped.extend(char.escape_debug()),
            _ if is_printable(char) => escaped.push(char),
            _ => escaped.extend(char.escape_unicode()),
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character is shown as itself, and as nothing else.
///
/// Told by Unicode's own properties (UAX #44): controls, direction overrides and other format
/// characters, private and unassigned ones, line separators and spaces wider than a space are not;
/// nor is what Unicode says to be ignored where it is not known (`Default_Ignorable_Code_Point`:
/// the Hangul fillers, variation selectors, U+034F).
pub(super) fn is_printable(char: char) -> bool {
    const UNSEEN: GeneralCategoryGroup =
        GeneralCategoryGroup::Other.union(GeneralCategoryGroup::Separator);
    if char.is_ascii() {
        return matches!(char, ' '..='~');
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(char);
    !UNSEEN.contains(category)
        && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(char)
        && char != EMPTY_BRAILLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_letters_stay() {
        assert_eq!(printable("\u{1b}[31mred\u{7}\r\n\t"), "\\u{1b}[31mred\\u{7}\\r\\n\\t");
        assert_eq!(printable("a\u{202e}b\u{200b}\u{85}"), "a\\u{202e}b\\u{200b}\\u{85}");
        let plain = "Größe 文件 'quoted' \"x\" C:\\dir e\u{301}";
        assert_eq!(printable(plain), plain);
    }

    #[test]
    fn letters_that_nobody_sees_were_let_through() {
        // Of every kind: fillers, selectors, joiners, blanks, tags, private, unassigned, noncharacters.
        let unseen = "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{200b}\u{200d}\u{2028}\
                      \u{202e}\u{2060}\u{206f}\u{2800}\u{3164}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{1bca0}\
                      \u{1d173}\u{e0001}\u{e0041}\u{e0100}\u{e000}\u{f0000}\u{378}\u{ffff}\u{a0}\u{2003}\u{3000}";
        for char in unseen.chars() {
            assert!(!is_printable(char), "{char:?}");
            assert_eq!(printable(&format!("a{char}b")), format!("a{}b", char.escape_unicode()));
        }
        for char in "éЖ文🎉€½ङ\u{301}\u{e31}".chars() {
            assert!(is_printable(char), "{char:?}");
        }
    }
}
