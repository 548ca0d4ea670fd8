//! The key is in no output, whatever goes wrong, and in no file that a run leaves.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use vt_simulator::{Config, Fault, FaultBody, KEY, Proxy, Rule, When, Which};

use crate::env::{Env, Run};

const LIST: &str = "185.220.101.42\nexample.com\nhttp://example.com/x\n44d88612fea8abf36de82e1278abb02f\n\
                    10.0.0.1\n1.2.3.999\nsome noise\n";

/// The key as it must not be seen: itself, cut, encoded.
fn forms(key: &str) -> Vec<String> {
    let percent: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let hex: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        key[..20].to_owned(),
        key[44..].to_owned(),
        key[..20].to_ascii_uppercase(),
        BASE64_STANDARD.encode(key),
        BASE64_STANDARD.encode(format!("x-apikey:{key}")),
        percent.to_ascii_lowercase(),
        percent,
        hex,
    ];
    // A base64 text may begin in the middle of the key, with any of three alignments.
    forms.extend((0..3).map(|start| BASE64_STANDARD_NO_PAD.encode(&key[start..start + 21])));
    forms
}

/// Asserts that no output of a run shows the key.
#[track_caller]
fn hides(run: &Run, key: &str) {
    for form in forms(key) {
        assert!(!run.stdout.contains(&form), "{form} in:\n{}", run.stdout);
        assert!(!run.stderr.contains(&form), "{form} in:\n{}", run.stderr);
    }
}

/// A run at `-v` that gives up soon, over a list of all kinds.
fn verbose(env: &Env) -> Command {
    env.write("list.txt", LIST);
    let mut vtscan = env.vtscan();
    vtscan.args(["-v", "--retries", "1", "--timeout", "400ms", "list.txt"]);
    vtscan
}

#[test]
fn the_search_finds_a_key_that_is_shown() {
    let shown = |text: &str| forms(KEY).iter().any(|form| text.contains(form.as_str()));
    assert!(shown(&format!("GET /users/{KEY}/overall_quotas")));
    assert!(shown(&format!("cut: {}...", &KEY[..32])));
    assert!(shown(&BASE64_STANDARD.encode(KEY)));
    assert!(shown(&BASE64_STANDARD.encode(format!("GET /users/{KEY}/overall_quotas"))));
    assert!(!shown("x-apikey: Sensitive"));
}

#[test]
fn a_good_run_hides_it_in_every_format() {
    for format in ["text", "jsonl"] {
        let env = Env::new();
        let run = Run::of(verbose(&env).args(["-vv", "-f", format]));
        hides(&run, KEY);
        assert_eq!(run.stdout.lines().count(), 6, "{run:?}");
        run.says("answered 200 OK");
    }
}

#[test]
fn a_rejected_key_is_hidden() {
    let env = Env::new();
    let wrong = "0123456789abcdef".repeat(4);
    let run =
        Run::of(verbose(&env).env("VT_API_KEY", &wrong)).exits(2).says("rejected the API key");
    hides(&run, &wrong);
}

/// Every fault on these requests, one run each: nothing shows the key.
#[track_caller]
fn hides_under_faults(which: &Which) {
    let echo = |status| Fault::Status {
        status,
        body: FaultBody::Json(
            "OddError".to_owned(),
            format!("User \"{KEY}\" may not: /users/{KEY}"),
        ),
        retry_after: None,
    };
    let page = Fault::Status {
        status: 502,
        body: FaultBody::Html(format!("<p>/api/v3/users/{KEY}/overall_quotas</p>")),
        retry_after: None,
    };
    let faults = [
        Fault::Reset,
        Fault::Close,
        Fault::Stall,
        Fault::StallInBody,
        Fault::CutBody,
        Fault::Garbage,
        Fault::OtherObject,
        Fault::WrongType,
        Fault::html(502),
        Fault::html(404),
        Fault::Redirect(format!("https://example.org/{KEY}")),
        page,
        echo(400),
        echo(403),
        echo(404),
        echo(409),
        echo(503),
    ];
    let run = |fault: Fault| {
        let env = Env::new();
        env.simulator.script(Rule::new(which.clone(), When::Always, fault.clone()));
        let run = Run::of(&mut verbose(&env));
        assert!(run.stderr.contains("; exit "), "{fault:?}: {run:?}");
        hides(&run, KEY);
    };
    // At once, for most of a faulty run is waiting.
    std::thread::scope(|scope| {
        for fault in faults {
            scope.spawn(|| run(fault));
        }
    });
}

