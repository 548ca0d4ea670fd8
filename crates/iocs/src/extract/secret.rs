//! Whether a hex run is a secret: a password's hash, a token, a session.
//!
//! A label counts only where it is the key of that very value: directly before it with `=` or `:`, as
//! the name of a header, a field or a tag, or in the fixed columns of tools that dump passwords.
//! `(password: infected) HASH` and `Password stealer HASH` are samples.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::grammar::{Filtered, bytes_regex};
use crate::indicator::Indicator;

use super::label::is_file;

/// Parts of a key that make its value a secret: `csrf_token`, `sessionId`, `x-auth-token`.
const SECRET_PARTS: &[&str] = &[
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "credentials",
    "csrf",
    "dpapi",
    "jwt",
    "ntlm",
    "pass",
    "passphrase",
    "passwd",
    "password",
    "passwort",
    "pw",
    "pwd",
    "secret",
    "sess",
    "sessid",
    "session",
    "sid",
    "token",
    "xsrf",
];

/// How keys end that are written in one word: `PHPSESSID`, `VT_APIKEY`, `nthash`.
const SECRET_ENDS: &[&str] = &[
    "apikey",
    "lmhash",
    "nthash",
    "ntlmhash",
    "passwd",
    "password",
    "privatekey",
    "secretkey",
    "sessid",
    "sessionid",
    "token",
];

/// How the keys of Kerberos begin in the output of secretsdump: `user:aes256-cts-hmac-sha1-96:…`.
const KERBEROS: [&str; 3] = ["aes256-cts", "aes128-cts", "des-cbc"];

/// pwdump and secretsdump: user, number, LM hash, NT hash.
static PWDUMP: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r"[^:\s]+:[0-9]+:[0-9A-Fa-f]{32}:[0-9A-Fa-f]{32}:::"));
/// NetNTLMv2 as Responder writes it: user, domain, challenge, response.
static RESPONSE: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r"[^:\s]*::[^:\s]*:[0-9A-Fa-f]{16}:[0-9A-Fa-f]{32}(?::|\s|$)"));
/// What parts the columns of both.
static COLUMNS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("::"));
/// What mimikatz writes before a hash.
static MIMIKATZ: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |before: &[u8]| before.trim_ascii_start().starts_with(b"* ");
    Filtered::new(may_match, r"^\s*\* (NTLM|LM|SHA1|DPAPI)\s*:\s*$")
});
/// Its SHA1 stands some lines under its NTLM.
static MIMIKATZ_ABOVE: LazyLock<Regex> =
    LazyLock::new(|| bytes_regex(r"(?m)^\s*\* (?:NTLM|LM|Username)\s*:[^\n]*\n(?:[^\n]*\n){0,2}$"));
/// A format's sign directly before its hash.
static SIGNED: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |before: &[u8]| {
        let before = trim_end(before, is_quote);
        match before.last() {
            Some(b'$' | b'#') => true,
            Some(last) if last.is_ascii_whitespace() || *last == 0x0b => {
                trim_end(before, |b| b.is_ascii_whitespace() || b == 0x0b)
                    .last()
                    .is_some_and(u8::is_ascii_alphabetic)
            }
            _ => false,
        }
    };
    Filtered::new(
        may_match,
        concat!(
            r"(?i:\$NT\$|\$DCC2\$[0-9]+#[^#\s]*#",
            r"|authorization<QUOTE>*:\s*<QUOTE>*[a-z]+\s+|\bbearer\s+)<QUOTE>*$",
        ),
    )
});
/// A form's field with its value.
static FIELD: LazyLock<Filtered> = LazyLock::new(|| {
    let may_match = |before: &[u8]| {
        let key = trim_end(before, is_quote).strip_suffix(b"=");
        key.and_then(<[u8]>::last).is_some_and(|last| matches!(last, b'e' | b'E' | b't' | b'T'))
    };
    Filtered::new(
        may_match,
        concat!(
            r"(?i:name)=<QUOTE>*([A-Za-z0-9_.\-]+)<QUOTE>*\s+(?:[a-z]+=<QUOTE>[^<>]*\s+)?",
            r"(?i:value|content)=<QUOTE>*$",
        ),
    )
});

/// A key further away belongs to something else.
const NEAR: usize = 128;

/// Whether a hex run is a secret by what stands before it, in its line or in the lines above.
pub(super) fn is_secret<'a>(
    line: &[u8],
    run: &Range<usize>,
    above: impl FnOnce() -> std::borrow::Cow<'a, [u8]>,
) -> bool {
    if run.start == 0 {
        return is_in_column(line, run);
    }
    let before = &line[run.start.saturating_sub(NEAR)..run.start];
    if let Some(found) = MIMIKATZ.captures(before) {
        return &found[1] != b"SHA1" || MIMIKATZ_ABOVE.is_match(&above());
    }
    SIGNED.is_match(before)
        || key_before(before).is_some_and(|(head, key)| is_secret_label(head, key))
        || FIELD.captures(before).is_some_and(|field| is_secret_key(&field[1]))
        || is_in_column(line, run)
}

