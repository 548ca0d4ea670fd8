//! The key's limits and use, as a table and as JSON.

use std::fmt::Write as _;

use anyhow::Result;
use jiff::Timestamp;
use serde::Serialize;

use super::formats::Format;
use super::stdout::print;
use crate::quota::{Limits, Period, Quotas, Spending};

#[derive(Serialize)]
struct PeriodUse {
    period: &'static str,
    allowed: u64,
    used: u64,
    left: u64,
    returns: Timestamp,
}

#[derive(Serialize)]
struct KeyUse {
    rate: Option<String>,
    quotas: Vec<PeriodUse>,
}

/// Shows the key's limits and use on stdout.
///
/// # Errors
/// stdout cannot be written.
pub fn show_quotas(
    format: &Format,
    quotas: &Quotas,
    limits: &Limits,
    spending: &Spending,
) -> Result<()> {
    let now = Timestamp::now();
    print(&match format.name {
        "jsonl" => json(quotas, limits, spending, now)?,
        _ => text(quotas, limits, spending, now),
    })
}

/// By VirusTotal's count or the ledger's, whichever is higher: requests of a
/// moment ago may not be in the former yet.
fn key_use(quotas: &Quotas, limits: &Limits, spending: &Spending, now: Timestamp) -> KeyUse {
    let line = |period: Period| {
        let quota = quotas.of(period)?;
        let used = quota.used.max(spending.of(period));
        Some(PeriodUse {
            period: period.as_str(),
            allowed: quota.allowed,
            used,
            left: quota.allowed.saturating_sub(used),
            returns: period.end(now),
        })
    };
    KeyUse {
        rate: limits.window.map(|window| window.to_string()),
        quotas: Period::ALL.into_iter().filter_map(line).collect(),
    }
}

fn text(quotas: &Quotas, limits: &Limits, spending: &Spending, now: Timestamp) -> String {
    let KeyUse { rate, quotas } = key_use(quotas, limits, spending, now);
    let mut text = format!("rate    {}\n", rate.as_deref().unwrap_or("unlimited"));
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{:<6}  {:>12}  {:>12}  {:>12}  returns",
        "period", "allowed", "used", "left"
    );
    for PeriodUse { period, allowed, used, left, returns } in quotas {
        let _ = writeln!(text, "{period:<6}  {allowed:>12}  {used:>12}  {left:>12}  {returns}");
    }
    text
}

fn json(
    quotas: &Quotas,
    limits: &Limits,
    spending: &Spending,
    now: Timestamp,
) -> serde_json::Result<String> {
    let mut text = serde_json::to_string(&key_use(quotas, limits, spending, now))?;
    text.push('\n');
    Ok(text)
}
