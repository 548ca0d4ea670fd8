//! The only writer of stdout, stderr and the files of a run: records on the one, what is said to the
//! user on the other.

mod atomic_file;
mod begin;
mod closing;
mod console;
mod defang;
mod display;
mod events;
mod formats;
mod headline;
mod log_file;
mod own_links;
mod printable;
mod printer;
mod progress;
mod queue;
mod quota;
mod run_details;
mod settings;
mod sink;
mod stdout;
mod terminal;

pub use self::begin::begin;
pub use self::console::{Console, Verbosity};
pub use self::display::IndicatorForm;
pub use self::formats::{Deferred, FORMATS, Format, SCHEMA, extensions, unknown_extension};
pub use self::printer::Printer;
pub use self::quota::show_quotas;
pub use self::settings::OutputSettings;
pub use self::stdout::{pipe, print};
pub use self::terminal::{Look, When};
