//! Every rule of the search by name, each on lines of its own.

use iocs::finding::{Content, Extent};
use iocs::indicator::{Digest, FILE_EXTENSION_SUFFIXES};

use super::{mark, read};

pub(super) const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
pub(super) const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
pub(super) const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What a line holds: the canonical texts, with the skip code or `assumed` after a `|`.
#[track_caller]
pub(super) fn holds(line: impl AsRef<str>, expected: &[&str]) {
    let line = line.as_ref();
    let block = read(line);
    let found: Vec<String> = block.found.iter().map(mark).collect();
    let found: Vec<String> =
        found.iter().map(|mark| mark.splitn(3, '\t').nth(2).unwrap().replace('\t', "|")).collect();
    assert_eq!(found, expected, "{line}");
}

#[track_caller]
fn holds_nothing(lines: &[&str]) {
    for line in lines {
        holds(format!("so {line} it is"), &[]);
        holds(format!("see ({line})"), &[]);
    }
}

#[test]
fn the_leftmost_and_longest_wins() {
    holds("at http://evil.com/8.8.8.8/a.evil.org there", &["http://evil.com/8.8.8.8/a.evil.org"]);
    holds("at http://8.8.8.8/ there", &["http://8.8.8.8/"]);
    holds(format!("at {MD5}.evil.com there"), &[&format!("{MD5}.evil.com")]);
    holds(format!("at http://evil.com/{SHA256} there"), &[&format!("http://evil.com/{SHA256}")]);
    holds("at 1.2.3.4.evil.com there", &["1.2.3.4.evil.com"]);
    holds("a user@evil.com b", &["evil.com"]);
    holds("a first.last@evil.com b", &["evil.com"]);
    holds("a john.me@evil.com b", &["evil.com"]);
    holds("sip:100@8.8.8.8 b", &["8.8.8.8"]);
    holds("Received: from x ([1.2.3.4])", &["1.2.3.4"]);
    holds("Received: from a.evil.com ([1.2.3.4])", &["a.evil.com", "1.2.3.4"]);
}

#[test]
fn nothing_is_found_inside_a_longer_word_or_number() {
    holds_nothing(&[
        "1.2.3.4.5",
        "v1.2.3.4",
        "1.2.3.4a",
        "1.2.3.4_a",
        "a_1.2.3.4",
        "1.2.3.4[.]5",
        "01.2.3.4",
        "1.2.3.400",
        "1.2.3",
        "lib-1.2.3.4",
        "1.2.3.4-rc1",
        "Chrome/120.0.0.0",
        "evil.com.5",
        "evil.com_x",
        "/usr/lib/evil.com",
        "C:\\evil.com",
        "C:\\x\\evil.com",
        "Win32/Turla.CC",
        "00:1a:2b:3c:4d:5e",
        "00:11:22:33:44:55:66:77",
        "21/Nov/2026:19:46:05",
        "std::abc",
        "a::b",
        "::",
        "fe80::1%eth0",
    ]);
    for hex in [MD5, SHA1, SHA256] {
        holds_nothing(&[
            &format!("{hex}0"),
            &format!("x{hex}"),
            &format!("{hex}_x"),
            &format!("0x{hex}"),
            &hex[1..],
            &format!("00-{hex}-01"),
        ]);
        holds(format!("a ({hex}), b"), &[hex]);
        holds(format!("a {hex}.exe b"), &[hex]);
        holds(format!("a sha-x:{} b", hex.to_uppercase()), &[hex]);
        assert!(Digest::of(hex).is_some());
    }
    holds_nothing(&[&SHA256.repeat(2), &format!("{SHA256}{MD5}")]);
}

#[test]
fn what_stands_about_an_address_is_none_of_it() {
    for (before, after) in [
        ("", "."),
        ("(", ")"),
        ("[", "]"),
        ("\"", "\""),
        ("'", "',"),
        ("=", ";"),
        ("<", ">"),
        (":", ":"),
        ("@", ""),
        ("**", "**"),
        ("`", "`"),
        ("|", "|"),
        (",", ","),
        ("\u{201c}", "\u{201d}"),
        ("", "?"),
        ("{", "}"),
        ("-> ", "->"),
        ("ip:", "!"),
        ("%20", "%20"),
    ] {
        for text in ["1.2.3.4", "evil.com", "2a00:1450::1", MD5] {
            holds(format!("a {before}{text}{after} b"), &[text]);
        }
        holds(format!("a {before}1.2.3.4:80{after} b"), &["1.2.3.4"]);
    }
}

