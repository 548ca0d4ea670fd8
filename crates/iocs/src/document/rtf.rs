//! RTF: as a file, and as Outlook keeps the HTML of a message.

mod compressed;
mod reader;

use std::ops::ControlFlow;

use super::document_type::{Content, DocumentType, Options};
use super::html;
use super::part::{Part, Sink, Text, Unread};
pub(super) use compressed::decompress;
use reader::Source;

/// The row of this type.
pub(super) const TYPE: DocumentType = DocumentType::new("RTF", is_one, read).of(Content::Text);

fn is_one(head: &[u8], _: &str) -> bool {
    head.trim_ascii_start().starts_with(b"{\\rt")
}

fn read(file: &[u8], _: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    // A break is the caller's own wish.
    let _ = hand_on(file, "", sink);
    Ok(())
}

/// Hands on the HTML that RTF was made from (MS-OXRTFEX), or its text, with the targets of its
/// links where they stand.
pub(super) fn hand_on(rtf: &[u8], name: &str, sink: &mut Sink<'_>) -> ControlFlow<()> {
    let (source, text) = reader::read(rtf);
    match source {
        Source::Html => html::hand_on(&text, if name.is_empty() { "" } else { "text/html" }, sink),
        Source::Text => sink(Part::Text(Text { name: name.to_owned(), text, ..Text::default() })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_with_their_targets() {
        let rtf = br#"{\rtf1\ansi{\fonttbl{\f0 www.font.com;}}{\*\generator www.gen.com;}
{\field{\*\fldinst{HYPERLINK "http://a.evil.com/?x=1"}}{\fldrslt click}}\par
http://b.evil\'2ecom/\u233?x\~y \{z\}\line end}"#;
        let (source, text) = reader::read(rtf);
        assert_eq!(source, Source::Text);
        assert_eq!(
            text,
            "HYPERLINK \"http://a.evil.com/?x=1\" click\nhttp://b.evil.com/éx y {z}\nend"
        );
    }

    #[test]
    fn html_within_is_html_again() {
        let rtf = br#"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 x;}}
{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 see {\*\htmltag84 <a href="http://a.evil.com/?a=1&amp;b=2">}\htmlrtf \ul \htmlrtf0 here\htmlrtf }\htmlrtf0 {\*\htmltag92 </a>}\par
caf\'e9{\*\htmltag 
<br>}}"#;
        let (source, text) = reader::read(rtf);
        assert_eq!(source, Source::Html);
        assert_eq!(text, "<p>see <a href=\"http://a.evil.com/?a=1&amp;b=2\">here</a>\ncafé<br>");
    }

    #[test]
    fn nests_and_ends_of_any_kind_are_read() {
        for rtf in [
            "{".repeat(100_000),
            "}".repeat(1000),
            "{\\rtf1 \\".to_owned(),
            "\\'".to_owned(),
            "{\\rtf1 \\u99999999999 \\bin99999999 x".to_owned(),
        ] {
            let _ = reader::read(rtf.as_bytes());
        }
        assert_eq!(reader::read(b"{\\rtf1 a\\bin3 }}}b}").1, "ab");
    }
}
