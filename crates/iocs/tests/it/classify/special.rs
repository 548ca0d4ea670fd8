//! What must not leave: private addresses and names, at the edges of each block.

use super::{domain, gives, ip, url};

#[test]
fn private_addresses_are_skipped() {
    let private = "
        0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 169.254.169.254 172.16.0.1
        172.31.255.255 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.2 192.168.1.1 198.19.0.1
        198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 :: ::1
        64:ff9b:1::1 64:ff9b::a00:1 100::1 100:0:0:1::1 2001::1 2001:2::1 2001:10::1 2001:db8::1
        2002:a00:1::1 3fff::1 5f00::1 fc00::1 fdff::1 fe80::1 fec0::1 ff02::1
    "
    .split_whitespace();
    for address in private {
        gives(address, ip(address).private());
    }
    gives("::ffff:10.0.0.1", ip("10.0.0.1").private());
}

#[test]
fn the_public_parts_of_special_blocks_are_looked_up() {
    let public = "
        1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0
        192.0.0.9 192.0.0.10 192.0.1.1 192.31.196.1 192.52.193.1 192.88.99.1 192.175.48.1
        198.17.255.255 198.20.0.0 223.255.255.255 64:ff9b::808:808 2001:1::1 2001:1::2 2001:1::3
        2001:3::1 2001:4:112::1 2001:20::1 2001:3f::1 2001:200::1 2002:808:808::1
        2620:4f:8000::1 4000::1
    "
    .split_whitespace();
    for address in public {
        gives(address, ip(address));
    }
}

#[test]
fn private_names_are_skipped() {
    let private = "
        localhost app.localhost printer.local db.corp.internal router.lan nas.home.arpa
        home.arpa abcdef.onion a.test a.invalid a.example 1.0.0.10.in-addr.arpa
        1.1.168.192.in-addr.arpa 1.0.31.172.in-addr.arpa 20.172.in-addr.arpa 1.0.d.f.ip6.arpa
    "
    .split_whitespace();
    for name in private {
        gives(name, domain(name).private());
    }
    gives("localhost:8080", domain("localhost").private());
    gives("example.com", domain("example.com"));
    gives("1.0.32.172.in-addr.arpa", domain("1.0.32.172.in-addr.arpa"));
    gives("nothome.arpa", domain("nothome.arpa"));
}

#[test]
fn urls_on_private_hosts_are_skipped() {
    let private = "
        http://10.0.0.1/x http://router/ http://printer.local/ https://localhost:8080/
        http://[::1]/ http://[::ffff:10.0.0.1]/ http://10.0.0.1./ http://2130706433/
        http://0x7f.1/ http://0300.0250.1.1/ http://10.1/ http://3com/ http://u@10.0.0.1/
    "
    .split_whitespace();
    for line in private {
        gives(line, url(line).private());
    }
    gives("router.lan/admin", url("http://router.lan/admin").private().assumed());
    gives("http://\u{ff11}\u{ff10}.0.0.1/", url("http://10.0.0.1/").private());
    gives("http://0x08.8.8.8/", url("http://0x08.8.8.8/"));
}
