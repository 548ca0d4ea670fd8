use std::ops::ControlFlow;

use super::super::part::{Form, Part};
use super::{hand_on, is_html, is_one};

/// The lines of all texts of one form, each with its number.
fn lines(html: &str, form: Form) -> Vec<(u64, String)> {
    let mut all = Vec::new();
    let _ = hand_on(html, "", &mut |part| {
        if let Part::Text(text) = part
            && text.form == form
        {
            assert_eq!(text.text.lines().count(), text.lines.len(), "{text:?}");
            all.extend(text.lines.iter().copied().zip(text.text.lines().map(str::to_owned)));
        }
        ControlFlow::Continue(())
    });
    all
}

fn links(html: &str) -> Vec<String> {
    lines(html, Form::Values).into_iter().map(|(_, line)| line).collect()
}

fn text(html: &str) -> Vec<String> {
    lines(html, Form::Prose).into_iter().map(|(_, line)| line).collect()
}

#[test]
fn links_come_with_their_lines() {
    let html = "<html>\n<a\n href='http://a.example/'>x</a>\r\n<form action=\"http://b.example/\">\n\
                <img src=http://c.example/i.png>\n<iframe src='http://d.example/'></iframe>";
    let want = [
        (3, "http://a.example/"),
        (4, "http://b.example/"),
        (6, "http://d.example/"),
        (5, "http://c.example/i.png"),
    ];
    let got = lines(html, Form::Values);
    assert_eq!(got, want.map(|(line, link)| (line, link.to_owned())));
}

#[test]
fn images_come_last() {
    let html = "<img src='http://i.example/1' srcset='http://i.example/2 2x, http://i.example/3'>\
                <link href='http://i.example/css'><a href='http://a.example/'>";
    let want = [
        "http://a.example/",
        "http://i.example/1",
        "http://i.example/2",
        "http://i.example/3",
        "http://i.example/css",
    ];
    assert_eq!(links(html), want);
}

#[test]
fn inline_tags_are_joined_and_blocks_are_not() {
    assert_eq!(text("evil<b>.com</b>/<span>a</span><wbr>b"), ["evil.com/ab"]);
    assert_eq!(
        text("<p>one.com</p>two.com<br>three.com<div>four.com"),
        ["one.com", "two.com", "three.com", "four.com"]
    );
    assert_eq!(text("<tr><td>one.com</td><td>two.com</td></tr>"), ["one.com\ttwo.com"]);
    assert_eq!(text("<a href=/>one.com</a><a href=/>two.com</a>"), ["one.com two.com"]);
}

#[test]
fn entities_are_decoded_in_text_and_links() {
    assert_eq!(
        text("evil&#46;com&nbsp;&lt;1&amp;2 e&#8203;v&shy;il.com"),
        ["evil.com <1&2 evil.com"]
    );
    assert_eq!(
        links("<a href='https://a.example/?a=1&amp;b=2&#x26;c=3'>"),
        ["https://a.example/?a=1&b=2&c=3"]
    );
}

#[test]
fn a_style_names_files_and_nothing_else() {
    let html = "<style>\n.button.no { color: red }\n@import 'https://a.example/css';\n\
        .x { background: url(\"https://b.example/i.png\") }</style>\
        <p style='BACKGROUND: URL(https://c.example/i.png)'>";
    let want = [
        (3, "https://a.example/css"),
        (4, "https://b.example/i.png"),
        (4, "https://c.example/i.png"),
    ];
    assert_eq!(lines(html, Form::Values), want.map(|(line, link)| (line, link.to_owned())));
    assert_eq!(text(html), [""; 0]);
}

#[test]
fn a_refresh_is_a_link() {
    for content in ["0;url=http://a.example/", "0; URL='http://a.example/'", "5,http://a.example/"]
    {
        let html = format!("<META HTTP-EQUIV=\"Refresh\" content=\"{content}\">");
        assert_eq!(links(&html), ["http://a.example/"], "{content}");
    }
}

#[test]
fn names_are_not_taken() {
    let html = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0\" \"http://www.w3.org/TR/xhtml1.dtd\">\
        <html xmlns='http://www.w3.org/1999/xhtml' xmlns:v='urn:schemas-microsoft-com:vml'>\
        <div itemtype='http://schema.org/EmailMessage'>";
    assert_eq!(links(html), [""; 0]);
    assert_eq!(text(html), [""; 0]);
}

#[test]
fn scripts_comments_and_handlers_are_searched() {
    let html = "<script>\nlocation='http://a.example/'</script><!-- saved from http://b.example/ -->\
        <div onclick=\"open('http://c.example/')\" data-x='http://d.example/' title=plain>\
        <a href=\"javascript:open('http://e.example/')\">";
    let all = text(html).join("\n");
    for host in ["a", "b", "c", "d", "e"] {
        assert!(all.contains(&format!("http://{host}.example/")), "{host}: {all}");
    }
    assert!(!all.contains("plain"));
}

#[test]
fn what_outlook_or_a_reader_without_scripts_sees_is_read() {
    let html = "a\n<!--[if mso]><v:rect href='http://a.example/'><![endif]-->\n\
        <noscript><a href='http://b.example/?x=1&amp;y=2'></noscript>";
    let want = [(2, "http://a.example/"), (3, "http://b.example/?x=1&y=2")];
    assert_eq!(lines(html, Form::Values), want.map(|(line, link)| (line, link.to_owned())));
}

#[test]
fn a_tag_without_an_end_is_not_lost() {
    let all = text("hello <a href=\"https://a.example/cut");
    assert!(all.iter().any(|line| line.contains("https://a.example/cut")), "{all:?}");
}

#[test]
fn text_keeps_its_line_numbers() {
    let html = "<p>\n\none.com\ntwo.com</p>\r\n\r\n<p>three.com";
    let want = [(3, "one.com"), (4, "two.com"), (6, "three.com")];
    assert_eq!(lines(html, Form::Prose), want.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn a_data_url_is_a_file() {
    let mut files = Vec::new();
    let _ = hand_on("<a href='data:text/html;base64,PGE+'>", "", &mut |part| {
        if let Part::File(file) = part {
            files.push(file);
        }
        ControlFlow::Continue(())
    });
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].bytes, b"<a>");
}

#[test]
fn html_is_told_by_its_head_or_its_name() {
    for head in [
        "<!DOCTYPE html>",
        "\u{FEFF}\n<HTML>",
        "<!-- x --><html lang=en>",
        "<svg a>",
        "<?xml version='1.0'?>\n<!DOCTYPE html>",
        "<script>",
    ] {
        assert!(is_html(head.as_bytes()), "{head}");
    }
    for head in ["", "<", "<htmlx>", "a <html>", "<?xml version='1.0'?><rss>", "<b>"] {
        assert!(!is_html(head.as_bytes()), "{head}");
    }
    assert!(is_one(b"<b>x", "a.HTM"));
    assert!(!is_one(b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0\x01\0\0\0", "a.html"));
}

#[test]
fn nests_without_end_cost_no_more_than_their_length() {
    for unit in [
        "<noscript>",
        "<!--[if mso]>",
        "<b>",
        "<a href='",
        "&lt",
        "<svg>",
        "<style>url(@import url(",
    ] {
        let html = unit.repeat(30_000);
        let _ = hand_on(&html, "", &mut |_| ControlFlow::Continue(()));
    }
}
