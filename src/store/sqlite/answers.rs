//! Answers, in SQL.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

use crate::model::{Answer, Facts};
use crate::store::{Freshness, Name, Shelf, Stored};

/// The fresh answer under a name, not yet read.
pub(super) fn find(
    connection: &Connection,
    name: &Name,
    freshness: &Freshness,
    now: Timestamp,
) -> Result<Option<Stored>> {
    let find =
        "SELECT fetched_at, shelf, facts FROM names JOIN answers ON answers.id = names.answer
        WHERE kind = ?1 AND text = ?2";
    let mut find = connection.prepare_cached(find)?;
    let found = find.query_row((name.kind.as_str(), &name.text), |row| {
        let fetched_at = Timestamp::from_second(row.get(0)?).unwrap_or(Timestamp::MIN);
        let shelf = Shelf::ALL
            .into_iter()
            .find(|&shelf| row.get::<_, i64>(1).is_ok_and(|number| number == shelf as i64));
        if !shelf.is_some_and(|shelf| freshness.holds(fetched_at, shelf, now)) {
            return Ok(None);
        }
        Ok(Some(Stored { fetched_at, facts: row.get(2)? }))
    });
    Ok(found.optional()?.flatten())
}

/// Keeps an answer under every name it has, in the place of an older one.
pub(super) fn keep(connection: &Connection, name: &Name, answer: &Answer) -> Result<()> {
    let hashes = match &answer.facts {
        Facts::Known(report) => report.hashes.iter().collect(),
        Facts::NotFound | Facts::Rejected(_) => Vec::new(),
    };
    let kind = name.kind.as_str();
    let others = hashes.into_iter().filter(|&hash| hash != name.text);
    let texts: Vec<&str> = std::iter::once(name.text.as_str()).chain(others).collect();
    // Facts are plain texts and numbers: this cannot fail.
    let facts = serde_json::to_string(&answer.facts).unwrap_or_default();
    let row = (answer.fetched_at.as_second(), Shelf::of(&answer.facts) as i64, facts);
    let old = "SELECT answer FROM names WHERE kind = ?1 AND text = ?2";
    let mut old = connection.prepare_cached(old)?;
    let mut id: Option<i64> = None;
    for text in &texts {
        id = id.or(old.query_row((kind, text), |row| row.get(0)).optional()?);
    }
    let id = match id {
        Some(id) => {
            let replace = "INSERT OR REPLACE INTO answers (id, fetched_at, shelf, facts) VALUES (?1, ?2, ?3, ?4)";
            connection.prepare_cached(replace)?.execute((id, row.0, row.1, row.2))?;
            id
        }
        None => {
            let insert = "INSERT INTO answers (fetched_at, shelf, facts) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(insert)?.execute(row)?;
            connection.last_insert_rowid()
        }
    };
    let mut put = connection
        .prepare_cached("INSERT OR REPLACE INTO names (kind, text, answer) VALUES (?1, ?2, ?3)")?;
    for text in texts {
        put.execute((kind, text, id))?;
    }
    Ok(())
}
