//! Passwords and tokens in URLs: nowhere shown, kept or sent.

use crate::env::Env;
use crate::secrets;

/// A URL's password and a token as its user, in many spellings, over all outputs, the log and the store.
#[test]
fn passwords_in_urls_were_shown() {
    let env = Env::new();
    let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    let list = format!(
        "http://user:pa55word@evil.com/x\n\
         http://a.com/?u=http://user:pa55word@evil.com/x\n\
         http://a.com/?u=http%3A%2F%2Fuser%3Apa55word%40evil.com%2Fx\n\
         http://a.com/?u=http%253A%252F%252Fuser%253Apa55word%2540evil.com\n\
         ftp://user:pa55word@evil.com/x\n\
         http://user\u{ff1a}pa55word\u{ff20}evil.com/z\n\
         hxxp://user:pa55word[@]evil[.]com/y\n\
         http://us%3Apa55word@evil.com/\n\
         postgres://user:pa55word@db.evil.com:5432/x\n\
         https://user:pa55word@1.2.3.999/x\n\
         http://user:pa55word@10.0.0.1/\n\
         http://{token}@evil.com/\n\
         8.8.8.8\n"
    );
    let outputs = ["a.txt", "b.jsonl", "c.csv", "d.md", "e.html", "f.list"];
    for format in ["text", "jsonl", "csv", "markdown", "html", "plain"] {
        let files = outputs.iter().flat_map(|name| ["-o", name]);
        let options = ["-vv", "-f", format, "--log-file", "run.log"].into_iter().chain(files);
        let run = env.scan(&list, options);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains("pa55word") && !text.contains(token), "{format}: {text}");
        }
        if format == "jsonl" {
            let skipped = run.of_verdict("skipped");
            assert!(skipped.contains(&"http://user:***@evil.com/x".to_owned()), "{skipped:?}");
            assert!(skipped.contains(&"http://***@evil.com/".to_owned()), "{skipped:?}");
        }
    }
    std::fs::remove_file(env.work().join("input.txt")).unwrap();
    for path in secrets::files(env.work().parent().unwrap()) {
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("pa55word") && !text.contains(token), "in {}", path.display());
    }
    let asked: Vec<String> =
        env.simulator.lookups().into_iter().map(|arrival| arrival.path).collect();
    assert!(!asked.iter().any(|path| path.contains("pa55word")), "{asked:?}");
}
