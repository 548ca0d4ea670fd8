//! The rows, in SQL.

use jiff::{SignedDuration, Timestamp};
use rusqlite::types::{FromSql, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, Row};

use crate::quota::{Account, Counts, KnownQuotas, NotBefore, Window};
use crate::store::decision::{Name, RequestId};
use crate::store::options::Shelf;
use crate::store::rows::{AnswerId, AnswerRow, Holder, Link, Request, Rows};
use crate::store::stored;

/// The longest span of a window: a request that is over for longer takes no place in any.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_secs(60);
/// The most requests that one decision enters.
const LARGEST_BATCH: u64 = 2048;

/// The rows of one key at one API, within a transaction.
pub(super) struct SqlRows<'c> {
    pub(super) connection: &'c Connection,
    pub(super) owner: Owner,
}

/// Whose rows they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner {
    api: i64,
    key: i64,
}

impl Owner {
    /// The key with this fingerprint, at the API with this base URL.
    pub(super) fn find(connection: &Connection, api_url: &str, fingerprint: &str) -> Result<Self> {
        let add = "INSERT OR IGNORE INTO apis (url) VALUES (?1)";
        connection.execute(add, [api_url])?;
        let find = "SELECT id FROM apis WHERE url = ?1";
        let api = connection.query_row(find, [api_url], |row| row.get(0))?;
        let add = "INSERT OR IGNORE INTO keys (api, fingerprint) VALUES (?1, ?2)";
        connection.execute(add, (api, fingerprint))?;
        let find = "SELECT id FROM keys WHERE api = ?1 AND fingerprint = ?2";
        let key = connection.query_row(find, (api, fingerprint), |row| row.get(0))?;
        // Text is later than any number, so a damaged row would never be over.
        let damaged = "DELETE FROM requests
            WHERE typeof(over) <> 'integer' OR typeof(started) <> 'integer'";
        connection.execute(damaged, [])?;
        Ok(Self { api, key })
    }
}

/// A whole number, or `None` for whatever else stands in a damaged cell.
struct Whole(Option<i64>);

impl FromSql for Whole {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(Self(match value {
            ValueRef::Integer(number) => Some(number),
            _ => None,
        }))
    }
}

fn whole(row: &Row<'_>, column: usize) -> Result<Option<i64>> {
    row.get::<_, Whole>(column).map(|whole| whole.0)
}

fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

/// The account in its row: what is damaged there counts as not there.
fn account(row: &Row<'_>) -> Result<Account> {
    let mut counts = Counts::default();
    for (index, period) in counts.periods.iter_mut().enumerate() {
        let (start, count) = (whole(row, 2 * index)?, whole(row, 2 * index + 1)?);
        match (start, count.and_then(|count| u64::try_from(count).ok())) {
            (Some(start), Some(count)) => *period = (instant(start), count),
            _ => counts.are_doubtful = true,
        }
    }
    counts.are_doubtful |= whole(row, 6)? != Some(0);
    let pause = whole(row, 7)?.zip(whole(row, 8)?);
    let not_before =
        pause.map(|(set_at, until)| NotBefore { set_at: instant(set_at), until: instant(until) });
    let json = row.get_ref(9)?.as_str().ok().and_then(stored::read_quotas);
    let quotas = json.zip(whole(row, 10)?);
    let quotas = quotas.map(|(quotas, read_at)| KnownQuotas { quotas, read_at: instant(read_at) });
    Ok(Account { counts, not_before, quotas })
}

