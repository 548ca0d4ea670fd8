//! vtscan, told in one screen.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use vtscan::cli::{self, Task};
use vtscan::key::{self, ApiKey, Search};
use vtscan::output::{self, Console, Printer};
use vtscan::run::interrupt::Interrupts;
use vtscan::scan::{self, Scanner, domain_scan, file_scan, ip_scan, url_scan};
use vtscan::store::Store;
use vtscan::virustotal::Client;
use vtscan::{clock::Clock, gate::Gate, input, list};

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
        Task::ParseDocument => return Ok(input::serve_as_child(output::pipe())),
        Task::Print(text) => return output::print(&text).map(|()| ExitCode::SUCCESS),
    };
    let search = key::find(settings.key_file.as_deref());
    settings.protect(search.found());
    output::begin(console, &settings.output, search.found(), &settings.described)?;
    if settings.quota { show_quotas(settings, search) } else { run(settings, search, console) }
}

#[tokio::main(flavor = "current_thread")]
async fn run(settings: cli::RunSettings, search: Search, console: &Console) -> Result<ExitCode> {
    let (start, clock) = (Instant::now(), Clock::system());
    let list = list::read(&settings.inputs, settings.list)?;
    let is_needed = settings.sends_nothing.is_none() && list.asks_anything();
    let key = if is_needed { Some(search.needed()?) } else { search.found().cloned() };
    let store = Store::open(&settings.store, key.as_ref().map(ApiKey::fingerprint), &clock)?;
    let gate = Gate::new(&store, settings.gate, store.quotas().await, &clock);
    let client = Client::new(settings.client, key);
    let printer = Printer::open(settings.output, console.clone(), &list)?;
    let scanner = Scanner::new(&list, &client, &store, &gate, &printer, &clock, settings.scan);
    settings.sends_nothing.into_iter().for_each(|why| gate.stop(why));
    let mut interrupts = Interrupts::listen()?;
    let scans = async {
        scanner.settle_without_requests().await;
        scanner.read_quotas().await;
        printer.announce(&scanner.plan().await);
        scanner.settle_unasked().await;
        let (ips, domains) = (ip_scan(&scanner), domain_scan(&scanner));
        tokio::join!(ips, domains, url_scan(&scanner), file_scan(&scanner));
    };
    let is_whole = tokio::select! {
        () = scans => true,
        never = gate.serve() => match never {},
        never = printer.follow(&gate) => match never {},
        never = scanner.follow_reader() => match never {},
        () = interrupts.twice(&gate) => false,
    };
    let mut summary = scanner.summary(settings.fail_on, start.elapsed());
    printer.finish(&list, &summary);
    interrupts.allow(printer.delivered(), store.close(), &gate).await;
    summary.take_outcome(gate.stop_reason(), printer.outcome());
    // Who interrupts twice has no patience for counts that do not add up.
    if is_whole {
        printer.last_lines(&list, &summary);
    }
    store.abandon();
    Ok(ExitCode::from(summary.code()))
}

#[tokio::main(flavor = "current_thread")]
async fn show_quotas(settings: cli::RunSettings, search: Search) -> Result<ExitCode> {
    let (key, clock) = (search.needed()?, Clock::system());
    let store = Store::open(&settings.store, Some(key.fingerprint()), &clock)?;
    let gate = Gate::new(&store, settings.gate, store.quotas().await, &clock);
    let client = Client::new(settings.client, Some(key));
    let show = scan::show_quotas(&client, &gate, &store, settings.scan, settings.output.format);
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        shown = show => shown,
        never = gate.serve() => match never {},
        () = interrupts.twice(&gate) => Ok(ExitCode::from(130)),
    }
}
