//! Events of the lower rooms, turned into lines on stderr and in the log of the run.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use regex::Regex;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use super::{Loudness, Talk, printable};

/// The file of `--log-file`: one timestamped line an event, written at once.
#[derive(Clone)]
pub struct Log(Arc<Mutex<Sheet>>);

struct Sheet {
    file: File,
    name: String,
    /// Why the log is not whole, if it is not.
    fault: Option<String>,
}

impl Log {
    /// Opens the file to append to it. A new one is the user's own alone: the
    /// indicators of an incident are nobody else's business.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let mut options = File::options();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).with_context(|| format!("{name} cannot be written"))?;
        let sheet = Sheet { file, name, fault: None };
        Ok(Self(Arc::new(Mutex::new(sheet))))
    }

    /// Why the log is not whole, if it is not.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fault.clone()
    }

    pub(super) fn write(&self, text: &str) {
        // Whole seconds order nothing in a run of one.
        let line = format!("{:.3} {}\n", Timestamp::now(), printable(&without_users(text)));
        let mut sheet = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // In one piece, so that runs that share the file do not mix their lines.
        if let Err(error) = sheet.file.write_all(line.as_bytes()) {
            sheet.fault = Some(format!("{} cannot be written: {error}", sheet.name));
        }
    }
}

/// A text whose URLs hold no user and password: proxies and stores may be given with them, and
/// a token is a user without a password.
fn without_users(text: &str) -> Cow<'_, str> {
    static USER: LazyLock<Regex> = LazyLock::new(|| {
        #[expect(clippy::unwrap_used, reason = "a constant, and every logging test compiles it")]
        Regex::new(r"://[^/?# ]+@").unwrap()
    });
    if text.contains("://") { USER.replace_all(text, "://***@") } else { Cow::Borrowed(text) }
}

/// Has every event of this program said, as far as the loudness goes, and
/// logged. Other crates' events are not: hyper's would show the key's header.
pub fn listen(talk: &Talk) {
    let layer = Lines { talk: talk.clone() };
    // Fails only where a subscriber is set already, and this is the only place that sets one.
    let _ = tracing::subscriber::set_global_default(registry().with(layer));
}

struct Lines {
    talk: Talk,
}

impl Lines {
    fn is_shown(&self, level: Level) -> bool {
        level
            <= match self.talk.loudness {
                Loudness::Quiet => Level::ERROR,
                Loudness::Normal => Level::INFO,
                Loudness::Verbose => Level::DEBUG,
                Loudness::VeryVerbose => Level::TRACE,
            }
    }

    /// Every request is an event of the log only where it is asked for: a line for each would
    /// be twice as long as all others together.
    fn is_logged(&self, level: Level) -> bool {
        self.talk.log.is_some() && (level <= Level::DEBUG || self.is_shown(level))
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn enabled(&self, event: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        let level = *event.level();
        event.target().starts_with(env!("CARGO_PKG_NAME"))
            && (self.is_shown(level) || self.is_logged(level))
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        let mut message = Message(String::new());
        let kind = match level {
            Level::ERROR => "error: ",
            Level::WARN => "warning: ",
            _ => "",
        };
        message.0.push_str(kind);
        event.record(&mut message);
        if self.is_shown(level) {
            self.talk.show(&message.0);
        }
        if self.is_logged(level) {
            self.talk.note(&message.0);
        }
    }
}

/// An event's message; the program's events have no other fields.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            // Writing to a String cannot fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}