#[test]
fn detections_fields_and_variables_are_no_domains() {
    holds_nothing(&[
        "Backdoor.Bot",
        "Trojan.Agent.CO",
        "Trojan-Downloader.JS.Agent.io",
        "PUA.Agent.CC",
        "TrojanSpy.PS1.MIMIKATZ.SM",
        "Exploit.Java.Agent.cl",
        "process.name",
        "user.id",
        "$_.Name",
        "$obj.Host",
        "Microsoft.NET",
    ]);
    holds(
        "a trojan.com exploit.in www.process.name b",
        &["trojan.com", "exploit.in", "www.process.name"],
    );
}

#[test]
fn functions_that_are_called_are_no_addresses() {
    holds_nothing(&["a::b1()", "ab::12(3)"]);
    holds("from 2a00::b1 (mail)", &["2a00::b1"]);
}

#[test]
fn what_a_display_filter_compares_is_an_address() {
    // A package's version is pinned alike; it may not hide an address.
    holds("if ip.src==1.2.3.4 or ip=5.6.7.8 then", &["1.2.3.4", "5.6.7.8"]);
}

#[test]
fn a_host_behind_a_spoilt_scheme_is_not_lost() {
    holds(r"the site hxxp:\\evil.com\x is", &["http://evil.com/x"]);
    holds(r"a https:\\evil.com\x\y.php?a=1, b", &["https://evil.com/x/y.php?a=1"]);
    holds("a hxxp:/evil.com/x b", &["http://evil.com/x"]);
    holds("a https:/evil.com b", &["https://evil.com/"]);
    holds("a https ://evil.com/x b", &["https://evil.com/x"]);
    holds("a hxxps//evil[.]com/x, b", &["https://evil.com/x"]);
    holds("a ([https]://evil.com/x) b", &["https://evil.com/x"]);
    holds("a hxxps]://8[.]8[.]8[.]8:81/x b", &["https://8.8.8.8:81/x"]);
    holds("a h[tt]ps://evil.com. b", &["https://evil.com/"]);
    holds("a https__evil.com/x b", &["https://evil.com/x"]);
    holds("a http__8.8.8.8/x b", &["http://8.8.8.8/x"]);
    holds("a hxxps[:]evil[.]com b", &["https://evil.com/"]);
    holds("u=https%3A%2F%2Fevil.com%2Fa%3Fb%3D1&v=2", &["https://evil.com/a?b=1"]);
    holds("u=https%3A//evil.com/a%3Fb%3D1&v=2", &["https://evil.com/a?b=1"]);
    holds("u=https%253A//evil.com/a%253Fb. Then", &["https://evil.com/a?b"]);
    holds_nothing(&[r"C:\\evil.com", "lib/evil.com", "x:/evil.com", r"\evil.com"]);
}

#[test]
fn the_host_of_a_webdav_share_is_no_mail_user() {
    holds(r"run \\evil.com@80\p\script.py now", &["evil.com"]);
    holds(r"run \\evil[.]com@SSL\DavWWWRoot\x now", &["evil.com"]);
    holds(r"run \\evil.com@SSL@8443\x now", &["evil.com"]);
    holds("mail first.last@evil.com now", &["evil.com"]);
}

