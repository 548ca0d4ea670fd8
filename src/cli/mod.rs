//! The command line: the only folder that knows clap.

mod args;
mod choices;
mod config;
mod man;
mod own_files;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use clap_complete::Shell;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use self::args::Args;
use crate::model::{StopReason, Thresholds};
use crate::output::{self, Deferred, IndicatorForm, Look, OutputSettings, Verbosity, When};
use crate::run::summary::FailOn;
use crate::store::{self, Freshness};
use crate::virustotal::{self, ApiUrl, VIRUSTOTAL};
use crate::{gate, list, scan};

/// Everything that the command line settles.
#[derive(Debug)]
pub struct RunSettings {
    /// The INPUT arguments.
    pub inputs: Vec<OsString>,
    /// How they are read.
    pub list: list::Settings,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// The connection.
    pub client: virustotal::Settings,
    /// Pacing.
    pub gate: gate::Pacing,
    /// The store.
    pub store: store::StoreOptions,
    /// Why nothing is to be sent: a dry run, or offline.
    pub sends_nothing: Option<StopReason>,
    /// Whether only the key's quotas are to be shown.
    pub quota: bool,
    /// The scans.
    pub scan: scan::ScanOptions,
    /// What is written, and how.
    pub output: OutputSettings,
    /// How much is said on stderr.
    pub verbosity: Verbosity,
    /// The command line for the log, without secrets.
    pub described: String,
    /// What makes the exit code 1.
    pub fail_on: FailOn,
}

/// What is to be done.
#[derive(Debug)]
pub enum Task {
    /// A scan, or a look at the quotas.
    Run(Box<RunSettings>),
    /// Only this is to be printed.
    Print(String),
}

/// Reads the command line and the user's file of defaults; ends the program on wrong use.
///
/// # Errors
/// Something is wrong with the file, or with an argument that a terminal may not be shown.
pub fn parse() -> Result<Task> {
    let mut matches = match Args::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => return Ok(Task::Print(help(&error))),
        Err(error) => return Err(misused(&error)),
    };
    if let Some(text) = printed(&matches) {
        return Ok(Task::Print(text));
    }
    if !matches.get_flag("no_config") {
        matches = config::apply(Args::command(), &matches)?.get_matches();
    }
    let described = described(&matches);
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let settings = args.settings(described).unwrap_or_else(|error| {
        Args::command().error(ErrorKind::ValueValidation, format!("{error:#}")).exit()
    });
    Ok(Task::Run(Box::new(settings)))
}

/// What `--help` and `--version` print. clap would not say that it cannot be written.
fn help(error: &clap::Error) -> String {
    let text = error.render();
    match Look::of_stdout(When::Auto).colour {
        true => text.ansi().to_string(),
        false => text.to_string(),
    }
}

/// Has clap end the program, unless a terminal would obey an argument, which clap repeats as it
/// is: a file's name may be anyone's, and `*` makes an argument of it.
fn misused(error: &clap::Error) -> anyhow::Error {
    let is_hostile = |arg: OsString| arg.to_string_lossy().chars().any(char::is_control);
    if !std::env::args_os().any(is_hostile) {
        error.exit();
    }
    let text = error.to_string();
    let what = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    anyhow!("{what} (an argument holds control characters; see --help)")
}

/// What `--completions`, `--man` and `--schema` print.
fn printed(matches: &ArgMatches) -> Option<String> {
    let mut command = Args::command();
    let mut text = Vec::new();
    if let Some(&shell) = matches.get_one::<Shell>("completions") {
        clap_complete::generate(shell, &mut command, "vtscan", &mut text);
    } else if matches.get_flag("man") {
        // Writing to a Vec cannot fail.
        text = man::page(command).unwrap_or_default();
    } else if matches.get_flag("schema") {
        text.extend(output::SCHEMA.bytes());
    } else {
        return None;
    }
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// Every setting in force, for the log; passwords in URLs are left out there.
fn described(matches: &ArgMatches) -> String {
    let mut words = vec![format!("vtscan {} begins:", env!("CARGO_PKG_VERSION"))];
    for arg in Args::command().get_arguments() {
        let id = arg.get_id().as_str();
        let values = matches.try_get_raw(id).ok().flatten().into_iter().flatten();
        for value in values.map(|value| value.to_string_lossy()) {
            words.push(match arg.get_long() {
                Some(long) => format!("--{long}={value}"),
                None => value.into_owned(),
            });
        }
    }
    words.join(" ")
}

impl Args {
    fn settings(self, described: String) -> Result<RunSettings> {
        let concurrency = self.concurrency as usize;
        let used = own_files::of(&self);
        let api_url =
            ApiUrl::parse(self.api_url.as_deref().unwrap_or(VIRUSTOTAL)).context("--api-url")?;
        let thresholds =
            Thresholds { malicious_at: self.malicious_at, suspicious_at: self.suspicious_at };
        Ok(RunSettings {
            list: list::Settings {
                whole_lines: self.whole_lines,
                include_private: self.include_private,
                exclude: self.exclude,
                hash: self.hash,
                // Found later: here nothing is read but the file of defaults.
                key: None,
                threads: 0,
            },
            client: virustotal::Settings {
                api_url: api_url.clone(),
                proxy: self.proxy.as_deref().map(proxy).transpose()?,
                ca_cert: self.ca_cert,
                timeout: self.timeout,
            },
            gate: gate::Pacing {
                rate: self.rate,
                max_requests: self.max_requests,
                concurrency,
                wait_for_quota: self.wait_for_quota,
            },
            store: store::StoreOptions {
                location: self.store,
                api_url: api_url.as_str().to_owned(),
                timeout: self.timeout,
                freshness: Freshness {
                    max_age: SignedDuration::try_from(self.max_age).context("--max-age")?,
                    since: self.refresh.then(Timestamp::now),
                },
            },
            sends_nothing: match (self.dry_run, self.offline) {
                (true, _) => Some(StopReason::DryRun),
                (false, true) => Some(StopReason::Offline),
                (false, false) => None,
            },
            quota: self.quota,
            scan: scan::ScanOptions {
                retries: self.retries,
                submit: self.submit,
                wait: self.wait,
                thresholds,
                concurrency,
            },
            output: OutputSettings {
                format: self.format,
                files: self.output,
                log_file: self.log_file,
                used,
                only: self.only,
                form: match self.defang {
                    true => IndicatorForm::Defanged,
                    false => IndicatorForm::AsLookedUp,
                },
                deferred: if self.dry_run { Deferred::Listed } else { Deferred::Counted },
                look: Look::of_stdout(self.color),
                color: self.color,
                progress: self.progress,
                thresholds,
                api_url: api_url.as_str().to_owned(),
            },
            verbosity: match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, 0) => Verbosity::Normal,
                (false, 1) => Verbosity::Verbose,
                (false, _) => Verbosity::VeryVerbose,
            },
            described,
            fail_on: self.fail_on,
            inputs: self.inputs,
            key_file: self.key_file,
        })
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
        scheme => bail!("--proxy: '{scheme}' is not http, https, socks5 or socks5h"),
    }
}
