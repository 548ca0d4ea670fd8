//! The read of the key's quotas: once before anything is spent, and once after
//! the first 429.

use std::time::Duration;

use super::backoff::backoff;
use crate::gate::{Class, Gate, NoPermit, Order, Permit};
use crate::model::{EntryId, Fault, StopReason};
use crate::quota::{Quota, Quotas};
use crate::store::Purpose;
use crate::virustotal::{Client, Error};

/// Reads the key's quotas with a permit of its own, and lets the gate keep them.
///
/// # Errors
/// Why they cannot be read; where the key was rejected, the run stops, too.
pub async fn read_quotas(client: &Client, gate: &Gate<'_>, retries: u32) -> Result<Quotas, Fault> {
    let order = Order { class: Class::Quotas, entry: EntryId(0) };
    let mut attempt = 0;
    loop {
        let permit = match gate.permit(order, Purpose::Quotas).await {
            Ok(permit) => permit,
            Err(NoPermit::Stopped(why)) => return Err(why.fault()),
            Err(NoPermit::Answered(_) | NoPermit::Elsewhere(_)) => {
                return Err(Fault::new("Store", "the store answered for the quotas"));
            }
        };
        let result = tokio::select! {
            result = client.quotas() => result,
            () = gate.out_of_patience() => return Err(StopReason::Interrupted.fault()),
        };
        match result {
            Ok(quotas) => {
                gate.answered();
                permit.settle(None);
                gate.learn(&quotas);
                return Ok(quotas);
            }
            Err(error) => {
                settle_fault(gate, permit, &error);
                if !error.is_transient() || attempt == retries {
                    return Err(error.fault());
                }
                tokio::select! {
                    () = tokio::time::sleep(backoff(attempt)) => {}
                    () = gate.until_stopped() => return Err(error.fault()),
                }
                attempt += 1;
            }
        }
    }
}

/// A 429: nothing is asked by anyone, and the key's quotas, `asked` once,
/// tell a minute from an hour and a day.
pub(super) async fn wait_out(
    client: &Client,
    gate: &Gate<'_>,
    permit: Permit<'_>,
    retry_after: Option<Duration>,
    were_asked: bool,
) {
    gate.rate_limited(permit, retry_after);
    if were_asked {
        return;
    }
    // Without a permit: nothing may be asked, and this says for how long.
    let quotas = tokio::select! {
        quotas = client.quotas() => quotas,
        () = gate.out_of_patience() => return,
    };
    let Ok(quotas) = quotas else { return };
    // What was used of the hour is left out: where VirusTotal's hour begins is
    // not documented, and the 429 says more than a count.
    let hour = quotas.hour.map(|hour| Quota { used: 0, ..hour });
    gate.learn(&Quotas { hour, ..quotas });
    if quotas.hour.is_some_and(|hour| hour.left() == 0) {
        gate.rate_limited_for_the_hour(retry_after);
    }
}

/// Ends a request that brought no report, and has the gate take the reason in.
pub(super) fn settle_fault(gate: &Gate<'_>, permit: Permit<'_>, error: &Error) {
    let fault = error.fault();
    match error {
        Error::Timeout | Error::Connect { .. } | Error::Broken { .. } => {
            gate.silent(&permit, &fault);
        }
        _ if error.shows_key_accepted() => gate.answered(),
        Error::Forbidden { .. } => gate.forbidden(&fault),
        Error::KeyRejected { .. } => gate.stop(StopReason::KeyRejected(fault)),
        Error::Setup { why } => gate.stop(StopReason::Setup(why.clone())),
        _ => gate.spoke(),
    }
    match error {
        Error::Connect { .. } | Error::Setup { .. } => permit.withdraw(),
        Error::RateLimited { retry_after } => gate.rate_limited(permit, *retry_after),
        _ => permit.settle(None),
    }
}
