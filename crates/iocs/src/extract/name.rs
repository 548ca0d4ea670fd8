//! Names in running text, with what makes them more than a word with a dot in it.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::grammar::bytes_regex;
use crate::indicator::Reserved::OtherRoot;
use crate::indicator::{self, Indicator};
use crate::left_out::Rule;

use super::cursor::{Cursor, Outcome};
use super::doubt::{self, Doubt};
use super::lines::is_word;
use super::memo::{As, Memo};
use super::scan;
use super::suffix::{has_suffix, is_marked};

/// A longer run of name signs is not taken apart: what is found in it would be read again for each
/// part.
const LONGEST_RUN: usize = 512;

static AT_AFTER: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^<AT_AFTER>"));
/// What BIND writes behind a name: `/A/IN`, and behind a zone's `/IN`.
static QUERY: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex("^<RECORD_TYPE>(?:/(?:IN|CH|HS|ANY))(?:[^0-9A-Za-z_/]|$)"));
static ZONE: LazyLock<Regex> = LazyLock::new(|| bytes_regex("^(?:IN|CH|HS)(?:[:'/ ]|$)"));
/// The address that Java writes behind a host: `/1.2.3.4:443`.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    bytes_regex(
        "^[0-9]{1,3}(?:<DOT>[0-9]{1,3}){3}(?::[0-9]{1,5})?(?:[^0-9A-Za-z_/.:-]|[.:]?$|[.:][^0-9A-Za-z])",
    )
});

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
        if let Some(outcome) = self.broken(memo, candidate) {
            return outcome;
        }
        let candidate = &(candidate.start + self.placeholder(candidate)..candidate.end);
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
        if let Some(slash) = slash.filter(|_| !in_path && !is_mail && has_suffix(raw)) {
            return self.slashed_name(memo, span, end, slash);
        }
        let is_linked = is_mail || port.is_some() || is_marked(raw) || starts_with_www(raw);
        if in_path {
            return Outcome::pass(resume);
        }
        if !is_linked {
            return self.plain_name(memo, span, resume);
        }
        let found = memo.get(As::Linked, raw, || read_domain(raw));
        if is_reverse_name(raw) {
            return self.leave_out(Rule::ReverseName, span, found, resume);
        }
        let rule = match (is_mail, port) {
            (false, Some(end)) => self.source_line(&span, end).then_some(Rule::FileName),
            _ => self.is_in_regex(&span).then_some(Rule::Code),
        };
        match rule {
            Some(rule) => self.leave_out(rule, span, found, resume),
            None => Outcome::hit(span.start..end, found, resume),
        }
    }

    /// A name in running text: what speaks against it, and what for it.
    fn plain_name(&self, memo: &mut Memo<'b>, span: Range<usize>, resume: usize) -> Outcome {
        let raw = &self.block[span.clone()];
        if let Some(found) = memo.get(As::Plain, raw, || read_plain(raw)) {
            return match self.plain_rule(&span, raw) {
                Some(rule) => self.leave_out(rule, span, Some(found), resume),
                None => Outcome::hit(span, Some(found), resume),
            };
        }
        let Some(Doubt::Rule(rule)) = doubt::of(raw) else { return Outcome::pass(resume) };
        if !has_suffix(raw) || self.is_variable(&span) && rule != Rule::FileName {
            return Outcome::pass(resume);
        }
        let found = memo.get(As::Linked, raw, || read_domain(raw));
        let found = found.filter(is_public);
        let is_domain = match rule {
            Rule::FileName => {
                self.is_called_domain(&span) || self.is_cell(&span) && !self.is_file_cell(&span)
            }
            _ => self.is_named_domain(&span) || self.is_cell(&span) && !self.is_head(),
        };
        if is_domain {
            return Outcome::hit(span, found, resume);
        }
        self.leave_out(rule, span, found, resume)
    }

    /// What in the text says that a name which could be a domain is not one.
    fn plain_rule(&self, span: &Range<usize>, raw: &[u8]) -> Option<Rule> {
        if is_reverse_name(raw) {
            return Some(Rule::ReverseName);
        }
        // `$_.Name`, `$obj.Host`: a variable's.
        if self.is_variable(span) {
            return Some(Rule::Code);
        }
        let is_member =
            doubt::is_member(raw) && self.is_in_code(span) || self.is_application(span, raw);
        (is_member && !self.is_named_domain(span)).then_some(Rule::Code)
    }

    /// A name with a slash behind it: a query of BIND's, Java's host and address, a path of Active
    /// Directory, or a URL without its scheme.
    fn slashed_name(
        &self,
        memo: &mut Memo<'b>,
        span: Range<usize>,
        end: usize,
        slash: usize,
    ) -> Outcome {
        let raw = &self.block[span.clone()];
        let rest = self.after(slash);
        let name = |resume: usize| {
            let found = read_domain(raw);
            if is_reverse_name(raw) {
                return self.leave_out(Rule::ReverseName, span.clone(), found, resume);
            }
            Outcome::hit(span.clone(), found, resume)
        };
        if let Some(query) = QUERY.find(rest) {
            return name(slash + query.end());
        }
        if self.before(span.start).ends_with(b"zone ") && ZONE.is_match(rest) {
            return name(slash + "IN".len());
        }
        if end == span.end && ADDRESS.is_match(rest) {
            return name(slash);
        }
        if self.is_directory_field(span.start) {
            return name(self.line.end);
        }
        if self.is_reference(span.start) {
            let outcome = self.pathed(memo, span.start, end);
            let Some((span, found)) = outcome.hit else { return outcome };
            return self.leave_out(Rule::Reference, span, Some(found), outcome.resume);
        }
        self.pathed(memo, span.start, end)
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
}

fn starts_with_www(raw: &[u8]) -> bool {
    raw.get(..3).is_some_and(|head| head.eq_ignore_ascii_case(b"www")) && raw.get(3) == Some(&b'.')
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
    let may_be = has_suffix(raw) && doubt::of(raw).is_none();
    may_be.then(|| read_domain(raw)).flatten().filter(is_public)
}

/// Whether a name is one of the public DNS, or of another root that reads like it.
fn is_public(found: &Indicator) -> bool {
    matches!(found.facts.reserved, None | Some(OtherRoot))
}

/// Names that stand for addresses (RFC 1035, section 3.5; RFC 3596, section 2.5).
pub(super) fn is_reverse_name(raw: &[u8]) -> bool {
    let ends = |suffix: &[u8]| {
        raw.len() > suffix.len() && raw[raw.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
    };
    matches!(raw.last(), Some(b'a' | b'A')) && (ends(b".in-addr.arpa") || ends(b".ip6.arpa"))
}

pub(super) fn read_domain(raw: &[u8]) -> Option<Indicator> {
    let text = std::str::from_utf8(raw).ok()?;
    if !is_marked(raw) {
        return indicator::domain(text);
    }
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | '\t')).collect();
    // A mark at the end may have been all that there was of a second label.
    indicator::domain(&indicator::refang(&text)).filter(|found| found.text.contains('.'))
}
