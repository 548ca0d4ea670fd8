//! What rules leave out, and what they must not.

use iocs::extract::{Options, Rules, read_block};
use iocs::left_out::Rule;

use super::rules::{MD5, SHA1, SHA256, holds};
use super::{SEARCH, read};

/// A text gives what is expected, and these are left out by this rule; they are taken where rules are
/// ignored.
#[track_caller]
fn leaves_out(text: &str, rule: Rule, left_out: &[&str]) {
    let block = read(text);
    let found: Vec<(Rule, &str)> = block
        .left_out
        .iter()
        .map(|left_out| (left_out.rule, &text[left_out.span.clone()]))
        .collect();
    let expected: Vec<(Rule, &str)> = left_out.iter().map(|text| (rule, *text)).collect();
    assert_eq!(found, expected, "{text}");
    let all = read_block(text.as_bytes(), Options { rules: Rules::Ignored, ..SEARCH });
    assert_eq!(all.left_out, [], "{text}");
    assert_eq!(all.found.len(), block.found.len() + left_out.len(), "{text}: {:?}", all.found);
}

#[test]
fn files_in_a_sentence_are_left_out_and_said() {
    let text = "Unpack loader.zip, then run stage_two.sh or main.py on srv.evil.com.\n";
    leaves_out(text, Rule::FileName, &["loader.zip", "stage_two.sh", "main.py"]);
    holds(text, &["srv.evil.com"]);
    leaves_out("see README.md and lib.rs", Rule::FileName, &["README.md", "lib.rs"]);
    leaves_out("at x (C.java:42)", Rule::FileName, &["C.java"]);
}

#[test]
fn a_suffix_of_two_labels_is_no_extension() {
    holds(
        "seen on shop.evil.com.pl, evil.edu.py and evil.web.app",
        &["shop.evil.com.pl", "evil.edu.py", "evil.web.app"],
    );
}

#[test]
fn what_is_called_a_domain_is_one_whatever_it_ends_with() {
    for text in [
        "[domain-name:value='evil.zip']",
        "{\"type\": \"domain\", \"value\": \"evil.zip\"}",
        "{\n\"type\": \"hostname\",\n\"id\": 1,\n\"value\": \"evil.zip\"\n}",
        "dnsmasq[1]: query[AAAA] evil.zip from 10.9.8.7",
        "{\"rrname\":\"evil.zip\",\"rrtype\":\"A\"}",
        "QueryName: evil.zip QueryStatus: 0",
        "0.0.0.0 evil.zip",
        "127.0.0.1\tevil.zip",
        "TLS SNI evil.zip, self-signed",
        "act=deny host=evil.zip cat=x",
        "dhost=evil.zip msg=x",
        "fqdn: evil.zip, twice",
        "a,evil.zip,Domain,White",
        "Domain;evil.zip;x y",
        "evil.zip. 300 IN A 10.0.0.1",
        "name: evil.zip IN AAAA +",
        "domain,seen\nevil.zip,2026-01-01",
        "x y\thostname\tport\na b\tevil.zip\t443",
        "#fields\tts\tquery\tqtype\n1.5\tevil.zip\t1",
        "[\"a.com\",\"evil.zip\"]",
        "calls a.com, b.net, evil.zip and more",
        "so\n- a.com\n- evil.zip\n- b.net\nthat is it",
        "1 2\tevil.com\tx\n1 3\tevil.zip\tx\n1 4\tevil.net\tx",
    ] {
        let found = read(text).found;
        let texts: Vec<&str> = found
            .iter()
            .filter_map(|found| found.content.indicator())
            .map(|i| i.text.as_str())
            .collect();
        assert!(texts.contains(&"evil.zip"), "{text}: {texts:?}");
    }
    for text in ["file name,evil.zip,lure x", "file,md5\nevil.zip,-", "hosts evil.zips.exe"] {
        holds(text, &[]);
    }
}

#[test]
fn a_name_alone_is_asked_unless_those_about_it_are_files() {
    holds("evil.zip\nevil.com\n", &["evil.zip", "evil.com"]);
    leaves_out("evil.zip\nsetup.exe\nreport.pdf\n", Rule::FileName, &["evil.zip"]);
    leaves_out("Bill_march.zip\n8.8.8.8\n", Rule::FileName, &["Bill_march.zip"]);
    holds("svchost.exe\nUpdate.js\ninvoice.docx\n8.8.8.8\n", &["8.8.8.8"]);
    holds("evil.exe.com\nmy_evil.com\n", &["evil.exe.com", "my_evil.com"]);
}

