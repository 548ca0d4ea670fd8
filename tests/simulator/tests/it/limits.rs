//! Keys, the window of the minute, quotas.

use crate::client::{get, send};
use serde_json::Value;
use std::time::{Duration, Instant};
use vt_simulator::{Config, KEY, Simulator, USER};

fn quotas(simulator: &Simulator) -> Value {
    get(simulator, &format!("/users/{KEY}/overall_quotas")).json()["data"].clone()
}

fn used(simulator: &Simulator, period: &str) -> u64 {
    quotas(simulator)[format!("api_requests_{period}")]["user"]["used"].as_u64().expect("a count")
}

#[test]
fn keys_are_asked_for() {
    let simulator = Simulator::start(Config::default());
    let with = |header: &str| {
        let head = format!(
            "GET /api/v3/domains/example.com HTTP/1.1\r\nhost: x\r\n{header}connection: close\r\n\r\n"
        );
        let answer = send(simulator.addr(), &head).expect("an answer");
        (answer.status, answer.error())
    };
    let told = |code: &str, message: &str| (401, (code.to_owned(), message.to_owned()));
    assert_eq!(with(""), told("AuthenticationRequiredError", "X-Apikey header is missing"));
    assert_eq!(with("X-Apikey: nonsense\r\n"), told("WrongCredentialsError", "Wrong API key"));
    assert_eq!(simulator.used(), [0; 3]);
}

#[test]
fn the_window_slides() {
    let window = Duration::from_secs(1);
    let simulator = Simulator::start(Config { per_minute: Some(3), window, ..Config::default() });
    let look = || get(&simulator, "/ip_addresses/192.0.2.1").status;
    look();
    std::thread::sleep(window / 2);
    look();
    look();
    let refused = get(&simulator, "/ip_addresses/192.0.2.1");
    assert_eq!((refused.status, refused.error().0.as_str()), (429, "QuotaExceededError"));
    // One place is free when the first request leaves the window, and no more; refused ones took none.
    let first = simulator.arrivals()[0].at;
    std::thread::sleep(window.saturating_sub(first.elapsed()));
    assert_ne!(look(), 429);
    assert_eq!(look(), 429);
    assert_eq!(simulator.used()[1], 4);
    let came: Vec<Instant> = simulator
        .arrivals()
        .iter()
        .filter(|one| one.status != Some(429))
        .map(|one| one.at)
        .collect();
    assert!(came.windows(4).all(|four| four[3] - four[0] >= window));
}

#[test]
fn quotas_are_counted_and_enforced() {
    let simulator =
        Simulator::start(Config { hourly: 240, daily: 5, monthly: 15_500, ..Config::default() });
    assert_eq!(quotas(&simulator)["api_requests_hourly"]["user"]["allowed"], 240);
    assert!(quotas(&simulator).get("api_requests_minutely").is_none());
    for nth in 0..5 {
        assert_ne!(get(&simulator, &format!("/ip_addresses/192.0.2.{nth}")).status, 429);
    }
    assert_eq!(get(&simulator, "/ip_addresses/192.0.2.9").error().0, "QuotaExceededError");
    // Known or not, five counted; the refused one and the reads did not.
    assert_eq!((used(&simulator, "hourly"), used(&simulator, "daily")), (5, 5));
    simulator.reset_day();
    assert_ne!(get(&simulator, "/ip_addresses/192.0.2.9").status, 429);
    assert_eq!((used(&simulator, "daily"), used(&simulator, "monthly")), (1, 6));
    simulator.set_used(0, 0, 15_500);
    assert_eq!(get(&simulator, "/ip_addresses/192.0.2.9").status, 429);
}

#[test]
fn quota_reads_may_cost() {
    let simulator = Simulator::start(Config { quota_reads_cost: true, ..Config::default() });
    assert_eq!(used(&simulator, "daily"), 1);
    assert_eq!(used(&simulator, "daily"), 2);
}

#[test]
fn a_group_shares_its_quota() {
    let keys = vec!["a".repeat(64), KEY.to_owned()];
    let simulator =
        Simulator::start(Config { keys, group_quota: Some([100, 2, 300]), ..Config::default() });
    let look = |key: &str| {
        let head = format!(
            "GET /api/v3/domains/example.com HTTP/1.1\r\nhost: x\r\nx-apikey: {key}\r\nconnection: close\r\n\r\n"
        );
        send(simulator.addr(), &head).expect("an answer").status
    };
    assert_ne!(look(&"a".repeat(64)), 429);
    assert_ne!(look(KEY), 429);
    assert_eq!(look(KEY), 429);
    let quotas = quotas(&simulator);
    let daily = &quotas["api_requests_daily"];
    assert_eq!(
        (&daily["group"]["allowed"], &daily["group"]["used"], &daily["user"]["used"]),
        (&2.into(), &2.into(), &1.into())
    );
}

#[test]
fn an_account_is_its_owners() {
    let simulator = Simulator::start(Config::default());
    for own in [KEY, USER] {
        assert_eq!(get(&simulator, &format!("/users/{own}/overall_quotas")).status, 200);
        assert_eq!(
            get(&simulator, &format!("/users/{own}")).json()["data"]["attributes"]["apikey"],
            KEY
        );
    }
    let other = get(&simulator, "/users/somebody/overall_quotas");
    assert_eq!((other.status, other.error().0.as_str()), (403, "ForbiddenError"));
}
