//! `--exclude`: what is never sent.

use crate::env::{Env, Run};

/// What is skipped as excluded, and what is looked up, of a list and an exclude file.
fn split(list: &str, exclude: &str) -> (Vec<String>, Vec<String>) {
    let env = Env::new();
    env.write("mine.txt", exclude);
    let run = env.scan(list, ["-f", "jsonl", "--exclude", "mine.txt"]);
    let (mut excluded, mut asked) = (Vec::new(), Vec::new());
    for record in run.records() {
        let indicator = record["indicator"].as_str().unwrap().to_owned();
        if record["error"]["code"] == "Excluded" {
            assert_eq!(record["verdict"], "skipped");
            excluded.push(indicator);
        } else {
            asked.push(indicator);
        }
    }
    assert_eq!(env.simulator.lookups().len(), asked.len(), "only what is left is sent");
    asked.sort();
    (excluded, asked)
}

#[test]
fn a_domain_stands_for_all_below_it() {
    let list = "example.com\nwww.example.com\nexample.com.evil.net\nnotexample.com\n\
                http://a.b.example.com/x\nhttps://user@example.com:8443/\nhttp://notexample.com/\n";
    let (excluded, asked) = split(list, "Example[.]com  # ours\n");
    assert_eq!(
        excluded,
        [
            "example.com",
            "www.example.com",
            "http://a.b.example.com/x",
            "https://user@example.com:8443/"
        ]
    );
    assert_eq!(asked, ["example.com.evil.net", "http://notexample.com/", "notexample.com"]);
}

#[test]
fn addresses_and_ranges_hold_for_urls_as_well() {
    let list = "45.1.2.3\n45.1.3.3\n8.8.8.8\n8.8.4.4\nhttp://45.1.2.9/x\nhttp://8.8.8.8:80/\n\
                2a00:1450::1\n2a00:1451::1\nhttp://[2a00:1450::2]/\n";
    let (excluded, asked) = split(list, "45.1.2.0/24\n8.8.8[.]8\n2a00:1450::/32\n");
    assert_eq!(
        excluded,
        [
            "45.1.2.3",
            "8.8.8.8",
            "http://45.1.2.9/x",
            "http://8.8.8.8:80/",
            "2a00:1450::1",
            "http://[2a00:1450::2]/"
        ]
    );
    assert_eq!(asked, ["2a00:1451::1", "45.1.3.3", "8.8.4.4"]);
}

#[test]
fn hashes_and_the_beginnings_of_urls() {
    let hash = "d41d8cd98f00b204e9800998ecf8427e";
    let list = format!(
        "{hash}\n{}\nhttps://vendor.example.com/blog/a\nhttps://vendor.example.com/blo\n\
         http://vendor.example.com/blog/\nhttp://host.example.net/x/y\nhttps://host.example.net/x\n",
        hash.replace('d', "e")
    );
    let exclude = format!(
        "{}\nhxxps://vendor[.]example[.]com/blog\nhost.example.net/x\n",
        hash.to_uppercase()
    );
    let (excluded, asked) = split(&list, &exclude);
    assert_eq!(
        excluded,
        [
            hash,
            "https://vendor.example.com/blog/a",
            "http://host.example.net/x/y",
            "https://host.example.net/x"
        ]
    );
    assert_eq!(asked.len(), 3, "{asked:?}");
}

#[test]
fn suffixes_that_nobody_registers_can_be_excluded() {
    let (excluded, asked) = split("a.gov.uk\nb.co.uk\nnasa.gov\n", "gov.uk\n.gov\n");
    assert_eq!(excluded, ["a.gov.uk", "nasa.gov"]);
    assert_eq!(asked, ["b.co.uk"]);
}

#[test]
fn a_private_address_that_is_excluded_stays_so_with_include_private() {
    let env = Env::new();
    env.write("mine.txt", "10.0.0.0/8\n");
    let args = ["-f", "jsonl", "--include-private", "--exclude", "mine.txt"];
    let run = env.scan("10.1.1.1\n192.168.1.1\n", args);
    assert_eq!(run.of_verdict("skipped"), ["10.1.1.1"]);
    assert_eq!(env.simulator.lookups().len(), 1);
}

#[test]
fn several_files_hold_together_in_any_encoding() {
    let env = Env::new();
    env.write("a.txt", b"\xFF\xFE9\0.\x009\0.\x009\0.\x009\0\r\0\n\0");
    env.write("b.txt", "\u{FEFF}# ours\r\n\r\nexample.com\r\n");
    let run = env.scan(
        "9.9.9.9\nexample.com\n8.8.8.8\n",
        ["-f", "jsonl", "--exclude", "a.txt", "--exclude", "b.txt"],
    );
    assert_eq!(run.of_verdict("skipped"), ["9.9.9.9", "example.com"]);
}

#[test]
fn a_line_that_excludes_nothing_is_named_and_the_others_hold() {
    for (line, says) in [
        ("some words", "mine.txt:2: 'some words' is no domain, address, range, hash or URL"),
        ("1.2.3.999", "mine.txt:2: '1.2.3.999' is no domain"),
        ("com", "mine.txt:2: 'com' is no domain"),
    ] {
        let env = Env::new();
        env.write("mine.txt", format!("example.com\n{line}\n8.8.8.8\n"));
        let list = "9.9.9.9\n8.8.8.8\nwww.example.com\n";
        let run = env.scan(list, ["-f", "jsonl", "--exclude", "mine.txt"]).says(says);
        assert_eq!(run.of_verdict("skipped"), ["8.8.8.8", "www.example.com"]);
        run.says("mine.txt: 1 line of this list cannot be used; the others are");
    }
    let env = Env::new();
    env.write("mine.txt", "not one\n".repeat(50));
    let run = env.scan("9.9.9.9\n", ["--exclude", "mine.txt"]);
    assert_eq!(run.stderr.matches("excludes nothing").count(), 3, "{}", run.stderr);
    run.says("mine.txt: 50 lines of this list cannot be used");
}

#[cfg(unix)]
#[test]
fn a_list_that_never_ends_or_is_not_there_is_an_error() {
    let env = Env::new();
    let run = env.scan("9.9.9.9\n", ["--exclude", "/dev/zero"]).exits(2);
    assert_eq!(env.simulator.arrivals().len(), 0);
    run.says("--exclude /dev/zero: is a device and no file");
    env.scan("9.9.9.9\n", ["-f", "jsonl", "--exclude", "/dev/null"]);
    env.scan("9.9.9.9\n", ["--exclude", "none.txt"]).exits(2).says("none.txt cannot be read");
    Run::of(env.vtscan().args(["--exclude"])).exits(2);
}

#[test]
fn a_long_list_costs_no_more_than_a_short_one() {
    let lines = |n: u32| {
        format!("host{n}.example.com\n45.{}.{}.0/24\nhttp://x.example.net/{n}/\n", n / 250, n % 250)
    };
    let exclude: String = (0..20_000).map(lines).collect();
    let (excluded, asked) = split(
        "a.host19999.example.com\n45.79.249.1\nhttp://x.example.net/12345/y\n9.9.9.9\n",
        &exclude,
    );
    assert_eq!(excluded.len(), 3);
    assert_eq!(asked, ["9.9.9.9"]);
}
