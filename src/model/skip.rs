//! Which indicators are not sent, though they are some.

use iocs::indicator::{Facts, Reserved, Scheme, User};

/// Why an indicator is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Skip {
    /// An address or a name that means nothing outside its own network, or a URL on one.
    Private,
    /// A URL with a password or a token in it.
    Credentials,
    /// A CIDR range.
    Range,
    /// A URL of another scheme than http and https, or a name that the DNS does not resolve.
    Unsupported,
    /// Listed by the user as never to be sent.
    Excluded,
    /// A password's hash, a token or a session by its label; the API key in use, or a URL that holds it.
    Secret,
}

impl Skip {
    /// Why an indicator with these facts is not sent; `None` where it is. A password comes first:
    /// `--include-private` must not let one out.
    #[must_use]
    pub fn by_facts(facts: &Facts) -> Option<Skip> {
        if facts.is_secret {
            return Some(Skip::Secret);
        }
        if facts.user >= User::Token {
            return Some(Skip::Credentials);
        }
        if facts.scheme == Scheme::Other || facts.reserved == Some(Reserved::OtherRoot) {
            return Some(Skip::Unsupported);
        }
        if facts.is_range {
            return Some(Skip::Range);
        }
        facts.reserved.map(|_| Skip::Private)
    }

    /// The code that records carry.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Skip::Private => "Private",
            Skip::Credentials => "Credentials",
            Skip::Range => "Range",
            Skip::Unsupported => "Unsupported",
            Skip::Excluded => "Excluded",
            Skip::Secret => "Secret",
        }
    }

    /// One sentence for people.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Skip::Private => {
                "not reachable from the internet (--include-private looks it up all the same)"
            }
            Skip::Credentials => {
                "holds a password or a token, which VirusTotal would show to others"
            }
            Skip::Range => "a range; VirusTotal reports on single addresses",
            Skip::Unsupported => "VirusTotal takes http and https URLs and names of the DNS only",
            Skip::Excluded => "listed in an --exclude file",
            Skip::Secret => {
                "a password, a token or a session by its label, or the API key in use; never sent"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iocs::indicator::{Reading, classify};

    #[track_caller]
    fn skipped(line: &str) -> Option<Skip> {
        match classify(line.as_bytes()) {
            Reading::Indicator(found) => Skip::by_facts(&found.facts),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn facts_say_what_is_skipped() {
        let cases = [
            ("10.0.0.1", Some(Skip::Private)),
            ("db.corp.internal", Some(Skip::Private)),
            ("http://10.0.0.1/x", Some(Skip::Private)),
            ("http://u:p@10.0.0.1/x", Some(Skip::Credentials)),
            ("http://u:p@evil.com/x", Some(Skip::Credentials)),
            ("10.0.0.0/8", Some(Skip::Range)),
            ("ftp://evil.com/x", Some(Skip::Unsupported)),
            ("abcdef.onion", Some(Skip::Unsupported)),
            ("http://evil.bit/x", Some(Skip::Unsupported)),
            ("http://ghp_abc@evil.com/x", Some(Skip::Credentials)),
            ("http://evil.com/?u=https%3A%2F%2Fu%3Ap%40evil.org%2F", Some(Skip::Credentials)),
            ("ftp://u:p@evil.com/x", Some(Skip::Credentials)),
            ("http://u@evil.com/x", None),
            ("evil.com/x", None),
            ("evil.com", None),
            ("d41d8cd98f00b204e9800998ecf8427e", None),
        ];
        for (line, expected) in cases {
            assert_eq!(skipped(line), expected, "{line}");
        }
    }
}
