//! RTF, control word by control word, without recursion.

use super::super::charset;

/// What the RTF was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// HTML, which it holds again.
    Html,
    /// Itself.
    Text,
}

/// Groups that hold no text of the document.
const HIDDEN: [&str; 18] = [
    "colorschememapping",
    "colortbl",
    "datastore",
    "fonttbl",
    "generator",
    "info",
    "latentstyles",
    "listoverridetable",
    "listtable",
    "mhtmltag",
    "mmathPr",
    "nonshppict",
    "objdata",
    "pict",
    "rsidtbl",
    "stylesheet",
    "themedata",
    "xmlnstbl",
];

/// The deepest group that is told apart from the one around it.
const MOST_GROUPS: usize = 10_000;

/// What holds within a group.
#[derive(Debug, Clone, Copy)]
struct State {
    /// Nothing of the group is text.
    is_hidden: bool,
    /// The group is an instruction of a field, such as a link.
    is_instruction: bool,
    /// What stands here is for readers of RTF alone, not of the HTML.
    is_rtf_only: bool,
    /// How many characters behind `\u` stand for it in readers that do not know it.
    substitutes: usize,
}

struct Reader<'r> {
    rest: &'r [u8],
    state: State,
    groups: Vec<State>,
    /// Groups that are open beyond those told apart.
    deeper: usize,
    source: Source,
    code_page: u32,
    out: String,
    /// Bytes of the code page that are not yet text.
    bytes: Vec<u8>,
    /// How many characters are still to be skipped.
    to_skip: usize,
    /// The first half of a character that `\u` gives in two.
    half: Option<u16>,
    /// The group has begun with `\*`: it is hidden unless its word is known.
    is_optional: bool,
}

/// The text of RTF, or the HTML in it.
pub(super) fn read(rtf: &[u8]) -> (Source, String) {
    let state =
        State { is_hidden: false, is_instruction: false, is_rtf_only: false, substitutes: 1 };
    let mut reader = Reader {
        rest: rtf,
        state,
        groups: Vec::new(),
        deeper: 0,
        source: Source::Text,
        code_page: 1252,
        out: String::with_capacity(rtf.len() / 2),
        bytes: Vec::new(),
        to_skip: 0,
        half: None,
        is_optional: false,
    };
    while let Some(byte) = reader.next() {
        match byte {
            b'{' => reader.begin(),
            b'}' => reader.end(),
            b'\\' => reader.control(),
            b'\r' | b'\n' => {}
            byte => reader.byte(byte),
        }
    }
    reader.flush();
    (reader.source, reader.out)
}

impl Reader<'_> {
    fn next(&mut self) -> Option<u8> {
        let (&byte, behind) = self.rest.split_first()?;
        self.rest = behind;
        Some(byte)
    }

    fn begin(&mut self) {
        self.flush();
        self.is_optional = false;
        if self.groups.len() < MOST_GROUPS {
            self.groups.push(self.state);
        } else {
            self.deeper += 1;
        }
    }

    fn end(&mut self) {
        self.flush();
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(around) = self.groups.pop() else { return };
        // Behind the target of a link comes what is shown for it.
        if self.state.is_instruction && !around.is_instruction {
            self.put(' ');
        }
        self.state = around;
    }

    /// What follows a backslash.
    fn control(&mut self) {
        let Some(byte) = self.next() else { return };
        match byte {
            b'\'' => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16);
                if let [high, low, behind @ ..] = self.rest
                    && let (Some(high), Some(low)) = (digit(high), digit(low))
                {
                    self.rest = behind;
                    self.byte((high << 4 | low) as u8);
                }
            }
            b'\\' | b'{' | b'}' => self.byte(byte),
            b'*' => self.is_optional = true,
            b'~' => self.byte(b' '),
            b'_' => self.byte(b'-'),
            b'\r' | b'\n' => self.put('\n'),
            b'a'..=b'z' | b'A'..=b'Z' => self.word(byte),
            _ => {}
        }
    }

    /// A control word, its number, and the space that ends it.
    fn word(&mut self, first: u8) {
        let mut word = String::from(char::from(first));
        while let Some(letter) = self.rest.first().filter(|b| b.is_ascii_alphabetic()) {
            word.push(char::from(*letter));
            self.rest = &self.rest[1..];
        }
        let is_number = |(at, b): (usize, &u8)| b.is_ascii_digit() || at == 0 && *b == b'-';
        let length = self.rest.iter().enumerate().take_while(|at| is_number(*at)).count();
        let (number, behind) = self.rest.split_at(length);
        let number = std::str::from_utf8(number).ok().and_then(|n| n.parse::<i64>().ok());
        self.rest = behind.strip_prefix(b" ").unwrap_or(behind);
        let is_optional = std::mem::take(&mut self.is_optional);
        self.act(&word, number, is_optional);
    }

    fn act(&mut self, word: &str, number: Option<i64>, is_optional: bool) {
        match word {
            "par" | "line" | "row" | "sect" | "page" => self.put('\n'),
            "tab" | "cell" => self.put('\t'),
            "u" => self.unicode(number.unwrap_or_default() as u16),
            "uc" => self.state.substitutes = number.map_or(1, |n| n.clamp(0, 100) as usize),
            "ansicpg" => self.code_page = number.unwrap_or_default().clamp(0, 65_535) as u32,
            "bin" => {
                let length = number.unwrap_or_default().max(0) as usize;
                self.rest = &self.rest[length.min(self.rest.len())..];
            }
            "fromhtml" => self.source = Source::Html,
            "htmlrtf" => {
                self.flush();
                self.state.is_rtf_only = number != Some(0);
            }
            "htmltag" => self.state.is_rtf_only = false,
            "fldinst" => self.state.is_instruction = true,
            word if is_optional || HIDDEN.contains(&word) => self.state.is_hidden = true,
            _ => {}
        }
    }

    /// A character by its number in UTF-16.
    fn unicode(&mut self, unit: u16) {
        let units = self.half.take().into_iter().chain([unit]);
        for c in char::decode_utf16(units) {
            match c {
                Ok(c) => self.put(c),
                Err(half) if half.unpaired_surrogate() < 0xDC00 => {
                    self.half = Some(half.unpaired_surrogate());
                }
                Err(_) => {}
            }
        }
        self.to_skip = self.state.substitutes;
    }

    /// One byte of the code page.
    fn byte(&mut self, byte: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
        } else if self.is_shown() {
            self.bytes.push(byte);
        }
    }

    fn put(&mut self, c: char) {
        self.flush();
        if self.is_shown() {
            self.out.push(c);
        }
    }

    fn is_shown(&self) -> bool {
        !self.state.is_hidden && !self.state.is_rtf_only
    }

    fn flush(&mut self) {
        self.to_skip = 0;
        if !self.bytes.is_empty() {
            let charset = charset::of_code_page(self.code_page);
            self.out.push_str(&charset::decode(&self.bytes, charset));
            self.bytes.clear();
        }
    }
}
