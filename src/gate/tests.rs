//! The gate over a store in memory, in virtual time: tokio's clock stands still
//! until nobody has anything to do, and the time of day goes with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::FutureExt;
use iocs::indicator::Kind;

use super::*;
use crate::model::EntryId;
use crate::quota::{Quota, Rate};
use crate::store::{Freshness, Location, Name, StoreOptions};

const START: &str = "2026-11-21T10:00:00Z";

/// A time of day that goes with tokio's clock, and can be set.
struct TimeOfDay {
    started: Instant,
    /// Microseconds that it was set forward.
    ahead: Arc<AtomicI64>,
}

impl TimeOfDay {
    fn new() -> Self {
        Self { started: Instant::now(), ahead: Arc::default() }
    }

    fn clock(&self) -> Clock {
        let (started, ahead) = (self.started, Arc::clone(&self.ahead));
        let start: Timestamp = START.parse().unwrap();
        Clock::new(move || {
            let ahead = SignedDuration::from_micros(ahead.load(Ordering::SeqCst));
            start + SignedDuration::try_from(started.elapsed()).unwrap() + ahead
        })
    }

    fn set_back(&self, by: Duration) {
        self.ahead.fetch_sub(by.as_micros() as i64, Ordering::SeqCst);
    }
}

fn memory(clock: &Clock) -> Store {
    let options = StoreOptions {
        location: Some(Location::None),
        api_url: "https://www.virustotal.com/api/v3".to_owned(),
        timeout: Duration::from_secs(30),
        freshness: Freshness { max_age: SignedDuration::from_hours(24), since: None },
        forgotten: None,
    };
    Store::open(&options, Some("fingerprint".to_owned()), clock).unwrap()
}

fn pacing(rate: Rate) -> Pacing {
    Pacing { rate, max_requests: None, concurrency: 32, wait_for_quota: false }
}

fn order(entry: usize) -> Order {
    Order { class: Class::First, entry: EntryId(entry) }
}

fn lookup(entry: usize) -> Purpose {
    Purpose::Lookup(Name { kind: Kind::Domain, text: format!("{entry}.com") })
}

/// When each of `count` requests is sent, where each is answered after this time.
async fn sent(gate: &Gate<'_>, requests: usize, latency: Duration) -> Vec<Duration> {
    let start = Instant::now();
    let request = async |entry| {
        let permit = gate.permit(order(entry), lookup(entry)).await.unwrap();
        let sent = start.elapsed();
        tokio::time::sleep(latency).await;
        gate.answered();
        permit.settle(None);
        sent
    };
    let all = futures_util::future::join_all((0..requests).map(request));
    tokio::select! {
        sent = all => sent,
        never = gate.serve() => match never {},
    }
}

/// Runs `test` while the gate is served.
async fn served<T>(gate: &Gate<'_>, test: impl Future<Output = T>) -> T {
    tokio::select! {
        result = test => result,
        never = gate.serve() => match never {},
    }
}

