//! What a request is about, told from its method, path and form.

use crate::kind::{Kind, is_sha256, url_of_id};
use std::borrow::Cow;

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A lookup, of this id decoded: for a URL the URL itself, or the SHA-256 where it was asked by that.
    Lookup(Kind, String),
    /// A URL was submitted.
    Submit(String),
    /// An analysis was polled.
    Analysis(String),
    /// The object of an analysis was asked for.
    AnalysisItem(String),
    /// A known object is to be analysed again.
    Reanalyse(Kind, String),
    /// `overall_quotas` of this user or key.
    Quota(String),
    /// `users/{id}` of this user or key.
    User(String),
    /// Anything else.
    Other,
}

impl Target {
    /// Reads it from the request; the form is the body of a POST.
    pub(crate) fn of(method: &str, path: &str, form: Option<&str>) -> Target {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let Some(rest) = path.strip_prefix("/api/v3/") else {
            return Target::Other;
        };
        let segments: Vec<Cow<'_, str>> = rest.split('/').map(percent_decoded).collect();
        let segments: Vec<&str> = segments.iter().map(AsRef::as_ref).collect();
        match (method, segments.as_slice()) {
            ("POST", ["urls"]) => Target::Submit(form.and_then(form_url).unwrap_or_default()),
            ("GET", ["analyses", id]) => Target::Analysis((*id).to_owned()),
            ("GET", ["analyses", id, "item"]) => Target::AnalysisItem((*id).to_owned()),
            ("GET", ["users", id]) => Target::User((*id).to_owned()),
            ("GET", ["users", id, "overall_quotas"]) => Target::Quota((*id).to_owned()),
            ("GET", [collection, id]) => Kind::of_collection(collection)
                .map_or(Target::Other, |kind| Target::Lookup(kind, decoded(kind, id))),
            ("POST", [collection, id, "analyse"]) => Kind::of_collection(collection)
                .map_or(Target::Other, |kind| Target::Reanalyse(kind, decoded(kind, id))),
            _ => Target::Other,
        }
    }

    /// Whether it reads the caller's own quota or account, and so may cost nothing.
    pub(crate) fn is_account(&self) -> bool {
        matches!(self, Target::Quota(_) | Target::User(_))
    }
}

/// An id as a person would write it. What is no id of a URL stays as it is, and is then found to be none.
fn decoded(kind: Kind, id: &str) -> String {
    // A SHA-256 happens to be valid base64 too.
    match kind {
        Kind::Url if !is_sha256(id) => match url_of_id(id) {
            Some(url) => url,
            None => id.to_owned(),
        },
        _ => id.to_owned(),
    }
}

/// Whether the last segment of a path is an id of a URL: its SHA-256, or its base64 in the one form that is accepted.
pub(crate) fn is_url_id(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_suffix("/analyse").unwrap_or(path);
    let id = percent_decoded(path.rsplit('/').next().unwrap_or_default());
    is_sha256(&id) || url_of_id(&id).is_some()
}

/// The field `url` of a form.
fn form_url(form: &str) -> Option<String> {
    let value = form.split('&').find_map(|field| field.strip_prefix("url="))?;
    Some(percent_decoded(&value.replace('+', " ")).into_owned())
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::kind::{Kind, url_id};

    #[test]
    fn paths_are_read() {
        let get = |path: &str| Target::of("GET", path, None);
        let lookup = |kind, id: &str| Target::Lookup(kind, id.to_owned());
        assert_eq!(get("/api/v3/ip_addresses/2001%3Adb8%3A%3A1"), lookup(Kind::Ip, "2001:db8::1"));
        assert_eq!(
            get("/api/v3/domains/example.com?relationships=urls"),
            lookup(Kind::Domain, "example.com")
        );
        let url = "http://example.com/a?b";
        assert_eq!(get(&format!("/api/v3/urls/{}", url_id(url))), lookup(Kind::Url, url));
        assert_eq!(get("/api/v3/analyses/YTpi%3D"), Target::Analysis("YTpi=".to_owned()));
        assert_eq!(get("/api/v3/users/me/overall_quotas"), Target::Quota("me".to_owned()));
        assert_eq!(get("/api/v2/files/x"), Target::Other);
        let post = Target::of(
            "POST",
            "/api/v3/urls",
            Some("a=b&url=http%3A%2F%2Fexample.com%2F%3Fq%3Da+b"),
        );
        assert_eq!(post, Target::Submit("http://example.com/?q=a b".to_owned()));
    }
}
