//! The one gate that every request passes, because there is one host. Permits are
//! given in order, never more in flight than allowed, each decided by the store.
//! While no request may be sent, the gate waits for all and holds nothing.

mod health;
mod order;
mod pacing;
mod permit;
#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;
use tracing::{debug, info, warn};

use self::health::{Diagnosis, Health, RateLimit};
pub use self::order::{Class, Order};
pub use self::pacing::{Pacing, Waiting};
use self::permit::InFlight;
pub use self::permit::{NoPermit, Permit};
use crate::clock::Clock;
use crate::model::{Fault, StopReason};
use crate::quota::{Limits, Pause, Period, Quotas};
use crate::store::{Decided, Decision, Purpose, Store};

/// How long nothing is asked after a 429 without `Retry-After`, and at most after one with it.
const PAUSE: Duration = Duration::from_secs(60);
/// The same where the key's quota says that the hour is spent.
const PAUSE_FOR_THE_HOUR: Duration = Duration::from_secs(5 * 60);
/// The longest `Retry-After` that is believed then.
const LONGEST_HOUR: Duration = Duration::from_secs(60 * 60);
/// What is in flight at an interrupt is paid for, and gets this long.
const PATIENCE: Duration = Duration::from_secs(3);
/// Each decision of the store is a transaction. While more than enough is in flight,
/// fewer than this part of the lookups wait a moment for others to ask with them.
const FEW: usize = 4;
/// A moment.
const LINGER: Duration = Duration::from_millis(1);
/// How often a waiting process checks what the store has learnt meanwhile. Waits are
/// measured by the wall clock, too: a laptop may sleep in between.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The gate.
pub struct Gate<'s> {
    store: &'s Store,
    pacing: Pacing,
    clock: Clock,
    limits: Cell<Limits>,
    quotas: watch::Sender<Option<Quotas>>,
    line: RefCell<BTreeMap<Order, Waiter>>,
    in_flight: InFlight<'s>,
    /// Whether permits are held back, since nobody takes the records.
    is_held: Cell<bool>,
    health: Health,
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
    pub fn new(store: &'s Store, pacing: Pacing, quotas: Option<Quotas>, clock: &Clock) -> Self {
        Self {
            store,
            pacing,
            clock: clock.clone(),
            limits: Cell::new(Limits::new(pacing.rate, quotas.as_ref())),
            quotas: watch::Sender::new(quotas),
            line: RefCell::default(),
            in_flight: InFlight::new(store, clock.clone()),
            is_held: Cell::new(false),
            health: Health::default(),
            announced: Cell::new(None),
            stopped: watch::Sender::new(None),
            waiting: watch::Sender::new(None),
        }
    }

    /// Waits in line for a permit. Only [`Gate::serve`] moves the line.
    ///
    /// # Errors
    /// Why the request is not to be sent.
    pub async fn permit(&self, order: Order, purpose: Purpose) -> Result<Permit<'_>, NoPermit> {
        if let Some(why) = self.stop_reason() {
            return Err(NoPermit::Stopped(why));
        }
        let (tell, told) = oneshot::channel();
        let waiter = Waiter { purpose: purpose.clone(), tell };
        self.line.borrow_mut().insert(order, waiter);
        self.in_flight.changed.notify_one();
        match told.await {
            Ok(Decision::Send(id)) => Ok(self.in_flight.permit(id, purpose)),
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
            let (orders, purposes) = self.head_of_line();
            if purposes.is_empty() {
                self.in_flight.changed.notified().await;
                continue;
            }
            let are_few = purposes.len() < self.pacing.concurrency / FEW;
            if !lingered && are_few && self.in_flight.held.get() > 0 {
                let more = self.in_flight.changed.notified();
                lingered = tokio::time::timeout(LINGER, more).await.is_err();
                continue;
            }
            lingered = false;
            let Decided { decisions, quotas, .. } =
                self.store.decide(purposes, &self.limits.get()).await;
            let waiting = self.tell(&orders, decisions);
            if self.take_in(quotas) {
                continue;
            }
            if self.waiting.send_replace(waiting) != waiting {
                waiting.inspect(|waiting| self.announce(*waiting));
            }
            if let Some(waiting) = waiting {
                self.wait(waiting.until).await;
            }
        }
    }

    /// Those who may ask the store now, the first in line first.
    fn head_of_line(&self) -> (Vec<Order>, Vec<Purpose>) {
        if self.is_held.get() || self.is_stopped() {
            return Default::default();
        }
        let held = self.in_flight.held.get();
        // Until one answer has shown that the key is accepted, one request is in flight.
        let at_once = if self.health.is_proven() { self.pacing.concurrency } else { 1 };
        let room = at_once.saturating_sub(held);
        let requests = self.in_flight.requests.get();
        let left = self.pacing.max_requests.map(|most| most.saturating_sub(requests));
        let room = left.map_or(room, |left| room.min(usize::try_from(left).unwrap_or(usize::MAX)));
        let line = self.line.borrow();
        if left == Some(0) && held == 0 && !line.is_empty() {
            drop(line);
            self.stop(StopReason::MaxRequests);
            return Default::default();
        }
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
                Decision::Send(_) | Decision::Answered(_) | Decision::Elsewhere(_) => {}
            }
            let waiter = self.line.borrow_mut().remove(order);
            let Decision::Send(id) = decision else {
                // One that has gone meanwhile needs no answer.
                let _ = waiter.map(|waiter| waiter.tell.send(decision));
                continue;
            };
            let Some(Waiter { purpose, tell }) = waiter else {
                // Gone meanwhile: its request was never sent.
                self.store.withdraw(id);
                continue;
            };
            self.in_flight.add(&purpose);
            if tell.send(decision).is_err() {
                self.in_flight.take_back(id, &purpose);
            }
        }
        waiting
    }

    /// Adopts what the store knows of the key's quotas; says whether it is new.
    fn take_in(&self, quotas: Option<Quotas>) -> bool {
        let is_news = quotas.is_some() && *self.quotas.borrow() != quotas;
        if is_news {
            self.limits.set(Limits::new(self.pacing.rate, quotas.as_ref()));
            self.quotas.send_replace(quotas);
        }
        is_news
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

    /// Sleeps until an instant of the wall clock, but not for long, or until something changes.
    async fn wait(&self, until: Timestamp) {
        let left = until.duration_since(self.clock.now()).max(SignedDuration::ZERO);
        tokio::select! {
            () = tokio::time::sleep(left.unsigned_abs().min(LOOK_AGAIN)) => {}
            () = self.in_flight.changed.notified() => {}
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
        // Dropping the senders tells everyone.
        drop(self.line.take());
        self.waiting.send_replace(None);
    }

    /// Gives no permits until [`Gate::go_on`].
    pub fn hold(&self) {
        self.is_held.set(true);
    }

    /// Gives permits again.
    pub fn go_on(&self) {
        if self.is_held.replace(false) {
            self.in_flight.changed.notify_one();
        }
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
        tokio::time::sleep_until(self.until_urgent().await + PATIENCE).await;
    }

    /// Resolves once the run is to end soon, as by an interrupt, and gives since when.
    pub async fn until_urgent(&self) -> Instant {
        let mut stopped = self.stopped.subscribe();
        let urgent = |stopped: &Option<(StopReason, Instant)>| {
            stopped.as_ref().is_some_and(|(why, _)| why.is_urgent())
        };
        match stopped.wait_for(urgent).await.as_deref() {
            Ok(Some((_, since))) => *since,
            _ => std::future::pending().await,
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
        self.in_flight.requests.get()
    }

    /// The limits that are kept.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits.get()
    }

    /// The key's quotas, as far as they are known.
    #[must_use]
    pub fn quotas(&self) -> Option<Quotas> {
        *self.quotas.borrow()
    }

    /// Resolves once this or another process has read the key's quotas.
    pub async fn until_quotas_are_known(&self) {
        // The sender lives in self, so this cannot fail.
        let _ = self.quotas.subscribe().wait_for(Option::is_some).await;
    }

    /// Records what was read of the key's quotas.
    pub fn learn(&self, quotas: &Quotas) {
        self.take_in(Some(*quotas));
        self.store.learn(quotas);
        self.in_flight.changed.notify_one();
    }

    /// An answer came: the key is accepted, and no fault is in a row any more.
    pub fn answered(&self) {
        self.health.answered();
        self.in_flight.changed.notify_one();
    }

    /// A 403 came. Three in a row with nothing answered are the key's fault.
    pub fn forbidden(&self, fault: &Fault) {
        if self.health.forbidden() == Diagnosis::All {
            self.stop(StopReason::KeyRejected(fault.clone()));
        }
    }

    /// Something came that is not an answer, but from a server that is there.
    pub fn spoke(&self) {
        self.health.spoke();
    }

    /// Nothing came. A server that says nothing for long is given up.
    pub fn silent(&self, permit: &Permit<'_>, fault: &Fault) {
        if self.health.silent(permit.since) == Diagnosis::All {
            self.stop(StopReason::Silent(fault.clone()));
        }
    }

    /// A 429 came: nothing is asked for `Retry-After`, 60 s at most, by anyone.
    /// Ten in a row end the run.
    pub fn rate_limited(&self, permit: Permit<'_>, retry_after: Option<Duration>) {
        let rate_limit = self.health.rate_limited(permit.since);
        permit.settle(None);
        let least = match rate_limit {
            RateLimit::Known => return,
            RateLimit::TooMany => return self.stop(StopReason::RateLimited),
            RateLimit::Pause(least) => least,
        };
        let pause = retry_after.unwrap_or(PAUSE).min(PAUSE).max(least);
        match retry_after.filter(|&asked| asked > PAUSE) {
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
        let pause = retry_after.map_or(PAUSE_FOR_THE_HOUR, |asked| asked.min(LONGEST_HOUR));
        warn!("this hour's quota is spent: nothing is asked for {} s", pause.as_secs());
        self.pause_for(pause);
    }

    fn pause_for(&self, pause: Duration) {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        self.store.pause_until(self.clock.now() + pause);
        self.in_flight.changed.notify_one();
    }
}
