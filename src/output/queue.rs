//! stdout behind a queue, written by a thread of its own: a reader that pauses stops the thread, and
//! never the requests in flight, the timeouts or the signals.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::Notify;

/// The number of unread bytes at which the queue is full. A pipe holds 64 KiB by itself.
const CAPACITY: usize = 256 << 10;

/// stdout, as the run writes it. Clones share one queue.
#[derive(Clone)]
pub(super) struct StdoutQueue(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// For the thread: there is something to write.
    filled: Condvar,
    /// For who waits without a runtime: something was written, or cannot be.
    drained: Condvar,
    /// The same, for tasks.
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// What the thread has not taken yet.
    queued: Vec<u8>,
    /// How many bytes it is writing.
    in_hand: usize,
    /// Why nothing more can be written: the system's code, and the kind.
    error: Option<(Option<i32>, io::ErrorKind)>,
}

impl State {
    fn length(&self) -> usize {
        self.queued.len() + self.in_hand
    }

    fn error(&self) -> Option<io::Error> {
        self.error
            .map(|(code, kind)| code.map_or_else(|| kind.into(), io::Error::from_raw_os_error))
    }

    fn is_delivered(&self) -> bool {
        self.length() == 0 || self.error.is_some()
    }
}

impl StdoutQueue {
    /// Starts the thread, which ends with the process: it may be waiting for a reader.
    ///
    /// # Errors
    /// The system has no thread left.
    pub(super) fn start() -> io::Result<Self> {
        let queue = Self(Arc::default());
        let shared = Arc::clone(&queue.0);
        thread::Builder::new().name("stdout".to_owned()).spawn(move || shared.write_all())?;
        Ok(queue)
    }

    /// Whether the reader is so far behind that nothing more should be asked for it.
    pub(super) fn is_full(&self) -> bool {
        let state = self.0.lock();
        state.length() >= CAPACITY && state.error.is_none()
    }

    /// Resolves while the queue is not full.
    pub(super) async fn room(&self) {
        self.until(|state| state.length() < CAPACITY || state.error.is_some()).await;
    }

    /// Resolves once all that was written has reached the reader, or cannot.
    pub(super) async fn delivered(&self) {
        self.until(State::is_delivered).await;
    }

    /// Resolves once nothing more can be written.
    pub(super) async fn failed(&self) {
        self.until(|state| state.error.is_some()).await;
    }

    async fn until(&self, is_reached: impl Fn(&State) -> bool) {
        loop {
            // Listens before it looks: what changes in between is not missed.
            let changed = self.0.changed.notified();
            if is_reached(&self.0.lock()) {
                return;
            }
            changed.await;
        }
    }

    /// Waits until all is written, for so long at most. For a terminal alone, whose bar must not be
    /// drawn before the lines above it.
    pub(super) fn settle(&self, patience: Duration) {
        let state = self.0.lock();
        let _ = self.0.drained.wait_timeout_while(state, patience, |state| !state.is_delivered());
    }
}

impl Write for StdoutQueue {
    /// Takes everything at once; the error is that of an earlier write.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock();
        match state.error() {
            Some(error) => Err(error),
            None => {
                state.queued.extend_from_slice(bytes);
                Ok(bytes.len())
            }
        }
    }

    /// Wakes the thread.
    fn flush(&mut self) -> io::Result<()> {
        self.0.filled.notify_one();
        self.0.lock().error().map_or(Ok(()), Err)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread: writes what is queued, in pieces as large as have gathered.
    fn write_all(&self) {
        let mut out = io::stdout();
        let mut piece = Vec::new();
        loop {
            let waited = self.filled.wait_while(self.lock(), |state| state.queued.is_empty());
            let mut state = waited.unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut piece, &mut state.queued);
            state.in_hand = piece.len();
            drop(state);
            let written = out.write_all(&piece).and_then(|()| out.flush());
            piece.clear();
            let mut state = self.lock();
            state.in_hand = 0;
            let is_over = written.is_err();
            if let Err(error) = written {
                state.error = Some((error.raw_os_error(), error.kind()));
                state.queued = Vec::new();
            }
            drop(state);
            self.drained.notify_all();
            self.changed.notify_waiters();
            if is_over {
                return;
            }
        }
    }
}
