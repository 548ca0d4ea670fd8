//! The one gate that every request passes, because there is one host: turns go
//! by order, never more in flight than allowed, each decided by one step of the
//! store. While nobody may go, the gate waits for all and holds nothing.

mod closed;
mod turn;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, oneshot, watch};
use tokio::time::Instant;
use tracing::{debug, info, warn};

pub use self::closed::Closed;
pub use self::turn::{Admission, Class, Order, Pass};
use crate::quota::{Limits, Pause, Period, Quotas, Rate};
use crate::report::Fault;
use crate::store::{Ask, Step, Store};

/// How long nothing is asked after a 429 without `Retry-After`, and at most after one with it.
const SHUT: Duration = Duration::from_secs(60);
/// The same where the key's quota says that the hour is spent.
const SHUT_FOR_THE_HOUR: Duration = Duration::from_secs(5 * 60);
/// The longest `Retry-After` that is believed then.
const LONGEST_HOUR: Duration = Duration::from_secs(60 * 60);
/// So many 429s in a row, without an answer in between, are an answer too.
const REFUSALS_IN_A_ROW: u32 = 10;
/// So many 403s, with no answer at all, mean the key and not the indicator.
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
    /// When the next turn is given, as far as is known.
    pub until: Timestamp,
    /// Why not now.
    pub why: Pause,
}

/// What the user may set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Replaces the minute's limit.
    pub rate: Rate,
    /// Turns in all, quota reads aside.
    pub max_requests: Option<u64>,
    /// Lookups in flight.
    pub concurrency: usize,
    /// Whether a spent day is waited out.
    pub wait_for_quota: bool,
}

/// The gate.
pub struct Gate<'s> {
    store: &'s Store,
    settings: Settings,
    limits: Cell<Limits>,
    knows_quotas: Cell<bool>,
    line: RefCell<BTreeMap<Order, Place>>,
    /// Someone came to the line, a request ended, or the gate was closed.
    changed: Notify,
    in_flight: Cell<usize>,
    /// Whether an answer has shown that the key is accepted: until then, one request is in flight.
    proven: Cell<bool>,
    /// Turns given for lookups, submissions and polls.
    requests: Cell<u64>,
    forbidden: Cell<u32>,
    refusals: Cell<u32>,
    /// When the last 429 came: those to requests sent before it are the same refusal.
    refused_at: Cell<Timestamp>,
    /// The quota's return that was announced.
    announced: Cell<Option<Timestamp>>,
    closed: watch::Sender<Option<(Closed, Instant)>>,
    waiting: watch::Sender<Option<Waiting>>,
}

/// One who waits in the line.
struct Place {
    ask: Ask,
    tell: oneshot::Sender<Step>,
}

impl<'s> Gate<'s> {
    /// A gate over a store, with what is known of the key's quotas.
    #[must_use]
    pub fn new(store: &'s Store, settings: Settings, quotas: Option<&Quotas>) -> Self {
        Self {
            store,
            settings,
            limits: Cell::new(Limits::new(settings.rate, quotas)),
            knows_quotas: Cell::new(quotas.is_some()),
            line: RefCell::default(),
            changed: Notify::new(),
            in_flight: Cell::new(0),
            proven: Cell::new(false),
            requests: Cell::new(0),
            forbidden: Cell::new(0),
            refusals: Cell::new(0),
            refused_at: Cell::new(Timestamp::UNIX_EPOCH),
            announced: Cell::new(None),
            closed: watch::Sender::new(None),
            waiting: watch::Sender::new(None),
        }
    }

