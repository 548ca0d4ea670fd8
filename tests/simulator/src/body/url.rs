//! A URL's attributes.

use super::{Judgement, NOW, Subject, domain, opinions, tags};
use crate::draw::Draw;
use crate::json::Json;

/// Titles are written by the owner of the page: some are made to trip what prints them.
const TITLES: [&str; 8] = [
    "Simulated page",
    "Sign in to your account",
    "404 Not Found",
    "Willkommen \u{2013} \u{411}\u{430}\u{43d}\u{43a} \u{1f512}",
    "Index of /files",
    "first line\r\nsecond line\tand a tab",
    "\u{1b}[31mred\u{1b}[0m \u{fffd}",
    "=HYPERLINK(\"http://example.com\",\"click\")",
];

pub(super) fn attributes(
    json: &mut Json,
    subject: &Subject,
    judgement: &Judgement,
    draw: &mut Draw,
) {
    opinions(json, judgement, draw);
    tags(json, draw, &["third-party-cookies", "external-resources", "opendir", "downloads-pe"]);
    json.text("url", &subject.name);
    domain::categories(json, judgement, draw);
    let first = NOW - draw.between(100_000, 300_000_000);
    json.number("first_submission_date", first);
    json.number("last_submission_date", first + 90_000);
    json.number("last_modification_date", first + 90_060);
    json.number("times_submitted", draw.between(1, 5_000));
    let threats: &[&str] =
        if judgement.detections() > 2 { &["C2/Simulated-A", "Mal/HTMLGen-A"] } else { &[] };
    json.texts("threat_names", threats);
    page(json, &subject.name, draw);
}

/// What was found at the URL, if it was fetched at all.
fn page(json: &mut Json, url: &str, draw: &mut Draw) {
    if draw.chance(15) {
        json.truth("has_content", false);
        json.text("last_final_url", url);
        return;
    }
    let redirected = draw.chance(15);
    let last = if redirected { format!("{url}landing?from=simulated") } else { url.to_owned() };
    json.text("last_final_url", &last);
    if redirected {
        json.texts("redirection_chain", &[url, &last]);
    }
    // False beside a code of 200 is seen too.
    json.truth("has_content", !draw.chance(10));
    if !draw.chance(20) {
        json.text("title", draw.pick(&TITLES));
    }
    json.number("last_http_response_code", draw.pick(&[200, 200, 200, 403, 404]));
    json.number("last_http_response_content_length", draw.between(0, 90_000));
    json.text("last_http_response_content_sha256", &draw.hex(64));
    json.object("last_http_response_headers", |json| {
        json.text("content-type", "text/html; charset=UTF-8");
        json.text("server", "simulated");
    });
}
