//! The engines whose findings fill `last_analysis_results`, and their entries, written once.

use crate::draw::Draw;
use crate::json::Json;
use std::borrow::Cow;
use std::sync::LazyLock;

/// What one engine found. `u8`: which of its wordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    Harmless,
    Undetected,
    Malicious(u8),
    Suspicious,
    Timeout,
    ConfirmedTimeout,
    Failure,
    TypeUnsupported,
}

impl Finding {
    /// The category's name, in the entry and in the stats.
    pub(crate) fn category(self) -> &'static str {
        match self {
            Finding::Harmless => "harmless",
            Finding::Undetected => "undetected",
            Finding::Malicious(_) => "malicious",
            Finding::Suspicious => "suspicious",
            Finding::Timeout => "timeout",
            Finding::ConfirmedTimeout => "confirmed-timeout",
            Finding::Failure => "failure",
            Finding::TypeUnsupported => "type-unsupported",
        }
    }

    /// Whether it counts as a detection.
    pub(crate) fn flags(self) -> bool {
        matches!(self, Finding::Malicious(_) | Finding::Suspicious)
    }

    /// What an engine says of an address, a domain or a URL.
    pub(crate) fn web_result(self) -> Option<&'static str> {
        match self {
            Finding::Harmless => Some("clean"),
            Finding::Undetected => Some("unrated"),
            Finding::Malicious(wording) => {
                Some(["malware", "malicious", "phishing"][usize::from(wording % 3)])
            }
            Finding::Suspicious => Some("suspicious"),
            _ => None,
        }
    }

    /// What an engine calls a file of this family.
    pub(crate) fn file_result(self, family: &str, engine: usize) -> Option<String> {
        let Finding::Malicious(wording) = self else {
            return (self == Finding::Suspicious).then(|| "Suspicious.Generic".to_owned());
        };
        Some(match wording % 8 {
            0 => format!("Trojan.{family}.{}", 1000 + engine * 37),
            1 => format!("Gen:Variant.{family}.{engine}"),
            2 => format!("Win32/{family}.A"),
            3 => format!("HEUR:Trojan.Win32.{family}.gen"),
            4 => "Malicious (score: 99)".to_owned(),
            5 => format!("W32.Common.{:08X}", 0x1f2e_3d00 + engine),
            6 => format!("Trojan:Win32/{family}!MTB"),
            // A colon, a comma and quotes, as in the real ones: these break careless CSV.
            _ => format!("Malware.{family}, \"packed\" (CLASSIC)"),
        })
    }
}

/// Engines that judge addresses, domains and URLs.
pub(crate) const WEB: [&str; 94] = [
    "ADMINUSLabs",
    "AILabs (MONITORAPP)",
    "Abusix",
    "Acronis",
    "AlienVault",
    "AlphaSOC",
    "Antiy-AVL",
    "ArcSight Threat Intelligence",
    "AutoShun",
    "Avira",
    "Axur",
    "BitDefender",
    "Bkav",
    "Blueliv",
    "CINS Army",
    "CMC Threat Intelligence",
    "CRDF",
    "Certego",
    "Chong Lua Dao",
    "Cluster25",
    "Criminal IP",
    "CyRadar",
    "Cyan",
    "Cyble",
    "DNS8",
    "Dr.Web",
    "ESET",
    "ESTsecurity",
    "EmergingThreats",
    "Emsisoft",
    "Ermes",
    "Feodo Tracker",
    "Forcepoint ThreatSeeker",
    "Fortinet",
    "G-Data",
    "GCP Abuse Intelligence",
    "Google Safebrowsing",
    "GreenSnow",
    "Gridinsoft",
    "Heimdal Security",
    "Hunt.io Intelligence",
    "IPsum",
    "Juniper Networks",
    "Kaspersky",
    "Lionic",
    "Lumu",
    "MalwarePatrol",
    "MalwareURL",
    "Malwared",
    "Mimecast",
    "Netcraft",
    "OpenPhish",
    "PREBYTES",
    "PhishFort",
    "PhishLabs",
    "Phishing Database",
    "Phishtank",
    "PrecisionSec",
    "Quick Heal",
    "Quttera",
    "SCUMWARE.org",
    "SOCRadar",
    "SafeToOpen",
    "Sangfor",
    "Sansec eComscan",
    "Scantitan",
    "Seclookup",
    "SecureBrain",
    "Segasec",
    "Sophos",
    "Spam404",
    "StopForumSpam",
    "Sucuri SiteCheck",
    "ThreatHive",
    "Threatsourcing",
    "Trustwave",
    "URLQuery",
    "URLhaus",
    "Underworld",
    "VIPRE",
    "VX Vault",
    "ViriBack",
    "Viettel Threat Intelligence",
    "Webroot",
    "Xcitium Verdict Cloud",
    "Yandex Safebrowsing",
    "ZeroCERT",
    "ZeroFox",
    "alphaMountain.ai",
    "benkow.cc",
    "desenmascara.me",
    "malwares.com URL checker",
    "securolytics",
    "zvelo",
];

