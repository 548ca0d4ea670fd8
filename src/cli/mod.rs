//! The command line: the only folder that knows clap.

mod args;
mod choices;
mod config;
mod man;
mod own_files;
mod settings;

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use clap_complete::Shell;

use self::args::Args;
pub use self::settings::RunSettings;
use crate::input;
use crate::output::{self, Look, When};

/// What is to be done.
#[derive(Debug)]
pub enum Task {
    /// A scan, or a look at the quotas.
    Run(Box<RunSettings>),
    /// Only this is to be printed.
    Print(String),
    /// This process was started to parse one document.
    ParseDocument,
}

/// Reads the command line and the user's file of defaults; ends the program on wrong use.
///
/// # Errors
/// Something is wrong with the file, or with an argument that a terminal may not be shown.
pub fn parse() -> Result<Task> {
    if input::is_child() {
        return Ok(Task::ParseDocument);
    }
    refuse_the_key()?;
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
    refuse_commands(&args.inputs)?;
    let settings = args.settings(described).unwrap_or_else(|error| {
        Args::command().error(ErrorKind::ValueValidation, format!("{error:#}")).exit()
    });
    Ok(Task::Run(Box::new(settings)))
}

/// There is no option for the key, and its text must not be repeated.
fn refuse_the_key() -> Result<()> {
    let names = ["--key", "--api-key", "--apikey", "--api_key", "-k"];
    let is_one = |arg: &OsString| {
        let text = arg.to_string_lossy();
        names.contains(&text.split('=').next().unwrap_or_default())
    };
    let options = std::env::args_os().skip(1).take_while(|arg| arg != "--");
    match options.into_iter().find(is_one) {
        Some(_) => bail!(
            "there is no option for the API key, which other users could read in the list of \
             processes: set VT_API_KEY, or name a file that holds it with --key-file"
        ),
        None => Ok(()),
    }
}

/// The program has options and no commands, which others have.
fn refuse_commands(inputs: &[OsString]) -> Result<()> {
    let [input] = inputs else { return Ok(()) };
    let is = |name: &str| input == OsStr::new(name) && !Path::new(name).exists();
    if is("help") || is("version") {
        let name = input.to_string_lossy();
        bail!("there is no file '{name}' here; did you mean vtscan --{name}?");
    }
    Ok(())
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
                // Passwords are no part of a log.
                Some("password") => "--password=***".to_owned(),
                Some(long) => format!("--{long}={value}"),
                None => value.into_owned(),
            });
        }
    }
    words.join(" ")
}