#[test]
fn a_quota_read_that_fails_hides_it_though_its_path_holds_it() {
    hides_under_faults(&Which::Quota);
}

#[test]
fn lookups_that_fail_hide_it() {
    hides_under_faults(&Which::Lookups);
}

#[test]
fn a_quota_that_cannot_be_read_is_said_without_the_key_that_the_server_repeats() {
    let env = Env::new();
    let message = format!("User {KEY} is not yours");
    env.simulator.script(Rule::new(
        Which::Quota,
        When::Always,
        Fault::error(403, "ForbiddenError", &message),
    ));
    let says = "the key's quotas cannot be read (ForbiddenError: User (the key) is not yours)";
    hides(&Run::of(&mut verbose(&env)).says(says), KEY);
}

#[test]
fn connections_that_fail_hide_it() {
    let env = Env::new();
    hides(&Run::of(verbose(&env).args(["--api-url", "http://127.0.0.1:1/api/v3"])).exits(2), KEY);

    let nowhere = ["--api-url", "https://0.0.0.0:1/api/v3"];
    hides(&Run::of(verbose(&env).args(nowhere)).exits(2), KEY);
    let refusing = "http://user:pa55word@127.0.0.1:1";
    let run = Run::of(verbose(&env).args(nowhere).args(["--proxy", refusing])).exits(2);
    assert!(!run.stderr.contains("pa55word") && !run.stdout.contains("pa55word"), "{run:?}");
    hides(&run, KEY);
    // A proxy that leads to something that speaks no TLS.
    let proxy = Proxy::start(env.simulator.addr());
    hides(&Run::of(verbose(&env).args(nowhere).args(["--proxy", &proxy.url()])).exits(2), KEY);

    let secure = Env::with(Config { tls: true, ..Config::default() });
    hides(&Run::of(&mut verbose(&secure)).exits(2), KEY);
    let bare = [("SSL_CERT_FILE", "/nonexistent"), ("SSL_CERT_DIR", "/nonexistent")];
    hides(&Run::of(verbose(&env).envs(bare)), KEY);
}

#[test]
fn refusals_hide_it() {
    let env = Env::with(Config { daily: 2, ..Config::default() });
    hides(&Run::of(verbose(&env).args(["-f", "jsonl"])).exits(2).says("quota is spent"), KEY);
    let env = Env::new();
    let refusal = Fault::quota_exceeded(Some("1"));
    env.simulator.script(Rule::new(Which::Lookups, When::Nth(1), refusal));
    hides(&Run::of(&mut verbose(&env)).says("429"), KEY);
}

