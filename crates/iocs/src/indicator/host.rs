//! Addresses and names: what may stand alone as an indicator, or in a URL as its host.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::facts::Facts;
use super::kind::Kind;
use super::reading::{Indicator, Invalid};
use super::reserved::{self, Reserved};

/// A dotted quad. Leading zeros are refused, for `010.1.1.1` is 10.1.1.1 to some readers and,
/// octal, 8.1.1.1 to others (RFC 6943, section 3.1.1).
pub(super) fn ipv4(text: &str) -> Result<Ipv4Addr, Invalid> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let ambiguous = |octet: &str| octet.len() > 1 && octet.starts_with('0');
    Err(if text.split('.').any(ambiguous) {
        Invalid::new("dotted quad with a leading zero: octal to some readers, decimal to others")
    } else {
        Invalid::new("dotted quad out of range: each of its numbers is at most 255")
    })
}

/// An IPv6 address, as it was written: perhaps the mapped form of an IPv4 address.
///
/// `None` if the text is no address and is not meant as one: clock times and hardware addresses are
/// digits and colons too.
pub(super) fn ipv6(text: &str) -> Option<Result<Ipv6Addr, Invalid>> {
    if text.contains('%') {
        return Some(Err(Invalid::new(
            "IPv6 address with a zone id: it names an interface of one machine (RFC 4007)",
        )));
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(Ok(address));
    }
    let meant = text.contains("::") || text.matches(':').count() >= 7;
    meant.then(|| Err(malformed()))
}

fn malformed() -> Invalid {
    Invalid::new("malformed IPv6 address")
}

/// The indicator for an address by itself. Its text is canonical: RFC 5952 for IPv6, as `std`
/// writes it; a mapped IPv4 address (`::ffff:a.b.c.d`, RFC 4291, section 2.5.5.2) is that address.
pub(super) fn address(address: IpAddr) -> Indicator {
    let address = address.to_canonical();
    ip(address, address.to_string())
}

/// The same for an IPv4 address that `std` read from `written`: without marks that is its canonical
/// form, for leading zeros are refused.
pub(super) fn address4(address: Ipv4Addr, written: &[u8]) -> Indicator {
    let is_plain = written.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let text = match std::str::from_utf8(written) {
        Ok(text) if is_plain => text.to_owned(),
        _ => address.to_string(),
    };
    ip(IpAddr::V4(address), text)
}

fn ip(address: IpAddr, text: String) -> Indicator {
    let facts = Facts { reserved: reserved::address(address), ..Facts::default() };
    Indicator { kind: Kind::Ip, text, facts }
}

/// A CIDR range, which VirusTotal has no report on. The address stays as written, host bits and
/// all.
pub(super) fn range(address: IpAddr, len: &str) -> Result<Indicator, Invalid> {
    let len = len.parse::<u8>().ok();
    let canonical = address.to_canonical();
    // The mapped form of a range counts the 96 bits before the IPv4 address.
    let (len, most) = match (address, canonical) {
        (IpAddr::V4(_), _) => (len, 32),
        (_, IpAddr::V4(_)) => (len.and_then(|len| len.checked_sub(96)), 32),
        (_, IpAddr::V6(_)) => (len, 128),
    };
    match len.filter(|len| *len <= most) {
        Some(len) if len == most => Ok(self::address(address)),
        Some(len) => Ok(Indicator {
            kind: Kind::Ip,
            text: format!("{canonical}/{len}"),
            facts: Facts { is_range: true, ..Facts::default() },
        }),
        None => Err(Invalid::new(format!("a range's prefix is at most /{most} here"))),
    }
}

/// All addresses from one to another: as CIDR where they are one block, else by their ends. From an
/// address to itself it is the address, as `/32` is.
pub(super) fn span(first: Ipv4Addr, last: Ipv4Addr) -> Result<Indicator, Invalid> {
    if first == last {
        return Ok(address(first.into()));
    }
    let (low, high) = (first.to_bits(), last.to_bits());
    if low > high {
        return Err(Invalid::new("a range whose end lies before its beginning"));
    }
    let hosts = low ^ high;
    let is_block = hosts & hosts.wrapping_add(1) == 0 && low & hosts == 0;
    let text = if is_block {
        format!("{first}/{}", hosts.leading_zeros())
    } else {
        format!("{first}-{last}")
    };
    let facts = Facts { is_range: true, ..Facts::default() };
    Ok(Indicator { kind: Kind::Ip, text, facts })
}

