//! Evidence as it arrives: mails, archives, folders, and what cannot be opened.

use std::fs;

use serde_json::Value;
use vt_simulator::{Arrival, Kind, Object, Target};

use crate::env::{Env, Run};

const PHISH: &str = "\
Delivered-To: rita@corp.example.org
Received: from mail.evil.com (vps.hoster.net [185.220.101.42]) by mx1.corp.example.org
 with ESMTPS id 2; Mon, 2 Nov 2026 09:59:00 +0000
From: PayPal <service@paypa1-secure.com>
To: rita@corp.example.org
Subject: Your account
Message-ID: <1@id.evil.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=out

--out
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Dear rita@corp.example.org,
<a href=3D\"https://eur01.safelinks.protection.outlook.com/?url=3Dhttps%3A%2=
F%2Fpaypa1-secure.com%2Flogin&amp;data=3Drita%40corp.example.org\">sign in</a>
<a href=3D\"https://www.google.com/url?q=3Dhttps://evil-target.net/x\">here</a>
--out
Content-Type: image/png; name=invoice.png
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
--out--
";

/// What a dry run says of the arguments.
#[track_caller]
fn dry_run(env: &Env, args: &[&str]) -> Run {
    Run::of(env.bare().args(["--dry-run", "--store", "none", "-f", "jsonl"]).args(args))
}

/// Indicator and origin of each record that would be asked.
fn asked(run: &Run) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let records = run.records();
    let records = records.iter().filter(|record| record["verdict"] == "deferred");
    records.map(|record| (text(&record["indicator"]), text(&record["origin"]))).collect()
}

#[test]
fn a_mail_is_asked_for_its_links_its_sender_and_its_attachment() {
    let env = Env::new();
    env.write("phish.eml", PHISH);
    let run = dry_run(&env, &["phish.eml"]).exits(0);
    let asked = asked(&run);
    let expected = [
        ("https://paypa1-secure.com/login", "phish.eml!text/html:2"),
        ("https://www.google.com/url?q=https://evil-target.net/x", "phish.eml!text/html:3"),
        ("https://evil-target.net/x", "phish.eml!text/html:3"),
        ("paypa1-secure.com", "phish.eml:4"),
        ("185.220.101.42", "phish.eml:2"),
    ];
    let expected = expected.map(|(one, other)| (one.to_owned(), other.to_owned()));
    assert_eq!(asked[..5], expected);
    assert_eq!((asked.len(), asked[5].1.as_str()), (6, "phish.eml!invoice.png"));
    run.says("phish.eml: mail, 1 body, 1 attachment: 6 lookups").says("1 mail relay");
}

#[test]
fn a_wrapped_link_says_what_wrapped_it_and_a_redirector_where_it_leads() {
    let env = Env::new();
    env.write("phish.eml", PHISH);
    let records = dry_run(&env, &["phish.eml"]).records();
    let written = records[0]["as_written"].as_str().unwrap();
    assert!(written.starts_with("https://eur01.safelinks.protection.outlook.com/"), "{written}");
    assert_eq!(records[0]["context"]["wrapped_by"][0], "Microsoft SafeLinks");
    assert_eq!(records[1]["context"]["leads_to"], "https://evil-target.net/x");
    assert_eq!(records[2]["context"]["wrapped_by"][0], "Google");
    let records = dry_run(&env, &["--as-written", "phish.eml"]).records();
    assert!(records[0]["indicator"].as_str().unwrap().contains("safelinks"));
}

#[test]
fn a_links_wrapper_and_its_recipient_go_nowhere() {
    let env = Env::new();
    let list: String = (0..1_000)
        .map(|n| {
            format!(
                "https://nam{:02}.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net%2F{}&data=rita%40corp.example.org\n",
                n % 20,
                n / 2
            )
        })
        .collect();
    let run = env.scan(&list, ["-f", "jsonl"]);
    assert_eq!(run.requests(), 500);
    let requests = format!("{:?}", env.simulator.lookups());
    assert!(!requests.contains("safelinks") && !requests.contains("corp.example"), "{requests}");
}

#[test]
fn thorough_takes_what_is_left_out_and_whole_lines_opens_nothing() {
    let env = Env::new();
    env.write("phish.eml", PHISH);
    let found = asked(&dry_run(&env, &["--thorough", "phish.eml"]));
    assert!(found.iter().any(|(text, _)| text == "id.evil.com"), "{found:?}");
    assert!(!found.iter().any(|(text, _)| text.contains("corp.example.org")), "{found:?}");
    let run = dry_run(&env, &["--whole-lines", "phish.eml"]);
    assert!(run.records().iter().all(|record| record["verdict"] == "invalid"), "{run:?}");
}

