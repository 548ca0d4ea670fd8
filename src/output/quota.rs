//! The key's limits and use, as a table and as JSON.

use std::fmt::Write;

use jiff::Timestamp;
use serde::Serialize;

use crate::quota::{Limits, Period, Quotas, Spending};

#[derive(Serialize)]
struct Row {
    period: &'static str,
    allowed: u64,
    used: u64,
    left: u64,
    returns: Timestamp,
}

#[derive(Serialize)]
struct Sheet {
    rate: Option<String>,
    quotas: Vec<Row>,
}

/// By VirusTotal's count or the ledger's, whichever is higher: requests of a
/// moment ago may not be in the former yet.
fn sheet(quotas: &Quotas, limits: &Limits, spending: &Spending, now: Timestamp) -> Sheet {
    let row = |period: Period| {
        let quota = quotas.of(period)?;
        let used = quota.used.max(spending.of(period));
        Some(Row {
            period: period.as_str(),
            allowed: quota.allowed,
            used,
            left: quota.allowed.saturating_sub(used),
            returns: period.end(now),
        })
    };
    Sheet {
        rate: limits.window.map(|window| window.to_string()),
        quotas: Period::ALL.into_iter().filter_map(row).collect(),
    }
}

pub(super) fn text(
    quotas: &Quotas,
    limits: &Limits,
    spending: &Spending,
    now: Timestamp,
) -> String {
    let Sheet { rate, quotas } = sheet(quotas, limits, spending, now);
    let mut text = format!("rate    {}\n", rate.as_deref().unwrap_or("unlimited"));
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{:<6}  {:>12}  {:>12}  {:>12}  returns",
        "period", "allowed", "used", "left"
    );
    for Row { period, allowed, used, left, returns } in quotas {
        let _ = writeln!(text, "{period:<6}  {allowed:>12}  {used:>12}  {left:>12}  {returns}");
    }
    text
}

pub(super) fn json(
    quotas: &Quotas,
    limits: &Limits,
    spending: &Spending,
    now: Timestamp,
) -> serde_json::Result<String> {
    let mut text = serde_json::to_string(&sheet(quotas, limits, spending, now))?;
    text.push('\n');
    Ok(text)
}