/// `port` without its colon: 0 to 65535.
pub(super) fn check_port(port: &str) -> Result<(), Invalid> {
    if port.parse::<u16>().is_err() || port.starts_with('+') {
        return Err(Invalid::new("port out of range: at most 65535"));
    }
    Ok(())
}

/// The indicator for a name by itself: `*.` and dots at its ends dropped.
pub(super) fn domain(text: &str) -> Result<Indicator, Invalid> {
    let text = text.strip_prefix('*').unwrap_or(text);
    let text = text.strip_prefix('.').unwrap_or(text);
    let ascii = ascii(text)?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    check_labels(name)?;
    let reserved = match suffix(name)? {
        Suffix::Reserved(row) => Some(row),
        Suffix::Itself => {
            return Err(Invalid::new(format!("{name} is a public suffix, not a domain")));
        }
        Suffix::Listed => None,
    };
    let facts = Facts { reserved, ..Facts::default() };
    Ok(Indicator { kind: Kind::Domain, text: name.to_owned(), facts })
}

/// The host of a URL, as it is to be written, and the row by which it is reserved.
///
/// Unlike a domain by itself it may be a public suffix (`https://gov.uk/` is a site). A number that
/// the URL standard reads as an IPv4 address (`0x7f.1`, `3232235777`:
/// <https://url.spec.whatwg.org/#concept-ipv4-parser>) stays as written, for VirusTotal knows such
/// a URL under that name; it is reserved if that address is.
pub(super) fn in_url(text: &str) -> Result<(String, Option<Reserved>), Invalid> {
    if let Some(literal) = text.strip_prefix('[') {
        let literal = literal
            .strip_suffix(']')
            .ok_or_else(|| Invalid::new("a [ without its ] in a URL's host"))?;
        let address = ipv6(literal).unwrap_or_else(|| Err(malformed()))?;
        // In brackets a mapped address stays IPv6: there is no IPv4 literal in brackets.
        return Ok((format!("[{address}]"), reserved::address(IpAddr::V6(address))));
    }
    if text.contains(':') {
        return Err(Invalid::new("two ports, or an IPv6 address without its brackets"));
    }
    let ascii = ascii(text)?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    check_labels(name)?;
    let reserved = match number(name)? {
        Some(address) => reserved::address(IpAddr::V4(address)),
        None => match suffix(name)? {
            Suffix::Reserved(row) => Some(row),
            Suffix::Listed | Suffix::Itself => None,
        },
    };
    Ok((ascii.into_owned(), reserved))
}

/// The address that a browser takes `name` for, if its last label begins like a number.
pub(super) fn number(name: &str) -> Result<Option<Ipv4Addr>, Invalid> {
    let last = name.rsplit('.').next().unwrap_or(name);
    if !last.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    match url::Host::parse(name) {
        Ok(url::Host::Ipv4(address)) => Ok(Some(address)),
        Ok(_) => Ok(None),
        Err(_) => Err(Invalid::new(format!("{name} is neither an IPv4 address nor a name"))),
    }
}

/// `name` in lower-case ASCII, by UTS 46 (non-transitional, as browsers do) where it is not plain.
fn ascii(name: &str) -> Result<Cow<'_, str>, Invalid> {
    let plain = name.is_ascii() && !contains_punycode(name);
    if !plain {
        let unmapped = || Invalid::new("not a name that DNS can hold (IDNA, UTS 46)");
        return idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::EMPTY)
            .map_err(|_| unmapped());
    }
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        return Ok(Cow::Owned(name.to_ascii_lowercase()));
    }
    Ok(Cow::Borrowed(name))
}