#[test]
fn a_url_ends_where_its_surroundings_begin() {
    let url = "http://evil.com/a_(b)";
    for (before, after) in [
        ("", "."),
        ("(", ")"),
        ("(see ", ")."),
        ("[x](", ")"),
        ("<", ">"),
        ("\"", "\""),
        ("'", "'"),
        ("`", "`"),
        ("**", "**"),
        ("_", "_"),
        ("~~", "~~"),
        ("++", "++"),
        ("href=\"", "\">x</a>"),
        ("<td>", "</td>"),
        ("|", "|"),
        (",", ",b"),
        (";", ";b"),
        ("\u{201c}", "\u{201d}"),
        ("", "\u{2026}"),
        ("", "!"),
        ("", "?"),
        ("", "[two words]"),
        ("", "(open"),
        ("", "\\n"),
        ("", "&quot;"),
        ("", "&lt;b"),
        ("", "\u{a0}b"),
        ("", "\u{ff0c}b"),
        ("[", "]"),
        ("{", "}"),
        ("fetch('", "')"),
        ("=", " b"),
        ("", "\tb"),
    ] {
        holds(format!("a {before}{url}{after}"), &[url]);
    }
    holds("= A\n== B\na http://evil.com/a_(b)[text]", &[url]);
    holds("a http://evil.com/a_(b)[text]", &[&format!("{url}[text]")]);
    holds("a http://evil.com?x#y.", &["http://evil.com/?x#y"]);
    holds("a http://evil.com.", &["http://evil.com/"]);
    holds("a http://evil.com:8080.", &["http://evil.com:8080/"]);
    holds("a http://evil.com[MISP] b", &["http://evil.com/"]);
    holds("a http://evil.com/x[1]/y?z[]=[a] b", &["http://evil.com/x[1]/y?z[]=[a]"]);
    holds("a http://evil.com/\u{e4}/\u{4e2d} b", &["http://evil.com/\u{e4}/\u{4e2d}"]);
    holds("a http://evil.com/x,y;z b", &["http://evil.com/x,y;z"]);
    holds("a http://evil.com->http://evil.org b", &["http://evil.com/", "http://evil.org/"]);
    holds("a http://evil.com/'x' b", &["http://evil.com/'x'"]);
    holds(
        "a http[s]://evil.com/x hxxp(s)://evil[.]com b",
        &["https://evil.com/x", "https://evil.com/"],
    );
    holds("http[s]://evil.com/x", &["https://evil.com/x"]);
    holds("a http://evil.com:80:/x b", &["http://evil.com:80/x"]);
    holds("a http://evil.com:/x b", &["http://evil.com:/x"]);
}

#[test]
fn a_row_is_told_from_a_url_with_commas() {
    let is_url = [
        "http://evil.com/@12.3,45.6,14z",
        "http://evil.com/a,b",
        "http://evil.com/?ids=1,2,3",
        "http://evil.com/?range=2026-01-01,2026-02-01",
        "http://evil.com/news,12345,title.html",
        "http://evil.com/a;jsessionid=1",
        "http://evil.com/css?family=A|B",
    ];
    for url in is_url {
        holds(url, &[url]);
    }
    for rest in [
        ",2023,malware",
        ",2023-01-01",
        ",url",
        ",",
        ",,",
        ",\"x\"",
        ";url;2023-01-01",
        "|url|x",
        ",malware,2026-01-01 10:00",
    ] {
        holds(format!("http://evil.com/x{rest}"), &["http://evil.com/x"]);
    }
    holds("http://evil.com/x,1.2.3.4", &["http://evil.com/x", "1.2.3.4"]);
    holds("http://evil.com/x,http://evil.org/y", &["http://evil.com/x", "http://evil.org/y"]);
    holds("a,b,http://evil.com/x,y", &["http://evil.com/x"]);
    holds("url,hxxps[://]a[.]b[.]com/x.txt ,note", &["https://a.b.com/x.txt"]);
}

#[test]
fn a_bare_name_needs_a_suffix_that_is_no_extension() {
    holds_nothing(&[
        "readme.txt",
        "sent.It",
        "done.In",
        "setup.exe",
        "evil.notatld",
        "co.uk",
        "server.lan",
        "laptop.local",
        "localhost",
        "ASP.NET",
        "System.Net",
        "System.IO",
        "com.google.common.io",
        "console.info(x)",
        "Trojan.Win32.Agent.cc",
    ]);
    for suffix in FILE_EXTENSION_SUFFIXES {
        holds_nothing(&[&format!("evil.{suffix}"), &format!("a.evil.{}", suffix.to_uppercase())]);
        let name = format!("evil.{suffix}");
        holds(format!("a evil[.]{suffix} b"), &[&name]);
        holds(format!("a www.evil.{suffix} b"), &[&format!("www.{name}")]);
        holds(format!("a evil.{suffix}/x b"), &[&format!("http://{name}/x|assumed")]);
        holds(format!("a evil.{suffix}:8080 b"), &[&name]);
        holds(format!("a x@evil.{suffix} b"), &[&name]);
        holds(format!("a http://evil.{suffix} b"), &[&format!("http://{name}/")]);
        holds(&name, &[&name]);
    }
    holds("a evil.duckdns.org and duckdns.org b", &["evil.duckdns.org", "duckdns.org"]);
    holds(
        "a x.onion, y.bit and z.bazar b",
        &["x.onion|reserved", "y.bit|reserved", "z.bazar|reserved"],
    );
    holds("a server[.]lan b", &["server.lan|reserved"]);
    holds("a http://server.lan/ b", &["http://server.lan/|reserved"]);
    holds("a com.evil.com b", &["com.evil.com"]);
}

