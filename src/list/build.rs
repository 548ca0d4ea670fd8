//! Builds the list: what was seen before, and what the lines are.

mod documents;

use std::borrow::Cow;
use std::path::Path;

use tracing::info;

use super::exclude::Exclude;
use super::index::{EntryIndex, Hasher, kind_of, name_of};
use super::long_line::{LineKind, LongLine};
use super::notices::{Notices, SHOWN, beginning};
use super::options::ListOptions;
use super::recipient;
use super::search::Searched;
use super::secret::{hide_key, hide_secret, without_key};
use super::unique::List;
use super::wrapped::{self, Link};
use crate::input::{self, escape_invalid_utf8};
use crate::key::ApiKey;
use crate::model::{Entry, EntryId, Origin, Skip, Wrapping};
use iocs::extract;
use iocs::finding::{Content, Extent, Finding};
use iocs::indicator::{Indicator, Invalid, Kind, Reading, classify, host_of};

/// A list in the making.
pub(super) struct Builder {
    list: List,
    index: EntryIndex,
    include_private: bool,
    whole_lines: bool,
    as_written: bool,
    exclude: Exclude,
    key: Option<ApiKey>,
    /// The source that is read, and its lines before the next block.
    source: u32,
    lines: u64,
    long: Option<LongLine>,
    /// Indicators found inside longer lines.
    inside: u64,
    /// The domains to which the mail that is read was sent.
    recipients: Vec<String>,
    notices: Notices,
}

impl Builder {
    /// A builder of a list of inputs by these names.
    pub(super) fn new(inputs: Vec<Box<str>>, exclude: Exclude, options: &ListOptions) -> Self {
        Self {
            list: List { parts: inputs.len()..inputs.len(), inputs, ..List::default() },
            index: EntryIndex::new(Hasher::default()),
            include_private: options.include_private,
            whole_lines: options.whole_lines,
            as_written: options.as_written,
            exclude,
            key: options.key.clone(),
            source: 0,
            lines: 0,
            long: None,
            inside: 0,
            recipients: Vec::new(),
            notices: Notices::new(options.key.clone()),
        }
    }

    /// Adds an argument that is itself an indicator.
    pub(super) fn add_argument(&mut self, indicator: Indicator, written: &str) {
        self.list.lines.with += 1;
        self.add(Content::Indicator(indicator), written.as_bytes(), Origin::Argument);
    }

    /// Adds a file's hash, in lower-case hex digits.
    pub(super) fn add_file(&mut self, path: &Path, digest: &str) {
        if let Reading::Indicator(indicator) = classify(digest.as_bytes()) {
            let origin = Origin::File(number(self.list.inputs.len()));
            self.list.inputs.push(path.display().to_string().into());
            self.add(Content::Indicator(indicator), digest.as_bytes(), origin);
        }
    }

    /// Inputs, parts of them, and files to hash that could not be read.
    pub(super) fn add_unread(&mut self, count: u64) {
        self.list.unread += count;
    }

    /// How names are hashed here.
    pub(super) fn hasher(&self) -> Hasher {
        self.index.hasher.clone()
    }

    /// Adds the next block of a source. What was seen before is left in it: another thread made it,
    /// and is quicker to free it.
    pub(super) fn add_block(&mut self, source: u32, searched: &mut Searched) {
        let Searched { block, found, hashes } = searched;
        if source != self.source {
            self.end_long_line();
            (self.source, self.lines) = (source, 0);
        }
        if block.continues || block.is_unfinished {
            self.add_piece(block, found);
        } else {
            self.add_lines(&block.bytes, found, hashes);
        }
    }

    /// The list; says what was not named on the way.
    pub(super) fn finish(mut self) -> List {
        self.end_long_line();
        self.notices.finish();
        if self.inside > 0 {
            let found = self.list.lines.found;
            info!("{} of the {found} found stand inside longer lines", self.inside);
        }
        self.list.entries.iter_mut().for_each(hide_secret);
        self.list.entries.shrink_to_fit();
        self.list
    }

    fn add_lines(&mut self, bytes: &[u8], found: &mut extract::Block, hashes: &[u64]) {
        let counts = &mut self.list.lines;
        counts.with += found.with;
        counts.without += found.without;
        counts.comments += found.comments;
        counts.blank += found.blank;
        self.name_lines(bytes, found);
        self.count_left_out(bytes, found);
        let likely: Vec<Option<EntryId>> =
            hashes.iter().map(|hash| self.index.likely(*hash)).collect();
        for ((found, hash), likely) in found.found.iter_mut().zip(hashes).zip(likely) {
            let entry = likely.and_then(|id| self.list.entries.get_mut(id.0));
            match (entry, &found.content) {
                (Some(entry), Content::Indicator(indicator))
                    if name_of(entry) == (Some(indicator.kind), &indicator.text)
                        && entry.skip != Some(Skip::Secret) =>
                {
                    entry.occurrences += 1;
                    self.list.lines.found += 1;
                    self.inside += u64::from(found.extent != Extent::Line);
                }
                _ => self.add_found(bytes, found, Some(*hash)),
            }
        }
        self.lines += found.lines;
    }

