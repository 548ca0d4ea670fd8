//! The only writer of stdout and stderr: records on the one, talk on the other.

mod jsonl;
mod log;
mod progress;
mod quota;
mod text;

use std::borrow::Cow;
use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{self, BufWriter, Stdout, Write};

use indicatif::ProgressBar;
use jiff::Timestamp;

pub use self::log::listen;
use crate::exit::Ending;
use crate::gate::{Closed, Gate};
use crate::indicator::defang;
use crate::list::{Content, List};
use crate::plan::Plan;
use crate::quota::{Limits, Quotas, Spending};
use crate::report::{Record, Verdict};

/// What stdout gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One padded line a record, for people, `grep` and `awk`.
    Text,
    /// One JSON object a line.
    Jsonl,
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loudness {
    /// `-q`: errors alone.
    Quiet,
    /// What the user should know.
    Normal,
    /// `-v`: every ignored line, wait and retry.
    Verbose,
}

/// What the user may set about output.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What stdout gets.
    pub format: Format,
    /// Print only these verdicts; all where empty.
    pub only: Vec<Verdict>,
    /// Print indicators defanged.
    pub defang: bool,
    /// Whether text lists what was not tried: a dry run has little else to say.
    pub lists_deferred: bool,
    /// Whether records are coloured.
    pub colour: bool,
    /// Whether the bar is drawn.
    pub progress: bool,
    /// How much is said on stderr.
    pub loudness: Loudness,
}

/// stderr: messages and the progress bar, never mixed.
#[derive(Clone)]
pub struct Talk {
    bar: ProgressBar,
    loudness: Loudness,
}

impl Talk {
    /// Talk of this loudness, with a bar that is hidden until it is followed.
    #[must_use]
    pub fn new(loudness: Loudness) -> Self {
        Self { bar: ProgressBar::hidden(), loudness }
    }

    /// Writes one line, whatever it holds: characters that a terminal would obey are escaped.
    pub fn say(&self, text: &str) {
        self.bar.suspend(|| {
            // Where stderr is gone there is nobody to tell.
            let _ = writeln!(io::stderr(), "vtscan: {}", printable(text));
        });
    }

    /// Writes one line unless `-q`.
    pub fn remark(&self, text: &str) {
        if self.loudness > Loudness::Quiet {
            self.say(text);
        }
    }
}

/// stdout: records, each written whole and flushed.
pub struct Printer {
    settings: Settings,
    talk: Talk,
    layout: text::Layout,
    entries: usize,
    out: RefCell<BufWriter<Stdout>>,
}

impl Printer {
    /// A printer of a list's records.
    #[must_use]
    pub fn new(settings: Settings, talk: Talk, list: &List) -> Self {
        let layout = text::Layout::of(list, settings.defang);
        let out = RefCell::new(BufWriter::new(io::stdout()));
        Self { settings, talk, layout, entries: list.entries.len(), out }
    }

    /// Writes one record, if it is one of those that are wanted.
    ///
    /// # Errors
    /// stdout cannot be written.
    pub fn record(&self, record: &Record<'_>) -> io::Result<()> {
        self.talk.bar.inc(1);
        if !self.wants(record.verdict) {
            return Ok(());
        }
        let indicator = match &record.entry.content {
            Content::Indicator(indicator) if self.settings.defang => Cow::Owned(defang(indicator)),
            Content::Indicator(_) | Content::Invalid(..) => Cow::Borrowed(record.entry.text()),
        };
        let line = match self.settings.format {
            Format::Text => text::line(record, &indicator, &self.layout, self.settings.colour),
            Format::Jsonl => jsonl::line(record, &indicator)?,
        };
        self.talk.bar.suspend(|| {
            let mut out = self.out.borrow_mut();
            out.write_all(line.as_bytes())?;
            out.flush()
        })
    }

    /// Says what a run costs, before anything is spent.
    pub fn announce(&self, plan: &Plan) {
        if self.settings.lists_deferred {
            self.talk.remark(&format!("dry run: {plan}"));
        } else if let Some(announcement) = plan.announcement() {
            self.talk.remark(&announcement);
        }
        if let Some(queries) = plan.about_queries() {
            self.talk.remark(&queries);
        }
    }

    /// Shows the key's limits and use.
    ///
    /// # Errors
    /// stdout cannot be written.
    pub fn quotas(&self, quotas: &Quotas, limits: &Limits, spending: &Spending) -> io::Result<()> {
        let text = match self.settings.format {
            Format::Text => quota::text(quotas, limits, spending, Timestamp::now()),
            Format::Jsonl => quota::json(quotas, limits, spending, Timestamp::now())?,
        };
        let mut out = self.out.borrow_mut();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// Keeps the progress bar up to date, for as long as it is polled.
    pub async fn follow(&self, gate: &Gate<'_>) -> Infallible {
        if self.settings.progress {
            progress::follow(&self.talk, gate, self.entries).await
        } else {
            std::future::pending().await
        }
    }

    /// Says how the run ended; the two lines of counts last. A reader who has
    /// closed the pipe wants no more.
    pub fn last_lines(&self, list: &List, ending: &Ending) {
        self.talk.bar.finish_and_clear();
        if ending.closed == Some(Closed::OutputClosed) {
            return;
        }
        if let Some(error) = ending.error() {
            self.talk.say(&format!("error: {error}"));
        }
        if ending.unknown_urls > 0 {
            self.talk.remark(&format!(
                "{} URLs are unknown and were not submitted (--submit has VirusTotal analyse them, \
                 which makes them visible to others)",
                ending.unknown_urls
            ));
        }
        let unread = list.unread;
        if unread > 0 {
            self.talk.remark(&format!("{unread} files could not be read: no answers on them"));
        }
        self.talk.remark(&list.to_string());
        self.talk.remark(&ending.last_line());
    }

    /// Text has no use for hundreds of lines that say only "not tried": those
    /// are counted, and listed where `--only` asks.
    fn wants(&self, verdict: Verdict) -> bool {
        if self.settings.only.is_empty() {
            return verdict != Verdict::Deferred
                || self.settings.lists_deferred
                || self.settings.format != Format::Text;
        }
        self.settings.only.contains(&verdict)
    }
}

/// Text from outside, with every character escaped that a terminal would obey
/// or that cannot be seen: controls, direction overrides, zero-width ones.
fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        if is_printable(char) {
            escaped.push(char);
        } else {
            escaped.extend(char.escape_debug());
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character is shown as itself, and as nothing else.
fn is_printable(char: char) -> bool {
    // Behind a letter, so that a combining mark is no reason for an escape; and
    // what is ASCII `escape_debug` might escape only for the sake of a literal.
    matches!(char, ' '..='~') || ['a', char].iter().collect::<String>().escape_debug().count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_letters_stay() {
        assert_eq!(printable("\u{1b}[31mred\u{7}\r\n\t"), "\\u{1b}[31mred\\u{7}\\r\\n\\t");
        assert_eq!(printable("a\u{202e}b\u{200b}\u{85}"), "a\\u{202e}b\\u{200b}\\u{85}");
        let plain = "Größe 文件 'quoted' \"x\" C:\\dir e\u{301}";
        assert_eq!(printable(plain), plain);
    }
}
