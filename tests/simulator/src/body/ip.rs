//! An address's attributes.

use super::{Judgement, NOW, Subject, opinions, tags};
use crate::draw::Draw;
use crate::json::Json;
use std::net::IpAddr;

const OWNERS: [(&str, u32, &str, &str, &str); 8] = [
    ("SIMNET-AS Simulated Networks", 64_500, "DE", "EU", "RIPE NCC"),
    ("EXAMPLE-TRANSIT", 64_501, "US", "NA", "ARIN"),
    ("Contoso Hosting Ltd.", 64_502, "GB", "EU", "RIPE NCC"),
    ("Fabrikam Cloud, Inc.", 4_200_000_001, "US", "NA", "ARIN"),
    ("TAILSPIN-TELECOM", 64_504, "BR", "SA", "LACNIC"),
    ("Northwind \"Edge\" K.K.", 64_505, "JP", "AS", "APNIC"),
    ("Adatum Soci\u{e9}t\u{e9} Anonyme", 64_506, "FR", "EU", "RIPE NCC"),
    ("WINGTIP-AFRICA", 64_507, "ZA", "AF", "AFRINIC"),
];

pub(super) fn attributes(
    json: &mut Json,
    subject: &Subject,
    judgement: &Judgement,
    draw: &mut Draw,
) {
    opinions(json, judgement, draw);
    tags(json, draw, &["self-signed", "vpn", "tor", "suspicious-udp"]);
    let (owner, asn, country, continent, registry) = draw.pick(&OWNERS);
    // Anycast addresses have an owner and no country; private ranges have neither.
    let (owned, placed) =
        if private(&subject.name) { (false, false) } else { (true, !draw.chance(8)) };
    if owned {
        json.text("as_owner", owner);
        json.number("asn", asn);
        json.text("network", &network(&subject.name));
    }
    if placed {
        json.text("country", country);
        json.text("continent", continent);
        json.text("regional_internet_registry", registry);
    }
    json.number("last_modification_date", NOW - draw.between(0, 9_000_000));
    if draw.chance(60) {
        json.number("whois_date", NOW - draw.between(100_000, 60_000_000));

        json.text("jarm", &draw.hex(62));
    }
    if draw.chance(5) {
        context(json, draw);
    }
}

/// A note of some source's. It is no verdict: well-known resolvers carry such notes too.
fn context(json: &mut Json, draw: &mut Draw) {
    json.key("crowdsourced_context");
    json.open('[');
    json.next();
    json.open('{');
    json.text("title", "Simulated C2 server");
    json.text("severity", "medium");
    json.text("source", "SimulatedFeed");
    json.number("timestamp", NOW - draw.between(0, 9_000_000));
    json.close('}');
    json.close(']');
}

fn private(address: &str) -> bool {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            address.is_private() || address.is_loopback() || address.is_link_local()
        }
        _ => false,
    }
}

fn network(address: &str) -> String {
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let [first, second, third, _] = address.octets();
            format!("{first}.{second}.{third}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let segments = address.segments();
            format!("{:x}:{:x}::/32", segments[0], segments[1])
        }
        Err(_) => String::new(),
    }
}