/// Asserts that no window of this span has more requests than allowed.
#[track_caller]
fn assert_kept(sent: &[Duration], latency: Duration, allowed: usize, span: Duration) {
    let mut sent = sent.to_vec();
    sent.sort();
    for pair in sent.windows(allowed + 1) {
        // A place is free again one span after the answer.
        assert!(pair[allowed] - pair[0] >= span + latency, "{pair:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn four_a_minute_are_never_more_and_no_less() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::PerMinute(4)), None, &time.clock());
    let latency = Duration::from_millis(100);
    let sent = sent(&gate, 22, latency).await;
    assert_kept(&sent, latency, 4, Duration::from_secs(60));
    // The first alone, three with its answer, and then a window for each four.
    let last = sent.iter().max().unwrap();
    assert!(*last < Duration::from_secs(5 * 60 + 2), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn permits_go_by_order_and_one_by_one_until_the_key_is_accepted() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    let given = RefCell::new(Vec::new());
    let request = async |entry: usize| {
        let permit = gate.permit(order(entry), lookup(entry)).await.unwrap();
        given.borrow_mut().push((entry, gate.in_flight.held.get()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        if entry == 2 {
            gate.answered();
        }
        permit.settle(None);
    };
    let all = futures_util::future::join_all((0..6).rev().map(request));
    served(&gate, all).await;
    let mut given = given.into_inner();
    given[3..].sort_unstable(); // given at once
    assert_eq!(given.iter().map(|&(entry, _)| entry).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(
        given[..3],
        [(0, 1), (1, 1), (2, 1)],
        "no answer has shown that the key is accepted"
    );
    assert!(given[3..].iter().all(|&(_, held)| held == 3), "{given:?}");
}

#[tokio::test(start_paused = true)]
async fn a_429_holds_all_for_its_retry_after_and_for_a_minute_without() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    let test = async {
        for (retry_after, pause) in [(Some(2), 2), (None, 60), (Some(3600), 60)] {
            gate.answered();
            let permit = gate.permit(order(0), lookup(0)).await.unwrap();
            let start = Instant::now();
            gate.rate_limited(permit, retry_after.map(Duration::from_secs));
            gate.permit(order(1), lookup(1)).await.unwrap().settle(None);
            let took = start.elapsed().as_secs_f64();
            assert!((took - f64::from(pause)).abs() < 0.1, "{retry_after:?}: {took}");
        }
    };
    served(&gate, test).await;
}

#[tokio::test(start_paused = true)]
async fn ten_429s_in_a_row_end_the_run_and_nine_are_waited_out() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    let test = async {
        for _ in 0..9 {
            let permit = gate.permit(order(0), lookup(0)).await.unwrap();
            gate.rate_limited(permit, Some(Duration::ZERO));
        }
        let permit = gate.permit(order(0), lookup(0)).await.unwrap();
        assert!(!gate.is_stopped());
        gate.rate_limited(permit, Some(Duration::ZERO));
    };
    let start = Instant::now();
    served(&gate, test).await;
    assert_eq!(gate.stop_reason(), Some(StopReason::RateLimited));
    assert!(start.elapsed() > Duration::from_secs(60), "burnt within {:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_in_mid_run_does_not_make_429s_old_news() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    let asked = Cell::new(0);
    let test = async {
        while !gate.is_stopped() {
            let Ok(permit) = gate.permit(order(0), lookup(0)).await else { return };
            asked.set(asked.get() + 1);
            if asked.get() == 2 {
                time.set_back(Duration::from_secs(60 * 60));
            }
            gate.rate_limited(permit, Some(Duration::from_secs(1)));
        }
    };
    let start = Instant::now();
    served(&gate, test).await;
    assert_eq!(asked.get(), 10);
    assert!(start.elapsed() < Duration::from_secs(3 * 60), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_in_mid_wait_costs_one_window_at_most() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::PerMinute(1)), None, &time.clock());
    let test = async {
        gate.permit(order(0), lookup(0)).await.unwrap().settle(None);
        gate.answered();
        let start = Instant::now();
        let next = gate.permit(order(1), lookup(1));
        let set_back = async {
            tokio::time::sleep(Duration::from_secs(30)).await;
            time.set_back(Duration::from_secs(24 * 60 * 60));
        };
        let (permit, ()) = tokio::join!(next, set_back);
        permit.unwrap().settle(None);
        assert!(start.elapsed() <= Duration::from_secs(30 + 61), "{:?}", start.elapsed());
    };
    served(&gate, test).await;
}

#[tokio::test(start_paused = true)]
async fn a_spent_hour_is_waited_for_and_a_spent_day_ends_the_run() {
    let quota = |allowed| Some(Quota { allowed, used: 0 });
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let quotas = Quotas { hour: quota(2), day: quota(3), ..Quotas::default() };
    let gate = Gate::new(&store, pacing(Rate::Unlimited), Some(quotas), &time.clock());
    let test = async {
        gate.answered();
        let start = Instant::now();
        for entry in 0..3 {
            gate.permit(order(entry), lookup(entry)).await.unwrap().settle(None);
        }
        assert!(start.elapsed() >= Duration::from_secs(60 * 60), "{:?}", start.elapsed());
        gate.permit(order(3), lookup(3)).await.map(drop).unwrap_err()
    };
    let refused = served(&gate, test).await;
    let midnight = "2026-11-22T00:00:00Z".parse().unwrap();
    assert!(
        matches!(refused, NoPermit::Stopped(StopReason::Spent(Period::Day, until)) if until == midnight)
    );
}

#[tokio::test(start_paused = true)]
async fn a_spent_day_is_waited_out_where_the_user_wants_it() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let day = Some(Quota { allowed: 1, used: 0 });
    let pacing = Pacing { wait_for_quota: true, ..pacing(Rate::Unlimited) };
    let quotas = Some(Quotas { day, ..Quotas::default() });
    let gate = Gate::new(&store, pacing, quotas, &time.clock());
    let sent = sent(&gate, 2, Duration::from_millis(100)).await;
    assert!(sent[1] >= Duration::from_secs(14 * 60 * 60), "{sent:?}");
}

#[tokio::test(start_paused = true)]
async fn what_another_process_learns_meanwhile_ends_the_wait_for_a_place() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    // Others keep a window of 240 a minute full. This one assumes 4 at first.
    let other = Gate::new(&store, pacing(Rate::PerMinute(240)), None, &time.clock());
    let gate = Gate::new(&store, pacing(Rate::Auto), None, &time.clock());
    let quotas = Quotas { per_minute: Some(240), ..Quotas::default() };
    let others = async {
        other.answered();
        for entry in 0.. {
            let permit = other.permit(order(entry), lookup(entry)).await.unwrap();
            tokio::time::sleep(Duration::from_millis(250)).await;
            permit.settle(None);
            if entry == 40 {
                store.learn(&quotas);
            }
        }
    };
    let late = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let start = Instant::now();
        let order = Order { class: Class::Quotas, entry: EntryId(0) };
        gate.permit(order, Purpose::Quotas).await.unwrap().settle(None);
        start.elapsed()
    };
    let waited = tokio::select! {
        waited = served(&gate, late) => waited,
        () = served(&other, others) => unreachable!(),
    };
    assert!(waited < Duration::from_secs(10), "{waited:?}");
    assert_eq!(gate.quotas(), Some(quotas));
}

#[tokio::test(start_paused = true)]
async fn the_run_ends_at_max_requests_and_only_then() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let pacing = Pacing { max_requests: Some(3), ..pacing(Rate::Unlimited) };
    let gate = Gate::new(&store, pacing, None, &time.clock());
    let test = async {
        for entry in 0..3 {
            gate.permit(order(entry), lookup(entry)).await.unwrap().settle(None);
            gate.answered();
        }
        assert!(!gate.is_stopped(), "nobody wants a fourth");
        gate.permit(order(3), lookup(3)).await.map(drop).unwrap_err()
    };
    let refused = served(&gate, test).await;
    assert!(matches!(refused, NoPermit::Stopped(StopReason::MaxRequests)), "{refused:?}");
    assert_eq!(gate.requests(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_after_a_bounded_time() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    let fault = Fault::new("Timeout", "no answer within --timeout");
    let asked = Cell::new(0);
    let test = async {
        while let Ok(permit) = gate.permit(order(asked.get()), lookup(asked.get())).await {
            asked.set(asked.get() + 1);
            tokio::time::sleep(Duration::from_secs(30)).await;
            gate.silent(&permit, &fault);
        }
    };
    let start = Instant::now();
    served(&gate, test).await;
    assert_eq!(gate.stop_reason(), Some(StopReason::Silent(fault.clone())));
    assert_eq!(asked.get(), 5);
    assert!(start.elapsed() <= Duration::from_secs(151), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn no_permit_is_given_while_nobody_takes_the_records() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    gate.hold();
    let test = async {
        let start = Instant::now();
        let go_on = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            gate.go_on();
        };
        let (permit, ()) = tokio::join!(gate.permit(order(0), lookup(0)), go_on);
        permit.unwrap().settle(None);
        start.elapsed()
    };
    assert_eq!(served(&gate, test).await.as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_ends_the_wait_at_once_and_leaves_three_seconds() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::PerMinute(1)), None, &time.clock());
    let test = async {
        let permit = gate.permit(order(0), lookup(0)).await.unwrap();
        gate.answered();
        let start = Instant::now();
        let interrupt = async {
            tokio::time::sleep(Duration::from_secs(7)).await;
            gate.stop(StopReason::Interrupted);
        };
        let (refused, ()) = tokio::join!(gate.permit(order(1), lookup(1)), interrupt);
        assert!(matches!(refused, Err(NoPermit::Stopped(StopReason::Interrupted))));
        assert_eq!(start.elapsed().as_secs(), 7);
        gate.out_of_patience().await;
        assert_eq!(start.elapsed().as_secs(), 10);
        permit.settle(None);
    };
    served(&gate, test).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_given_up_in_line_takes_no_permit() {
    let time = TimeOfDay::new();
    let store = memory(&time.clock());
    let gate = Gate::new(&store, pacing(Rate::Unlimited), None, &time.clock());
    let test = async {
        assert!(gate.permit(order(0), lookup(0)).now_or_never().is_none());
        let permit = gate.permit(order(1), lookup(1)).await.unwrap();
        assert_eq!(gate.in_flight.held.get(), 1);
        permit.settle(None);
    };
    served(&gate, test).await;
    assert_eq!((gate.in_flight.held.get(), gate.requests()), (0, 1));
}