/// An indicator as it is named where it is not looked up: a secret by its first four characters.
pub(super) fn named(indicator: Indicator) -> String {
    if indicator.facts.is_secret { format!("{:.4}***", indicator.text) } else { indicator.text }
}

/// Whether a run stands in a column of a tool's output that holds secrets.
fn is_in_column(line: &[u8], run: &Range<usize>) -> bool {
    COLUMNS.find(line).is_some()
        && [&PWDUMP, &RESPONSE].iter().any(|columns| {
            columns.find_iter(line).any(|at| at.start() <= run.start && run.end <= at.end())
        })
}

/// The key of the value that follows, and what stands before the key.
fn key_before(before: &[u8]) -> Option<(&[u8], &[u8])> {
    let value = trim_end(before, |b| is_blank(b) || is_quote(b));
    let (head, is_tag) = match value.last()? {
        b'=' | b':' => (trim_end(value, |b| matches!(b, b'=' | b':')), false),
        b'>' if value.ends_with(b"=>") => (&value[..value.len() - 2], false),
        b'>' => (&value[..value.len() - 1], true),
        _ => return None,
    };
    let head = trim_end(head, |b| is_blank(b) || is_quote(b) || matches!(b, b']' | b'*'));
    let length = head.iter().rev().take_while(|b| is_part(**b)).count();
    let (head, key) = head.split_at(head.len() - length);
    (!key.is_empty() && (!is_tag || head.ends_with(b"<"))).then_some((head, key))
}

/// Whether a key, or a label of two words, is a secret's: `password md5`, `NTLM hash`.
fn is_secret_label(head: &[u8], key: &[u8]) -> bool {
    // The label of a file's digest is never a secret's, and the one that most hashes have.
    if !is_file(key) && !key.eq_ignore_ascii_case(b"hash") {
        return is_secret_key(key);
    }
    let first = trim_end(head, |b| b == b' ');
    let length = first.iter().rev().take_while(|b| is_part(**b)).count();
    let word = &first[first.len() - length..];
    first.len() < head.len()
        && (is_secret_key(word)
            || key.eq_ignore_ascii_case(b"hash") && matches!(word, b"NT" | b"LM"))
}

fn is_secret_key(key: &[u8]) -> bool {
    let key = String::from_utf8_lossy(key);
    let lower = key.to_ascii_lowercase();
    let joined: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    KERBEROS.iter().any(|begin| lower.starts_with(begin))
        || SECRET_ENDS.iter().any(|end| joined.ends_with(end))
        || parts(&key).any(|part| SECRET_PARTS.contains(&part.to_ascii_lowercase().as_str()))
}

/// The words of a key: `csrf`, `token` of `csrf-token`, `csrf_token` and `csrfToken`.
fn parts(key: &str) -> impl Iterator<Item = &str> {
    key.split(['_', '-']).flat_map(|word| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let begins = |(at, char): &(usize, char)| {
                char.is_ascii_uppercase() && rest.as_bytes()[at - 1].is_ascii_lowercase()
            };
            let end = rest.char_indices().skip(1).find(begins).map_or(rest.len(), |(at, _)| at);
            let (part, after) = rest.split_at(end);
            rest = after;
            (!part.is_empty()).then_some(part)
        })
    })
}

