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

use super::Settings;
use super::build::Builder;
use super::given::Given;
use crate::extract::{self, Context, read_block_in};
use crate::input::{Block, Source};

/// Less than this is searched sooner than a thread has started.
const WORTH_THREADS: usize = 1 << 20;

/// Blocks under way for each thread: one searched, one waiting to be, one to be taken in.
const BLOCKS_A_THREAD: usize = 3;

/// A block, and what was found in it.
pub(super) struct Searched {
    pub(super) block: Block,
    pub(super) found: extract::Block,
}

impl Searched {
    fn of(block: Block, context: &Context, how: extract::Settings) -> Self {
        let found = read_block_in(&block.bytes, how, context);
        Self { block, found }
    }
}

/// A block to be searched, what its source says of it, and where the result is to go.
type Job = (Block, Context, SyncSender<Searched>);

/// Reads all inputs, in their order.
pub(super) fn read(given: Vec<Given>, settings: &Settings, builder: &mut Builder) -> Result<()> {
    let how = extract::Settings {
        whole_lines: settings.whole_lines,
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
    how: extract::Settings,
    /// Bytes read so far.
    read: usize,
    jobs: Option<Sender<Job>>,
    /// What is under way, each with the number of its source.
    results: VecDeque<(u32, Receiver<Searched>)>,
    /// Buffers to be used again: new ones would be cleared by the system, page by page.
    spare: Vec<Vec<u8>>,
}

impl<'scope, 'env> Crew<'scope, 'env> {
    fn new(scope: &'scope Scope<'scope, 'env>, threads: usize, how: extract::Settings) -> Self {
        let (results, spare) = (VecDeque::new(), Vec::new());
        Self { scope, threads, how, read: 0, jobs: None, results, spare }
    }

    /// Reads one source to its end. Its last blocks may still be under way then.
    fn read(&mut self, source: &Source, number: u32, builder: &mut Builder) -> Result<()> {
        let mut blocks = source.open()?;
        let mut next = Context::default();
        loop {
            let buffer = self.spare.pop().unwrap_or_default();
            let block = blocks.next(buffer).with_context(|| source.cannot_be_read())?;
            let Some(block) = block else { return Ok(()) };
            self.read = self.read.saturating_add(block.bytes.len());
            let after = next.after(&block.bytes);
            let context = std::mem::replace(&mut next, after);
            if self.threads < 2 || self.read < WORTH_THREADS {
                self.take(number, Searched::of(block, &context, self.how), builder);
                continue;
            }
            if self.results.len() >= BLOCKS_A_THREAD * self.threads {
                self.take_next(builder)?;
            }
            let (result, receiver) = sync_channel(1);
            self.results.push_back((number, receiver));
            // Fails only where all threads have panicked, which the scope passes on.
            let _ = self.jobs().send((block, context, result));
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

    fn take(&mut self, number: u32, searched: Searched, builder: &mut Builder) {
        builder.take(number, &searched.block, searched.found);
        self.spare.push(searched.block.bytes);
    }

    /// Where jobs go; the first one starts the threads.
    fn jobs(&mut self) -> &Sender<Job> {
        self.jobs.get_or_insert_with(|| {
            let (sender, receiver) = channel::<Job>();
            let receiver = Arc::new(Mutex::new(receiver));
            for _ in 0..self.threads {
                let (receiver, how) = (Arc::clone(&receiver), self.how);
                self.scope.spawn(move || while search_next(&receiver, how) {});
            }
            sender
        })
    }
}

/// Searches one block; false where there will be none any more.
fn search_next(jobs: &Mutex<Receiver<Job>>, how: extract::Settings) -> bool {
    let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok((block, context, result)) = next else { return false };
    // Nobody waits for the result where the reading was given up.
    let _ = result.send(Searched::of(block, &context, how));
    true
}
