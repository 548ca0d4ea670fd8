//! The parts of an http(s) URL that tell a wrapper: its host, its path, its parameters.

/// An http(s) URL, taken apart.
pub(super) struct Address<'u> {
    /// The host in lower case, without the dot at its end.
    pub(super) host: String,
    /// From the first `/` to the `?` or `#`; empty where there is no path.
    pub(super) path: &'u str,
    /// Behind the `?`; a `#` within it stays, for what is inside may hold one that is not encoded.
    pub(super) query: &'u str,
    /// All behind the host, for forms that hold a whole URL in their path.
    pub(super) rest: &'u str,
}

impl<'u> Address<'u> {
    /// `None` for what is not an http(s) URL, and for one with a user before its host: no service
    /// writes one, and a deceiver does.
    pub(super) fn of(url: &'u str) -> Option<Self> {
        let behind = after_scheme(url)?;
        // A browser reads `\` as `/`: the host ends at whichever comes first.
        let end = behind.find(['/', '\\', '?', '#']).unwrap_or(behind.len());
        let (authority, rest) = behind.split_at(end);
        if authority.contains('@') || rest.starts_with('\\') {
            return None;
        }
        let host = match authority.split_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
            Some(_) => return None,
            None => authority,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let path = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
        let query = rest[path.len()..].strip_prefix('?').unwrap_or_default();
        Some(Self { host, path, query, rest })
    }

    /// Whether the host is `name`, or a name under it.
    pub(super) fn is_under(&self, name: &str) -> bool {
        self.host
            .strip_suffix(name)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }

    /// Whether the host is one of these.
    pub(super) fn is_one_of(&self, hosts: &[&str]) -> bool {
        hosts.contains(&self.host.as_str())
    }

    /// The value of a parameter as it is written; `&amp;` between parameters is `&`.
    pub(super) fn parameter(&self, name: &str) -> Option<&'u str> {
        self.query.split('&').find_map(|pair| {
            let pair = pair.strip_prefix("amp;").unwrap_or(pair);
            let (key, value) = pair.split_once('=')?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What stands behind `http://` or `https://`; `None` for any other scheme.
pub(super) fn after_scheme(url: &str) -> Option<&str> {
    let (scheme, behind) = url.split_once("://")?;
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    is_web.then_some(behind)
}