impl Rows for SqlRows<'_> {
    type Error = rusqlite::Error;

    fn account(&mut self) -> Result<Account> {
        let read = "SELECT hour_start, hour_count, day_start, day_count, month_start, month_count,
            doubtful, paused_at, paused_until, quotas, quotas_read_at FROM keys WHERE id = ?1";
        self.connection.prepare_cached(read)?.query_row([self.owner.key], account)
    }

    fn set_account(&mut self, account: &Account) -> Result<()> {
        let write =
            "UPDATE keys SET hour_start = ?2, hour_count = ?3, day_start = ?4, day_count = ?5,
            month_start = ?6, month_count = ?7, doubtful = ?8, paused_at = ?9, paused_until = ?10,
            quotas = ?11, quotas_read_at = ?12 WHERE id = ?1";
        let Account { counts, not_before, quotas } = account;
        let [hour, day, month] = counts.periods.map(|(start, count)| (micros(start), count as i64));
        let pause = not_before.map(|pause| (micros(pause.set_at), micros(pause.until))).unzip();
        let quotas = quotas
            .map(|known| (stored::written_quotas(&known.quotas), micros(known.read_at)))
            .unzip();
        self.connection.prepare_cached(write)?.execute(rusqlite::params![
            self.owner.key,
            hour.0,
            hour.1,
            day.0,
            day.1,
            month.0,
            month.1,
            counts.are_doubtful,
            pause.0,
            pause.1,
            quotas.0,
            quotas.1,
        ])?;
        Ok(())
    }

    /// Counting them all is slow where the window is large; the span of their ids is
    /// never less than their number, and enough where it leaves room.
    fn in_window(&mut self, since: Timestamp, room: u64) -> Result<(u64, Option<Timestamp>)> {
        let of_key = (self.owner.key, micros(since));
        let ids = "SELECT coalesce(max(id) - min(id) + 1, 0) FROM requests";
        let at_most: u64 = self.connection.prepare_cached(ids)?.query_row([], |row| row.get(0))?;
        let requests = if at_most + LARGEST_BATCH < room {
            at_most
        } else {
            let count = "SELECT count(*) FROM requests WHERE key = ?1 AND over > ?2";
            self.connection.prepare_cached(count)?.query_row(of_key, |row| row.get(0))?
        };
        let first = "SELECT min(over) FROM requests WHERE key = ?1 AND over > ?2";
        let first =
            self.connection.prepare_cached(first)?.query_row(of_key, |row| whole(row, 0))?;
        Ok((requests, first.map(instant)))
    }

    fn enter(&mut self, request: &Request<'_>) -> Result<RequestId> {
        let enter = "INSERT INTO requests (api, key, started, over, counts, kind, text)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let name = request.name.map(|name| (name.kind.as_str(), name.text.as_str()));
        let (kind, text) = name.unzip();
        self.connection.prepare_cached(enter)?.execute((
            self.owner.api,
            self.owner.key,
            micros(request.started),
            micros(request.over),
            request.counts,
            kind,
            text,
        ))?;
        Ok(RequestId(self.connection.last_insert_rowid()))
    }

    fn answered(&mut self, id: RequestId, at: Timestamp) -> Result<()> {
        let over = "UPDATE requests SET over = ?2, answered = 1 WHERE id = ?1";
        self.connection.prepare_cached(over)?.execute((id.0, micros(at))).map(drop)
    }

    fn remove(&mut self, id: RequestId) -> Result<Option<bool>> {
        let remove = "DELETE FROM requests WHERE id = ?1 RETURNING counts";
        let counts = self.connection.prepare_cached(remove)?.query_row([id.0], |row| whole(row, 0));
        Ok(counts.optional()?.map(|counts| counts == Some(1)))
    }

    fn claim(&mut self, name: &Name) -> Result<Option<Timestamp>> {
        let claim = "SELECT max(over) FROM requests
            WHERE api = ?1 AND kind = ?2 AND text = ?3 AND answered = 0 AND kind IS NOT NULL";
        let of_name = (self.owner.api, name.kind.as_str(), &name.text);
        let over =
            self.connection.prepare_cached(claim)?.query_row(of_name, |row| whole(row, 0))?;
        Ok(over.map(instant))
    }

    fn pull_back(&mut self, now: Timestamp) -> Result<()> {
        let pull = "UPDATE requests
            SET over = CASE answered WHEN 1 THEN ?2 ELSE ?2 + over - started END, started = min(started, ?2)
            WHERE key = ?1 AND over > ?2 AND (answered = 1 OR started > ?2)";
        self.connection.prepare_cached(pull)?.execute((self.owner.key, micros(now))).map(drop)
    }

    /// Other processes count on them, perhaps with another window.
    fn keeps(&self, _: Option<Window>) -> SignedDuration {
        LONGEST_SPAN
    }

    fn forget(&mut self, over_by: Timestamp) -> Result<()> {
        let forget = "DELETE FROM requests WHERE key = ?1 AND over <= ?2";
        self.connection.prepare_cached(forget)?.execute((self.owner.key, micros(over_by))).map(drop)
    }

    fn answer(&mut self, name: &Name) -> Result<Option<AnswerRow>> {
        let find = "SELECT version, fetched_at, shelf, facts FROM names
            JOIN answers ON answers.id = names.answer
            WHERE names.api = ?1 AND names.kind = ?2 AND names.text = ?3";
        let of_name = (self.owner.api, name.kind.as_str(), &name.text);
        let found = self.connection.prepare_cached(find)?.query_row(of_name, |row| {
            let (version, fetched_at, shelf) = (whole(row, 0)?, whole(row, 1)?, whole(row, 2)?);
            let fetched_at = fetched_at.and_then(|at| Timestamp::from_second(at).ok());
            let shelf = shelf.and_then(Shelf::numbered);
            let (Some(version), Some(fetched_at), Some(shelf)) = (version, fetched_at, shelf)
            else {
                return Ok(None);
            };
            let Ok(facts) = row.get_ref(3)?.as_str() else { return Ok(None) };
            Ok(Some(AnswerRow { version, fetched_at, shelf, facts: facts.to_owned() }))
        });
        Ok(found.optional()?.flatten())
    }

    fn put_answer(
        &mut self,
        old: Option<AnswerId>,
        object: &str,
        answer: &AnswerRow,
    ) -> Result<AnswerId> {
        let put = "INSERT OR REPLACE INTO answers (id, object, version, fetched_at, shelf, facts)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let AnswerRow { version, fetched_at, shelf, facts } = answer;
        let id = old.map(|old| old.0);
        let row = (id, object, version, fetched_at.as_second(), *shelf as i64, facts);
        self.connection.prepare_cached(put)?.execute(row)?;
        Ok(old.unwrap_or_else(|| AnswerId(self.connection.last_insert_rowid())))
    }

    fn remove_unnamed(&mut self, answer: AnswerId) -> Result<()> {
        let remove = "DELETE FROM answers
            WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM names WHERE answer = ?1)";
        self.connection.prepare_cached(remove)?.execute([answer.0]).map(drop)
    }

    fn put_name(&mut self, name: &Name, link: Link) -> Result<()> {
        let put = "INSERT OR REPLACE INTO names (api, kind, text, answer, asked) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (self.owner.api, name.kind.as_str(), &name.text, link.answer.0, link.asked);
        self.connection.prepare_cached(put)?.execute(row).map(drop)
    }

    fn holder(&mut self, name: &Name) -> Result<Option<Holder>> {
        let find = "SELECT answer, asked, shelf, object FROM names
            JOIN answers ON answers.id = names.answer
            WHERE names.api = ?1 AND names.kind = ?2 AND names.text = ?3";
        let of_name = (self.owner.api, name.kind.as_str(), &name.text);
        let found = self.connection.prepare_cached(find)?.query_row(of_name, |row| {
            let link = Link { answer: AnswerId(row.get(0)?), asked: whole(row, 1)? == Some(1) };
            // What cannot be read is about nothing that is known.
            let shelf = whole(row, 2)?.and_then(Shelf::numbered).unwrap_or(Shelf::Unknown);
            let object = row.get_ref(3)?.as_str().unwrap_or_default().to_owned();
            Ok(Holder { link, shelf, object })
        });
        found.optional()
    }

    fn remove_name(&mut self, name: &Name) -> Result<()> {
        let remove = "DELETE FROM names WHERE api = ?1 AND kind = ?2 AND text = ?3";
        let of_name = (self.owner.api, name.kind.as_str(), &name.text);
        self.connection.prepare_cached(remove)?.execute(of_name).map(drop)
    }

    fn forget_name(&mut self, name: &Name) -> Result<()> {
        let of_name = (name.kind.as_str(), &name.text);
        let answers = "SELECT answer FROM names
            WHERE api IN (SELECT id FROM apis) AND kind = ?1 AND text = ?2";
        let mut answers = self.connection.prepare(answers)?;
        let answers = answers.query_map(of_name, |row| row.get(0))?;
        let answers: Vec<i64> = answers.collect::<Result<_>>()?;
        // Else the text would stay in the file until its place is needed.
        self.connection.pragma_update(None, "secure_delete", !answers.is_empty())?;
        for answer in answers {
            self.connection.execute("DELETE FROM names WHERE answer = ?1", [answer])?;
            self.connection.execute("DELETE FROM answers WHERE id = ?1", [answer])?;
        }
        let claims = "DELETE FROM requests
            WHERE api IN (SELECT id FROM apis) AND kind = ?1 AND text = ?2 AND answered = 0";
        self.connection.execute(claims, of_name).map(drop)
    }
}
