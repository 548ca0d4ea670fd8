//! The one gate that every request passes, because there is one host. Permits are
//! given in order, never more in flight than allowed, each decided by the store.
//! While no request may be sent, the gate waits for all and holds nothing.

mod permit;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::Instant;
use tracing::{debug, info, warn};

pub use self::permit::{Class, NoPermit, Order, Permit};
use crate::model::{Fault, StopReason};
use crate::quota::{Limits, Pause, Period, Quotas, Rate};
use crate::store::{Decision, Purpose, Store};

/// How long nothing is asked after a 429 without `Retry-After`, and at most after one with it.
const SHUT: Duration = Duration::from_secs(60);
/// The same where the key's quota says that the hour is spent.
const SHUT_FOR_THE_HOUR: Duration = Duration::from_secs(5 * 60);
/// The longest `Retry-After` that is believed then.
const LONGEST_HOUR: Duration = Duration::from_secs(60 * 60);
/// 429s in a row, without an answer in between, that end the run.
const RATE_LIMITS_IN_A_ROW: u32 = 10;
/// 403s, with no answer at all, that mean the key and not the indicator.
const FORBIDDEN_IN_A_ROW: u32 = 3;
/// What is in flight at an interrupt is paid for, and gets this long.
const PATIENCE: Duration = Duration::from_secs(3);
/// Each step of the store is a transaction. While more than enough is in flight,
/// fewer than this part of the lookups wait a moment for others to ask with them.
const FEW: usize = 4;
/// A moment.
const LINGER: Duration = Duration::from_millis(1);
/// Waits are cut into pieces and measured by the wall clock: a laptop may sleep in between.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// What the gate waits for, as the progress bar shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When the next request may be sent, as far as is known.
    pub until: Timestamp,
    /// Why not now.
    pub why: Pause,
}

/// What the user may set about pacing.
#[derive(Clone, Copy, Debug)]
pub struct Pacing {
    /// Replaces the minute's limit.
    pub rate: Rate,
    /// Requests in all, quota reads aside.
    pub max_requests: Option<u64>,
    /// Lookups in flight.
    pub concurrency: usize,
    /// Whether a spent day is waited out.
    pub wait_for_quota: bool,
}

/// The gate.
pub struct Gate<'s> {
    store: &'s Store,
    pacing: Pacing,
    limits: Cell<Limits>,
    knows_quotas: Cell<bool>,
    line: RefCell<BTreeMap<Order, Waiter>>,
    /// Someone came to the line, a request ended, or the run stops asking.
    changed: Notify,
    in_flight: Cell<usize>,
    /// Whether an answer has shown that the key is accepted: until then, one request is in flight.
    proven: Cell<bool>,
    /// Permits given for lookups, submissions and polls.
    requests: Cell<u64>,
    forbidden: Cell<u32>,
    rate_limits: Cell<u32>,
    /// When the last 429 came: those to requests sent before it say nothing new.
    rate_limited_at: Cell<Timestamp>,
    /// The quota's return that was announced.
    announced: Cell<Option<Timestamp>>,
    stopped: watch::Sender<Option<(StopReason, Instant)>>,
    waiting: watch::Sender<Option<Waiting>>,
}

/// A request that waits in line.
struct Waiter {
    purpose: Purpose,
    tell: oneshot::Sender<Decision>,
}

impl<'s> Gate<'s> {
    /// A gate over a store, with what is known of the key's quotas.
    #[must_use]
    pub fn new(store: &'s Store, pacing: Pacing, quotas: Option<&Quotas>) -> Self {
        Self {
            store,
            pacing,
            limits: Cell::new(Limits::new(pacing.rate, quotas)),
            knows_quotas: Cell::new(quotas.is_some()),
            line: RefCell::default(),
            changed: Notify::new(),
            in_flight: Cell::new(0),
            proven: Cell::new(false),
            requests: Cell::new(0),
            forbidden: Cell::new(0),
            rate_limits: Cell::new(0),
            rate_limited_at: Cell::new(Timestamp::UNIX_EPOCH),
            announced: Cell::new(None),
            stopped: watch::Sender::new(None),
            waiting: watch::Sender::new(None),
        }
    }

