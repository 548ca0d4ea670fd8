//! A domain's attributes.

use super::{Judgement, NOW, Subject, opinions, tags};
use crate::draw::Draw;
use crate::json::Json;

const REGISTRARS: [&str; 6] = [
    "Simulated Registrar LLC",
    "Contoso Domains, Inc.",
    "Fabrikam d.o.o. d/b/a Names",
    "NORTHWIND INTERNET SERVICES",
    "Registrar \"Caf\u{e9}\" SAS",
    "Adatum GmbH",
];

/// Vendors are the keys, categories the values.
const CATEGORIES: [(&str, &str, &str); 5] = [
    ("Forcepoint ThreatSeeker", "information technology", "malicious web sites"),
    ("Sophos", "business", "spyware and malware"),
    ("BitDefender", "computersandsoftware", "malware"),
    ("Xcitium Verdict Cloud", "media sharing", "phishing"),
    ("alphaMountain.ai", "Content Servers (alphaMountain.ai)", "Malicious (alphaMountain.ai)"),
];

pub(super) fn attributes(
    json: &mut Json,
    subject: &Subject,
    judgement: &Judgement,
    draw: &mut Draw,
) {
    opinions(json, judgement, draw);
    tags(json, draw, &["dga", "ddns", "nxdomain", "multiple-ips"]);
    if !draw.chance(15) {
        json.text("registrar", draw.pick(&REGISTRARS));
    }
    if !draw.chance(15) {
        let created = NOW - draw.between(1_000_000, 900_000_000);
        json.number("creation_date", created);
        json.number("last_update_date", created + 900_000);
        json.number("expiration_date", NOW + draw.between(1_000_000, 60_000_000));
    }
    categories(json, judgement, draw);
    json.text("tld", subject.name.rsplit('.').next().unwrap_or_default());
    records(json, &subject.name, draw);
    json.object("popularity_ranks", |json| {
        if draw.chance(40) {
            json.object("Cisco Umbrella", |json| {
                json.number("rank", draw.between(1, 900_000));
                json.number("timestamp", NOW - 86_400);
            });
        }
    });
    json.number("last_modification_date", NOW - draw.between(0, 9_000_000));
    if draw.chance(70) {
        json.number("whois_date", NOW - draw.between(100_000, 60_000_000));

        json.text("jarm", &draw.hex(62));
    }
}

/// What vendors file it under.
pub(super) fn categories(json: &mut Json, judgement: &Judgement, draw: &mut Draw) {
    let bad = judgement.detections() > 2;
    json.object("categories", |json| {
        for (vendor, harmless, malicious) in CATEGORIES {
            if draw.chance(40) {
                json.text(vendor, if bad { malicious } else { harmless });
            }
        }
    });
}

fn records(json: &mut Json, name: &str, draw: &mut Draw) {
    json.key("last_dns_records");
    json.open('[');
    for _ in 0..draw.between(0, 4) {
        let address = format!("192.0.2.{}", draw.between(1, 254));
        record(json, "A", &address, |_| {});
    }
    record(json, "NS", "ns1.example.net", |_| {});
    if draw.chance(50) {
        record(json, "MX", &format!("mail.{name}"), |json| {
            json.number("priority", 10);
        });
    }
    record(json, "SOA", "ns1.example.net", |json| {
        json.text("rname", "hostmaster.example.net");
        json.number("serial", 2_026_100_101);
        json.number("refresh", 7_200);
        json.number("retry", 900);
        json.number("expire", 1_209_600);
        json.number("minimum", 86_400);
    });
    json.close(']');
}

fn record(json: &mut Json, name: &str, value: &str, more: impl FnOnce(&mut Json)) {
    json.next();
    json.open('{');
    json.text("type", name);
    json.number("ttl", 3_600);
    json.text("value", value);
    more(json);
    json.close('}');
}
