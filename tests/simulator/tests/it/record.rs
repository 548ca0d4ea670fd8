//! The record of arrivals.

use crate::client::{get, post, try_get};
use std::time::Duration;
use vt_simulator::{
    Config, Fault, KEY, Kind, Latency, Rule, Simulator, Target, Version, When, Which, url_id,
};

#[test]
fn arrivals_are_recorded_in_full_and_in_order() {
    let simulator = Simulator::start(Config::default());
    let url = "https://example.com/?q=1";
    get(&simulator, &format!("/urls/{}?x=y", url_id(url)));
    post(&simulator, "/urls", "url=http%3A%2F%2Fexample.com%2F");
    get(&simulator, &format!("/users/{KEY}/overall_quotas"));
    let arrivals = simulator.wait_for_answers(3, Duration::from_secs(5));
    let first = &arrivals[0];
    assert_eq!(first.target, Target::Lookup(Kind::Url, url.to_owned()));
    assert_eq!(first.path, format!("/api/v3/urls/{}?x=y", url_id(url)));
    assert_eq!((first.key.as_deref(), first.header("x-apikey")), (Some(KEY), Some(KEY)));
    assert_eq!(
        (first.method.as_str(), first.version, first.connection),
        ("GET", Version::HTTP_11, 1)
    );
    assert!(first.status.is_some() && first.answered >= Some(first.since_start));
    assert_eq!(arrivals[1].target, Target::Submit("http://example.com/".to_owned()));
    assert_eq!(arrivals[1].body.as_deref(), Some("url=http%3A%2F%2Fexample.com%2F"));
    assert_eq!(arrivals[2].target, Target::Quota(KEY.to_owned()));
    assert!(arrivals.windows(2).all(|two| two[0].at <= two[1].at));
    assert_eq!(simulator.lookups().len(), 2);
    simulator.forget();
    assert!(simulator.arrivals().is_empty());
}

#[test]
fn waiting_for_arrivals_wakes_at_once() {
    let simulator = Simulator::start(Config {
        latency: Latency::Fixed(Duration::from_millis(100)),
        ..Config::default()
    });
    std::thread::scope(|scope| {
        scope.spawn(|| get(&simulator, "/domains/example.com"));
        let arrivals = simulator.wait_for(1, Duration::from_secs(5));
        assert_eq!((arrivals.len(), arrivals[0].answered), (1, None));
    });
    let answered = simulator.wait_for_answers(1, Duration::from_secs(5));
    let took = answered[0].answered.expect("an answer") - answered[0].since_start;
    assert!((Duration::from_millis(100)..Duration::from_secs(5)).contains(&took), "{took:?}");
}

#[test]
#[should_panic(expected = "0 of 1 requests arrived")]
fn waiting_in_vain_says_what_came() {
    Simulator::start(Config::default()).wait_for(1, Duration::from_millis(10));
}

#[test]
fn latency_and_shares_repeat() {
    let (least, most) = (Duration::from_millis(5), Duration::from_millis(40));
    let run = || {
        let simulator = Simulator::start(Config {
            latency: Latency::Uniform(least, most),
            ..Config::default()
        });
        let share = Fault::error(503, "TransientError", "Transient server error. Retry might work");
        simulator.script(Rule::new(Which::Lookups, When::Share(0.4), share));
        for nth in 0..30 {
            get(&simulator, &format!("/ip_addresses/192.0.2.{}", nth % 10));
        }
        let arrivals = simulator.arrivals();
        let struck: Vec<bool> = arrivals.iter().map(|arrival| arrival.struck).collect();
        let took = arrivals.iter().map(|one| one.answered.unwrap_or_default() - one.since_start);
        assert!(took.clone().all(|took| took >= least));
        (struck, took.collect::<Vec<Duration>>())
    };
    let ((one, slow), (other, _)) = (run(), run());
    assert_eq!(one, other);
    let share = one.iter().filter(|&&struck| struck).count();
    assert!((5..20).contains(&share), "{share} of 30");
    // An attempt says nothing about the next: some id fails once and not always.
    assert!((0..10).any(|id| one[id] != one[id + 10]));
    assert!(slow.iter().max() > slow.iter().min().map(|least| *least * 2).as_ref());
}

#[test]
fn a_dropped_simulator_is_gone() {
    let simulator = Simulator::start(Config::default());
    simulator.script(Rule::new(Which::All, When::Always, Fault::Stall));
    let address = simulator.addr();
    std::thread::scope(|scope| {
        let stalled =
            scope.spawn(|| crate::client::send(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
        simulator.wait_for(1, Duration::from_secs(5));
        drop(simulator);
        assert!(stalled.join().expect("no panic").is_err());
    });
    assert!(std::net::TcpStream::connect(address).is_err());
    let other = Simulator::start(Config::default());
    assert!(try_get(&other, "/domains/example.com").is_ok());
}
