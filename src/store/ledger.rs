//! The rules of the ledger, the claims and the answers, written once over [`Rows`].
//! Nothing here reads a clock.

use iocs::indicator::{Digest, Kind};
use jiff::{SignedDuration, Timestamp};

use super::decision::{Decided, Decision, Name, Purpose, RequestId};
use super::options::{Freshness, Shelf};
use super::rows::{AnswerRow, Holder, Link, Request, Rows};
use super::stored::{self, Stored};
use crate::model::{Answer, Facts};
use crate::quota::{Limits, Quotas, Room, Spending, Window, room, room_in_window};

/// Another's claim is looked at again after this.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_millis(100);
/// How much longer than its request a claim is believed.
const GRACE: SignedDuration = SignedDuration::from_secs(2);
/// How often periods are renewed and old entries deleted.
const TIDY: SignedDuration = SignedDuration::from_secs(1);
const SECONDS_AN_HOUR: i64 = 60 * 60;

/// The rules, and what they need to know of this process.
pub(super) struct Ledger {
    timeout: SignedDuration,
    freshness: Freshness,
    tidied_at: Timestamp,
}

impl Ledger {
    pub(super) fn new(timeout: SignedDuration, freshness: Freshness) -> Self {
        Self { timeout, freshness, tidied_at: Timestamp::UNIX_EPOCH }
    }

