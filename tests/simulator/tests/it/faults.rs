//! Every fault, as a client sees it.

use crate::client::{Answer, get, post, try_get};
use std::io;
use std::time::{Duration, Instant};
use vt_simulator::{Config, Fault, FaultBody, Kind, Object, Rule, Simulator, When, Which};

/// One look at a known domain under this fault.
fn under(fault: Fault) -> io::Result<Answer> {
    let simulator = Simulator::start(Config::default());
    simulator.set(Kind::Domain, "example.com", Object::Known);
    simulator.script(Rule::new(Which::Kind(Kind::Domain), When::First(1), fault));
    let struck = try_get(&simulator, "/domains/example.com");
    // The next one goes well, whatever happened.
    let well = get(&simulator, "/domains/example.com");
    assert_eq!(well.json()["data"]["id"], "example.com");
    let flags: Vec<bool> = simulator.arrivals().iter().map(|arrival| arrival.struck).collect();
    assert_eq!(flags, [true, false]);
    struck
}

fn answer(fault: Fault) -> Answer {
    under(fault).expect("an answer")
}

fn broken(fault: Fault) -> io::Error {
    under(fault).expect_err("no whole answer")
}

#[test]
fn statuses() {
    let html = answer(Fault::html(502));
    assert_eq!((html.status, html.header("content-type")), (502, Some("text/html; charset=UTF-8")));
    assert!(html.text().contains("<title>502</title>"));
    let later = answer(Fault::quota_exceeded(Some("17")));
    assert_eq!((later.status, later.header("retry-after")), (429, Some("17")));
    assert_eq!(later.error().0, "QuotaExceededError");
    let empty = answer(Fault::Status { status: 504, body: FaultBody::Empty, retry_after: None });
    assert_eq!((empty.status, empty.body.len()), (504, 0));
    let gone = answer(Fault::Redirect("http://192.0.2.1/".to_owned()));
    assert_eq!((gone.status, gone.header("location")), (302, Some("http://192.0.2.1/")));
}

#[test]
fn slow_answers_are_right() {
    let start = Instant::now();
    assert_eq!(answer(Fault::Slow(Duration::from_millis(120))).json()["data"]["id"], "example.com");
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[test]
fn stalls_and_cuts() {
    let timed_out = |error: &io::Error| {
        matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
    };
    assert!(timed_out(&broken(Fault::Stall)));
    let stalled = broken(Fault::StallInBody).to_string();
    assert!(stalled.contains("bytes came: Err"), "{stalled}");
    let cut = broken(Fault::CutBody).to_string();
    assert!(cut.contains("bytes came: Ok") && !cut.starts_with("0 "), "{cut}");
    assert_eq!(broken(Fault::Reset).kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(broken(Fault::Close).kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn wrong_answers() {
    let garbage = answer(Fault::Garbage);
    assert_eq!(garbage.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&garbage.body).is_err());
    let other = answer(Fault::OtherObject).json();
    assert_eq!(other["data"]["type"], "domain");
    assert_ne!(other["data"]["id"], "example.com");
    assert_eq!(answer(Fault::WrongType).json()["data"]["type"], "ip_address");
}

#[test]
fn endless_bodies() {
    let huge = answer(Fault::Huge(3_000_000));
    assert_eq!(huge.header("transfer-encoding"), Some("chunked"));
    assert!(huge.body.len() >= 3_000_000);
    let bomb = answer(Fault::Bomb(3_000_000));
    assert_eq!(bomb.header("content-encoding"), Some("gzip"));
    assert!(bomb.body.len() < 30_000);
}

#[test]
fn rules_strike_what_they_say() {
    let simulator = Simulator::start(Config::default());
    let error = |status| Fault::error(status, "Scripted", "as asked");
    simulator.set(Kind::Ip, "192.0.2.1", Object::Known);
    let ip = || get(&simulator, "/ip_addresses/192.0.2.1").status;

    simulator.script(Rule::new(
        Which::Object(Kind::Ip, "192.0.2.1".to_owned()),
        When::Nth(2),
        error(501),
    ));
    simulator.script(Rule::new(
        Which::PathStarts("/ip_addresses/".to_owned()),
        When::FirstOfEach(3),
        error(502),
    ));
    assert_eq!([ip(), ip(), ip(), ip()], [502, 501, 502, 200]);
    simulator.clear_script();
    simulator.script(Rule::new(Which::Quota, When::Always, error(403)));
    simulator.script(Rule::new(Which::Submissions, When::Always, error(503)));
    simulator.script(Rule::new(
        Which::PathContains("domains/a.".to_owned()),
        When::Always,
        error(504),
    ));
    assert_eq!(ip(), 200);
    assert_eq!(get(&simulator, "/users/analyst/overall_quotas").status, 403);
    assert_eq!(get(&simulator, "/users/analyst").status, 200);
    assert_eq!(post(&simulator, "/urls", "url=http%3A%2F%2Fexample.com").status, 503);
    assert_eq!(get(&simulator, "/domains/a.example.com").status, 504);
    // Scripted statuses are no use of the quota; the account's reads are free.
    assert_eq!(simulator.used()[1], 2);
}
