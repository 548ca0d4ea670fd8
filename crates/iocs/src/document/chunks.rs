//! A text inside a file, too long to be held: handed on in pieces that end at line ends.

use std::io::{self, Read};
use std::ops::ControlFlow;

use super::part::{Part, Sink, Text};

/// The shortest piece but the last.
const PIECE: usize = 1 << 20;

/// Hands a text on in pieces: what has been read of it, then the rest. Its encoding is one in which
/// ASCII is the same.
///
/// # Errors
/// The rest cannot be read; what came before has been handed on.
pub(super) fn hand_on(
    name: &str,
    begun: &[u8],
    mut rest: impl Read,
    sink: &mut Sink<'_>,
) -> io::Result<ControlFlow<()>> {
    let (mut held, mut line, mut begun) = (Vec::new(), 1, begun);
    let mut result = Ok(());
    loop {
        let (now, later) = begun.split_at(begun.len().min(PIECE));
        held.extend_from_slice(now);
        begun = later;
        let mut is_last = false;
        if now.len() < PIECE {
            let more = rest.by_ref().take(PIECE as u64).read_to_end(&mut held);
            is_last = !matches!(more, Ok(1..));
            result = more.map(|_| ());
        }
        let end = if is_last { held.len() } else { whole_lines(&held) };
        if end > 0 && piece(name, &held[..end], &mut line, sink).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        held.drain(..end);
        if is_last {
            return result.map(ControlFlow::Continue);
        }
    }
}

/// Where a piece ends: behind its last line end, or where no indicator can lie across it.
fn whole_lines(held: &[u8]) -> usize {
    let is_outside = |byte: &u8| matches!(byte, b' ' | b'\t' | b'"' | b'\'' | b'<' | b'>' | 0);
    let line = held.iter().rposition(|byte| *byte == b'\n');
    let end = line.or_else(|| held.iter().rposition(is_outside));
    end.map_or(held.len(), |end| end + 1)
}

fn piece(name: &str, bytes: &[u8], line: &mut u64, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let ends = text.bytes().filter(|byte| *byte == b'\n').count() as u64;
    let lines = (*line..=*line + ends).collect();
    *line += ends;
    sink(Part::Text(Text { name: name.to_owned(), text, lines, ..Text::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_at_line_ends_and_keep_their_numbers() {
        let line = format!("{}.example.com\n", "a".repeat(40));
        let whole = line.repeat(50_000);
        let (begun, rest) = whole.as_bytes().split_at(1_500_000);
        let (mut text, mut expected) = (String::new(), 1);
        let flow = hand_on("log", begun, rest, &mut |part| {
            let Part::Text(part) = part else { panic!("{part:?}") };
            assert!(part.text.ends_with('\n'));
            assert_eq!(part.lines[0], expected);
            expected += part.text.lines().count() as u64;
            text += &part.text;
            ControlFlow::Continue(())
        });
        assert_eq!(flow.unwrap(), ControlFlow::Continue(()));
        assert_eq!(text, whole);
    }

    #[test]
    fn a_line_without_end_is_cut_between_words() {
        let whole = format!("{} evil.example.com", "word ".repeat(500_000));
        let mut pieces = Vec::new();
        let flow = hand_on("log", b"", whole.as_bytes(), &mut |part| {
            let Part::Text(part) = part else { panic!("{part:?}") };
            assert_eq!(part.lines, [1]);
            pieces.push(part.text);
            ControlFlow::Continue(())
        });
        assert_eq!(flow.unwrap(), ControlFlow::Continue(()));
        assert!(pieces.len() > 1);
        assert!(pieces.iter().rev().skip(1).all(|piece| piece.ends_with(' ')));
        assert_eq!(pieces.concat(), whole);
    }
}
