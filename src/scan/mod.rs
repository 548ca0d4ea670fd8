//! The scans: every indicator of one kind looked up, each to exactly one record.

mod backoff;
mod before;
mod job;
mod lookup;
mod options;
mod queue;
mod quotas;
mod scanner;

use std::collections::BTreeMap;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use iocs::indicator::{Digest, Indicator, Kind};
use tokio::time::Instant;

use self::job::Job;
pub use self::options::ScanOptions;
use self::queue::{Counts, Queues};
pub use self::quotas::show_quotas;
pub use self::scanner::Scanner;
use crate::gate::Class;
use crate::model::EntryId;

/// Looks the addresses up.
pub async fn ip_scan(scanner: &Scanner<'_>) {
    scan(scanner, Kind::Ip, |_| 0).await;
}

/// Looks the domains up.
pub async fn domain_scan(scanner: &Scanner<'_>) {
    scan(scanner, Kind::Domain, |_| 0).await;
}

/// Looks the URLs up and, where the user wants it, submits those that VirusTotal does not know.
pub async fn url_scan(scanner: &Scanner<'_>) {
    scan(scanner, Kind::Url, |_| 0).await;
}

/// Looks the files up, SHA-256 first: reports list a file under all three
/// hashes, and one answer names them all.
pub async fn file_scan(scanner: &Scanner<'_>) {
    let phase = |indicator: &Indicator| match indicator.digest() {
        Some(Digest::Sha256) | None => 0,
        Some(Digest::Sha1) => 1,
        Some(Digest::Md5) => 2,
    };
    scan(scanner, Kind::File, phase).await;
}

/// Looks all of one kind up, phase by phase: a phase begins when everything
/// before it has its first answer.
async fn scan(scanner: &Scanner<'_>, kind: Kind, phase: impl Fn(&Indicator) -> usize) {
    let (mut queues, files) = Queues::new(scanner, kind, phase);
    // Twice what may be in flight: the gate must see the next in line, too.
    let most = 2 * scanner.options.concurrency;
    let mut running = FuturesUnordered::new();
    let mut counts = Counts::default();
    let mut later: BTreeMap<(Instant, EntryId), Job> = BTreeMap::new();
    loop {
        while counts.first < most
            && let Some(id) = queues.next(counts.unanswered)
        {
            let text = scanner.indicator(id).text.as_str();
            if kind == Kind::File && files.borrow_mut().remove(text).is_none() {
                continue; // settled by another of its hashes
            }
            counts.first += 1;
            counts.unanswered += 1;
            running.push(scanner.advance(Job::new(id, kind, scanner.submission(id)), &files));
        }
        // What was put off has room of its own: it must not keep the rest from the line.
        while later
            .keys()
            .next()
            .is_some_and(|&(due, _)| due <= Instant::now() || scanner.gate.is_stopped())
            && running.len() < counts.first + most
            && let Some((_, job)) = later.pop_first()
        {
            counts.first += usize::from(job.class() == Class::First);
            running.push(scanner.advance(job, &files));
        }
        if running.is_empty() && later.is_empty() {
            return;
        }
        let has_room = running.len() < counts.first + most;
        let due = later.keys().next().map(|&(due, _)| due).filter(|_| has_room);
        tokio::select! {
            Some((was, next)) = running.next(), if !running.is_empty() => {
                counts.take(was, next.as_ref());
                later.extend(next.map(|job| ((job.due, job.id), job)));
            }
            () = until(due) => {}
            () = scanner.gate.until_stopped(), if due.is_some() && !scanner.gate.is_stopped() => {}
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