fn contains_punycode(name: &str) -> bool {
    // Hardly any name has two hyphens together.
    if !name.as_bytes().windows(2).any(|pair| pair == b"--") {
        return false;
    }
    name.split('.')
        .any(|label| label.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--")))
}

enum Suffix {
    /// The name lies below a suffix of the public suffix list, or is one of its private part.
    Listed,
    /// The name is itself a suffix that registries sell names under.
    Itself,
    /// The name is one of a private network.
    Reserved(Reserved),
}

/// What is above `name` (lower-case ASCII, no dot at the end), which DNS can hold.
///
/// The list is <https://publicsuffix.org/list/>: its default rule, by which any last label is a
/// suffix, is not used, for it would let every file name pass.
fn suffix(name: &str) -> Result<Suffix, Invalid> {
    if let Some(row) = reserved::name(name) {
        return Ok(Suffix::Reserved(row));
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    let unknown =
        || Invalid::new(format!("no public suffix: nobody registers names under .{last}"));
    let found = psl::suffix(name.as_bytes()).filter(psl::Suffix::is_known).ok_or_else(unknown)?;
    let len = found.as_bytes().len();
    if found.typ() == Some(psl::Type::Private) {
        return Ok(Suffix::Listed);
    }
    let Some(above) = name.len().checked_sub(len + 1) else {
        return Ok(Suffix::Itself);
    };
    let registered = name[..above].rsplit('.').next().unwrap_or_default();
    if registered.starts_with('-') || registered.ends_with('-') {
        return Err(Invalid::new("no registry gives a name that begins or ends with a hyphen"));
    }
    Ok(Suffix::Listed)
}

/// Whether anybody registers names under what `name` ends with, or a private network uses it. Quick,
/// for most words with a dot in them have no such end.
///
/// The suffix of the whole name decides, not its last label: nobody registers names under `.za`, but
/// many do under `.co.za`.
pub(super) fn has_suffix(name: &[u8]) -> bool {
    // Labels in scripts of their own are mapped first.
    let name = match name.iter().rposition(|b| !b.is_ascii()) {
        Some(at) if !name[at..].contains(&b'.') => return true,
        Some(at) => &name[at + 1..],
        None => name,
    };
    let mut lower = [0; LONGEST_SUFFIX];
    let lower = in_lower_case(name, &mut lower);
    let last = lower.rsplit(|b| *b == b'.').next().unwrap_or_default();
    psl::suffix(lower).is_some_and(|suffix| suffix.is_known())
        || std::str::from_utf8(last).is_ok_and(|last| reserved::last_label(last).is_some())
}

/// How many labels the suffix of `name` has; 0 where it is not on the list.
pub(super) fn suffix_labels(name: &[u8]) -> usize {
    let mut lower = [0; LONGEST_SUFFIX];
    let suffix = psl::suffix(in_lower_case(name, &mut lower)).filter(psl::Suffix::is_known);
    suffix.map_or(0, |suffix| suffix.as_bytes().split(|b| *b == b'.').count())
}

/// The end of a name that is long enough for any suffix, in lower case.
fn in_lower_case<'l>(name: &[u8], lower: &'l mut [u8; LONGEST_SUFFIX]) -> &'l [u8] {
    let name = &name[name.len().saturating_sub(LONGEST_SUFFIX)..];
    let lower = &mut lower[..name.len()];
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    lower
}

/// No suffix of the list is longer.
const LONGEST_SUFFIX: usize = 64;

/// RFC 1035's lengths; letters, digits, hyphens, and the underscore that service names begin with
/// (RFC 8552). Hyphens at a label's ends are let through here: names below hosting services have
/// them.
fn check_labels(name: &str) -> Result<(), Invalid> {
    if has_good_labels(name) {
        return Ok(());
    }
    if name.is_empty() {
        return Err(Invalid::new("no host"));
    }
    if name.len() > 253 {
        return Err(Invalid::new("a name has at most 253 characters"));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err(Invalid::new("two dots with nothing between them"));
        }
        if label.len() > 63 {
            return Err(Invalid::new("a label of a name has at most 63 characters"));
        }
        if !label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(Invalid::new("a name holds letters, digits, hyphens and underscores only"));
        }
    }
    Ok(())
}

/// All that [`check_labels`] asks for, in one pass.
fn has_good_labels(name: &str) -> bool {
    let mut len = 0;
    for byte in name.bytes() {
        len = match byte {
            b'.' if len > 0 => 0,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' if len < 63 => len + 1,
            _ => return false,
        };
    }
    len > 0 && name.len() <= 253
}
