//! From glyphs at places to lines of text, with URLs that were broken over lines joined again.

/// A glyph as it stands on the page.
pub(super) struct Glyph {
    /// Its characters.
    pub(super) text: String,
    /// The direction of its line, in whole degrees.
    pub(super) angle: i32,
    /// Where it starts and ends along its line.
    pub(super) start: f64,
    pub(super) end: f64,
    /// How far its line lies from the origin; less is further down.
    pub(super) height: f64,
    /// The font's size.
    pub(super) size: f64,
}

/// How far from the line, in parts of the size, a glyph is raised or lowered and still on it.
const RAISED: f64 = 0.4;
/// A gap that is a space, in parts of the size. Kerning stays below, and no space is narrower.
const SPACE: f64 = 0.15;
/// A step back that begins a new piece of text.
const BACK: f64 = 0.5;
/// A gap that begins a new piece: the next column.
const COLUMN: f64 = 3.0;

/// A line, or the part of one that was written in one go.
struct Line {
    text: String,
    angle: i32,
    start: f64,
    end: f64,
    height: f64,
    size: f64,
    /// Where its last glyph starts, and what it is.
    last: (f64, String),
}

/// The lines of a page, in the order in which they were written.
#[derive(Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
}

impl Lines {
    /// Adds a glyph behind what was written before, or on a new line.
    pub(super) fn push(&mut self, glyph: Glyph) {
        let Some(line) = self.lines.last_mut().filter(|line| line.takes(&glyph)) else {
            if !glyph.text.trim().is_empty() {
                self.lines.push(Line::new(glyph));
            }
            return;
        };
        // Bold is often feigned by writing twice.
        let is_twice =
            (glyph.start - line.last.0).abs() < SPACE * glyph.size && glyph.text == line.last.1;
        if is_twice && !glyph.text.trim().is_empty() {
            return;
        }
        let is_apart = glyph.start - line.end > SPACE * glyph.size;
        if is_apart && !line.text.ends_with(' ') && !glyph.text.starts_with(' ') {
            line.text.push(' ');
        }
        line.text.push_str(&glyph.text);
        line.end = line.end.max(glyph.end);
        line.last = (glyph.start, glyph.text);
    }

    /// The page's text, and of each of its lines the number of the line as it is shown.
    pub(super) fn text(&self) -> (String, Vec<u64>) {
        let mut texts: Vec<(String, u64)> = Vec::new();
        // Of each line, the text in which its last word stands.
        let mut ends: Vec<usize> = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            let (head, tail) = first_word(line.text.trim());
            let above = (at.saturating_sub(LOOK_BACK)..at)
                .rev()
                .find(|above| self.lines[*above].is_above(line));
            let begun = above.map(|above| (above, ends[above]));
            let begun = begun.filter(|&(above, end): &(usize, usize)| {
                self.goes_on(above, &texts[end].0, line, head)
            });
            let number = at as u64 + 1;
            match begun {
                Some((_, end)) => {
                    texts[end].0.push_str(head);
                    if tail.is_empty() {
                        ends.push(end);
                        continue;
                    }
                    texts.push((tail.to_owned(), number));
                }
                None => texts.push((line.text.trim().to_owned(), number)),
            }
            ends.push(texts.len() - 1);
        }
        let text = texts.iter().flat_map(|(text, _)| [text, "\n"]).collect();
        (text, texts.into_iter().map(|(_, number)| number).collect())
    }

    /// Whether the word at the end of a line goes on with the first word of a line below: it is a
    /// URL or a hash, and there was no room for more.
    fn goes_on(&self, above: usize, text: &str, below: &Line, head: &str) -> bool {
        let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        let above = &self.lines[above];
        let near = self.lines.iter().filter(|line| line.is_beside(above));
        let edge = near.clone().map(|line| line.end).fold(above.end, f64::max);
        let letter = below.letter_width();
        let is_full = above.end + head.chars().count() as f64 * letter > edge;
        // Not a letter more fits, which is seen by a line of words: in a list, lines end anywhere.
        let is_edge =
            |line: &Line| edge - line.end < 2.0 * letter && line.text.trim().contains(' ');
        let is_cut = edge - above.end < 1.5 * letter && near.clone().any(is_edge);
        is_full && (is_hash_cut(word, head) || is_url_cut(word, head, is_cut))
    }
}

/// Lines that may stand between two of one column.
const LOOK_BACK: usize = 16;

impl Line {
    fn new(glyph: Glyph) -> Self {
        let Glyph { text, angle, start, end, height, size } = glyph;
        Self { last: (start, text.clone()), text, angle, start, end, height, size }
    }

