//! The schema, and the steps that lead to it.

use anyhow::{Result, bail};
use rusqlite::{Connection, TransactionBehavior};

/// The steps; `user_version` counts those that a file has taken.
const STEPS: [&str; 2] = [FIRST, SECOND];

const FIRST: &str = "
    CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        fetched_at INTEGER NOT NULL,
        shelf INTEGER NOT NULL,
        facts TEXT NOT NULL
    );
    CREATE INDEX answers_by_age ON answers (fetched_at);
    CREATE TABLE names (
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        answer INTEGER NOT NULL,
        PRIMARY KEY (kind, text)
    ) WITHOUT ROWID;
    CREATE INDEX names_by_answer ON names (answer);
    CREATE TABLE keys (
        id INTEGER PRIMARY KEY,
        fingerprint TEXT NOT NULL UNIQUE,
        not_before INTEGER NOT NULL DEFAULT 0,
        quotas TEXT,
        quotas_read_at INTEGER
    );
    CREATE TABLE spent (
        key INTEGER NOT NULL,
        period TEXT NOT NULL,
        start INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (key, period)
    ) WITHOUT ROWID;
    CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        key INTEGER NOT NULL,
        started INTEGER NOT NULL,
        over INTEGER NOT NULL,
        answered INTEGER NOT NULL DEFAULT 0,
        counts INTEGER NOT NULL,
        kind TEXT,
        text TEXT
    );
    CREATE INDEX requests_by_over ON requests (key, over);
    CREATE INDEX claims ON requests (kind, text) WHERE answered = 0 AND kind IS NOT NULL;
";

/// Everything belongs to an API, and an answer to its object. What the first version
/// kept names no API: it is given to the one that is asked when the step is taken,
/// `api_of_old`. A file's names that its answer does not bear out are left behind.
const SECOND: &str = "
    -- Base URLs.
    CREATE TABLE apis (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE
    );
    INSERT INTO apis (url) SELECT url FROM temp.api_of_old;

    -- What an API said of an object. version: of the JSON in facts. shelf: 0 with
    -- detections, 1 without, 2 not found or rejected; each keeps for another time.
    CREATE TABLE new_answers (
        id INTEGER PRIMARY KEY,
        object TEXT NOT NULL, -- a file's SHA-256, else the name that was asked
        version INTEGER NOT NULL,
        fetched_at INTEGER NOT NULL, -- seconds since 1970
        shelf INTEGER NOT NULL,
        facts TEXT NOT NULL
    );
    -- An answer is found under every name of its object: a file's three hashes.
    -- asked: 1 where the answer was to a lookup of this name.
    CREATE TABLE new_names (
        api INTEGER NOT NULL,
        kind TEXT NOT NULL,
        text TEXT NOT NULL,
        answer INTEGER NOT NULL,
        asked INTEGER NOT NULL,
        PRIMARY KEY (api, kind, text)
    ) WITHOUT ROWID;
    INSERT INTO new_names
        SELECT 1, kind, text, answer, 0 FROM names JOIN answers ON answers.id = names.answer
        WHERE kind <> 'file' OR coalesce(text = CASE WHEN json_valid(facts) THEN json_extract(facts,
            CASE length(text) WHEN 64 THEN '$.Known.hashes.sha256'
                WHEN 40 THEN '$.Known.hashes.sha1' ELSE '$.Known.hashes.md5' END) END, 1);
    INSERT INTO new_answers
        SELECT id, coalesce(
                CASE WHEN json_valid(facts) THEN json_extract(facts, '$.Known.hashes.sha256') END,
                (SELECT max(text) FROM new_names WHERE answer = id)),
            1, fetched_at, shelf, facts
        FROM answers WHERE id IN (SELECT answer FROM new_names);
    DROP TABLE names;
    DROP TABLE answers;
    ALTER TABLE new_answers RENAME TO answers;
    ALTER TABLE new_names RENAME TO names;
    CREATE INDEX answers_by_age ON answers (fetched_at);
    CREATE INDEX names_by_answer ON names (answer);

    -- Keys by fingerprint, never the key itself, and what they have spent in this
    -- UTC hour, day and month. Instants are microseconds since 1970, as below.
    CREATE TABLE new_keys (
        id INTEGER PRIMARY KEY,
        api INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        hour_start INTEGER NOT NULL DEFAULT 0,
        hour_count INTEGER NOT NULL DEFAULT 0,
        day_start INTEGER NOT NULL DEFAULT 0,
        day_count INTEGER NOT NULL DEFAULT 0,
        month_start INTEGER NOT NULL DEFAULT 0,
        month_count INTEGER NOT NULL DEFAULT 0,
        doubtful INTEGER NOT NULL DEFAULT 0, -- whether VirusTotal may correct the counts downward
        paused_at INTEGER,                   -- when a 429 set the pause
        paused_until INTEGER,
        quotas TEXT,                         -- JSON
        quotas_read_at INTEGER,
        UNIQUE (api, fingerprint)
    );
    INSERT INTO new_keys
        SELECT id, 1, fingerprint,
            coalesce(hour.start, 0), coalesce(hour.count, 0),
            coalesce(day.start, 0), coalesce(day.count, 0),
            coalesce(month.start, 0), coalesce(month.count, 0),
            0, 0, not_before, quotas, quotas_read_at
        FROM keys
        LEFT JOIN spent AS hour ON hour.key = id AND hour.period = 'hour'
        LEFT JOIN spent AS day ON day.key = id AND day.period = 'day'
        LEFT JOIN spent AS month ON month.key = id AND month.period = 'month';
    DROP TABLE keys;
    DROP TABLE spent;
    ALTER TABLE new_keys RENAME TO keys;

    -- Requests that may still take a place in the window. over: when the answer
    -- came; until then, when the request would be given up. One that looks
    -- something up and is not answered is a claim on that name.
    CREATE TABLE new_requests (
        id INTEGER PRIMARY KEY,
        api INTEGER NOT NULL,
        key INTEGER NOT NULL,
        started INTEGER NOT NULL,
        over INTEGER NOT NULL,
        answered INTEGER NOT NULL DEFAULT 0,
        counts INTEGER NOT NULL,
        kind TEXT,
        text TEXT
    );
    INSERT INTO new_requests
        SELECT id, 1, key, started, over, answered, counts, kind, text FROM requests;
    DROP TABLE requests;
    ALTER TABLE new_requests RENAME TO requests;
    CREATE INDEX requests_by_over ON requests (key, over);
    CREATE INDEX claims ON requests (api, kind, text) WHERE answered = 0 AND kind IS NOT NULL;
";

/// Takes the steps that the file has not taken.
pub(super) fn migrate(connection: &mut Connection, api_url: &str) -> Result<()> {
    let version = |connection: &Connection| -> rusqlite::Result<usize> {
        connection.pragma_query_value(None, "user_version", |row| row.get(0))
    };
    if version(connection)? == STEPS.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have been quicker.
    let taken = version(&transaction)?;
    let Some(steps) = STEPS.get(taken..) else {
        bail!(
            "it was written by a newer vtscan (schema {taken}, this one knows {}): update vtscan or name another --store",
            STEPS.len()
        );
    };
    transaction.execute_batch("CREATE TEMP TABLE api_of_old (url TEXT)")?;
    transaction.execute("INSERT INTO temp.api_of_old VALUES (?1)", [api_url])?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.execute_batch("DROP TABLE temp.api_of_old")?;
    transaction.pragma_update(None, "user_version", STEPS.len())?;
    Ok(transaction.commit()?)
}
