//! Links that a gateway or a redirector wrapped, as what is to be looked up.

use crate::model::Wrapping;
use iocs::indicator::{Indicator, Kind, Reading, classify};
use iocs::unwrap::{Role, Target, unwrap};

/// One of the links that a wrapped one stands for.
pub(super) struct Link {
    pub(super) indicator: Indicator,
    /// How it got there; the default for a link that stands as it was found.
    pub(super) wrapping: Wrapping,
}

/// What is looked up for a wrapped link, in the order of the way: a redirector's link, and what is
/// inside; never a gateway's. `None` for any other indicator, and where the inside is none.
pub(super) fn links(indicator: &Indicator) -> Option<Vec<Link>> {
    if indicator.kind != Kind::Url {
        return None;
    }
    let mut links: Vec<Link> = Vec::new();
    let mut now = Link { indicator: indicator.clone(), wrapping: Wrapping::default() };
    let layers = unwrap(&indicator.text);
    for layer in &layers {
        let text = match &layer.target {
            Target::Url(text) | Target::Domain(text) => text,
        };
        let Reading::Indicator(inside) = classify(text.as_bytes()) else { break };
        let mut wrapping = now.wrapping.clone();
        wrapping.wrapped_by.push(layer.service);
        if layer.role == Role::Redirector {
            now.wrapping.leads_to = Some(inside.text.clone());
            links.push(now);
        }
        now = Link { indicator: inside, wrapping };
    }
    let is_wrapped = !now.wrapping.wrapped_by.is_empty();
    links.push(now);
    is_wrapped.then_some(links)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(url: &str) -> Vec<String> {
        let Reading::Indicator(indicator) = classify(url.as_bytes()) else { panic!("{url}") };
        let links = links(&indicator).unwrap_or_default();
        links.into_iter().map(|link| link.indicator.text).collect()
    }

    const SAFELINK: &str = "https://x.safelinks.protection.outlook.com/?url=";

    #[test]
    fn a_gateway_is_replaced_and_a_redirector_is_not() {
        let inside = "https%3A%2F%2Fevil.com%2Fa";
        assert_eq!(
            texts(&format!("{SAFELINK}{inside}&data=victim%40corp.com")),
            ["https://evil.com/a"]
        );
        let google = "https://www.google.com/url?q=https://evil.com/a";
        assert_eq!(texts(google), [google, "https://evil.com/a"]);
        let both = format!(
            "{SAFELINK}{}",
            "https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.com%2Fa"
        );
        assert_eq!(texts(&both), [google, "https://evil.com/a"]);
    }

    #[test]
    fn how_a_link_got_there_is_said() {
        let both = format!(
            "{SAFELINK}https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%3A%2F%2Fevil.com%2Fa"
        );
        let Reading::Indicator(indicator) = classify(both.as_bytes()) else { panic!() };
        let links = links(&indicator).unwrap();
        assert_eq!(links[0].wrapping.wrapped_by, ["Microsoft SafeLinks"]);
        assert_eq!(links[0].wrapping.leads_to.as_deref(), Some("https://evil.com/a"));
        assert_eq!(links[1].wrapping.wrapped_by, ["Microsoft SafeLinks", "Google"]);
        assert_eq!(links[1].wrapping.leads_to, None);
    }

    #[test]
    fn what_holds_no_indicator_is_kept() {
        assert_eq!(texts("https://evil.com/a"), [""; 0]);
        assert_eq!(texts(&format!("{SAFELINK}https%3A%2F%2Fnowhere.invalid-suffix-x%2F")), [""; 0]);
    }
}
