//! A line without what its surroundings put into it.
//!
//! Pages, word processors, chats and terminals put signs about an indicator and into it: bullets,
//! dashes, quotes, arrows, emoji, invisible marks, full-width forms, numeric entities of HTML. All
//! of them are undone here, once, before a line is read, so that a sign glued to an indicator is
//! the same as a space between them. Each byte of the result knows where it came from.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A line whose signs are undone.
pub(crate) struct Plain {
    /// The text.
    pub(crate) text: Vec<u8>,
    /// Where each byte of it stands in the line.
    origins: Vec<Range<u32>>,
}

impl Plain {
    /// What of the line a part of the text was written as.
    pub(crate) fn written(&self, part: &Range<usize>) -> Range<usize> {
        let start = self.origins.get(part.start).map_or(0, |origin| origin.start);
        let last = part.end.checked_sub(1).and_then(|last| self.origins.get(last));
        let end = last.map_or(start, |origin| origin.end);
        start as usize..end.max(start) as usize
    }
}

/// A longer line is left as it is: its origins would not fit.
const LONGEST: usize = u32::MAX as usize;

/// Whether any line of a block may have signs to undo. Nearly all logs have none.
pub(crate) fn may_hold_signs(block: &[u8]) -> bool {
    !block.is_ascii() || has_entity(block) || has_escape(block)
}

fn has_entity(text: &[u8]) -> bool {
    memchr::memchr_iter(b'&', text).any(|at| entity(&text[at..]).is_some())
}

fn has_escape(text: &[u8]) -> bool {
    memchr::memchr(ESCAPE, text).is_some() || ESCAPE_IN_JSON.find(text).is_some()
}

/// A line with its signs undone; `None` where it has none.
pub(crate) fn of(line: &[u8]) -> Option<Plain> {
    if line.len() > LONGEST || line.is_ascii() && !has_entity(line) && !has_escape(line) {
        return None;
    }
    let signs = decoded(line);
    let mut is_changed = signs.iter().any(|sign| sign.is_decoded) || signs.is_empty();
    let mut plain = Plain { text: Vec::with_capacity(line.len()), origins: Vec::new() };
    plain.origins.reserve(line.len());
    for (at, sign) in signs.iter().enumerate() {
        let kept = sign.char.map_or(Kept::AsIs, |c| kept(c, &signs, at));
        let mut buffer = [0; 4];
        let bytes = match (kept, sign.char) {
            (Kept::Not, _) => &[][..],
            (Kept::As(c), _) | (Kept::AsIs, Some(c)) => c.encode_utf8(&mut buffer).as_bytes(),
            (Kept::AsIs, None) => &sign.byte[..],
        };
        is_changed |= !matches!(kept, Kept::AsIs);
        plain.text.extend_from_slice(bytes);
        plain.origins.extend(bytes.iter().map(|_| sign.origin.clone()));
    }
    is_changed.then_some(plain)
}

/// A token with its signs undone.
pub(crate) fn token(text: &str) -> Cow<'_, str> {
    match of(text.as_bytes()).map(|plain| String::from_utf8(plain.text)) {
        Some(Ok(plain)) => Cow::Owned(plain),
        _ => Cow::Borrowed(text),
    }
}

/// A character of a line; a byte that is not UTF-8 has no character.
struct Sign {
    char: Option<char>,
    byte: [u8; 1],
    /// Whether it was written otherwise: as an entity, within a ligature, behind an escape.
    is_decoded: bool,
    origin: Range<u32>,
}

/// What a sign is replaced with.
#[derive(Clone, Copy)]
enum Kept {
    AsIs,
    As(char),
    Not,
}

/// The characters of a line: entities decoded, ligatures parted, without a terminal's escapes.
fn decoded(line: &[u8]) -> Vec<Sign> {
    let mut signs: Vec<Sign> = Vec::with_capacity(line.len());
    let (mut at, mut is_decoded) = (0, false);
    for chunk in line.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(c) = rest.chars().next() {
            let (text, len) = match c {
                '&' => entity(rest.as_bytes()).map(|(c, len)| (Text::Char(c), len)),
                '\u{1b}' | '\\' => escape(rest.as_bytes()).map(|len| (Text::Letters(""), len)),
                '\u{fb00}'..='\u{fb06}' => {
                    Some((Text::Letters(LIGATURES[c as usize - 0xfb00]), c.len_utf8()))
                }
                _ => None,
            }
            .inspect(|_| is_decoded = true)
            .unwrap_or((Text::Char(c), c.len_utf8()));
            let origin = origin_of(at, len);
            let sign = |c| Sign { char: Some(c), byte: [0], is_decoded, origin: origin.clone() };
            match text {
                Text::Char(c) => signs.push(sign(c)),
                Text::Letters(letters) => signs.extend(letters.chars().map(sign)),
            }
            is_decoded &= matches!(text, Text::Letters(""));
            at += len;
            rest = &rest[len..];
        }
        for byte in chunk.invalid() {
            signs.push(Sign { char: None, byte: [*byte], is_decoded, origin: origin_of(at, 1) });
            (at, is_decoded) = (at + 1, false);
        }
    }
    if let Some(last) = signs.last_mut() {
        last.is_decoded |= is_decoded;
    }
    signs
}

