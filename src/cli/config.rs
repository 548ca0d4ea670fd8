//! The user's own defaults: `vtscan/config.toml` in the user's config folder, any long option by
//! its name. The command line and the environment go before it.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use etcetera::BaseStrategy;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::ownership;

/// What the program does instead of a scan is no default of one.
const NO_DEFAULTS: [&str; 7] =
    ["help", "version", "quota", "completions", "man", "schema", "no-config"];

/// The file is the user's own, but a folder with `input.txt` in it may be anyone's: files that are
/// read by default must not come from the current one. A store in a file is one more.
const READ: [&str; 3] = ["exclude", "key-file", "ca-cert"];

/// Where the file is, if the user has a place for it.
pub(super) fn path() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    // The current folder may be anyone's: a relative path is ignored, as XDG asks.
    Some(folders.config_dir().join("vtscan/config.toml")).filter(|path| path.is_absolute())
}

/// The command with the file's defaults, if there is a file. Options that the command line
/// contradicts are left as they were.
///
/// # Errors
/// The file cannot be read, is not the user's own alone, or says something that is not an option's
/// default; file and line are named.
pub(super) fn apply(mut command: Command, given: &ArgMatches) -> Result<Command> {
    let Some(path) = path() else { return Ok(command) };
    let (text, file) = match text_of(&path) {
        Ok(found) => found,
        Err(error) if is_absence(error.kind()) => return Ok(command),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", path.display()));
        }
    };
    ownership::check(&path, &file).map_err(|unfit| {
        anyhow!(unfit.advice("make a file of your own, or leave it out with --no-config"))
    })?;
    // A built command knows its conflicts, but cannot be changed any more.
    let mut built = command.clone();
    built.build();
    for default in read(&text, &path, &built)? {
        if !is_contradicted(&default.id, &built, given) {
            command = command.mut_arg(default.id, |arg| arg.default_values(default.values));
        }
    }
    Ok(command)
}

/// The text, and what the file is, both from one opening: nobody changes it in between.
fn text_of(path: &Path) -> io::Result<(String, fs::Metadata)> {
    let mut file = fs::File::open(path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok((text, file.metadata()?))
}

/// Also where the path is not a folder: `XDG_CONFIG_HOME=/dev/null` is a way to have no defaults.
fn is_absence(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// One option's default.
struct Setting {
    id: String,
    values: Vec<OsString>,
}

fn read(text: &str, path: &Path, command: &Command) -> Result<Vec<Setting>> {
    let at = |span: Range<usize>| {
        let line = text[..span.start.min(text.len())].matches('\n').count() + 1;
        format!("{}:{line}", path.display())
    };
    let table = DeTable::parse(text).map_err(|error| {
        anyhow!("{}: {}", at(error.span().unwrap_or_default()), error.message())
    })?;
    let mut defaults = Vec::new();
    let mut together = vec![OsString::from("vtscan")];
    for (name, value) in table.get_ref() {
        let (arg, words) = option(name.get_ref(), value, path, command)
            .map_err(|error| anyhow!("{}: {error:#}", at(name.span())))?;
        let mut alone = vec![OsString::from("vtscan")];
        alone.extend(words.iter().cloned());
        check(command, alone).map_err(|error| anyhow!("{}: {error}", at(name.span())))?;
        together.extend(words.iter().cloned());
        let values = values_of(&words, arg);
        defaults.push(Setting { id: arg.get_id().to_string(), values });
    }
    check(command, together).map_err(|error| anyhow!("{}: {error}", path.display()))?;
    Ok(defaults)
}

/// An option and its words, as a command line would have them.
fn option<'c>(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    path: &Path,
    command: &'c Command,
) -> Result<(&'c Arg, Vec<OsString>)> {
    let is_it = |arg: &&Arg| arg.get_long() == Some(name);
    let Some(arg) = command.get_arguments().find(is_it).filter(|_| !NO_DEFAULTS.contains(&name))
    else {
        return Err(unknown(name, command));
    };
    let long = format!("--{name}");
    let words = match (arg.get_action(), value.get_ref()) {
        (ArgAction::SetTrue, DeValue::Boolean(true)) => vec![long.into()],
        (ArgAction::SetTrue, DeValue::Boolean(false)) => Vec::new(),
        (ArgAction::SetTrue, _) => bail!("'{name}' is true or false"),
        (ArgAction::Count, DeValue::Integer(count)) => {
            let count: usize =
                count.as_str().parse().ok().filter(|&count| count <= 9).with_context(|| {
                    format!("'{name}' is how often it would be given, such as 1")
                })?;
            vec![long.into(); count]
        }
        (ArgAction::Count, _) => bail!("'{name}' is how often it would be given, such as 1"),
        (ArgAction::Append, DeValue::Array(values)) => {
            let words = values.iter().map(|value| word(name, value.get_ref(), path));
            words.collect::<Result<_>>()?
        }
        (_, value) => vec![word(name, value, path)?],
    };
    Ok((arg, words))
}

/// `--name=value`.
fn word(name: &str, value: &DeValue<'_>, path: &Path) -> Result<OsString> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        _ => bail!("'{name}' is a text in quotes or a number"),
    };
    let mut word = OsString::from(format!("--{name}="));
    match text.strip_prefix("sqlite:").filter(|_| name == "store") {
        Some(file) => {
            word.push("sqlite:");
            word.push(beside(path, file));
        }
        None if READ.contains(&name) => word.push(beside(path, &text)),
        None => word.push(text),
    }
    Ok(word)
}

