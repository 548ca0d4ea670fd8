//! The ledger and the claims, in SQL. Every function runs inside one
//! transaction, on a clock that was read inside it.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, Result};

use super::answers;
use crate::quota::{Limits, Period, Quotas, Room, Spending, room};
use crate::store::{Decision, Freshness, Name, Purpose, RequestId};

/// Another's claim is looked at again after so long.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_millis(100);
/// How much longer than its request a claim is believed.
const A_LITTLE: SignedDuration = SignedDuration::from_secs(2);
/// How often periods are turned and old entries deleted.
const TIDY: SignedDuration = SignedDuration::from_secs(1);
/// The longest span of a window: what is over for longer takes no place in any.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_secs(60);
/// Nothing shuts the gate for longer (gate.rs): a later instant is from before the clock was set back.
const LONGEST_SHUT: SignedDuration = SignedDuration::from_mins(61);
/// What is read of the key's quotas is believed for so long.
const QUOTAS_KEEP: SignedDuration = SignedDuration::from_hours(24);

/// One key's ledger.
pub(super) struct Ledger {
    key: i64,
    timeout: SignedDuration,
    pub(super) freshness: Freshness,
    tidied_at: Timestamp,
}

impl Ledger {
    /// The ledger of the key with this fingerprint.
    pub(super) fn open(
        connection: &Connection,
        fingerprint: &str,
        timeout: SignedDuration,
        freshness: Freshness,
    ) -> Result<Self> {
        connection
            .execute("INSERT OR IGNORE INTO keys (fingerprint) VALUES (?1)", [fingerprint])?;
        let key = "SELECT id FROM keys WHERE fingerprint = ?1";
        let key = connection.query_row(key, [fingerprint], |row| row.get(0))?;
        Ok(Self { key, timeout, freshness, tidied_at: Timestamp::UNIX_EPOCH })
    }

    /// Decides on requests, the first in line first.
    pub(super) fn decide(
        &mut self,
        connection: &Connection,
        purposes: &[Purpose],
        limits: &Limits,
        now: Timestamp,
    ) -> Result<(Vec<Decision>, Spending)> {
        let mut spending = self.spending(connection, limits, now)?;
        let mut entered = 0;
        let mut decisions = Vec::with_capacity(purposes.len());
        for purpose in purposes {
            let name = match purpose {
                Purpose::Lookup(name) => Some(name),
                Purpose::Analysis | Purpose::Quotas => None,
            };
            if let Some(name) = name {
                let found = answers::find(connection, name, &self.freshness, now)?;
                if let Some(answer) = found.and_then(|stored| stored.read()) {
                    decisions.push(Decision::Answered(Box::new(answer)));
                    continue;
                }
                if let Some(until) = claimed(connection, name, now)? {
                    decisions.push(Decision::Elsewhere(until.min(now + LOOK_AGAIN)));
                    continue;
                }
            }
            decisions.push(match room(now, limits, &spending) {
                Room::Free(_) => {
                    let counts = *purpose != Purpose::Quotas;
                    entered += u64::from(counts);
                    spending.add(counts);
                    Decision::Send(self.enter(connection, name, counts, now)?)
                }
                Room::Wait(until, why) => Decision::Wait(until, why),
                Room::Spent(period, until) => Decision::Spent(period, until),
            });
        }
        if entered > 0 {
            let count = "UPDATE spent SET count = count + ?2 WHERE key = ?1";
            connection.prepare_cached(count)?.execute((self.key, entered))?;
        }
        Ok((decisions, spending))
    }

    /// Enters a request, which claims what it purposes for.
    fn enter(
        &self,
        connection: &Connection,
        name: Option<&Name>,
        counts: bool,
        now: Timestamp,
    ) -> Result<RequestId> {
        let enter = "INSERT INTO requests (key, started, over, counts, kind, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let over = micros(now + self.timeout);
        let (kind, text) = name.map(|name| (name.kind.as_str(), name.text.as_str())).unzip();
        connection.prepare_cached(enter)?.execute((
            self.key,
            micros(now),
            over,
            counts,
            kind,
            text,
        ))?;
        Ok(RequestId(connection.last_insert_rowid()))
    }

