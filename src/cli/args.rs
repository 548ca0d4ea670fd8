//! The options as clap reads them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Parser};
use clap_complete::Shell;

use super::choices::{formats, one_of};
use crate::model::Verdict;
use crate::output::{FORMATS, Format, When, extensions, unknown_extension};
use crate::quota::Rate;
use crate::run::summary::FailOn;
use crate::store;

/// Look a mixed list of addresses, domains, URLs and file hashes up at VirusTotal, within its quota
#[derive(Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_SHORT_HELP, after_long_help = after_help())]
pub(super) struct Args {
    /// A file (text, mail, archive, PDF, Office, a FIFO too), a folder, '-' for stdin, or an indicator itself [default: input.txt]
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<OsString>,

    /// A line is one indicator or nothing; do not search inside it, and open no documents
    #[arg(long, help_heading = "Input")]
    pub(super) whole_lines: bool,
    /// Take also what a rule leaves out: mail relays and technical headers, MISP attributes not for detection, references in rules and STIX, namespaces, names that read like files, code or detections
    #[arg(long, help_heading = "Input")]
    pub(super) thorough: bool,
    /// Do not unwrap links that a mail gateway rewrote
    #[arg(long, help_heading = "Input")]
    pub(super) as_written: bool,
    /// For encrypted archives and documents, besides 'infected'; repeatable
    #[arg(long, value_name = "TEXT", help_heading = "Input")]
    pub(super) password: Vec<String>,
    /// Also look up the SHA-256 of a local file, or of every regular file under a folder; nothing is uploaded; repeatable
    #[arg(long, value_name = "PATH", value_parser = OsStringValueParser::new().try_map(hashed), help_heading = "Input")]
    pub(super) hash: Vec<PathBuf>,
    /// Never send what this file lists (domains, addresses, ranges, hashes, URL prefixes); repeatable
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(super) exclude: Vec<PathBuf>,
    /// Also look up addresses, names and URLs that are otherwise skipped as private
    #[arg(hide_short_help = true, long, help_heading = "Input")]
    pub(super) include_private: bool,

    /// What stdout gets
    #[arg(short, long, ignore_case = true, value_parser = formats(), default_value = FORMATS[0].name, help_heading = "Output")]
    pub(super) format: &'static Format,
    #[arg(short, long, value_name = "FILE", help = output_help(), value_parser = OsStringValueParser::new().try_map(named_format), conflicts_with = "quota", help_heading = "Output")]
    pub(super) output: Vec<(PathBuf, &'static Format)>,
    /// Print only these verdicts (the tally still counts all)
    #[arg(long, value_name = "VERDICT,…", value_delimiter = ',', value_parser = verdict, help_heading = "Output")]
    pub(super) only: Vec<Verdict>,
    /// Print indicators defanged
    #[arg(long, help_heading = "Output")]
    pub(super) defang: bool,
    /// Colours (NO_COLOR counts)
    #[arg(hide_short_help = true, long, value_name = "WHEN", value_parser = one_of(When::ALL), default_value = "auto", help_heading = "Output")]
    pub(super) color: When,
    /// The progress bar on stderr
    #[arg(hide_short_help = true, long, value_name = "WHEN", value_parser = one_of(When::ALL), default_value = "auto", help_heading = "Output")]
    pub(super) progress: When,
    /// Say less: errors alone
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,
    /// Say more: every ignored line, wait and retry; -vv every request, too
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    pub(super) verbose: u8,
    /// Append a timestamped log of the run (mode 0600, no secrets)
    #[arg(hide_short_help = true, long, value_name = "FILE", help_heading = "Output")]
    pub(super) log_file: Option<PathBuf>,

    /// Engines that must call it malicious for the verdict malicious
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..), help_heading = "Verdict")]
    pub(super) malicious_at: u64,
    /// Engines that must flag it for the verdict suspicious
    #[arg(hide_short_help = true, long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..), help_heading = "Verdict")]
    pub(super) suspicious_at: u64,
    /// What makes the exit code 1
    #[arg(long, value_name = "VERDICT", value_parser = one_of(FAIL_ON), default_value = "malicious", help_heading = "Verdict")]
    pub(super) fail_on: FailOn,

    /// Have VirusTotal analyse URLs that it does not know (this makes them visible to others)
    #[arg(long, help_heading = "Lookups")]
    pub(super) submit: bool,
    /// How long to wait for an analysis that was submitted; waiting for a permit does not count
    #[arg(hide_short_help = true, long, value_name = "DURATION", default_value = "2m", value_parser = duration, help_heading = "Lookups")]
    pub(super) wait: Duration,
    /// Never more than N in any 60 s (any 1 s): N/min, N/s, auto (the key's own quota, else 4/min) or unlimited
    #[arg(long, value_name = "RATE", default_value = "auto", help_heading = "Lookups")]
    pub(super) rate: Rate,
    /// Spend no more than N requests in this run (the quota read is not counted)
    #[arg(hide_short_help = true, long, value_name = "N", help_heading = "Lookups")]
    pub(super) max_requests: Option<u64>,
    /// When the day's quota is spent, wait for the next day instead of stopping
    #[arg(long, help_heading = "Lookups")]
    pub(super) wait_for_quota: bool,
    /// Lookups in flight
    #[arg(hide_short_help = true, short = 'j', long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024), help_heading = "Lookups")]
    pub(super) concurrency: u32,
    /// How long one request may take, at most 10 min
    #[arg(hide_short_help = true, long, value_name = "DURATION", default_value = "30s", value_parser = timeout, help_heading = "Lookups")]
    pub(super) timeout: Duration,
    /// Attempts after the first, per indicator
    #[arg(
        hide_short_help = true,
        long,
        value_name = "N",
        default_value_t = 4,
        help_heading = "Lookups"
    )]
    pub(super) retries: u32,

    /// Classify, say what a run would cost, send nothing; needs no key
    #[arg(long, conflicts_with_all = ["quota", "offline"], help_heading = "Lookups")]
    pub(super) dry_run: bool,
    /// Show the key's limits and use, and exit
    #[arg(long, conflicts_with_all = ["inputs", "offline"], help_heading = "Lookups")]
    pub(super) quota: bool,

    /// Where answers and the ledger of requests are kept: sqlite:PATH or none [default: the user's cache folder]
    #[arg(
        long,
        value_name = "URL",
        env = "VTSCAN_STORE",
        hide_env_values = true,
        help_heading = "Store"
    )]
    pub(super) store: Option<store::Location>,
    /// How old a stored answer may be; one without detections a quarter of it, a "not found" at most 1 h
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = duration, help_heading = "Store")]
    pub(super) max_age: Duration,
    /// Ignore stored answers
    #[arg(long, conflicts_with = "offline", help_heading = "Store")]
    pub(super) refresh: bool,
    /// Use only stored answers
    #[arg(long, help_heading = "Store")]
    pub(super) offline: bool,

    /// The file that holds the API key; else VT_API_KEY, VIRUSTOTAL_API_KEY, VTCLI_APIKEY, VT_APIKEY, ~/.vt.toml, .env
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    pub(super) key_file: Option<PathBuf>,
    /// Another base than VirusTotal's
    #[arg(
        hide_short_help = true,
        long,
        value_name = "URL",
        env = "VTSCAN_API_URL",
        hide_env_values = true,
        help_heading = "Connection"
    )]
    pub(super) api_url: Option<String>,
    /// A proxy, besides HTTPS_PROXY and NO_PROXY
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    pub(super) proxy: Option<String>,
    /// CA certificates (PEM), besides the system's own
    #[arg(hide_short_help = true, long, value_name = "FILE", help_heading = "Connection")]
    pub(super) ca_cert: Option<PathBuf>,

    /// Ignore the file of defaults, vtscan/config.toml in the user's config folder
    #[arg(hide_short_help = true, long)]
    pub(super) no_config: bool,
    /// Print a completion script
    #[arg(hide_short_help = true, long, value_name = "SHELL", value_enum)]
    pub(super) completions: Option<Shell>,
    /// Print the man page
    #[arg(hide_short_help = true, long)]
    pub(super) man: bool,
    /// Print the JSON Schema of a record
    #[arg(hide_short_help = true, long)]
    pub(super) schema: bool,
}

