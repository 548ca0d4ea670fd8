//! Defanging: an indicator in a form that no program makes a link of.

use super::kind::Kind;
use super::reading::Indicator;
use super::refang::host_span;

/// The indicator in a form that no program makes a link of; [`classify`](super::classify()) reads it
/// back.
///
/// `hxxp` for `http` (`[:]//` for other schemes), `[.]` for each dot of the host, `[@]`, and `[:]`
/// for the first colon of an IPv6 address. Hashes stay as they are.
///
/// ```
/// use iocs::indicator::{Reading, classify, defang};
///
/// let Reading::Indicator(found) = classify(b"https://evil.com/a.php") else { panic!() };
/// assert_eq!(defang(&found), "hxxps://evil[.]com/a.php");
/// assert_eq!(classify(defang(&found).as_bytes()), Reading::Indicator(found));
/// ```
#[must_use]
pub fn defang(indicator: &Indicator) -> String {
    let text = indicator.text.as_str();
    match indicator.kind {
        Kind::File => text.to_owned(),
        Kind::Ip | Kind::Domain => defang_host(text),
        Kind::Url => defang_url(text),
    }
}

fn defang_url(text: &str) -> String {
    let (start, end) = host_span(text);
    let scheme = match &text[..start] {
        "http://" => "hxxp://".to_owned(),
        "https://" => "hxxps://".to_owned(),
        other => other.replacen("://", "[:]//", 1),
    };
    let authority = &text[start..end];
    let rest = &text[end..];
    match authority.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}{user}[@]{}{rest}", defang_host(host)),
        None => format!("{scheme}{}{rest}", defang_host(authority)),
    }
}

/// Two colons tell an IPv6 address from a port; a mapped one holds dots as well.
fn defang_host(host: &str) -> String {
    let dotted = host.replace('.', "[.]");
    if host.matches(':').count() > 1 {
        return dotted.replacen(':', "[:]", 1);
    }
    dotted
}
