//! The command line: the only room that knows clap.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Parser, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::client::{self, ApiUrl, VIRUSTOTAL};
use crate::exit::FailOn;
use crate::gate::Closed;
use crate::output::{self, Format, Loudness};
use crate::quota::Rate;
use crate::report::{Thresholds, Verdict};
use crate::store::{self, Freshness};
use crate::{gate, list, scan};

/// Everything that the command line settles.
#[derive(Debug)]
pub struct Settings {
    /// The INPUT arguments.
    pub inputs: Vec<OsString>,
    /// How they are read.
    pub list: list::Settings,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// The connection.
    pub client: client::Settings,
    /// Pacing.
    pub gate: gate::Settings,
    /// The store.
    pub store: store::Settings,
    /// Why nothing is to be sent: a dry run, or offline.
    pub sends_nothing: Option<Closed>,
    /// Whether only the key's quotas are to be shown.
    pub quota: bool,
    /// The scans.
    pub scan: scan::Settings,
    /// What is written, and how.
    pub output: output::Settings,
    /// What makes the exit code 1.
    pub fail_on: FailOn,
}

/// Reads the command line; ends the program on `--help`, `--version` and wrong use.
#[must_use]
pub fn parse() -> Settings {
    let args = Args::parse();
    args.settings().unwrap_or_else(|error| {
        <Args as clap::CommandFactory>::command()
            .error(clap::error::ErrorKind::ValueValidation, format!("{error:#}"))
            .exit()
    })
}

/// Look a mixed list of addresses, domains, URLs and file hashes up at VirusTotal, within its quota
#[derive(Parser)]
#[command(version, max_term_width = 100, after_help = AFTER_HELP)]
struct Args {
    /// A file (a FIFO too), '-' for stdin, or an indicator itself [default: input.txt]
    #[arg(value_name = "INPUT")]
    inputs: Vec<OsString>,

    /// A line is one indicator or nothing; do not search inside it
    #[arg(long, help_heading = "Input")]
    whole_lines: bool,
    /// Also look up the SHA-256 of a local file, or of every regular file under a folder; nothing is uploaded; repeatable
    #[arg(long, value_name = "PATH", value_parser = OsStringValueParser::new().try_map(hashed), help_heading = "Input")]
    hash: Vec<PathBuf>,
    /// Never send what this file lists (domains, addresses, ranges, hashes, URL prefixes); repeatable
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    exclude: Vec<PathBuf>,
    /// Also look up addresses, names and URLs that are otherwise skipped as private
    #[arg(long, help_heading = "Input")]
    include_private: bool,

    /// What stdout gets
    #[arg(short, long, value_enum, default_value_t = FormatArg::Text, help_heading = "Output")]
    format: FormatArg,
    /// Print only these verdicts (the tally still counts all)
    #[arg(long, value_name = "VERDICT,…", value_delimiter = ',', value_parser = verdict, help_heading = "Output")]
    only: Vec<Verdict>,
    /// Print indicators defanged
    #[arg(long, help_heading = "Output")]
    defang: bool,
    /// Colours (NO_COLOR counts)
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto, help_heading = "Output")]
    color: When,
    /// The progress bar on stderr
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto, help_heading = "Output")]
    progress: When,
    /// Say less: errors alone
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Say more: every ignored line, wait and retry
    #[arg(short, long, action = ArgAction::Count, help_heading = "Output")]
    verbose: u8,

    /// Engines that must call it malicious for the verdict malicious
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..), help_heading = "Verdict")]
    malicious_at: u64,
    /// Engines that must flag it for the verdict suspicious
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..), help_heading = "Verdict")]
    suspicious_at: u64,
    /// What makes the exit code 1
    #[arg(long, value_enum, value_name = "VERDICT", default_value_t = FailOnArg::Malicious, help_heading = "Verdict")]
    fail_on: FailOnArg,

    /// Have VirusTotal analyse URLs that it does not know (this makes them visible to others)
    #[arg(long, help_heading = "Lookups")]
    submit: bool,
    /// How long to wait for an analysis that was submitted; waiting for a turn does not count
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = duration, help_heading = "Lookups")]
    wait: Duration,
    /// Never more than N in any 60 s (any 1 s): N/min, N/s, auto (the key's own quota, else 4/min) or unlimited
    #[arg(long, value_name = "RATE", default_value = "auto", help_heading = "Lookups")]
    rate: Rate,
    /// Spend no more than N requests in this run (the quota read is not counted)
    #[arg(long, value_name = "N", help_heading = "Lookups")]
    max_requests: Option<u64>,
    /// When the day's quota is spent, wait for the next day instead of stopping
    #[arg(long, help_heading = "Lookups")]
    wait_for_quota: bool,
    /// Lookups in flight
    #[arg(short = 'j', long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024), help_heading = "Lookups")]
    concurrency: u32,
    /// How long one request may take
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = duration, help_heading = "Lookups")]
    timeout: Duration,
    /// Attempts after the first, per indicator
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = "Lookups")]
    retries: u32,

    /// Classify, say what a run would cost, send nothing; needs no key
    #[arg(long, conflicts_with_all = ["quota", "offline"], help_heading = "Lookups")]
    dry_run: bool,
    /// Show the key's limits and use, and exit
    #[arg(long, conflicts_with_all = ["inputs", "offline"], help_heading = "Lookups")]
    quota: bool,

    /// Where answers and the ledger of requests are kept: sqlite:PATH or none [default: the user's cache folder]
    #[arg(
        long,
        value_name = "URL",
        env = "VTSCAN_STORE",
        hide_env_values = true,
        help_heading = "Store"
    )]
    store: Option<store::Location>,
    /// How old a stored answer may be; one without detections a quarter of it, a "not found" at most 1 h
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = duration, help_heading = "Store")]
    max_age: Duration,
    /// Ignore stored answers
    #[arg(long, conflicts_with = "offline", help_heading = "Store")]
    refresh: bool,
    /// Use only stored answers
    #[arg(long, help_heading = "Store")]
    offline: bool,

    /// The file that holds the API key; else VT_API_KEY, VIRUSTOTAL_API_KEY, VTCLI_APIKEY, VT_APIKEY, ~/.vt.toml, .env
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    key_file: Option<PathBuf>,
    /// Another base than VirusTotal's
    #[arg(
        long,
        value_name = "URL",
        env = "VTSCAN_API_URL",
        hide_env_values = true,
        help_heading = "Connection"
    )]
    api_url: Option<String>,
    /// A proxy, besides HTTPS_PROXY and NO_PROXY
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    proxy: Option<String>,
    /// CA certificates (PEM), besides the system's own
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    ca_cert: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
Exit codes: 0 nothing found, nothing missing; 1 something malicious (--fail-on); 2 something pending, \
failed, deferred or invalid, or wrong use; 130 interrupted.

