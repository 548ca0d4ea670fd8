//! The services, one row each: where their links are, and what is inside.

use super::address::Address;
use super::decode;
use super::layer::{Role, Target};

/// A service that wraps links.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// Whether a link is of this form, by its host and path.
    pub(super) is_at: fn(&Address<'_>) -> bool,
    /// What is inside; `None` where nothing can be taken out.
    pub(super) inside: fn(&Address<'_>) -> Option<Target>,
}

const fn gateway(
    name: &'static str,
    is_at: fn(&Address<'_>) -> bool,
    inside: fn(&Address<'_>) -> Option<Target>,
) -> Service {
    Service { name, role: Role::Gateway, is_at, inside }
}

const fn redirector(
    name: &'static str,
    is_at: fn(&Address<'_>) -> bool,
    inside: fn(&Address<'_>) -> Option<Target>,
) -> Service {
    Service { name, role: Role::Redirector, is_at, inside }
}

/// All services, the first that fits decides.
pub(super) static SERVICES: &[Service] = &[
    gateway("Microsoft SafeLinks", is_safelinks, |a| parameter(a, "url")),
    gateway("Microsoft Outlook", is_outlook, |a| parameter(a, "url")),
    gateway("Microsoft Teams", is_teams, |a| parameter(a, "url")),
    gateway("Proofpoint URLDefense", is_urldefense, urldefense),
    gateway("Barracuda", is_barracuda, |a| parameter(a, "a")),
    gateway("Cisco Secure Email", |a| a.is_one_of(&["secure-web.cisco.com"]), cisco),
    gateway("Trellix", is_fireeye, |a| parameter(a, "u")),
    gateway("Sophos", |a| a.is_under("protection.sophos.com") && is_root(a), sophos),
    gateway("Trend Micro", is_trend_micro, |a| parameter(a, "url")),
    gateway("Symantec", |a| a.is_one_of(&["clicktime.symantec.com"]), |a| parameter(a, "u")),
    gateway("Vade", is_vade, |a| parameter(a, "u")),
    gateway("Libraesva", |a| a.is_one_of(&["urlsand.esvalabs.com"]), |a| parameter(a, "u")),
    gateway("Check Point Avanan", is_avanan, avanan),
    gateway("EdgePilot", is_edgepilot, |a| parameter(a, "u")),
    gateway("Mimecast", is_mimecast, mimecast),
    redirector("Google", is_google, |a| parameter(a, "url").or_else(|| parameter(a, "q"))),
    redirector("Facebook", is_facebook, |a| parameter(a, "u")),
    redirector("LinkedIn", is_linkedin, |a| parameter(a, "url")),
    redirector("Slack", is_slack, |a| parameter(a, "url")),
    redirector("AWS tracking", is_aws, aws),
];

/// The link that a parameter holds, percent-encoded or not, or twice by a client that encoded the
/// wrapper once more.
fn parameter(address: &Address<'_>, name: &str) -> Option<Target> {
    let link = decode::percent(address.parameter(name)?);
    let is_encoded_again = ["http%3a", "https%3a"]
        .iter()
        .any(|scheme| link.get(..scheme.len()).is_some_and(|h| h.eq_ignore_ascii_case(scheme)));
    decode::web(if is_encoded_again { decode::percent(&link) } else { link })
}

fn is_root(address: &Address<'_>) -> bool {
    matches!(address.path, "" | "/")
}

fn is_safelinks(a: &Address<'_>) -> bool {
    const HOSTS: [&str; 3] = [
        "safelinks.protection.outlook.com",
        "safelinks.protection.office365.us",
        "safelinks.protection.partner.outlook.cn",
    ];
    // `/ap/w-59584e83/` is the form of links in Office documents.
    HOSTS.iter().any(|host| a.is_under(host)) && (is_root(a) || a.path.starts_with("/ap/"))
}

fn is_outlook(a: &Address<'_>) -> bool {
    const HOSTS: [&str; 5] = [
        "outlook.office.com",
        "outlook.office365.com",
        "outlook.office365.us",
        "outlook.live.com",
        "outlook.cloud.microsoft",
    ];
    a.is_one_of(&HOSTS) && a.path.starts_with("/mail/") && a.path.ends_with("/safelink.html")
}

fn is_teams(a: &Address<'_>) -> bool {
    let is_host =
        a.is_under("teams.cdn.office.net") || a.is_under("teams.public.onecdn.static.microsoft");
    is_host
        && a.path.starts_with("/evergreen-assets/safelinks/")
        && a.path.ends_with("/atp-safelinks.html")
}

fn is_urldefense(a: &Address<'_>) -> bool {
    a.is_one_of(&["urldefense.com", "urldefense.us", "urldefense.proofpoint.com"])
        && (matches!(a.path, "/v1/url" | "/v2/url") || a.rest.starts_with("/v3/__"))
}

fn urldefense(a: &Address<'_>) -> Option<Target> {
    let link = match a.path {
        "/v1/url" => decode::percent(a.parameter("u")?),
        "/v2/url" => decode::proofpoint_2(a.parameter("u")?),
        _ => decode::proofpoint_3(a.rest.strip_prefix("/v3/__")?)?,
    };
    decode::web(link)
}

fn is_barracuda(a: &Address<'_>) -> bool {
    a.is_one_of(&["linkprotect.cudasvc.com"]) && (is_root(a) || a.path == "/url")
}

/// `/TOKEN/` and the link, percent-encoded; an older form has the token alone.
fn cisco(a: &Address<'_>) -> Option<Target> {
    let (_, link) = a.rest.strip_prefix('/')?.split_once('/')?;
    decode::web(decode::whole_scheme(decode::percent(link)))
}

/// `protect.`, `protect2.` and so on.
fn is_fireeye(a: &Address<'_>) -> bool {
    let Some((label, domain)) = a.host.split_once('.') else { return false };
    let is_host = label
        .strip_prefix("protect")
        .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
    is_host
        && matches!(domain, "fireeye.com" | "trellix.com")
        && matches!(a.path, "/url" | "/v1/url")
}

fn sophos(a: &Address<'_>) -> Option<Target> {
    decode::web(decode::readable(&decode::base64(a.parameter("u")?)?))
}

fn is_trend_micro(a: &Address<'_>) -> bool {
    let is_host = a.host == "ctp.trendmicro.com"
        || a.host
            .strip_suffix(".trendmicro.com")
            .is_some_and(|label| label.ends_with("-ctp") && !label.contains('.'));
    is_host && matches!(a.path, "/wis/clicktime/v1/query" | "/wis/clicktime/v2/clickthrough")
}

fn is_vade(a: &Address<'_>) -> bool {
    let is_host = a.host == "antiphishing.vadesecure.com"
        || a.host.starts_with("m365.") && a.is_under("vadesecure.com");
    let version = a.path.strip_prefix("/safeproxy").unwrap_or(a.path).strip_prefix("/v");
    let is_number = |v: &str| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit());
    is_host && version.is_some_and(is_number)
}

fn is_avanan(a: &Address<'_>) -> bool {
    a.is_one_of(&["url.avanan.click", "protect.checkpoint.com"]) && a.path.starts_with("/v2/")
}

/// `/v2/___LINK___.TOKEN`. Newer links name a key that the letters are shifted by (`/v2/r01/`):
/// what they shift by is published nowhere, so that these stay as they are.
fn avanan(a: &Address<'_>) -> Option<Target> {
    let (link, _) = a.rest.strip_prefix("/v2/___")?.rsplit_once("___.")?;
    decode::web(decode::whole_scheme(decode::readable(link.as_bytes())))
}

fn is_edgepilot(a: &Address<'_>) -> bool {
    a.is_one_of(&["link.edgepilot.com"]) && a.path.starts_with("/s/")
}

fn is_mimecast(a: &Address<'_>) -> bool {
    let is_older = a
        .host
        .strip_suffix(".mimecast.com")
        .is_some_and(|label| label.starts_with("protect-") && !label.contains('.'));
    (is_older || a.is_under("mimecastprotect.com")) && a.path.starts_with("/s/")
}

/// The link is kept at Mimecast; the wrapper names its domain.
fn mimecast(a: &Address<'_>) -> Option<Target> {
    let domain = decode::percent(a.parameter("domain")?);
    let is_name = domain.contains('.')
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    is_name.then_some(Target::Domain(domain))
}

/// `google.` and a public suffix, with nothing before it but `www.`.
fn is_google(a: &Address<'_>) -> bool {
    let host = a.host.strip_prefix("www.").unwrap_or(&a.host);
    let is_suffix = |name: &str| {
        psl::suffix(name.as_bytes()).is_some_and(|suffix| {
            suffix.is_known()
                && suffix.typ() == Some(psl::Type::Icann)
                && suffix.as_bytes().len() == name.len()
        })
    };
    a.path == "/url" && host.strip_prefix("google.").is_some_and(is_suffix)
}

fn is_facebook(a: &Address<'_>) -> bool {
    const HOSTS: [&str; 5] = [
        "l.facebook.com",
        "lm.facebook.com",
        "www.facebook.com",
        "m.facebook.com",
        "l.messenger.com",
    ];
    a.is_one_of(&HOSTS) && a.path == "/l.php" || a.is_one_of(&["l.instagram.com"]) && is_root(a)
}

fn is_linkedin(a: &Address<'_>) -> bool {
    a.is_one_of(&["www.linkedin.com", "linkedin.com"])
        && matches!(a.path, "/safety/go" | "/safety/go/" | "/redir/redirect")
}

fn is_slack(a: &Address<'_>) -> bool {
    a.is_one_of(&["slack-redir.net"]) && a.path == "/link"
}

fn is_aws(a: &Address<'_>) -> bool {
    a.is_under("awstrack.me") && a.path.starts_with("/L0/")
}

/// `/L0/LINK/1/TOKEN`, the link percent-encoded with its slashes.
fn aws(a: &Address<'_>) -> Option<Target> {
    let link = a.path.strip_prefix("/L0/")?.split('/').next()?;
    decode::web(decode::percent(link))
}
