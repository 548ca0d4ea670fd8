//! A source cut into blocks, none of which ends inside anything that could be an indicator.

use std::io::{self, Read};

use super::cut;

/// How many bytes are searched at once: large enough that the search does not notice its end, small enough
/// to stay in a core's cache with all that is found in it.
const BLOCK: usize = 1 << 18;

/// A line past this is cut into pieces.
pub(super) const LONGEST_LINE: usize = 1 << 20;

/// A piece of a source: whole lines, or a piece of one line that is longer than any block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The text, with its line ends.
    pub bytes: Vec<u8>,
    /// It begins inside a line, and holds nothing but a piece of that one.
    pub continues: bool,
    /// It ends inside a line, and holds nothing but a piece of that one.
    pub is_unfinished: bool,
}

/// The blocks of one source.
pub struct Blocks {
    text: Box<dyn Read + Send>,
    /// Read, and not given yet.
    kept: Vec<u8>,
    is_at_end: bool,
    /// Why it could not be read further.
    error: Option<io::Error>,
    /// The block before ended inside a line.
    is_inside: bool,
    /// Inside a word that is too long to be anything.
    is_passing: bool,
}

impl Blocks {
    pub(super) fn new(text: Box<dyn Read + Send>) -> Self {
        Self {
            text,
            kept: Vec::new(),
            is_at_end: false,
            error: None,
            is_inside: false,
            is_passing: false,
        }
    }

    /// The next block, in a buffer of the caller's; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read, or an archive is cut or corrupt.
    pub fn next(&mut self, mut buffer: Vec<u8>) -> io::Result<Option<Block>> {
        buffer.clear();
        buffer.append(&mut self.kept);
        if self.is_passing {
            self.drop_rest_of_word(&mut buffer)?;
        }
        self.fill(&mut buffer, BLOCK)?;
        let mut end = self.line_end(&buffer);
        if end.is_none() && !self.is_at_end {
            self.fill(&mut buffer, LONGEST_LINE)?;
            end = self.line_end(&buffer);
        }
        if self.error.is_some() {
            // A line that is cut may end in an indicator that is another one than it was.
            let whole = memchr::memrchr2(b'\n', b'\r', &buffer).filter(|_| !self.is_inside);
            buffer.truncate(whole.map_or(0, |last| last + 1));
        }
        if buffer.is_empty() {
            return self.error.take().map_or(Ok(None), Err);
        }
        let continues = self.is_inside;
        self.is_inside = end.is_none() && !self.is_at_end;
        let end = match end {
            Some(end) => end,
            None if self.is_at_end => buffer.len(),
            None => cut::end_of_piece(&buffer).unwrap_or_else(|| {
                self.is_passing = true;
                cut::LONGEST_NAME
            }),
        };
        self.kept.extend_from_slice(&buffer[end..]);
        buffer.truncate(end);
        Ok(Some(Block { bytes: buffer, continues, is_unfinished: self.is_inside }))
    }

    /// Reads until the buffer holds so much or the source ends.
    fn fill(&mut self, buffer: &mut Vec<u8>, size: usize) -> io::Result<()> {
        let missing = size.saturating_sub(buffer.len());
        if missing > 0 && !self.is_at_end {
            match (&mut self.text).take(missing as u64).read_to_end(buffer) {
                Ok(read) => self.is_at_end = read < missing,
                // What came before the cut is whole; in what is corrupt anything may be wrong.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    (self.error, self.is_at_end) = (Some(error), true);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Where the block is to end: behind the last whole line, or behind the one that is continued.
    fn line_end(&self, buffer: &[u8]) -> Option<usize> {
        // A CR at the very end may be half a line end.
        let known = buffer.len() - usize::from(!self.is_at_end && buffer.ends_with(b"\r"));
        if !self.is_inside {
            let last = memchr::memrchr2(b'\n', b'\r', &buffer[..known])?;
            return (!self.is_at_end).then_some(last + 1);
        }
        let first = memchr::memchr2(b'\n', b'\r', &buffer[..known])?;
        Some(first + if buffer[first..].starts_with(b"\r\n") { 2 } else { 1 })
    }

    /// Drops what is left of a word that is too long to be anything.
    fn drop_rest_of_word(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        loop {
            if let Some(end) = cut::end_of_word(buffer) {
                buffer.drain(..end);
                self.is_passing = false;
                return Ok(());
            }
            buffer.clear();
            if self.is_at_end {
                return Ok(());
            }
            self.fill(buffer, BLOCK)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn blocks(bytes: &[u8]) -> Vec<Block> {
        let mut blocks = Blocks::new(Box::new(Cursor::new(bytes.to_vec())));
        std::iter::from_fn(|| blocks.next(Vec::new()).unwrap()).collect()
    }

    #[test]
    fn blocks_are_whole_lines_and_lose_nothing() {
        for ending in ["\n", "\r\n", "\r"] {
            let text: String = (0..50_000).map(|n| format!("line {n}{ending}")).collect();
            let blocks = blocks(text.as_bytes());
            assert!(blocks.len() > 1);
            for block in &blocks {
                assert!(block.bytes.ends_with(ending.as_bytes()) && block.bytes.len() <= BLOCK);
                assert!(block.bytes.starts_with(b"line "));
                assert!(!block.continues && !block.is_unfinished);
            }
            assert_eq!(blocks.iter().flat_map(|block| block.bytes.clone()).count(), text.len());
        }
    }

    #[test]
    fn a_long_line_is_cut_at_spaces_into_pieces_of_its_own() {
        let long = "word ".repeat(1_000_000);
        let text = format!("before\n{long}\nbehind\n");
        let blocks = blocks(text.as_bytes());
        assert_eq!(blocks.first().unwrap().bytes, b"before\n");
        assert_eq!(blocks.last().unwrap().bytes, b"behind\n");
        let pieces = &blocks[1..blocks.len() - 1];
        assert!(pieces.len() > 4);
        for (number, piece) in pieces.iter().enumerate() {
            assert!(piece.bytes.starts_with(b"word") && piece.bytes.len() <= LONGEST_LINE);
            assert_eq!(piece.continues, number > 0);
            assert_eq!(piece.is_unfinished, number + 1 < pieces.len());
        }
        let joined: Vec<u8> = blocks.into_iter().flat_map(|block| block.bytes).collect();
        assert!(joined == text.as_bytes());
    }

    #[test]
    fn a_word_past_any_length_is_passed_over_and_what_follows_is_not() {
        for length in [LONGEST_LINE, 3 * LONGEST_LINE + 7] {
            let text = format!("{} evil.com\nnext\n", "f".repeat(length));
            let blocks = blocks(text.as_bytes());
            let first = &blocks[0];
            assert!(first.bytes.len() == cut::LONGEST_NAME && first.is_unfinished);
            assert_eq!(blocks[1].bytes, b" evil.com\n");
            assert!(blocks[1].continues && !blocks[1].is_unfinished);
            assert_eq!(blocks[2].bytes, b"next\n");
        }
        assert_eq!(blocks("f".repeat(2 * LONGEST_LINE).as_bytes()).len(), 1);
    }
}
