//! Where the API key comes from, and a key that cannot print itself.

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use memchr::memchr2_iter;
use toml::de::DeTable;
use tracing::warn;

use crate::ownership;
use crate::wording::SAID_ALWAYS;

/// The environment variables that may hold the key, in the order they are asked.
pub const VARIABLES: [&str; 4] = ["VT_API_KEY", "VIRUSTOTAL_API_KEY", "VTCLI_APIKEY", "VT_APIKEY"];

/// Every key that VirusTotal hands out has this many letters and digits.
const LENGTH: usize = 64;

/// A file that holds the key holds little besides.
const LARGEST_KEY_FILE: u64 = 1 << 16;

/// How many of them are shown where a text holds the key: enough to tell which key it is.
const SHOWN: usize = 4;

/// A VirusTotal API key. It has no `Display`, and its `Debug` hides it: code that
/// wants the text has to say so by name.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Reads a key from the text of `place` (named in the error, never the text).
    ///
    /// # Errors
    /// A length other than 64, or a character other than an ASCII letter or digit:
    /// it could not stand in a header or a path.
    pub fn parse(text: &str, place: &str) -> Result<Self> {
        let text = text.trim();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            bail!(
                "the API key in {place} holds a character that no key has: \
                 only letters and digits (copy it anew from \
                 https://www.virustotal.com/gui/my-apikey)"
            );
        }
        if text.len() != LENGTH {
            bail!(
                "the API key in {place} has {} characters, a key has {LENGTH} (copy it anew from \
                 https://www.virustotal.com/gui/my-apikey)",
                text.len()
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// The key itself, for the header and the one path that holds it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A text that holds the key, in whatever case, with all but the key's first
    /// four characters hidden; `None` for a text that does not hold it.
    #[must_use]
    pub fn hidden_in(&self, text: &str) -> Option<String> {
        let (bytes, key) = (text.as_bytes(), self.0.as_bytes());
        let (lower, upper) = (key[0].to_ascii_lowercase(), key[0].to_ascii_uppercase());
        let (mut hidden, mut end) = (String::new(), 0);
        for start in memchr2_iter(lower, upper, bytes) {
            let is_key = bytes
                .get(start..start + LENGTH)
                .is_some_and(|found| found.eq_ignore_ascii_case(key));
            if is_key && start >= end {
                hidden.push_str(&text[end..start + SHOWN]);
                hidden.push_str("***");
                end = start + LENGTH;
            }
        }
        (end > 0).then(|| hidden + &text[end..])
    }

    /// The key's SHA-256 in hex: what the ledger knows it by.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use sha2::Digest;
        sha2::Sha256::digest(&self.0).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(hidden)")
    }
}

/// The outcome of looking for the key. Even a run that asks nothing looks for it,
/// since the key must not be shown: what there is to say of it, an error too, is
/// said only where the key is needed.
#[derive(Debug)]
pub struct Search {
    key: Result<ApiKey>,
    remarks: Vec<Remark>,
}

/// What there is to say of where the key was found.
#[derive(Debug)]
enum Remark {
    Warning(String),
    /// Said even with `-q`.
    Always(String),
}

impl Remark {
    fn say(&self) {
        match self {
            Self::Warning(text) => warn!("{text}"),
            Self::Always(text) => warn!(target: SAID_ALWAYS, "{text}"),
        }
    }
}

impl Search {
    /// The key, if there is one that can be used.
    #[must_use]
    pub fn found(&self) -> Option<&ApiKey> {
        self.key.as_ref().ok()
    }

    /// The key of a run that asks something.
    ///
    /// # Errors
    /// No key was found, or the first one found is not a key.
    pub fn needed(self) -> Result<ApiKey> {
        self.remarks.iter().for_each(Remark::say);
        self.key
    }
}

