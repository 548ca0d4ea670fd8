//! Every word list of the crate, once, each with the reason why it is there.
//!
//! Lists whose words go into a regex say so: their words are patterns ([`crate::grammar`] joins
//! them).

/// Public suffixes that are better known as file extensions. A name that ends in one is a domain
/// where it stands alone in a line; in running text it is more likely a file, unless it is written
/// like a link.
pub const FILE_EXTENSION_SUFFIXES: &[&str] = &[
    "ai",   // Illustrator
    "app",  // macOS application
    "cab",  // Windows cabinet
    "cat",  // Windows security catalogue
    "cr",   // Crystal source; what malware calls its modules
    "java", // Java source
    "md",   // Markdown
    "mk",   // make
    "mov",  // QuickTime
    "one",  // OneNote section, a common lure
    "pl",   // Perl
    "pm",   // Perl module
    "ps",   // PostScript
    "pub",  // Publisher document; public key
    "py",   // Python
    "rs",   // Rust
    "sh",   // shell script
    "so",   // shared library
    "zip",  // archive
];

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
/// words are none of them.
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

/// What tables, logs, rules and programs call a name in the DNS: what stands behind such a word, in its
/// column or beside it in a row is a domain even where it reads like a file. Patterns.
pub(crate) const DOMAIN_WORDS: &[&str] = &[
    "domains?",
    "domain[ _-]?name",
    "d?s?hosts?",
    "host[ _-]?names?",
    "fqdn",
    "query(?:[ _]?name)?", // dnsmasq, BIND, Sysmon, Zeek
    "qname",
    "rrname", // Suricata
    "sni",
    "server[ _]?name",
    "cname",
    "nxdomain",
    "ns",
    "mx",
    "c2",
];

/// Record types of the DNS that stand behind a name in logs and zone files (RFC 1035 and its
/// followers). Patterns.
pub(crate) const RECORD_TYPES: &[&str] = &[
    "A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT", "CAA", "DS", "DNSKEY", "HTTPS",
    "SVCB", "NAPTR", "ANY", "AXFR", "IXFR", "RRSIG", "NSEC", "NSEC3", "SPF", "TLSA",
];

/// Words before two addresses that are the ends of a range: whois and firewalls. Patterns.
pub(crate) const RANGE_WORDS: &[&str] =
    &["inetnum", "net[ _-]?range", "(?:ip[ _-]?)?ranges?", "(?:net)?block", "cidr"];

/// Fields of Windows that hold a name in Active Directory: a domain, and behind its slash folders and a
/// person, which are nobody else's business. Patterns.
pub(crate) const DIRECTORY_FIELDS: &[&str] =
    &["(?:account|object)[ _]?name", "canonical[ _]?name", "(?:object|user)[ _]?dn"];

/// Endings of file names that no registry sells names under: a line that is one such name is a file
/// and no mistyped domain.
pub(crate) const FILE_ENDINGS: &[&str] = &[
    "7z", "apk", "asp", "aspx", "bat", "bin", "bmp", "cfg", "chm", "class", "cmd", "conf",
    "config", "cpl", "csv", "dat", "db", "deb", "dll", "dmg", "doc", "docm", "docx", "dotm", "dmp",
    "elf", "eml", "evtx", "exe", "gif", "gz", "hta", "htm", "html", "ico", "img", "inf", "ini",
    "iso", "jar", "jpeg", "jpg", "js", "jse", "json", "jsp", "key", "lnk", "log", "msg", "msi",
    "ocx", "odt", "pdb", "pdf", "pem", "php", "png", "ppt", "pptx", "ps1", "psm1", "rar", "reg",
    "rtf", "scr", "sct", "svg", "swf", "sys", "tar", "tgz", "tmp", "txt", "vbe", "vbs", "vhd",
    "vhdx", "wsf", "xls", "xlsb", "xlsm", "xlsx", "xml", "xz", "yaml", "yml",
];

