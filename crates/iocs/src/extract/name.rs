//! Names in running text, with what makes them more than a word with a dot in it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator::Reserved::OtherRoot;
use crate::indicator::{self, Indicator};
use crate::lexicon::{
    self, CODE_ROOTS, DETECTIONS, FILE_EXTENSION_SUFFIXES, OBJECTS, PLATFORMS, PRODUCTS, PROPERTIES,
};

use super::cursor::{Cursor, Outcome};
use super::lines::is_word;
use super::memo::{As, Memo};
use super::scan;
use super::suffix::{has_suffix, is_marked};

/// A longer run of name signs is not taken apart: what is found in it would be read again for each
/// part.
const LONGEST_RUN: usize = 512;

static AT_AFTER: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^<AT_AFTER>"));
impl<'b> Cursor<'b, '_> {
    pub(super) fn name(&mut self, memo: &mut Memo<'b>, candidate: &Range<usize>) -> Outcome {
        if let Some(len) = self.escape_at(candidate.start) {
            return Outcome::pass(candidate.start + len);
        }
        let host = candidate.start + self.glued_scheme(candidate)..candidate.end;
        let end = self.port(host.end).unwrap_or(host.end);
        if let Some(outcome) = self.spoilt(memo, &(host.start..end)) {
            return outcome;
        }
        let run = candidate.start..self.run_end(candidate.end);
        let step = match self.bare(candidate, &run) {
            Some(span) => self.named(memo, span, run.end),
            None => Outcome::pass(run.end),
        };
        if step.hit.is_some() || step.resume != run.end || run.len() > LONGEST_RUN {
            return step;
        }
        self.part(memo, &run).unwrap_or(step)
    }

    /// The name in a core, without the hyphens and underscores of lists, arrows and emphasis about
    /// it; none if it is part of something longer.
    fn bare(&self, candidate: &Range<usize>, run: &Range<usize>) -> Option<Range<usize>> {
        let mut start = candidate.start;
        let mut end = candidate.end;
        start += self.block[start..end].iter().take_while(|b| **b == b'-').count();
        end -= self.block[start..end].iter().rev().take_while(|b| **b == b'-').count();
        let emphasis = &self.block[candidate.end..run.end];
        if !emphasis.is_empty() {
            if !emphasis.iter().all(|b| *b == b'_') || self.block[start] != b'_' {
                return None;
            }
            start += self.block[start..end].iter().take_while(|b| **b == b'_').count();
        }
        let follows = self.previous(candidate.start);
        let inside = follows.is_some_and(is_word) && !self.escape_before(candidate.start);
        (start < end && !inside).then_some(start..end)
    }

    /// A name whose extent is known: a link, a domain, or neither.
    fn named(&self, memo: &mut Memo<'b>, span: Range<usize>, resume: usize) -> Outcome {
        let raw = &self.block[span.clone()];
        let after = self.after(span.end);
        let may_be_user = match after {
            [b'@' | b'[' | b'(' | b'{' | b'<', ..] => true,
            [b' ' | b'\t', b, ..] => matches!(b, b'[' | b'(' | b'{' | b'<'),
            _ => false,
        };
        if may_be_user && !is_share(after) && AT_AFTER.is_match(after) {
            return Outcome::pass(span.end + 1); // the user of a mail address
        }
        let in_path = self.is_in_path(span.start);
        let is_mail = self.is_mail(span.start);
        let port = self.port(span.end);
        let end = port.unwrap_or(span.end);
        let slash = self.slash_at(end).filter(|slash| !self.is_transport(*slash));
        let is_pathed = !in_path && !is_mail && slash.is_some();
        if is_pathed && has_suffix(raw) {
            return self.pathed(memo, span.start, end);
        }
        let is_linked = is_mail || port.is_some() || is_marked(raw) || starts_with_www(raw);
        // `$_.Name`, `$obj.Host`: a variable's.
        let is_code = self.is_call(span.end) || self.previous(span.start) == Some(b'$');
        let found = if in_path || !is_linked && is_code {
            None
        } else if is_linked {
            memo.get(As::Linked, raw, || read_domain(raw))
        } else {
            memo.get(As::Plain, raw, || read_plain(raw))
        };
        Outcome::hit(span.start..end, found, resume)
    }

    /// A part of a run that is nothing as a whole: a hash that a file is named by, a name between
    /// words of a script without spaces.
    fn part(&mut self, memo: &mut Memo<'b>, run: &Range<usize>) -> Option<Outcome> {
        let text = &self.block[run.clone()];
        if let Some(hex) = scan::long_hex(text) {
            let hex = run.start + hex.start..run.start + hex.end;
            return Some(self.digest(&hex));
        }
        if text.is_ascii() {
            return None;
        }
        let mut at = run.start;
        for part in text.split(|b| !b.is_ascii()) {
            let span = at..at + part.len();
            at = span.end + 1;
            let is_name = part.contains(&b'.') && part[0] != b'.' && !part.ends_with(b".");
            if is_name && !self.is_in_path(span.start) {
                let step = self.named(memo, span.clone(), span.end);
                if step.hit.is_some() {
                    return Some(step);
                }
            }
        }
        None
    }

    /// `info(` after a name is code; a number in brackets is the host's address.
    fn is_call(&self, end: usize) -> bool {
        matches!(self.after(end), [b'(', next, ..] if !next.is_ascii_digit() && !matches!(next, b'[' | b' ' | b'\t'))
    }
}