    /// Marks a request's answer, which gives its claim up.
    pub(super) fn settle(
        &self,
        connection: &Connection,
        id: RequestId,
        at: Timestamp,
    ) -> Result<()> {
        let over = "UPDATE requests SET over = ?2, answered = 1 WHERE id = ?1";
        connection.prepare_cached(over)?.execute((id.0, micros(at))).map(drop)
    }

    /// Takes a request back that never reached the server.
    pub(super) fn withdraw(&self, connection: &Connection, id: RequestId) -> Result<()> {
        let counts = "DELETE FROM requests WHERE id = ?1 RETURNING counts";
        let counts: Option<bool> =
            connection.prepare_cached(counts)?.query_row([id.0], |row| row.get(0)).optional()?;
        if counts == Some(true) {
            let count = "UPDATE spent SET count = max(count - 1, 0) WHERE key = ?1";
            connection.prepare_cached(count)?.execute([self.key])?;
        }
        Ok(())
    }

    /// Lets nothing be asked before `until`.
    pub(super) fn pause_until(&self, connection: &Connection, until: Timestamp) -> Result<()> {
        let pause = "UPDATE keys SET not_before = max(not_before, ?2) WHERE id = ?1";
        connection.execute(pause, (self.key, micros(until))).map(drop)
    }

    /// Keeps what was read of the key's quotas, and corrects the counts upward by them.
    pub(super) fn learn(
        &self,
        connection: &Connection,
        quotas: &Quotas,
        now: Timestamp,
    ) -> Result<()> {
        self.start_new_periods(connection, now)?;
        for period in Period::ALL {
            if let Some(quota) = quotas.of(period) {
                let correct =
                    "UPDATE spent SET count = max(count, ?3) WHERE key = ?1 AND period = ?2";
                let used = i64::try_from(quota.used).unwrap_or(i64::MAX);
                connection.execute(correct, (self.key, period.as_str(), used))?;
            }
        }
        // Plain numbers: this cannot fail.
        let json = serde_json::to_string(quotas).unwrap_or_default();
        let keep = "UPDATE keys SET quotas = ?2, quotas_read_at = ?3 WHERE id = ?1";
        connection.execute(keep, (self.key, json, micros(now))).map(drop)
    }

