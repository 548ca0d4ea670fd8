use super::{read, read_with};
use iocs::document::Options;

const MAIL: &str = "\
Return-Path: <bounce+7-victim=corp.example.org@send.evil.com>\r
Delivered-To: victim@corp.example.org\r
Received: from mx1.corp.example.org (mx1.corp.example.org [198.51.100.7])\r
\tby store.corp.example.org with ESMTP id 1 for <victim@corp.example.org>; Mon, 2 Nov 2026 10:00:00 +0000\r
Received: from gw.local (gw.local [10.1.2.3]) by mx1.corp.example.org; Mon, 2 Nov 2026 10:00:00 +0000\r
Received: from mail.evil.com (vps.hoster.net [192.0.43.8])\r
\tby mx1.corp.example.org with ESMTPS id 2; Mon, 2 Nov 2026 09:59:00 +0000\r
Received: from forged.example.net ([192.0.43.9]) by mail.evil.com; Mon, 2 Nov 2026 09:58:00 +0000\r
X-Originating-IP: [192.0.43.10]\r
DKIM-Signature: v=1; a=rsa-sha256; d=dkim.evil.com; s=s; bh=x; b=y\r
Message-ID: <1@id.evil.com>\r
From: =?utf-8?B?UGF5UGFs?= <service@from.evil.com>\r
Reply-To: \"a, b\" <x@reply.evil.com>, y@reply2.evil.com\r
To: Victim <victim@corp.example.org>, other@second.example.org\r
List-Unsubscribe: <https://u.evil.com/?a=1>,\r
 <mailto:off@list.evil.com>\r
Subject: =?utf-8?Q?See_https=3A//subject=2Eevil=2Ecom/x?=\r
Date: Mon, 2 Nov 2026 09:58:00 +0000\r
\r
http://body.evil.com/\r
";

#[test]
fn headers_come_behind_the_body_in_the_order_of_worth() {
    let got = read(MAIL.as_bytes());
    let urls: Vec<&str> = got.urls.iter().map(|(_, url)| url.as_str()).collect();
    assert_eq!(
        urls,
        ["http://body.evil.com/", "https://subject.evil.com/x", "https://u.evil.com/?a=1"]
    );
    let want = [
        "from.evil.com",
        "reply.evil.com",
        "reply2.evil.com",
        "send.evil.com",
        "https://u.evil.com/?a=1",
        "list.evil.com",
        "192.0.43.10",
        "192.0.43.8",
    ];
    assert_eq!(got.values, want);
    assert_eq!(got.urls[0].0, "m.eml!text/plain:1");
    assert_eq!(got.urls[2].0, "m.eml:15");
}

#[test]
fn what_serves_the_mail_system_is_left_out_and_said() {
    let got = read(MAIL.as_bytes());
    let searched = got.texts.concat();
    for name in ["id.evil.com", "dkim.evil.com", "hoster.net", "forged", "corp.example", "second"] {
        assert!(!searched.contains(name), "{name}: {searched}");
    }
    let count = |name: &str| got.left_out.iter().filter(|text| text.starts_with(name)).count();
    assert_eq!(count("received: "), 4);
    assert_eq!(count("dkim-signature: "), 1);
    assert_eq!(count("message-id: "), 1);
    assert_eq!(count("to: ") + count("delivered-to: "), 2);
}

#[test]
fn recipients_come_first_and_are_never_searched() {
    let got = read(MAIL.as_bytes());
    assert_eq!(got.recipients, ["corp.example.org", "second.example.org"]);
    let options = Options { thorough: true, ..Options::default() };
    let searched = read_with(MAIL.as_bytes(), &options).texts.concat();
    for name in ["id.evil.com", "dkim.evil.com", "hoster.net", "forged"] {
        assert!(searched.contains(name), "{name}: {searched}");
    }
    assert!(!searched.contains("second.example.org"));
}

#[test]
fn a_sender_who_writes_to_himself_is_no_recipient() {
    let mail = "Delivered-To: victim@corp.example.org\nFrom: a@evil.com\nTo: a@evil.com\n\nx\n";
    assert_eq!(read(mail.as_bytes()).recipients, ["corp.example.org"]);
    let mail = "From: a@evil.com\nTo: a@evil.com\n\nx\n";
    assert_eq!(read(mail.as_bytes()).recipients, ["evil.com"]);
}

#[test]
fn servers_of_exchange_online_are_inside_one_system() {
    let mail = "Received: from A.namprd03.prod.outlook.com (2603:10b6:408:fc:cafe::2a)\n \
        by B.outlook.office365.com (2603:10b6:408:fc::26); Sat, 7 Oct 2023 09:32:28 +0000\n\
        Received: from mail.evil.com (192.0.43.8) by A.mail.protection.outlook.com (10.1.1.1); \
        Sat, 7 Oct 2023 09:32:28 +0000\nFrom: a@evil.com\nSubject: x\n\nx\n";
    assert_eq!(read(mail.as_bytes()).values, ["evil.com", "192.0.43.8"]);
}

#[test]
fn a_link_in_a_spoken_name_is_found() {
    let mail = "From: \"See https://lure.evil.com/x\" <a@evil.com>\nTo: b@c.example\n\nx\n";
    let got = read(mail.as_bytes());
    assert_eq!(got.urls.len(), 1);
    assert_eq!(got.urls[0].1, "https://lure.evil.com/x");
}