fn starts_with_www(raw: &[u8]) -> bool {
    raw.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"www")) && raw.get(3) == Some(&b'.')
}

/// A name without marks, link or user: whether it is more likely a domain than a file, a piece of
/// code, a product or a detection.
fn is_plain_domain(raw: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(raw) else { return false };
    let last = text.rsplit('.').next().unwrap_or(text);
    let is_extension = lexicon::holds(FILE_EXTENSION_SUFFIXES, last.as_bytes());
    if is_extension && !indicator::has_suffix_of_labels(raw) {
        return false;
    }
    // The space behind a full stop was lost: `was sent.It then`.
    if matches!(last.as_bytes(), [a, b] if a.is_ascii_uppercase() && b.is_ascii_lowercase()) {
        return false;
    }
    let first = text.split('.').next().unwrap_or(text);
    let is_reverse = CODE_ROOTS.contains(&first) && !matches!(last, "com" | "net" | "org");
    if is_reverse || PRODUCTS.contains(&text) {
        return false;
    }
    if DETECTIONS.contains(&first.split('-').next().unwrap_or(first)) {
        return false;
    }
    if OBJECTS.contains(&first) && PROPERTIES.contains(&last) && text.matches('.').count() == 1 {
        return false;
    }
    let is_platform = |label: &str| lexicon::holds(PLATFORMS, label.as_bytes());
    let has_capital = text.bytes().any(|b| b.is_ascii_uppercase());
    !(has_capital && text.split('.').skip(1).any(is_platform))
}

/// What follows a host in the name of a share over WebDAV: `\\host@80\path`, `\\host@SSL@443\path`
/// (Microsoft's WebClient); no mail address goes on so.
fn is_share(after: &[u8]) -> bool {
    let is_part = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'@';
    let part = after.iter().take_while(is_part).count();
    after.first() == Some(&b'@') && part <= 10 && after.get(part) == Some(&b'\\')
}

/// A name in running text: nothing says that it is one but its suffix, and names of private
/// networks are words too.
fn read_plain(raw: &[u8]) -> Option<Indicator> {
    let may_be = has_suffix(raw) && is_plain_domain(raw);
    let is_public = |found: &Indicator| matches!(found.facts.reserved, None | Some(OtherRoot));
    may_be.then(|| read_domain(raw)).flatten().filter(is_public)
}

fn read_domain(raw: &[u8]) -> Option<Indicator> {
    let text = std::str::from_utf8(raw).ok()?;
    if !is_marked(raw) {
        return indicator::domain(text);
    }
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\t')).collect();
    // A mark at the end may have been all that there was of a second label.
    indicator::domain(&indicator::refang(&text)).filter(|found| found.text.contains('.'))
}
