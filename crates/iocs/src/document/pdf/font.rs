//! Fonts: which characters a code of shown text is, and how wide.

use std::borrow::Cow;
use std::collections::HashMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::content::{Operand, Operations};

/// The largest map of characters that is read.
const LARGEST_MAP: usize = 8 << 20;
/// Widths where the font does not say, in thousandths of its size: of simple fonts (about the mean
/// of Helvetica and Times), and of composite ones (ISO 32000-1, table 117).
const USUAL_WIDTH: f64 = 500.0;
const USUAL_WIDE_WIDTH: f64 = 1000.0;
/// All glyphs of Courier and its kin.
const FIXED_WIDTH: f64 = 600.0;

/// A font as far as text needs it.
pub(super) struct Font {
    /// Whether a code has two bytes: composite fonts (ISO 32000-1, section 9.7).
    pub(super) is_wide: bool,
    to_unicode: HashMap<u16, String>,
    /// Whether a code is UTF-16 itself.
    is_utf16: bool,
    /// The characters of a simple font's codes, where there is no map.
    table: Vec<Option<String>>,
    widths: HashMap<u16, f64>,
    usual_width: f64,
}

impl Font {
    /// Reads a font's dictionary.
    pub(super) fn new(font: &Dictionary, document: &Document) -> Self {
        let name = |key: &[u8]| {
            let name = font.get_deref(key, document).and_then(Object::as_name).unwrap_or_default();
            String::from_utf8_lossy(name).into_owned()
        };
        let is_wide = name(b"Subtype") == "Type0";
        let encoding = name(b"Encoding");
        let is_fixed = name(b"BaseFont").contains("Courier");
        let (widths, usual_width) = match (is_wide, is_fixed) {
            (true, _) => wide_widths(font, document),
            (false, true) => (simple_widths(font, document), FIXED_WIDTH),
            (false, false) => (simple_widths(font, document), USUAL_WIDTH),
        };
        Self {
            is_wide,
            to_unicode: map(font, document),
            is_utf16: encoding.starts_with("Uni") && !encoding.contains("UTF8"),
            table: if is_wide { Vec::new() } else { table(font, document) },
            widths,
            usual_width,
        }
    }

    /// The width of a code's glyph, in thousandths of the font's size.
    pub(super) fn width(&self, code: u16) -> f64 {
        self.widths.get(&code).copied().unwrap_or(self.usual_width)
    }

    /// The characters of a code; `None` where the font does not tell.
    pub(super) fn text(&self, code: u16) -> Option<Cow<'_, str>> {
        if let Some(text) = self.to_unicode.get(&code) {
            return Some(text.into());
        }
        if self.is_utf16 {
            return char::from_u32(code.into()).map(|char| char.to_string().into());
        }
        self.table.get(usize::from(code))?.as_deref().map(Cow::from)
    }
}

fn read(encoding: &Encoding<'_>, code: &[u8]) -> Option<String> {
    let text = encoding.bytes_to_string(code).ok()?;
    (!text.is_empty() && !text.contains(['\u{FFFD}', '\0'])).then(|| letters(&text))
}

/// Ligatures are letters: `ﬁ` is `fi`.
fn letters(text: &str) -> String {
    const LIGATURES: [&str; 7] = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];
    let mut letters = String::with_capacity(text.len());
    for char in text.chars() {
        let ligature =
            u32::from(char).checked_sub(0xFB00).and_then(|at| LIGATURES.get(at as usize));
        match ligature {
            Some(ligature) => letters.push_str(ligature),
            None if matches!(char, '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{3000}') => {
                letters.push(' ');
            }
            None => letters.push(char),
        }
    }
    letters
}

/// A font with these entries alone, to have the library read one of them.
fn alone(entries: &[(&str, Object)]) -> Dictionary {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    for (key, value) in entries {
        font.set(*key, value.clone());
    }
    font
}