    /// Decides on requests, the first in line first.
    pub(super) fn decide<R: Rows>(
        &mut self,
        rows: &mut R,
        purposes: &[Purpose],
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Decided, R::Error> {
        self.tidy(rows, limits.window, now)?;
        let mut account = rows.account()?;
        let mut spending = with_window(rows, account.spending(), limits, now)?;
        let mut entered = 0;
        let mut decisions = Vec::with_capacity(purposes.len());
        for purpose in purposes {
            if let Purpose::Lookup(name) = purpose
                && let Some(decision) = self.without_request(rows, name, now)?
            {
                decisions.push(decision);
                continue;
            }
            let room = match purpose {
                Purpose::Quotas => room_in_window(now, limits, &spending),
                Purpose::Lookup(_) | Purpose::Analysis => room(now, limits, &spending),
            };
            decisions.push(match room {
                Room::Free(_) => {
                    let counted = u64::from(purpose.counts());
                    entered += counted;
                    spending.in_window += 1;
                    spending.hour += counted;
                    spending.day += counted;
                    spending.month += counted;
                    Decision::Send(self.enter(rows, purpose, now)?)
                }
                Room::Wait(until, why) => Decision::Wait(until, why),
                Room::Spent(period, until) => Decision::Spent(period, until),
            });
        }
        if entered > 0 {
            account.counts.add(entered);
            rows.set_account(&account)?;
        }
        Ok(Decided { decisions, spending, quotas: account.known_quotas(now) })
    }

    /// What answers a lookup without a request of its own.
    fn without_request<R: Rows>(
        &self,
        rows: &mut R,
        name: &Name,
        now: Timestamp,
    ) -> Result<Option<Decision>, R::Error> {
        if let Some(answer) =
            self.find(rows, name, now)?.and_then(|stored| stored.read(name.kind, &name.text))
        {
            return Ok(Some(Decision::Answered(Box::new(answer))));
        }
        let claim = rows.claim(name)?.map(|over| over + GRACE).filter(|&until| until > now);
        Ok(claim.map(|until| Decision::Elsewhere(until.min(now + LOOK_AGAIN))))
    }

    fn enter<R: Rows>(
        &self,
        rows: &mut R,
        purpose: &Purpose,
        now: Timestamp,
    ) -> Result<RequestId, R::Error> {
        let name = match purpose {
            Purpose::Lookup(name) => Some(name),
            Purpose::Analysis | Purpose::Quotas => None,
        };
        let over = now + self.timeout;
        rows.enter(&Request { started: now, over, counts: purpose.counts(), name })
    }

    /// Takes a request back that never reached the server.
    pub(super) fn withdraw<R: Rows>(&self, rows: &mut R, id: RequestId) -> Result<(), R::Error> {
        if rows.remove(id)? == Some(true) {
            let mut account = rows.account()?;
            account.counts.take_back();
            rows.set_account(&account)?;
        }
        Ok(())
    }

    /// Lets nothing be asked before `until`.
    pub(super) fn pause<R: Rows>(
        &self,
        rows: &mut R,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), R::Error> {
        let mut account = rows.account()?;
        account.pause(until, now);
        rows.set_account(&account)
    }

    /// Keeps what was read of the key's quotas, and corrects the counts by them.
    pub(super) fn learn<R: Rows>(
        &self,
        rows: &mut R,
        quotas: &Quotas,
        now: Timestamp,
    ) -> Result<(), R::Error> {
        let mut account = rows.account()?;
        account.learn(quotas, now);
        rows.set_account(&account)
    }

    /// What was read of the key's quotas in the last 24 h.
    pub(super) fn known_quotas<R: Rows>(
        &mut self,
        rows: &mut R,
        now: Timestamp,
    ) -> Result<Option<Quotas>, R::Error> {
        self.tidy(rows, None, now)?;
        Ok(rows.account()?.known_quotas(now))
    }

    /// The ledger summed up at an instant.
    pub(super) fn spending<R: Rows>(
        &mut self,
        rows: &mut R,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Spending, R::Error> {
        self.tidy(rows, limits.window, now)?;
        let spending = rows.account()?.spending();
        with_window(rows, spending, limits, now)
    }

    /// Takes the rows to an instant. Nothing of this can change within a second,
    /// unless the clock is set back.
    fn tidy<R: Rows>(
        &mut self,
        rows: &mut R,
        window: Option<Window>,
        now: Timestamp,
    ) -> Result<(), R::Error> {
        let hour = |at: Timestamp| at.as_second().div_euclid(SECONDS_AN_HOUR);
        let since = now.duration_since(self.tidied_at);
        let is_recent = since >= SignedDuration::ZERO && since < TIDY;
        if is_recent && hour(now) == hour(self.tidied_at) {
            return Ok(());
        }
        let before = rows.account()?;
        let mut account = before;
        account.renew(now);
        if account != before {
            rows.set_account(&account)?;
        }
        rows.pull_back(now)?;
        rows.forget(now - rows.keeps(window))?;
        self.tidied_at = now;
        Ok(())
    }

    /// The fresh answer under a name, not yet read.
    pub(super) fn find<R: Rows>(
        &self,
        rows: &mut R,
        name: &Name,
        now: Timestamp,
    ) -> Result<Option<Stored>, R::Error> {
        let holds = |row: &AnswerRow| {
            row.version == stored::VERSION && self.freshness.holds(row.fetched_at, row.shelf, now)
        };
        let found = rows.answer(name)?.filter(holds);
        Ok(found.map(|row| Stored { fetched_at: row.fetched_at, facts: row.facts }))
    }
}

/// Ends a request, and keeps its answer.
pub(super) fn settle<R: Rows>(
    rows: &mut R,
    id: RequestId,
    at: Timestamp,
    kept: Option<(&Name, &Answer)>,
) -> Result<(), R::Error> {
    rows.answered(id, at)?;
    match kept {
        Some((name, answer)) => keep(rows, name, answer),
        None => Ok(()),
    }
}

/// Keeps an answer to a lookup of a name under every name that is surely its own, in
/// the place of an older one about the same object.
fn keep<R: Rows>(rows: &mut R, asked: &Name, answer: &Answer) -> Result<(), R::Error> {
    let object = stored::object(asked, &answer.facts);
    let shelf = Shelf::of(&answer.facts);
    let (mut old, mut left, mut own) = (None, Vec::new(), Vec::new());
    let others = hashes(&answer.facts).filter(|&text| text != asked.text);
    for text in std::iter::once(asked.text.as_str()).chain(others) {
        let name = Name { kind: asked.kind, text: text.to_owned() };
        let claim = Claim { object, shelf, is_asked: text == asked.text };
        match rows.holder(&name)?.map(|holder| (claim.settle(&name, &holder), holder)) {
            None => own.push(name),
            Some((Settled::Same, holder)) => {
                old = Some(holder.link.answer);
                own.push(name);
            }
            Some((Settled::Taken, holder)) => {
                left.push(holder.link.answer);
                own.push(name);
            }
            Some((Settled::Nobodys, holder)) => {
                left.push(holder.link.answer);
                rows.remove_name(&name)?;
            }
            Some((Settled::Theirs, _)) => {}
        }
    }
    let facts = stored::written(&answer.facts);
    let row = AnswerRow { version: stored::VERSION, fetched_at: answer.fetched_at, shelf, facts };
    let id = rows.put_answer(old, object, &row)?;
    for name in &own {
        rows.put_name(name, Link { answer: id, asked: name == asked })?;
    }
    left.into_iter().filter(|&answer| answer != id).try_for_each(|id| rows.remove_unnamed(id))
}

/// An answer that would have a name.
struct Claim<'a> {
    object: &'a str,
    shelf: Shelf,
    /// Whether it is the answer to a lookup of this name.
    is_asked: bool,
}

/// Whose a name is that an answer would have and another holds.
enum Settled {
    /// The holder is about the same object.
    Same,
    /// The answer's.
    Taken,
    /// The holder's.
    Theirs,
    /// It is asked anew.
    Nobodys,
}

impl Claim<'_> {
    /// Two files may share an MD5 or SHA-1, for collisions are cheap. The one with
    /// detections keeps the name: another's answer must not clear it.
    fn settle(&self, name: &Name, holder: &Holder) -> Settled {
        if name.kind != Kind::File {
            return Settled::Same; // it is its object's one name
        }
        match (self.shelf, holder.shelf) {
            (Shelf::Unknown, Shelf::Unknown) => Settled::Same,
            (Shelf::Unknown, _) | (_, Shelf::Unknown) => Settled::Taken,
            _ if holder.object == self.object => Settled::Same,
            _ if name.text == self.object => Settled::Taken,
            (_, Shelf::Detected) => Settled::Theirs,
            _ if self.is_asked => Settled::Taken,
            _ if holder.link.asked => Settled::Theirs,
            _ => Settled::Nobodys,
        }
    }
}

/// The hashes that an answer names; values that are not hashes are left out.
fn hashes(facts: &Facts) -> impl Iterator<Item = &str> {
    let hashes = match facts {
        Facts::Known(report) => Some(&report.hashes),
        Facts::NotFound | Facts::Rejected(_) => None,
    };
    let all = [Digest::Sha256, Digest::Sha1, Digest::Md5];
    all.into_iter().filter_map(move |digest| {
        hashes?.of(digest).filter(|hash| Digest::of(hash) == Some(digest))
    })
}

fn with_window<R: Rows>(
    rows: &mut R,
    mut spending: Spending,
    limits: &Limits,
    now: Timestamp,
) -> Result<Spending, R::Error> {
    if let Some(window) = limits.window {
        let since = now - window.span;
        let (requests, first) = rows.in_window(since, window.requests)?;
        spending.in_window = requests;
        // One that is over later than now has no answer yet.
        spending.first_answer = first.filter(|&over| over <= now);
    }
    spending.not_before = spending.not_before.filter(|&until| until > now);
    Ok(spending)
}
