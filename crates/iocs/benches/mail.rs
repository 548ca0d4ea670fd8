//! How fast mails are read: opened, decoded, and all their texts searched, on one core, the best of
//! five. `cargo bench --bench mail` fails below 100 MB/s.

#![allow(clippy::print_stdout, missing_docs)]

use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use iocs::document::{Item, Options, Walk, read_here, type_of};
use iocs::extract::{self, read_block};

const SIZE: usize = 32 << 20;
const LEAST: f64 = 100e6;
const ROUNDS: usize = 5;

const HEAD: &str = "Received: from a.example.net (a.example.net [192.0.2.1]) by mx.example.org with ESMTPS; Mon, 2 Nov 2026 10:00:00 +0000\r\nFrom: News <news@sender.example.com>\r\nTo: someone@corp.example.org\r\nSubject: =?utf-8?Q?Your_account_?=\r\nMIME-Version: 1.0\r\n";
const PARAGRAPH: &str = "<p style=3D\"margin:0\">We have noticed a sign-in to your account from a new device. If =\r\nthis was you, there is nothing to do. <a href=3D\"https://login.example.net/verify?id=3D1=\r\n234\">Check your activity</a> or write to us.</p>\r\n";

/// A mail whose only body is this, over and over.
fn mail(kind: &str, encoding: &str, unit: &str) -> Vec<u8> {
    let head =
        format!("{HEAD}Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
    [head, unit.repeat(1_000)].concat().into_bytes()
}

fn mailbox(mail: &[u8]) -> Vec<u8> {
    let one = [b"From a@b Mon Nov  2 10:00:00 2026\r\n", mail, b"\r\n\r\n"].concat();
    one.repeat(SIZE / one.len())
}

/// How many texts a file has, and how many indicators stand in them.
fn read(file: &[u8]) -> (usize, usize) {
    let (mut texts, mut found) = (0, 0);
    let options = Options::default();
    let walk = Walk { type_of, read: &read_here, options: &options };
    walk.file("all.mbox", file, &mut |item| {
        if let Item::Text(text) = item {
            texts += 1;
            found += read_block(text.text.as_bytes(), extract::Options::default()).found.len();
        }
        ControlFlow::Continue(())
    });
    (texts, found)
}

fn main() -> ExitCode {
    let words = "We have noticed a sign-in to your account from a new device. See\r\nhttps://login.example.net/verify?id=1234 for more of it, and do not answer.\r\n";
    let attached =
        "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n";
    let mails = [
        ("HTML, quoted-printable", mail("text/html; charset=utf-8", "quoted-printable", PARAGRAPH)),
        ("plain text", mail("text/plain", "7bit", words)),
        ("an attachment in Base64", mail("application/octet-stream", "base64", attached)),
    ];
    let mut is_slow = false;
    for (name, mail) in mails {
        let file = mailbox(&mail);
        let mut best = Duration::MAX;
        let mut counts = (0, 0);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            counts = read(&file);
            best = best.min(start.elapsed());
        }
        let speed = file.len() as f64 / best.as_secs_f64();
        is_slow |= speed < LEAST;
        let (texts, found) = counts;
        println!("{name}: {:.0} MB/s, {texts} texts, {found} indicators", speed / 1e6);
    }
    if is_slow { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
