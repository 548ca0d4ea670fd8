//! A reply made into an answer: headers, compression, and the faults that a script puts on it.

use crate::api::Api;
use crate::draw::Draw;
use crate::flow::Flow;
use crate::kind::Kind;
use crate::record::Place;
use crate::reply::Reply;
use crate::script::Fault;
use crate::target::Target;
use crate::wire::End;
use hyper::body::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Response, StatusCode};
use std::sync::Arc;

/// An answer in the making.
pub(crate) struct Answer<'a> {
    pub(crate) api: &'a Arc<Api>,
    pub(crate) end: &'a End,
    pub(crate) head: &'a Parts,
    pub(crate) place: Place,
    pub(crate) target: &'a Target,
}

impl Answer<'_> {
    /// The answer that goes out; it may never come.
    pub(crate) async fn with(&self, reply: Reply, fault: Option<Fault>) -> Response<Flow> {
        match fault {
            None | Some(Fault::Status { .. } | Fault::Redirect(_) | Fault::Slow(_)) => {
                self.whole(reply)
            }
            Some(Fault::Stall) => std::future::pending().await,
            Some(Fault::Reset) => self.end.reset().await,
            Some(Fault::Close) => self.end.close().await,
            Some(Fault::Garbage) => {
                self.whole(Reply::json(200, "<!doctype html><p>Welcome to the hotel's network"))
            }
            Some(Fault::OtherObject) => self.whole(self.astray(reply, false)),
            Some(Fault::WrongType) => self.whole(self.astray(reply, true)),
            Some(Fault::CutBody) => self.half(reply, false),
            Some(Fault::StallInBody) => self.half(reply, true),
            Some(Fault::Huge(bytes)) => {
                self.endless(Flow::Endless { left: bytes, begun: false }, false)
            }
            Some(Fault::Bomb(bytes)) => self.endless(Flow::bomb(bytes), true),
        }
    }

    fn whole(&self, reply: Reply) -> Response<Flow> {
        let (reply, compressed) = self.compressed(reply);
        let flow = Flow::Whole((!reply.body.is_empty()).then(|| reply.body.clone()));
        self.api.record.set_answered(self.place, reply.status, true);
        self.response(&reply, compressed, flow)
    }

    fn half(&self, reply: Reply, stalls: bool) -> Response<Flow> {
        let (reply, compressed) = self.compressed(reply);
        self.api.record.set_answered(self.place, reply.status, false);
        self.response(&reply, compressed, Flow::half(&reply.body, stalls))
    }

    fn endless(&self, flow: Flow, compressed: bool) -> Response<Flow> {
        self.api.record.set_answered(self.place, 200, false);
        let flow =
            Flow::Noted { flow: Box::new(flow), api: Arc::clone(self.api), place: self.place };
        self.response(&Reply::json(200, Bytes::new()), compressed, flow)
    }

    /// A good answer, but not to what was asked. What is no answer about an object stays as it is.
    fn astray(&self, reply: Reply, wrong_type: bool) -> Reply {
        match self.target {
            Target::Lookup(kind, asked) if reply.status == 200 => {
                let other = if *kind == Kind::Ip { Kind::Domain } else { Kind::Ip };
                self.api.astray(if wrong_type { other } else { *kind }, asked)
            }
            _ => reply,
        }
    }

    /// The reply compressed, if the client accepts that. A 429 never is: the real ones are not.
    fn compressed(&self, reply: Reply) -> (Reply, bool) {
        let accepted = self
            .head
            .headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|accepted| accepted.to_str().ok());
        let wanted =
            self.api.config.gzip && accepted.is_some_and(|accepted| accepted.contains("gzip"));
        if !wanted || reply.status == 429 || reply.body.is_empty() {
            return (reply, false);
        }
        let body = self.api.gzipped(&reply);
        (Reply { body, ..reply }, true)
    }

    fn response(&self, reply: &Reply, compressed: bool, flow: Flow) -> Response<Flow> {
        let mut response = Response::new(flow);
        *response.status_mut() =
            StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        front_end_headers(headers, self.place);
        if let Some(content_type) = reply.content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if compressed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        for (name, value) in
            [(header::RETRY_AFTER, &reply.retry_after), (header::LOCATION, &reply.location)]
        {
            // What cannot stand in a header is left out.
            if let Some(Ok(value)) = value.as_deref().map(HeaderValue::from_str) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// The headers that all answers of the API carry. None tells of rates or quotas.
fn front_end_headers(headers: &mut HeaderMap, place: Place) {
    const FIXED: [(HeaderName, &str); 4] = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "Accept-Encoding"),
        (header::SERVER, "Google Frontend"),
        (header::VIA, "1.1 google"),
    ];
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let trace = Draw::of(&["trace", &place.index.to_string()]).hex(32);
    if let Ok(trace) = HeaderValue::from_str(&trace) {
        headers.insert(HeaderName::from_static("x-cloud-trace-context"), trace);
    }
}
