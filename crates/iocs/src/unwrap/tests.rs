use super::{Layer, MOST_LAYERS, Role, Target, unwrap};

/// A link by each service, written by hand, and what is inside.
const GATEWAYS: &[(&str, &str)] = &[
    (
        "https://emea01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net%2Fx%3Fy%3D1%26z%3D2%23top&data=05%7C02%7Cvictim%40corp.example%7C1&reserved=0",
        "https://a.example.net/x?y=1&z=2#top",
    ),
    (
        "https://NAM02.SafeLinks.Protection.Outlook.com:443/ap/w-59584e83/?url=http%3A%2F%2Fa.example.net%2F&data=x",
        "http://a.example.net/",
    ),
    (
        "https://usg01.safelinks.protection.office365.us/?data=q&amp;url=http%3A%2F%2Fa.example.net%2F&amp;reserved=0",
        "http://a.example.net/",
    ),
    (
        "https://nam01.safelinks.protection.outlook.com/?url=https%253A%252F%252Fa.example.net%252F&data=04%257C01",
        "https://a.example.net/",
    ),
    (
        "https://outlook.live.com/mail/0/safelink.html?url=https%3A%2F%2Fa.example.net%2F&corid=1",
        "https://a.example.net/",
    ),
    (
        "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fa.example.net%2F%25C3%25A9&locale=en",
        "https://a.example.net/%C3%A9",
    ),
    (
        "https://urldefense.proofpoint.com/v1/url?u=http://a.example.net/p&amp;k=a%3D%3D%0A",
        "http://a.example.net/p",
    ),
    (
        "https://urldefense.com/v2/url?u=https-3A__a.example.net_b-5Fc-2Dd-3Fe-3Df-2526&d=DwMF&r=x",
        "https://a.example.net/b_c-d?e=f%26",
    ),
    (
        "https://urldefense.com/v3/__https://a.example.net/p?q=1*2&r=**Bs__;Iw0KIw!!tok!tok$",
        "https://a.example.net/p?q=1#2&r=%0D%0A#s",
    ),
    ("https://urldefense.us/v3/__https:/a.example.net/__;!!a!b$", "https://a.example.net/"),
    (
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fa.example.net&c=E,1,x",
        "https://a.example.net",
    ),
    (
        "http://secure-web.cisco.com/1abc-_/https%3A%2F%2Fa.example.net%2Fz",
        "https://a.example.net/z",
    ),
    (
        "https://protect2.fireeye.com/v1/url?k=1&q=1&u=https%3A%2F%2Fa.example.net%2F",
        "https://a.example.net/",
    ),
    (
        "https://protect.trellix.com/v1/url?u=https%3A%2F%2Fa.example.net%2F",
        "https://a.example.net/",
    ),
    (
        "https://eu-central-1.protection.sophos.com/?d=example.net&u=aHR0cHM6Ly9hLmV4YW1wbGUubmV0Lz8-Pw==&h=1",
        "https://a.example.net/?>?",
    ),
    (
        "https://us-west-2.protection.sophos.com/?u=aHR0cHM6Ly9hLmV4YW1wbGUubmV0Lz8%2BPw%3D%3D&p=m",
        "https://a.example.net/?>?",
    ),
    (
        "https://x1-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=http%3A%2F%2Fa.example.net&umid=1",
        "http://a.example.net",
    ),
    (
        "https://ctp.trendmicro.com/wis/clicktime/v2/clickthrough?url=http%3A%2F%2Fa.example.net%2F",
        "http://a.example.net/",
    ),
    (
        "https://clicktime.symantec.com/abc?h=x=&u=https://a.example.net/b/c",
        "https://a.example.net/b/c",
    ),
    (
        "https://m365.eu.vadesecure.com/safeproxy/v4?f=a&i=b&u=https%3A%2F%2Fa.example.net%2F",
        "https://a.example.net/",
    ),
    (
        "https://antiphishing.vadesecure.com/v4?f=a&u=https%3A%2F%2Fa.example.net%2F",
        "https://a.example.net/",
    ),
    (
        "https://urlsand.esvalabs.com/?u=https%3A%2F%2Fa.example.net%2F&e=1&f=y",
        "https://a.example.net/",
    ),
    (
        "https://url.avanan.click/v2/___https:/a.example.net/p_q?x=1#y___.YXAz",
        "https://a.example.net/p_q?x=1#y",
    ),
    ("https://protect.checkpoint.com/v2/___http://a.example.net/___.YXAz", "http://a.example.net/"),
    ("https://link.edgepilot.com/s/8e59/Ryi?u=http://a.example.net/b", "http://a.example.net/b"),
];

