//! The files that a run uses: none of them may be written as an output or a log.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::args::Args;
use super::config;
use crate::{input, store};

/// Every file that a run may read, by the name it is known by.
pub(super) fn of(args: &Args) -> Vec<PathBuf> {
    let mut used: Vec<PathBuf> = args.inputs.iter().map(input_path).collect();
    if used.is_empty() {
        used.push(input::DEFAULT_INPUT.into());
    }
    used.extend(args.exclude.iter().chain(&args.hash).cloned());
    used.extend(args.key_file.iter().chain(&args.ca_cert).cloned());
    // The key may be in any of these, the defaults in the last, be they used now or not.
    used.extend(std::env::var_os("HOME").map(|home| Path::new(&home).join(".vt.toml")));
    used.push(".env".into());
    used.extend(config::path());
    if let Some(store) = store_file(args.store.as_ref()) {
        // SQLite's own files stand beside it.
        used.extend(["", "-wal", "-shm"].map(|end| {
            let mut name = OsString::from(&store);
            name.push(end);
            PathBuf::from(name)
        }));
    }
    used
}

/// `-` may be a file too: `vtscan - < list.txt`.
fn input_path(argument: &OsString) -> PathBuf {
    if argument == "-" { "/dev/stdin".into() } else { argument.into() }
}

fn store_file(location: Option<&store::Location>) -> Option<PathBuf> {
    match location {
        Some(store::Location::Sqlite(path)) => Some(path.clone()),
        Some(store::Location::None) => None,
        None => {
            let folders = etcetera::choose_base_strategy().ok()?;
            Some(folders.cache_dir().join("vtscan").join("store.db"))
        }
    }
}