/// What each exit code says.
pub(super) const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "nothing found, nothing missing"),
    ("1", "something malicious (--fail-on)"),
    ("2", "something pending, failed, deferred or invalid, or wrong use"),
    ("130", "interrupted"),
];

pub(super) const EXAMPLES: [&str; 5] = [
    "vtscan input.txt",
    "vtscan 'hxxp://login.example[.]com/x' 9.9.9.9",
    "grep -o '[0-9a-f]\\{64\\}' report.txt | vtscan -",
    "vtscan -f jsonl iocs.txt | jq 'select(.verdict == \"malicious\")'",
    "vtscan -o report.html -o records.csv case.eml logs/*.gz",
];

/// What `-h` ends with.
const AFTER_SHORT_HELP: &str = "These are the options of a first day; --help shows all of them.";

/// What `--help` ends with.
pub(super) fn after_help() -> String {
    let codes = EXIT_CODES.map(|(code, meaning)| format!("{code} {meaning}"));
    format!("Exit codes: {}.\n\nExamples:\n  {}", codes.join("; "), EXAMPLES.join("\n  "))
}

/// What `--fail-on` can say.
const FAIL_ON: [(&str, FailOn); 3] = [
    ("malicious", FailOn::Malicious),
    ("suspicious", FailOn::Suspicious),
    ("never", FailOn::Never),
];

/// The extensions come from the table of formats.
fn output_help() -> String {
    let extensions: Vec<String> = extensions().collect();
    format!("Also write a file, its format by its extension ({}); repeatable", extensions.join(" "))
}

fn verdict(name: &str) -> Result<Verdict, String> {
    Verdict::named(name)
        .ok_or_else(|| format!("the verdicts are {}", Verdict::ALL.map(Verdict::as_str).join(", ")))
}

fn hashed(path: OsString) -> Result<PathBuf, &'static str> {
    if path == "-" {
        return Err("files are hashed where they lie; stdin is read as a list, by the INPUT '-'");
    }
    Ok(path.into())
}

/// A file of records, with the format that its name asks for.
fn named_format(path: OsString) -> Result<(PathBuf, &'static Format), String> {
    let path = PathBuf::from(path);
    let format = Format::of_file(&path).ok_or_else(unknown_extension)?;
    Ok((path, format))
}

/// No answer takes longer; and a run that is killed holds its claims for as long.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(10 * 60);

fn timeout(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        timeout if timeout > LONGEST_TIMEOUT => Err("a request may take 10 min at most".to_owned()),
        timeout => Ok(timeout),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("must be more than 0".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err("a duration is a number and a unit, such as 90s, 2m, 24h".to_owned()),
    }
}