#[test]
fn one_input_that_cannot_be_read_stops_no_other() {
    let env = Env::new();
    env.write("x.7z", b"7z\xBC\xAF\x27\x1C\0\x04\0\0\0\0");
    env.write("good.txt", "good.example.com\n");
    let run = dry_run(&env, &["-q", "x.7z", "good.txt"]).exits(2).says("x.7z");
    let asked = asked(&run);
    assert_eq!(asked.len(), 2);
    // The file itself is looked up too.
    assert_eq!((asked[0].0.len(), asked[0].1.as_str()), (64, "x.7z"));
    assert_eq!(asked[1], ("good.example.com".to_owned(), "good.txt:1".to_owned()));
}

#[test]
fn an_executable_counts_as_read_by_its_hash() {
    let env = Env::new();
    env.write("sample.exe", [&b"MZ\x90\0\x03\0\0\0"[..], &[0; 120]].concat());
    let run = dry_run(&env, &["sample.exe"]).exits(0);
    assert_eq!(asked(&run).len(), 1);
    assert_eq!(run.records()[0]["kind"], "file");
}

#[test]
fn a_folder_stands_for_every_file_below_it_in_order() {
    let env = Env::new();
    fs::create_dir_all(env.work().join("case/b")).unwrap();
    env.write("case/b/two.txt", "two.example.com\n");
    env.write("case/a.eml", "From: a@one.example.com\nTo: b@corp.example.org\n\nx\n");
    env.write("case/c.txt", "three.example.com\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", env.work().join("case/link")).unwrap();
    let asked = asked(&dry_run(&env, &["case"]).exits(0));
    let origins: Vec<&str> = asked.iter().map(|(_, origin)| origin.as_str()).collect();
    assert_eq!(origins, ["case/a.eml:1", "case/b/two.txt:1", "case/c.txt:1"]);
}

#[test]
fn a_mailbox_is_read_message_by_message() {
    let env = Env::new();
    let message = |host: &str| {
        format!(
            "From a@b Mon Nov  2 10:00:00 2026\nFrom: x@{host}\nTo: y@corp.example.org\n\nhttps://{host}/\n\n"
        )
    };
    env.write("box.mbox", message("one.example.com") + message("two.example.com").as_str());
    let asked = asked(&dry_run(&env, &["box.mbox"]).exits(0));
    let origins: Vec<&str> = asked.iter().map(|(_, origin)| origin.as_str()).collect();
    assert_eq!(
        origins,
        [
            "box.mbox!1.eml!text/plain:1",
            "box.mbox!1.eml:1",
            "box.mbox!2.eml!text/plain:1",
            "box.mbox!2.eml:1"
        ]
    );
}

#[test]
fn a_password_is_in_no_log() {
    let env = Env::new();
    env.write("good.txt", "good.example.com\n");
    dry_run(&env, &["--password", "hunter2", "--log-file", "run.log", "good.txt"]).exits(0);
    let log = fs::read_to_string(env.work().join("run.log")).unwrap();
    assert!(log.contains("--password=***") && !log.contains("hunter2"), "{log}");
}

const CARRIED: &str = "\
From: a@evil.com
To: rita@corp.example.org
Content-Type: text/plain

https://kit.example.net/login#rita@corp.example.org
https://kit.example.net/x/cml0YUBjb3JwLmV4YW1wbGUub3Jn
https://free.example.net/
";

#[test]
fn the_host_of_a_link_that_names_its_recipient_is_asked_first_and_the_link_never_submitted() {
    let env = Env::new();
    env.write("phish.eml", CARRIED);
    let found = asked(&dry_run(&env, &["phish.eml"]).exits(0));
    let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "kit.example.net",
            "https://kit.example.net/login#rita@corp.example.org",
            "https://kit.example.net/x/cml0YUBjb3JwLmV4YW1wbGUub3Jn",
            "https://free.example.net/",
            "evil.com"
        ]
    );
    for url in &texts[1..4] {
        env.simulator.set(Kind::Url, url, Object::Unknown);
    }
    let run = Run::of(env.vtscan().args(["--submit", "--wait", "1s", "phish.eml"]));
    let run = run.says("2 of the URLs to look up carry the address of a mail's recipient");
    let submitted = |arrival: Arrival| match arrival.target {
        Target::Submit(url) => Some(url),
        _ => None,
    };
    let submitted: Vec<String> =
        env.simulator.arrivals().into_iter().filter_map(submitted).collect();
    assert_eq!(submitted, ["https://free.example.net/"], "{}", run.stderr);
}
