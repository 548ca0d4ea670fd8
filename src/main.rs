//! vtscan, told in one screen.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use vtscan::client::Client;
use vtscan::exit::Ending;
use vtscan::gate::Gate;
use vtscan::list::List;
use vtscan::output::{self, Printer, Talk};
use vtscan::scan::{Scanner, domain_scan, file_scan, ip_scan, url_scan};
use vtscan::store::{Memory, Store};
use vtscan::{cli, interrupt, key};

fn main() -> ExitCode {
    let settings = cli::parse();
    let talk = Talk::new(settings.output.loudness);
    output::listen(&talk);
    run(settings, &talk).unwrap_or_else(|error| {
        talk.say(&format!("error: {error:#}"));
        ExitCode::from(2)
    })
}

#[tokio::main(flavor = "current_thread")]
async fn run(settings: cli::Settings, talk: &Talk) -> Result<ExitCode> {
    let start = Instant::now();
    let list = List::read(&settings.inputs, settings.list)?;
    let key = list.asks_anything().then(|| key::find(settings.key_file.as_deref())).transpose()?;
    let store = Store::Memory(Memory::default());
    let gate = Gate::new(&store, settings.gate, None);
    let client = Client::new(settings.client, key);
    let printer = Printer::new(settings.output, talk.clone(), &list);
    let scanner = Scanner::new(&list, &client, &store, &gate, &printer, settings.scan);

    let scans = async {
        scanner.settle_without_requests().await;
        scanner.read_quotas().await;
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
        unknown_urls: scanner.unknown_urls(),
    };
    printer.last_lines(&list, &ending);
    Ok(ExitCode::from(ending.code()))
}