/// Pages that well-known bots name in their user agents. Exactly these: any other page there may be
/// a lure.
pub(crate) const BOT_PAGES: &[&str] = &[
    "http://ahrefs.com/robot/",
    "http://aspiegel.com/petalbot",
    "http://help.yahoo.com/help/us/ysearch/slurp",
    "http://mj12bot.com/",
    "http://napoveda.seznam.cz/en/seznambot-intro/",
    "http://www.baidu.com/search/spider.html",
    "http://www.bing.com/bingbot.htm",
    "http://www.exabot.com/go/robot",
    "http://www.facebook.com/externalhit_uatext.php",
    "http://www.google.com/adsbot.html",
    "http://www.google.com/bot.html",
    "http://www.google.com/feedfetcher.html",
    "http://www.google.com/mobile/adsbot.html",
    "http://www.semrush.com/bot.html",
    "http://www.sogou.com/docs/help/webmasters.htm#07",
    "http://yandex.com/bots",
    "https://aspiegel.com/petalbot",
    "https://developers.facebook.com/docs/sharing/webmasters/crawler",
    "https://openai.com/gptbot",
    "https://webmaster.petalsearch.com/site/petalbot",
    "https://www.semrush.com/bot.html",
    "https://developer.amazon.com/support/amazonbot",
    "https://opensiteexplorer.org/dotbot",
    "https://zhanzhang.toutiao.com/",
    "http://www.apple.com/go/applebot",
];

/// Names of classes, functions and fields that could be typed as domains. Exactly these, in exactly
/// this case: anybody can register `subprocess.run`.
pub(crate) const CODE_NAMES: &[&str] = &[
    "ADODB.Stream",
    "ActiveSheet.Name",
    "Array.of",
    "Array.prototype.map",
    "Date.now",
    "DateTime.Now",
    "DateTime.UtcNow",
    "Math.max",
    "Object.is",
    "Scripting.Host",
    "Shell.Run",
    "System.IO",
    "System.Net",
    "Task.Run",
    "Time.now",
    "WScript.Network",
    "WScript.Run",
    "WScript.Shell",
    "Workbook.Name",
    "Worksheet.Name",
    "WshShell.Run",
    "agent.id",
    "agent.name",
    "app.run",
    "asyncio.run",
    "cloud.account.id",
    "cloud.account.name",
    "cloud.instance.id",
    "cloud.instance.name",
    "container.id",
    "container.image.name",
    "container.name",
    "date.now",
    "datetime.datetime.now",
    "datetime.now",
    "destination.user.id",
    "destination.user.name",
    "dns.answers.name",
    "dns.id",
    "dns.question.name",
    "event.email",
    "event.id",
    "event.name",
    "file.email",
    "file.id",
    "file.name",
    "host.email",
    "process.email",
    "process.id",
    "rule.email",
    "service.email",
    "fs.open",
    "geo.name",
    "group.id",
    "group.name",
    "host.geo.name",
    "host.id",
    "host.name",
    "host.os.name",
    "io.open",
    "log.origin.file.name",
    "network.name",
    "observer.name",
    "observer.os.name",
    "orchestrator.cluster.name",
    "organization.id",
    "organization.name",
    "os.link",
    "os.name",
    "os.open",
    "package.name",
    "performance.now",
    "process.name",
    "process.parent.name",
    "process.parent.pid",
    "process.pid",
    "rule.id",
    "rule.name",
    "server.user.name",
    "service.id",
    "service.name",
    "source.user.id",
    "source.user.name",
    "subprocess.call",
    "subprocess.run",
    "tempfile.name",
    "threat.group.id",
    "threat.group.name",
    "threat.indicator.name",
    "threat.software.id",
    "threat.software.name",
    "threat.tactic.id",
    "threat.tactic.name",
    "threat.technique.id",
    "threat.technique.name",
    "time.now",
    "timezone.now",
    "trace.id",
    "transaction.id",
    "url.id",
    "user.email",
    "user.group.id",
    "user.group.name",
    "user.id",
    "user.name",
    "user_agent.device.name",
    "user_agent.name",
    "user_agent.os.name",
    "uvicorn.run",
    "vulnerability.id",
];

/// Words of code before or behind a member of an object. Patterns.
pub(crate) const KEYWORDS: &[&str] = &[
    "set",
    "dim",
    "if",
    "call",
    "then",
    "new",
    "return",
    "import",
    "from",
    "require",
    "var",
    "let",
    "const",
    "with",
    "using",
    "add-type",
    "new-object",
    "createobject",
    "getobject",
    "and",
    "or",
    "not",
    "while",
    "until",
    "elseif",
    "print",
    "echo",
];

/// First labels of what code and packages call things by dotted names: `System.IO`,
/// `com.google.common.io`, `console.info`. Exactly so written; a host of such a name is found when
/// it is defanged or a link.
pub(crate) const CODE_ROOTS: &[&str] = &[
    "System", "android", "androidx", "com", "console", "document", "edu", "java", "javax",
    "kotlin", "logger", "net", "org", "self", "this", "window",
];

