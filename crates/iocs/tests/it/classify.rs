//! What a line is: every rule by name.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use iocs::indicator::{
    Digest, FILE_EXTENSION_SUFFIXES, Facts, Indicator, Kind, Reading, Reserved, Scheme, User,
    classify,
};

mod defanged;
mod properties;
mod special;
mod urls;

/// What a line is expected to be.
#[derive(Debug)]
enum Expected {
    Indicator(Indicator),
    /// Invalid, with this in its reason.
    Invalid(&'static str),
    Nothing,
}
use Expected::Nothing;

impl Expected {
    fn with(mut self, change: impl FnOnce(&mut Facts)) -> Expected {
        if let Expected::Indicator(indicator) = &mut self {
            change(&mut indicator.facts);
        }
        self
    }

    fn reserved(self, row: Reserved) -> Expected {
        self.with(|facts| facts.reserved = Some(row))
    }

    fn user(self, user: User) -> Expected {
        self.with(|facts| facts.user = user)
    }

    fn assumed(self) -> Expected {
        self.with(|facts| facts.scheme = Scheme::Assumed)
    }

    fn of_other_scheme(self) -> Expected {
        self.with(|facts| facts.scheme = Scheme::Other)
    }
}

fn indicator(kind: Kind, text: &str) -> Expected {
    Expected::Indicator(Indicator::new(kind, text.to_owned()))
}

fn ip(text: &str) -> Expected {
    indicator(Kind::Ip, text)
}

fn range(text: &str) -> Expected {
    ip(text).with(|facts| facts.is_range = true)
}

fn domain(text: &str) -> Expected {
    indicator(Kind::Domain, text)
}

fn url(text: &str) -> Expected {
    indicator(Kind::Url, text).with(|facts| facts.scheme = Scheme::Web)
}

fn file(text: &str) -> Expected {
    indicator(Kind::File, text)
}

fn invalid(reason: &'static str) -> Expected {
    Expected::Invalid(reason)
}

#[track_caller]
fn gives(line: impl AsRef<[u8]>, expected: Expected) {
    let line = line.as_ref();
    let shown = String::from_utf8_lossy(line);
    match (classify(line), expected) {
        (Reading::Indicator(found), Expected::Indicator(wanted)) => {
            assert_eq!(found, wanted, "{shown}");
        }
        (Reading::Invalid(found), Expected::Invalid(reason)) => {
            assert!(found.reason.contains(reason), "{shown}: {}", found.reason);
        }
        (Reading::Nothing, Nothing) => {}
        (found, wanted) => panic!("{shown}: found {found:?}, expected {wanted:?}"),
    }
}

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const SHA1: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn ipv4_addresses() {
    gives("8.8.8.8", ip("8.8.8.8"));
    gives("8.8.8.8.", ip("8.8.8.8"));
    gives("8.8.8.8:0", ip("8.8.8.8"));
    gives("8.8.8.8:65535", ip("8.8.8.8"));
    gives("8.8.8.8:65536", invalid("port out of range"));
}

#[test]
fn a_dotted_quad_that_is_no_address_is_invalid() {
    gives("999.1.1.1", invalid("dotted quad out of range"));
    gives("1.1.1.256", invalid("dotted quad out of range"));
    gives("99999999999999999999.1.1.1", invalid("dotted quad out of range"));
    gives("010.1.1.1", invalid("octal to some readers"));
    gives("1.1.1.00", invalid("octal to some readers"));
    gives("999.1.1.1/24", invalid("dotted quad out of range"));
    gives("999.1.1.1/gate.php", invalid("neither an IPv4 address nor a name"));
}

#[test]
fn versions_dates_and_numbers_are_nothing() {
    for line in [
        "1.2.3",
        "1.2.3.4.5",
        "v1.2.3.4",
        "1.2.3-beta",
        "2026.11.21",
        "21.11.2026",
        "3.14",
        "1.5/2",
        "443",
    ] {
        gives(line, Nothing);
    }
}

#[test]
fn ipv6_addresses_are_written_by_rfc_5952() {
    gives("2A00:1450:4001:0000:0:0:0:0001", ip("2a00:1450:4001::1"));
    gives("2a00:0:0:1:0:0:0:1", ip("2a00:0:0:1::1"));
    gives("[2a00::1]", ip("2a00::1"));
    gives("[2a00::1]:443", ip("2a00::1"));
    gives("[2a00::1]:65536", invalid("port out of range"));
    gives("::ffff:8.8.8.8", ip("8.8.8.8"));
    gives("::FFFF:808:808", ip("8.8.8.8"));
    gives("64:ff9b::8.8.8.8", ip("64:ff9b::808:808"));
}

#[test]
fn an_ipv6_address_that_is_none_is_invalid() {
    gives("fe80::1%eth0", invalid("zone id"));
    gives("[fe80::1%25eth0]:80", invalid("zone id"));
    gives("2a00::1::2", invalid("malformed IPv6"));
    gives("2a00:0:0:0:0:0:0:0:1", invalid("malformed IPv6"));
    gives("2a00::12345", invalid("malformed IPv6"));
}

#[test]
fn times_and_hardware_addresses_are_nothing() {
    for line in ["12:30", "12:30:45", "[12:30:45]", "00:1a:2b:3c:4d:5e", "a:b:c"] {
        gives(line, Nothing);
    }
}

#[test]
fn ranges_are_skipped_whatever_their_length() {
    gives("8.8.8.0/24", range("8.8.8.0/24"));
    gives("8.8.8.8/32", ip("8.8.8.8"));
    gives("8.8.8.8-8.8.8.8", ip("8.8.8.8"));
    gives("2a00:0::1/128", ip("2a00::1"));
    gives("8.8.8.0-8.8.8.255", range("8.8.8.0/24"));
    gives("8.8.8.1-8.8.8.9", range("8.8.8.1-8.8.8.9"));
    gives("8.8.8.9-8.8.8.1", Nothing);
    gives("10.0.0.0/8", range("10.0.0.0/8"));
    gives("2A00:0::/32", range("2a00::/32"));
    gives("::ffff:8.8.8.0/120", range("8.8.8.0/24"));
    gives("8.8.8.0/33", invalid("at most /32"));
    gives("8.8.8.0/999", invalid("at most /32"));
    gives("2a00::/129", invalid("at most /128"));
    gives("::ffff:8.8.8.0/24", invalid("at most /32"));
}

#[test]
fn domains_are_lower_case_ascii() {
    gives("EVIL.Com", domain("evil.com"));
    gives("evil.com.", domain("evil.com"));
    gives("*.evil.com", domain("evil.com"));
    gives(".evil.com", domain("evil.com"));
    gives("_dmarc.evil.com", domain("_dmarc.evil.com"));
    gives("r1---sn-4g5e.evil.com", domain("r1---sn-4g5e.evil.com"));
    gives("evil.com:8080", domain("evil.com"));
    gives("evil.com:80800", invalid("port out of range"));
    gives("4.3.2.1.in-addr.arpa", domain("4.3.2.1.in-addr.arpa"));
}

#[test]
fn names_in_other_scripts_become_punycode() {
    gives("b\u{fc}cher.de", domain("xn--bcher-kva.de"));
    gives("B\u{dc}CHER.DE", domain("xn--bcher-kva.de"));
    gives("XN--bcher-KVA.de", domain("xn--bcher-kva.de"));
    gives("fa\u{df}.de", domain("xn--fa-hia.de")); // not fass.de: that is the transitional mapping
    gives(
        "\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}",
        domain("xn--e1afmkfd.xn--p1ai"),
    );
    gives("\u{ff45}vil.com", domain("evil.com"));
    gives("xn--a.de", invalid("IDNA"));
    gives("\u{202e}evil.com", domain("evil.com")); // a mark that is not seen
}

#[test]
fn a_domain_needs_a_listed_suffix() {
    gives("evil.co.uk", domain("evil.co.uk"));
    gives("duckdns.org", domain("duckdns.org")); // a private suffix is a name that somebody registered
    gives("evil.duckdns.org", domain("evil.duckdns.org"));
    gives("www.ck", domain("www.ck")); // an exception to *.ck
    gives("co.uk", invalid("co.uk is a public suffix, not a domain"));
    gives("foo.ck", invalid("foo.ck is a public suffix"));
    gives("evil.notatld", invalid("no public suffix: nobody registers names under .notatld"));
    gives("evil.c0m", invalid("no public suffix"));
    gives("readme.txt", invalid("no public suffix"));
    gives("file.exe", invalid("no public suffix"));
    gives("evil.notatld/gate.php", invalid("no public suffix"));
    gives("user@evil.notatld", invalid("no public suffix"));
}

#[test]
fn a_name_that_dns_cannot_hold_is_invalid() {
    gives("evil..com", invalid("two dots"));
    gives("-evil.com", invalid("hyphen"));
    gives("evil-.com", invalid("hyphen"));
    gives("evil-.github.io", domain("evil-.github.io")); // below a hosting service there are such names
    gives(format!("{}.com", "a".repeat(63)), domain(&format!("{}.com", "a".repeat(63))));
    gives(format!("{}.com", "a".repeat(64)), invalid("at most 63"));
    gives(format!("{}com", "abcdefg.".repeat(32)), invalid("at most 253"));
}

#[test]
fn bare_words_paths_and_code_are_nothing() {
    for line in [
        "",
        "   ",
        "word",
        "and/or",
        "src/main.rs",
        "main.c",
        "e.g.",
        "com",
        "/etc/passwd",
        "C:\\a.exe",
    ] {
        gives(line, Nothing);
    }
}

#[test]
fn mail_addresses_give_their_domain() {
    gives("user@evil.com", domain("evil.com"));
    gives("First.Last+tag@Evil.com", domain("evil.com"));
    gives("mailto:user@evil.com", domain("evil.com"));
    gives("MAILTO:user@evil.com?subject=a", domain("evil.com"));
    gives("mailto:a@evil.com?cc=b@other.com", domain("evil.com"));
    gives("who?@evil.com", domain("evil.com"));
    gives("@evil.com", domain("evil.com"));
    gives("user@localhost", Nothing);
}

#[test]
fn hashes_are_lower_case_hex() {
    for hex in [MD5, SHA1, SHA256] {
        gives(hex, file(hex));
        gives(hex.to_uppercase(), file(hex));
    }
    gives(format!("sha256:{SHA256}"), file(SHA256));
    gives(format!("SHA-256: {}", SHA256.to_uppercase()), file(SHA256));
    gives(format!("md5={MD5}"), file(MD5));
    gives(format!("sha1 : {SHA1}"), file(SHA1));
}

#[test]
fn a_hex_run_of_the_wrong_length_is_invalid() {
    gives(
        &SHA256[..63],
        invalid("a hex run of 63 digits is no MD5 (32), SHA-1 (40) or SHA-256 (64)"),
    );
    gives(format!("{MD5}a"), invalid("a hex run of 33 digits"));
    gives(format!("{SHA256}{SHA256}"), invalid("SHA-512"));
    gives(SHA256.repeat(2).split_at(96).0, invalid("SHA-384"));
    gives(&SHA256[..56], invalid("SHA-224"));
    gives(format!("md5:{SHA256}"), invalid("labelled md5, but of the length of a sha256"));
    gives("sha256:abc", invalid("a hex run of 3 digits"));
    gives(&MD5[..31], Nothing);
    gives(format!("imphash:{MD5}"), Nothing);
    gives(format!("{MD5}  setup.exe"), Nothing);
}

#[test]
fn a_file_knows_which_hash_it_is_named_by() {
    assert_eq!(Digest::of(MD5), Some(Digest::Md5));
    assert_eq!(Digest::of(SHA1), Some(Digest::Sha1));
    assert_eq!(Digest::of(SHA256), Some(Digest::Sha256));
    assert_eq!(Digest::of(&SHA256[1..]), None);
    assert_eq!(Digest::of(&"x".repeat(32)), None);
    let Expected::Indicator(file) = file(SHA1) else { unreachable!() };
    assert_eq!(file.digest(), Some(Digest::Sha1));
}

#[test]
fn notes_and_spaces_are_dropped() {
    gives("evil.com # a note", domain("evil.com"));
    gives("evil.com\t#note # more", domain("evil.com"));
    gives("evil.com#note", Nothing);
    gives("http://evil.com/#frag # note", url("http://evil.com/#frag"));
    gives("# evil.com", Nothing);
    gives(" \t evil.com \r\n", domain("evil.com"));
    gives("\u{feff}evil.com\u{a0}\u{200b}", domain("evil.com"));
    gives("evil.com is bad", Nothing);
    gives("evil.com other.com", Nothing);
}

#[test]
fn bytes_that_are_not_utf8_are_no_indicator() {
    gives(b"\xff\xfe", Nothing);
    gives(b"ev\xffl.com", invalid("IDNA"));
    gives(b"8.8.8.8\xff", Nothing);
    gives(b"evil.com\0", Nothing);
}

#[test]
fn names_on_the_list_of_extensions_are_domains_where_they_stand_alone() {
    for suffix in FILE_EXTENSION_SUFFIXES {
        let name = format!("vtscan-report.{suffix}");
        gives(&name, domain(&name));
    }
}

#[test]
fn kinds_are_written_as_promised() {
    let kinds = [Kind::Ip, Kind::Domain, Kind::Url, Kind::File];
    assert_eq!(serde_json::to_string(&kinds).unwrap(), r#"["ip","domain","url","file"]"#);
    for kind in kinds {
        let name = serde_json::to_string(&kind).unwrap();
        assert_eq!(name, format!("\"{kind}\""));
        assert_eq!(serde_json::from_str::<Kind>(&name).unwrap(), kind);
    }
}
