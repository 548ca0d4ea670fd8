//! Compression, https, HTTP/2 and the proxy.

use crate::client::get;
use reqwest::{Certificate, Client, ClientBuilder, Proxy as Through, Response};
use std::future::Future;
use vt_simulator::{
    Config, Fault, KEY, Kind, Object, Proxy, Rule, Simulator, Version, When, Which,
};

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

async fn look(client: ClientBuilder, url: &str) -> reqwest::Result<Response> {
    client.build().expect("a client").get(url).header("x-apikey", KEY).send().await
}

fn trusting(simulator: &Simulator) -> ClientBuilder {
    let pem = simulator.ca_pem().expect("a certificate");
    let authority = Certificate::from_pem(pem.as_bytes()).expect("PEM");
    Client::builder().no_proxy().tls_certs_only([authority])
}

#[test]
fn bodies_are_compressed_for_those_who_ask_but_never_a_429() {
    let simulator = Simulator::start(Config { daily: 3, ..Config::default() });
    simulator.set(Kind::Domain, "example.com", Object::Known);
    let plain = get(&simulator, "/domains/example.com");
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(
        (plain.header("server"), plain.header("vary")),
        (Some("Google Frontend"), Some("Accept-Encoding"))
    );
    assert!(
        plain.headers.iter().all(|(name, _)| !name.contains("limit") && !name.contains("quota"))
    );
    let asking = |gzip: bool| {
        let url = format!("{}/domains/example.com", simulator.url());
        run(async move {
            let response =
                look(Client::builder().no_proxy().gzip(gzip), &url).await.expect("an answer");
            (
                response.status().as_u16(),
                response.content_length(),
                response.bytes().await.expect("a body").to_vec(),
            )
        })
    };
    // The client hides the header of what it unpacks, and the length.
    let (status, length, body) = asking(true);
    assert_eq!((status, length, body), (200, None, plain.body));
    asking(true);
    let (status, length, body) = asking(true);
    assert_eq!((status, length), (429, Some(body.len() as u64)));
}

#[test]
fn a_bomb_unpacks_to_its_size() {
    let simulator = Simulator::start(Config::default());
    simulator.script(Rule::new(Which::All, When::Always, Fault::Bomb(2_000_000)));
    let url = format!("{}/domains/example.com", simulator.url());
    let body = run(async { look(Client::builder().no_proxy(), &url).await?.bytes().await });
    assert_eq!(body.expect("a body").len(), 2_000_000);
}

#[test]
fn https_speaks_http_2_and_needs_its_authority() {
    let simulator = Simulator::start(Config { tls: true, ..Config::default() });
    let url = format!("{}/domains/example.com", simulator.url());
    assert!(url.starts_with("https://"));
    run(async {
        assert!(look(Client::builder().no_proxy().tls_certs_only([]), &url).await.is_err());
        let two = look(trusting(&simulator), &url).await.expect("an answer");
        assert_eq!(two.version(), Version::HTTP_2);
        let one = look(trusting(&simulator).http1_only(), &url).await.expect("an answer");
        assert_eq!(one.version(), Version::HTTP_11);
    });
    let versions: Vec<Version> =
        simulator.arrivals().iter().map(|arrival| arrival.version).collect();
    assert_eq!(versions, [Version::HTTP_2, Version::HTTP_11]);
}

#[test]
fn faults_strike_over_https_too() {
    let simulator = Simulator::start(Config { tls: true, ..Config::default() });
    let url = format!("{}/domains/example.com", simulator.url());
    for fault in [Fault::Reset, Fault::Close, Fault::CutBody] {
        simulator.clear_script();
        simulator.script(Rule::new(Which::All, When::Always, fault));
        for client in [trusting(&simulator), trusting(&simulator).http1_only()] {
            let client = client.retry(reqwest::retry::never());
            let whole = run(async { look(client, &url).await?.bytes().await });
            assert!(whole.is_err());
        }
    }
}

#[test]
fn the_proxy_tunnels_and_tells() {
    let simulator = Simulator::start(Config { tls: true, ..Config::default() });
    let proxy = Proxy::start(simulator.addr());
    let through = |client: ClientBuilder| client.proxy(Through::all(proxy.url()).expect("a URL"));
    run(async {
        // The name is the API's own, the server the simulator: the tunnel goes nowhere else.
        let url = "https://www.virustotal.com/api/v3/domains/example.com";
        let answer = look(through(trusting(&simulator)), url).await.expect("an answer");
        assert_ne!(answer.status(), 401);
        let refused =
            look(through(Client::builder()), "http://example.com/x").await.expect("an answer");
        assert_eq!(refused.status(), 403);
    });
    assert_eq!(simulator.arrivals().len(), 1);
    let asked: Vec<(String, String)> =
        proxy.requests().into_iter().map(|one| (one.method, one.target)).collect();
    let pair = |method: &str, target: &str| (method.to_owned(), target.to_owned());
    assert_eq!(
        asked,
        [pair("CONNECT", "www.virustotal.com:443"), pair("GET", "http://example.com/x")]
    );
}