/// Products and packages that are named like a domain under `.net`, by their capital letters.
pub(crate) const PRODUCTS: &[&str] =
    &["ADO.NET", "ASP.NET", "ML.NET", "Microsoft.NET", "Paint.NET", "System.Net", "VB.NET"];

/// What engines call malware, as the beginning of a detection's name: `Backdoor.Bot`,
/// `Trojan-Spy.JS.Agent.io`. Exactly so written, but for what follows a hyphen.
pub(crate) const DETECTIONS: &[&str] = &[
    "Adware",
    "BackDoor",
    "Backdoor",
    "Exploit",
    "HackTool",
    "Hacktool",
    "Gen",
    "Generic",
    "HEUR",
    "Heur",
    "Heuristic",
    "PUA",
    "PUP",
    "Ransom",
    "Ransomware",
    "RiskWare",
    "Riskware",
    "Rootkit",
    "Spyware",
    "Trojan",
    "TrojanDownloader",
    "TrojanDropper",
    "TrojanSpy",
    "Variant",
    "Virus",
    "Worm",
];

/// Platforms, as detection names write them: `Trojan.Win32.Agent.cc`.
pub(crate) const PLATFORMS: &[&str] = &[
    "android",
    "androidos",
    "linux",
    "msil",
    "msoffice",
    "osx",
    "vbs",
    "w32",
    "w64",
    "win32",
    "win64",
];

/// Platforms and languages that a detection's name begins with, exactly so: `HTML.Agent.SJ`,
/// `W97M.Dropper.BE`.
pub(crate) const DETECTION_PLATFORMS: &[&str] = &[
    "ASP",
    "Android",
    "BAT",
    "HTML",
    "Html",
    "JS",
    "Java",
    "Linux",
    "MSIL",
    "Mac",
    "O97M",
    "OSX",
    "PDF",
    "PHP",
    "PPT",
    "PS",
    "Perl",
    "PowerShell",
    "Python",
    "SWF",
    "Unix",
    "VBA",
    "VBS",
    "W2KM",
    "W32",
    "W64",
    "W97M",
    "Win32",
    "Win64",
    "X97M",
    "XF",
    "XML",
];

/// What HTML writes for signs that end a URL, behind the `&`.
pub(crate) const ENTITIES: &[&str] =
    &["quot;", "lt;", "gt;", "apos;", "nbsp;", "#34;", "#39;", "#x22;", "#x27;"];

/// Protocols that are written behind a port: `:443/tcp`.
pub(crate) const TRANSPORTS: &[&str] = &["tcp", "udp", "sctp"];

/// Names that the public DNS does not answer for, with everything below them.
pub(crate) const SPECIAL_USE_NAMES: &[&str] = &[
    "local",     // RFC 6762: multicast DNS
    "localhost", // RFC 6761
    "internal",  // ICANN, 2024: reserved for private use
    "lan",       // RFC 6762, appendix G: what home routers hand out
    "home.arpa", // RFC 8375: home networks
    "test",      // RFC 6761
    "invalid",   // RFC 6761
    // RFC 6761 calls it ordinary to the DNS, RFC 2606 says that nobody will ever have a name in it:
    // one that is met stands in a manual or a test. (example.com is another matter: it exists.)
    "example",
];

/// Reverse names of private addresses: RFC 6761 (section 6.1), RFC 6762 (section 4), RFC 4193.
/// 172.16.0.0/12 is told by its number.
pub(crate) const PRIVATE_REVERSE_NAMES: &[&str] = &[
    "10.in-addr.arpa",
    "168.192.in-addr.arpa",
    "254.169.in-addr.arpa",
    "127.in-addr.arpa",
    "c.f.ip6.arpa",
    "d.f.ip6.arpa",
    "8.e.f.ip6.arpa",
    "9.e.f.ip6.arpa",
    "a.e.f.ip6.arpa",
    "b.e.f.ip6.arpa",
];

/// Last labels of names that other systems than the DNS resolve; VirusTotal has no reports on them.
pub(crate) const OTHER_ROOTS: &[&str] = &[
    "bazar", // EmerDNS, of the Emercoin blockchain; what BazarLoader calls home to
    "bit",   // Namecoin
    "i2p",   // the Invisible Internet Project
    "onion", // Tor (RFC 7686)
];

