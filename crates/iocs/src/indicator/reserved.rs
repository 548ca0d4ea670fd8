//! What must not leave: addresses and names that mean something only inside one network.
//!
//! The address tables are IANA's reserved-purpose registries, read on "globally reachable": IPv4
//! (<https://www.iana.org/assignments/iana-ipv4-reserved-registry>) and IPv6
//! (<https://www.iana.org/assignments/iana-ipv6-reserved-registry>), both defined by RFC 6890 and
//! RFC 8190, and multicast. The names are those of RFC 6761, RFC 2606 and their like.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One row of a registry: the block, its length, and whether it is globally reachable. The first
/// row that holds an address decides, so exceptions stand above the block they lie in.
type Row<A> = (A, u32, bool);

const fn v4(a: u8, b: u8, c: u8, d: u8) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

const fn v6(a: u16, b: u16, c: u16, d: u16, h: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, h)
}

const IPV4: &[Row<Ipv4Addr>] = &[
    (v4(0, 0, 0, 0), 8, false),       // RFC 791: this network
    (v4(10, 0, 0, 0), 8, false),      // RFC 1918: private use
    (v4(100, 64, 0, 0), 10, false),   // RFC 6598: shared address space
    (v4(127, 0, 0, 0), 8, false),     // RFC 1122: loopback
    (v4(169, 254, 0, 0), 16, false),  // RFC 3927: link-local
    (v4(172, 16, 0, 0), 12, false),   // RFC 1918: private use
    (v4(192, 0, 0, 9), 32, true),     // RFC 7723: port control protocol anycast
    (v4(192, 0, 0, 10), 32, true),    // RFC 8155: TURN anycast
    (v4(192, 0, 0, 0), 24, false),    // RFC 6890: protocol assignments
    (v4(192, 0, 2, 0), 24, false),    // RFC 5737: documentation
    (v4(192, 88, 99, 2), 32, false),  // RFC 6751: 6a44 relay anycast
    (v4(192, 168, 0, 0), 16, false),  // RFC 1918: private use
    (v4(198, 18, 0, 0), 15, false),   // RFC 2544: benchmarking
    (v4(198, 51, 100, 0), 24, false), // RFC 5737: documentation
    (v4(203, 0, 113, 0), 24, false),  // RFC 5737: documentation
    (v4(224, 0, 0, 0), 4, false),     // RFC 5771: multicast
    (v4(240, 0, 0, 0), 4, false),     // RFC 1112: reserved; RFC 919: limited broadcast
];

const IPV6: &[Row<Ipv6Addr>] = &[
    // RFC 4291's `::` and `::1` carry addresses of 0.0.0.0/8 (see `embedded`).
    (v6(0x64, 0xff9b, 1, 0, 0), 48, false), // RFC 8215: local-use translation
    (v6(0x100, 0, 0, 0, 0), 64, false),     // RFC 6666: discard only
    (v6(0x100, 0, 0, 1, 0), 64, false),     // RFC 9780: dummy prefix
    (v6(0x2001, 1, 0, 0, 1), 128, true),    // RFC 7723: port control protocol anycast
    (v6(0x2001, 1, 0, 0, 2), 128, true),    // RFC 8155: TURN anycast
    (v6(0x2001, 1, 0, 0, 3), 128, true),    // RFC 9665: DNS-SD registration anycast
    (v6(0x2001, 3, 0, 0, 0), 32, true),     // RFC 7450: AMT
    (v6(0x2001, 4, 0x112, 0, 0), 48, true), // RFC 7535: AS112
    (v6(0x2001, 0x20, 0, 0, 0), 28, true),  // RFC 7343: ORCHIDv2
    (v6(0x2001, 0x30, 0, 0, 0), 28, true),  // RFC 9374: drone remote identification
    // RFC 2928: protocol assignments. Teredo (2001::/32) lies in it and is "N/A" in the registry,
    // which lifts nothing: such an address names a client behind somebody's NAT.
    (v6(0x2001, 0, 0, 0, 0), 23, false),
    (v6(0x2001, 0xdb8, 0, 0, 0), 32, false), // RFC 3849: documentation
    (v6(0x3fff, 0, 0, 0, 0), 20, false),     // RFC 9637: documentation
    (v6(0x5f00, 0, 0, 0, 0), 16, false),     // RFC 9602: segment routing
    (v6(0xfc00, 0, 0, 0, 0), 7, false),      // RFC 4193: unique local
    (v6(0xfe80, 0, 0, 0, 0), 10, false),     // RFC 4291: link-local
    (v6(0xfec0, 0, 0, 0, 0), 10, false), // RFC 3879: site-local, deprecated but never made global
    (v6(0xff00, 0, 0, 0, 0), 8, false),  // RFC 4291: multicast
];

