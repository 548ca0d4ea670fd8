use super::read;

/// Reads a mail with one kind of body, and checks that it gives this URL and nothing else.
#[track_caller]
pub(super) fn gives(mail: &[u8], urls: &[&str]) {
    let got = read(mail);
    let mut found: Vec<&str> = got.urls.iter().map(|(_, url)| url.as_str()).collect();
    found.dedup();
    assert_eq!(found, urls, "{}\n{got:#?}", String::from_utf8_lossy(mail));
}

pub(super) fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let digits = base64::engine::general_purpose::STANDARD.encode(bytes);
    digits
        .as_bytes()
        .chunks(76)
        .map(|c| std::str::from_utf8(c).unwrap().to_owned() + "\r\n")
        .collect()
}

fn quoted_printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if at % 20 == 19 {
            out += "=\r\n";
        }
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(*byte));
        } else {
            out += &format!("={byte:02X}");
        }
    }
    out
}

fn uuencode(bytes: &[u8]) -> String {
    let digit = |value: u32| char::from(b' ' + (value & 0x3F) as u8).to_string().replace(' ', "`");
    let mut out = String::from("begin 644 a.txt\n");
    for line in bytes.chunks(45) {
        out += &digit(line.len() as u32);
        for group in line.chunks(3) {
            let value =
                group.iter().fold(0, |v, b| v << 8 | u32::from(*b)) << (8 * (3 - group.len()));
            (0..4).for_each(|i| out += &digit(value >> (18 - 6 * i)));
        }
        out.push('\n');
    }
    out + "`\nend\n"
}

pub(super) const HEAD: &str =
    "From: a@evil.com\r\nTo: b@corp.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n";
const LINK: &str = "https://link.evil.com/a?b=1&c=%20d";

