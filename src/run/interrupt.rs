//! SIGINT, SIGTERM and SIGHUP: the first stops new permits, the second ends the run.

use std::io;

use tracing::info;

use crate::gate::Gate;
use crate::model::StopReason;

/// Resolves at the second signal; closes the gate at the first.
///
/// # Errors
/// The signals cannot be listened to.
pub async fn twice(gate: &Gate<'_>) -> io::Result<()> {
    let mut signals = Signals::listen()?;
    signals.next().await;
    gate.stop(StopReason::Interrupted);
    info!("interrupted: waiting up to 3 s for what is in flight (again to end at once)");
    signals.next().await;
    Ok(())
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
