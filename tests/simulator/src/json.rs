//! Writes JSON as the API does: indented by four spaces. Bodies are written straight into one string, because a
//! benchmark asks for tens of thousands of them a second.

/// A JSON text that grows.
pub(crate) struct Json {
    out: String,
    depth: usize,
}

const SPACES: &str = "                                ";

impl Json {
    /// An empty text with room for this number of bytes. At a depth above 0 it is part of an object, behind another element.
    pub(crate) fn new(capacity: usize, depth: usize) -> Self {
        Json { out: String::with_capacity(capacity), depth }
    }

    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Starts an object or an array.
    pub(crate) fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.depth += 1;
    }

    /// Ends the innermost object or array.
    pub(crate) fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.out.ends_with(['{', '[']) {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        self.out.push('\n');
        self.out.push_str(&SPACES[..(self.depth * 4).min(SPACES.len())]);
    }

    /// What stands before the next key or element.
    pub(crate) fn next(&mut self) {
        if !self.out.ends_with(['{', '[']) {
            self.out.push(',');
        }
        self.line();
    }

    pub(crate) fn key(&mut self, name: &str) {
        self.next();
        self.quote(name);
        self.out.push_str(": ");
    }

    /// A key and its value that were written before, into a text of its own that began at this depth.
    pub(crate) fn element(&mut self, written: &str) {
        let first = self.out.ends_with('{');
        self.out.push_str(if first { &written[1..] } else { written });
    }

    /// Text that is JSON already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// A string, quoted and escaped. Like the API's own, it is ASCII: everything else is written as `\u` escapes.
    pub(crate) fn quote(&mut self, text: &str) {
        self.out.push('"');
        if text.bytes().all(|byte| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\') {
            self.out.push_str(text);
        } else {
            text.chars().for_each(|letter| self.escape(letter));
        }
        self.out.push('"');
    }

    fn escape(&mut self, letter: char) {
        match letter {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            ' '..='~' => self.out.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    self.out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.key(name);
        self.quote(value);
    }

    /// A string, or null.
    pub(crate) fn maybe(&mut self, name: &str, value: Option<&str>) {
        self.key(name);
        match value {
            Some(value) => self.quote(value),
            None => self.out.push_str("null"),
        }
    }

    pub(crate) fn number(&mut self, name: &str, value: impl Into<i128>) {
        self.key(name);
        let value: i128 = value.into();
        self.out.push_str(&value.to_string());
    }

    pub(crate) fn truth(&mut self, name: &str, value: bool) {
        self.key(name);
        self.out.push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn texts<S: AsRef<str>>(&mut self, name: &str, values: &[S]) {
        self.key(name);
        self.open('[');
        for value in values {
            self.next();
            self.quote(value.as_ref());
        }
        self.close(']');
    }

    /// A named object, filled by `fill`.
    pub(crate) fn object(&mut self, name: &str, fill: impl FnOnce(&mut Json)) {
        self.key(name);
        self.open('{');
        fill(self);
        self.close('}');
    }
}