    /// What was read of the key's quotas in the last 24 h.
    pub(super) fn quotas(&self, connection: &Connection, now: Timestamp) -> Result<Option<Quotas>> {
        let read = "SELECT quotas FROM keys WHERE id = ?1 AND quotas_read_at BETWEEN ?2 AND ?3";
        let range = (self.key, micros(now - QUOTAS_KEEP), micros(now));
        let json: Option<String> =
            connection.query_row(read, range, |row| row.get(0)).optional()?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// The ledger summed up at an instant.
    pub(super) fn spending(
        &mut self,
        connection: &Connection,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Spending> {
        // Nothing of this can change within a second, unless the clock is set back.
        let since_tidied = now.duration_since(self.tidied_at);
        if since_tidied < SignedDuration::ZERO
            || since_tidied >= TIDY
            || Period::Hour.start(now) > self.tidied_at
        {
            self.start_new_periods(connection, now)?;
            self.pull_back(connection, now)?;
            self.forget(connection, now)?;
            self.tidied_at = now;
        }
        let mut spending = Spending::default();
        let spent = "SELECT period, count FROM spent WHERE key = ?1";
        let mut spent = connection.prepare_cached(spent)?;
        let mut rows = spent.query([self.key])?;
        while let Some(row) = rows.next()? {
            let count = row.get(1)?;
            match row.get_ref(0)?.as_str()? {
                "hour" => spending.hour = count,
                "day" => spending.day = count,
                _ => spending.month = count,
            }
        }
        let shut = "SELECT not_before FROM keys WHERE id = ?1";
        let shut: i64 = connection.prepare_cached(shut)?.query_row([self.key], |row| row.get(0))?;
        spending.not_before = Some(instant(shut)).filter(|&until| until > now);
        if let Some(window) = limits.window {
            let since = micros(now - window.span);
            spending.in_window = self.in_window(connection, since, window.requests)?;
            let first = "SELECT min(over) FROM requests WHERE key = ?1 AND over > ?2";
            let first: Option<i64> =
                connection.prepare_cached(first)?.query_row((self.key, since), |row| row.get(0))?;
            // One that is over later than now has no answer yet.
            spending.first_answer = first.map(instant).filter(|&over| over <= now);
        }
        Ok(spending)
    }

    /// Requests that take a place in the window. Counting them all is slow where
    /// the window is large; the span of their ids is never less than their
    /// number, and enough where it leaves room.
    fn in_window(&self, connection: &Connection, since: i64, room: u64) -> Result<u64> {
        let ids = "SELECT coalesce(max(id) - min(id) + 1, 0) FROM requests";
        let at_most: u64 = connection.prepare_cached(ids)?.query_row([], |row| row.get(0))?;
        // A batch takes at most as many places as there are lookups in flight.
        if at_most + 2048 < room {
            return Ok(at_most);
        }
        let count = "SELECT count(*) FROM requests WHERE key = ?1 AND over > ?2";
        connection.prepare_cached(count)?.query_row((self.key, since), |row| row.get(0))
    }

    /// Starts a count anew where its period is over; a clock set back does not.
    fn start_new_periods(&self, connection: &Connection, now: Timestamp) -> Result<()> {
        let renew = "INSERT INTO spent (key, period, start, count) VALUES (?1, ?2, ?3, 0)
            ON CONFLICT (key, period) DO UPDATE SET start = excluded.start, count = 0
            WHERE excluded.start > start";
        let mut renew = connection.prepare_cached(renew)?;
        for period in Period::ALL {
            renew.execute((self.key, period.as_str(), micros(period.start(now))))?;
        }
        Ok(())
    }

    /// Entries later than now are from before the clock was set back: they count from now.
    fn pull_back(&self, connection: &Connection, now: Timestamp) -> Result<()> {
        let pull = "UPDATE requests
            SET over = CASE answered WHEN 1 THEN ?2 ELSE ?2 + over - started END, started = min(started, ?2)
            WHERE key = ?1 AND over > ?2 AND (answered = 1 OR started > ?2)";
        connection.prepare_cached(pull)?.execute((self.key, micros(now)))?;
        let open = "UPDATE keys SET not_before = 0 WHERE id = ?1 AND not_before > ?2";
        connection.prepare_cached(open)?.execute((self.key, micros(now + LONGEST_SHUT))).map(drop)
    }

    /// Deletes what takes no place in any window any more.
    fn forget(&self, connection: &Connection, now: Timestamp) -> Result<()> {
        let forget = "DELETE FROM requests WHERE key = ?1 AND over <= ?2";
        connection.execute(forget, (self.key, micros(now - LONGEST_SPAN))).map(drop)
    }
}

/// Until when another's claim on this name is believed, if there is one.
fn claimed(connection: &Connection, name: &Name, now: Timestamp) -> Result<Option<Timestamp>> {
    let claimed = "SELECT max(over) FROM requests WHERE kind = ?1 AND text = ?2 AND answered = 0 AND kind IS NOT NULL";
    let mut claimed = connection.prepare_cached(claimed)?;
    let over: Option<i64> =
        claimed.query_row((name.kind.as_str(), &name.text), |row| row.get(0))?;
    Ok(over.map(|over| instant(over) + A_LITTLE).filter(|&until| until > now))
}

fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}
