use std::ops::ControlFlow;

use iocs::document::{Item, Options, Walk, read_here, type_of};

use super::corpus::{HEAD, base64, gives, mail, multipart, plain};
use super::read;

#[test]
fn envelopes_are_named_and_pictures_are_not_asked() {
    let smime = mail(
        "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
        "base64",
        b"MIAG\r\n",
    );
    assert_eq!(read(&smime).unread.len(), 1);
    let pgp = multipart(
        "encrypted",
        "enc",
        &[
            "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
            "Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----",
        ],
    );
    assert_eq!(read(format!("{HEAD}{pgp}").as_bytes()).unread.len(), 1);
    let image = mail(
        "application/pdf; name=a.pdf",
        "base64",
        base64(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR").as_bytes(),
    );
    let got = read(&image);
    assert_eq!((got.files, got.unread), (vec![], vec![]));
    // An executable that is called a picture is asked.
    let exe = [&b"MZ\x90\0\x03\0\0\0"[..], &[0; 100]].concat();
    let got = read(&mail("image/png; name=a.png", "base64", base64(&exe).as_bytes()));
    assert_eq!(got.files, ["m.eml!a.png"]);
}

#[test]
fn text_around_the_parts_is_read_where_it_holds_a_link() {
    let both = multipart("mixed", "in", &[&plain(1)]);
    let mail = format!("{HEAD}{both}\r\nfooter https://foot.evil.com/\r\n").replacen(
        "\r\n\r\n--in",
        "\r\n\r\nThis is a multi-part message in MIME format.\r\n--in",
        1,
    );
    gives(mail.as_bytes(), &["https://p1.evil.com/", "https://foot.evil.com/"]);
}

#[test]
fn a_mailbox_is_read_a_message_at_a_time() {
    let mail = format!("From a@b Mon Nov  2 10:00:00 2026\n{HEAD}\r\nhttps://a.evil.com/x\r\n\r\n");
    let mailbox = format!("{mail}{}", mail.replace("a.evil", "b.evil"));
    let mut names = Vec::new();
    let options = Options::default();
    Walk { type_of, read: &read_here, options: &options }.file(
        "box",
        mailbox.as_bytes(),
        &mut |item| {
            if let Item::Text(text) = item
                && !text.text.is_empty()
                && text.text.contains("https")
            {
                names.push(text.name);
            }
            ControlFlow::Continue(())
        },
    );
    assert_eq!(names, ["box!1.eml!text/plain", "box!2.eml!text/plain"]);
}

#[test]
fn a_mail_is_told_by_its_head_or_its_name() {
    let is_mail = |head: &str, name: &str| {
        type_of(head.as_bytes(), name).is_some_and(|kind| kind.name == "mail")
    };
    assert!(is_mail("Received: from a\nSubject: x\n\n", "x"));
    assert!(is_mail("X-Any: thing\n\n", "x.eml"));
    assert!(is_mail("\r\nFrom: a\r\nTo: b\r\n", "-"));
    for (head, name) in [
        ("from: a\nto: b\nsubject: c\n", "x.yml"),
        ("Date: Mon\nContent-Type: text/html\nServer: x\n\n", "x"),
        ("https://evil.com/\nhttp://evil.org/\n", "x.eml"),
        ("Subject: only\n", "x.txt"),
        ("1.2.3.4\n", "x.eml"),
        ("", "x.eml"),
    ] {
        assert!(!is_mail(head, name), "{head}");
    }
}
