//! A file's attributes.

use super::{Judgement, NOW, Subject, opinions, tags};
use crate::draw::Draw;
use crate::json::Json;

const TYPES: [(&str, &str, &str); 6] = [
    ("Win32 EXE", "peexe", "PE32 executable (GUI) Intel 80386, for MS Windows"),
    ("Win32 DLL", "pedll", "PE32 executable (DLL) (GUI) Intel 80386, for MS Windows"),
    ("ELF", "elf", "ELF 64-bit LSB executable, x86-64, version 1 (SYSV)"),
    ("PDF", "pdf", "PDF document, version 1.7"),
    ("Text", "text", "ASCII text, with CRLF line terminators"),
    ("unknown", "unknown", "data"),
];

/// Names are what submitters called it: nothing can be taken for granted about them.
const NAMES: [&str; 8] = [
    "invoice.exe",
    "C:\\Users\\Public\\svchost.exe",
    "/tmp/.x/update.sh",
    "report\twith a tab.pdf",
    "\u{441}\u{447}\u{451}\u{442}.doc",
    "\u{fffd}\u{fffd}.bin",
    "photo \u{1f4f7}.scr",
    "=cmd|' /C calc'!A0.csv",
];

pub(super) fn attributes(
    json: &mut Json,
    subject: &Subject,
    judgement: &Judgement,
    draw: &mut Draw,
) {
    opinions(json, judgement, draw);
    if let Some(hashes) = &subject.hashes {
        json.text("md5", &hashes.md5);
        json.text("sha1", &hashes.sha1);
        json.text("sha256", &hashes.sha256);
    }
    let size = draw.between(100, 9_000_000);
    json.number("size", subject.size.unwrap_or(u64::from(size)));
    let (description, tag, magic) = draw.pick(&TYPES);
    tags(json, draw, &[tag, "overlay", "signed", "detect-debug-environment"]);
    json.text("type_description", description);
    json.text("type_tag", tag);
    json.text("magic", magic);
    let names: Vec<&str> = NAMES.into_iter().filter(|_| draw.chance(25)).collect();
    json.texts("names", &names);
    if let Some(name) = names.first() {
        json.text("meaningful_name", name);
    }
    let first = NOW - draw.between(100_000, 300_000_000);
    json.number("first_submission_date", first);
    json.number("last_submission_date", first + 90_000);
    json.number("last_modification_date", first + 90_060);
    json.number("times_submitted", draw.between(1, 300));
    json.number("unique_sources", draw.between(1, 30));
    if let Judgement::Judged(sheet) = judgement
        && sheet.counts.malicious > 2
    {
        classification(json, sheet.family, sheet.counts.malicious);
    }
    if draw.chance(30) {
        sandbox(json, judgement, draw);
    }
}

fn classification(json: &mut Json, family: &str, count: u32) {
    let family = family.to_lowercase();
    json.object("popular_threat_classification", |json| {
        json.text("suggested_threat_label", &format!("trojan.{family}/simulated"));
        for (name, value) in
            [("popular_threat_category", "trojan"), ("popular_threat_name", family.as_str())]
        {
            json.key(name);
            json.open('[');
            json.next();
            json.open('{');
            json.text("value", value);
            json.number("count", count / 2 + 1);
            json.close('}');
            json.close(']');
        }
    });
}

fn sandbox(json: &mut Json, judgement: &Judgement, draw: &mut Draw) {
    let bad = judgement.detections() > 2;
    json.object("sandbox_verdicts", |json| {
        json.object("Simulated Sandbox", |json| {
            json.text("category", if bad { "malicious" } else { "harmless" });
            json.text("sandbox_name", "Simulated Sandbox");
            if draw.chance(50) {
                json.number("confidence", draw.between(50, 99));
            }
            json.texts("malware_classification", &[if bad { "MALWARE" } else { "CLEAN" }]);
        });
    });
}