#[test]
fn help_and_version_hide_it() {
    let env = Env::new();
    for option in ["--help", "--version", "--nonsense"] {
        hides(&Run::of(verbose(&env).arg(option)), KEY);
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_file_that_a_run_leaves_holds_it() {
    let env = Env::new();
    Run::of(&mut verbose(&env)).says("; exit ");
    let left = files(env.work().parent().unwrap());
    assert!(left.contains(&env.work().join("list.txt")), "{left:?}");
    for path in left {
        let bytes = std::fs::read(&path).unwrap();
        for form in forms(KEY) {
            let is_there = bytes.windows(form.len()).any(|window| window == form.as_bytes());
            assert!(!is_there, "{form} in {}", path.display());
        }
    }
}

/// Lines that hold the key, in several spellings and among other things.
fn lines_with_the_key() -> String {
    let upper = KEY.to_ascii_uppercase();
    let mixed = format!("{}{}", &upper[..32], &KEY[32..]);
    let padding = "some words ".repeat(24);
    format!(
        "{KEY}\n{upper}\nsha256:{mixed}\nVT_API_KEY={KEY}\nexport VT_API_KEY=\"{upper}\"\n\
         curl -H 'x-apikey: {KEY}' https://www.virustotal.com/api/v3/files/{KEY}\n\
         http://example.com/report?apikey={upper}&resource=1\n{KEY}@example.org\n\
         md5:{KEY}\nx{KEY}\n{KEY}0\n# {KEY}\n{padding} {KEY}x\n8.8.8.8\n"
    )
}

/// Whether a text shows more than the key's first four characters, in whatever case.
fn shows_key(text: &str) -> bool {
    let (text, key) = (text.to_ascii_lowercase(), KEY.to_ascii_lowercase());
    (0..=KEY.len() - 8).any(|start| text.contains(&key[start..start + 8]))
}

#[test]
fn the_key_is_never_looked_up_and_no_output_shows_it() {
    let env = Env::new();
    let outputs = ["a.txt", "b.jsonl", "c.csv", "d.md", "e.html"];
    let mut vtscan = env.vtscan();
    vtscan.args(outputs.iter().flat_map(|name| ["-o", name]));
    vtscan.args(["-v", "-f", "jsonl", "--log-file", "run.log"]);
    vtscan.args([&env.write("pasted.env", lines_with_the_key()), Path::new(KEY)]);
    let run = Run::of(&mut vtscan);
    let skipped: Vec<_> =
        run.records().into_iter().filter(|record| record["verdict"] == "skipped").collect();
    assert!(skipped.iter().all(|record| record["error"]["code"] == "Secret"), "{skipped:?}");
    let hash = skipped.iter().find(|record| record["kind"] == "file").expect(&run.stdout);
    assert_eq!(hash["indicator"], format!("{}***", &KEY[..4]));
    // One stands behind a `#`, which begins a comment in a list alone.
    assert_eq!(hash["occurrences"], 9, "all its spellings are one: {}", run.stdout);
    for text in [&run.stdout, &run.stderr] {
        assert!(!shows_key(text), "{text}");
    }
    for name in outputs.iter().copied().chain(["run.log"]) {
        let text = std::fs::read_to_string(env.work().join(name)).unwrap();
        assert!(!shows_key(&text), "{name}:\n{text}");
    }
    let store = std::fs::read(env.store()).unwrap();
    assert!(!shows_key(&String::from_utf8_lossy(&store)));
    let asked: Vec<String> =
        env.simulator.lookups().into_iter().map(|arrival| arrival.path).collect();
    assert!(!asked.iter().any(|path| shows_key(path)), "{asked:?}");
    assert!(asked.iter().any(|path| path.ends_with("/8.8.8.8")), "{asked:?}");
}

#[test]
fn a_dry_run_looks_for_the_key_silently_and_skips_it() {
    let env = Env::new();
    env.write("list.txt", lines_with_the_key());
    let dry = |command: &mut Command| {
        Run::of(command.args(["--dry-run", "-f", "jsonl", "list.txt", KEY])).exits(0)
    };
    env.write(".env", format!("VT_API_KEY={KEY}\n"));
    for run in [dry(&mut env.vtscan()), dry(&mut env.bare())] {
        assert!(!shows_key(&run.stdout) && !shows_key(&run.stderr), "{run:?}");
        assert_eq!(run.of_verdict("deferred"), ["example.org", "8.8.8.8"]);
        assert!(!run.stderr.contains(".env"), "the key is not needed: {}", run.stderr);
    }
    // One that cannot be used is no error where nothing is asked.
    let bad = dry(env.bare().env("VT_API_KEY", "too short"));
    assert!(!bad.stderr.contains("API key"), "{}", bad.stderr);
    // Without a key these are hashes like others.
    std::fs::remove_file(env.work().join(".env")).unwrap();
    assert!(dry(&mut env.bare()).of_verdict("deferred").contains(&KEY.to_owned()));
}

#[test]
fn an_argument_that_is_wrong_is_named_without_the_key() {
    let env = Env::new();
    let run = Run::of(env.vtscan().args([format!("x{KEY}"), "8.8.8.8".to_owned()])).exits(2);
    assert!(!shows_key(&run.stderr), "{}", run.stderr);
}

#[test]
fn hashes_that_a_label_calls_secrets_are_neither_sent_nor_shown() {
    let env = Env::new();
    let secret = |n: u32| format!("{n:04x}aaaabbbbccccddddeeeeffff0000");
    let list = format!(
        "Cookie: PHPSESSID={}\npassword md5: {}\nAuthorization: Bearer {}\n\
         admin:500:{}:{}:::\n# NTLM hash: {}\n\
         (password: infected) {}\nPassword stealer {}\nmd5: {}\n",
        secret(1),
        secret(2),
        secret(3),
        secret(4),
        secret(5),
        secret(6),
        secret(7),
        secret(8),
        secret(9)
    );
    let run = env.scan(&list, ["-v", "-f", "jsonl", "--log-file", "run.log", "-o", "report.html"]);
    let skipped = ["0001***", "0002***", "0003***", "0004***", "0005***", "0006***"];
    assert_eq!(run.of_verdict("skipped"), skipped);
    let asked: Vec<String> =
        env.simulator.lookups().iter().map(|arrival| format!("{arrival:?}")).collect();
    assert_eq!(asked.len(), 3, "{asked:?}");
    let log = std::fs::read_to_string(env.work().join("run.log")).unwrap();
    let page = std::fs::read_to_string(env.work().join("report.html")).unwrap();
    for n in 1..=6 {
        for text in [&run.stdout, &run.stderr, &log, &page] {
            assert!(!text.to_ascii_lowercase().contains(&secret(n)), "{n} in {text}");
        }
    }
    for n in 7..=9 {
        assert!(asked.iter().any(|name| name.contains(&secret(n))), "{n} in {asked:?}");
    }
    for record in run.records().iter().filter(|record| record["verdict"] == "skipped") {
        assert_eq!(record["error"]["code"], "Secret");
    }
}

#[test]
fn a_hash_that_stands_elsewhere_without_a_secrets_label_is_looked_up() {
    let env = Env::new();
    let hash = "0123456789abcdef0123456789abcdef";
    for list in [format!("token={hash}\nsample: {hash}\n"), format!("{hash}\ntoken={hash}\n")] {
        let run = env.scan(&list, ["-f", "jsonl"]);
        let records = run.records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0]["indicator"], hash);
        assert_eq!(records[0]["occurrences"], 2);
        assert_ne!(records[0]["verdict"], "skipped");
    }
}

