//! A forward proxy that records what it is asked for.

use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A forward proxy on a free port of the loopback. It tunnels every `CONNECT` to one server, whatever host was asked
/// for, so that nothing leaves the machine; other requests are recorded and refused with a 403.
#[derive(Debug)]
pub struct Proxy {
    asked: Arc<Asked>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// One request to a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyRequest {
    /// `CONNECT`, or what a request in absolute form has.
    pub method: String,
    /// `host:port` of a `CONNECT`; otherwise the whole URL.
    pub target: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

#[derive(Debug, Default)]
struct Asked {
    requests: Mutex<Vec<ProxyRequest>>,
    grown: Condvar,
}

impl Proxy {
    /// Starts one that tunnels to this server.
    ///
    /// # Panics
    ///
    /// If it cannot.
    pub fn start(server: SocketAddr) -> Proxy {
        let runtime =
            Builder::new_current_thread().enable_all().build().expect("a runtime can be started");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("the loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let asked = Arc::new(Asked::default());
        let (stop, stopped) = oneshot::channel();
        let recording = Arc::clone(&asked);
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, recording, server) => {}
                    _ = stopped => {}
                }
            });
        });
        Proxy { asked, address, stop: Some(stop), thread: Some(thread) }
    }

    /// Its URL: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it was asked for so far.
    pub fn requests(&self) -> Vec<ProxyRequest> {
        self.asked.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it was asked so often; gives what it was asked for by then, which is less when the time is over.
    pub fn wait_for(&self, requests: usize, timeout: Duration) -> Vec<ProxyRequest> {
        let held = self.asked.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let waited =
            self.asked.grown.wait_timeout_while(held, timeout, |asked| asked.len() < requests);
        waited.unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It fails where the thread has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, asked: Arc<Asked>, server: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let asked = Arc::clone(&asked);
        // A tunnel that breaks is its client's affair.
        tokio::spawn(async move { tunnel(stream, &asked, server).await.ok() });
    }
}

async fn tunnel(mut client: TcpStream, asked: &Asked, server: SocketAddr) -> std::io::Result<()> {
    let head = head(&mut client).await?;
    let Some(request) = parsed(&head) else { return Ok(()) };
    let connects = request.method == "CONNECT";
    asked.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
    asked.grown.notify_all();
    if !connects {
        return client
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await;
    }
    let mut server = TcpStream::connect(server).await?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Reads up to the empty line that ends a head; byte by byte, for what follows belongs to the tunnel.
async fn head(client: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 64 << 10 {
        head.push(client.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

fn parsed(head: &str) -> Option<ProxyRequest> {
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    Some(ProxyRequest { method, target, headers: lines.filter_map(header).collect() })
}
