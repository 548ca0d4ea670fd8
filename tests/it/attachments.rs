//! Evidence in evidence: attachments, archives, PDF and Office files, and what is made to do harm.

use serde_json::Value;

use crate::env::{Env, Run};
use crate::evidence::{Lock, docx, page, pdf_of, xlsx, zip_of};

/// What a dry run says of the arguments.
#[track_caller]
fn dry_run(env: &Env, args: &[&str]) -> Run {
    Run::of(env.bare().args(["--dry-run", "--store", "none", "-f", "jsonl"]).args(args))
}

/// `indicator at origin` of each record that would be asked; of a file its kind alone.
fn asked(run: &Run) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let shown = |record: &Value| {
        let is_file = record["kind"] == "file";
        let what = if is_file { "file".to_owned() } else { text(&record["indicator"]) };
        format!("{what} at {}", text(&record["origin"]))
    };
    let records = run.records();
    records.iter().filter(|record| record["verdict"] == "deferred").map(shown).collect()
}

const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0 hidden.example.com";

#[test]
fn a_pdf_gives_its_links_and_its_text() {
    let env = Env::new();
    env.write("a.pdf", page("see evil.example.com", "https://link.example.net/x"));
    assert_eq!(
        asked(&dry_run(&env, &["a.pdf"]).exits(0)),
        [
            "file at a.pdf",
            "evil.example.com at a.pdf!page 1:1",
            "https://link.example.net/x at a.pdf!page 1 links:1"
        ]
    );
}

#[test]
fn a_defanged_link_over_two_runs_of_a_word_file_is_one() {
    let env = Env::new();
    env.write("a.docx", docx(&[&["hxxps://ev", "il[.]example[.]com/a"], &["1.2.", "3.4"]]));
    assert_eq!(
        asked(&dry_run(&env, &["a.docx"]).exits(0)),
        [
            "file at a.docx",
            "https://evil.example.com/a at a.docx!word/document.xml:1",
            "1.2.3.4 at a.docx!word/document.xml:2"
        ]
    );
}

#[test]
fn a_hidden_sheet_is_read() {
    let env = Env::new();
    env.write("a.xlsx", xlsx(&["evil.example.com", "185.220.101.42"]));
    let found = asked(&dry_run(&env, &["a.xlsx"]).exits(0));
    let texts: Vec<&str> = found.iter().filter_map(|one| one.split(' ').next()).collect();
    assert_eq!(texts, ["file", "evil.example.com", "185.220.101.42"], "{found:?}");
}

#[test]
fn an_archive_is_opened_also_inside_another_and_its_programs_are_hashed() {
    let env = Env::new();
    let inner = zip_of(Lock::Open, &[("a/b.txt", b"x\nevil.example.com\n"), ("run.exe", EXE)]);
    env.write("samples.zip", zip_of(Lock::Open, &[("in.zip", &inner)]));
    let run = dry_run(&env, &["samples.zip"]).exits(0);
    assert_eq!(
        asked(&run),
        [
            "file at samples.zip",
            "file at samples.zip!in.zip",
            "evil.example.com at samples.zip!in.zip!a/b.txt:2",
            "file at samples.zip!in.zip!run.exe"
        ]
    );
}

#[test]
fn an_encrypted_archive_is_opened_with_infected_or_the_password_and_else_named() {
    let env = Env::new();
    let members: [(&str, &[u8]); 1] = [("a.txt", b"evil.example.com\n")];
    let opened = ["file at a.zip", "evil.example.com at a.zip!a.txt:1"];
    for lock in [Lock::Aes("infected"), Lock::Old("infected")] {
        env.write("a.zip", zip_of(lock, &members));
        assert_eq!(asked(&dry_run(&env, &["a.zip"]).exits(0)), opened);
    }
    for lock in [Lock::Aes("s3cret"), Lock::Old("s3cret")] {
        env.write("a.zip", zip_of(lock, &members));
        let run = dry_run(&env, &["--password", "s3cret", "a.zip"]).exits(0);
        assert_eq!(asked(&run), opened);
        // It is on no record and on no line.
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("s3cret"));
        let run =
            dry_run(&env, &["-q", "a.zip"]).exits(2).says("a.zip: encrypted, and no password fits");
        assert_eq!(asked(&run), opened[..1]);
    }
}