const REDIRECTORS: &[(&str, &str)] = &[
    ("https://www.google.com/url?q=https://a.example.net/l&sa=D", "https://a.example.net/l"),
    (
        "https://google.co.uk/url?sa=t&q=words&url=https%3A%2F%2Fa.example.net%2F",
        "https://a.example.net/",
    ),
    (
        "https://lm.facebook.com/l.php?u=http%3A%2F%2Fa.example.net%2F&h=AT0",
        "http://a.example.net/",
    ),
    ("https://l.instagram.com/?u=http%3A%2F%2Fa.example.net%2F&e=AT0", "http://a.example.net/"),
    (
        "https://www.linkedin.com/safety/go?url=https%3A%2F%2Fa.example.net%2F&trk=x",
        "https://a.example.net/",
    ),
    (
        "https://slack-redir.net/link?url=https%3A%2F%2Fa.example.net%2F%3Fv%3D3",
        "https://a.example.net/?v=3",
    ),
    (
        "https://x.r.eu-west-1.awstrack.me/L0/https:%2F%2Fa.example.net%2Fb%3Fc=1/1/0842-000000/I5u=447",
        "https://a.example.net/b?c=1",
    ),
];

/// Links that look like a service's and are not, or that hold nothing.
const KEPT: &[&str] = &[
    "https://safelinks.protection.outlook.com.evil.com/?url=https%3A%2F%2Fa.example.net",
    "https://evilsafelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net",
    "https://nam01-safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net",
    "https://nam01.safelinks.protection.outlook.com@evil.com/?url=https%3A%2F%2Fa.example.net",
    "https://evil.com\\@nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net",
    "https://nam01.safelinks.protection.outlook.com\\?url=https%3A%2F%2Fa.example.net",
    "https://evil.com/nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net",
    "https://evil.com/?url=https%3A%2F%2Fnam01.safelinks.protection.outlook.com%2F%3Furl%3Dhttps%253A%252F%252Fa.example.net",
    "https://nam01.safelinks.protection.outlook.com/other?url=https%3A%2F%2Fa.example.net",
    "https://nam01.safelinks.protection.outlook.com/?URI=https%3A%2F%2Fa.example.net",
    "https://nam01.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)",
    "https://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2F",
    "https://nam01.safelinks.protection.outlook.co/?url=https%3A%2F%2Fa.example.net",
    "https://outlook.office.com/owa/?url=https%3A%2F%2Fa.example.net",
    "https://urldefense.com.evil.com/v2/url?u=https-3A__a.example.net",
    "https://urldefense.evil.com/v3/__https://a.example.net__;!!a!b$",
    "https://urldefense.com/v3/__https://a.example.net/**Z__;!!a!b$",
    "https://urldefense.com/v4/__https://a.example.net__;!!a!b$",
    "https://urldefense.com/v2/url?d=DwMF",
    "https://linkprotect.cudasvc.net/url?a=https%3A%2F%2Fa.example.net",
    "https://secure-web.cisco.com/1abcdef",
    "https://secure-web.cisco.org/1abc/https%3A%2F%2Fa.example.net",
    "https://protectx.fireeye.com/v1/url?u=https%3A%2F%2Fa.example.net",
    "https://protection.sophos.com.evil.com/?d=a&u=aHR0cHM6Ly9hLmV4YW1wbGUubmV0Lw",
    "https://eu.protection.sophos.com/?d=a&u=not*base64",
    "https://evil-ctp.trendmicro.com.evil.com/wis/clicktime/v1/query?url=http%3A%2F%2Fa.example.net",
    "https://a.b-ctp.trendmicro.com/wis/clicktime/v1/query?url=http%3A%2F%2Fa.example.net",
    "https://clicktime.symantec.com.evil.com/abc?u=https://a.example.net/",
    "https://vadesecure.com.evil.com/v4?u=https%3A%2F%2Fa.example.net",
    "https://url.avanan.click/v2/r01/___myyux://f.jcfruqj.sjy___.YXAz",
    "https://link.edgepilot.com/about?u=http://a.example.net/b",
    "https://url.us.m.mimecastprotect.com/s/WvAL?domain=noname",
    "https://mimecastprotect.com.evil.com/s/WvAL?domain=a.example.net",
    "https://www.google.com/search?q=https%3A%2F%2Fa.example.net",
    "https://www.google.evil/url?q=https%3A%2F%2Fa.example.net",
    "https://google.evil.com/url?q=https%3A%2F%2Fa.example.net",
    "https://mail.google.com/url?q=https%3A%2F%2Fa.example.net",
    "https://google.blogspot.com/url?q=https%3A%2F%2Fa.example.net",
    "https://www.google.com/url?q=plain+words",
    "https://l.facebook.com/other.php?u=https%3A%2F%2Fa.example.net",
    "https://x.facebook.com/l.php?u=https%3A%2F%2Fa.example.net",
    "https://linkedin.com.evil.com/safety/go?url=https%3A%2F%2Fa.example.net",
    "https://slack-redir.net.evil.com/link?url=https%3A%2F%2Fa.example.net",
    "https://awstrack.me.evil.com/L0/https%3A%2F%2Fa.example.net/1/x",
    "ftp://nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net",
    "nam01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example.net",
    "https://",
    "",
];

