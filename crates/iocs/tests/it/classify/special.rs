//! Reserved addresses and names, at the edges of each block.

use iocs::indicator::Reserved::{
    self, Benchmarking, DiscardOnly, Documentation, DummyPrefix, FutureUse, LinkLocal,
    LocalTranslation, Loopback, Multicast, OtherRoot, PrivateReverseName, PrivateUse,
    ProtocolAssignments, RelayAnycast, SegmentRouting, SharedAddressSpace, SingleLabel, SiteLocal,
    SpecialUseName, ThisNetwork, Unassigned, UniqueLocal,
};
use iocs::indicator::User;

use super::{domain, gives, ip, url};

#[test]
fn reserved_addresses_are_told_by_their_registrys_row() {
    let reserved: [(Reserved, &str); 18] = [
        (ThisNetwork, "0.0.0.0 0.255.255.255 ::"),
        (PrivateUse, "10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 64:ff9b::a00:1 2002:a00:1::1"),
        (SharedAddressSpace, "100.64.0.1 100.127.255.255"),
        (Loopback, "127.0.0.1 127.255.255.255 ::1"),
        (LinkLocal, "169.254.169.254 fe80::1"),
        (ProtocolAssignments, "192.0.0.8 192.0.0.170 2001::1 2001:2::1 2001:10::1"),
        (Documentation, "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1"),
        (RelayAnycast, "192.88.99.2"),
        (Benchmarking, "198.18.0.0 198.19.0.1"),
        (Multicast, "224.0.0.0 224.0.0.1 239.255.255.250 ff02::1"),
        (FutureUse, "240.0.0.1 255.255.255.255"),
        (LocalTranslation, "64:ff9b:1::1"),
        (DiscardOnly, "100::1"),
        (DummyPrefix, "100:0:0:1::1"),
        (SegmentRouting, "5f00::1"),
        (UniqueLocal, "fc00::1 fdff::1"),
        (SiteLocal, "fec0::1"),
        (
            Unassigned,
            "4000::1 200::1 1fff:ffff::1 8000::1 e000::1 64:ff9b:2::1 ::1:0:0:0 0:0:0:1::",
        ),
    ];
    for (row, addresses) in reserved {
        for address in addresses.split_whitespace() {
            gives(address, ip(address).reserved(row));
        }
    }
    gives("::ffff:10.0.0.1", ip("10.0.0.1").reserved(PrivateUse));
}

/// SIIT (RFC 2765) and ISATAP (RFC 5214), whose text form is not the canonical one.
#[test]
fn private_addresses_within_others_were_taken_for_public() {
    for (row, address, canonical) in [
        (PrivateUse, "::ffff:0:10.0.0.1", "::ffff:0:a00:1"),
        (PrivateUse, "::ffff:0:a00:1", "::ffff:0:a00:1"),
        (PrivateUse, "::ffff:0:192.168.1.1", "::ffff:0:c0a8:101"),
        (Loopback, "::ffff:0:127.0.0.1", "::ffff:0:7f00:1"),
        (PrivateUse, "2a00:1450::5efe:10.0.0.1", "2a00:1450::5efe:a00:1"),
        (PrivateUse, "2a00:1450::200:5efe:10.0.0.1", "2a00:1450::200:5efe:a00:1"),
        (LinkLocal, "fe80::5efe:8.8.8.8", "fe80::5efe:808:808"),
        (UniqueLocal, "fd00::200:5efe:808:808", "fd00::200:5efe:808:808"),
    ] {
        gives(address, ip(canonical).reserved(row));
    }
    gives("http://[::ffff:0:a00:1]/x", url("http://[::ffff:0:a00:1]/x").reserved(PrivateUse));
}

#[test]
fn the_public_parts_of_special_blocks_are_not_reserved() {
    let public = "
        1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0
        192.0.0.9 192.0.0.10 192.0.1.1 192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1
        198.17.255.255 198.20.0.0 223.255.255.255 64:ff9b::808:808 2001:1::1 2001:1::2 2001:1::3
        2001:3::1 2001:4:112::1 2001:20::1 2001:3f::1 2001:200::1 2002:808:808::1
        2620:4f:8000::1 3ffe::1 2a00::5efe:808:808 2a00::200:5efe:808:808 ::ffff:0:808:808
    "
    .split_whitespace();
    for address in public {
        gives(address, ip(address));
    }
}

#[test]
fn names_of_private_networks_are_reserved() {
    let names: [(Reserved, &str); 4] = [
        (SingleLabel, "localhost"),
        (OtherRoot, "abcdef.onion www.abcdef.onion a.bit a.b.bazar a.i2p"),
        (
            SpecialUseName,
            "app.localhost printer.local db.corp.internal router.lan nas.home.arpa home.arpa \
             a.test a.invalid a.example",
        ),
        (
            PrivateReverseName,
            "1.0.0.10.in-addr.arpa 1.1.168.192.in-addr.arpa 1.0.31.172.in-addr.arpa \
             20.172.in-addr.arpa 1.0.d.f.ip6.arpa",
        ),
    ];
    for (row, names) in names {
        for name in names.split_whitespace() {
            gives(name, domain(name).reserved(row));
        }
    }
    gives("localhost:8080", domain("localhost").reserved(SingleLabel));
    gives("example.com", domain("example.com"));
    gives("1.0.32.172.in-addr.arpa", domain("1.0.32.172.in-addr.arpa"));
    gives("nothome.arpa", domain("nothome.arpa"));
}

#[test]
fn urls_on_reserved_hosts_are_reserved() {
    let urls: [(Reserved, &str); 4] = [
        (
            PrivateUse,
            "http://10.0.0.1/x http://10.0.0.1./ http://0300.0250.1.1/ http://10.1/ http://[::ffff:10.0.0.1]/",
        ),
        (SingleLabel, "http://router/ https://localhost:8080/"),
        (SpecialUseName, "http://printer.local/"),
        (Loopback, "http://[::1]/ http://2130706433/ http://0x7f.1/"),
    ];
    for (row, urls) in urls {
        for line in urls.split_whitespace() {
            gives(line, url(line).reserved(row));
        }
    }
    gives("http://3com/", url("http://3com/").reserved(SingleLabel));
    gives("http://u@10.0.0.1/", url("http://u@10.0.0.1/").user(User::Name).reserved(PrivateUse));
    gives("router.lan/admin", url("http://router.lan/admin").reserved(SpecialUseName).assumed());
    gives("http://\u{ff11}\u{ff10}.0.0.1/", url("http://10.0.0.1/").reserved(PrivateUse));
    gives("http://0x08.8.8.8/", url("http://0x08.8.8.8/"));
}
