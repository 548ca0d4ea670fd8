//! Options become plain settings.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use iocs::extract::Rules;
use iocs::indicator::Kind;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::args::Args;
use super::own_files;
use crate::key::ApiKey;
use crate::model::{StopReason, Thresholds};
use crate::output::{Deferred, IndicatorForm, Look, OutputSettings, Verbosity};
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
    pub list: list::ListOptions,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// The connection.
    pub client: virustotal::ClientOptions,
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
    /// The command line for the log, without secrets.
    pub described: String,
    /// What makes the exit code 1.
    pub fail_on: FailOn,
}

impl RunSettings {
    /// Has the API key skipped and never shown where an input holds it, and deleted from a store
    /// that an older version kept it in as a file's hash.
    pub fn protect(&mut self, key: Option<&ApiKey>) {
        let key = key.cloned();
        self.store.forgotten = key
            .as_ref()
            .map(|key| store::Name { kind: Kind::File, text: key.reveal().to_ascii_lowercase() });
        self.list.key = key;
    }
}

impl Args {
    /// The settings; `described` is the command line for the log.
    ///
    /// # Errors
    /// An option's value that clap could not judge alone.
    pub(super) fn settings(self, described: String) -> Result<RunSettings> {
        let api_url =
            ApiUrl::parse(self.api_url.as_deref().unwrap_or(VIRUSTOTAL)).context("--api-url")?;
        Ok(RunSettings {
            list: self.list(),
            client: self.client(&api_url)?,
            gate: self.pacing(),
            store: self.store(&api_url)?,
            sends_nothing: match (self.dry_run, self.offline) {
                (true, _) => Some(StopReason::DryRun),
                (false, true) => Some(StopReason::Offline),
                (false, false) => None,
            },
            quota: self.quota,
            scan: self.scan(),
            output: self.output(&api_url),
            described,
            fail_on: self.fail_on,
            inputs: self.inputs,
            key_file: self.key_file,
        })
    }

    fn thresholds(&self) -> Thresholds {
        Thresholds { malicious_at: self.malicious_at, suspicious_at: self.suspicious_at }
    }

    fn list(&self) -> list::ListOptions {
        list::ListOptions {
            whole_lines: self.whole_lines,
            rules: if self.thorough { Rules::Ignored } else { Rules::Applied },
            as_written: self.as_written,
            documents: iocs::document::Options {
                passwords: self.password.clone(),
                thorough: self.thorough,
                ..Default::default()
            },
            include_private: self.include_private,
            exclude: self.exclude.clone(),
            hash: self.hash.clone(),
            // Found later: here nothing is read but the file of defaults.
            key: None,
            threads: 0,
        }
    }

    fn client(&self, api_url: &ApiUrl) -> Result<virustotal::ClientOptions> {
        Ok(virustotal::ClientOptions {
            api_url: api_url.clone(),
            proxy: self.proxy.as_deref().map(proxy).transpose()?,
            ca_cert: self.ca_cert.clone(),
            timeout: self.timeout,
        })
    }

    fn pacing(&self) -> gate::Pacing {
        gate::Pacing {
            rate: self.rate,
            max_requests: self.max_requests,
            concurrency: self.concurrency as usize,
            wait_for_quota: self.wait_for_quota,
        }
    }

    fn store(&self, api_url: &ApiUrl) -> Result<store::StoreOptions> {
        Ok(store::StoreOptions {
            location: self.store.clone(),
            api_url: api_url.as_str().to_owned(),
            timeout: self.timeout,
            freshness: Freshness {
                max_age: SignedDuration::try_from(self.max_age).context("--max-age")?,
                since: self.refresh.then(Timestamp::now),
            },
            forgotten: None,
        })
    }

    fn scan(&self) -> scan::ScanOptions {
        scan::ScanOptions {
            retries: self.retries,
            submit: self.submit,
            wait: self.wait,
            thresholds: self.thresholds(),
            concurrency: self.concurrency as usize,
        }
    }

    fn output(&self, api_url: &ApiUrl) -> OutputSettings {
        OutputSettings {
            verbosity: match (self.quiet, self.verbose) {
                (true, _) => Verbosity::Quiet,
                (false, 0) => Verbosity::Normal,
                (false, 1) => Verbosity::Verbose,
                (false, _) => Verbosity::VeryVerbose,
            },
            format: self.format,
            files: self.output.clone(),
            log_file: self.log_file.clone(),
            used: own_files::of(self),
            only: self.only.clone(),
            form: match self.defang {
                true => IndicatorForm::Defanged,
                false => IndicatorForm::AsLookedUp,
            },
            deferred: if self.dry_run { Deferred::Listed } else { Deferred::Counted },
            look: Look::of_stdout(self.color),
            color: self.color,
            progress: self.progress,
            thresholds: self.thresholds(),
            api_url: api_url.as_str().to_owned(),
        }
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
