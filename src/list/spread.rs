//! The inputs read in blocks, searched on all cores, taken in one after the other: what comes out is
//! the same as on one.
//!
//! This thread reads and takes in, the others search. Each block's result has a channel of its own,
//! and these stand in a queue in the order of the blocks, so that nothing overtakes. The queue's
//! length is the bound on memory.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope};

use anyhow::{Context as _, Result, anyhow};
use tracing::error;

use super::Settings;
use super::build::Builder;
use super::given::Given;
use super::index::Hasher;
use crate::input::{Block, Source};
use iocs::extract::{self, Context, Lines, read_block_in};
use iocs::finding::{Content, Finding};

/// Less than this is searched sooner than a thread has started.
const WORTH_THREADS: usize = 1 << 20;

/// Blocks under way for each thread: searched, waiting to be, and to be taken in. Many enough that a
/// thread which the system halts for others does not halt all.
const BLOCKS_A_THREAD: usize = 8;

/// A block, and what was found in it, with the hash of each indicator's name.
#[derive(Default)]
pub(super) struct Searched {
    pub(super) block: Block,
    pub(super) found: extract::Block,
    pub(super) hashes: Vec<u64>,
}

/// A block to be searched, and what its source says of it.
struct Job {
    block: Block,
    context: Context,
    how: extract::Options,
    hasher: Hasher,
    /// What was found in a block before, to be thrown away where it was made.
    spent: Vec<Finding>,
}

impl Job {
    fn search(self) -> Searched {
        drop(self.spent);
        let found = read_block_in(&self.block.bytes, self.how, &self.context);
        let hash = |found: &Finding| match &found.content {
            Content::Indicator(found) => self.hasher.hash((Some(found.kind), &found.text)),
            // Its name is not known here.
            Content::Invalid(_) => 0,
        };
        let hashes = found.found.iter().map(hash).collect();
        Searched { block: self.block, found, hashes }
    }
}

/// Reads all inputs, in their order.
pub(super) fn read(given: Vec<Given>, settings: &Settings, builder: &mut Builder) -> Result<()> {
    let how = extract::Options {
        lines: if settings.whole_lines { Lines::Whole } else { Lines::Searched },
        rules: settings.rules,
        // Also those that are not named are counted.
        named: usize::MAX,
    };
    thread::scope(|scope| {
        let mut crew = Crew::new(scope, settings.threads, how);
        let mut sources = 0;
        for given in given {
            match given {
                Given::Argument(indicator, written) => {
                    crew.finish(builder)?;
                    builder.add_argument(indicator, &written);
                }
                Given::Source(source) => {
                    crew.read(&source, sources, builder)?;
                    sources += 1;
                }
            }
        }
        crew.finish(builder)
    })
}

/// The threads, none of which is started before there is enough to do.
struct Crew<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    threads: usize,
    how: extract::Options,
    /// Bytes read so far.
    read: usize,
    jobs: Option<Sender<(Job, SyncSender<Searched>)>>,
    /// What is under way, each with the number of its source.
    results: VecDeque<(u32, Receiver<Searched>)>,
    /// Taken in; the buffers are used again, for new ones would be cleared by the system, page by
    /// page.
    spent: Vec<Searched>,
}

impl<'scope, 'env> Crew<'scope, 'env> {
    fn new(scope: &'scope Scope<'scope, 'env>, threads: usize, how: extract::Options) -> Self {
        let (results, spent) = (VecDeque::new(), Vec::new());
        Self { scope, threads, how, read: 0, jobs: None, results, spent }
    }

    /// Reads one source to its end. Its last blocks may still be under way then.
    fn read(&mut self, source: &Source, number: u32, builder: &mut Builder) -> Result<()> {
        let mut blocks = source.open()?;
        let mut next = Context::of(&source.name());
        let before = self.read;
        loop {
            let spent = self.spent.pop().unwrap_or_default();
            let block = blocks.next(spent.block.bytes).with_context(|| source.cannot_be_read())?;
            let Some(block) = block else {
                if self.read == before && source.is_pipe() {
                    error!(
                        "{} is empty: whatever was to write to this pipe wrote nothing",
                        source.name()
                    );
                    builder.add_unread(1);
                }
                return Ok(());
            };
            self.read = self.read.saturating_add(block.bytes.len());
            let after = next.after(&block.bytes);
            let context = std::mem::replace(&mut next, after);
            let (how, hasher, spent) = (self.how, builder.hasher(), spent.found.found);
            let job = Job { block, context, how, hasher, spent };
            if self.threads < 2 || self.read < WORTH_THREADS {
                self.take(number, job.search(), builder);
                continue;
            }
            if self.results.len() >= BLOCKS_A_THREAD * self.threads {
                self.take_next(builder)?;
            }
            let (result, receiver) = sync_channel(1);
            self.results.push_back((number, receiver));
            // Fails only where all threads have panicked, which the scope passes on.
            let _ = self.jobs().send((job, result));
        }
    }

    /// Takes all in that is under way.
    fn finish(&mut self, builder: &mut Builder) -> Result<()> {
        while !self.results.is_empty() {
            self.take_next(builder)?;
        }
        Ok(())
    }

    /// Waits for the next block's result, and takes it in.
    fn take_next(&mut self, builder: &mut Builder) -> Result<()> {
        if let Some((number, result)) = self.results.pop_front() {
            let searched = result.recv().map_err(|_| anyhow!("a thread has panicked"))?;
            self.take(number, searched, builder);
        }
        Ok(())
    }

    fn take(&mut self, number: u32, mut searched: Searched, builder: &mut Builder) {
        builder.take(number, &mut searched);
        self.spent.push(searched);
    }

    /// Where jobs go; the first one starts the threads.
    fn jobs(&mut self) -> &Sender<(Job, SyncSender<Searched>)> {
        self.jobs.get_or_insert_with(|| {
            let (sender, receiver) = channel();
            let receiver = Arc::new(Mutex::new(receiver));
            for _ in 0..self.threads {
                let receiver = Arc::clone(&receiver);
                self.scope.spawn(move || while search_next(&receiver) {});
            }
            sender
        })
    }
}

/// Searches one block; false where there will be none any more.
fn search_next(jobs: &Mutex<Receiver<(Job, SyncSender<Searched>)>>) -> bool {
    let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok((job, result)) = next else { return false };
    // Nobody waits for the result where the reading was given up.
    let _ = result.send(job.search());
    true
}