#[test]
fn ranges_are_ranges_and_ports_are_none() {
    holds("a 8.8.8.0/24 b", &["8.8.8.0/24|range"]);
    holds("a 8.8.8.0/24, b", &["8.8.8.0/24|range"]);
    holds("a 8.8.8.8/443 b", &["8.8.8.8"]);
    holds("a 8.8.8.8/50123(x) b", &["8.8.8.8"]);
    holds("a 8.8.8.8/8.8.4.4 b", &["8.8.8.8", "8.8.4.4"]);
    holds("a 8.8.8.8/255.255.255.0 b", &["8.8.8.8"]);
    holds("a 8.8.8.8:443/tcp, evil.com:53/UDP b", &["8.8.8.8", "evil.com"]);
    holds("a net.tcp://8.8.8.8:80/x b", &["net.tcp://8.8.8.8:80/x|other scheme"]);
    holds("a 8.8.8.8/a b", &["http://8.8.8.8/a|assumed"]);
    holds("a 2a00:1450::/32 b", &["2a00:1450::/32|range"]);
    holds("a 8.8.8.8-8.8.8.9 b", &["8.8.8.8", "8.8.8.9"]);
    holds("a src:2a00::1 IPv6:2a00::2 b", &["2a00::1", "2a00::2"]);
    holds("a ::ffff:8.8.8.8 ::1 b", &["8.8.8.8", "::1|reserved"]);
}

#[test]
fn facts_are_those_of_whole_lines() {
    holds("a 10.0.0.1 b", &["10.0.0.1|reserved"]);
    holds("a ftp://evil.com/x b", &["ftp://evil.com/x|other scheme"]);
    holds("a http://u:p@evil.com/ b", &["http://u:p@evil.com/|password"]);
    holds("a x://nothing b", &[]);
    holds("a file:///etc/passwd b", &[]);
    holds("a http://evil.notatld/x b", &[]);
    holds("a http://evil.com:99999/x b", &[]);
}

#[test]
fn escapes_are_undone() {
    holds(r#"{"u":"http:\/\/evil.com\/a\/b"}"#, &["http://evil.com/a/b"]);
    holds(r#"{"u":"http://evil.com/?a=1\u0026b"}"#, &["http://evil.com/?a=1&b"]);
    holds(r#"{"t":"a\nevil.com\t1.2.3.4\rb"}"#, &["evil.com", "1.2.3.4"]);
    holds("GET /?u=http%3A%2F%2Fevil.com%2Fa", &["http://evil.com/a"]);
    holds("<a href=\"http://evil.com/?a&amp;b\">", &["http://evil.com/?a&b"]);
    holds("a http://evil.com/?a&amp;b b", &["http://evil.com/?a&amp;b"]);
    holds("a http://evil.com/a\\_b b", &["http://evil.com/a_b"]);
    holds("a \\\\evil.com\\share b", &["evil.com"]);
}

#[test]
fn a_line_that_is_one_indicator_is_not_searched() {
    let block = read("evil.com # see other.com\nevil.net\nevil.org\nsha256: 0\nnot 8.8.8.8\n");
    let extents: Vec<Extent> = block.found.iter().map(|found| found.extent).collect();
    assert_eq!(extents, [Extent::Line, Extent::Line, Extent::Line, Extent::Inside]);
    assert!(matches!(block.found[0].content, Content::Indicator(_)));
}