#[test]
fn code_is_left_out_by_its_exact_name_or_its_form() {
    for (text, names) in [
        ("Set o = CreateObject(\"WScript.Shell\")", &["WScript.Shell"][..]),
        ("it calls subprocess.run and waits", &["subprocess.run"]),
        ("Add-Type System.IO; x", &["System.IO"]),
        ("var t = Date.now, u", &["Date.now"]),
        ("group by dns.question.name first", &["dns.question.name"]),
        ("oShell.Run \"cmd\", 0", &["oShell.Run"]),
        ("If Sheet.Name = Book.Name Then x", &["Sheet.Name", "Book.Name"]),
        ("app=\"Foo.Like\" act=x", &["Foo.Like"]),
        ("client xxx.xxx.xxx.xxx came", &["xxx.xxx.xxx.xxx"]),
        ("(?i)^Enum\\.sh$", &["Enum\\.sh"]),
    ] {
        leaves_out(text, Rule::Code, names);
        holds(text, &[]);
    }
    // In another case, longer, alone, in a cell, marked, linked or behind a key they are domains.
    for (text, name) in [
        ("at Subprocess.Run.com now", "subprocess.run.com"),
        ("subprocess.run", "subprocess.run"),
        ("1 2\tsubprocess.run\t3", "subprocess.run"),
        ("at subprocess[.]run now", "subprocess.run"),
        ("at http://subprocess.run/ now", "http://subprocess.run/"),
        ("host=subprocess.run x", "subprocess.run"),
        ("system.io is theirs", "system.io"),
        ("evil.run and evil.io are", "evil.run"),
        ("the site Evil.Live is", "evil.live"),
    ] {
        let found = read(text).found;
        assert_eq!(found[0].content.indicator().unwrap().text, name, "{text}");
    }
}

#[test]
fn detections_are_left_out_by_their_form() {
    for name in [
        "HTML.Phish.FI",
        "VBS.Downloader.AF",
        "W97M.Dropper.BE",
        "Variant.Zusy.cc",
        "Trojan.Win32.Agent.cc",
        "Backdoor.Bot",
    ] {
        leaves_out(&format!("found as Gen:{name} today"), Rule::Detection, &[name]);
    }
    holds("at html.evil.com and JS.com now", &["html.evil.com", "js.com"]);
}

#[test]
fn digests_of_no_file_are_left_out() {
    for before in [
        "imphash-",
        "authentihash-",
        "PESHA-1: ",
        "PESHA-256: ",
        "IMP:      ",
        "commit ",
        "{\"commit\": \"",
        "etag: W/\"",
        "app@sha256:",
        "layer sha256:",
        "Digest: sha256:",
        "manifest sha256:",
        "/var/lib/docker/overlay2/",
        "\"ja3\":{\"hash\":\"",
    ] {
        leaves_out(&format!("x {before}{SHA256}"), Rule::OtherDigest, &[SHA256]);
    }
    for len in [32, 40, 64] {
        let zeros = "0".repeat(len);
        leaves_out(&zeros, Rule::OtherDigest, &[&zeros]);
        leaves_out(&format!("MD5 {zeros} x"), Rule::OtherDigest, &[&zeros]);
    }
    for before in ["sha256:", "file sha256:", "etag: \"", "recommit ", "the commit of "] {
        holds(format!("x {before}{SHA256}"), &[SHA256]);
    }
    let autoruns = format!("Entry,MD5,SHA-1,PESHA-1,IMP\nTool x,{MD5},{SHA1},{SHA1},{MD5}");
    holds(&autoruns, &[MD5, SHA1]);
    leaves_out(&autoruns, Rule::OtherDigest, &[SHA1, MD5]);
}

#[test]
fn namespaces_references_and_bots_are_left_out() {
    for (text, url) in [
        ("<a xmlns=\"http://evil.com/ns\"/>", "http://evil.com/ns"),
        ("<a xmlns:b='http://evil.com/ns'/>", "http://evil.com/ns"),
        ("{\"@context\": \"https://evil.com/v1\"}", "https://evil.com/v1"),
        ("{\"@context\": [\"https://evil.com/v1\"]}", "https://evil.com/v1"),
    ] {
        leaves_out(text, Rule::Namespace, &[url]);
    }
    let schema = "<r xsi:schemaLocation=\"http://a.com/n http://b.com/n.xsd\"/>";
    leaves_out(schema, Rule::Namespace, &["http://a.com/n", "http://b.com/n.xsd"]);
    leaves_out("<a href=\"x\" xmlns=\"y\"> see <b c=\"d\">", Rule::Namespace, &[]);
    holds("<a xmlns=\"x\" href=\"http://evil.com/\">", &["http://evil.com/"]);
    leaves_out("(reference:url,evil.com/a; sid:1;)", Rule::Reference, &["evil.com/a"]);
    leaves_out("(reference:url,http://evil.com/a; x)", Rule::Reference, &["http://evil.com/a"]);
    let bot = "(compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)";
    leaves_out(bot, Rule::BotPage, &["http://www.bing.com/bingbot.htm"]);
    holds("(compatible; x/2.0; +http://evil.com/bot.htm)", &["http://evil.com/bot.htm"]);
}

#[test]
fn reverse_names_are_left_out() {
    for name in ["9.8.7.6.in-addr.arpa", "8.7.6.in-addr.arpa", "b.a.9.8.ip6.arpa"] {
        leaves_out(&format!("query: {name} IN PTR"), Rule::ReverseName, &[name]);
        leaves_out(name, Rule::ReverseName, &[name]);
    }
}

/// In a list, and only there, `#` begins a comment.
#[test]
fn a_hash_sign_begins_a_comment_in_a_list_alone() {
    let list = "evil.com # see a.com\n# b.com\n#c.com\n##d.com x\n#phishing http://e.com/\nf.com\n";
    holds(list, &["evil.com", "http://e.com/", "f.com"]);
    assert_eq!(read(list).comments, 3);
    let prose = "# The site b.com\n#phishing http://e.com/ it is\nand evil.com # see a.com\n";
    holds(prose, &["b.com", "http://e.com/", "evil.com", "a.com"]);
    assert_eq!(read(prose).comments, 0);
}
