//! The database file: made, opened, pruned.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tracing::warn;

use super::migrations;
use crate::ownership;

/// How long a lock of another process is waited for. SQLite's busy handler is
/// not fair, so this is long.
pub(super) const BUSY: Duration = Duration::from_secs(30);
/// How long an opening waits for another process that is opening or migrating.
const OPENING: Duration = Duration::from_secs(5);
/// Pages in the write-ahead log before they are moved to the file, which waits
/// for the disk: four times SQLite's default.
const CHECKPOINT: u32 = 4000;
/// SQLite's cache, in KiB and by its custom negative: room for the inner pages
/// of a million answers.
const CACHE: i32 = -8192;
/// How long an opening may spend on pruning.
const PRUNING: Duration = Duration::from_millis(50);
/// Rows pruned in one transaction.
const PRUNED_AT_ONCE: u32 = 500;

/// Opens the file, making it and its folder where they are missing.
///
/// # Errors
/// It cannot be opened, is not SQLite, or was written by a newer version.
pub(super) fn open(path: &Path, api_url: &str) -> Result<Connection> {
    make_private(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(OPENING)?;
    turn_to_wal(&connection)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.set_prepared_statement_cache_capacity(64);
    // Else every statement is compiled anew whenever its values change, for SQLite
    // would look at them to plan better: half of all its time here.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    migrations::migrate(&mut connection, api_url)?;
    Ok(connection)
}

/// The folder and the file hold indicators: nobody else may read them.
fn make_private(path: &Path) -> Result<()> {
    let mut file = fs::OpenOptions::new();
    file.write(true).create(true).truncate(false);
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        file.mode(0o600);
        folder.mode(0o700);
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder
            .create(parent)
            .with_context(|| format!("its folder {} cannot be made", parent.display()))?;
    }
    let opened = file.open(path).context("it cannot be opened for writing")?;
    if let Some(was_open) = ownership::make_private(&opened, path)? {
        warn!("{was_open}");
    }
    // SQLite gives its own files the mode that the database has when they are made.
    for end in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        if let Ok(opened) = fs::File::open(&name) {
            ownership::make_private(&opened, Path::new(&name))?;
        }
    }
    Ok(())
}

/// When several processes turn a new file to WAL at once, SQLite says "locked"
/// at once to some, whatever the busy timeout.
fn turn_to_wal(connection: &Connection) -> Result<()> {
    let start = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(rusqlite::Error::SqliteFailure(error, _))
                if matches!(error.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
                    && start.elapsed() < OPENING =>
            {
                thread::sleep(Duration::from_millis(5));
            }
            result => return Ok(result?),
        }
    }
}

/// Deletes answers older than `keep`, as many as there is time for.
///
/// # Errors
/// The file cannot be written.
pub(super) fn prune(
    connection: &mut Connection,
    now: Timestamp,
    keep: SignedDuration,
) -> Result<()> {
    let oldest = now.checked_sub(keep).unwrap_or(Timestamp::MIN).as_second();
    let start = Instant::now();
    let any = "SELECT EXISTS (SELECT 1 FROM answers WHERE fetched_at < ?1)";
    while start.elapsed() < PRUNING
        && connection.query_row(any, [oldest], |row| row.get::<_, bool>(0))?
    {
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let old = "SELECT id FROM answers WHERE fetched_at < ?1 ORDER BY fetched_at LIMIT ?2";
        transaction.execute(
            &format!("DELETE FROM names WHERE answer IN ({old})"),
            (oldest, PRUNED_AT_ONCE),
        )?;
        transaction.execute(
            &format!("DELETE FROM answers WHERE id IN ({old})"),
            (oldest, PRUNED_AT_ONCE),
        )?;
        transaction.commit()?;
    }
    Ok(())
}