Examples:
  vtscan input.txt
  vtscan 'hxxp://login.example[.]com/x' 9.9.9.9
  grep -o '[0-9a-f]\\{64\\}' report.txt | vtscan -
  vtscan -f jsonl iocs.txt | jq 'select(.verdict == \"malicious\")'";

#[derive(Clone, Copy, ValueEnum)]
enum FormatArg {
    Text,
    Jsonl,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOnArg {
    Malicious,
    Suspicious,
    Never,
}

impl Args {
    fn settings(self) -> Result<Settings> {
        let concurrency = self.concurrency as usize;
        Ok(Settings {
            list: list::Settings {
                whole_lines: self.whole_lines,
                include_private: self.include_private,
                exclude: self.exclude,
                hash: self.hash,
                threads: 0,
            },
            client: client::Settings {
                api_url: ApiUrl::parse(self.api_url.as_deref().unwrap_or(VIRUSTOTAL))
                    .context("--api-url")?,
                proxy: self.proxy.as_deref().map(proxy).transpose()?,
                ca_cert: self.ca_cert,
                timeout: self.timeout,
            },
            gate: gate::Settings {
                rate: self.rate,
                max_requests: self.max_requests,
                concurrency,
                wait_for_quota: self.wait_for_quota,
            },
            store: store::Settings {
                location: self.store,
                timeout: self.timeout,
                freshness: Freshness {
                    max_age: SignedDuration::try_from(self.max_age).context("--max-age")?,
                    since: self.refresh.then(Timestamp::now),
                },
            },
            sends_nothing: match (self.dry_run, self.offline) {
                (true, _) => Some(Closed::DryRun),
                (false, true) => Some(Closed::Offline),
                (false, false) => None,
            },
            quota: self.quota,
            scan: scan::Settings {
                retries: self.retries,
                submit: self.submit,
                wait: self.wait,
                thresholds: Thresholds {
                    malicious_at: self.malicious_at,
                    suspicious_at: self.suspicious_at,
                },
                concurrency,
            },
            output: output::Settings {
                format: match self.format {
                    FormatArg::Text => Format::Text,
                    FormatArg::Jsonl => Format::Jsonl,
                },
                only: self.only,
                defang: self.defang,
                lists_deferred: self.dry_run,
                colour: self.color.holds(|| wants_colour(io::stdout().is_terminal())),
                progress: self.progress.holds(|| io::stderr().is_terminal()) && !self.quiet,
                loudness: match (self.quiet, self.verbose) {
                    (true, _) => Loudness::Quiet,
                    (false, 0) => Loudness::Normal,
                    (false, _) => Loudness::Verbose,
                },
            },
            fail_on: match self.fail_on {
                FailOnArg::Malicious => FailOn::Malicious,
                FailOnArg::Suspicious => FailOn::Suspicious,
                FailOnArg::Never => FailOn::Never,
            },
            inputs: self.inputs,
            key_file: self.key_file,
        })
    }
}

impl When {
    fn holds(self, auto: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Auto => auto(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// `NO_COLOR` (no-color.org), then `CLICOLOR_FORCE` (bixense.com/clicolors), then the terminal.
fn wants_colour(is_terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("NO_COLOR") {
        return false;
    }
    if set("CLICOLOR_FORCE") {
        return std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    }
    is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
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

fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("a duration of 0 is none".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err("a duration is a number and a unit, such as 90s, 2m, 24h".to_owned()),
    }
}

fn proxy(text: &str) -> Result<Url> {
    // The text may hold a password, so the error does not repeat it.
    let url = Url::parse(text)
        .ok()
        .filter(Url::has_host)
        .context("--proxy is not a URL, such as http://proxy:3128")?;
    match url.scheme() {
        "http" | "https" | "socks5" | "socks5h" => Ok(url),
        scheme => anyhow::bail!("--proxy: '{scheme}' is not http, https, socks5 or socks5h"),
    }
}