/// Looks for the key: in the file given by `--key-file`, the environment, VirusTotal's
/// own command line's `~/.vt.toml`, the current folder's `.env`.
#[must_use]
pub fn find(key_file: Option<&Path>) -> Search {
    let mut remarks = Vec::new();
    let key = look(key_file, &mut remarks);
    Search { key, remarks }
}

fn look(key_file: Option<&Path>, remarks: &mut Vec<Remark>) -> Result<ApiKey> {
    if let Some(path) = key_file {
        let text = read_key_file(path)
            .with_context(|| format!("--key-file {} cannot be read", path.display()))?;
        remarks.extend(writable_by_others(path).into_iter().chain(open_to_others(path)));
        return ApiKey::parse(&text, &path.display().to_string());
    }
    for name in VARIABLES {
        match std::env::var(name) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => return ApiKey::parse(&text, name),
            Err(std::env::VarError::NotPresent) => {}
            Err(std::env::VarError::NotUnicode(_)) => bail!("the API key in {name} is not text"),
        }
    }
    if let Some(key) = from_vt_cli(remarks)? {
        return Ok(key);
    }
    if let Some(key) = from_dot_env(Path::new(".env"), remarks)? {
        return Ok(key);
    }
    Err(anyhow!(
        "no API key: set VT_API_KEY, or name a file that holds it with --key-file \
         (a free key: https://www.virustotal.com/gui/my-apikey)"
    ))
}

/// The text of the key's file, which may be a FIFO, but none that never ends.
fn read_key_file(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(LARGEST_KEY_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST_KEY_FILE {
        return Err(io::Error::other("it holds more than a key"));
    }
    Ok(text)
}

/// `apikey` in `~/.vt.toml`, where `vt init` writes it.
fn from_vt_cli(remarks: &mut Vec<Remark>) -> Result<Option<ApiKey>> {
    let Some(home) = std::env::var_os("HOME").filter(|home| !home.is_empty()) else {
        return Ok(None);
    };
    let path = PathBuf::from(home).join(".vt.toml");
    let Some((text, file)) = read_if_there(&path, remarks) else {
        return Ok(None);
    };
    let settings = match DeTable::parse(&text) {
        Ok(settings) => settings,
        Err(error) => {
            // What TOML's own message quotes may be the key.
            let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
            let line = before.matches('\n').count() + 1;
            let why = format!("{} is passed over: line {line} is not TOML", path.display());
            remarks.push(Remark::Warning(why));
            return Ok(None);
        }
    };
    let key = settings.get_ref().get("apikey").and_then(|value| value.get_ref().as_str());
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    check(&path, &file)?;
    remarks.extend(open_to_others(&path));
    ApiKey::parse(key, &path.display().to_string()).map(Some)
}

/// `VT_API_KEY=` in the current folder's `.env`: that one name alone, for an
/// untrusted folder must set neither a URL, a proxy nor a store.
fn from_dot_env(path: &Path, remarks: &mut Vec<Remark>) -> Result<Option<ApiKey>> {
    let Some((text, file)) = read_if_there(path, remarks) else {
        return Ok(None);
    };
    let Some(value) = assigned(&text, VARIABLES[0]) else {
        return Ok(None);
    };
    check(path, &file)?;
    let used = format!("using the API key in {} of the current folder", path.display());
    remarks.push(Remark::Always(used));
    remarks.extend(open_to_others(path));
    ApiKey::parse(value, &path.display().to_string()).map(Some)
}

/// Refuses a file with a key that is not the user's own: the owner of a key sees what it looked up.
fn check(path: &Path, file: &fs::Metadata) -> Result<()> {
    ownership::check(path, file).map_err(|unfit| {
        anyhow!(unfit.advice("name a file of your own with --key-file, or set VT_API_KEY"))
    })
}

/// The text of a small file and what the file is, both from one opening, so that
/// nobody changes it in between; `None` where there is no such file.
fn read_if_there(path: &Path, remarks: &mut Vec<Remark>) -> Option<(String, fs::Metadata)> {
    // A folder, a device or a FIFO of that name is no settings file, and opening it might block.
    if fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        return None;
    }
    let read = || -> io::Result<_> {
        let mut file = fs::File::open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), file.metadata()?))
    };
    match read() {
        Ok(found) => Some(found),
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                let why = format!("{} is passed over: {error}", path.display());
                remarks.push(Remark::Warning(why));
            }
            None
        }
    }
}