/// An older version took the key for a file's hash, and kept the answer.
#[test]
fn an_older_stores_row_named_by_the_key_was_kept() {
    let env = Env::new();
    let hash = "44d88612fea8abf36de82e1278abb02f44d88612fea8abf36de82e1278abb02f";
    env.scan(&format!("{hash}\n8.8.8.8\n"), ["-q"]);
    let rows = |text: &str| -> u64 {
        let store = rusqlite::Connection::open(env.store()).unwrap();
        let count = "SELECT count(*) FROM names WHERE text = ?1";
        store.query_row(count, [text], |row| row.get(0)).unwrap()
    };
    let store = rusqlite::Connection::open(env.store()).unwrap();
    let lower = KEY.to_ascii_lowercase();
    store.execute("UPDATE names SET text = ?1 WHERE text = ?2", [lower.as_str(), hash]).unwrap();
    store.execute("UPDATE answers SET object = ?1 WHERE object = ?2", [&lower, hash]).unwrap();
    drop(store);
    assert_eq!(rows(&lower), 1);
    env.scan("8.8.8.8\n", ["-q"]);
    assert_eq!((rows(&lower), rows("8.8.8.8")), (0, 1));
    let left = std::fs::read(env.store()).unwrap();
    assert!(!shows_key(&String::from_utf8_lossy(&left)), "nor what is left of the row");
}
