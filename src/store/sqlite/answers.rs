//! Answers, in SQL.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result};

use iocs::indicator::Kind;

use crate::model::{Answer, Facts, Hashes};
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

/// Keeps an answer under every name that is surely its own, in the place of an older one about
/// the same object.
///
/// Two files may share an MD5 or a SHA-1, for collisions are cheap: a name that leads to one file's
/// answer is never led to another's. Nor does a "not found" under one of a file's names say anything
/// of the others.
pub(super) fn keep(connection: &Connection, name: &Name, answer: &Answer) -> Result<()> {
    let file = file(&answer.facts);
    let hashes = file.into_iter().flat_map(Hashes::iter).filter(|&hash| hash != name.text);
    let texts: Vec<&str> = std::iter::once(name.text.as_str()).chain(hashes).collect();
    let sha256 = file.and_then(|hashes| hashes.sha256.as_deref());

    let (mut own_row, mut left_rows, mut own_texts) = (None, Vec::new(), Vec::new());
    for text in texts {
        let Some(row) = row_of(connection, name.kind, text)? else {
            own_texts.push(text);
            continue;
        };
        // Other kinds have one name, so its row is about the same object.
        if name.kind != Kind::File || sha256.is_some() && row.sha256.as_deref() == sha256 {
            own_row = Some(row.id);
        } else if row.sha256.is_some() && sha256.is_some_and(|sha256| text != sha256) {
            continue; // another file's
        } else {
            left_rows.push(row.id);
        }
        own_texts.push(text);
    }
    let id = write(connection, own_row, answer)?;
    let mut put = connection
        .prepare_cached("INSERT OR REPLACE INTO names (kind, text, answer) VALUES (?1, ?2, ?3)")?;
    for text in own_texts {
        put.execute((name.kind.as_str(), text, id))?;
    }
    // An answer that no name leads to any more is of no use.
    let forget = "DELETE FROM answers
        WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM names WHERE answer = ?1)";
    let mut forget = connection.prepare_cached(forget)?;
    for row in left_rows {
        forget.execute([row])?;
    }
    Ok(())
}

/// The row that a name leads to, and the SHA-256 of the file that it is about.
struct Row {
    id: i64,
    sha256: Option<String>,
}

fn row_of(connection: &Connection, kind: Kind, text: &str) -> Result<Option<Row>> {
    let find = "SELECT answers.id, facts FROM names JOIN answers ON answers.id = names.answer
        WHERE kind = ?1 AND text = ?2";
    let mut find = connection.prepare_cached(find)?;
    let row = find.query_row((kind.as_str(), text), |row| {
        // What cannot be read is about no file that is known.
        let facts = row.get_ref(1)?.as_str().ok();
        let facts: Option<Facts> = facts.and_then(|facts| serde_json::from_str(facts).ok());
        let hashes = facts.as_ref().and_then(file);
        Ok(Row { id: row.get(0)?, sha256: hashes.and_then(|hashes| hashes.sha256.clone()) })
    });
    row.optional()
}

/// The hashes of the file that is known, if it is one.
fn file(facts: &Facts) -> Option<&Hashes> {
    match facts {
        Facts::Known(report) => Some(&report.hashes),
        Facts::NotFound | Facts::Rejected(_) => None,
    }
}

/// Writes an answer into a row, a new one where there is none.
fn write(connection: &Connection, row: Option<i64>, answer: &Answer) -> Result<i64> {
    // Facts are plain texts and numbers: this cannot fail.
    let facts = serde_json::to_string(&answer.facts).unwrap_or_default();
    let write =
        "INSERT OR REPLACE INTO answers (id, fetched_at, shelf, facts) VALUES (?1, ?2, ?3, ?4)";
    let shelf = Shelf::of(&answer.facts) as i64;
    connection.prepare_cached(write)?.execute((
        row,
        answer.fetched_at.as_second(),
        shelf,
        facts,
    ))?;
    Ok(row.unwrap_or_else(|| connection.last_insert_rowid()))
}
