//! Events of the other folders, turned into lines on stderr and in the log.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::console::{Console, Verbosity};
use crate::wording::SAID_ALWAYS;

/// Has every event of this program said, as far as the verbosity goes, and logged. Other crates'
/// events are not: hyper's would show the key's header.
pub(super) fn listen(console: &Console) {
    let events = Events { console: console.clone() };
    // Fails only where a subscriber is set already, and this is the only place that sets one.
    let _ = tracing::subscriber::set_global_default(events);
}

/// A subscriber of events alone: the program has no spans, so it needs no registry of them
/// (`tracing-subscriber` and the four crates below it).
struct Events {
    console: Console,
}

impl Events {
    fn is_shown(&self, event: &Metadata<'_>) -> bool {
        event.target() == SAID_ALWAYS
            || *event.level()
                <= match self.console.verbosity {
                    Verbosity::Quiet => Level::ERROR,
                    Verbosity::Normal => Level::INFO,
                    Verbosity::Verbose => Level::DEBUG,
                    Verbosity::VeryVerbose => Level::TRACE,
                }
    }

    /// Every request is an event of the log only where it is asked for: a line for each would
    /// be twice as long as all others together.
    fn is_logged(&self, event: &Metadata<'_>) -> bool {
        self.console.log.is_some() && (*event.level() <= Level::DEBUG || self.is_shown(event))
    }
}

impl Subscriber for Events {
    fn enabled(&self, event: &Metadata<'_>) -> bool {
        // What is no span is an event, or a question whether one would be heard.
        !event.is_span()
            && event.target().starts_with(env!("CARGO_PKG_NAME"))
            && (self.is_shown(event) || self.is_logged(event))
    }

    fn event(&self, event: &Event<'_>) {
        let about = event.metadata();
        let kind = match *about.level() {
            Level::ERROR => "error: ",
            Level::WARN => "warning: ",
            _ => "",
        };
        let mut message = Message(kind.to_owned());
        event.record(&mut message);
        if self.is_shown(about) {
            self.console.show(&message.0);
        }
        if self.is_logged(about) {
            self.console.note(&message.0);
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
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
