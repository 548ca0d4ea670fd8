//! The man page: clap's part of it, and the sections that a shell's users look for.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::{EXAMPLES, EXIT_CODES};

/// What the program reads from the environment, beside the variables that options name.
const ENVIRONMENT: [(&str, &str); 5] = [
    (
        "VT_API_KEY, VIRUSTOTAL_API_KEY, VTCLI_APIKEY, VT_APIKEY",
        "The API key; the first that is set.",
    ),
    ("VTSCAN_STORE, VTSCAN_API_URL", "As --store and --api-url."),
    ("HTTPS_PROXY, NO_PROXY", "The proxy, and the hosts that are asked without it."),
    ("NO_COLOR, CLICOLOR_FORCE", "No colours; colours in a pipe, too."),
    ("XDG_CONFIG_HOME, XDG_CACHE_HOME", "The folders of the files below."),
];

/// What the program reads and writes where it is not told.
const FILES: [(&str, &str); 4] = [
    ("input.txt", "What is read where no INPUT is named."),
    ("~/.config/vtscan/config.toml", "Defaults of options, by their long names: rate = \"4/min\"."),
    ("~/.cache/vtscan/store.db", "Answers and the requests spent."),
    ("~/.vt.toml, .env", "Where the API key is looked for last; see README."),
];

pub(super) fn page(command: Command) -> io::Result<Vec<u8>> {
    // What clap prints after the help has sections of its own here.
    let man = Man::new(command.after_help(""));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut rest = Roff::new();
    rest.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_CODES {
        rest.control("TP", []).text([bold(code)]).text([roman(meaning)]);
    }
    for (section, entries) in [("ENVIRONMENT", &ENVIRONMENT[..]), ("FILES", &FILES)] {
        rest.control("SH", [section]);
        for (name, meaning) in entries {
            rest.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
        }
    }
    rest.control("SH", ["EXAMPLES"]).control("nf", []);
    for example in EXAMPLES {
        rest.text([roman(example)]);
    }
    rest.control("fi", []);
    rest.to_writer(&mut page)?;
    Ok(page)
}
