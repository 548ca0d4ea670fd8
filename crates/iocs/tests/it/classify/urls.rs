//! URLs: what is changed, what is kept, what is refused.

use iocs::indicator::{Kind, Reading, Reserved, User, classify, host_of};

use super::{Expected::Nothing, domain, gives, invalid, ip, url};

#[test]
fn urls_are_kept_as_written_but_for_scheme_and_host() {
    gives(
        "HTTP://EVIL.com/A%2fb/../C;d?Q=[1]&r=%41#Frag",
        url("http://evil.com/A%2fb/../C;d?Q=[1]&r=%41#Frag"),
    );
    gives("https://evil.com:443/", url("https://evil.com:443/"));
    gives("http://evil.com:/", url("http://evil.com:/"));
    gives("http://evil.com./", url("http://evil.com./"));
    gives("http://user@EVIL.com/", url("http://user@evil.com/").user(User::Name));
    gives("http://evil.com/@user:x", url("http://evil.com/@user:x"));
    gives("http://[2A00::0:1]:80/x", url("http://[2a00::1]:80/x"));
    gives("http://b\u{fc}cher.de/\u{e4}", url("http://xn--bcher-kva.de/\u{e4}"));
    gives("https://gov.uk/", url("https://gov.uk/"));
    gives("http://a_b.evil.com/", url("http://a_b.evil.com/"));
}

#[test]
fn an_empty_path_becomes_a_slash() {
    gives("http://evil.com", url("http://evil.com/"));
    gives("http://evil.com?x", url("http://evil.com/?x"));
    gives("http://evil.com#x", url("http://evil.com/#x"));
    gives("http://evil.com:80", url("http://evil.com:80/"));
}

#[test]
fn a_url_without_its_scheme_is_http() {
    gives("Evil.com/Gate.php", url("http://evil.com/Gate.php").assumed());
    gives("evil.com:443/x", url("http://evil.com:443/x").assumed());
    gives("8.8.8.8/gate.php", url("http://8.8.8.8/gate.php").assumed());
    gives("8.8.8.8:8080/24", url("http://8.8.8.8:8080/24").assumed());
    gives("[2a00::1]/x", url("http://[2a00::1]/x").assumed());
    gives(
        "evil[.]com/r?u=http://other.com/",
        url("http://evil.com/r?u=http://other.com/").assumed(),
    );
}

#[test]
fn junk_behind_http_is_invalid() {
    gives("http://", invalid("no host"));
    gives("http:///evil.com", invalid("no host"));
    gives("http:/x://evil.com/", invalid("://"));
    gives("http:/localhost", invalid("://"));
    gives("http://evil.notatld/", invalid("no public suffix"));
    gives("http://999.1.1.1/", invalid("neither an IPv4 address"));
    gives("http://1.2.3.4.5/", invalid("neither an IPv4 address"));
    gives("http://evil.com:99999/", invalid("port out of range"));
    gives("http://evil.com:80:80/", invalid("two ports"));
    gives("http://2a00::1/", invalid("without its brackets"));
    gives("http://[2a00::1/", invalid("without its ]"));
    gives("http://[::g]/", invalid("malformed IPv6"));
    gives("http://[fe80::1%25eth0]/", invalid("zone id"));
    gives("http://ev!l.com/", invalid("letters, digits"));
    gives("http://%65vil.com/", invalid("letters, digits"));
    gives("http://evil.com\\@good.com/", invalid("backslash"));
    gives("http://evil.com/\u{7}", invalid("control character"));
    gives("http://evil.com/\u{1b}[31m", url("http://evil.com/")); // a terminal's colour
    gives(b"http://evil.com/\xff", invalid("lost in decoding"));
}

#[test]
fn a_url_does_not_reach_past_a_space_or_a_quote() {
    for line in [
        "http://exa mple",
        "http://evil.com/ is bad",
        "http://evil.com/\u{a0}x",
        "http://evil.com/\">x</a>",
    ] {
        gives(line, Nothing);
    }
}

