//! URLs: what is changed, what is kept, what is refused.

use iocs::indicator::{Reserved, User};

use super::{Expected::Nothing, gives, invalid, url};

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
fn passwords_and_other_schemes_are_told() {
    gives("http://u:p@evil.com/", url("http://u:p@evil.com/").user(User::Password));
    gives("http://:p@evil.com/", url("http://:p@evil.com/").user(User::Password));
    gives(
        "http://u:p@10.0.0.1/",
        url("http://u:p@10.0.0.1/").user(User::Password).reserved(Reserved::PrivateUse),
    );
    gives("http://u:@evil.com/", url("http://u:@evil.com/").user(User::Name));
    gives("FTP://EVIL.com/X", url("ftp://evil.com/X").of_other_scheme());
    gives("tcp://evil[.]com:8989", url("tcp://evil.com:8989").of_other_scheme());
    gives("file:///etc/passwd", url("file:///etc/passwd").of_other_scheme());
}