/// What a character of a line stands for.
enum Text {
    Char(char),
    Letters(&'static str),
}

#[expect(clippy::cast_possible_truncation, reason = "no longer line is read")]
fn origin_of(at: usize, len: usize) -> Range<u32> {
    at as u32..(at + len) as u32
}

/// U+FB00 to U+FB06, as typesetters join letters; a PDF's text holds them so.
const LIGATURES: [&str; 7] = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];

const ESCAPE: u8 = 0x1b;
/// The escape as a JSON log writes it.
static ESCAPE_IN_JSON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(r"\u001b["));

/// The length of a terminal's escape sequence that begins here: colours and the like (ECMA-48,
/// section 5.4), or a hyperlink's end or beginning up to its URL.
fn escape(text: &[u8]) -> Option<usize> {
    let (rest, len) = match text {
        [ESCAPE, rest @ ..] => (rest, 1),
        [b'\\', b'u', b'0', b'0', b'1', b'b' | b'B', rest @ ..] => (rest, 6),
        _ => return None,
    };
    let Some(parameters) = rest.strip_prefix(b"[") else { return (len == 1).then_some(1) };
    let count = parameters.iter().take_while(|b| matches!(b, 0x20..=0x3f)).count();
    let is_whole = parameters.get(count).is_some_and(|b| matches!(b, 0x40..=0x7e));
    is_whole.then_some(len + 1 + count + 1)
}

/// What HTML calls the signs that indicators hold, behind the `&`
/// (<https://html.spec.whatwg.org/#named-character-references>).
const NAMES: &[(&str, char)] = &[
    ("period;", '.'),
    ("colon;", ':'),
    ("sol;", '/'),
    ("commat;", '@'),
    ("hyphen;", '-'),
    ("dash;", '-'),
    ("lowbar;", '_'),
    ("quest;", '?'),
    ("equals;", '='),
    ("percnt;", '%'),
];

/// The character that the entity at the beginning of `text` stands for, and how long it is.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    let body = text.strip_prefix(b"&")?;
    let Some(number) = body.strip_prefix(b"#") else {
        let (name, c) = NAMES.iter().find(|(name, _)| body.starts_with(name.as_bytes()))?;
        return Some((*c, 1 + name.len()));
    };
    let (digits, radix) = match number {
        [b'x' | b'X', digits @ ..] => (digits, 16),
        digits => (digits, 10),
    };
    let len = digits.iter().take(8).take_while(|b| char::from(**b).is_digit(radix)).count();
    let code = std::str::from_utf8(&digits[..len]).ok()?;
    let c = char::from_u32(u32::from_str_radix(code, radix).ok()?).filter(|c| *c != '\0')?;
    // HTML lets the semicolon be left out; another program may mean something else then.
    let is_whole = digits.get(len) == Some(&b';');
    is_whole.then(|| (c, text.len() - digits.len() + len + 1))
}

/// What replaces `c`, which stands at `at`.
fn kept(c: char, line: &[Sign], at: usize) -> Kept {
    if c.is_ascii() {
        return Kept::AsIs;
    }
    let before = at.checked_sub(1).and_then(|before| line[before].char);
    let after = line.get(at + 1).and_then(|sign| sign.char);
    let is_between =
        |is_one: fn(char) -> bool| before.is_some_and(is_one) && after.is_some_and(is_one);
    match c {
        '\u{ff01}'..='\u{ff5e}' | '。' | '｡' => full_width(c, line, before, after),
        _ if is_unseen(c) => Kept::Not,
        // Joiners of Persian and of Indic scripts.
        '\u{200c}' | '\u{200d}' => as_is_if(is_between(is_other_letter), Kept::Not),
        '\u{2010}' | '\u{2011}' if is_between(char::is_alphanumeric) => Kept::As('-'),
        // Spoils a scheme: `h–p`.
        '–' if matches!((before, after), (Some('h' | 'H'), Some('p' | 'P'))) => Kept::AsIs,
        // Within Catalan and Japanese names (IDNA's CONTEXTO, RFC 5892, appendix A); else a bullet.
        '·' => as_is_if(is_between(|c| matches!(c, 'l' | 'L')), Kept::As(' ')),
        '・' => as_is_if(is_between(is_other_letter), Kept::As(' ')),
        '\u{fffd}' => Kept::AsIs,
        _ if is_lookalike(c) => Kept::As(' '),
        '\u{2b0}'..='\u{2ff}' => as_is_if(is_between(char::is_alphanumeric), Kept::As(' ')),
        _ if c.is_alphanumeric() || is_combining(c) => Kept::AsIs,
        _ if is_picture(c) => as_is_if(is_in_name(line, at), Kept::As(' ')),
        _ => Kept::As(' '),
    }
}

fn as_is_if(is_as_is: bool, otherwise: Kept) -> Kept {
    if is_as_is { Kept::AsIs } else { otherwise }
}

