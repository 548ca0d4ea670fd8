//! Hashes that are written as bytes: `d4 1d 8c …` as old versions of certutil print them,
//! `D4-1D-8C-…` as .NET's BitConverter does.

use std::ops::Range;

use crate::indicator::{self, Indicator};

use super::label;

/// The bytes of the shortest hash.
const SHORTEST: usize = 16;

/// How far apart a line is sampled: a shorter run cannot be a hash.
const STRIDE: usize = 3 * SHORTEST - 8;

/// Pairs of hex digits with one sign between them.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    span: Range<usize>,
    sign: u8,
}

impl Run {
    fn pairs(&self) -> usize {
        self.span.len().div_ceil(3)
    }
}

/// What stands about a line.
pub(super) struct Surroundings<'l> {
    /// The lines above it.
    pub(super) above: &'l [u8],
    /// What follows it.
    pub(super) below: &'l [u8],
}

/// The hashes that a line holds as bytes, each with its span in the line.
pub(super) fn find(line: &[u8], about: &Surroundings<'_>) -> Vec<(Range<usize>, Indicator)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(run) = next(line, from) {
        from = run.span.end;
        if is_hash(line, &run, about) {
            let hex = line[run.span.clone()].iter().filter(|b| b.is_ascii_hexdigit());
            let hex: String = hex.map(|b| char::from(*b)).collect();
            found.extend(indicator::file(&hex).map(|file| (run.span, file)));
        }
    }
    found
}

/// The next run that is long enough for a hash.
fn next(line: &[u8], from: usize) -> Option<Run> {
    // A run that begins at once still goes on there.
    (from + STRIDE..line.len()).step_by(STRIDE).find_map(|at| {
        let run = run_at(line, at)?;
        (run.span.start >= from && run.pairs() >= SHORTEST).then_some(run)
    })
}

/// The run that the three bytes from `at` on are in the middle of.
fn run_at(line: &[u8], at: usize) -> Option<Run> {
    let three = line.get(at..at + 3)?;
    let sign_at = three.iter().position(|b| matches!(b, b' ' | b'-'))?;
    let sign = three[sign_at];
    let is_pair =
        |at: usize| line.get(at..at + 2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    let middle = at + sign_at;
    let mut start = middle;
    while start >= 2 && is_pair(start - 2) {
        start -= 2;
        if start == 0 || line[start - 1] != sign {
            break;
        }
        start -= 1;
    }
    if line.get(start) == Some(&sign) {
        start += 1;
    }
    let mut end = middle;
    while line.get(end) == Some(&sign) && is_pair(end + 1) {
        end += 3;
    }
    let is_part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
    let is_free = !is_part(start.checked_sub(1).map(|at| &line[at])) && !is_part(line.get(end));
    (start < end && is_free).then_some(Run { span: start..end, sign })
}

/// Whether a run is a file's hash. With dashes it is by its length; with spaces it could be any
/// bytes, and a label, certutil's head or its place alone in a line must say so.
fn is_hash(line: &[u8], run: &Run, about: &Surroundings<'_>) -> bool {
    let before = &line[..run.span.start];
    if !matches!(run.pairs(), 16 | 20 | 32) || label::is_of_certificate(before) {
        return false;
    }
    let above = about.above.strip_suffix(b"\n").unwrap_or(about.above);
    let above = above.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let is_alone = line[..run.span.start].trim_ascii().is_empty()
        && line[run.span.end..].trim_ascii().is_empty();
    if is_alone && label::is_of_certificate(above) {
        return false;
    }
    if run.sign == b'-' {
        return !label::follows_other(before);
    }
    if label::ends_with_file_digest(before, 2 * run.pairs())
        || is_alone && label::is_digest_head(above, 2 * run.pairs())
    {
        return true;
    }
    let below = about.below.split(|b| *b == b'\n').next().unwrap_or_default();
    let has_run = |line: &[u8]| {
        let run = (0..line.len().min(256)).step_by(8).find_map(|at| run_at(line, at));
        run.is_some_and(|run| run.pairs() >= SHORTEST / 2)
    };
    is_alone && !has_run(above) && !has_run(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(count: usize, sign: &str) -> String {
        let pairs: Vec<String> = (0..count).map(|n| format!("{:02x}", n * 7 + 16)).collect();
        pairs.join(sign)
    }

    fn found(line: &str, above: &str, below: &str) -> usize {
        let about = Surroundings { above: above.as_bytes(), below: below.as_bytes() };
        find(line.as_bytes(), &about).len()
    }

    #[test]
    fn a_run_is_found_wherever_it_begins() {
        for offset in 0..100 {
            for count in [16, 20, 32] {
                let text = format!("{}{}.", "x ".repeat(offset), bytes(count, "-"));
                assert_eq!(found(&text, "", ""), 1, "{text}");
            }
        }
    }

    #[test]
    fn a_run_of_another_length_is_no_hash() {
        for count in [6, 8, 15, 17, 19, 21, 31, 33, 64] {
            assert_eq!(found(&bytes(count, "-"), "", ""), 0, "{count}");
            assert_eq!(found(&format!("MD5: {}", bytes(count, " ")), "", ""), 0, "{count}");
        }
    }

    #[test]
    fn bytes_with_spaces_need_a_label_or_a_line() {
        let md5 = bytes(16, " ");
        assert_eq!(found(&md5, "", ""), 1);
        assert_eq!(found(&format!("MD5: {md5}"), "", ""), 1);
        assert_eq!(found(&format!("a, md5 hash = {md5}, b"), "", ""), 1);
        assert_eq!(found(&format!("MD5 (a b.bin) = {md5} x"), "", ""), 1);
        assert_eq!(found(&format!("SHA1: {md5}"), "", ""), 0);
        assert_eq!(found(&format!("x (MD5) = {md5} x"), "", ""), 0);
        assert_eq!(found(&format!("payload {md5}"), "", ""), 0);
        assert_eq!(found(&format!("00000010  {md5}  |...|"), "", ""), 0);
        // A dump of several lines.
        assert_eq!(found(&md5, &format!("{md5}\n"), ""), 0);
        assert_eq!(found(&md5, "", &format!("{md5}\n")), 0);
    }

    #[test]
    fn serials_and_keys_are_no_files() {
        let sha1 = bytes(20, " ");
        assert_eq!(found(&sha1, "Serial Number:\n", ""), 0);
        assert_eq!(found(&sha1, "X509v3 Subject Key Identifier:\n", ""), 0);
        assert_eq!(found(&format!("Key Id Hash(sha1): {sha1}"), "", ""), 0);
        assert_eq!(found(&format!("Cert Hash(sha1): {sha1}"), "", ""), 0);
        assert_eq!(found(&format!("Thumbprint (SHA1): {}", bytes(20, "-")), "", ""), 0);
        assert_eq!(found(&sha1, "SHA1 hash of file a.bin:\n", ""), 1);
    }
}
