//! What labels and the heads of tables say of the digests and URLs behind and below them.

use super::rules::{MD5, SHA1, SHA256, holds};

#[test]
fn labels_of_other_digests_are_believed() {
    let labels = [
        "imphash",
        "Imphash",
        "IMPHASH",
        "authentihash",
        "Authentihash",
        "pehash",
        "peHash",
        "vhash",
        "ssdeep",
        "TLSH",
        "pe_imphash",
        "ja3",
        "Thumbprint",
    ];
    for label in labels {
        for hex in [MD5, SHA1, SHA256] {
            for line in [
                format!("{label}: {hex}"),
                format!("a {label} {hex} b"),
                format!("a {label}={hex} b"),
                format!("{{\"{label}\": \"{hex}\"}}"),
                format!("{{\"type\":\"{label}\",\"value\":\"{hex}\"}}"),
                format!("| {label} | `{hex}` |"),
                format!("{label},{hex},x"),
                format!("<{label}>{hex}</{label}>"),
                format!("- **{label}**: `{hex}`"),
                format!("{label} (MD5): {hex}"),
                format!("see {hex} ({label})"),
                format!("{{\n\"type\": \"{label}\",\n\"id\": 1,\n\"value\": \"{hex}\"\n}}"),
                format!("name,{label},x\na,{hex},b"),
                format!("name\t{label}\tx\na\t{hex}\tb"),
            ] {
                holds(line, &[]);
            }
            holds(format!("{label}: {MD5}, md5: {hex}"), &[hex]);
            holds(format!("{label}: {MD5} {hex}"), &[hex]);
            holds(format!("{{\"type\": \"{label}\"}},{{\"value\": \"{hex}\"}}"), &[hex]);
            holds(format!("name,{label},sha\na,-,{hex}"), &[hex]);
            holds(format!("name,{label},x\n\na,{hex},b"), &[hex]);
        }
    }
    for label in ["md5", "MD5", "sha1", "SHA-256", "hash", "file"] {
        holds(format!("a {label}: {MD5} b"), &[MD5]);
    }
    for label in ["Import Hash", "Authenticode Hash:", "x509-fingerprint-sha1:", "Rich header hash"]
    {
        holds(format!("a {label} {SHA1} b"), &[]);
    }
    for label in ["Imphash", "Authentihash:", "### vhash", "\"imphash\": [", "- Import hash:"] {
        holds(format!("{label}\n{MD5}\n  - '{SHA1}'\n\"{SHA256}\",\n"), &[]);
        holds(format!("{label}\n\n{MD5}"), &[MD5]);
        holds(format!("{label}\nMD5\n{MD5}"), &[MD5]);
        holds(format!("{label}\n{MD5}\nmd5: {SHA1}\n{SHA256}"), &[SHA1, SHA256]);
    }
    holds(format!("a word\n{MD5}\nImphash of these\n{SHA1}"), &[MD5, SHA1]);
    let composite = format!("{{\n\"type\": \"filename|imphash\",\n\"value\": \"a.exe|{MD5}\"\n}}");
    holds(composite, &[]);
}

/// A label is a word by itself, and in brackets behind a digest it is all there is.
#[test]
fn what_holds_a_label_is_none() {
    for before in [
        "serialport.dll ",
        "ysoserial.jar,",
        "| serializer.exe | ",
        "\"name\":\"System.IO.Ports.SerialPort.dll\",\"hash\":\"",
        "Deserialization payload: ",
        "ninja3.exe,",
        "TypeHash ",
        "prevhash ",
        "imphash.py ",
        "C:\\tools\\imphash\\a.exe ",
    ] {
        holds(format!("{before}{MD5} b"), &[MD5]);
    }
    for after in ["(imphash: x)", "(imphash differs)", "(ssdeep 3:abc:def)", "(serialised loader)"]
    {
        holds(format!("SHA256: {SHA256} {after}"), &[SHA256]);
    }
    for emphasis in ["_", "__", "*", "**", "`"] {
        holds(format!("a {emphasis}{MD5}{emphasis} b"), &[MD5]);
        holds(format!("| {emphasis}8.8.8.8{emphasis} |"), &["8.8.8.8"]);
    }
    holds(format!("a _{MD5} {MD5}_ x_{MD5}_ _{MD5}__ _8.8.8.8 8.8.8.8_b"), &[]);
}

/// A head says how many cells its rows have, and is in force until the next head or a blank line.
#[test]
fn a_head_says_where_its_cells_end() {
    let url = "http://evil.com/a";
    for (head, row) in [
        ("url,actor", ",APT28"),
        ("url,actor", ",100"),
        ("url,actor", ",Lumma Stealer"),
        ("\"URL\";\"Description\"", ";C2-Server"),
        ("# url,actor", ",High"),
        ("seen,url,note", ",FIN7 (Carbanak),2024-08"),
        ("url|x y|z", "|some words|more"),
    ] {
        holds(format!("{head}\n{url}{row}"), &[url]);
        holds(format!("{head}\nhxxp://evil[.]com/a?b=1{row}"), &["http://evil.com/a?b=1"]);
    }
    holds(format!("url,actor\n{url},b,c"), &[&format!("{url},b,c")]);
    holds(format!("the url\n{url},100"), &[&format!("{url},100")]);
    holds(format!("url,actor\n\n{url},100"), &[&format!("{url},100")]);
    holds(format!("We list the MD5, imphash, and name.\na.exe,{MD5},note"), &[MD5]);
    holds(
        format!("name,imphash,md5\nx,{SHA1},{MD5}\nname,sha1,note\na.exe,{SHA1},n"),
        &[MD5, SHA1],
    );
}

#[test]
fn a_note_in_brackets_says_nothing_of_the_hash_behind_it() {
    for hex in [MD5, SHA1, SHA256] {
        for line in [
            format!("Sample (fingerprint: infected) {hex}"),
            format!("(serial: 7) {hex}"),
            format!("a.exe (imphash = none) md5 {hex}"),
        ] {
            holds(line, &[hex]);
        }
        holds(format!("Authentihash (SHA-256) {hex}"), &[]);
        holds(format!("imphash (of the loader) {hex}"), &[]);
    }
}
