//! Addresses and names that mean something inside one network only.
//!
//! The address tables are IANA's reserved-purpose registries, read on "globally reachable": IPv4
//! (<https://www.iana.org/assignments/iana-ipv4-special-registry>) and IPv6
//! (<https://www.iana.org/assignments/iana-ipv6-special-registry>), both defined by RFC 6890 and
//! RFC 8190, and multicast. The names are those of RFC 6761, RFC 2606 and their like.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::lexicon::{OTHER_ROOTS, PRIVATE_REVERSE_NAMES, SPECIAL_USE_NAMES};

/// The row of a registry by which an address or a name is reserved.
///
/// ```
/// use iocs::indicator::{Reading, Reserved, classify};
///
/// let Reading::Indicator(found) = classify(b"192.0.2.1") else { panic!() };
/// assert_eq!(found.facts.reserved, Some(Reserved::Documentation));
/// assert_eq!(Reserved::PrivateUse.to_string(), "private use (RFC 1918)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reserved {
    /// 0.0.0.0/8, and `::`.
    ThisNetwork,
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.
    PrivateUse,
    /// 100.64.0.0/10.
    SharedAddressSpace,
    /// 127.0.0.0/8, and `::1`.
    Loopback,
    /// 169.254.0.0/16, fe80::/10.
    LinkLocal,
    /// 192.0.0.0/24 and 2001::/23 but for their exceptions.
    ProtocolAssignments,
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20.
    Documentation,
    /// 192.88.99.2.
    RelayAnycast,
    /// 198.18.0.0/15.
    Benchmarking,
    /// 224.0.0.0/4, ff00::/8.
    Multicast,
    /// 240.0.0.0/4, the broadcast address among them.
    FutureUse,
    /// 64:ff9b:1::/48.
    LocalTranslation,
    /// 100::/64.
    DiscardOnly,
    /// 100:0:0:1::/64.
    DummyPrefix,
    /// 5f00::/16.
    SegmentRouting,
    /// fc00::/7.
    UniqueLocal,
    /// fec0::/10.
    SiteLocal,
    /// What is neither global unicast, 2000::/3, nor in another row.
    Unassigned,
    /// A name of one label, which a resolver looks up in its own search list first.
    SingleLabel,
    /// A name that the public DNS does not answer for: `.local`, `.internal`, `.test`.
    SpecialUseName,
    /// The reverse name of an address of a private network.
    PrivateReverseName,
    /// A name that another system than the DNS resolves: `.onion`, `.bit`, `.bazar`, `.i2p`.
    OtherRoot,
}

impl fmt::Display for Reserved {
    /// The registry's name for the row, and where it is defined.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Reserved::ThisNetwork => "this network (RFC 791)",
            Reserved::PrivateUse => "private use (RFC 1918)",
            Reserved::SharedAddressSpace => "shared address space (RFC 6598)",
            Reserved::Loopback => "loopback (RFC 1122)",
            Reserved::LinkLocal => "link-local (RFC 3927, RFC 4291)",
            Reserved::ProtocolAssignments => "protocol assignments (RFC 6890, RFC 2928)",
            Reserved::Documentation => "documentation (RFC 5737, RFC 3849)",
            Reserved::RelayAnycast => "6a44 relay anycast (RFC 6751)",
            Reserved::Benchmarking => "benchmarking (RFC 2544)",
            Reserved::Multicast => "multicast (RFC 5771, RFC 4291)",
            Reserved::FutureUse => "reserved for future use (RFC 1112)",
            Reserved::LocalTranslation => "local-use translation (RFC 8215)",
            Reserved::DiscardOnly => "discard only (RFC 6666)",
            Reserved::DummyPrefix => "dummy prefix (RFC 9780)",
            Reserved::SegmentRouting => "segment routing (RFC 9602)",
            Reserved::UniqueLocal => "unique local (RFC 4193)",
            Reserved::SiteLocal => "site-local (RFC 3879)",
            Reserved::Unassigned => "not global unicast (RFC 4291)",
            Reserved::SingleLabel => "a single label (RFC 1535)",
            Reserved::SpecialUseName => "special-use name (RFC 6761)",
            Reserved::PrivateReverseName => "reverse name of a private network (RFC 6303)",
            Reserved::OtherRoot => "a name of another system than the DNS",
        })
    }
}

