//! Addresses and links in headers.

use mail_parser::HeaderValue;

/// The addresses in a header, in lower case: `user@example.com`.
pub(super) fn all(value: &HeaderValue<'_>, raw: &[u8]) -> Vec<String> {
    if let Some(list) = value.as_address() {
        let found: Vec<String> = list
            .iter()
            .filter_map(|address| address.address())
            .filter(|address| address.contains('@'))
            .map(str::to_lowercase)
            .collect();
        if !found.is_empty() {
            return found;
        }
    }
    // As written: what is around each `@`.
    String::from_utf8_lossy(raw)
        .split(|c: char| c.is_whitespace() || "<>,;:()[]\"'".contains(c))
        .filter(|word| word.contains('@'))
        .map(str::to_lowercase)
        .collect()
}

/// The names that stand before the addresses.
pub(super) fn names(value: &HeaderValue<'_>) -> Vec<String> {
    let list = value.as_address().into_iter().flat_map(|list| list.iter());
    list.filter_map(|address| address.name()).map(str::to_owned).collect()
}

/// The domain of an address. What stands before its last `@` may itself be an address: that of
/// the recipient (VERP).
pub(in super::super) fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.trim_matches(|c: char| !c.is_alphanumeric());
    domain.contains('.').then(|| domain.to_owned())
}

/// The links between angle brackets (RFC 2369), of mail the domain of the address; without
/// brackets what begins with a scheme.
pub(super) fn links(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let bracketed = text.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    let mut links: Vec<String> = bracketed.map(without_space).collect();
    if links.is_empty() {
        links = text.split([',', ' ', '\t']).map(without_space).collect();
    }
    let link = |link: String| {
        let is_mail = link.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("mailto:"));
        if is_mail {
            domain(link[7..].split('?').next().unwrap_or_default())
        } else {
            link.contains("://").then_some(link)
        }
    };
    links.into_iter().filter_map(link).collect()
}

fn without_space(link: &str) -> String {
    link.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stand_in_brackets() {
        let raw = b" <https://a.example/u?\r\n x=1>, <mailto:u@b.example.com?subject=off>";
        assert_eq!(links(raw), ["https://a.example/u?x=1", "b.example.com"]);
        assert_eq!(links(b" https://a.example/u"), ["https://a.example/u"]);
    }

    #[test]
    fn the_last_at_begins_the_domain() {
        assert_eq!(domain("b+c=corp.com@send.evil.com").as_deref(), Some("send.evil.com"));
        assert_eq!(domain("a@localhost"), None);
        assert_eq!(domain("postmaster"), None);
    }
}
