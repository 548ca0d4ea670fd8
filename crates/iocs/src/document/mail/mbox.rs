//! Mailboxes (RFC 4155): messages one behind the other, each after a line that begins with `From `.

use std::io::{self, BufRead};

use super::super::document_type::{Options, has_extension};
use super::super::part::{File, Part, Sink, Unread};
use super::header;

/// Whether a file is a mailbox. A mail saved with such a line before it has its own extension.
pub(super) fn is_one(head: &[u8], name: &str) -> bool {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    is_separator(line)
        && !has_extension(name, &["eml"])
        && header::count_of_mail(head).is_some_and(|known| known > 0)
}

/// Whether a line stands between messages: `From sender Thu Jan  1 00:00:00 2026`. A sentence that
/// begins with the word has no time in it.
fn is_separator(line: &[u8]) -> bool {
    let is_time = |at: &[u8]| matches!(at, [a, b, b':', c, d] if [a, b, c, d].iter().all(|b| b.is_ascii_digit()));
    line.starts_with(b"From ") && line.len() < 400 && line.windows(5).any(is_time)
}

pub(super) fn read(file: &[u8], _: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    for (number, message) in (1..).zip(Messages::new(file)) {
        // Reading memory does not fail.
        let Ok(bytes) = message else { break };
        if sink(Part::File(File { name: format!("{number}.eml"), bytes })).is_break() {
            break;
        }
    }
    Ok(())
}

/// The messages of a mailbox, read one at a time.
pub struct Messages<R> {
    reader: R,
    /// The message that has begun.
    message: Vec<u8>,
    line: Vec<u8>,
    is_behind_blank: bool,
    is_done: bool,
}

impl<R: BufRead> Messages<R> {
    /// Reads from here on.
    pub fn new(reader: R) -> Self {
        let (message, line) = (Vec::new(), Vec::new());
        Self { reader, message, line, is_behind_blank: true, is_done: false }
    }

    /// Takes the line that was read; a whole message where it begins the next.
    fn take_line(&mut self) -> Option<Vec<u8>> {
        let line = self.line.as_slice();
        if self.is_behind_blank && is_separator(line) {
            self.is_behind_blank = false;
            let message = std::mem::take(&mut self.message);
            return (!message.is_empty()).then_some(message);
        }
        self.is_behind_blank = line.trim_ascii().is_empty();
        // `>From ` was quoted, so that it does not separate.
        let quotes = line.iter().take_while(|b| **b == b'>').count();
        let is_quoted = quotes > 0 && line[quotes..].starts_with(b"From ");
        self.message.extend_from_slice(&line[usize::from(is_quoted)..]);
        None
    }
}

impl<R: BufRead> Iterator for Messages<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            self.line.clear();
            match self.reader.read_until(b'\n', &mut self.line) {
                Ok(0) => {
                    self.is_done = true;
                    let last = std::mem::take(&mut self.message);
                    return (!last.is_empty()).then_some(Ok(last));
                }
                Ok(_) => {
                    if let Some(message) = self.take_line() {
                        return Some(Ok(message));
                    }
                }
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_one_at_a_time() {
        let mbox = b"From a@b.example Thu Jan  1 00:00:00 2026\r\nSubject: 1\r\n\r\n>From here\r\n\
            From now on\r\n\r\nFrom nobody\r\n\r\nFrom c@d.example Thu Jan  1 00:00:00 2026\nSubject: 2\n\nx";
        let messages: Vec<String> = Messages::new(&mbox[..])
            .map(|message| String::from_utf8(message.unwrap()).unwrap())
            .collect();
        let first = "Subject: 1\r\n\r\nFrom here\r\nFrom now on\r\n\r\nFrom nobody\r\n\r\n";
        assert_eq!(messages, [first, "Subject: 2\n\nx"]);
        assert!(is_one(mbox, "box"));
        assert!(!is_one(mbox, "mail.eml"));
        assert!(!is_one(b"From now on\nSubject: 1\n", "box"));
    }
}
