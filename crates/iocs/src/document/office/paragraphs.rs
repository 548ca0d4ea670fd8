//! Texts made of paragraphs: documents, slides, notes, comments.
//!
//! A paragraph is cut into runs wherever its look, language or history changes, also in the middle
//! of a word: the runs are joined.

use super::xml::{self, Met};

/// What a part holds.
#[derive(Debug, Default)]
pub(super) struct Paragraphs {
    /// The paragraphs, a line each.
    pub(super) text: String,
    /// Targets that attributes name, a line each.
    pub(super) links: String,
}

/// Where text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// In elements for it alone (ISO/IEC 29500).
    InRuns,
    /// Anywhere (OpenDocument, properties, XML of others).
    Anywhere,
}

/// One paragraph as it is read.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// What fields are computed from: `HYPERLINK "https://…"`.
    fields: String,
    /// What was deleted and is kept for the history.
    deleted: String,
}

impl Paragraph {
    fn finish(self, text: &mut String) {
        for piece in [self.text, self.fields, self.deleted] {
            if !piece.trim().is_empty() {
                text.push_str(piece.trim_end());
                text.push('\n');
            }
        }
    }
}

/// Reads a part. The error is its damage; what came before is there.
pub(super) fn read(xml: &str, texts: Texts) -> (Paragraphs, Result<(), String>) {
    let mut found = Paragraphs::default();
    // A text box is a paragraph inside another.
    let mut open = vec![Paragraph::default()];
    let mut inside = String::new();
    let result = xml::walk(xml, |met| match met {
        Met::Start(start) => {
            let name = start.local_name();
            if is_paragraph(name.as_ref()) {
                open.push(Paragraph::default());
            }
            let Some(paragraph) = open.last_mut() else { return };
            match name.as_ref() {
                "tab" => paragraph.text.push('\t'),
                "br" | "cr" | "line-break" => paragraph.text.push('\n'),
                "noBreakHyphen" => paragraph.text.push('-'),
                "s" if texts == Texts::Anywhere => paragraph.text.push(' '),
                "fldChar" => paragraph.fields.push(' '),
                "fldSimple" => {
                    paragraph.fields.extend(xml::attribute(start, "instr"));
                    paragraph.fields.push(' ');
                }
                _ => {}
            }
            if let Some(link) = xml::attribute(start, "href").filter(|link| xml::leads_out(link)) {
                found.links.push_str(link.trim());
                found.links.push('\n');
            }
            name.as_ref().clone_into(&mut inside);
        }
        Met::End(name) => {
            inside.clear();
            if is_paragraph(name) && open.len() > 1 {
                open.pop().unwrap_or_default().finish(&mut found.text);
            } else if texts == Texts::Anywhere && open.len() == 1 {
                std::mem::take(&mut open[0]).finish(&mut found.text);
            }
        }
        Met::Text(text) => {
            let Some(paragraph) = open.last_mut() else { return };
            match inside.as_str() {
                _ if texts == Texts::Anywhere => paragraph.text.push_str(text),
                "t" | "text" => paragraph.text.push_str(text),
                "instrText" | "delInstrText" => paragraph.fields.push_str(text),
                "delText" => paragraph.deleted.push_str(text),
                _ => {}
            }
        }
    });
    for paragraph in open.into_iter().rev() {
        paragraph.finish(&mut found.text);
    }
    (found, result)
}

/// A paragraph of text or of drawings, or an old comment on a slide.
fn is_paragraph(name: &str) -> bool {
    matches!(name, "p" | "h" | "cm" | "threadedComment")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(xml: &str) -> String {
        let (found, result) = read(xml, Texts::InRuns);
        result.unwrap();
        found.text
    }

    #[test]
    fn runs_are_joined_and_fields_stand_apart() {
        let xml = r#"<w:p><w:r><w:t>hxxps://evil[.]exa</w:t></w:r><w:proofErr/><w:r><w:t>mple.com/a&amp;b</w:t></w:r>
            <w:r><w:instrText>HYPERLINK "https://a.</w:instrText></w:r><w:r><w:instrText>example.com"</w:instrText></w:r>
            <w:r><w:delText>gone.example.com</w:delText></w:r></w:p><w:p><w:r><w:t>next</w:t></w:r></w:p>"#;
        assert_eq!(
            text(xml),
            "hxxps://evil[.]example.com/a&b\nHYPERLINK \"https://a.example.com\"\ngone.example.com\nnext\n"
        );
    }

    #[test]
    fn a_text_box_does_not_cut_the_paragraph_around_it() {
        let xml = "<w:p><w:r><w:t>evil.</w:t></w:r><w:r><wps:txbx><w:p><w:r><w:t>box</w:t></w:r></w:p></wps:txbx></w:r>\
                   <w:r><w:t>example.com</w:t></w:r></w:p>";
        assert_eq!(text(xml), "box\nevil.example.com\n");
    }

    #[test]
    fn damage_does_not_lose_what_came_before() {
        let (found, result) =
            read("<w:p><w:r><w:t>evil.example.com</w:t></w:r><w:r><", Texts::InRuns);
        assert_eq!(found.text, "evil.example.com\n");
        assert!(result.is_err());
    }
}
