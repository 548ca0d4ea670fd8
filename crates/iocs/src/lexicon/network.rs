//! Words of networks: names that the DNS does not resolve, schemes, protocols, tokens.

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
