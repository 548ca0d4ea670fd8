//! The socket under a connection, so that a script can end it as no server would.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Ends a connection; an answer may call it.
#[derive(Default)]
pub(crate) struct End {
    reset: AtomicBool,
    called: Notify,
}

impl End {
    /// Waits until the connection is to end.
    pub(crate) async fn called(&self) {
        self.called.notified().await;
    }

    /// Ends the connection by a reset. Never returns: the caller is dropped with the connection.
    pub(crate) async fn reset<T>(&self) -> T {
        self.reset.store(true, Ordering::Relaxed);
        self.close().await
    }

    /// Ends the connection in good order, but without an answer.
    pub(crate) async fn close<T>(&self) -> T {
        self.called.notify_one();
        std::future::pending().await
    }
}

/// The socket.
pub(crate) struct Wire {
    stream: TcpStream,
    end: Arc<End>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> (Wire, Arc<End>) {
        // Without this, small answers would wait for each other; where it fails they do.
        let _ = stream.set_nodelay(true);
        let end = Arc::new(End::default());
        (Wire { stream, end: Arc::clone(&end) }, end)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        if self.end.reset.load(Ordering::Relaxed) {
            // A socket closed with no time to linger is reset.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
