//! Links to pages that report on an indicator: what is meant is that indicator, not the page.
//!
//! A page is told by its exact host and path, so that nobody who names a host alike is taken for
//! it. A page whose address does not say what it is about (a task's number) stays a URL.

use percent_encoding::percent_decode_str;

use super::kind::Kind;
use super::reading::Indicator;
use super::{hash, host, refang, url};

/// The pages of one host. In a path `*` is any one step, and `?` the step that names the indicator;
/// what follows is of no interest. In a query the named key's value names it.
struct Site {
    hosts: &'static [&'static str],
    paths: &'static [&'static str],
    keys: &'static [&'static str],
}

const SITES: &[Site] = &[
    Site {
        hosts: &["www.virustotal.com", "virustotal.com"],
        paths: &[
            "gui/file/?",
            "gui/ip-address/?",
            "gui/domain/?",
            "gui/search/?",
            "file/?",
            "ip-address/?",
            "domain/?",
            "*/file/?",
            "*/ip-address/?",
            "*/domain/?",
            "latest-scan/?",
            "api/v3/files/?",
            "api/v3/ip_addresses/?",
            "api/v3/domains/?",
            "ui/files/?",
            "ui/ip_addresses/?",
            "ui/domains/?",
            "old-browsers/file/?",
        ],
        keys: &["query"],
    },
    Site {
        hosts: &[
            "bazaar.abuse.ch",
            "mb-api.abuse.ch",
            "yaraify.abuse.ch",
            "urlhaus.abuse.ch",
            "threatfox.abuse.ch",
            "feodotracker.abuse.ch",
        ],
        paths: &["sample/?", "download/?", "host/?", "browse/host/?"],
        keys: &["search"],
    },
    Site {
        hosts: &["www.hybrid-analysis.com", "hybrid-analysis.com"],
        paths: &["sample/?"],
        keys: &["query"],
    },
    Site { hosts: &["any.run", "app.any.run", "www.any.run"], paths: &["report/?"], keys: &[] },
    Site { hosts: &["tria.ge"], paths: &[], keys: &["q"] },
    Site {
        hosts: &["otx.alienvault.com"],
        paths: &[
            "indicator/file/?",
            "indicator/domain/?",
            "indicator/hostname/?",
            "indicator/ip/?",
            "indicator/ipv4/?",
            "indicator/ipv6/?",
            "indicator/url/?",
        ],
        keys: &["q"],
    },
    Site {
        hosts: &["metadefender.opswat.com", "metadefender.com"],
        paths: &["results/file/?", "results/hash/?", "results/ip/?", "results/domain/?"],
        keys: &[],
    },
    Site { hosts: &["analyze.intezer.com"], paths: &["files/?"], keys: &[] },
    Site { hosts: &["opentip.kaspersky.com"], paths: &["?"], keys: &[] },
    Site { hosts: &["polyswarm.network"], paths: &["scan/results/file/?"], keys: &[] },
    Site { hosts: &["virusshare.com", "virusscan.jotti.org"], paths: &[], keys: &["file", ""] },
    Site { hosts: &["malshare.com"], paths: &[], keys: &["hash", "query"] },
    Site { hosts: &["koodous.com"], paths: &["apks/?"], keys: &[] },
    Site { hosts: &["labs.inquest.net"], paths: &["dfi/sha256/?"], keys: &[] },
    Site { hosts: &["www.filescan.io"], paths: &[], keys: &["query"] },
    Site { hosts: &["urlscan.io"], paths: &["domain/?", "ip/?"], keys: &[] },
    Site { hosts: &["www.shodan.io"], paths: &["host/?"], keys: &[] },
    Site { hosts: &["search.censys.io", "censys.io"], paths: &["hosts/?", "ipv4/?"], keys: &[] },
    Site { hosts: &["www.abuseipdb.com"], paths: &["check/?"], keys: &[] },
    Site { hosts: &["viz.greynoise.io"], paths: &["ip/?"], keys: &[] },
    Site {
        hosts: &["www.talosintelligence.com", "talosintelligence.com"],
        paths: &[],
        keys: &["search"],
    },
    Site { hosts: &["www.threatminer.org"], paths: &[], keys: &["q"] },
];

/// What a link is about: the indicator of a report page, or the URL itself.
pub(super) fn subject(found: Indicator) -> Indicator {
    of_page(&found.text).unwrap_or(found)
}

fn of_page(text: &str) -> Option<Indicator> {
    let (start, end) = refang::host_span(text);
    let host = &text[start..end];
    let site = SITES.iter().find(|site| site.hosts.contains(&host))?;
    // Pages of one script write their path into the fragment: `/#/file/…`, `/#!/file/…`.
    let rest = text[end..].trim_start_matches(['/', '#', '!']);
    let (path, query) = rest.split_once(['?', '#']).unwrap_or((rest, ""));
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let by_path = site.paths.iter().find_map(|pattern| named(pattern, &steps));
    by_path.or_else(|| by_query(site, query))
}

/// The indicator that a path names.
fn named(pattern: &str, steps: &[&str]) -> Option<Indicator> {
    let mut about = None;
    let mut steps = steps.iter();
    for part in pattern.split('/') {
        let step = *steps.next()?;
        match part {
            "*" => {}
            "?" => about = Some(step),
            part if part.eq_ignore_ascii_case(step) => {}
            _ => return None,
        }
    }
    indicator(about?)
}

/// The indicator that a query names: `query=…`, `search=sha256:…`, or all of the query.
fn by_query(site: &Site, query: &str) -> Option<Indicator> {
    let query = query.split('#').next().unwrap_or(query);
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or(("", pair));
        site.keys.contains(&key).then(|| indicator(value)).flatten()
    })
}

/// What a step or a value is: by itself, or behind the name of its kind.
fn indicator(text: &str) -> Option<Indicator> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    let text = text.trim_matches(['"', '\'', ' ']);
    let behind = text.split_once(':').map(|(_, value)| value);
    one(text).or_else(|| one(behind?))
}

fn one(text: &str) -> Option<Indicator> {
    let found = hash::hex(text)
        .or_else(|| text.parse().ok().map(host::address))
        .or_else(|| url::web(text).ok())
        .or_else(|| host::domain(text).ok())?;
    // A single word is a page of the site.
    let is_meant = found.kind != Kind::Domain || found.facts.reserved.is_none();
    is_meant.then_some(found)
}
