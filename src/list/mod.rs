//! The list of a run: every unique indicator of the input, where it stands and how often, and how
//! every line was counted.

mod build;
mod document;
mod exclude;
mod index;
mod long_line;
mod notices;
mod options;
mod read;
mod recipient;
mod search;
mod secret;
#[cfg(test)]
mod tests;
mod unique;
mod wrapped;

pub use self::options::ListOptions;
pub use self::read::read;
pub use self::unique::List;
