//! What a terminal is shown beside the text: colours, links, lines that fit.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};

use crate::model::Verdict;

/// When something is shown: `--color`, `--progress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Where it is of use.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl When {
    /// Every choice, by its name.
    pub const ALL: [(&'static str, Self); 3] =
        [("auto", Self::Auto), ("always", Self::Always), ("never", Self::Never)];

    /// Whether it is shown, where `auto` tells whether it is of use.
    #[must_use]
    pub fn holds(self, auto: impl FnOnce() -> bool) -> bool {
        match self {
            Self::Auto => auto(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// What only a terminal is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The verdict is coloured.
    pub colour: bool,
    /// The indicator is a hyperlink to its page at VirusTotal.
    pub links: bool,
    /// Lines fit the terminal: long ones are shortened.
    pub fits: bool,
}

impl Look {
    /// What stdout is shown, be it a terminal or not.
    #[must_use]
    pub fn of_stdout(colour: When) -> Self {
        let fits = io::stdout().is_terminal();
        let colour = has_colour(colour, &io::stdout());
        let knows_links = || supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
        Self { colour, links: fits && colour && knows_links(), fits }
    }
}

/// Whether a stream is coloured.
pub(super) fn has_colour(colour: When, stream: &impl IsTerminal) -> bool {
    let is_dumb = || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    colour.holds(|| match colour_by_environment() {
        Some(colour) => colour,
        None => stream.is_terminal() && !is_dumb(),
    })
}

/// What `NO_COLOR` (no-color.org), then `CLICOLOR_FORCE` (bixense.com/clicolors) ask for.
///
/// `anstyle-query` was tried: it takes `CLICOLOR_FORCE=0`, which forces nothing, for a force.
fn colour_by_environment() -> Option<bool> {
    let value = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    match (value("NO_COLOR"), value("CLICOLOR_FORCE")) {
        (Some(_), _) => Some(false),
        (None, Some(force)) => Some(force != "0"),
        (None, None) => None,
    }
}

/// How a verdict is coloured.
pub(super) fn verdict_style(verdict: Verdict) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match verdict {
        Verdict::Malicious => colour(AnsiColor::Red).bold(),
        Verdict::Suspicious => colour(AnsiColor::Yellow),
        // Not green: it is no promise of safety.
        Verdict::Undetected => Style::new(),
        Verdict::Unknown | Verdict::Pending => colour(AnsiColor::Cyan),
        Verdict::Failed | Verdict::Invalid => colour(AnsiColor::Magenta),
        Verdict::Deferred | Verdict::Skipped => Style::new().dimmed(),
    }
}
