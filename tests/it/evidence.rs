//! Made files: archives, PDF, Office documents.

use std::io::{Cursor, Write as _};

use zip::unstable::write::FileOptionsExt as _;
use zip::write::SimpleFileOptions;
use zip::{AesMode, ZipWriter};

/// How a zip is made.
#[derive(Clone, Copy)]
pub(crate) enum Lock {
    Open,
    /// By WinZip's AES.
    Aes(&'static str),
    /// By PKWARE's own cipher, as `zip -P` makes it.
    Old(&'static str),
}

/// A zip of these members.
pub(crate) fn zip_of(lock: Lock, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default();
        let options = match lock {
            Lock::Open => options,
            Lock::Aes(password) => options.with_aes_encryption(AesMode::Aes256, password),
            Lock::Old(password) => options.with_deprecated_encryption(password.as_bytes()).unwrap(),
        };
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A PDF of these objects, the first of which is its catalog.
pub(crate) fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", number + 1).as_bytes());
    }
    let start = file.len();
    let size = objects.len() + 1;
    file.extend_from_slice(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    [file, trailer.into_bytes()].concat()
}

/// A PDF of one page with this text, and a link to this URL.
pub(crate) fn page(text: &str, url: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 700 Td ({text}) Tj ET");
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [6 0 R] /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI ({url}) >> >>"),
    ])
}

const TYPES: (&str, &[u8]) = (
    "[Content_Types].xml",
    b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
);

/// A Word file whose paragraphs hold these runs.
pub(crate) fn docx(paragraphs: &[&[&str]]) -> Vec<u8> {
    let run = |text: &&str| format!("<w:r><w:t>{text}</w:t></w:r>");
    let paragraph =
        |runs: &&[&str]| format!("<w:p>{}</w:p>", runs.iter().map(run).collect::<String>());
    let body: String = paragraphs.iter().map(paragraph).collect();
    let document = format!(
        "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>{body}</w:body></w:document>"
    );
    zip_of(Lock::Open, &[TYPES, ("word/document.xml", document.as_bytes())])
}

/// A workbook of one hidden sheet with these cells.
pub(crate) fn xlsx(cells: &[&str]) -> Vec<u8> {
    let cell = |text: &&str| format!("<row><c t='inlineStr'><is><t>{text}</t></is></c></row>");
    let sheet = format!(
        "<worksheet><sheetData>{}</sheetData></worksheet>",
        cells.iter().map(cell).collect::<String>()
    );
    let book =
        b"<workbook><sheets><sheet name='x' sheetId='1' state='hidden'/></sheets></workbook>";
    zip_of(
        Lock::Open,
        &[TYPES, ("xl/workbook.xml", book), ("xl/worksheets/sheet1.xml", sheet.as_bytes())],
    )
}
