//! The address that a mail was sent from.

use std::net::IpAddr;

use mail_parser::{HeaderValue, Host, Received};

use crate::indicator::{Reading, classify};

/// A header, as this module needs it.
pub(super) struct Stop<'h> {
    /// Its name in lower case.
    pub(super) name: &'h str,
    /// What is behind the colon, as written.
    pub(super) raw: &'h [u8],
    /// The same, parsed.
    pub(super) value: &'h HeaderValue<'h>,
    /// The line that it begins in.
    pub(super) line: u64,
}

/// Headers in which a webmail service or a gateway says where the sender sat.
const ORIGIN: [&str; 7] = [
    "x-originating-ip",
    "x-originating-client-ip",
    "x-sender-ip",
    "x-senderip",
    "x-source-ip",
    "x-client-ip",
    "x-real-ip",
];

/// The addresses that a mail was sent from, by the headers that say so, and by the last hop from
/// outside. Each with its line.
pub(super) fn sent_from<'h>(stops: impl Iterator<Item = Stop<'h>> + Clone) -> Vec<(IpAddr, u64)> {
    let mut found = Vec::new();
    for stop in stops.clone().filter(|stop| ORIGIN.contains(&stop.name)) {
        let text = String::from_utf8_lossy(stop.raw);
        let words = text.split(|c: char| c.is_whitespace() || "[](),;".contains(c));
        let addresses = words.filter_map(|word| word.parse::<IpAddr>().ok());
        found.extend(addresses.map(|address| (address, stop.line)));
    }
    let hops = stops.filter_map(|stop| match stop.value {
        HeaderValue::Received(received) => Some((received, stop.line)),
        _ => None,
    });
    // The newest hop stands first. What is behind the first from outside was written outside.
    let entry = hops.filter_map(|(received, line)| Some((from_outside(received)?, line))).next();
    found.extend(entry);
    found.dedup_by_key(|(address, _)| *address);
    found
}

/// The client of a hop, if it is from outside: not on a private network, and not under one
/// registrable domain with the server.
fn from_outside(received: &Received<'_>) -> Option<IpAddr> {
    let address = match (received.from_ip, &received.from) {
        (Some(address), _) => address,
        (None, Some(Host::IpAddr(address))) => *address,
        _ => return None,
    };
    if is_private(address) {
        return None;
    }
    // The name by reverse lookup, if the server wrote one; the other is the client's own word.
    let client = match &received.from_iprev {
        Some(name) => Some(name.as_ref()),
        None => received.from.as_ref().and_then(name),
    };
    let server = received.by.as_ref().and_then(name);
    let is_inside = client.zip(server).is_some_and(|(client, server)| {
        let client = registrable(client);
        client.is_some() && client == registrable(server)
    });
    (!is_inside).then_some(address)
}

fn name<'h>(host: &'h Host<'_>) -> Option<&'h str> {
    match host {
        Host::Name(name) => Some(name),
        Host::IpAddr(_) => None,
    }
}

/// Domains of one mail system: Exchange Online's servers greet each other under all three.
const OF_EXCHANGE_ONLINE: [&str; 3] = ["outlook.com", "office365.com", "exchangelabs.com"];

fn registrable(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let domain = psl::domain_str(&name)?;
    let is_alias = OF_EXCHANGE_ONLINE.contains(&domain);
    Some(if is_alias { OF_EXCHANGE_ONLINE[0] } else { domain }.to_owned())
}

fn is_private(address: IpAddr) -> bool {
    let reading = classify(address.to_string().as_bytes());
    matches!(reading, Reading::Indicator(indicator) if indicator.facts.reserved.is_some())
}
