//! Events of the lower rooms, turned into lines on stderr.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use super::{Loudness, Talk};

/// Has every event of this program said, as far as the loudness goes. Other
/// crates' events are not: hyper's would show the key's header.
pub fn listen(talk: &Talk) {
    let layer = Lines { talk: talk.clone() };
    // Fails only where a subscriber is set already, and this is the only place that sets one.
    let _ = tracing::subscriber::set_global_default(registry().with(layer));
}

struct Lines {
    talk: Talk,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn enabled(&self, event: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        let loudest = match self.talk.loudness {
            Loudness::Quiet => Level::ERROR,
            Loudness::Normal => Level::INFO,
            Loudness::Verbose => Level::DEBUG,
        };
        event.target().starts_with(env!("CARGO_PKG_NAME")) && *event.level() <= loudest
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        match *event.metadata().level() {
            Level::ERROR => self.talk.say(&format!("error: {}", message.0)),
            Level::WARN => self.talk.say(&format!("warning: {}", message.0)),
            _ => self.talk.say(&message.0),
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
