//! Word, Excel, PowerPoint and OpenDocument files.

use iocs::document::limits::{Budget, HELD};
use iocs::document::{Options, Part, parts, type_of};

use super::{EXECUTABLE, IMAGE, found, zip_of};

const TYPES: (&str, &[u8]) = (
    "[Content_Types].xml",
    b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
);

fn relations(targets: &[(&str, &str)]) -> Vec<u8> {
    let targets: String = targets
        .iter()
        .map(|(target, mode)| format!("<Relationship Id='a' Type='http://schemas.example.org/t' Target='{target}' {mode}/>"))
        .collect();
    format!("<Relationships xmlns='http://schemas.example.org/r'>{targets}</Relationships>")
        .into_bytes()
}

#[test]
fn a_word_file_is_read_with_its_runs_joined() {
    let document = "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>\
        <w:p><w:r><w:t>hxxps://ev</w:t></w:r><w:r><w:t>il[.]example[.]com/a?b=1&amp;c=2</w:t></w:r></w:p>\
        <w:p><w:r><w:t>1.2.</w:t></w:r><w:del><w:r><w:delText>old.example.com</w:delText></w:r></w:del><w:r><w:t>3.4</w:t></w:r></w:p>\
        </w:body></w:document>";
    let links = relations(&[
        ("https://link.example.com/x?a=1&amp;b=2", "TargetMode='External'"),
        ("file:///C:/Users/x/Normal.dotm", "TargetMode='External'"),
        ("media/image1.png", ""),
        ("C:\\\\x\\\\report.zip", "TargetMode='External'"),
    ]);
    let file = zip_of(&[
        TYPES,
        ("word/_rels/document.xml.rels", &links),
        ("word/document.xml", document.as_bytes()),
        ("word/comments.xml", b"<w:comments><w:comment><w:p><w:r><w:t>note.example.com</w:t></w:r></w:p></w:comment></w:comments>"),
        ("word/media/image1.png", IMAGE),
        ("word/embeddings/package.bin", EXECUTABLE),
        ("word/theme/theme1.xml", b"<a:theme xmlns:a='http://schemas.openxmlformats.org/drawingml'/>"),
    ]);
    found("a.docx", &file)
        .has_texts(&[
            (
                "a.docx!word/document.xml",
                "hxxps://evil[.]example[.]com/a?b=1&c=2\n1.2.3.4\nold.example.com\n",
            ),
            ("a.docx!word/comments.xml", "note.example.com\n"),
        ])
        .has_values(&[(
            "a.docx!word/_rels/document.xml.rels",
            "https://link.example.com/x?a=1&b=2\n",
        )])
        .has_binaries(&["a.docx", "a.docx!word/embeddings/package.bin"])
        .has_unread(&[]);
}

#[test]
fn cells_formulas_and_hidden_sheets_are_read_row_by_row() {
    let workbook = "<workbook><sheets><sheet name='a' sheetId='1' r:id='r1'/><sheet name='b' state='veryHidden'/></sheets>\
        <definedNames><definedName name='n'>defined.example.com</definedName></definedNames></workbook>";
    let shared = "<sst><si><t>evil.exa</t></si><si><r><t>c2.exam</t></r><r><t>ple.com</t></r><rPh><t>ruby</t></rPh></si></sst>";
    let first = "<worksheet><sheetData><row r='3'><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c><v>42</v></c></row>\
        <row r='7'><c t='inlineStr'><is><t>in.example.com</t></is></c>\
        <c t='str'><f>HYPERLINK(\"https://f.example.com/\",\"x\")</f><v>x</v></c></row></sheetData></worksheet>";
    let second = "<worksheet><sheetData><row><c t='inlineStr'><is><t>hidden.example.com</t></is></c></row></sheetData></worksheet>";
    let file = zip_of(&[
        TYPES,
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/worksheets/sheet1.xml", first.as_bytes()),
        ("xl/worksheets/sheet2.xml", second.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
        ("xl/printerSettings/printerSettings1.bin", b"\x01\0\x02\0\x03\x04"),
    ]);
    let found = found("a.xlsx", &file);
    found
        .has_texts(&[
            ("a.xlsx!xl/workbook.xml", "defined.example.com\n"),
            (
                "a.xlsx!xl/worksheets/sheet1.xml",
                "evil.exa\tc2.example.com\t42\nin.example.com\tx\n=HYPERLINK(\"https://f.example.com/\",\"x\")\n",
            ),
            ("a.xlsx!xl/worksheets/sheet2.xml", "hidden.example.com\n"),
        ])
        .has_binaries(&["a.xlsx"])
        .has_unread(&[]);
    assert_eq!(found.lines[1], [3, 7, 7]);
}

#[test]
fn slides_and_their_notes_are_read() {
    let slide = "<p:sld><p:txBody><a:p><a:r><a:t>evil.</a:t></a:r><a:r><a:t>example.com</a:t></a:r></a:p><a:p><a:r><a:t>1.2.3.4</a:t></a:r></a:p></p:txBody></p:sld>";
    let file = zip_of(&[
        TYPES,
        ("ppt/slides/slide1.xml", slide.as_bytes()),
        (
            "ppt/notesSlides/notesSlide1.xml",
            b"<p:notes><a:p><a:r><a:t>note.example.com</a:t></a:r></a:p></p:notes>",
        ),
        (
            "ppt/comments/comment1.xml",
            b"<p:cmLst><p:cm><p:text>comment.example.com</p:text></p:cm></p:cmLst>",
        ),
    ]);
    found("a.pptx", &file)
        .has_texts(&[
            ("a.pptx!ppt/slides/slide1.xml", "evil.example.com\n1.2.3.4\n"),
            ("a.pptx!ppt/notesSlides/notesSlide1.xml", "note.example.com\n"),
            ("a.pptx!ppt/comments/comment1.xml", "comment.example.com\n"),
        ])
        .has_unread(&[]);
}

#[test]
fn an_open_document_is_read() {
    let content = "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'><text:p>evil.<text:span>example.com</text:span>\
        <text:a xlink:href='https://link.example.com/'>x</text:a></text:p></office:document-content>";
    let file = zip_of(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ]);
    found("a.odt", &file)
        .has_texts(&[("a.odt!content.xml", "evil.example.comx\n")])
        .has_values(&[("a.odt!content.xml", "https://link.example.com/\n")])
        .has_unread(&[]);
}

