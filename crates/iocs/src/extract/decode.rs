//! Text that a line holds encoded: the scripts that PowerShell is started with, and what it decodes
//! by `FromBase64String`.

use std::io::Read;
use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use regex::bytes::Regex;

use crate::grammar::bytes_regex;

/// The deepest script within a script that is read.
pub(super) const DEEPEST: u8 = 3;

/// How much of an encoded text is decoded, in bytes of it.
const LONGEST: usize = 1 << 20;

/// A block without a match has no line with encoded text. The ends of the words that say so, since
/// the regex looks for few spellings of their first letters at once.
static MAY_HOLD: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex("(?i:ershell|pwsh|64string|[-/]enc)"));

/// `-EncodedCommand`, which PowerShell takes by any beginning of it, also behind `/`
/// (<https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_powershell_exe>).
static ENCODED_COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        r#"(?:^|[ \t"',\[])[-/](?i:ec?|en(?:c(?:o(?:d(?:e(?:d(?:c[a-z]*)?)?)?)?)?)?)["',: \t^]+(?P<text>[0-9A-Za-z+/]{16,}={0,2})"#,
    )
});

static FROM_BASE64: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(r#"(?i:frombase64string)[ \t]*\([ \t(]*\\?["'](?P<text>[0-9A-Za-z+/]{8,}={0,2})"#)
});

/// Logs cut long commands off, and some tools write no padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A text that a line holds encoded.
pub(super) struct Encoded {
    /// What of the line it is.
    pub(super) span: Range<usize>,
    /// What it says.
    pub(super) text: Vec<u8>,
}

impl Encoded {
    /// What of the line a part of the text was written as, to the nearest sign.
    pub(super) fn written(&self, part: &Range<usize>) -> Range<usize> {
        let place = |at: usize| self.span.start + at * self.span.len() / self.text.len().max(1);
        let start = place(part.start);
        start..place(part.end).max(start + 1)
    }
}

/// Whether any line of a block may hold encoded text.
pub(super) fn may_hold(block: &[u8]) -> bool {
    MAY_HOLD.is_match(block)
}

/// The texts that a line holds encoded.
pub(super) fn find(line: &[u8]) -> Vec<Encoded> {
    let mut found: Vec<Encoded> = ENCODED_COMMAND
        .captures_iter(line)
        .chain(FROM_BASE64.captures_iter(line))
        .filter_map(|found| decoded(line, found.name("text")?.range()))
        .collect();
    found.sort_by_key(|found| found.span.start);
    found
}

fn decoded(line: &[u8], span: Range<usize>) -> Option<Encoded> {
    let padding = line[span.clone()].iter().rev().take_while(|b| **b == b'=').count();
    let span = span.start..span.end - padding;
    let digits = &line[span.clone()][..span.len().min(LONGEST)];
    let whole = digits.len() - usize::from(digits.len() % 4 == 1);
    let bytes = BASE64.decode(&digits[..whole]).ok()?;
    if let [0x1f, 0x8b, ..] = bytes[..] {
        let mut text = Vec::new();
        // What is cut off or spoilt is read up to there.
        let _ =
            flate2::read::GzDecoder::new(&bytes[..]).take(LONGEST as u64).read_to_end(&mut text);
        return Some(Encoded { span, text });
    }
    let is_wide = bytes.len() >= 4
        && bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count() * 4 > bytes.len();
    if !is_wide {
        return Some(Encoded { span, text: bytes });
    }
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    // One byte a unit, so that places are known; what is not ASCII is not part of an indicator here.
    let text =
        units.map(|unit| u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect();
    Some(Encoded { span, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> String {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        BASE64.encode(bytes)
    }

    fn texts(line: &str) -> Vec<String> {
        let found = find(line.as_bytes());
        assert!(found.is_empty() || may_hold(line.as_bytes()), "{line}");
        found.into_iter().map(|found| String::from_utf8_lossy(&found.text).into_owned()).collect()
    }

    #[test]
    fn every_beginning_of_the_option_is_known() {
        let script = wide("iwr http://a.example/b");
        for option in ["-e", "-ec", "-en", "-enc", "-Enco", "-EncodedCommand", "/enc", "-ENCODED"] {
            for line in [
                format!("powershell.exe -nop {option} {script}"),
                format!("cmd /c PowerShell {option} \"{script}\" x"),
                format!("[\"pwsh\",\"{option}\",\"{script}\"]"),
            ] {
                assert_eq!(texts(&line), ["iwr http://a.example/b"], "{line}");
            }
        }
        assert!(texts(&format!("powershell -ep bypass -f {script}")).is_empty());
    }

    #[test]
    fn strings_are_decoded_whatever_they_hold() {
        let plain = BASE64.encode("http://a.example/c");
        let wide = wide("http://a.example/d");
        assert_eq!(
            texts(&format!("[Convert]::FromBase64String('{plain}')")),
            ["http://a.example/c"]
        );
        assert_eq!(texts(&format!("frombase64string( \"{wide}\" )")), ["http://a.example/d"]);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, b"http://a.example/e").unwrap();
        let packed = BASE64.encode(packed.finish().unwrap());
        assert_eq!(texts(&format!("FromBase64String('{packed}')")), ["http://a.example/e"]);
    }

    #[test]
    fn what_is_cut_off_is_read_up_to_there() {
        let script = wide("iwr http://a.example/b; exit");
        for cut in 0..4 {
            let line = format!("powershell -enc {}", &script[..script.len() - 8 - cut]);
            assert!(texts(&line)[0].starts_with("iwr http://a.example/b"), "{line}");
        }
    }

    #[test]
    fn a_place_in_the_text_is_one_in_the_line() {
        let line = format!("powershell -enc {} x", wide("ab http://a.example/b"));
        let found = find(line.as_bytes());
        let [found] = &found[..] else { panic!() };
        let part = found.written(&(3..21));
        assert!(found.span.start < part.start && part.end <= found.span.end);
        assert_eq!(BASE64.decode(&line[part.start..part.end]).unwrap()[..2], *b"h\0");
    }
}