/// Names that the public DNS does not answer for, with everything below them.
const NAMES: &[&str] = &[
    "local",     // RFC 6762: multicast DNS
    "localhost", // RFC 6761
    "internal",  // ICANN, 2024: reserved for private use
    "lan",       // RFC 6762, appendix G: what home routers hand out
    "home.arpa", // RFC 8375: home networks
    "onion",     // RFC 7686: Tor, not DNS
    "test",      // RFC 6761
    "invalid",   // RFC 6761
    // RFC 6761 calls it ordinary to the DNS, RFC 2606 says that nobody will ever have a name in it:
    // one that is met stands in a manual or a test. (example.com is another matter: it exists.)
    "example",
];

/// Reverse names of private addresses: RFC 6761 (section 6.1), RFC 6762 (section 4), RFC 4193.
/// 172.16.0.0/12 is told by its number.
const REVERSE: &[&str] = &[
    "10.in-addr.arpa",
    "168.192.in-addr.arpa",
    "254.169.in-addr.arpa",
    "127.in-addr.arpa",
    "c.f.ip6.arpa",
    "d.f.ip6.arpa",
    "8.e.f.ip6.arpa",
    "9.e.f.ip6.arpa",
    "a.e.f.ip6.arpa",
    "b.e.f.ip6.arpa",
];

/// Whether `address` is one that nobody outside the network it was met in can tell anything about.
pub(super) fn is_private_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(inner) => is_private_v4(inner),
            None => is_private_v6(address),
        },
    }
}

/// Whether `name`, in lower-case ASCII and without a trailing dot, is one of a private network.
pub(super) fn is_private_name(name: &str) -> bool {
    // A single label is looked up in the resolver's own search list first.
    let Some((_, last)) = name.rsplit_once('.') else {
        return true;
    };
    if last == "arpa" {
        return below(name, "home.arpa") || is_private_reverse(name);
    }
    NAMES.contains(&last)
}

/// Whether `label` is the last one of a private network's names.
pub(super) fn is_private_suffix(label: &str) -> bool {
    NAMES.contains(&label)
}

fn is_private_reverse(name: &str) -> bool {
    if REVERSE.iter().any(|suffix| below(name, suffix)) {
        return true;
    }
    let Some(rest) = name.strip_suffix(".172.in-addr.arpa") else {
        return false;
    };
    let second = rest.rsplit('.').next().unwrap_or(rest);
    second.parse().is_ok_and(|n: u8| (16..32).contains(&n))
}

fn below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|head| head.is_empty() || head.ends_with('.'))
}

/// The IPv4 address that an IPv6 one carries: mapped and compatible (RFC 4291), translated (RFC
/// 6052), 6to4 (RFC 3056). Such an address is as private as what it carries.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let joined =
        |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => Some(joined(g, h)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    IPV4.iter()
        .find(|(block, len, _)| (bits ^ block.to_bits()) >> (32 - len) == 0)
        .is_some_and(|(_, _, reachable)| !reachable)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    IPV6.iter()
        .find(|(block, len, _)| (bits ^ block.to_bits()) >> (128 - len) == 0)
        .is_some_and(|(_, _, reachable)| !reachable)
}
