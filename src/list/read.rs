//! From the arguments to the list: all inputs are read in their order, and searched on all cores.

use std::cell::RefCell;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use tracing::{error, info, warn};

use super::build::Builder;
use super::document::SearchedDocument;
use super::exclude::Exclude;
use super::options::ListOptions;
use super::search::{Searched, Unsearched};
use super::unique::List;
use crate::input::pool::{self, Work};
use crate::input::{
    Blocks, Document, FilesToHash, InputArg, Mailbox, Opened, Source, default_input, understand_all,
};
use crate::wording::counted;
use iocs::extract::{self, Context, Lines};
use iocs::indicator::Indicator;

/// How many lines of an `--exclude` file that exclude nothing are named.
const NAMED_ODD_LINES: u64 = 3;

/// Reads all inputs; `input.txt` where none is named, and nothing is to be hashed.
///
/// # Errors
/// An input that is neither a file nor an indicator, or cannot be read; a path to hash that is not
/// there; an `--exclude` file that cannot be read.
pub fn read(inputs: &[OsString], mut options: ListOptions) -> Result<List> {
    if options.threads == 0 {
        options.threads = std::thread::available_parallelism().map_or(1, usize::from);
    }
    let args = if inputs.is_empty() && options.hash.is_empty() {
        vec![default_input()?]
    } else {
        understand_all(inputs)?
    };
    let exclude = read_exclude(&options.exclude)?;
    let files = FilesToHash::find(&options.hash)?;
    let names: Vec<Box<str>> = args.iter().filter_map(InputArg::name).map(Into::into).collect();
    let searched = names.join(", ");
    let mut builder = Builder::new(names, exclude, &options);
    search(args, &options, &mut builder)?;
    if !options.hash.is_empty() {
        hash(files, options.threads, &mut builder)?;
    }
    let list = builder.finish();
    if list.entries.is_empty() && list.unread == 0 && !searched.is_empty() {
        if list.left_out.is_empty() {
            warn!("no indicator found in {searched}");
        } else {
            warn!("no indicator found in {searched}; {} (--thorough takes them)", list.left_out);
        }
    }
    Ok(list)
}

/// What the pool works on, in the order of the arguments.
enum Piece {
    Argument(Indicator, String),
    /// A block of the n-th source.
    Block(u32, Unsearched),
    Document(Document),
    /// Why an input, or the rest of it, could not be read.
    Unread(String),
    /// A pipe that held nothing.
    EmptyPipe(Source),
}

/// A piece whose search is done.
enum Done {
    Argument(Indicator, String),
    Block(u32, Searched),
    Document(SearchedDocument),
    Unread(String),
    EmptyPipe(Source),
}

/// Searches all arguments.
fn search(args: Vec<InputArg>, options: &ListOptions, builder: &mut Builder) -> Result<()> {
    // Blocks that are done with: their buffers are used again, for the system would clear new ones,
    // page by page.
    let spent = RefCell::new(Vec::new());
    let mut pieces = Pieces {
        args: args.into_iter(),
        reading: None,
        sources: 0,
        whole_lines: options.whole_lines,
        template: (
            extract::Options {
                lines: if options.whole_lines { Lines::Whole } else { Lines::Searched },
                rules: options.rules,
                // Also those that are not named are counted.
                named: usize::MAX,
            },
            builder.hasher(),
        ),
    };
    let next = || pieces.next(|| spent.borrow_mut().pop().unwrap_or_default());
    let work = |piece| match piece {
        Piece::Argument(indicator, written) => Done::Argument(indicator, written),
        Piece::Block(source, block) => Done::Block(source, block.search()),
        Piece::Document(document) => {
            Done::Document(SearchedDocument::search(document, &options.documents))
        }
        Piece::Unread(why) => Done::Unread(why),
        Piece::EmptyPipe(source) => Done::EmptyPipe(source),
    };
    pool::ordered_map(options.threads, next, work, |done| match done {
        Done::Argument(indicator, written) => builder.add_argument(indicator, &written),
        Done::Block(source, mut searched) => {
            builder.add_block(source, &mut searched);
            spent.borrow_mut().push(searched);
        }
        Done::Document(document) => builder.add_document(document),
        Done::Unread(why) => {
            error!("{why}");
            builder.add_unread(1);
        }
        Done::EmptyPipe(source) => {
            let name = source.name();
            error!("{name} is empty: whatever was to write to this pipe wrote nothing");
            builder.add_unread(1);
        }
    })
}

/// The arguments, cut into pieces.
struct Pieces {
    args: std::vec::IntoIter<InputArg>,
    reading: Option<Reading>,
    /// Sources opened so far.
    sources: u32,
    /// Documents are not opened.
    whole_lines: bool,
    template: (extract::Options, super::index::Hasher),
}

/// A source that is being read.
enum Reading {
    Text {
        source: Source,
        blocks: Blocks,
        /// What stands before the next block.
        context: Context,
        /// Whether no block came yet.
        is_empty: bool,
    },
    Mailbox(Mailbox),
}