pub(super) fn mail(kind: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("{HEAD}Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A text in a charset; the words are what it is made for.
fn in_charset(charset: &str, text: &str) -> Vec<u8> {
    match charset {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf-7" => text.replace('é', "+AOk-").replace('&', "+ACY-").into_bytes(),
        "iso-2022-jp" => text.replace('あ', "\x1B$B$\"\x1B(B").into_bytes(),
        "utf-8" => text.into(),
        _ => {
            let pairs: &[(char, &[u8])] = match charset {
                "iso-8859-1" | "windows-1252" => &[('é', b"\xE9")],
                "iso-8859-2" => &[('ř', b"\xF8")],
                "windows-1251" => &[('ж', b"\xE6")],
                "koi8-r" => &[('ж', b"\xD6")],
                "shift_jis" => &[('あ', b"\x82\xA0")],
                "euc-jp" => &[('あ', b"\xA4\xA2")],
                "gb2312" | "gbk" => &[('啊', b"\xB0\xA1")],
                "big5" => &[('中', b"\xA4\xA4")],
                "euc-kr" => &[('가', b"\xB0\xA1")],
                _ => panic!("{charset}"),
            };
            let byte = |c: char| match pairs.iter().find(|(from, _)| *from == c) {
                Some((_, bytes)) => bytes.to_vec(),
                None => vec![c as u8],
            };
            text.chars().flat_map(byte).collect()
        }
    }
}

#[test]
fn every_charset_in_every_encoding_gives_its_link() {
    let charsets = [
        ("utf-8", 'é'),
        ("iso-8859-1", 'é'),
        ("windows-1252", 'é'),
        ("iso-8859-2", 'ř'),
        ("windows-1251", 'ж'),
        ("koi8-r", 'ж'),
        ("shift_jis", 'あ'),
        ("euc-jp", 'あ'),
        ("iso-2022-jp", 'あ'),
        ("gb2312", '啊'),
        ("gbk", '啊'),
        ("big5", '中'),
        ("euc-kr", '가'),
        ("utf-7", 'é'),
        ("utf-16le", 'é'),
        ("utf-16be", 'é'),
    ];
    let mut count = 0;
    for (charset, sign) in charsets {
        let text = in_charset(charset, &format!("{sign}{sign} {LINK} {sign}{sign}\r\n"));
        let html =
            in_charset(charset, &format!("<p>{sign}<a href=\"{}\">", LINK.replace('&', "&amp;")));
        for (subtype, body) in [("plain", text), ("html", html)] {
            let kind = format!("text/{subtype}; charset={charset}");
            gives(&mail(&kind, "Base64", base64(&body).as_bytes()), &[LINK]);
            gives(&mail(&kind, "quoted-printable", quoted_printable(&body).as_bytes()), &[LINK]);
            count += 2;
            if !charset.starts_with("utf-16") {
                gives(&mail(&kind, "8bit", &body), &[LINK]);
                gives(&mail(&kind, "x-uuencode", uuencode(&body).as_bytes()), &[LINK]);
                count += 2;
            }
        }
    }
    assert!(count > 100, "{count}");
}

/// Parts between boundaries.
pub(super) fn multipart(kind: &str, boundary: &str, parts: &[&str]) -> String {
    let mut out = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n\r\n");
    for part in parts {
        out += &format!("--{boundary}\r\n{part}\r\n");
    }
    out + &format!("--{boundary}--\r\n")
}

pub(super) fn plain(number: u32) -> String {
    format!("Content-Type: text/plain\r\n\r\nhttps://p{number}.evil.com/\r\n")
}

fn html(number: u32) -> String {
    let body = format!("<a\r\nhref=3D\"https://h{number}.evil.com/=\r\n\">x</a>");
    format!(
        "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{body}\r\n"
    )
}

#[test]
fn every_nesting_gives_its_links_in_order() {
    let both = multipart("alternative", "in", &[&plain(1), &html(1)]);
    let related = multipart("related", "rel", &[&both, "Content-Type: image/png\r\n\r\n\x01"]);
    let mixed = multipart("mixed", "mix", &[&related, &plain(2)]);
    let report = multipart(
        "report; report-type=delivery-status",
        "rep",
        &[
            &plain(3),
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.evil.com\r\n",
        ],
    );
    let signed = multipart(
        "signed",
        "sig",
        &[&mixed, "Content-Type: application/pgp-signature\r\n\r\n-----"],
    );
    let inner = "https://p1.evil.com/ https://h1.evil.com/";
    for (body, want) in [
        (&both, inner),
        (&related, inner),
        (&mixed, "https://p1.evil.com/ https://h1.evil.com/ https://p2.evil.com/"),
        (&signed, "https://p1.evil.com/ https://h1.evil.com/ https://p2.evil.com/"),
        (&report, "https://p3.evil.com/"),
    ] {
        let want: Vec<&str> = want.split(' ').collect();
        gives(format!("{HEAD}{body}").as_bytes(), &want);
        gives(format!("{HEAD}{body}").replace("\r\n", "\n").as_bytes(), &want);
    }
}

#[test]
fn a_broken_boundary_loses_nothing() {
    let both = multipart("alternative", "in", &[&plain(1), &html(1)]);
    let all = ["https://p1.evil.com/", "https://h1.evil.com/"];
    let whole = format!("{HEAD}{both}");
    let broken = [
        // No end.
        whole.replace("--in--\r\n", ""),
        // Cut within the last part's end.
        whole.replace("--in--\r\n", "--i"),
        // White space behind the boundary.
        whole.replace("--in\r\n", "--in \t\r\n"),
        // Another boundary than the header's.
        whole.replace("--in", "--other"),
        // None in the header.
        whole.replace("; boundary=\"in\"", ""),
        // No type at all.
        whole.replace("Content-Type: multipart/alternative; boundary=\"in\"\r\n", ""),
        // A single quote is part of the name.
        whole.replace("\"in\"", "in"),
        // The end, and then more.
        whole.replacen(
            "--in\r\nContent-Type: text/html",
            "--in--\r\n--in\r\nContent-Type: text/html",
            1,
        ),
        // A boundary of many signs.
        whole.replace("\"in\"", "\"=_in(.)?=+_,-/:\"").replace("--in", "--=_in(.)?=+_,-/:"),
        // Folded within the header.
        whole.replace("; boundary=", ";\r\n\tboundary="),
        // Upper case.
        whole.replace(
            "Content-Type: multipart/alternative; boundary",
            "CONTENT-TYPE: MULTIPART/ALTERNATIVE; BOUNDARY",
        ),
    ];
    for mail in broken {
        gives(mail.as_bytes(), &all);
    }
    // An inner multipart that never ends, and one with its parent's boundary.
    let open = both.replace("--in--\r\n", "");
    let outer = multipart("mixed", "out", &[&open, &plain(2)]);
    gives(format!("{HEAD}{outer}").as_bytes(), &[all[0], all[1], "https://p2.evil.com/"]);
    let same = multipart("mixed", "in", &[&both, &plain(2)]);
    gives(format!("{HEAD}{same}").as_bytes(), &[all[0], all[1], "https://p2.evil.com/"]);
}

#[test]
fn a_message_inside_is_read_with_its_own_name() {
    let inner = format!("{HEAD}{}", multipart("alternative", "in", &[&plain(1), &html(1)]));
    for (encoding, body) in [("7bit", inner.clone()), ("base64", base64(inner.as_bytes()))] {
        let message = format!(
            "Content-Type: message/rfc822; name=\"re:port\"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        );
        let outer = format!("{HEAD}{}", multipart("mixed", "out", &[&plain(2), &message]));
        let got = read(outer.as_bytes());
        let want = [
            ("m.eml!text/plain:1", "https://p2.evil.com/"),
            ("m.eml!re:port.eml!text/plain:1", "https://p1.evil.com/"),
            ("m.eml!re:port.eml!text/html:2", "https://h1.evil.com/"),
        ];
        assert_eq!(got.urls, want.map(|(at, url)| (at.to_owned(), url.to_owned())), "{encoding}");
    }
}

#[test]
fn an_attachment_is_a_file_under_its_decoded_name() {
    for (header, name) in [
        ("Content-Disposition: attachment; filename=\"a.html\"", "a.html"),
        ("Content-Disposition: attachment; filename*=UTF-8''%C3%A9.html", "é.html"),
        ("Content-Disposition: attachment; filename*0=\"a b\"; filename*1=\".html\"", "a b.html"),
        ("Content-Disposition: attachment; filename=\"=?utf-8?B?w6kuaHRtbA==?=\"", "é.html"),
        ("Content-Disposition: attachment; filename=\"..\\\\x/c.html\"", "c.html"),
        ("Content-Type: application/octet-stream; name=\"d.html\"", "d.html"),
        ("Content-Disposition: inline; filename=e.html", "e.html"),
    ] {
        let body = base64(b"\n<a href='https://h.evil.com/'>");
        let part = format!("{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}");
        let mail = format!("{HEAD}{}", multipart("mixed", "out", &[&plain(1), &part]));
        let got = read(mail.as_bytes());
        let want = [
            ("m.eml!text/plain:1".to_owned(), "https://p1.evil.com/".to_owned()),
            (format!("m.eml!{name}:2"), "https://h.evil.com/".to_owned()),
        ];
        assert_eq!(got.urls, want, "{header}");
    }
}

#[test]
fn damaged_encodings_give_what_can_be_read() {
    let mail_of =
        |encoding: &str, body: &str| mail("text/html; charset=utf-8", encoding, body.as_bytes());
    let link = "https://a.evil.com/?x=1";
    // A sign of equality that nobody encoded, a cut escape, and one in lower case.
    gives(
        &mail_of(
            "quoted-printable",
            "<p style=x>100 = 1=\r\n<a href=3D\"https://a.evil.com/?x=3d1\">=",
        ),
        &[link],
    );
    // Base64 with a line of another mailer in it, without padding, or cut.
    let digits = base64(b"<a href='https://a.evil.com/?x=1'>x</a>");
    gives(&mail_of("base64", &digits.replace("==", "").replace('=', "")), &[link]);
    gives(
        &mail_of("base64", &format!("\r\n  {}", digits.replacen("PGEg", "PG\r\n Eg", 1))),
        &[link],
    );
    // Plain text that is called base64, or of an encoding that nobody knows.
    gives(
        &mail_of("base64", "<p>see <a href=\"https://a.evil.com/?x=1\">. Yours, me: x</p>"),
        &[link],
    );
    gives(&mail_of("x-unknown", "<a href=\"https://a.evil.com/?x=1\">"), &[link]);
    gives(&mail_of("7-bit", "<a href=\"https://a.evil.com/?x=1\">"), &[link]);
}

#[test]
fn the_odd_ones_of_real_clients() {
    let link = "https://a.evil.com/x";
    for mail in [
        // Without any header of MIME.
        "From: a@b.example\nTo: c@d.example\n\nhttps://a.evil.com/x\n".to_owned(),
        // HTML that is called plain text.
        format!(
            "{HEAD}Content-Type: text/plain\r\n\r\n<html><a href=\"https://a.evil.com/x\">https&#58;//a.evil.com/x</a>"
        ),
        // The line of a mailbox before it, a byte order mark, blank lines.
        format!("From a@b Mon Nov  2 10:00:00 2026\n{HEAD}\r\nhttps://a.evil.com/x"),
        format!("\u{FEFF}{HEAD}\r\nhttps://a.evil.com/x"),
        format!("\r\n\r\n{HEAD}\r\nhttps://a.evil.com/x"),
        // A line among the headers that is not a header.
        format!("{HEAD}this is no header\r\nX-Y: z\r\n\r\nhttps://a.evil.com/x"),
        // No blank line before the body.
        "From: a@b.example\nTo: c@d.example\nhttps://a.evil.com/x\nbye\n".to_owned(),
        // An empty type, a type without subtype, two of them.
        format!("{HEAD}Content-Type:\r\n\r\nhttps://a.evil.com/x"),
        format!("{HEAD}Content-Type: text\r\n\r\nhttps://a.evil.com/x"),
        format!("{HEAD}Content-Type: text/plain;\r\n charset=\"utf-8\r\n\r\nhttps://a.evil.com/x"),
        // Flowed across words.
        format!(
            "{HEAD}Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nhttps://a.evil \r\n.com/x\r\n"
        ),
        // A calendar, and Google's second HTML.
        format!("{HEAD}Content-Type: text/calendar\r\n\r\nDESCRIPTION:https://a.evil.com/x\r\n"),
        format!("{HEAD}Content-Type: text/x-amp-html\r\n\r\n<a href='https://a.evil.com/x'>"),
        // A comment in the header.
        format!(
            "{HEAD}Content-Type: text/html (nice); charset=us-ascii\r\n\r\n<a href=https://a.evil.com/x>"
        ),
    ] {
        gives(mail.as_bytes(), &[link]);
    }
}

#[test]
fn a_saved_page_is_read_like_a_mail() {
    let page = "Content-Type: text/html\r\nContent-Location: https://kit.evil.com/login\r\n\r\n<form action='https://post.evil.com/'>";
    let mail = format!(
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://kit.evil.com/login\r\nSubject: x\r\nMIME-Version: 1.0\r\n{}",
        multipart("related; type=\"text/html\"", "out", &[page])
    );
    gives(mail.as_bytes(), &["https://post.evil.com/", "https://kit.evil.com/login"]);
}
