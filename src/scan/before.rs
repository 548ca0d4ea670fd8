//! What comes before the first lookup: all that needs no request is settled, the
//! key's quotas are read, and the plan is made.

use std::cell::Cell;

use iocs::finding::Content;
use iocs::indicator::Kind;
use tracing::warn;

use super::quotas::read_quotas;
use super::scanner::{Outcome, Scanner};
use crate::model::{EntryId, Fault, Source, Verdict};
use crate::quota::Spending;
use crate::run::plan::Plan;
use crate::store::Stored;

/// Stored answers are read in pieces of this size.
const READ_AT_ONCE: usize = 256;

impl Scanner<'_> {
    /// Ends, in input order, every entry that needs no request: the skipped, the
    /// invalid, and those whose answer is stored.
    pub async fn settle_without_requests(&self) {
        let mut asked = Vec::new();
        for (index, entry) in self.list.entries.iter().enumerate() {
            let id = EntryId(index);
            self.printer.room().await;
            match (&entry.content, entry.skip) {
                (Content::Invalid(invalid), _) => {
                    let fault = Fault::new("Invalid", invalid.reason.as_ref());
                    self.conclude(id, &Outcome::NoAnswer(Verdict::Invalid, &fault));
                }
                (Content::Indicator(_), Some(skip)) => {
                    let fault = Fault::new(skip.code(), skip.message());
                    self.conclude(id, &Outcome::NoAnswer(Verdict::Skipped, &fault));
                }
                (Content::Indicator(_), None) => asked.push(id),
            }
        }
        // The next answers are found while these are read and printed.
        let found: Cell<(&[EntryId], Vec<Option<Stored>>)> = Cell::default();
        let settle_found = || {
            let (ids, answers) = found.take();
            self.settle_stored(ids, &answers);
        };
        let mut chunks = asked.chunks(READ_AT_ONCE);
        while let Some(ids) = chunks.next() {
            let names = ids.iter().map(|&id| self.name(id)).collect();
            let settle = async {
                self.printer.room().await;
                settle_found();
            };
            tokio::select! {
                (answers, ()) = async { tokio::join!(self.store.answers(names), settle) } => {
                    found.set((ids, answers));
                }
                // Another process may keep the store locked for long.
                _ = self.gate.until_urgent() => {
                    settle_found();
                    let unread = ids.iter().chain(chunks.flatten());
                    return self.to_ask.borrow_mut().extend(unread);
                }
            }
        }
        settle_found();
    }

    /// Ends the entries whose answer is stored; the others are to be asked.
    fn settle_stored(&self, ids: &[EntryId], found: &[Option<Stored>]) {
        self.together(|| {
            for (&id, stored) in ids.iter().zip(found) {
                let indicator = self.indicator(id);
                let read = |stored: &Stored| stored.read(indicator.kind, &indicator.text);
                match stored.as_ref().and_then(read) {
                    Some(answer) => self.conclude(id, &Outcome::Answered(&answer, Source::Cache)),
                    None => self.to_ask.borrow_mut().push(id),
                }
            }
        });
    }

    /// Reads the key's quotas, unless nothing is to be asked or they are known and
    /// leave something: where they are spent, they may have been raised meanwhile.
    pub async fn read_quotas(&self) {
        if self.to_ask.borrow().is_empty() || self.gate.is_stopped() {
            return;
        }
        if self.gate.quotas().is_some() {
            let limits = self.gate.limits();
            if !self.store.spending(&limits).await.is_any_spent(&limits) {
                return;
            }
        }
        let are_known = self.gate.quotas().is_some();
        let read = tokio::select! {
            read = read_quotas(self.client, self.gate, self.options.retries) => read,
            // Another process was quicker.
            () = self.gate.until_quotas_are_known(), if !are_known => return,
        };
        if let Err(fault) = read
            && !self.gate.is_stopped()
        {
            let rate = match self.gate.limits().window {
                Some(window) => format!("going on at {window}"),
                None => "going on without a limit".to_owned(),
            };
            warn!("the key's quotas cannot be read ({}: {}): {rate}", fault.code, fault.message);
        }
    }

    /// What the run would cost from here.
    pub async fn plan(&self) -> Plan {
        let limits = self.gate.limits();
        let spending = tokio::select! {
            spending = self.store.spending(&limits) => spending,
            _ = self.gate.until_urgent() => Spending::default(),
        };
        let to_ask = self.to_ask.borrow();
        let has_query = |&&id: &&EntryId| {
            let indicator = self.indicator(id);
            indicator.kind == Kind::Url && indicator.text.contains('?')
        };
        let has_recipient = |&&id: &&EntryId| self.list.entries[id.0].carries_recipient;
        let more =
            to_ask.iter().map(|&id| self.options.requests_after_the_first(self.indicator(id).kind));
        Plan {
            unique: self.list.entries.len(),
            stored: self.tally().from_store,
            needed: to_ask.len() as u64,
            more: more.sum(),
            with_query: to_ask.iter().filter(has_query).count() as u64,
            with_recipient: to_ask.iter().filter(has_recipient).count() as u64,
            left_out: self.list.left_out.clone(),
            limits,
            spending,
            now: self.clock.now(),
        }
    }

    /// Ends everything that is still to be asked, in input order, where nothing may be asked at all.
    pub async fn settle_unasked(&self) {
        let Some(why) = self.gate.stop_reason() else { return };
        let fault = why.fault();
        for ids in self.to_ask.take().chunks(READ_AT_ONCE) {
            self.printer.room().await;
            self.together(|| {
                for &id in ids {
                    self.conclude(id, &Outcome::NoAnswer(Verdict::Deferred, &fault));
                }
            });
        }
    }
}
