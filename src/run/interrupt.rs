//! SIGINT, SIGTERM and SIGHUP: the first stops new permits, the second ends the run.

use std::io;
use std::time::Duration;

use tokio::time::Instant;
use tracing::info;

use crate::gate::Gate;
use crate::model::StopReason;

/// How long a reader of stdout that does not read is waited for after an interrupt.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a reader that does read needs at most, for the last of it.
const MOMENT: Duration = Duration::from_millis(300);

/// The signals that end a run, and how many came.
pub struct Interrupts {
    signals: Signals,
    came: u32,
    first: Option<Instant>,
}

impl Interrupts {
    /// Listens from now on.
    ///
    /// # Errors
    /// The signals cannot be listened to.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { signals: Signals::listen()?, came: 0, first: None })
    }

    /// Resolves at the second signal; stops the gate at the first.
    pub async fn twice(&mut self, gate: &Gate<'_>) {
        while self.came < 2 {
            self.next(gate).await;
        }
    }

    /// Waits until the output has reached its reader and the store its disk, but not longer than an
    /// interrupt allows: 3 s from the first signal, or until the second. A reader that does read has
    /// a moment in any case.
    pub async fn allow(
        &mut self,
        delivered: impl Future<Output = ()>,
        stored: impl Future<Output = ()>,
        gate: &Gate<'_>,
    ) {
        tokio::select! {
            _ = async { tokio::join!(delivered, stored) } => {}
            () = self.out_of_patience(gate) => {}
        }
    }

    async fn out_of_patience(&mut self, gate: &Gate<'_>) {
        tokio::time::sleep(MOMENT).await;
        while self.came < 2 {
            match self.first {
                None => self.next(gate).await,
                Some(first) => {
                    let next = tokio::time::timeout_at(first + PATIENCE, self.next(gate));
                    if next.await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    async fn next(&mut self, gate: &Gate<'_>) {
        self.signals.next().await;
        self.came += 1;
        if self.came == 1 {
            self.first = Some(Instant::now());
            gate.stop(StopReason::Interrupted);
            info!("interrupted: waiting up to 3 s for what is in flight (again to end at once)");
        }
    }
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // Without a handler Ctrl-C ends the program, which is the second best.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