/// Engines that judge files.
pub(crate) const FILE: [&str; 78] = [
    "ALYac",
    "APEX",
    "AVG",
    "Acronis",
    "AhnLab-V3",
    "Alibaba",
    "Antiy-AVL",
    "Arcabit",
    "Arctic Wolf",
    "Avast",
    "Avast-Mobile",
    "Avira",
    "Baidu",
    "BitDefender",
    "BitDefenderFalx",
    "Bkav",
    "CAT-QuickHeal",
    "CMC",
    "CTX",
    "ClamAV",
    "CrowdStrike",
    "Cylance",
    "Cynet",
    "DeepInstinct",
    "DrWeb",
    "ESET-NOD32",
    "Elastic",
    "Emsisoft",
    "F-Secure",
    "Fortinet",
    "GData",
    "Google",
    "Gridinsoft",
    "Huorong",
    "Ikarus",
    "Jiangmin",
    "K7AntiVirus",
    "K7GW",
    "Kaspersky",
    "Kingsoft",
    "Lionic",
    "Malwarebytes",
    "MaxSecure",
    "McAfeeD",
    "MicroWorld-eScan",
    "Microsoft",
    "NANO-Antivirus",
    "Paloalto",
    "Panda",
    "Rising",
    "SUPERAntiSpyware",
    "Sangfor",
    "SentinelOne",
    "Skyhigh",
    "Sophos",
    "Symantec",
    "SymantecMobileInsight",
    "TACHYON",
    "TEHTRIS",
    "Tencent",
    "Trapmine",
    "TrellixENS",
    "TrendMicro",
    "TrendMicro-HouseCall",
    "Trustlook",
    "VBA32",
    "VIPRE",
    "Varist",
    "ViRobot",
    "VirIT",
    "Webroot",
    "Xcitium",
    "Yandex",
    "Zillya",
    "ZoneAlarm",
    "Zoner",
    "alibabacloud",
    "huorong",
];

/// The name of an engine; a scripted answer may ask for more than there are.
pub(crate) fn name(engines: &[&'static str], index: usize) -> Cow<'static, str> {
    match engines.get(index) {
        Some(name) => Cow::Borrowed(name),
        None => Cow::Owned(format!("Engine {index}")),
    }
}

/// The findings whose entries are the same in every answer, and so are written once.
const WEB_WRITTEN: [Finding; 7] = [
    Finding::Harmless,
    Finding::Undetected,
    Finding::Malicious(0),
    Finding::Malicious(1),
    Finding::Malicious(2),
    Finding::Suspicious,
    Finding::Timeout,
];
const FILE_WRITTEN: [Finding; 6] = [
    Finding::Undetected,
    Finding::TypeUnsupported,
    Finding::Timeout,
    Finding::ConfirmedTimeout,
    Finding::Failure,
    Finding::Harmless,
];

static WEB_ENTRIES: LazyLock<Vec<[String; 7]>> = LazyLock::new(|| {
    let entry = |index, finding: Finding| written(|json| web_entry(json, index, finding));
    (0..WEB.len()).map(|index| WEB_WRITTEN.map(|finding| entry(index, finding))).collect()
});
static FILE_ENTRIES: LazyLock<Vec<[String; 6]>> = LazyLock::new(|| {
    let entry = |index, finding: Finding| written(|json| file_entry(json, index, finding, None));
    (0..FILE.len()).map(|index| FILE_WRITTEN.map(|finding| entry(index, finding))).collect()
});

/// The depth at which entries stand, in objects and in analyses: data, attributes, results, entry.
const DEPTH: usize = 4;

fn written(write: impl Fn(&mut Json)) -> String {
    let mut json = Json::new(256, DEPTH);
    write(&mut json);
    json.finish()
}

/// Writes a web engine's entry.
pub(crate) fn write_web(json: &mut Json, engine: usize, finding: Finding) {
    let finding = if let Finding::Malicious(wording) = finding {
        Finding::Malicious(wording % 3)
    } else {
        finding
    };
    let place = WEB_WRITTEN.iter().position(|&written| written == finding);
    match (place, WEB_ENTRIES.get(engine)) {
        (Some(place), Some(entries)) => {
            json.element(&entries[place]);
        }
        _ => web_entry(json, engine, finding),
    }
}

/// Writes a file engine's entry.
pub(crate) fn write_file(json: &mut Json, engine: usize, finding: Finding, family: &str) {
    let place = FILE_WRITTEN.iter().position(|&written| written == finding);
    match (place, FILE_ENTRIES.get(engine)) {
        (Some(place), Some(entries)) => {
            json.element(&entries[place]);
        }
        _ => file_entry(json, engine, finding, finding.file_result(family, engine).as_deref()),
    }
}

fn web_entry(json: &mut Json, engine: usize, finding: Finding) {
    let name = name(&WEB, engine);
    json.object(&name, |json| {
        json.text("method", "blacklist");
        json.text("engine_name", &name);
        json.text("category", finding.category());
        json.maybe("result", finding.web_result());
    });
}

fn file_entry(json: &mut Json, engine: usize, finding: Finding, result: Option<&str>) {
    let name = name(&FILE, engine);
    let mut draw = Draw::of(&["engine", &name]);
    let version = format!(
        "{}.{}.{}.{}",
        draw.between(1, 24),
        draw.below(10),
        draw.below(60),
        draw.below(9000)
    );
    let update = format!("202610{:02}", draw.between(1, 28));
    json.object(&name, |json| {
        json.text("method", "blacklist");
        json.text("engine_name", &name);
        json.maybe("engine_version", (!draw.chance(8)).then_some(version.as_str()));
        json.maybe("engine_update", (!draw.chance(5)).then_some(update.as_str()));
        json.text("category", finding.category());
        json.maybe("result", result);
    });
}