fn innermost(url: &str) -> Option<Layer> {
    unwrap(url).pop()
}

#[test]
fn every_gateway_gives_the_link_inside() {
    for (wrapped, inside) in GATEWAYS {
        let layer = innermost(wrapped).unwrap_or_else(|| panic!("nothing inside {wrapped}"));
        assert_eq!(layer.target, Target::Url((*inside).into()), "{wrapped}");
        assert_eq!(layer.role, Role::Gateway, "{wrapped}");
    }
}

#[test]
fn every_redirector_gives_its_target() {
    for (wrapped, inside) in REDIRECTORS {
        let layer = innermost(wrapped).unwrap_or_else(|| panic!("nothing inside {wrapped}"));
        assert_eq!(layer.target, Target::Url((*inside).into()), "{wrapped}");
        assert_eq!(layer.role, Role::Redirector, "{wrapped}");
    }
}

#[test]
fn mimecast_names_a_domain() {
    for host in ["url.us.m.mimecastprotect.com", "protect-eu.mimecast.com"] {
        let layer = innermost(&format!("https://{host}/s/Wv4X?domain=a.example.net"));
        assert_eq!(layer.map(|l| l.target), Some(Target::Domain("a.example.net".into())));
    }
}

#[test]
fn a_look_alike_is_kept() {
    for url in KEPT {
        assert_eq!(unwrap(url), [], "{url}");
    }
}

fn safelink(inside: &str) -> String {
    let mut encoded = String::new();
    for b in inside.bytes() {
        if b.is_ascii_alphanumeric() {
            encoded.push(char::from(b));
        } else {
            encoded.push_str(&format!("%{b:02X}"));
        }
    }
    format!("https://x.safelinks.protection.outlook.com/?url={encoded}&reserved=0")
}

#[test]
fn wrappers_within_wrappers_come_off_from_the_outside() {
    let redirector = "https://www.google.com/url?q=https://a.example.net/";
    let layers = unwrap(&safelink(redirector));
    let roles: Vec<Role> = layers.iter().map(|layer| layer.role).collect();
    assert_eq!(roles, [Role::Gateway, Role::Redirector]);
    assert_eq!(layers[0].target, Target::Url(redirector.into()));
    assert_eq!(layers[1].target, Target::Url("https://a.example.net/".into()));
}

#[test]
fn no_more_than_eight_wrappers_come_off() {
    let mut link = "http://a.example.net/".to_owned();
    for _ in 0..MOST_LAYERS {
        link = safelink(&link);
    }
    let layers = unwrap(&link);
    assert_eq!(layers.len(), MOST_LAYERS);
    assert_eq!(layers[MOST_LAYERS - 1].target, Target::Url("http://a.example.net/".into()));
    assert_eq!(unwrap(&safelink(&link)).len(), MOST_LAYERS);
}

#[test]
fn what_is_not_utf8_stays_encoded() {
    let wrapped = "https://x.safelinks.protection.outlook.com/?url=http%3A%2F%2Fa.example.net%2F%E9%20%0A%C3%A9";
    let want = Target::Url("http://a.example.net/%E9%20%0Aé".into());
    assert_eq!(innermost(wrapped).map(|l| l.target), Some(want));
}