/// The value of a `name=value` line, quotes and a leading `export` taken off.
fn assigned<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines()
        .map(str::trim)
        .find_map(|line| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let (left, value) = line.split_once('=')?;
            (left.trim() == name).then(|| unquoted(value.trim()))
        })
        .filter(|value| !value.is_empty())
}

/// The text between quotes, or up to a comment where there are no quotes.
fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or(rest);
        }
    }
    value.split_once(" #").map_or(value, |(value, _)| value).trim_end()
}

/// The warning about a named file that another user can exchange the key in.
fn writable_by_others(path: &Path) -> Option<Remark> {
    let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let unfit = ownership::check(path, &file).err()?;
    Some(Remark::Warning(match unfit {
        ownership::Unfit::WritableByOthers(path) => {
            format!("{0} can be written by other users: chmod go-w {0}", path.display())
        }
        ownership::Unfit::OfAnother(path, owner) => {
            format!("{} belongs to {owner}, who can change the key", path.display())
        }
    }))
}

/// The warning about a key that others can read, and so can spend.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<Remark> {
    use std::os::unix::fs::MetadataExt;
    let is_open = fs::metadata(path).is_ok_and(|file| file.is_file() && file.mode() & 0o044 != 0);
    let warning = || format!("{0} can be read by others: chmod 600 {0}", path.display());
    is_open.then(|| Remark::Warning(warning()))
}

#[cfg(not(unix))]
fn open_to_others(_path: &Path) -> Option<Remark> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_with_and_without_quotes() {
        for text in
            ["VT_API_KEY=abc", "export VT_API_KEY='abc' # mine", "# x\nVT_API_KEY = \"abc\""]
        {
            assert_eq!(assigned(text, "VT_API_KEY"), Some("abc"), "{text}");
        }
        assert_eq!(assigned("OTHER_VT_API_KEY=abc\nVT_API_KEY=\n", "VT_API_KEY"), None);
    }

    #[test]
    fn debug_hides_it() {
        let text = "a1b2c3d4".repeat(8);
        let key = ApiKey::parse(&text, "here").unwrap();
        for shown in [format!("{key:?}"), format!("{key:#?}"), format!("{:?}", Some(key.clone()))] {
            assert!(!shown.to_lowercase().contains("a1b2"), "{shown}");
        }
    }

    #[test]
    fn the_key_is_hidden_in_whatever_case_and_wherever_it_stands() {
        let key = ApiKey::parse(&"a1b2".repeat(16), "here").unwrap();
        let upper = "A1B2".repeat(16);
        assert_eq!(key.hidden_in(&upper).as_deref(), Some("A1B2***"));
        let text = format!("a, é{}{upper}a1b2 文件", key.reveal());
        assert_eq!(key.hidden_in(&text).as_deref(), Some("a, éa1b2***A1B2***a1b2 文件"));
        assert_eq!(key.hidden_in(&upper[1..]), None);
        assert_eq!(key.hidden_in(""), None);
    }

    #[test]
    fn an_error_never_shows_the_key() {
        for text in ["0123456789", "s3cret with spaces", &"s3cret".repeat(20), "s3cret\r\nX: y"] {
            let error = ApiKey::parse(text, "VT_API_KEY").unwrap_err().to_string();
            assert!(!error.contains("s3cret") && !error.contains("0123456789"), "{error}");
        }
        let key = ApiKey::parse(&"a1".repeat(32), "here").unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(hidden)");
    }
}