impl Pieces {
    fn next(&mut self, spent: impl Fn() -> Searched) -> Result<Option<Work<Piece>>> {
        loop {
            if let Some(mut reading) = self.reading.take() {
                let piece = match &mut reading {
                    Reading::Text { source, blocks, context, is_empty } => {
                        let piece = self.block(source, blocks, context, &spent);
                        let piece = piece.unwrap_or_else(|error| Some(unread(&error)));
                        let is_nothing = std::mem::take(is_empty) && piece.is_none();
                        if is_nothing && source.is_pipe() {
                            let input = Piece::EmptyPipe(source.clone());
                            return Ok(Some(Work { input, bytes: 0 }));
                        }
                        piece
                    }
                    Reading::Mailbox(mailbox) => mailbox.next().map(|message| match message {
                        Ok(message) => document(message),
                        Err(error) => unread(
                            &anyhow!(error).context(format!("{} cannot be read", mailbox.name())),
                        ),
                    }),
                };
                if let Some(work) = piece {
                    let is_over = matches!(work.input, Piece::Unread(_));
                    self.reading = (!is_over).then_some(reading);
                    return Ok(Some(work));
                }
            }
            match self.args.next() {
                None => return Ok(None),
                Some(InputArg::Indicator { indicator, written }) => {
                    let input = Piece::Argument(indicator, written);
                    return Ok(Some(Work { input, bytes: 0 }));
                }
                Some(InputArg::Unread(why)) => {
                    return Ok(Some(Work { input: Piece::Unread(why), bytes: 0 }));
                }
                Some(InputArg::Source(source)) => {
                    self.sources += 1;
                    if let Some(work) = self.open(source) {
                        return Ok(Some(work));
                    }
                }
            }
        }
    }

    /// Opens a source, which is work itself where it is one document.
    fn open(&mut self, source: Source) -> Option<Work<Piece>> {
        match self.opened(&source) {
            Ok(Opened::Text(blocks)) => {
                let context = Context::of(&source.name());
                self.reading = Some(Reading::Text { source, blocks, context, is_empty: true });
                None
            }
            Ok(Opened::Document(mailbox)) if mailbox.is_mailbox() => {
                self.reading = Some(Reading::Mailbox(mailbox.into_mailbox()));
                None
            }
            Ok(Opened::Document(opened)) => Some(document(opened)),
            Err(error) => Some(unread(&error)),
        }
    }

    /// A source as what it is; under `--whole-lines` as text.
    fn opened(&self, source: &Source) -> Result<Opened> {
        match source.open()? {
            Opened::Document(document) if self.whole_lines => {
                let text = document.into_text().with_context(|| source.cannot_be_read())?;
                Ok(Opened::Text(text))
            }
            opened => Ok(opened),
        }
    }

    /// The next block of a text.
    fn block(
        &self,
        source: &Source,
        blocks: &mut Blocks,
        context: &mut Context,
        spent: impl Fn() -> Searched,
    ) -> Result<Option<Work<Piece>>> {
        let Searched { block, found, .. } = spent();
        let block = blocks.next(block.bytes).with_context(|| source.cannot_be_read())?;
        let Some(block) = block else { return Ok(None) };
        let after = context.after(&block.bytes);
        let context = std::mem::replace(context, after);
        let bytes = block.bytes.len();
        let (options, hasher) = self.template.clone();
        let block = Unsearched { block, context, options, hasher, spent: found.found };
        Ok(Some(Work { input: Piece::Block(self.sources - 1, block), bytes }))
    }
}

/// How long a document is is not known before it is read; it is worth a thread.
fn document(document: Document) -> Work<Piece> {
    Work { input: Piece::Document(document), bytes: pool::WORTH_THREADS / 8 }
}

fn unread(error: &anyhow::Error) -> Work<Piece> {
    Work { input: Piece::Unread(format!("{error:#}")), bytes: 0 }
}

/// All `--exclude` files as one.
fn read_exclude(files: &[PathBuf]) -> Result<Exclude> {
    let mut exclude = Exclude::default();
    for path in files {
        let source = Source::File(path.clone());
        source.refuse_devices().with_context(|| format!("--exclude {}", path.display()))?;
        let mut odd: u64 = 0;
        source.for_each_line(|number, line| {
            if let Err(error) = exclude.add(line) {
                odd += 1;
                if odd <= NAMED_ODD_LINES {
                    warn!("{}:{number}: {error}", path.display());
                }
            }
            Ok(())
        })?;
        if odd > 0 {
            let lines = counted(odd, "line");
            warn!("{}: {lines} of this list cannot be used; the others are", path.display());
        }
    }
    Ok(exclude)
}

/// Adds the hashes of files, and says how many could not be read.
fn hash(files: FilesToHash, threads: usize, builder: &mut Builder) -> Result<()> {
    let (mut hashed, mut unread) = (0, 0);
    let passed_over = match files.passed_over() {
        0 => String::new(),
        other => format!(", {other} passed over that are no regular files"),
    };
    for (path, digest) in files.digests(threads)? {
        match digest {
            Ok(digest) => {
                hashed += 1;
                builder.add_file(&path, &digest);
            }
            Err(error) => {
                unread += 1;
                warn!("{} cannot be read, so it is not looked up: {error}", path.display());
            }
        }
    }
    info!(
        "{} hashed, {unread} could not be read{passed_over}; nothing is uploaded",
        counted(hashed, "file")
    );
    builder.add_unread(unread);
    Ok(())
}