    /// Adds a piece of a line that is longer than any block.
    fn add_piece(&mut self, block: &input::Block, found: &mut extract::Block) {
        if !block.continues {
            self.end_long_line();
        }
        let mut line = self.long.take().unwrap_or_default();
        line.add(&block.bytes, found);
        if line.kind == LineKind::Comment {
            for (_, _, indicator) in &found.comments_with {
                let origin = self.origin(0);
                self.notices.comment(|| self.list.origin(origin), indicator);
            }
        } else {
            self.count_left_out(&block.bytes, found);
            for found in &mut found.found {
                if matches!(found.content, Content::Indicator(_)) {
                    self.add_found(&block.bytes, found, None);
                }
            }
        }
        self.long = Some(line);
        if !block.is_unfinished {
            self.end_long_line();
        }
    }

    /// Counts a line that came in pieces.
    fn end_long_line(&mut self) {
        let Some(line) = self.long.take() else { return };
        // One word is a slip of the pen, many are prose.
        let invalid = line.invalid.filter(|_| line.pieces == 1 || self.whole_lines);
        match (line.kind, invalid) {
            (LineKind::Comment, _) => self.list.lines.comments += 1,
            (LineKind::With, _) => self.list.lines.with += 1,
            (_, Some(invalid)) => {
                self.list.lines.with += 1;
                let origin = self.origin(0);
                let text = without_key(line.beginning, self.key.as_ref());
                let text: String = text.chars().take(SHOWN).collect();
                self.add(Content::Invalid(invalid), text.as_bytes(), origin);
            }
            (LineKind::Blank, None) => self.list.lines.blank += 1,
            (LineKind::Without, None) => {
                self.list.lines.without += 1;
                let origin = self.origin(0);
                self.notices.without(|| self.list.origin(origin), || line.beginning);
            }
        }
        self.lines += 1;
    }

    fn add_found(&mut self, bytes: &[u8], found: &mut Finding, hash: Option<u64>) {
        self.inside += u64::from(found.extent != Extent::Line);
        let origin = match (found.extent, self.origin(found.line)) {
            (Extent::Encoded, Origin::Line { input, line }) => Origin::Encoded { input, line },
            (_, origin) => origin,
        };
        self.add_hashed(&mut found.content, &bytes[found.span.clone()], origin, hash);
    }

    /// Where a line of the source that is read stands, by its number from the next block's first.
    fn origin(&self, line: u64) -> Origin {
        Origin::Line { input: self.source, line: self.lines + line + 1 }
    }

    /// Adds one thing found.
    fn add(&mut self, mut content: Content, found: &[u8], origin: Origin) {
        self.add_hashed(&mut content, found, origin, None);
    }

    /// Adds one thing found, whose hash may be known, unless it was seen before.
    fn add_hashed(
        &mut self,
        content: &mut Content,
        found: &[u8],
        origin: Origin,
        hash: Option<u64>,
    ) {
        if let Content::Indicator(indicator) = &*content
            && !self.as_written
            && let Some(links) = wrapped::links(indicator)
        {
            for Link { indicator, mut wrapping } in links {
                let leads_to = wrapping.leads_to.take();
                wrapping.leads_to = leads_to.map(|url| without_key(url, self.key.as_ref()));
                self.add_one(&mut Content::Indicator(indicator), found, origin, None, wrapping);
            }
            return;
        }
        self.add_one(content, found, origin, hash, Wrapping::default());
    }

    /// Adds one indicator, or what is none, that stands there or was inside a link that does.
    fn add_one(
        &mut self,
        content: &mut Content,
        found: &[u8],
        origin: Origin,
        hash: Option<u64>,
        wrapping: Wrapping,
    ) {
        self.list.lines.found += 1;
        let is_secret = hide_key(content, self.key.as_ref());
        let shown = |found| without_key(escape_invalid_utf8(found), self.key.as_ref());
        let text = match &*content {
            Content::Indicator(indicator) => Cow::Borrowed(indicator.text.as_str()),
            Content::Invalid(_) => Cow::Owned(shown(found)),
        };
        let name = (kind_of(content), &*text);
        let is_as_found = !is_secret && matches!(text, Cow::Borrowed(_));
        let hash = hash.filter(|_| is_as_found).unwrap_or_else(|| self.index.hasher.hash(name));
        let entries = &mut self.list.entries;
        if let Some(id) = self.index.find(hash, name, entries) {
            entries[id.0].carries_recipient |= recipient::is_carried(&text, &self.recipients);
            return self.add_again(id, content, is_secret);
        }
        let written = match text {
            Cow::Owned(text) => Some(text.into()),
            Cow::Borrowed(text) if is_secret || text.as_bytes() == found => None,
            Cow::Borrowed(_) => Some(shown(found).into()),
        };
        let content = std::mem::replace(content, NOTHING);
        let (content, skip) = self.settled(content);
        let skip = if is_secret { Some(Skip::Secret) } else { skip };
        let wrapping = (wrapping != Wrapping::default()).then(|| Box::new(wrapping));
        let carries_recipient = match &content {
            Content::Indicator(url) => recipient::is_carried(&url.text, &self.recipients),
            Content::Invalid(_) => false,
        };
        let entry =
            Entry { content, skip, origin, occurrences: 1, written, wrapping, carries_recipient };
        self.add_new(entry, hash);
    }