#[test]
fn a_text_shared_by_too_many_cells_is_bounded() {
    let shared = format!("<sst><si><t>{}</t></si></sst>", "evil.example.com ".repeat(60_000));
    let cells = format!(
        "<worksheet><sheetData>{}</sheetData></worksheet>",
        "<row><c t='s'><v>0</v></c></row>".repeat(2_000)
    );
    let file = zip_of(&[
        TYPES,
        ("xl/worksheets/sheet1.xml", cells.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
    ]);
    let mut bytes = 0;
    let options = iocs::document::Options::default();
    let walk = iocs::document::Walk {
        type_of: iocs::document::type_of,
        read: &iocs::document::read_here,
        options: &options,
    };
    let mut unread = Vec::new();
    walk.file("a.xlsx", &file, &mut |item| {
        match item {
            iocs::document::Item::Text(text) => bytes += text.text.len(),
            iocs::document::Item::Unread(one) => unread.push(one.why),
            _ => {}
        }
        std::ops::ControlFlow::Continue(())
    });
    assert!(bytes <= 1 << 30, "{bytes}");
    assert_eq!(unread, ["damaged: more than 1 GiB unpacked in all"]);
}

#[test]
fn a_part_that_is_too_long_to_be_held_is_named_and_the_others_are_read() {
    let long = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "0123456789 ".repeat(10_000));
    let file = zip_of(&[
        TYPES,
        ("word/document.xml", long.as_bytes()),
        ("word/comments.xml", b"<w:p><w:r><w:t>evil.example.com</w:t></w:r></w:p>"),
    ]);
    // All but 64 KiB of what may be held is held by the documents around it.
    let budget = Budget::default().inside(HELD as usize - (64 << 10));
    let options = Options { budget, ..Options::default() };
    let parts = parts(type_of(&file, "a.docx").unwrap(), &file, &options).unwrap();
    let texts: Vec<&str> = parts.iter().filter_map(text_of).collect();
    assert_eq!(texts, ["evil.example.com\n"]);
    let is_named = |part: &Part| {
        matches!(part, Part::Unread(unread)
            if unread.name == "word/document.xml" && unread.why.contains("larger than 64 MiB"))
    };
    assert!(parts.iter().any(is_named), "{parts:?}");
}

fn text_of(part: &Part) -> Option<&str> {
    match part {
        Part::Text(text) => Some(&text.text),
        _ => None,
    }
}

#[test]
fn a_binary_workbook_is_refused_with_a_hint() {
    let file = zip_of(&[
        TYPES,
        ("xl/workbook.bin", b"\x83\x01\0\x80"),
        ("xl/worksheets/sheet1.bin", b"\x81\x01\0"),
    ]);
    found("a.xlsb", &file).has_texts(&[]).has_unread(&[("a.xlsb", "binary Excel workbook")]);
}