/// A path in the file: `~/` is the home folder, and a relative one begins beside the file.
fn beside(file: &Path, text: &str) -> OsString {
    let home = text.strip_prefix("~/").zip(etcetera::home_dir().ok());
    match (home, file.parent()) {
        (Some((rest, home)), _) => home.join(rest).into(),
        (None, Some(folder)) => folder.join(text).into(),
        (None, None) => text.into(),
    }
}

/// What clap is to take as the default that the words would give.
fn values_of(words: &[OsString], arg: &Arg) -> Vec<OsString> {
    match arg.get_action() {
        ArgAction::SetTrue => vec![(!words.is_empty()).to_string().into()],
        ArgAction::Count => vec![words.len().to_string().into()],
        _ => {
            let prefix = format!("--{}=", arg.get_long().unwrap_or_default());
            let value = |word: &OsString| {
                let bytes = &word.as_encoded_bytes()[prefix.len()..];
                // The texts of a TOML file are UTF-8; a folder's name need not be.
                String::from_utf8_lossy(bytes).into_owned().into()
            };
            words.iter().map(value).collect()
        }
    }
}

fn unknown(name: &str, command: &Command) -> anyhow::Error {
    if ["key", "apikey", "api-key", "api_key"].contains(&name.to_ascii_lowercase().as_str()) {
        return anyhow!("the API key has no place here: put it into VT_API_KEY or ~/.vt.toml");
    }
    if NO_DEFAULTS.contains(&name) {
        return anyhow!("'{name}' has no default: give it on the command line");
    }
    let mut message = format!("there is no option '--{name}'");
    let mistake = command.clone().try_get_matches_from(["vtscan".to_owned(), format!("--{name}")]);
    if let Err(error) = mistake
        && let Some(ContextValue::String(meant)) = error.get(ContextKind::SuggestedArg)
    {
        message += &format!("; did you mean '{}'?", meant.trim_start_matches('-'));
    }
    anyhow!(message)
}

/// Has clap say what is wrong, in one line.
fn check(command: &Command, words: Vec<OsString>) -> Result<(), String> {
    let Err(error) = command.clone().try_get_matches_from(words) else { return Ok(()) };
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim);
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let possible = lines.next().filter(|line| line.starts_with('['));
    Err([Some(first.as_str()), possible].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Whether the command line says something that does not go with an option.
fn is_contradicted(id: &str, command: &Command, given: &ArgMatches) -> bool {
    let conflicts = |one: &Arg, other: &str| {
        command.get_arg_conflicts_with(one).iter().any(|arg| arg.get_id() == other)
    };
    let Some(arg) = command.get_arguments().find(|arg| arg.get_id() == id) else { return false };
    command.get_arguments().any(|other| {
        let other_id = other.get_id().as_str();
        given.value_source(other_id) == Some(ValueSource::CommandLine)
            && (conflicts(arg, other_id) || conflicts(other, id))
    })
}