    /// Waits in line for a permit. Only [`Gate::serve`] moves the line.
    pub async fn permit(&'s self, order: Order, purpose: Purpose) -> Result<Permit<'s>, NoPermit> {
        let counts = purpose != Purpose::Quotas;
        let (tell, told) = oneshot::channel();
        self.line.borrow_mut().insert(order, Waiter { purpose, tell });
        self.changed.notify_one();
        match told.await {
            Ok(Decision::Send(id)) => {
                Ok(Permit { gate: self, id: Some(id), counts, started: Timestamp::now() })
            }
            Ok(Decision::Answered(answer)) => Err(NoPermit::Answered(answer)),
            Ok(Decision::Elsewhere(until)) => Err(NoPermit::Elsewhere(until)),
            // The line was given up.
            Ok(Decision::Wait(..) | Decision::Spent(..)) | Err(_) => {
                Err(NoPermit::Stopped(self.stop_reason().unwrap_or(StopReason::Interrupted)))
            }
        }
    }

    /// Moves the line, for as long as it is polled.
    pub async fn serve(&self) -> Infallible {
        let mut lingered = false;
        loop {
            if self.is_stopped() {
                // Dropping the senders tells everyone.
                self.line.borrow_mut().clear();
                self.changed.notified().await;
                continue;
            }
            let (orders, purposes) = self.head_of_line();
            if purposes.is_empty() {
                self.changed.notified().await;
                continue;
            }
            if !lingered
                && purposes.len() < self.pacing.concurrency / FEW
                && self.in_flight.get() > 0
            {
                lingered = tokio::time::timeout(LINGER, self.changed.notified()).await.is_err();
                continue;
            }
            lingered = false;
            let decisions = self.store.decide(purposes, &self.limits.get()).await;
            if let Some(waiting) = self.tell(&orders, decisions) {
                self.announce(waiting);
                self.waiting.send_replace(Some(waiting));
                self.wait(waiting.until).await;
                self.waiting.send_replace(None);
            }
        }
    }

    /// Those who may ask the store now, the first in line first.
    fn head_of_line(&self) -> (Vec<Order>, Vec<Purpose>) {
        let at_once = if self.proven.get() { self.pacing.concurrency } else { 1 };
        let room = at_once.saturating_sub(self.in_flight.get());
        let left = self.pacing.max_requests.map(|most| most.saturating_sub(self.requests.get()));
        let room = left.map_or(room, |left| room.min(usize::try_from(left).unwrap_or(usize::MAX)));
        if left == Some(0) && self.in_flight.get() == 0 {
            self.stop(StopReason::MaxRequests);
        }
        let line = self.line.borrow();
        line.iter().take(room).map(|(order, waiter)| (*order, waiter.purpose.clone())).unzip()
    }

    /// Hands the store's decisions out; gives what the others have to wait for.
    fn tell(&self, orders: &[Order], decisions: Vec<Decision>) -> Option<Waiting> {
        let mut waiting = None;
        for (order, decision) in orders.iter().zip(decisions) {
            match decision {
                Decision::Wait(until, why) => {
                    waiting.get_or_insert(Waiting { until, why });
                    continue;
                }
                Decision::Spent(Period::Day, until) if self.pacing.wait_for_quota => {
                    waiting.get_or_insert(Waiting { until, why: Pause::Spent(Period::Day) });
                    continue;
                }
                Decision::Spent(period, until) => {
                    self.stop(StopReason::Spent(period, until));
                    continue;
                }
                Decision::Send(id) if self.is_stopped() => {
                    self.store.withdraw(id);
                    continue;
                }
                Decision::Send(_) | Decision::Answered(_) | Decision::Elsewhere(_) => {}
            }
            let Some(waiter) = self.line.borrow_mut().remove(order) else {
                // Gone meanwhile: its request was never sent.
                if let Decision::Send(id) = decision {
                    self.store.withdraw(id);
                }
                continue;
            };
            if matches!(decision, Decision::Send(_)) {
                self.in_flight.set(self.in_flight.get() + 1);
                self.requests
                    .set(self.requests.get() + u64::from(waiter.purpose != Purpose::Quotas));
            }
            // The receiver lives as long as the future that stands in line.
            let _ = waiter.tell.send(decision);
        }
        waiting
    }

    /// Says what is waited for: a quota's return aloud, and once.
    fn announce(&self, waiting: Waiting) {
        let Waiting { until, why } = waiting;
        match why {
            Pause::Spent(period) if self.announced.replace(Some(until)) != Some(until) => {
                info!("the {}'s quota is spent: waiting until {until}", period.as_str());
            }
            Pause::Spent(_) => {}
            Pause::Window | Pause::RateLimited => debug!("waiting until {until}: {why:?}"),
        }
    }

    /// Sleeps until an instant of the wall clock, or until something changes.
    async fn wait(&self, until: Timestamp) {
        let start = Instant::now();
        let left = |now: Timestamp| -> Duration {
            until.duration_since(now).max(SignedDuration::ZERO).unsigned_abs()
        };
        let whole = left(Timestamp::now());
        loop {
            // Whichever clock says so: the wall clock may have been set back.
            let rest = left(Timestamp::now()).min(whole.saturating_sub(start.elapsed()));
            if rest.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(rest.min(LONGEST_SLEEP)) => {}
                () = self.changed.notified() => return,
            }
        }
    }