/// Marks that are not seen: soft hyphens, zero-width spaces, marks of direction, variation
/// selectors, fillers, byte order marks.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e01ef}')
}

/// Numbers and letters that serve as footnotes and bullets: superscripts, those in circles and
/// brackets, letters as signs, the Korean dot.
fn is_lookalike(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | '\u{2460}'..='\u{24ff}' | '\u{2776}'..='\u{2793}'
        | '\u{3200}'..='\u{33ff}' | '\u{2100}'..='\u{214f}' | '\u{318d}' | '\u{1f100}'..='\u{1f1e5}')
}

/// Full-width forms (Unicode, block FF00) of the signs that names and URLs are made of are these
/// signs; other punctuation parts what it stands between.
fn full_width(c: char, line: &[Sign], before: Option<char>, after: Option<char>) -> Kept {
    match c {
        // The dots of Chinese and Japanese, which IDNA takes for dots (UTS 46, section 4).
        '。' | '．' | '｡' => dot(line, before, after),
        '：' | '／' | '＠' | '－' | '＿' | '＝' | '％' | '？' | '＆' | '＃' | '～' => {
            half_width(c)
        }
        '［' | '（' | '｛' if after.is_some_and(is_mark) => half_width(c),
        '］' | '）' | '｝' if before.is_some_and(is_mark) => half_width(c),
        _ if c.is_alphanumeric() => half_width(c),
        _ => Kept::As(' '),
    }
}

fn half_width(c: char) -> Kept {
    char::from_u32(c as u32 - 0xfee0).map_or(Kept::AsIs, Kept::As)
}

/// An ideographic dot is one of a name where a label follows; else it ends a sentence. In a line of
/// one token a label of any script may follow one that is not ASCII either.
fn dot(line: &[Sign], before: Option<char>, after: Option<char>) -> Kept {
    let is_bracket =
        |c: char| matches!(c, '[' | ']' | '(' | ')' | '{' | '}' | '［' | '］' | '（' | '）');
    let follows = before.is_some_and(|c| c.is_alphanumeric() || is_bracket(c) || c == '-');
    let goes_on = after.is_some_and(|c| {
        c.is_ascii_alphanumeric()
            || is_bracket(c)
            || matches!(c, '\u{ff10}'..='\u{ff5a}')
            || c.is_alphanumeric() && before.is_some_and(is_other_letter) && !has_space(line)
    });
    Kept::As(if follows && goes_on { '.' } else { ' ' })
}

fn has_space(line: &[Sign]) -> bool {
    const NEAR: usize = 256;
    line.len() > NEAR || line.iter().any(|sign| sign.char.is_some_and(char::is_whitespace))
}

/// What brackets of defanging stand about.
fn is_mark(c: char) -> bool {
    matches!(c, '.' | '。' | '．' | '｡' | ':' | '：' | '/' | '@' | '＠' | 'd' | 't' | 'D' | 'T')
}

fn is_other_letter(c: char) -> bool {
    !c.is_ascii() && (c.is_alphanumeric() || is_combining(c))
}

/// Accents, and the vowel signs of Indic and Arabic scripts. `char` tells no categories; these blocks
/// hold the marks of the scripts that names are registered in.
fn is_combining(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{900}'..='\u{963}'
        | '\u{981}'..='\u{9e3}' | '\u{a01}'..='\u{dff}' | '\u{e31}'..='\u{e4e}'
        | '\u{eb1}'..='\u{ecd}' | '\u{f71}'..='\u{f84}' | '\u{102b}'..='\u{103e}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{3099}' | '\u{309a}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Emoji, dingbats and stars: people register names with them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
        && !is_arrow(c)
}

fn is_arrow(c: char) -> bool {
    matches!(c, '\u{2794}'..='\u{27be}' | '\u{2b00}'..='\u{2b4f}' | '\u{2713}'..='\u{2718}' | '\u{2768}'..='\u{2775}')
}

/// Whether a picture is a sign of a name or a path, and not a bullet at its edge: what stands about
/// it goes on behind it, and it is directly behind `://` or behind another sign of it.
fn is_in_name(line: &[Sign], at: usize) -> bool {
    let is_sign = |c: char| {
        c.is_alphanumeric() || is_picture(c) || matches!(c, '.' | '-' | '_' | '/' | '%' | '=')
    };
    let char = |at: usize| line.get(at).and_then(|sign| sign.char);
    let mut end = at;
    while char(end).is_some_and(|c| is_picture(c) || is_variation(c)) {
        end += 1;
    }
    let goes_on = match char(end) {
        Some('.') => char(end + 1).is_some_and(char::is_alphanumeric),
        next => next.is_some_and(is_sign),
    };
    if !goes_on {
        return false;
    }
    let mut start = at;
    while start > 0 && char(start - 1).is_some_and(|c| is_picture(c) || is_variation(c)) {
        start -= 1;
    }
    let before = start.checked_sub(1).and_then(char);
    let two_before = start.checked_sub(2).and_then(char);
    before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        || before == Some('/') && two_before.is_some()
}

fn is_variation(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}')
}