#[test]
fn attachments_are_read_and_hashed_by_what_they_are() {
    let env = Env::new();
    let part = |name: &str, bytes: &[u8]| {
        use base64::Engine as _;
        let digits = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!(
            "--b\nContent-Type: image/png; name={name}\nContent-Transfer-Encoding: base64\n\n{digits}\n"
        )
    };
    let mail = format!(
        "From: a@evil.example.com\nTo: b@corp.example.org\nContent-Type: multipart/mixed; boundary=b\n\n\
         --b\n\nhttps://body.example.net/\n{}{}{}{}--b--\n",
        part("logo.png", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01"),
        part("a.pdf", &page("x", "https://pdf.example.net/")),
        part("b.zip", &zip_of(Lock::Open, &[("c.txt", b"https://zip.example.net/\n")])),
        part("d.html", b"<a href='https://html.example.net/'>x</a>"),
    );
    env.write("m.eml", mail);
    assert_eq!(
        asked(&dry_run(&env, &["m.eml"]).exits(0)),
        [
            "https://body.example.net/ at m.eml!text/plain:1",
            "evil.example.com at m.eml:1",
            "file at m.eml!a.pdf",
            "https://pdf.example.net/ at m.eml!a.pdf!page 1 links:1",
            "file at m.eml!b.zip",
            "https://zip.example.net/ at m.eml!b.zip!c.txt:1",
            "https://html.example.net/ at m.eml!d.html:1"
        ]
    );
}

#[test]
fn a_pdf_whose_objects_are_a_loop_ends_and_stops_no_other() {
    let env = Env::new();
    let looped = pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1 /Parent 2 0 R >>".to_owned(),
    ]);
    env.write("loop.pdf", looped);
    env.write("cut.pdf", &page("x", "https://a.example.net/")[..60]);
    env.write("good.txt", "good.example.com\n");
    let found = asked(&dry_run(&env, &["loop.pdf", "cut.pdf", "good.txt"]).exits(2));
    assert_eq!(found, ["file at loop.pdf", "file at cut.pdf", "good.example.com at good.txt:1"]);
}

#[test]
fn what_is_packed_or_nested_beyond_the_limits_is_named_and_stops_no_other() {
    let env = Env::new();
    let zeros = vec![b'0'; 8 << 20];
    env.write("ratio.zip", zip_of(Lock::Open, &[("zeros.bin", &zeros)]));
    let mut deep = zip_of(Lock::Open, &[("a.txt", b"deep.example.com\n")]);
    for _ in 0..100 {
        deep = zip_of(Lock::Open, &[("in.zip", &deep)]);
    }
    env.write("deep.zip", deep);
    let names: Vec<String> = (0..10_050).map(|number| format!("{number}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    env.write("many.zip", zip_of(Lock::Open, &members));
    let open =
        |number| format!("Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n");
    let nested: String = (0..10_000).map(open).collect();
    env.write(
        "nested.eml",
        format!("From: a@evil.example.com\nTo: b@corp.example.org\n{nested}\nx\n"),
    );
    env.write("good.txt", "good.example.com\n");
    let run = dry_run(&env, &["ratio.zip", "deep.zip", "many.zip", "nested.eml", "good.txt"]);
    let run = run.exits(2).says("times as large as it is packed").says("inside more than");
    assert!(asked(&run).contains(&"good.example.com at good.txt:1".to_owned()), "{run:?}");
    run.says("more than 10000 parts");
}

#[test]
fn hosts_that_look_like_a_gateways_are_left_alone() {
    let env = Env::new();
    let inside = "?url=https%3A%2F%2Finside.example.net%2F";
    let hosts = [
        "safelinks.protection.outlook.com.evil.com",
        "evilsafelinks.protection.outlook.com",
        "nam01.safelinks-protection.outlook.com",
        "safelinks.protection.outlook.co",
        "urldefense.com.evil.com",
        "urldefense.evil.com",
        "xurldefense.com",
        "urldefense.net",
        "linkprotect.cudasvc.com.evil.com",
        "linkprotect.cudasvc.evil.com",
        "secure-web.cisco.com.evil.com",
        "xsecure-web.cisco.com",
        "protect2.fireeye.com.evil.com",
        "protect.fireeye.evil.com",
        "google.com.evil.com",
        "www.google.evil.com",
        "mail.google.com.evil.net",
        "wwwgoogle.com",
        "www.google.com-evil.net",
        "l.facebook.com.evil.com",
        "xl.facebook.com",
        "l.facebook.evil.com",
        "slack-redir.net.evil.com",
        "xslack-redir.net",
        "www.linkedin.com.evil.com",
        "linkedin.evil.com",
        "awstrack.me.evil.com",
        "xawstrack.me",
        "clicktime.symantec.com.evil.com",
        "xclicktime.symantec.com",
    ];
    let links: Vec<String> =
        hosts.iter().map(|host| format!("https://{host}/url{inside}")).collect();
    let run = env.scan(&links.join("\n"), ["-f", "jsonl"]);
    let found: Vec<String> =
        run.records().iter().map(|one| one["indicator"].as_str().unwrap().to_owned()).collect();
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    let mut links: Vec<&str> = links.iter().map(String::as_str).collect();
    found.sort_unstable();
    links.sort_unstable();
    assert_eq!(found, links);
}
