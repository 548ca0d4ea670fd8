//! Links that wrap links: what a mail gateway or a public redirector made of another link.
//!
//! A gateway rewrites every link of a mail for its recipient; what counts is the link inside, and
//! the recipient's address in the wrapper goes nowhere. A public redirector was chosen by the person who
//! sent the link: it counts as written, and its target too. Each form is told by its exact host and
//! path, never by a part of the text, so that a name that looks like a gateway's stays what it is.
//!
//! ```
//! use iocs::unwrap::{Role, Target, unwrap};
//!
//! let layers = unwrap("https://eu1.safelinks.protection.outlook.com/?url=http%3A%2F%2Fevil.com%2Fa");
//! assert_eq!(layers[0].service, "Microsoft SafeLinks");
//! assert_eq!(layers[0].role, Role::Gateway);
//! assert_eq!(layers[0].target, Target::Url("http://evil.com/a".into()));
//! assert!(unwrap("http://evil.com/a").is_empty());
//! ```

mod address;
mod decode;
mod layer;
mod services;

use self::address::Address;
pub use self::layer::{Layer, Role, Target};
use self::services::SERVICES;

/// How many wrappers around one link are taken off.
pub const MOST_LAYERS: usize = 8;

/// The wrappers around a link, the outermost first; none where it is no wrapper, or where what it
/// holds is no http(s) URL. At most [`MOST_LAYERS`].
#[must_use]
pub fn unwrap(url: &str) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    while layers.len() < MOST_LAYERS {
        let link = match layers.last() {
            None => url,
            Some(Layer { target: Target::Url(link), .. }) => link,
            Some(Layer { target: Target::Domain(_), .. }) => break,
        };
        let Some(layer) = outermost(link) else { break };
        layers.push(layer);
    }
    layers
}

/// The wrapper that a link itself is, if it is one.
fn outermost(url: &str) -> Option<Layer> {
    let address = Address::of(url)?;
    let service = SERVICES.iter().find(|service| (service.is_at)(&address))?;
    let target = (service.inside)(&address)?;
    Some(Layer { service: service.name, role: service.role, target })
}

#[cfg(test)]
mod tests;