/// The map from codes to characters, which comes before any encoding (section 9.10.2 and Adobe's
/// Technical Note 5411).
fn map(font: &Dictionary, document: &Document) -> HashMap<u16, String> {
    let mut map = HashMap::new();
    let stream = font.get_deref(b"ToUnicode", document).and_then(Object::as_stream);
    let Ok(content) = stream.and_then(|stream| stream.decompressed_content_with_limit(LARGEST_MAP))
    else {
        return map;
    };
    let (mut operations, mut operands) = (Operations::new(&content), Vec::new());
    while let Some(operator) = operations.next(&mut operands) {
        match operator {
            b"endbfchar" => {
                for pair in operands.chunks(2) {
                    if let [Operand::Text(code), Operand::Text(text)] = pair {
                        map.extend(characters(text, 0).map(|text| (number_of(code), text)));
                    }
                }
            }
            b"endbfrange" => ranges(&operands, &mut map),
            _ => {}
        }
        if map.len() > usize::from(u16::MAX) {
            break;
        }
    }
    map
}

/// Ranges of codes: `first last text` counts the text up, `first last [text text …]` lists them.
fn ranges(operands: &[Operand], map: &mut HashMap<u16, String>) {
    let mut rest = operands;
    while let [Operand::Text(first), Operand::Text(last), after @ ..] = rest {
        let codes = number_of(first)..=number_of(last);
        match after {
            [Operand::Text(text), after @ ..] => {
                let texts = codes
                    .zip(0..=u16::MAX)
                    .filter_map(|(code, step)| Some((code, characters(text, step)?)));
                map.extend(texts);
                rest = after;
            }
            [Operand::Open, after @ ..] => {
                let end =
                    after.iter().position(|one| *one == Operand::Close).unwrap_or(after.len());
                for (code, text) in codes.zip(&after[..end]) {
                    if let Operand::Text(text) = text {
                        map.extend(characters(text, 0).map(|text| (code, text)));
                    }
                }
                rest = &after[(end + 1).min(after.len())..];
            }
            _ => return,
        }
    }
}

fn number_of(code: &[u8]) -> u16 {
    code.iter().fold(0, |number, byte| number << 8 | u16::from(*byte))
}

/// Characters in UTF-16, the last one advanced by an offset. NUL is what some programs write for a glyph
/// that they have no character for.
fn characters(text: &[u8], step: u16) -> Option<String> {
    let mut units: Vec<_> = match text {
        [byte] => vec![u16::from(*byte)],
        text => text.as_chunks::<2>().0.iter().map(|&pair| u16::from_be_bytes(pair)).collect(),
    };
    let last = units.last_mut()?;
    *last = last.wrapping_add(step);
    let text = String::from_utf16(&units).ok()?;
    (!text.contains(['\u{FFFD}', '\0'])).then(|| letters(&text))
}

/// The characters of the 256 codes of a simple font: its base encoding, and what differs.
fn table(font: &Dictionary, document: &Document) -> Vec<Option<String>> {
    let encoding = font.get_deref(b"Encoding", document).ok();
    let differing = encoding.and_then(|encoding| encoding.as_dict().ok());
    let base = match (encoding, differing) {
        (_, Some(dictionary)) => dictionary.get_deref(b"BaseEncoding", document).ok(),
        (encoding, None) => encoding,
    };
    let base = base.and_then(|base| base.as_name().ok()).unwrap_or(b"WinAnsiEncoding");
    let base = alone(&[("Encoding", Object::Name(base.to_vec()))]);
    let mut table = match base.get_font_encoding_with_limit(document, LARGEST_MAP) {
        Ok(encoding) => (0..=u8::MAX).map(|code| read(&encoding, &[code])).collect(),
        Err(_) => vec![None; 256],
    };
    let differences =
        differing.and_then(|encoding| encoding.get_deref(b"Differences", document).ok());
    let mut code = 0;
    for item in differences.and_then(|list| list.as_array().ok()).into_iter().flatten() {
        match item {
            Object::Name(name) => {
                if let Some(text) = table.get_mut(code) {
                    *text = glyph(name, document);
                }
                code += 1;
            }
            item => code = item.as_i64().ok().and_then(|code| code.try_into().ok()).unwrap_or(256),
        }
    }
    table
}

