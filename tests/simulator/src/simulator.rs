//! The simulator itself: started, scripted, asked what came.

use crate::api::Api;
use crate::catalogue::Object;
use crate::config::Config;
use crate::connection::accept;
use crate::expected::Expected;
use crate::hashes::FileHashes;
use crate::kind::Kind;
use crate::record::Arrival;
use crate::script::Rule;
use crate::target::Target;
use crate::tls::Tls;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A running simulator. It stops, and its connections end, when it is dropped.
pub struct Simulator {
    api: Arc<Api>,
    address: SocketAddr,
    start: Instant,
    ca_pem: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Simulator").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Simulator {
    /// Starts one on a free port of the loopback.
    ///
    /// # Panics
    ///
    /// If it cannot: it serves tests, which have nothing better to do then.
    pub fn start(config: Config) -> Simulator {
        let tls = config.tls.then(|| Tls::new().expect("a certificate can be made"));
        let (ca_pem, acceptor) = tls.map(|tls| (tls.ca_pem, tls.acceptor)).unzip();
        let runtime = match config.threads {
            0 | 1 => Builder::new_current_thread().enable_all().build(),
            threads => Builder::new_multi_thread().worker_threads(threads).enable_all().build(),
        }
        .expect("a runtime can be started");
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .expect("the loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let api = Arc::new(Api::new(config));
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&api);
        let thread = std::thread::Builder::new()
            .name("vt-simulator".to_owned())
            .spawn(move || {
                let accepting = async move {
                    tokio::select! {
                        () = accept(listener, serving, acceptor) => {}
                        _ = stopped => {}
                    }
                };
                // On several threads, accepting on one of the workers saves a hop for each connection.
                runtime.block_on(async { tokio::spawn(accepting).await.ok() });
            })
            .expect("a thread can be started");
        let start = api.record.start();
        Simulator { api, address, start, ca_pem, stop: Some(stop), thread: Some(thread) }
    }

    /// The base of its API: `http://127.0.0.1:PORT/api/v3`, or with https.
    pub fn url(&self) -> String {
        format!("{}/api/v3", self.origin())
    }

    /// Its scheme, host and port, without the path.
    pub fn origin(&self) -> String {
        let scheme = if self.api.config.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of the authority that signed the simulator's own, in PEM; None without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// The instant from which [`Arrival::since_start`] counts.
    pub fn started(&self) -> Instant {
        self.start
    }

    /// What arrived so far, in the order of arrival.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.api.record.arrivals()
    }

    /// What arrived so far, reads of `overall_quotas` left out.
    pub fn lookups(&self) -> Vec<Arrival> {
        let mut arrivals = self.arrivals();
        arrivals.retain(|arrival| !matches!(arrival.target, Target::Quota(_)));
        arrivals
    }

    /// Waits until this number of requests has arrived, and gives all that have by then.
    ///
    /// # Panics
    ///
    /// If fewer arrive in this time; the message says which.
    pub fn wait_for(&self, arrivals: usize, timeout: Duration) -> Vec<Arrival> {
        let came = self.api.record.wait(timeout, |arrived, _| arrived >= arrivals);
        let record = self.arrivals();
        assert!(
            came,
            "{} of {arrivals} requests arrived in {timeout:?}:\n{}",
            record.len(),
            told(&record)
        );
        record
    }

    /// Waits until this number of requests has been answered in full, and gives all that have arrived by then.
    ///
    /// # Panics
    ///
    /// If fewer are in this time; the message says what arrived.
    pub fn wait_for_answers(&self, answers: usize, timeout: Duration) -> Vec<Arrival> {
        let came = self.api.record.wait(timeout, |_, answered| answered >= answers);
        let record = self.arrivals();
        assert!(came, "fewer than {answers} answers in {timeout:?}:\n{}", told(&record));
        record
    }

    /// Forgets what arrived so far: arrivals, and how often each path was asked.
    pub fn forget(&self) {
        self.api.record.forget();
    }

    /// Answers for one id with this instead of what is drawn from it. The id is as a person writes it: for a URL the
    /// URL, for a file any of its hashes; the file's other hashes, [`hashes_of`](crate::hashes_of) it unless it was
    /// added, lead to the same object.
    ///
    /// # Panics
    ///
    /// If the id is no URL, or no hash.
    pub fn set(&self, kind: Kind, id: &str, object: Object) {
        assert!(self.api.catalogue().script(kind, id, object), "{id} is no {}", kind.type_name());
    }

    /// Adds a file with this content, known and judged as drawn from its SHA-256 unless it is [`set`](Self::set).
    pub fn add_file(&self, content: &[u8]) -> FileHashes {
        let hashes = FileHashes::of(content);
        self.api.catalogue().add_file(hashes.clone(), Some(content.len() as u64));
        hashes
    }

    /// What an id is answered with once it is judged, scripted objects and added files considered; None where the
    /// answer is a scripted body.
    pub fn expected(&self, kind: Kind, id: &str) -> Option<Expected> {
        self.api.catalogue().expected(kind, id)
    }

    /// Adds a rule by which requests go wrong.
    pub fn script(&self, rule: Rule) {
        self.api.script().add(rule);
    }

    /// Takes all rules back.
    pub fn clear_script(&self) {
        self.api.script().clear();
    }

    /// Sets what every key has used in the hour, the day and the month.
    pub fn set_used(&self, hourly: u64, daily: u64, monthly: u64) {
        self.api.meters().set_used([hourly, daily, monthly]);
    }

    /// What the first key has used in the hour, the day and the month.
    pub fn used(&self) -> [u64; 3] {
        self.api.meters().used(0)
    }

    /// A new day begins: the use of the day, and of the hour, is back at 0.
    pub fn reset_day(&self) {
        self.api.meters().reset_day();
    }
}

fn told(record: &[Arrival]) -> String {
    let line = |arrival: &Arrival| {
        format!(
            "{:>10.3?} {} {} {:?}\n",
            arrival.since_start, arrival.method, arrival.path, arrival.status
        )
    };
    record.iter().map(line).collect()
}

impl Drop for Simulator {
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
