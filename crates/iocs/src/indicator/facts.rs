//! What is known of an indicator besides its text. Nothing here says what may be sent: code that
//! sends indicators decides that by these facts.

use super::reserved::Reserved;

/// What is known of an indicator besides its text.
///
/// ```
/// use iocs::indicator::{Reading, Reserved, Scheme, User, classify};
///
/// let Reading::Indicator(found) = classify(b"hxxp://admin:secret@10[.]0[.]0[.]1/x") else { panic!() };
/// assert_eq!(found.facts.reserved, Some(Reserved::PrivateUse));
/// assert_eq!(found.facts.user, User::Password);
/// assert_eq!(found.facts.scheme, Scheme::Web);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// The registry's row by which the address or the name means nothing outside its own network;
    /// for a URL the row of its host.
    pub reserved: Option<Reserved>,
    /// What a URL says before its host.
    pub user: User,
    /// How a URL begins.
    pub scheme: Scheme,
    /// Whether this is a range of addresses (CIDR, RFC 4632) and not one of them.
    pub is_range: bool,
    /// Whether a hash is a secret by the label of this very value, such as `PHPSESSID=`, or by the
    /// column of a tool that dumps passwords. The same hash may stand elsewhere without one.
    pub is_secret: bool,
}

/// What stands before the `@` of a URL's host (RFC 3986, section 3.2.1). What comes later is more of
/// a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum User {
    /// Nothing.
    #[default]
    None,
    /// A user without a password. In a lure it is what the victim is to take for the host:
    /// `https://www.paypal.com@evil.com/`.
    Name,
    /// A user that is a token, by its issuer's prefix: anyone who has it gets in.
    Token,
    /// A password, with or without a user, also in a URL within the path, the query or the fragment.
    Password,
}

/// The scheme of a URL.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// The indicator is no URL.
    #[default]
    None,
    /// `http` or `https`.
    Web,
    /// None was written; the URL is read as `http`, as a browser does.
    Assumed,
    /// Any other.
    Other,
}