/// The characters of a glyph by its name: the Adobe Glyph List Specification, section 2.
fn glyph(name: &[u8], document: &Document) -> Option<String> {
    let name = String::from_utf8_lossy(name);
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    let parts = name.split('_').map(|part| component(part, document));
    parts.collect::<Option<Vec<_>>>().map(|parts| letters(&parts.concat()))
}

fn component(name: &str, document: &Document) -> Option<String> {
    let code = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    if let Some(char) = name.strip_prefix("uni").filter(|digits| digits.len() == 4).and_then(code) {
        return Some(char.into());
    }
    if let Some(char) = name.strip_prefix('u').filter(|digits| digits.len() >= 4).and_then(code) {
        return Some(char.into());
    }
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_ascii_alphabetic().then(|| letter.into());
    }
    if let "ff" | "fi" | "fl" | "ffi" | "ffl" = name {
        return Some(name.to_owned());
    }
    // The library knows the list; a difference with a name that is not in it is refused.
    let mut encoding = Dictionary::new();
    encoding.set("Differences", vec![Object::Integer(1), Object::Name(name.as_bytes().to_vec())]);
    let font = alone(&[("Encoding", Object::Dictionary(encoding))]);
    let encoding = font.get_font_encoding_with_limit(document, LARGEST_MAP).ok()?;
    read(&encoding, &[1])
}

/// The widths of a simple font: `Widths` from `FirstChar` on.
fn simple_widths(font: &Dictionary, document: &Document) -> HashMap<u16, f64> {
    let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
    let widths = font.get_deref(b"Widths", document).and_then(Object::as_array);
    let widths = widths.into_iter().flatten().enumerate();
    widths
        .filter_map(|(at, width)| {
            let code = u16::try_from(first.checked_add(at.try_into().ok()?)?).ok()?;
            Some((code, number(width, document)?))
        })
        .collect()
}

/// The widths of a composite font: `W`, whose items are `first [w w …]` or `first last w`.
fn wide_widths(font: &Dictionary, document: &Document) -> (HashMap<u16, f64>, f64) {
    let below = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
    let below =
        below.ok().and_then(|fonts| fonts.first()).and_then(|font| resolved(font, document));
    let Some(below) = below.and_then(|font| font.as_dict().ok()) else {
        return (HashMap::new(), USUAL_WIDE_WIDTH);
    };
    let usual = below.get(b"DW").ok().and_then(|width| number(width, document));
    let (mut widths, mut pending) = (HashMap::new(), Vec::new());
    let items = below.get_deref(b"W", document).and_then(Object::as_array);
    for item in items.into_iter().flatten() {
        let item = resolved(item, document).unwrap_or(item);
        if let (Ok(list), [first]) = (item.as_array(), pending.as_slice()) {
            let codes = code(*first)..=u16::MAX;
            widths.extend(
                codes.zip(list).filter_map(|(code, width)| Some((code, number(width, document)?))),
            );
            pending.clear();
            continue;
        }
        pending.extend(number(item, document));
        if let [first, last, width] = *pending.as_slice() {
            widths.extend((code(first)..=code(last)).map(|code| (code, width)));
            pending.clear();
        }
    }
    (widths, usual.unwrap_or(USUAL_WIDE_WIDTH))
}

/// A code, which is written as any number.
fn code(number: f64) -> u16 {
    // A float is cast to the nearest value that fits.
    number as u16
}

fn resolved<'d>(object: &'d Object, document: &'d Document) -> Option<&'d Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn number(object: &Object, document: &Document) -> Option<f64> {
    resolved(object, document)?.as_float().ok().map(f64::from)
}
