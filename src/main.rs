//! vtscan, told in one screen.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, anyhow};
use vtscan::cli::{self, Task};
use vtscan::clock::Clock;
use vtscan::gate::Gate;
use vtscan::key::{self, ApiKey, Search};
use vtscan::list;
use vtscan::model::StopReason;
use vtscan::output::{self, Console, LogFile, Printer};
use vtscan::run::interrupt::Interrupts;
use vtscan::run::summary::Summary;
use vtscan::scan::{Scanner, domain_scan, file_scan, ip_scan, read_quotas, url_scan};
use vtscan::store::Store;
use vtscan::virustotal::Client;

fn main() -> ExitCode {
    let mut console = Console::default();
    start(&mut console).unwrap_or_else(|error| {
        console.error(&format!("{error:#}"));
        ExitCode::from(2)
    })
}

fn start(console: &mut Console) -> Result<ExitCode> {
    let mut settings = match cli::parse()? {
        Task::Run(settings) => *settings,
        Task::Print(text) => return output::print(&text).map(|()| ExitCode::SUCCESS),
    };
    console.verbosity = settings.verbosity;
    let search = key::find(settings.key_file.as_deref());
    if let Some(key) = search.found() {
        console.hide(key);
        settings.list.key = Some(key.clone());
    }
    settings.output.check()?;
    if let Some(path) = &settings.output.log_file {
        console.log_to(LogFile::open(path)?, &settings.described);
    }
    output::listen(console);
    if settings.quota { show_quotas(settings, search) } else { run(settings, search, console) }
}

#[tokio::main(flavor = "current_thread")]
async fn run(settings: cli::RunSettings, search: Search, console: &Console) -> Result<ExitCode> {
    let (start, clock) = (Instant::now(), Clock::system());
    let list = list::read(&settings.inputs, settings.list)?;
    let key = match &settings.sends_nothing {
        None if list.asks_anything() => Some(search.needed()?),
        None => None,
        // Without one the ledger is empty, and nothing else is lost.
        Some(_) => search.found().cloned(),
    };
    let store = Store::open(
        &settings.store,
        &key.as_ref().map(ApiKey::fingerprint).unwrap_or_default(),
        &clock,
    )?;
    let gate = Gate::new(&store, settings.gate, store.quotas().await, &clock);
    let client = Client::new(settings.client, key);
    let printer = Printer::open(settings.output, console.clone(), &list)?;
    let scanner = Scanner::new(&list, &client, &store, &gate, &printer, &clock, settings.scan);
    if let Some(why) = settings.sends_nothing {
        gate.stop(why);
    }

    let mut interrupts = Interrupts::listen()?;
    let scans = async {
        scanner.settle_without_requests().await;
        scanner.read_quotas().await;
        printer.announce(&scanner.plan().await);
        scanner.settle_unasked().await;
        tokio::join!(
            ip_scan(&scanner),
            domain_scan(&scanner),
            url_scan(&scanner),
            file_scan(&scanner)
        );
    };
    let is_whole = tokio::select! {
        () = scans => true,
        never = gate.serve() => match never {},
        never = printer.follow(&gate) => match never {},
        never = scanner.follow_reader() => match never {},
        () = interrupts.twice(&gate) => false,
    };

    let mut summary = Summary {
        tally: scanner.tally(),
        requests: gate.requests(),
        took: start.elapsed(),
        stopped: gate.stop_reason(),
        fail_on: settings.fail_on,
        unread: list.unread,
        unknown_urls: scanner.unknown_urls(),
    };
    printer.finish(&list, &summary);
    interrupts.allow(printer.delivered(), &gate).await;
    summary.stopped = gate.stop_reason();
    summary.take_outcome(printer.outcome());
    // Who interrupts twice has no patience for counts that do not add up.
    if is_whole {
        printer.last_lines(&list, &summary);
    }
    Ok(ExitCode::from(summary.code()))
}

#[tokio::main(flavor = "current_thread")]
async fn show_quotas(settings: cli::RunSettings, search: Search) -> Result<ExitCode> {
    let key = search.needed()?;
    let clock = Clock::system();
    let store = Store::open(&settings.store, &key.fingerprint(), &clock)?;
    let gate = Gate::new(&store, settings.gate, store.quotas().await, &clock);
    let client = Client::new(settings.client, Some(key));
    let mut interrupts = Interrupts::listen()?;
    let read = tokio::select! {
        read = read_quotas(&client, &gate, settings.scan.retries) => read,
        never = gate.serve() => match never {},
        () = interrupts.twice(&gate) => return Ok(ExitCode::from(130)),
    };
    if read.is_err() && gate.stop_reason() == Some(StopReason::Interrupted) {
        return Ok(ExitCode::from(130));
    }
    let quotas = read
        .map_err(|fault| anyhow!("the quotas cannot be read: {}: {}", fault.code, fault.message))?;
    let (limits, format) = (gate.limits(), settings.output.format);
    output::show_quotas(format, &quotas, &limits, &store.spending(&limits).await)?;
    Ok(ExitCode::SUCCESS)
}
