//! Words of labels: digests, versions, columns, keys.

/// Digests of a part of a file, of a handshake or of a certificate, and serial numbers: they have the
/// lengths of file hashes and name no file. Patterns.
pub(crate) const OTHER_DIGESTS: &[&str] = &[
    "imphash",
    "import_?hash",
    "authentihash",
    "authenticode_?hash",
    "pehash",
    "vhash",
    "ssdeep",
    "tlsh",
    "telfhash",
    "rich_?(?:pe_?)?(?:header_?)?hash",
    "ja3s?",
    "ja4[a-z]?",
    "hassh",
    "jarm",
    "thumbprint",
    "fingerprint",
    "serial(?:_?number)?",
    // Autoruns: of the signed part of a file, and of its imports.
    "pesha[_-]?(?:1|256)",
    "imp",
];

/// Three letters of each of these, of which every spelling holds one: a quick look shows that most
/// words are not among them.
pub(crate) const OTHER_DIGEST_PARTS: &[&[u8; 3]] = &[
    b"ash", b"lsh", b"ssh", b"ssd", b"ja3", b"ja4", b"jar", b"thu", b"fin", b"ser", b"pes", b"imp",
];

/// What makes the word `hash` behind it the name of one of these. Patterns.
pub(crate) const HASH_KINDS: &[&str] = &["import", "authenticode", "rich(?: pe)?(?: header)?"];

/// Keys of a value whose sort another key of the same object says: `"type": "imphash"`. Patterns.
pub(crate) const VALUE_KEYS: &[&str] = &["value", "content", "hash", "data", "digest"];

/// Words before four numbers that are a version. Patterns.
pub(crate) const VERSION_WORDS: &[&str] =
    &["version", r"\bver\.?", r"\brelease", r"\bbuild", r"\boid"];

/// Mail headers in which Foxmail and others name their version as if it were an address.
pub(crate) const VERSION_HEADERS: &[&str] = &["x-mailer:", "user-agent:"];

/// What tables call an indicator, or a column of them. Patterns.
pub(crate) const COLUMNS: &[&str] = &[
    "url",
    "uri",
    "link",
    "domain",
    "hostname",
    "host",
    "fqdn",
    "query",
    "queryname",
    "query[ _]name",
    "qname",
    "rrname",
    "sni",
    "server[ _]name",
    "ip",
    "ipv4",
    "ipv6",
    "ip[ _-]?addr(?:ess)?",
    "ip-(?:src|dst)",
    "e-?mail",
    "hash",
    "file[ _-]?hash",
    "<FILE_DIGEST>",
    "indicator",
    "indicator[ _-]?(?:value|type)",
    "ioc",
    "value",
    "type",
    "observable",
    "c2",
    "malware",
    "phishing",
];

/// What HTML writes for signs that end a URL, behind the `&`.
pub(crate) const ENTITIES: &[&str] =
    &["quot;", "lt;", "gt;", "apos;", "nbsp;", "#34;", "#39;", "#x22;", "#x27;"];

/// What follows the name of a digest in its label: `MD5 hash:`.
pub(crate) const DIGEST_NOUNS: &[&str] = &["hash", "sum", "checksum", "digest", "value"];

/// What bytes are called that are a certificate's or a key's, as certutil and OpenSSL print them.
/// Patterns.
pub(crate) const OF_CERTIFICATES: &[&str] = &[
    r"key[ _-]?id",
    "keyid",
    "certificate",
    r"cert hash",
    "serial",
    "signature",
    "thumbprint",
    "fingerprint",
    r"name hash",
    r"public key",
    "modulus",
    r"hardware",
    r"mac addr",
];
