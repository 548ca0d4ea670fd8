//! Connections: accepted, served by hyper, and broken where the script says so.

use crate::answer::Answer;
use crate::api::Api;
use crate::config::Latency;
use crate::draw::Draw;
use crate::flow::Flow;
use crate::reply::Reply;
use crate::script::{Fault, FaultBody, Seen};
use crate::target::Target;
use crate::wire::{End, Wire};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Accepts connections for as long as it is polled.
pub(crate) async fn accept(listener: TcpListener, api: Arc<Api>, tls: Option<TlsAcceptor>) {
    let count = AtomicU64::new(0);
    loop {
        // What can fail is one connection, or too many open files for a while.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::spawn(connect(stream, Arc::clone(&api), tls.clone(), number));
    }
}

async fn connect(stream: TcpStream, api: Arc<Api>, tls: Option<TlsAcceptor>, number: u64) {
    let (wire, end) = Wire::new(stream);
    let peer = Arc::new(Peer { api, end, number });
    let Some(tls) = tls else {
        return http1(TokioIo::new(wire), peer).await;
    };
    let Ok(stream) = tls.accept(wire).await else {
        return;
    };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        http2(TokioIo::new(stream), peer).await;
    } else {
        http1(TokioIo::new(stream), peer).await;
    }
}

/// One connection, as the service sees it.
struct Peer {
    api: Arc<Api>,
    end: Arc<End>,
    number: u64,
}

async fn http1<I: Read + Write + Unpin>(io: I, peer: Arc<Peer>) {
    let end = Arc::clone(&peer.end);
    let service = service_fn(move |request| serve(Arc::clone(&peer), request));
    // Neither a client that goes away nor a body cut by script is an error here.
    tokio::select! {
        _ = http1::Builder::new().serve_connection(io, service) => {}
        () = end.called() => {}
    }
}

async fn http2<I: Read + Write + Unpin>(io: I, peer: Arc<Peer>) {
    let end = Arc::clone(&peer.end);
    let service = service_fn(move |request| serve(Arc::clone(&peer), request));
    tokio::select! {
        _ = http2::Builder::new(TokioExecutor::new()).serve_connection(io, service) => {}
        () = end.called() => {}
    }
}

async fn serve(peer: Arc<Peer>, request: Request<Incoming>) -> Result<Response<Flow>, Infallible> {
    let api = &peer.api;
    let (head, body) = request.into_parts();
    let place = api.record.enter(&head, peer.number);
    let method = head.method.as_str();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let form = if method == "POST" { form(body).await } else { None };
    if let Some(form) = &form {
        api.record.set_body(place, form);
    }
    let target = Target::of(method, path, form.as_deref());
    let seen = Seen { method, path, target: &target, attempt: place.attempt };
    let fault = api.script().strikes(&seen);
    if fault.is_some() {
        api.record.set_struck(place);
    }
    let reply = match &fault {
        Some(Fault::Status { status, body, retry_after }) => {
            scripted(*status, body, retry_after.clone())
        }
        Some(Fault::Redirect(location)) => Reply::redirect(location.clone()),
        _ => {
            let key = head.headers.get("x-apikey").and_then(|key| key.to_str().ok());
            api.reply(&target, path, key, place)
        }
    };
    let late = latency(api.config.latency, &seen);
    let late = if let Some(Fault::Slow(more)) = fault { late + more } else { late };
    if !late.is_zero() {
        tokio::time::sleep(late).await;
    }
    let answer = Answer { api, end: &peer.end, head: &head, place, target: &target };
    Ok(answer.with(reply, fault).await)
}

/// The body of a POST, as far as the API would read it.
async fn form(body: Incoming) -> Option<String> {
    let bytes = Limited::new(body, 1 << 20).collect().await.ok()?.to_bytes();
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn scripted(status: u16, body: &FaultBody, retry_after: Option<String>) -> Reply {
    let reply = match body {
        FaultBody::Json(code, message) => Reply::error(status, code, message),
        FaultBody::Html(page) => Reply::html(status, page.clone()),
        FaultBody::Empty => Reply::empty(status),
    };
    Reply { retry_after, ..reply }
}

fn latency(latency: Latency, seen: &Seen<'_>) -> Duration {
    match latency {
        Latency::None => Duration::ZERO,
        Latency::Fixed(fixed) => fixed,
        Latency::Uniform(least, most) => {
            let mut draw =
                Draw::of(&["latency", seen.method, seen.path, &seen.attempt.to_string()]);
            least + most.saturating_sub(least).mul_f64(draw.unit())
        }
    }
}