/// Schemes whose URLs name a host on a network. A scheme that is made of several words (`stratum+tcp`,
/// `net.tcp`) is one where any of them is.
pub(crate) const NETWORK_SCHEMES: &[&str] = &[
    // Transports.
    "tcp",
    "tcp4",
    "tcp6",
    "udp",
    "udp4",
    "udp6",
    "sctp",
    "ssl",
    "tls",
    "dtls",
    "quic",
    "kcp",
    "icmp",
    // The web's neighbours.
    "ws",
    "wss",
    "webdav",
    "webdavs",
    "dav",
    "davs",
    "gopher",
    "gophers",
    "gemini",
    "webcal",
    "h2",
    "h2c",
    "shttp",
    "spdy",
    // Files.
    "ftp",
    "ftps",
    "ftpes",
    "sftp",
    "fsp",
    "tftp",
    "scp",
    "rsync",
    "smb",
    "smb2",
    "smb3",
    "cifs",
    "nfs",
    "afp",
    "ncp",
    // Shells and desktops.
    "ssh",
    "ssh2",
    "mosh",
    "telnet",
    "telnets",
    "tn3270",
    "rlogin",
    "rsh",
    "rexec",
    "rdp",
    "vnc",
    "spice",
    "x11",
    "nx",
    "winrm",
    // Directories, names, time, management.
    "ldap",
    "ldaps",
    "ldapi",
    "gc",
    "dns",
    "whois",
    "finger",
    "ntp",
    "snmp",
    "syslog",
    "radius",
    "nis",
    "dict",
    "wais",
    // Remote calls.
    "rmi",
    "iiop",
    "corbaloc",
    "corbaname",
    "rpc",
    "jsonrpc",
    "grpc",
    "grpcs",
    "thrift",
    "dcom",
    "t3",
    "t3s",
    "dubbo",
    "hessian",
    // Mail, news, chat, telephony, media.
    "smtp",
    "smtps",
    "submission",
    "lmtp",
    "imap",
    "imaps",
    "pop",
    "pop3",
    "pop3s",
    "nntp",
    "nntps",
    "snews",
    "irc",
    "ircs",
    "irc6",
    "xmpp",
    "xmpps",
    "mumble",
    "ts3server",
    "teamspeak",
    "sip",
    "sips",
    "stun",
    "stuns",
    "turn",
    "turns",
    "rtsp",
    "rtsps",
    "rtsph",
    "rtmp",
    "rtmps",
    "rtmpe",
    "rtmpt",
    "rtp",
    "srt",
    "mms",
    "mmst",
    "mmsh",
    "icecast",
    "ed2k",
    // Queues and things.
    "mqtt",
    "mqtts",
    "amqp",
    "amqps",
    "stomp",
    "nats",
    "kafka",
    "zmq",
    "coap",
    "coaps",
    "modbus",
    "opc",
    // Databases.
    "mysql",
    "mysqlx",
    "mariadb",
    "postgres",
    "postgresql",
    "mongodb",
    "redis",
    "rediss",
    "memcached",
    "cassandra",
    "clickhouse",
    "mssql",
    "sqlserver",
    "oracle",
    "db2",
    "sybase",
    "firebird",
    "hive2",
    "jdbc",
    "neo4j",
    "bolt",
    "couchbase",
    "influxdb",
    // Versions.
    "git",
    "svn",
    "hg",
    "bzr",
    "cvs",
    // Proxies and tunnels.
    "socks",
    "socks4",
    "socks4a",
    "socks5",
    "socks5h",
    "proxy",
    "vless",
    "trojan",
    "hysteria",
    "hysteria2",
    "hy2",
    "tuic",
    "wireguard",
    "wg",
    "openvpn",
    "naive",
    "ssr",
    "chisel",
    // Miners.
    "stratum",
    "stratum1",
    "stratum2",
    "daemon",
    "eth",
    "ethproxy",
];

/// How tokens begin by which services let somebody in; their issuers document these prefixes so that
/// leaked ones are found. A user of a URL that begins so is a secret.
pub(crate) const TOKEN_PREFIXES: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_", // GitHub
    "glpat-",
    "gldt-",
    "glrt-",
    "glcbt-",
    "glptt-", // GitLab
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-", // Slack
    "eyJ",   // a JSON Web Token: `{"` in base64
    "AKIA",
    "ASIA", // Amazon
    "AIza",
    "ya29.", // Google
    "sk_live_",
    "sk_test_",
    "rk_live_", // Stripe
    "SG.",      // SendGrid
    "npm_",
    "pypi-",
    "hf_",
    "dckr_pat_",
    "dop_v1_",
    "shpat_",
    "ATATT",
    "ATBB",
    "sk-",
];

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

/// Whether a list holds a word, in any case.
pub(crate) fn holds(list: &[&str], word: &[u8]) -> bool {
    list.iter().any(|listed| listed.as_bytes().eq_ignore_ascii_case(word))
}
