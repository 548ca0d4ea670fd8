//! The read of the key's quotas: once before anything is spent, and once after
//! the first 429.

use std::time::Duration;

use super::job::backoff;
use crate::gate::{Admission, Class, Closed, Gate, Order, Pass};
use crate::model::Fault;
use crate::quota::{Quota, Quotas};
use crate::store::Ask;
use crate::virustotal::{Client, Error};

/// Reads the key's quotas in a turn of its own, and lets the gate keep them.
///
/// # Errors
/// Why they cannot be read; where the key was rejected, the gate is closed, too.
pub async fn read_quotas(client: &Client, gate: &Gate<'_>, retries: u32) -> Result<Quotas, Fault> {
    let order = Order { class: Class::Quotas, place: 0 };
    let mut attempt = 0;
    loop {
        let pass = match gate.turn(order, Ask::Quotas).await {
            Admission::Go(pass) => pass,
            Admission::Closed(why) => return Err(why.fault()),
            Admission::Answered(_) | Admission::Elsewhere(_) => {
                return Err(Fault::new("Store", "the store answered for the quotas"));
            }
        };
        let result = tokio::select! {
            result = client.quotas() => result,
            () = gate.out_of_patience() => return Err(Closed::Interrupted.fault()),
        };
        match result {
            Ok(quotas) => {
                pass.settle(None);
                gate.answered();
                gate.learn(&quotas);
                return Ok(quotas);
            }
            Err(error) => {
                settle_faulty(gate, pass, &error);
                if !error.is_transient() || attempt == retries {
                    return Err(error.fault());
                }
                tokio::select! {
                    () = tokio::time::sleep(backoff(attempt)) => {}
                    () = gate.until_closed() => return Err(error.fault()),
                }
                attempt += 1;
            }
        }
    }
}

/// A 429: the gate is shut for everyone, and the key's quotas, `asked` once,
/// tell a minute from an hour and a day.
pub(super) async fn wait_out(
    client: &Client,
    gate: &Gate<'_>,
    pass: Pass<'_>,
    retry_after: Option<Duration>,
    was_asked: bool,
) {
    gate.refused(pass, retry_after);
    if was_asked {
        return;
    }
    // Without a turn: the gate is shut, and this says for how long.
    let quotas = tokio::select! {
        quotas = client.quotas() => quotas,
        () = gate.out_of_patience() => return,
    };
    let Ok(quotas) = quotas else { return };
    // What was used of the hour is left out: where VirusTotal's hour begins is
    // not documented, and the refusal says more than a count.
    let hour = quotas.hour.map(|hour| Quota { used: 0, ..hour });
    gate.learn(&Quotas { hour, ..quotas });
    if quotas.hour.is_some_and(|hour| hour.left() == 0) {
        gate.refused_for_the_hour(retry_after);
    }
}

/// Ends the turn of a request that brought no answer.
pub(super) fn settle_faulty(gate: &Gate<'_>, pass: Pass<'_>, error: &Error) {
    if error.shows_key_accepted() {
        gate.answered();
    }
    match error {
        Error::Connect(_) | Error::Setup(_) => pass.withdraw(),
        Error::TooMany(retry_after) => gate.refused(pass, *retry_after),
        _ => pass.settle(None),
    }
    match error {
        Error::KeyRejected(..) => gate.close(Closed::KeyRejected(error.fault())),
        Error::Forbidden(..) => gate.forbidden(&error.fault()),
        Error::Setup(message) => gate.close(Closed::Setup(message.clone())),
        _ => {}
    }
}
