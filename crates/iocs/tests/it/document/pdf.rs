//! PDFs of a few objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use iocs::document::Options;
use lopdf::encryption::crypt_filters::{Aes256CryptFilter, CryptFilter};
use lopdf::{EncryptionState, EncryptionVersion, Permissions};

use super::{found, found_with};

/// A file of these objects, numbered from 1; the first is the catalog.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(objects) {
        offsets.push(file.len());
        file.extend_from_slice(format!("{number} 0 obj\n{object}\nendobj\n").as_bytes());
    }
    let start = file.len();
    let count = objects.len() + 1;
    file.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for offset in offsets {
        file.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let id = "<0123456789abcdef0123456789abcdef>";
    let trailer = format!(
        "trailer << /Size {count} /Root 1 0 R /ID [{id} {id}] >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.extend_from_slice(trailer.as_bytes());
    file
}

fn stream(dictionary: &str, content: &str) -> String {
    format!("<< {dictionary} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 612 792] >>";
const PAGE: &str =
    "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
const COURIER: &str =
    "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>";

/// A file of one page with this content, in Courier.
fn page(content: &str) -> Vec<u8> {
    pdf(&[CATALOG, PAGES, PAGE, &stream("", content), COURIER])
}

#[test]
fn the_text_of_a_page_is_read_in_lines_and_no_id_is_a_hash() {
    let file = page(
        "BT /F1 12 Tf 72 700 Td (Visit evil.exam) Tj (ple.com) Tj 0 -14 Td [(at 1) -20 (.2.3.4)] TJ \
         /F1 12 Tf 14 TL (next) ' 1 0 0 1 300 658 Tm (far) Tj ET",
    );
    found("a.pdf", &file)
        .has_texts(&[("a.pdf!page 1", "Visit evil.example.com\nat 1.2.3.4\nnext\nfar\n")])
        .has_values(&[])
        .has_binaries(&["a.pdf"])
        .has_unread(&[]);
}

#[test]
fn links_notes_scripts_and_files_are_read() {
    let page =
        "<< /Type /Page /Parent 2 0 R /Annots [4 0 R << /Subtype /Link /A 5 0 R >> 9 0 R] >>";
    let file = pdf(&[
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (open\\('https://js.example.com'\\)) >> >>",
        PAGES,
        page,
        "<< /Type /Annot /Subtype /Link /A << /S /URI /URI (https://evil.example.com/\\(a\\)) >> >>",
        "<< /S /URI /URI <FEFF0068007400740070003A002F002F006100620063002E00640065> >>",
        "<< /Type /Filespec /F (list.txt) /EF << /F 7 0 R >> >>",
        &stream("/Type /EmbeddedFile", "c2.example.com"),
        "<< /S /URI /URI (https://evil.example.com/of-no-page) >>",
        "<< /Type /Annot /Subtype /Text /Contents (note.example.com) >>",
    ]);
    found("a.pdf", &file)
        .has_values(&[
            ("a.pdf!page 1 links", "https://evil.example.com/(a)\nhttp://abc.de\n"),
            ("a.pdf!links", "https://evil.example.com/of-no-page\n"),
        ])
        .has_texts(&[
            ("a.pdf!page 1 notes", "note.example.com\n"),
            ("a.pdf!scripts", "open('https://js.example.com')\n"),
            ("a.pdf!list.txt", "c2.example.com"),
        ])
        .has_unread(&[]);
}

#[test]
fn a_url_that_is_broken_over_lines_is_joined() {
    let file = page(
        "BT /F1 10 Tf 14 TL 72 700 Td (Please confirm at the address that follows, today:) Tj T* \
         (https://evil.example.com/session/verify?token=1234) Tj T* (5678&next=1 and be quick) Tj ET",
    );
    let found = found("a.pdf", &file);
    found.has_texts(&[(
        "a.pdf!page 1",
        "Please confirm at the address that follows, today:\n\
         https://evil.example.com/session/verify?token=12345678&next=1\nand be quick\n",
    )]);
    assert_eq!(found.lines, [[1, 2, 3]]);
}

#[test]
fn codes_are_read_by_the_map_and_the_differences_of_their_font() {
    let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
               2 beginbfchar <0001> <0065> <0002> <FB01> endbfchar 1 beginbfrange <0010> <0012> <0061> endbfrange endcmap";
    let file = pdf(&[
        CATALOG,
        PAGES,
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        &stream(
            "",
            "BT /F1 12 Tf 72 700 Td <00010002001000110012> Tj 0 -20 Td /F2 12 Tf (\\001x\\002) Tj ET",
        ),
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 7 0 R /DescendantFonts [8 0 R] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /B /Encoding << /Differences [1 /ffl /uni0041 /g77] >> >>",
        &stream("", map),
        "<< /Type /Font /Subtype /CIDFontType2 /W [1 [500 500] 16 18 500] >>",
    ]);
    found("a.pdf", &file).has_texts(&[("a.pdf!page 1", "efiabc\nfflxA\n")]).has_unread(&[]);
}

#[test]
fn a_map_may_cover_all_codes() {
    let map = "begincmap 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap";
    let file = pdf(&[
        CATALOG,
        PAGES,
        PAGE,
        &stream("", "BT /F1 12 Tf 72 700 Td <006100620063> Tj ET"),
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R >>",
        &stream("", map),
    ]);
    found("a.pdf", &file).has_texts(&[("a.pdf!page 1", "abc\n")]).has_unread(&[]);
}

#[test]
fn a_page_of_glyphs_without_characters_is_named() {
    let file = pdf(&[
        CATALOG,
        PAGES,
        PAGE,
        &stream("", &format!("BT /F1 12 Tf 72 700 Td <{}> Tj ET", "0005".repeat(40))),
        "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H >>",
    ]);
    found("a.pdf", &file).has_texts(&[]).has_unread(&[("a.pdf!page 1", "fonts do not tell")]);
}

#[test]
fn a_page_whose_font_is_missing_is_named() {
    let file = page("BT /F9 12 Tf 72 700 Td (evil.example.com is bad) Tj ET");
    found("a.pdf", &file).has_texts(&[]).has_unread(&[("a.pdf!page 1", "fonts do not tell")]);
}

fn locked(file: &[u8], lock: impl Fn(&mut lopdf::Document) -> EncryptionState) -> Vec<u8> {
    let mut document = lopdf::Document::load_mem(file).unwrap();
    let state = lock(&mut document);
    document.encrypt(&state).unwrap();
    let mut file = Vec::new();
    document.save_to(&mut file).unwrap();
    file
}

/// The same file, encrypted with RC4 of 128 bits, as most are.
fn encrypted(file: &[u8], password: &str) -> Vec<u8> {
    locked(file, |document| {
        let permissions = Permissions::all();
        let (owner_password, user_password, key_length) = ("owner", password, 128);
        let version = EncryptionVersion::V2 {
            document,
            owner_password,
            user_password,
            key_length,
            permissions,
        };
        EncryptionState::try_from(version).unwrap()
    })
}

#[test]
fn an_encrypted_file_is_opened_with_no_password_the_usual_one_or_a_given_one() {
    let plain = page("BT /F1 12 Tf 72 700 Td (evil.example.com) Tj ET");
    let text = [("a.pdf!page 1", "evil.example.com\n")];
    for password in ["", "infected"] {
        found("a.pdf", &encrypted(&plain, password)).has_texts(&text).has_unread(&[]);
    }
    let locked = encrypted(&plain, "s3cret");
    found("a.pdf", &locked).has_texts(&[]).has_unread(&[("a.pdf", "no password fits")]);
    let options = Options { passwords: vec!["no".into(), "s3cret".into()], ..Options::default() };
    found_with("a.pdf", &locked, &options).has_texts(&text).has_unread(&[]);
}

#[test]
fn a_file_encrypted_as_pdf_2_does_is_opened() {
    let plain = page("BT /F1 12 Tf 72 700 Td (evil.example.com) Tj ET");
    let file = locked(&plain, |_| {
        let filter: Arc<dyn CryptFilter> = Arc::new(Aes256CryptFilter);
        EncryptionState::try_from(EncryptionVersion::V5 {
            encrypt_metadata: true,
            crypt_filters: BTreeMap::from([(b"StdCF".to_vec(), filter)]),
            file_encryption_key: &[7; 32],
            stream_filter: b"StdCF".to_vec(),
            string_filter: b"StdCF".to_vec(),
            owner_password: "owner",
            user_password: "",
            permissions: Permissions::all(),
        })
        .unwrap()
    });
    found("a.pdf", &file).has_texts(&[("a.pdf!page 1", "evil.example.com\n")]).has_unread(&[]);
}

#[test]
fn objects_that_lead_to_each_other_end() {
    let form = "/Type /XObject /Subtype /Form /Resources << /XObject << /X 4 0 R /Y 5 0 R >> >>";
    let file = pdf(&[
        CATALOG,
        "<< /Type /Pages /Kids [2 0 R 3 0 R 3 0 R] /Parent 3 0 R /Count 9 >>",
        "<< /Type /Page /Parent 2 0 R /Contents 6 0 R /Resources << /XObject << /X 4 0 R >> >> /Annots [3 0 R 7 0 R] >>",
        &stream(form, &"/X Do /Y Do ".repeat(20)),
        &stream(form, &"/Y Do /X Do ".repeat(20)),
        &stream("", "/X Do"),
        "<< /A 7 0 R /Next 7 0 R /S /URI /URI 7 0 R /Annots [7 0 R] >>",
    ]);
    // It ends; what it would draw is nothing.
    assert!(found("a.pdf", &file).texts.is_empty());
}

#[test]
fn a_damaged_file_is_named_or_repaired() {
    found("a.pdf", b"%PDF-1.7\nnothing else").has_unread(&[("a.pdf", "damaged")]);
    let file = page("BT /F1 12 Tf 72 700 Td (evil.example.com) Tj ET");
    let cut = &file[..file.len() - 120];
    found("a.pdf", cut).has_texts(&[("a.pdf!page 1", "evil.example.com\n")]);
}