    /// Gives no more permits. The first reason stands: see [`StopReason::or`].
    pub fn stop(&self, why: StopReason) {
        self.stopped.send_modify(|stopped| {
            *stopped = Some(match stopped.take() {
                Some((first, since)) => (first.or(why), since),
                None => (why, Instant::now()),
            });
        });
        self.changed.notify_one();
    }

    /// Why the run stops asking, if it does.
    #[must_use]
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.stopped.borrow().as_ref().map(|(why, _)| why.clone())
    }

    /// Whether no more permits are given.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.borrow().is_some()
    }

    /// Resolves once no more permits are given.
    pub async fn until_stopped(&self) {
        // The sender lives in self, so this cannot fail.
        let _ = self.stopped.subscribe().wait_for(Option::is_some).await;
    }

    /// Resolves once what is in flight has had the time that an interrupt leaves it.
    pub async fn out_of_patience(&self) {
        let mut stopped = self.stopped.subscribe();
        let urgent = |stopped: &Option<(StopReason, Instant)>| {
            stopped.as_ref().is_some_and(|(why, _)| why.is_urgent())
        };
        let since = match stopped.wait_for(urgent).await {
            Ok(stopped) => stopped.as_ref().map(|&(_, since)| since),
            Err(_) => None,
        };
        match since {
            Some(since) => tokio::time::sleep_until(since + PATIENCE).await,
            None => std::future::pending().await,
        }
    }

    /// What the gate waits for.
    #[must_use]
    pub fn waiting(&self) -> watch::Receiver<Option<Waiting>> {
        self.waiting.subscribe()
    }

    /// Permits given so far, quota reads aside.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// The limits that are kept.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits.get()
    }

    /// Whether the key's quotas are known.
    #[must_use]
    pub fn knows_quotas(&self) -> bool {
        self.knows_quotas.get()
    }

    /// Takes in what the key's quotas are.
    pub fn learn(&self, quotas: &Quotas) {
        self.knows_quotas.set(true);
        self.limits.set(Limits::new(self.pacing.rate, Some(quotas)));
        self.store.learn(quotas);
        self.changed.notify_one();
    }

    /// An answer came: the key is accepted, and the 429s are no longer in a row.
    pub fn answered(&self) {
        self.proven.set(true);
        self.forbidden.set(0);
        self.rate_limits.set(0);
    }

    /// A 403 came. Three in a row with nothing answered are the key's fault.
    pub fn forbidden(&self, fault: &Fault) {
        self.forbidden.set(self.forbidden.get() + 1);
        if !self.proven.get() && self.forbidden.get() >= FORBIDDEN_IN_A_ROW {
            self.stop(StopReason::KeyRejected(fault.clone()));
        }
    }

    /// A 429 came: nothing is asked for `Retry-After`, 60 s at most, by anyone.
    /// Ten in a row end the run.
    pub fn rate_limited(&self, permit: Permit<'_>, retry_after: Option<Duration>) {
        let now = Timestamp::now();
        let is_news = permit.started >= self.rate_limited_at.get();
        permit.settle(None);
        if !is_news {
            return;
        }
        self.rate_limited_at.set(now);
        self.rate_limits.set(self.rate_limits.get() + 1);
        if self.rate_limits.get() >= RATE_LIMITS_IN_A_ROW {
            self.stop(StopReason::RateLimited);
            return;
        }
        let pause = retry_after.unwrap_or(SHUT).min(SHUT);
        match retry_after.filter(|&asked| asked > SHUT) {
            Some(asked) => warn!(
                "VirusTotal answered 429 and asked for {} s: waiting {} s, the most that is waited for a minute's limit",
                asked.as_secs(),
                pause.as_secs()
            ),
            None => info!("VirusTotal answered 429: nothing is asked for {} s", pause.as_secs()),
        }
        self.pause_for(pause);
    }

    /// The key's quota says that the hour is spent: waits for `Retry-After` up
    /// to an hour, else 5 minutes, since where its hour begins is not documented.
    pub fn rate_limited_for_the_hour(&self, retry_after: Option<Duration>) {
        let pause = retry_after.map_or(SHUT_FOR_THE_HOUR, |asked| asked.min(LONGEST_HOUR));
        warn!("this hour's quota is spent: nothing is asked for {} s", pause.as_secs());
        self.pause_for(pause);
    }

    fn pause_for(&self, pause: Duration) {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        self.store.pause_until(Timestamp::now() + pause);
        self.changed.notify_one();
    }
}