fn trim_end(bytes: &[u8], is_trimmed: impl Fn(u8) -> bool) -> &[u8] {
    &bytes[..bytes.len() - bytes.iter().rev().take_while(|b| is_trimmed(**b)).count()]
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'\\')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::grammar::tests::holds;

    #[test]
    fn quick_looks_refuse_no_secret() {
        let words = ["* NTLM", "$NT$", "#", "authorization", "bearer", "name", "value", "$DCC2$1#"];
        holds(&MIMIKATZ, &words, &["  * NTLM : ", "\t* SHA1:"]);
        let signed = ["$NT$", "$dcc2$1#a#\"", "Authorization: \"basic ", "Bearer\t'"];
        holds(&SIGNED, &words, &signed);
        holds(&FIELD, &words, &["name=\"a\" value=\"", "NAME=a id='b' content="]);
    }

    const MD5: &str = "0123456789abcdef0123456789abcdef";

    /// Whether the last `HASH` of a text is a secret.
    #[track_caller]
    fn secret(text: &str) -> bool {
        let (above, line) =
            text.rsplit_once('\n').map_or(("", text), |(above, line)| (above, line));
        let above = format!("{above}\n");
        let start = line.rfind("HASH").unwrap();
        let line = format!("{}{MD5}{}", &line[..start], &line[start + "HASH".len()..]);
        let run = start..start + MD5.len();
        is_secret(line.as_bytes(), &run, || Cow::Borrowed(above.as_bytes()))
    }

    #[test]
    fn hashes_under_a_secrets_label_are_secrets() {
        let secrets = [
            "PHPSESSID=HASH",
            "Cookie: lang=en; PHPSESSID=HASH; theme=dark",
            "Set-Cookie: session=HASH; HttpOnly",
            "JSESSIONID=HASH",
            "Authorization: Bearer HASH",
            "authorization: Token HASH",
            "curl -H \"Authorization: Bearer HASH\" https://example.com/",
            "X-Auth-Token: HASH",
            "x-apikey: HASH",
            "VT_API_KEY=HASH",
            "export VT_APIKEY='HASH'",
            "apikey = \"HASH\"",
            "api_key: HASH",
            "password: HASH",
            "password=HASH",
            "\"password\": \"HASH\"",
            "{\\\"passwd\\\": \\\"HASH\\\"}",
            "password md5: HASH",
            "password_sha1=HASH",
            "Password hash: HASH",
            "NTLM hash: HASH",
            "NT hash: HASH",
            "session token: HASH",
            "csrf_token=HASH",
            "<input type=\"hidden\" name=\"csrf_token\" value=\"HASH\">",
            "<meta name=\"csrf-token\" content=\"HASH\">",
            "<password>HASH</password>",
            "$_SESSION['token'] = 'HASH'",
            "'secret' => 'HASH'",
            "accessToken: HASH",
            "POST user=admin&pwd=HASH",
            "auth=HASH",
            "sid: HASH",
            "\t * NTLM     : HASH",
            "\t * NTLM     : 31d6cfe0d16ae931b73c59d7e0c089c0\n\t * SHA1     : HASH",
            "CORP\\admin:$NT$HASH",
            "CORP/admin:$DCC2$10240#admin#HASH",
            "admin:aes256-cts-hmac-sha1-96:HASH",
        ];
        for text in secrets {
            assert!(secret(text), "{text}");
        }
        assert!(secrets.len() >= 30);
    }

    #[test]
    fn both_hashes_of_a_dumped_line_are_secrets() {
        let nt = "31d6cfe0d16ae931b73c59d7e0c089c0";
        for (line, hashes) in [
            (format!("Administrator:500:{MD5}:{nt}:::"), vec![MD5, nt]),
            (format!("CORP\\krbtgt:502:{MD5}:{nt}::: (status=Enabled)"), vec![MD5, nt]),
            (
                format!("[SMB] NTLMv2-SSP Hash     : bob::CORP:1122334455667788:{MD5}:0101"),
                vec![MD5],
            ),
            (format!("bob::CORP:1122334455667788:{MD5}:0101000000"), vec![MD5]),
        ] {
            for hash in hashes {
                let start = line.find(hash).unwrap();
                let run = start..start + hash.len();
                assert!(is_secret(line.as_bytes(), &run, || Cow::Borrowed(b"")), "{line}");
            }
        }
    }

    #[test]
    fn hashes_of_samples_are_none_whatever_stands_further_off() {
        let samples = [
            "HASH",
            "md5: HASH",
            "sha256=HASH",
            "hash: HASH",
            "file hash: HASH",
            "MD5 hash: HASH",
            "(password: infected) HASH",
            "Sample (password: infected) HASH",
            "archive password is infected, md5: HASH",
            "password: infected md5: HASH",
            "password=infected sha256=HASH",
            "Password stealer HASH",
            "Password stealer md5: HASH",
            "Password stealer: Azorult, HASH",
            "Wi-Fi Password Unlock,HASH",
            "Token Grabber,HASH",
            "session hijacker | HASH",
            "auth.log.exe HASH",
            "token.exe: HASH",
            "pass.txt=HASH",
            "bypass: HASH",
            "author: HASH",
            "passenger_list: HASH",
            "compass=HASH",
            "tokenizer.dll MD5=HASH",
            "\"sha256\": \"HASH\"",
            "\"name\": \"password.exe\", \"md5\": \"HASH\"",
            "<md5>HASH</md5>",
            "<a href=\"/sample/HASH\">password stealer</a>",
            "\t * Username : bob\n\n\n\n\n * SHA1 of the file: HASH",
            "SHA1 : HASH",
            "dropped by secret-stealer.exe -> HASH",
            "key: HASH",
            "value: HASH",
            "12:34:56::HASH",
            "cookie stealer (md5 HASH)",
        ];
        for text in samples {
            assert!(!secret(text), "{text}");
        }
        assert!(samples.len() >= 30);
    }
}
