//! Office files: Word, Excel and PowerPoint (ISO/IEC 29500), and OpenDocument (ISO/IEC 26300). They
//! are zips of XML.

mod paragraphs;
mod sheet;
mod xml;

use std::ops::ControlFlow;

use memchr::memmem;

use self::paragraphs::Texts;
use self::sheet::Shared;
use self::xml::{Met, leads_out};
use super::document_type::{DocumentType, Options, has_extension};
use super::member::LongText;
use super::part::{File, Form, Part, Sink, Text, Unread};
use super::{plain, zip};

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("Office document", is_office, read).isolated();

const EXTENSIONS: [&str; 20] = [
    "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xltm", "xlsb", "xlam", "pptx", "pptm",
    "potx", "potm", "ppsx", "ppsm", "odt", "ods", "odp", "odg",
];

fn is_office(head: &[u8], name: &str) -> bool {
    let has = |mark: &[u8]| memmem::find(head, mark).is_some();
    let is_package =
        has(b"[Content_Types].xml") || has(b"mimetypeapplication/vnd.oasis.opendocument");
    zip::is_zip(head) && (is_package || has_extension(name, &EXTENSIONS))
}

/// What a member is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Shared,
    Sheet,
    Paragraphs(Texts),
    Relations,
    /// A file inside: an embedded object, macros, a picture.
    File,
    /// Looks, caches and settings of printers.
    Nothing,
}

/// Members without text, by what their path holds.
const NOTHING: [&str; 16] = [
    "/theme/",
    "/styles",
    "styles.xml",
    "/fontTable",
    "/webSettings",
    "/numbering",
    "/calcChain",
    "printerSettings",
    "vbaProjectSignature",
    "customProperty",
    "/tableStyles",
    "/presProps",
    "/viewProps",
    "META-INF/",
    "Configurations2/",
    "[Content_Types]",
];

fn member_of(name: &str) -> Member {
    let is = |part: &str| name.contains(part);
    let is_xml = has_extension(name, &["xml", "vml"]);
    match name {
        _ if NOTHING.iter().any(|part| is(part)) => Member::Nothing,
        _ if name.ends_with(".rels") => Member::Relations,
        "mimetype" => Member::Nothing,
        "xl/sharedStrings.xml" => Member::Shared,
        _ if is_xml
            && ["xl/worksheets/", "xl/macrosheets/", "xl/dialogsheets/"]
                .iter()
                .any(|at| is(at)) =>
        {
            Member::Sheet
        }
        _ if is_xml && (name.starts_with("xl/connections") || name.starts_with("xl/workbook")) => {
            Member::Paragraphs(Texts::Anywhere)
        }
        _ if is_xml && ["word/", "ppt/", "xl/"].iter().any(|at| name.starts_with(at)) => {
            Member::Paragraphs(Texts::InRuns)
        }
        _ if is_xml => Member::Paragraphs(Texts::Anywhere),
        _ => Member::File,
    }
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let mut shared = Shared::default();
    let mut is_binary = false;
    // The bodies first, then where they lead, then what is embedded.
    let is_shared = |name: &str| member_of(name) == Member::Shared;
    let is_body = |name: &str| matches!(member_of(name), Member::Sheet | Member::Paragraphs(_));
    let is_relation = |name: &str| member_of(name) == Member::Relations;
    let is_file = |name: &str| member_of(name) == Member::File;
    let passes: [&dyn Fn(&str) -> bool; 4] = [&is_shared, &is_body, &is_relation, &is_file];
    for is_wanted in passes {
        let mut flow = ControlFlow::Continue(());
        zip::members(file, options, LongText::Unread, is_wanted, &mut |part| {
            flow = match part {
                Part::File(file) if file.name == "xl/workbook.bin" => {
                    is_binary = true;
                    ControlFlow::Continue(())
                }
                Part::File(file) if file.name.starts_with("xl/") && is_binary_sheet(&file.name) => {
                    ControlFlow::Continue(())
                }
                Part::File(file) => member(file, &mut shared, options, sink),
                part => sink(part),
            };
            flow
        })?;
        if flow.is_break() {
            return Ok(());
        }
    }
    if is_binary {
        return Err(Unread {
            why: "a binary Excel workbook".to_owned(),
            advice: Some("convert it with soffice --convert-to xlsx"),
            ..Unread::default()
        });
    }
    Ok(())
}

/// A part of a binary workbook (MS-XLSB).
fn is_binary_sheet(name: &str) -> bool {
    has_extension(name, &["bin"]) && !name.contains("vbaProject") && !name.contains("embeddings")
}

/// Hands on what one member holds.
fn member(
    file: File,
    shared: &mut Shared,
    options: &Options,
    sink: &mut Sink<'_>,
) -> ControlFlow<()> {
    let name = file.name.as_str();
    let (flow, result) = match member_of(name) {
        Member::Nothing => return ControlFlow::Continue(()),
        Member::File => return sink(Part::File(file)),
        Member::Shared => {
            *shared = Shared::read(&plain::decode(&file.bytes));
            return ControlFlow::Continue(());
        }
        Member::Sheet => {
            sheet::read(name, &plain::decode(&file.bytes), shared, &options.budget, sink)
        }
        Member::Paragraphs(texts) => {
            let (found, result) = paragraphs::read(&plain::decode(&file.bytes), texts);
            let mut flow = hand_on(name, found.text, Form::Prose, sink);
            if flow.is_continue() {
                flow = hand_on(name, found.links, Form::Values, sink);
            }
            (flow, result)
        }
        Member::Relations => {
            let (text, result) = relations(&plain::decode(&file.bytes));
            (hand_on(name, text, Form::Values, sink), result)
        }
    };
    flow?;
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            let why = format!("damaged: {error}");
            sink(Part::Unread(Unread { name: name.to_owned(), why, advice: None }))
        }
    }
}

fn hand_on(name: &str, text: String, form: Form, sink: &mut Sink<'_>) -> ControlFlow<()> {
    if text.is_empty() {
        return ControlFlow::Continue(());
    }
    sink(Part::Text(Text { name: name.to_owned(), text, lines: Vec::new(), form }))
}

/// The targets outside the file: of links, templates, pictures, other workbooks.
fn relations(xml: &str) -> (String, Result<(), String>) {
    let mut links = String::new();
    let result = xml::walk(xml, |met| {
        if let Met::Start(start) = met {
            let mode = xml::attribute(start, "TargetMode").unwrap_or_default();
            let target = xml::attribute(start, "Target");
            let target =
                target.filter(|target| mode.eq_ignore_ascii_case("External") && leads_out(target));
            if let Some(target) = target {
                links.push_str(target.trim());
                links.push('\n');
            }
        }
    });
    (links, result)
}
