//! What a rule left out of a document or a text, so that it can be counted and named.

/// The rule by which something that reads like an indicator was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Rule {
    /// A host that relayed a mail, or the host that received it.
    MailRelay,
    /// A header that serves the mail system alone: message ids, checksums, signatures,
    /// authentication results.
    MailHeader,
    /// A recipient's address: it names the person who got the mail, not the sender.
    Recipient,
    /// A MISP attribute that its author marked `to_ids: false`.
    NotForDetection,
    /// A reference of a STIX object or a detection rule: where to read about it.
    Reference,
    /// An XML namespace, which is a name and is never fetched.
    Namespace,
    /// A name that is more likely a file than a domain.
    FileName,
    /// A member of an object in source code.
    Code,
    /// The name that an engine gives a threat.
    Detection,
    /// The page that a well-known bot names in its user agent.
    BotPage,
    /// A digest of something other than a file: of imports, of a handshake, of a commit, of nothing.
    OtherDigest,
    /// A name that stands for an address in the reverse DNS (`in-addr.arpa`, `ip6.arpa`).
    ReverseName,
}

impl Rule {
    /// What it leaves out, as a clause for people, singular or plural by their number: `names that read like files`.
    #[must_use]
    pub fn what(self, count: u64) -> &'static str {
        let (one, many) = match self {
            Rule::MailRelay => ("mail relay", "mail relays"),
            Rule::MailHeader => ("technical mail header", "technical mail headers"),
            Rule::Recipient => ("recipient", "recipients"),
            Rule::NotForDetection => {
                ("attribute not for detection", "attributes not for detection")
            }
            Rule::Reference => ("reference", "references"),
            Rule::Namespace => ("XML namespace", "XML namespaces"),
            Rule::FileName => ("name that reads like a file", "names that read like files"),
            Rule::Code => ("name that reads like code", "names that read like code"),
            Rule::Detection => ("name of a detection", "names of detections"),
            Rule::BotPage => ("page of a bot", "pages of bots"),
            Rule::OtherDigest => ("digest of no file", "digests of no file"),
            Rule::ReverseName => ("reverse DNS name", "reverse DNS names"),
        };
        if count == 1 { one } else { many }
    }
}

/// Something left out, and the rule that did so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The rule.
    pub rule: Rule,
    /// What was left out, as written.
    pub text: String,
    /// The line that it stands in, from 1, within its text.
    pub line: u64,
}
