//! A text in the making, each of whose lines knows the line of the source that it came from.

/// Lines with their numbers.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
    numbers: Vec<u64>,
    /// Whether the last line has begun and not ended.
    is_open: bool,
}

impl Lines {
    /// Adds a whole line.
    pub(super) fn push(&mut self, value: &str, number: u64) {
        self.end();
        self.write(value, number, number);
        self.end();
    }

    /// Adds text to the open line. Its own line ends are kept; `first` and `last` are the lines of
    /// the source that it begins and ends in.
    pub(super) fn write(&mut self, text: &str, first: u64, last: u64) {
        for (at, piece) in (0..).zip(text.split('\n')) {
            if at > 0 {
                self.end();
            }
            if !self.is_open && piece.trim_ascii().is_empty() {
                continue;
            }
            if !self.is_open {
                self.is_open = true;
                self.numbers.push((first + at).min(last.max(first)));
            }
            // Nobody sees them, and they stand within names so that no filter sees those.
            let is_unseen = |c: char| {
                matches!(
                    c,
                    '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}'
                )
            };
            if piece.is_ascii() {
                self.text.push_str(piece);
            } else {
                let seen = piece.chars().filter(|c| !is_unseen(*c));
                self.text.extend(seen.map(|c| if c == '\u{A0}' { ' ' } else { c }));
            }
        }
    }

    /// Adds a sign between two pieces of one line.
    pub(super) fn separate(&mut self, sign: char) {
        if self.is_open && !self.text.ends_with([' ', '\t']) {
            self.text.push(sign);
        }
    }

    /// Ends the open line.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.is_open) {
            self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
            self.text.push('\n');
        }
    }

    /// The text, and the number of each of its lines.
    pub(super) fn into_parts(mut self) -> (String, Vec<u64>) {
        self.end();
        (self.text, self.numbers)
    }
}