    /// Waits in line for a turn. Only [`Gate::serve`] moves the line.
    pub async fn turn(&'s self, order: Order, ask: Ask) -> Admission<'s> {
        let counts = ask != Ask::Quotas;
        let (tell, told) = oneshot::channel();
        self.line.borrow_mut().insert(order, Place { ask, tell });
        self.changed.notify_one();
        match told.await {
            Ok(Step::Go(turn)) => {
                let pass = Pass { gate: self, turn: Some(turn), counts, started: Timestamp::now() };
                Admission::Go(pass)
            }
            Ok(Step::Answered(answer)) => Admission::Answered(answer),
            Ok(Step::Elsewhere(until)) => Admission::Elsewhere(until),
            // The line was given up.
            Ok(Step::Wait(..) | Step::Spent(..)) | Err(_) => {
                Admission::Closed(self.closed().unwrap_or(Closed::Interrupted))
            }
        }
    }

    /// Moves the line, for as long as it is polled.
    pub async fn serve(&self) -> Infallible {
        let mut lingered = false;
        loop {
            if self.is_closed() {
                // Dropping the senders tells everyone.
                self.line.borrow_mut().clear();
                self.changed.notified().await;
                continue;
            }
            let (orders, asks) = self.head_of_line();
            if asks.is_empty() {
                self.changed.notified().await;
                continue;
            }
            if !lingered && asks.len() < self.settings.concurrency / FEW && self.in_flight.get() > 0
            {
                lingered = tokio::time::timeout(LINGER, self.changed.notified()).await.is_err();
                continue;
            }
            lingered = false;
            let steps = self.store.step(asks, &self.limits.get()).await;
            if let Some(waiting) = self.tell(&orders, steps) {
                self.announce(waiting);
                self.waiting.send_replace(Some(waiting));
                self.wait(waiting.until).await;
                self.waiting.send_replace(None);
            }
        }
    }

    /// Those who may ask the store now, the first in line first.
    fn head_of_line(&self) -> (Vec<Order>, Vec<Ask>) {
        let at_once = if self.proven.get() { self.settings.concurrency } else { 1 };
        let room = at_once.saturating_sub(self.in_flight.get());
        let left = self.settings.max_requests.map(|most| most.saturating_sub(self.requests.get()));
        let room = left.map_or(room, |left| room.min(usize::try_from(left).unwrap_or(usize::MAX)));
        if left == Some(0) && self.in_flight.get() == 0 {
            self.close(Closed::MaxRequests);
        }
        let line = self.line.borrow();
        line.iter().take(room).map(|(order, place)| (*order, place.ask.clone())).unzip()
    }

    /// Hands the store's decisions out; gives what the others have to wait for.
    fn tell(&self, orders: &[Order], steps: Vec<Step>) -> Option<Waiting> {
        let mut waiting = None;
        for (order, step) in orders.iter().zip(steps) {
            match step {
                Step::Wait(until, why) => {
                    waiting.get_or_insert(Waiting { until, why });
                    continue;
                }
                Step::Spent(Period::Day, until) if self.settings.wait_for_quota => {
                    waiting.get_or_insert(Waiting { until, why: Pause::Spent(Period::Day) });
                    continue;
                }
                Step::Spent(period, until) => {
                    self.close(Closed::Spent(period, until));
                    continue;
                }
                Step::Go(turn) if self.is_closed() => {
                    self.store.withdraw(turn);
                    continue;
                }
                Step::Go(_) | Step::Answered(_) | Step::Elsewhere(_) => {}
            }
            let Some(place) = self.line.borrow_mut().remove(order) else {
                // Gone since it was asked for: its turn was never used.
                if let Step::Go(turn) = step {
                    self.store.withdraw(turn);
                }
                continue;
            };
            if matches!(step, Step::Go(_)) {
                self.in_flight.set(self.in_flight.get() + 1);
                self.requests.set(self.requests.get() + u64::from(place.ask != Ask::Quotas));
            }
            // The receiver lives as long as the future that stands in line.
            let _ = place.tell.send(step);
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
            Pause::Window | Pause::Refused => debug!("waiting until {until}: {why:?}"),
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

    /// Gives no more turns. The first reason stands: see [`Closed::or`].
    pub fn close(&self, why: Closed) {
        self.closed.send_modify(|closed| {
            *closed = Some(match closed.take() {
                Some((first, since)) => (first.or(why), since),
                None => (why, Instant::now()),
            });
        });
        self.changed.notify_one();
    }

    /// Why the gate was closed, if it was.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.closed.borrow().as_ref().map(|(why, _)| why.clone())
    }

    /// Whether the gate was closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.borrow().is_some()
    }

    /// Resolves once the gate is closed.
    pub async fn until_closed(&self) {
        // The sender lives in self, so this cannot fail.
        let _ = self.closed.subscribe().wait_for(Option::is_some).await;
    }

    /// Resolves once what is in flight has had the time that an interrupt leaves it.
    pub async fn out_of_patience(&self) {
        let mut closed = self.closed.subscribe();
        let urgent = |closed: &Option<(Closed, Instant)>| {
            closed.as_ref().is_some_and(|(why, _)| why.is_urgent())
        };
        let since = match closed.wait_for(urgent).await {
            Ok(closed) => closed.as_ref().map(|&(_, since)| since),
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

    /// Requests given a turn so far, quota reads aside.
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
        self.limits.set(Limits::new(self.settings.rate, Some(quotas)));
        self.store.learn(quotas);
        self.changed.notify_one();
    }

    /// An answer came: the key is accepted, and no refusal is in a row any more.
    pub fn answered(&self) {
        self.proven.set(true);
        self.forbidden.set(0);
        self.refusals.set(0);
    }

    /// A 403 came. Three in a row with nothing answered are the key's fault.
    pub fn forbidden(&self, fault: &Fault) {
        self.forbidden.set(self.forbidden.get() + 1);
        if !self.proven.get() && self.forbidden.get() >= FORBIDDEN_IN_A_ROW {
            self.close(Closed::KeyRejected(fault.clone()));
        }
    }

    /// A 429 came: nothing is asked for `Retry-After`, 60 s at most, by anyone.
    /// Ten in a row close the gate.
    pub fn refused(&self, pass: Pass<'_>, retry_after: Option<Duration>) {
        let now = Timestamp::now();
        let is_news = pass.started >= self.refused_at.get();
        pass.settle(None);
        if !is_news {
            return;
        }
        self.refused_at.set(now);
        self.refusals.set(self.refusals.get() + 1);
        if self.refusals.get() >= REFUSALS_IN_A_ROW {
            self.close(Closed::Refused);
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
        self.shut_for(pause);
    }

    /// The key's quota says that the hour is spent: waits for `Retry-After` up
    /// to an hour, else 5 minutes, since where its hour begins is not documented.
    pub fn refused_for_the_hour(&self, retry_after: Option<Duration>) {
        let pause = retry_after.map_or(SHUT_FOR_THE_HOUR, |asked| asked.min(LONGEST_HOUR));
        warn!("this hour's quota is spent: nothing is asked for {} s", pause.as_secs());
        self.shut_for(pause);
    }

    fn shut_for(&self, pause: Duration) {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        self.store.shut(Timestamp::now() + pause);
        self.changed.notify_one();
    }
}
