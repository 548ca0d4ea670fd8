//! vtscan, told in one screen.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, anyhow};
use vtscan::client::Client;
use vtscan::exit::Ending;
use vtscan::gate::{Closed, Gate};
use vtscan::key::{self, ApiKey};
use vtscan::list::List;
use vtscan::output::{self, Printer, Talk};
use vtscan::scan::{Scanner, domain_scan, file_scan, ip_scan, read_quotas, url_scan};
use vtscan::store::Store;
use vtscan::{cli, interrupt};

fn main() -> ExitCode {
    let settings = cli::parse();
    let talk = Talk::new(settings.output.loudness);
    output::listen(&talk);
    let ended = if settings.quota { show_quotas(settings, &talk) } else { run(settings, &talk) };
    ended.unwrap_or_else(|error| {
        talk.say(&format!("error: {error:#}"));
        ExitCode::from(2)
    })
}

#[tokio::main(flavor = "current_thread")]
async fn run(settings: cli::Settings, talk: &Talk) -> Result<ExitCode> {
    let start = Instant::now();
    let list = List::read(&settings.inputs, settings.list)?;
    let key = match &settings.sends_nothing {
        None if list.asks_anything() => Some(key::find(settings.key_file.as_deref())?),
        None => None,
        // Without one the ledger is empty, and nothing else is lost.
        Some(_) => key::find(settings.key_file.as_deref()).ok(),
    };
    let store =
        Store::open(&settings.store, &key.as_ref().map(ApiKey::fingerprint).unwrap_or_default())?;
    let gate = Gate::new(&store, settings.gate, store.quotas().await.as_ref());
    let client = Client::new(settings.client, key);
    let printer = Printer::new(settings.output, talk.clone(), &list);
    let scanner = Scanner::new(&list, &client, &store, &gate, &printer, settings.scan);
    if let Some(why) = settings.sends_nothing {
        gate.close(why);
    }

    let scans = async {
        scanner.settle_without_requests().await;
        scanner.read_quotas().await;
        printer.announce(&scanner.plan().await);
        scanner.settle_unasked();
        tokio::join!(
            ip_scan(&scanner),
            domain_scan(&scanner),
            url_scan(&scanner),
            file_scan(&scanner)
        );
    };
    tokio::select! {
        () = scans => {}
        never = gate.serve() => match never {},
        never = printer.follow(&gate) => match never {},
        ended = interrupt::twice(&gate, talk) => return Ok(ended.map(|()| ExitCode::from(130))?),
    }

    let ending = Ending {
        tally: scanner.tally(),
        requests: gate.requests(),
        took: start.elapsed(),
        closed: gate.closed(),
        fail_on: settings.fail_on,
        unread: list.unread,
        unknown_urls: scanner.unknown_urls(),
    };
    printer.last_lines(&list, &ending);
    Ok(ExitCode::from(ending.code()))
}

#[tokio::main(flavor = "current_thread")]
async fn show_quotas(settings: cli::Settings, talk: &Talk) -> Result<ExitCode> {
    let key = key::find(settings.key_file.as_deref())?;
    let store = Store::open(&settings.store, &key.fingerprint())?;
    let gate = Gate::new(&store, settings.gate, store.quotas().await.as_ref());
    let client = Client::new(settings.client, Some(key));
    let printer = Printer::new(settings.output, talk.clone(), &List::default());
    let read = tokio::select! {
        read = read_quotas(&client, &gate, settings.scan.retries) => read,
        never = gate.serve() => match never {},
        ended = interrupt::twice(&gate, talk) => return Ok(ended.map(|()| ExitCode::from(130))?),
    };
    if read.is_err() && gate.closed() == Some(Closed::Interrupted) {
        return Ok(ExitCode::from(130));
    }
    let quotas = read
        .map_err(|fault| anyhow!("the quotas cannot be read: {}: {}", fault.code, fault.message))?;
    printer.quotas(&quotas, &gate.limits(), &store.spending(&gate.limits()).await)?;
    Ok(ExitCode::SUCCESS)
}
