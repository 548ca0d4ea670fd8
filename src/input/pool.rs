//! Work that is shared by threads, and whose results come in the order of the work: the same as on
//! one thread.
//!
//! The calling thread hands the work out and takes the results. Each result has a channel of its own,
//! and these stand in a queue in the order of the work, so that nothing overtakes. The queue's length
//! is the bound on memory.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope};

use anyhow::{Result, anyhow};

/// Less than this is done sooner than a thread has started.
pub const WORTH_THREADS: usize = 1 << 20;

/// Work under way for each thread: in hand, waiting to be, and waiting for what is before it. Enough
/// that a thread which the system halts for others does not halt all.
const QUEUED_PER_THREAD: usize = 8;

/// A piece of work.
pub struct Work<T> {
    /// What is worked on.
    pub input: T,
    /// How much it is: the bytes to be read or searched.
    pub bytes: usize,
}

/// Does what `next` gives until it gives nothing, on up to `threads` threads; none is started before
/// there is enough to do. `next` and `take` run on the calling thread, and `take` gets the results in
/// the order of `next`.
///
/// # Errors
/// Those of `next`; what was given before it is done, but not taken.
pub fn ordered_map<T: Send, R: Send>(
    threads: usize,
    mut next: impl FnMut() -> Result<Option<Work<T>>>,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R),
) -> Result<()> {
    let work = &work;
    thread::scope(|scope| {
        let mut bytes: usize = 0;
        let mut pool = None;
        let mut results = VecDeque::new();
        while let Some(piece) = next()? {
            bytes = bytes.saturating_add(piece.bytes);
            if threads < 2 || bytes < WORTH_THREADS {
                // Nothing is under way yet, so this is its turn.
                take(work(piece.input));
                continue;
            }
            if results.len() >= QUEUED_PER_THREAD * threads
                && let Some(first) = results.pop_front()
            {
                take(received(&first)?);
            }
            let (result, receiver) = sync_channel(1);
            results.push_back(receiver);
            let pool = pool.get_or_insert_with(|| start(scope, threads, work));
            // Fails only where all threads have panicked, which the scope passes on.
            let _ = pool.send((piece.input, result));
        }
        results.iter().try_for_each(|result| received(result).map(&mut take))
    })
}

/// Starts the threads, and gives where work for them goes.
fn start<'scope, T: Send + 'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    threads: usize,
    work: &'scope (impl Fn(T) -> R + Sync),
) -> Sender<(T, SyncSender<R>)> {
    let (sender, receiver) = channel();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let receiver = Arc::clone(&receiver);
        scope.spawn(move || while do_next(&receiver, work) {});
    }
    sender
}

/// Does one piece of work; false where there will be none any more.
fn do_next<T, R>(queue: &Mutex<Receiver<(T, SyncSender<R>)>>, work: &impl Fn(T) -> R) -> bool {
    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok((input, result)) = next else { return false };
    // Nobody waits for the result where `next` has failed.
    let _ = result.send(work(input));
    true
}

fn received<R>(result: &Receiver<R>) -> Result<R> {
    result.recv().map_err(|_| anyhow!("a thread has panicked"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anyhow::bail;

    use super::*;

    fn map(threads: usize, count: usize, bytes: usize) -> Vec<usize> {
        let mut numbers = 0..count;
        let next = || Ok(numbers.next().map(|input| Work { input, bytes }));
        // The first takes the longest, so that the others would overtake it.
        let work = |number: usize| {
            if number == 0 {
                thread::sleep(Duration::from_millis(20));
            }
            number * 2
        };
        let mut taken = Vec::new();
        ordered_map(threads, next, work, |result| taken.push(result)).unwrap();
        taken
    }

    #[test]
    fn results_come_in_the_order_of_the_work_on_any_number_of_threads() {
        for threads in [0, 1, 2, 5] {
            for bytes in [0, WORTH_THREADS / 10, WORTH_THREADS] {
                let expected: Vec<usize> = (0..200).map(|number| number * 2).collect();
                assert_eq!(map(threads, 200, bytes), expected, "{threads} threads, {bytes} bytes");
            }
        }
        assert_eq!(map(2, 0, 0), [0; 0]);
    }

    #[test]
    fn an_error_of_what_gives_the_work_ends_it() {
        let mut given = 0;
        let next = || {
            given += 1;
            if given > 20 { bail!("cut") } else { Ok(Some(Work { input: given, bytes: 1 << 20 })) }
        };
        let error = ordered_map(2, next, |number| number, |_| {}).unwrap_err();
        assert_eq!(error.to_string(), "cut");
    }

    #[test]
    fn no_more_is_under_way_than_the_queue_holds() {
        let (threads, mut given) = (2, 0);
        let taken = std::cell::Cell::new(0);
        let next = || {
            given += 1;
            assert!(given - taken.get() <= QUEUED_PER_THREAD * threads + 2, "{given}");
            Ok((given < 500).then_some(Work { input: (), bytes: WORTH_THREADS }))
        };
        ordered_map(threads, next, |()| (), |()| taken.set(taken.get() + 1)).unwrap();
    }
}