/// One row of a registry: the block, its length, and the row's name; none where the block is
/// globally reachable. The first row that holds an address decides, so exceptions stand above the
/// block they lie in.
type Row<A> = (A, u32, Option<Reserved>);

const fn v4(a: u8, b: u8, c: u8, d: u8) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

const fn v6(a: u16, b: u16, c: u16, d: u16, h: u16) -> Ipv6Addr {
    Ipv6Addr::new(a, b, c, d, 0, 0, 0, h)
}

use Reserved::{
    Benchmarking, DiscardOnly, Documentation, DummyPrefix, FutureUse, LinkLocal, LocalTranslation,
    Loopback, Multicast, PrivateUse, ProtocolAssignments, RelayAnycast, SegmentRouting,
    SharedAddressSpace, SiteLocal, ThisNetwork, Unassigned, UniqueLocal,
};

const IPV4: &[Row<Ipv4Addr>] = &[
    (v4(0, 0, 0, 0), 8, Some(ThisNetwork)), // RFC 791: this network
    (v4(10, 0, 0, 0), 8, Some(PrivateUse)), // RFC 1918: private use
    (v4(100, 64, 0, 0), 10, Some(SharedAddressSpace)), // RFC 6598: shared address space
    (v4(127, 0, 0, 0), 8, Some(Loopback)),  // RFC 1122: loopback
    (v4(169, 254, 0, 0), 16, Some(LinkLocal)), // RFC 3927: link-local
    (v4(172, 16, 0, 0), 12, Some(PrivateUse)), // RFC 1918: private use
    (v4(192, 0, 0, 9), 32, None),           // RFC 7723: port control protocol anycast
    (v4(192, 0, 0, 10), 32, None),          // RFC 8155: TURN anycast
    (v4(192, 0, 0, 0), 24, Some(ProtocolAssignments)), // RFC 6890: protocol assignments
    (v4(192, 0, 2, 0), 24, Some(Documentation)), // RFC 5737: documentation
    (v4(192, 88, 99, 2), 32, Some(RelayAnycast)), // RFC 6751: 6a44 relay anycast
    (v4(192, 168, 0, 0), 16, Some(PrivateUse)), // RFC 1918: private use
    (v4(198, 18, 0, 0), 15, Some(Benchmarking)), // RFC 2544: benchmarking
    (v4(198, 51, 100, 0), 24, Some(Documentation)), // RFC 5737: documentation
    (v4(203, 0, 113, 0), 24, Some(Documentation)), // RFC 5737: documentation
    (v4(224, 0, 0, 0), 4, Some(Multicast)), // RFC 5771: multicast
    (v4(240, 0, 0, 0), 4, Some(FutureUse)), // RFC 1112: reserved; RFC 919: limited broadcast
];

