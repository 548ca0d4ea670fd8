//! Bodies on their way, whole or broken.

use crate::api::Api;
use crate::record::Place;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::io::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The size of the pieces that endless bodies come in.
const PIECE: usize = 64 << 10;

/// A body on its way.
pub(crate) enum Flow {
    /// All of it at once.
    Whole(Option<Bytes>),
    /// Half of it, then the connection ends or nothing more comes.
    Half { half: Option<Bytes>, whole: u64, stalls: bool, paused: bool },
    /// This number of further bytes.
    Endless { left: u64, begun: bool },
    /// This number of further bytes, compressed.
    Bomb { left: u64, encoder: Box<Option<GzEncoder<Vec<u8>>>> },
    /// A body whose end is entered in the record.
    Noted { flow: Box<Flow>, api: Arc<Api>, place: Place },
}

impl Flow {
    pub(crate) fn half(body: &Bytes, stalls: bool) -> Flow {
        let half = Some(body.slice(..body.len() / 2));
        Flow::Half { half, whole: body.len() as u64, stalls, paused: false }
    }

    pub(crate) fn bomb(bytes: u64) -> Flow {
        Flow::Bomb {
            left: bytes,
            encoder: Box::new(Some(GzEncoder::new(Vec::new(), Compression::fast()))),
        }
    }
}

/// What ends a body before its end.
#[derive(Debug)]
pub(crate) struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("cut by script")
    }
}

impl std::error::Error for Cut {}

type Piece = Option<Result<Frame<Bytes>, Cut>>;

fn piece(bytes: Bytes) -> Poll<Piece> {
    Poll::Ready(Some(Ok(Frame::data(bytes))))
}

impl Body for Flow {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Piece> {
        match self.get_mut() {
            Flow::Whole(body) => Poll::Ready(body.take().map(|body| Ok(Frame::data(body)))),
            Flow::Half { half, stalls, paused, .. } => match half.take() {
                Some(half) => piece(half),
                None if *stalls => Poll::Pending,
                None if *paused => Poll::Ready(Some(Err(Cut))),
                None => {
                    // A pause lets the half that was written go out before the connection ends.
                    *paused = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            },
            Flow::Endless { left, begun } => endless(left, begun),
            Flow::Bomb { left, encoder } => bomb(left, encoder),
            Flow::Noted { flow, api, place } => {
                let polled = Pin::new(&mut **flow).poll_frame(context);
                if let Poll::Ready(None) = polled {
                    api.record.set_answered(*place, 200, true);
                }
                polled
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Flow::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Flow::Whole(body) => {
                SizeHint::with_exact(body.as_ref().map_or(0, |body| body.len() as u64))
            }
            Flow::Half { whole, .. } => SizeHint::with_exact(*whole),
            Flow::Endless { .. } | Flow::Bomb { .. } => SizeHint::default(),
            Flow::Noted { flow, .. } => flow.size_hint(),
        }
    }
}

fn endless(left: &mut u64, begun: &mut bool) -> Poll<Piece> {
    const START: &[u8] = b"{\"data\": {\"attributes\": {\"whois\": \"";
    if !*begun {
        *begun = true;
        return piece(Bytes::from_static(START));
    }
    if *left == 0 {
        return Poll::Ready(None);
    }
    let now = (*left).min(PIECE as u64);
    *left -= now;
    piece(Bytes::from_static(&[b'A'; PIECE]).slice(..now as usize))
}

fn bomb(left: &mut u64, encoder: &mut Option<GzEncoder<Vec<u8>>>) -> Poll<Piece> {
    let Some(writer) = encoder else {
        return Poll::Ready(None);
    };
    // Writing into memory cannot fail; an error would end the body early.
    while *left > 0 {
        let now = (*left).min(PIECE as u64);
        *left -= now;
        if writer.write_all(&[b'A'; PIECE][..now as usize]).is_err() {
            return Poll::Ready(None);
        }
        if writer.get_ref().len() >= 4096 {
            return piece(Bytes::from(std::mem::take(writer.get_mut())));
        }
    }
    match encoder.take().map(GzEncoder::finish) {
        Some(Ok(rest)) => piece(Bytes::from(rest)),
        _ => Poll::Ready(None),
    }
}