    /// Whether a glyph stands behind what is written.
    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = glyph.start - self.end;
        self.angle == glyph.angle
            && (self.height - glyph.height).abs() < RAISED * size
            && gap > -BACK * size - (self.end - self.last.0)
            && gap < COLUMN * size
    }

    /// Whether another line stands right below, in the same column.
    fn is_above(&self, below: &Self) -> bool {
        let down = self.height - below.height;
        self.angle == below.angle
            && (self.size - below.size).abs() < 0.1 * self.size
            && down > 0.5 * self.size
            && down < 2.5 * self.size
            && (below.start - self.start).abs() < 4.0 * self.size
    }

    /// Whether two lines share a column.
    fn is_beside(&self, other: &Self) -> bool {
        self.angle == other.angle
            && (self.size - other.size).abs() < 0.1 * self.size
            && (self.start - other.start).abs() < 4.0 * self.size
    }

    fn letter_width(&self) -> f64 {
        (self.end - self.start) / self.text.chars().count().max(1) as f64
    }
}

fn first_word(text: &str) -> (&str, &str) {
    let (head, tail) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (head, tail.trim_start())
}

/// Whether two words are one hash that was cut.
fn is_hash_cut(word: &str, head: &str) -> bool {
    const LENGTHS: [usize; 3] = [32, 40, 64];
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_whole = LENGTHS.contains(&word.len()) || LENGTHS.contains(&head.len());
    LENGTHS.contains(&(word.len() + head.len())) && !is_whole && is_hex(word) && is_hex(head)
}

/// Whether two words are one URL that was cut. A word that could stand by itself is not part of it,
/// unless the cut is plain to see.
fn is_url_cut(word: &str, head: &str, is_cut: bool) -> bool {
    const SIGNS: [char; 9] = ['/', '?', '&', '=', '%', '_', '#', '-', '~'];
    let lower = word.to_ascii_lowercase();
    let start = lower.find("://").or_else(|| lower.find("www.")).or_else(|| lower.find("hxxp"));
    let is_legal = |char: char| char.is_ascii_graphic() && !"\"'<>`{}|\\^".contains(char);
    let head_lower = head.to_ascii_lowercase();
    let begins = head_lower.contains("://") || head_lower.starts_with("www.");
    if start.is_none() || head.is_empty() || !head.chars().all(is_legal) || begins {
        return false;
    }
    let bare = head.trim_end_matches(['.', ',', ';', ':', ')']);
    let has_sign = bare.contains(SIGNS) || bare.bytes().any(|byte| byte.is_ascii_digit());
    let is_open = word.ends_with(SIGNS);
    let is_name = bare.split(['/', '?']).next().is_some_and(|host| {
        let (name, suffix) = host.rsplit_once('.').unwrap_or_default();
        !name.is_empty()
            && suffix.len() > 1
            && suffix.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    if is_name { is_cut } else { has_sign || is_open }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes lines of letters that are six wide, twelve high, from the left edge.
    fn page(lines: &[&str]) -> String {
        let mut page = Lines::default();
        for (at, line) in lines.iter().enumerate() {
            for (column, letter) in line.chars().enumerate() {
                let start = 72.0 + 6.0 * column as f64;
                page.push(Glyph {
                    text: letter.into(),
                    angle: 0,
                    start,
                    end: start + 6.0,
                    height: 700.0 - 14.0 * at as f64,
                    size: 12.0,
                });
            }
        }
        page.text().0
    }

    #[test]
    fn a_url_that_fills_its_line_goes_on_below() {
        let broken = page(&[
            "Please confirm your account at the address that follows:",
            "https://login.evil.example.com/session/verify?token=1234",
            "5678&next=%2Fhome and do so today, or it will be closed.",
        ]);
        assert!(broken.contains("token=12345678&next=%2Fhome\nand do so"), "{broken}");
    }

    #[test]
    fn a_url_at_the_end_of_a_line_does_not_take_the_next_word() {
        let text = page(&[
            "Please confirm your account at https://evil.example.com",
            "and do so today, or it will be closed within the hours.",
        ]);
        assert!(text.contains("evil.example.com\nand"), "{text}");
        let list = page(&[
            "https://one.example.com/a",
            "https://two.example.com/b",
            "three.example.com/c",
        ]);
        assert_eq!(list.lines().count(), 3, "{list}");
        let short = page(&[
            "See https://evil.example.com/a",
            "page-2 of this report, which is longer than the line above it",
        ]);
        assert!(short.contains("/a\npage-2"), "{short}");
    }

    #[test]
    fn a_hash_in_a_narrow_column_is_one() {
        let (head, tail) = ("0123456789abcdef0123456789abcdef012345", "6789abcdef0123456789abcdef");
        assert!(page(&[head, tail]).contains(&format!("{head}{tail}")));
        let two = page(&["0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"]);
        assert_eq!(two.lines().count(), 2);
    }
}