const IPV6: &[Row<Ipv6Addr>] = &[
    // RFC 4291's `::` carries an address of 0.0.0.0/8 (see `embedded`).
    (v6(0x64, 0xff9b, 1, 0, 0), 48, Some(LocalTranslation)), // RFC 8215: local-use translation
    (v6(0x100, 0, 0, 0, 0), 64, Some(DiscardOnly)),          // RFC 6666: discard only
    (v6(0x100, 0, 0, 1, 0), 64, Some(DummyPrefix)),          // RFC 9780: dummy prefix
    (v6(0x2001, 1, 0, 0, 1), 128, None), // RFC 7723: port control protocol anycast
    (v6(0x2001, 1, 0, 0, 2), 128, None), // RFC 8155: TURN anycast
    (v6(0x2001, 1, 0, 0, 3), 128, None), // RFC 9665: DNS-SD registration anycast
    (v6(0x2001, 3, 0, 0, 0), 32, None),  // RFC 7450: AMT
    (v6(0x2001, 4, 0x112, 0, 0), 48, None), // RFC 7535: AS112
    (v6(0x2001, 0x20, 0, 0, 0), 28, None), // RFC 7343: ORCHIDv2
    (v6(0x2001, 0x30, 0, 0, 0), 28, None), // RFC 9374: drone remote identification
    // RFC 2928: protocol assignments. Teredo (2001::/32) lies in it and is "N/A" in the registry,
    // which lifts nothing: such an address names a client behind somebody's NAT.
    (v6(0x2001, 0, 0, 0, 0), 23, Some(ProtocolAssignments)),
    (v6(0x2001, 0xdb8, 0, 0, 0), 32, Some(Documentation)), // RFC 3849: documentation
    (v6(0x3fff, 0, 0, 0, 0), 20, Some(Documentation)),     // RFC 9637: documentation
    (v6(0x5f00, 0, 0, 0, 0), 16, Some(SegmentRouting)),    // RFC 9602: segment routing
    (v6(0xfc00, 0, 0, 0, 0), 7, Some(UniqueLocal)),        // RFC 4193: unique local
    (v6(0xfe80, 0, 0, 0, 0), 10, Some(LinkLocal)),         // RFC 4291: link-local
    (v6(0xfec0, 0, 0, 0, 0), 10, Some(SiteLocal)), // RFC 3879: site-local, deprecated but never made global
    (v6(0xff00, 0, 0, 0, 0), 8, Some(Multicast)),  // RFC 4291: multicast
    // RFC 4291, section 2.4: all else is to be taken for global unicast, of which IANA has assigned
    // 2000::/3 alone (https://www.iana.org/assignments/ipv6-address-space).
    (v6(0x2000, 0, 0, 0, 0), 3, None),
    (v6(0, 0, 0, 0, 0), 0, Some(Unassigned)),
];

/// The row by which `address` means nothing outside the network that it was met in.
pub(super) fn address(address: IpAddr) -> Option<Reserved> {
    match address {
        IpAddr::V4(address) => ipv4(address),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some(Reserved::Loopback),
        IpAddr::V6(address) => match (embedded(address), isatap(address)) {
            (Some(inner), _) => ipv4(inner),
            (None, Some(inner)) => ipv4(inner).or_else(|| ipv6(address)),
            (None, None) => ipv6(address),
        },
    }
}

/// The row by which `name`, in lower-case ASCII and without a trailing dot, is one of a private
/// network.
pub(super) fn name(name: &str) -> Option<Reserved> {
    let Some((_, last)) = name.rsplit_once('.') else {
        return Some(Reserved::SingleLabel);
    };
    if last == "arpa" {
        if below(name, "home.arpa") {
            return Some(Reserved::SpecialUseName);
        }
        return is_private_reverse(name).then_some(Reserved::PrivateReverseName);
    }
    last_label(last)
}

/// The row of the names that end with a label.
pub(super) fn last_label(label: &str) -> Option<Reserved> {
    if OTHER_ROOTS.contains(&label) {
        return Some(Reserved::OtherRoot);
    }
    SPECIAL_USE_NAMES.contains(&label).then_some(Reserved::SpecialUseName)
}

fn is_private_reverse(name: &str) -> bool {
    if PRIVATE_REVERSE_NAMES.iter().any(|suffix| below(name, suffix)) {
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
/// 6052; SIIT's older `::ffff:0:a.b.c.d`, RFC 2765), 6to4 (RFC 3056). Such an address is as private as what it carries.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let joined =
        |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => {
            Some(joined(g, h))
        }
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

/// The IPv4 address of a host that tunnels IPv6 within its site, below whatever prefix (RFC 5214,
/// section 6.1): such an address names that host.
fn isatap(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., e, f, g, h] = address.segments();
    let is_isatap = matches!((e, f), (0 | 0x200, 0x5efe));
    is_isatap.then(|| Ipv4Addr::from_bits((u32::from(g) << 16) | u32::from(h)))
}

fn ipv4(address: Ipv4Addr) -> Option<Reserved> {
    let bits = address.to_bits();
    IPV4.iter()
        .find(|(block, len, _)| (bits ^ block.to_bits()) >> (32 - len) == 0)
        .and_then(|(_, _, reserved)| *reserved)
}

fn ipv6(address: Ipv6Addr) -> Option<Reserved> {
    let bits = address.to_bits();
    IPV6.iter()
        .find(|(block, len, _)| (bits ^ block.to_bits()).checked_shr(128 - len).unwrap_or(0) == 0)
        .and_then(|(_, _, reserved)| *reserved)
}
