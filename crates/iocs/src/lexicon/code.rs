//! Words of source code, of files and of detections, which read like domains.

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