#[test]
fn a_url_that_names_no_more_than_a_host_is_its_host() {
    gives("tcp://evil[.]com:8989", domain("evil.com"));
    gives("SSH://root@Evil.com", domain("evil.com"));
    gives("stratum+tcp://8.8.8.8:3333/", ip("8.8.8.8"));
    gives("udp://[2a00::1]:53", ip("2a00::1"));
    gives("net.tcp://evil.com", domain("evil.com"));
    gives("ldap://10.0.0.1:389", ip("10.0.0.1").reserved(Reserved::PrivateUse));
    // These name no host on a network, whatever they look like.
    gives("s3://evil.com", url("s3://evil.com").of_other_scheme());
    gives("content://evil.com", url("content://evil.com").of_other_scheme());
    gives("android-app://evil.com", url("android-app://evil.com").of_other_scheme());
}

#[test]
fn the_host_of_a_url_is_an_indicator_of_its_own() {
    let host = |line: &str| match classify(line.as_bytes()) {
        Reading::Indicator(found) => host_of(&found).map(|host| (host.kind, host.text)),
        other => panic!("{line}: {other:?}"),
    };
    let domain = |text: &str| Some((Kind::Domain, text.to_owned()));
    let ip = |text: &str| Some((Kind::Ip, text.to_owned()));
    assert_eq!(host("http://u:p@Evil.com:80/x"), domain("evil.com"));
    assert_eq!(host("ftp://8.8.8.8/x"), ip("8.8.8.8"));
    assert_eq!(host("https://u:p@[2a00::1]:8443/x"), ip("2a00::1"));
    assert_eq!(host("http://u:p@0x08.8.8.8/"), ip("8.8.8.8"));
    assert_eq!(host("s3://evil.com/x"), None);
    assert_eq!(host("evil.com"), None);
}

/// A secret in a URL is one in whatever spelling, and wherever in it a URL stands.
#[test]
fn users_are_told_from_passwords_and_tokens() {
    let users = [
        ("http://www.paypal.com@evil.com/", User::Name),
        ("http://joe@evil.com/a:b@c", User::Name),
        ("http://evil.com/a@b:c", User::None),
        ("http://evil.com/?mail=joe:x@evil.org", User::None),
        ("http://evil.com//joe:x@evil.org/", User::Password),
        ("http://joe%3Apass@evil.com/", User::Password),
        ("http://joe\u{ff1a}pass\u{ff20}evil.com/", User::Password),
        ("http://evil.com/?u=ftp://joe:pass@evil.org/", User::Password),
        ("http://evil.com/?u=http%3A%2F%2Fjoe%3Apass%40evil.org%2F", User::Password),
        ("http://evil.com/#http%253A%252F%252Fjoe%253Apass%2540evil.org", User::Password),
        ("http://evil.com/?u=http://evil.org/a:b@c", User::None),
        ("https://ghp_0123456789abcdef@evil.com/x.git", User::Token),
        ("https://glpat-0123456789@evil.com/x.git", User::Token),
    ];
    for (line, user) in users {
        match classify(line.as_bytes()) {
            Reading::Indicator(found) => assert_eq!(found.facts.user, user, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn passwords_and_other_schemes_are_told() {
    gives("http://u:p@evil.com/", url("http://u:p@evil.com/").user(User::Password));
    gives("http://:p@evil.com/", url("http://:p@evil.com/").user(User::Password));
    gives(
        "http://u:p@10.0.0.1/",
        url("http://u:p@10.0.0.1/").user(User::Password).reserved(Reserved::PrivateUse),
    );
    gives("http://u:@evil.com/", url("http://u:@evil.com/").user(User::Name));
    gives("FTP://EVIL.com/X", url("ftp://evil.com/X").of_other_scheme());
    gives("tcp://evil[.]com:8989/a", url("tcp://evil.com:8989/a").of_other_scheme());
    gives(
        "ftp://u:p@evil.com/x",
        url("ftp://u:p@evil.com/x").of_other_scheme().user(User::Password),
    );
    gives("file:///etc/passwd", url("file:///etc/passwd").of_other_scheme());
}
