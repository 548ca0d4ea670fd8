//! A client of few lines that hides nothing: one connection a request, and what came back as it came.

use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use vt_simulator::{KEY, Simulator};

/// An answer, as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The error's code and message.
    pub(crate) fn error(&self) -> (String, String) {
        let error = &self.json()["error"];
        let field = |name| error[name].as_str().expect("an error has both").to_owned();
        (field("code"), field("message"))
    }
}

/// GETs a path below `/api/v3`, with the key.
pub(crate) fn get(simulator: &Simulator, path: &str) -> Answer {
    try_get(simulator, path).expect("an answer")
}

pub(crate) fn try_get(simulator: &Simulator, path: &str) -> io::Result<Answer> {
    let head = format!(
        "GET /api/v3{path} HTTP/1.1\r\nhost: x\r\nx-apikey: {KEY}\r\nconnection: close\r\n\r\n"
    );
    send(simulator.addr(), &head)
}

/// POSTs a form to a path below `/api/v3`, with the key.
pub(crate) fn post(simulator: &Simulator, path: &str, form: &str) -> Answer {
    let length = form.len();
    let head = format!(
        "POST /api/v3{path} HTTP/1.1\r\nhost: x\r\nx-apikey: {KEY}\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{form}"
    );
    send(simulator.addr(), &head).expect("an answer")
}

/// Sends a request and reads until the connection ends; a second without a byte is an error too.
pub(crate) fn send(server: SocketAddr, request: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes);
    let Some(split) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        end?;
        return Err(io::ErrorKind::UnexpectedEof.into());
    };
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let mut lines = head.lines();
    let status =
        lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let body = bytes.split_off(split + 4);
    let answer = Answer { status: status.expect("a status line"), headers, body };
    let promised: Option<usize> =
        answer.header("content-length").and_then(|length| length.parse().ok());
    match promised {
        Some(length) if answer.body.len() == length => Ok(answer),
        None => end.map(|_| answer),
        Some(_) => Err(io::Error::other(format!("{} bytes came: {end:?}", answer.body.len()))),
    }
}
