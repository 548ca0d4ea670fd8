//! One line, one indicator: what it is, how it is written, and what else is known of it.
//!
//! [`classify`] undoes a line's defanging, tells its shape by regular expressions, and has the code
//! for that shape check it and bring it into its one canonical form, in which it is looked up and
//! compared. [`defang`] does the opposite.

mod classify;
mod defang;
mod digest;
mod facts;
mod hash;
mod host;
mod kind;
mod reading;
mod refang;
mod report_page;
mod reserved;
mod shape;
mod spoilt;
mod token;
mod url;
mod user;

pub use crate::lexicon::FILE_EXTENSION_SUFFIXES;

pub use self::classify::classify;
pub use self::defang::defang;
pub use self::digest::Digest;
pub use self::facts::{Facts, Scheme, User};
pub use self::kind::Kind;
pub use self::reading::{Indicator, Invalid, Reading};
pub use self::reserved::Reserved;
pub use self::token::{has_suffix, has_suffix_of_labels};
pub use self::url::host_of;

pub(crate) use self::classify::without_note;
pub(crate) use self::refang::refang;
pub(crate) use self::token::{
    address, address4, domain, file, range, span, url, url_without_scheme, web,
};
