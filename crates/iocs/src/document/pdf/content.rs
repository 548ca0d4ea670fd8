//! Content streams (ISO 32000-1, section 7.8.2): operations with their operands.
//!
//! Read here and not by the library, which gives up at an image with filters and with it on all
//! text behind.

/// What stands before an operator.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Number(f64),
    Text(Vec<u8>),
    Name(Vec<u8>),
    /// The brackets of an array, whose items stand between.
    Open,
    Close,
}

/// More operands than any operator takes, but for the arrays of shown text.
const MOST_OPERANDS: usize = 50_000;

/// The operations of a stream, one by one.
pub(super) struct Operations<'s> {
    rest: &'s [u8],
}

impl<'s> Operations<'s> {
    pub(super) fn new(stream: &'s [u8]) -> Self {
        Self { rest: stream }
    }

    /// The next operator; its operands are put into `operands`.
    pub(super) fn next(&mut self, operands: &mut Vec<Operand>) -> Option<&'s [u8]> {
        operands.clear();
        loop {
            let operand = match *self.rest.first()? {
                b'%' => {
                    self.skip_to(|byte| matches!(byte, b'\n' | b'\r'));
                    continue;
                }
                b'(' => Operand::Text(self.literal()),
                b'<' if self.rest.starts_with(b"<<") => {
                    self.rest = &self.rest[2..];
                    continue;
                }
                b'<' => Operand::Text(self.hex()),
                b'[' | b']' => {
                    let is_open = self.rest[0] == b'[';
                    self.rest = &self.rest[1..];
                    if is_open { Operand::Open } else { Operand::Close }
                }
                b'/' => {
                    self.rest = &self.rest[1..];
                    Operand::Name(name(self.word()))
                }
                byte if is_regular(byte) => {
                    let word = self.word();
                    match number(word) {
                        Some(number) => Operand::Number(number),
                        None if word == b"BI" => {
                            self.skip_image();
                            operands.clear();
                            continue;
                        }
                        None => return Some(word),
                    }
                }
                _ => {
                    self.rest = &self.rest[1..];
                    continue;
                }
            };
            if operands.len() < MOST_OPERANDS {
                operands.push(operand);
            }
        }
    }

    fn skip_to(&mut self, is_end: impl Fn(u8) -> bool) {
        let end = self.rest.iter().position(|byte| is_end(*byte));
        self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
    }

    fn word(&mut self) -> &'s [u8] {
        let end = self.rest.iter().position(|byte| !is_regular(*byte));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }

    /// A text in parentheses, which may hold balanced ones (section 7.3.4.2).
    fn literal(&mut self) -> Vec<u8> {
        let (mut text, mut depth, mut at) = (Vec::new(), 0_usize, 0);
        while let Some(&byte) = self.rest.get(at) {
            at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        text.push(byte);
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    text.push(byte);
                }
                b'\\' => at += escape(&self.rest[at..], &mut text),
                byte => text.push(byte),
            }
        }
        self.rest = &self.rest[at..];
        text
    }

    fn hex(&mut self) -> Vec<u8> {
        let end = self.rest.iter().position(|byte| *byte == b'>').unwrap_or(self.rest.len());
        let digits = self.rest[1..end.max(1)].iter();
        let mut digits = digits.filter_map(|byte| char::from(*byte).to_digit(16)).peekable();
        let mut text = Vec::new();
        while let Some(high) = digits.next() {
            text.extend(u8::try_from(high << 4 | digits.next().unwrap_or(0)));
        }
        self.rest = &self.rest[(end + 1).min(self.rest.len())..];
        text
    }

    /// An image within the stream, up to `EI` between two spaces.
    fn skip_image(&mut self) {
        let is_space = |at: usize| self.rest.get(at).is_none_or(|byte| byte.is_ascii_whitespace());
        let end = memchr::memmem::find_iter(self.rest, b"EI")
            .find(|&at| at > 0 && is_space(at - 1) && is_space(at + 2));
        self.rest = &self.rest[end.map_or(self.rest.len(), |end| end + 2)..];
    }
}

/// Reads what a backslash escapes; how long it is.
fn escape(rest: &[u8], text: &mut Vec<u8>) -> usize {
    let digits = rest.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    if digits > 0 {
        let code =
            rest[..digits].iter().fold(0_u16, |code, digit| code << 3 | u16::from(digit - b'0'));
        text.push(code.to_le_bytes()[0]);
        return digits;
    }
    match rest {
        [b'\r', b'\n', ..] => return 2,
        [b'\n' | b'\r', ..] => {}
        [b'n', ..] => text.push(b'\n'),
        [b'r', ..] => text.push(b'\r'),
        [b't', ..] => text.push(b'\t'),
        [b'b', ..] => text.push(8),
        [b'f', ..] => text.push(12),
        [byte, ..] => text.push(*byte),
        [] => return 0,
    }
    1
}

/// A name, in which `#` and two digits are a byte.
fn name(word: &[u8]) -> Vec<u8> {
    let (mut name, mut at) = (Vec::with_capacity(word.len()), 0);
    while let Some(&byte) = word.get(at) {
        let digits = word.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let is_escaped = byte == b'#' && code.is_some();
        name.push(if is_escaped { code.unwrap_or(byte) } else { byte });
        at += if is_escaped { 3 } else { 1 };
    }
    name
}

fn number(word: &[u8]) -> Option<f64> {
    let is_number =
        word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+'));
    let word = std::str::from_utf8(word).ok().filter(|_| is_number)?;
    // Some programs write `--5` and `5.-3`.
    let end = word.rfind('-').filter(|at| *at > 0 && word.as_bytes()[at - 1] != b'-');
    let word = end.map_or(word, |end| &word[..end]);
    word.trim_start_matches("-")
        .parse()
        .ok()
        .map(|number: f64| if word.starts_with('-') { -number } else { number })
}

fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && byte != 0 && !b"()<>[]{}/%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations(stream: &[u8]) -> Vec<(String, Vec<Operand>)> {
        let (mut reader, mut operands, mut all) = (Operations::new(stream), Vec::new(), Vec::new());
        while let Some(operator) = reader.next(&mut operands) {
            all.push((String::from_utf8_lossy(operator).into_owned(), operands.clone()));
        }
        all
    }

    #[test]
    fn operands_of_every_kind_are_read() {
        use Operand::{Close, Name, Number, Open, Text};
        let found =
            operations(b"/F#31 12.5 Tf % note\n[(a\\(b(c)\\051\\\nd) -120 <4a4>] TJ -.5 +3 Td");
        let expected = [
            ("Tf".to_owned(), vec![Name(b"F1".to_vec()), Number(12.5)]),
            (
                "TJ".to_owned(),
                vec![Open, Text(b"a(b(c))d".to_vec()), Number(-120.0), Text(b"J@".to_vec()), Close],
            ),
            ("Td".to_owned(), vec![Number(-0.5), Number(3.0)]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_image_in_the_stream_does_not_hide_what_follows() {
        let stream = b"BT ET BI /W 1 /F /Fl ID \x00(EI(\xFF EI\nBT (text) Tj ET";
        let found: Vec<_> = operations(stream).into_iter().map(|(operator, _)| operator).collect();
        assert_eq!(found, ["BT", "ET", "BT", "Tj", "ET"]);
    }

    #[test]
    fn broken_streams_end() {
        for stream in [&b"("[..], b"<", b"[", b"(\\", b"BI", b"/", b"<<", b"1 -", b"(a))", b"<4"] {
            let _ = operations(stream);
        }
    }
}