    /// Counts what was seen before. A hash that stands anywhere without a secret's label is a
    /// sample's.
    fn add_again(&mut self, id: EntryId, content: &mut Content, is_secret: bool) {
        let entry = &mut self.list.entries[id.0];
        entry.occurrences += 1;
        let is_sample = matches!(&*content, Content::Indicator(found) if !found.facts.is_secret);
        if is_sample && !is_secret && entry.skip == Some(Skip::Secret) {
            let (content, skip) = self.settled(std::mem::replace(content, NOTHING));
            let entry = &mut self.list.entries[id.0];
            (entry.content, entry.skip) = (content, skip);
        }
    }

    /// Adds what was not seen before, and the host that it would hide: before a link that tells its
    /// owner who is asking, behind one that is not asked.
    fn add_new(&mut self, entry: Entry, hash: u64) {
        let (origin, skip, is_told) = (entry.origin, entry.skip, entry.carries_recipient);
        let host = match &entry.content {
            Content::Indicator(url) if url.kind == Kind::Url => host_of(url),
            _ => None,
        };
        if let Some(host) = host.clone().filter(|_| is_told && skip.is_none()) {
            self.add_host(host, origin);
        }
        self.index.insert(hash, &self.list.entries);
        self.list.entries.push(entry);
        if let Some(host) =
            host.filter(|_| matches!(skip, Some(Skip::Credentials | Skip::Unsupported)))
        {
            self.add_host(host, origin);
        }
    }

    /// Adds the host of a URL that is skipped, or that carries a recipient's address, unless it would
    /// be skipped itself: what is skipped never hides its host. It does not stand in the text by
    /// itself, so it counts as unique and not as found.
    fn add_host(&mut self, host: Indicator, origin: Origin) {
        let name = (Some(host.kind), host.text.as_str());
        let hash = self.index.hasher.hash(name);
        let entries = &mut self.list.entries;
        if self.index.find(hash, name, entries).is_some() {
            return;
        }
        let (content, skip) = self.settled(Content::Indicator(host));
        if skip.is_none() {
            let entries = &mut self.list.entries;
            self.index.insert(hash, entries);
            let (written, wrapping, carries_recipient) = (None, None, false);
            entries.push(Entry {
                content,
                skip,
                origin,
                occurrences: 1,
                written,
                wrapping,
                carries_recipient,
            });
        }
    }

    /// What is found for the first time, kept small, and why it is skipped, by its facts and by what
    /// the user has set.
    fn settled(&self, mut content: Content) -> (Content, Option<Skip>) {
        let Content::Indicator(indicator) = &mut content else { return (content, None) };
        indicator.text.shrink_to_fit();
        let by_facts = Skip::by_facts(&indicator.facts)
            .filter(|skip| !(self.include_private && *skip == Skip::Private));
        let skip = by_facts.or_else(|| self.exclude.covers(indicator).then_some(Skip::Excluded));
        (content, skip)
    }

    /// Counts what rules left out, and names it with `-v`.
    fn count_left_out(&mut self, bytes: &[u8], found: &extract::Block) {
        for left_out in &found.left_out {
            self.list.left_out.add(left_out.rule);
            let origin = self.origin(left_out.line);
            let text = || beginning(&bytes[left_out.span.clone()]);
            self.notices.left_out(|| self.list.origin(origin), left_out.rule.what(1), text);
        }
    }

    /// Names the lines of a block that are worth it, in their order.
    fn name_lines(&mut self, bytes: &[u8], found: &extract::Block) {
        let mut comments = found.comments_with.iter().peekable();
        let mut without = found.without_lines.iter().peekable();
        loop {
            let comment_is_next = match (comments.peek(), without.peek()) {
                (Some((comment, ..)), Some((without, _))) => comment < without,
                (comment, _) => comment.is_some(),
            };
            if comment_is_next && let Some((line, _, indicator)) = comments.next() {
                let origin = self.origin(*line);
                self.notices.comment(|| self.list.origin(origin), indicator);
            } else if let Some((line, span)) = without.next() {
                let origin = self.origin(*line);
                let line = || beginning(&bytes[span.clone()]);
                self.notices.without(|| self.list.origin(origin), line);
            } else {
                return;
            }
        }
    }
}

/// What stays behind where a content was moved out.
const NOTHING: Content = Content::Invalid(Invalid { reason: Cow::Borrowed("") });

/// Numbers of inputs are 32 bits wide, to keep entries small: with more than four thousand
/// million of either, memory has run out long before.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
