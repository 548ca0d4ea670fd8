//! Files made to cost time or memory: they end within the limits, and what was not read is named.

use iocs::document::limits;

use super::{found, gzip, zip_of};

#[test]
fn a_member_far_larger_than_it_is_packed_is_named() {
    let zeros = vec![b'0'; 3 << 20];
    let archive = zip_of(&[("zeros.txt", &zeros), ("a.txt", b"evil.example.com")]);
    found("s.zip", &archive)
        .has_unread(&[("s.zip!zeros.txt", "1000 times")])
        .has_texts(&[("s.zip!a.txt", "evil.example.com")]);
    found("zeros.gz", &gzip(&zeros)).has_unread(&[("zeros.gz", "1000 times")]).has_texts(&[]);
}

#[test]
fn archives_nested_too_deep_are_named() {
    let mut archive = b"evil.example.com".to_vec();
    for _ in 0..100 {
        archive = zip_of(&[("a.zip", &archive)]);
    }
    let name = vec!["s.zip"; 1].into_iter().chain(vec!["a.zip"; limits::DEPTH]).collect::<Vec<_>>();
    found("s.zip", &archive).has_unread(&[(&name.join("!"), "inside more than 4")]).has_texts(&[]);
}

#[test]
fn as_deep_as_the_limit_says_is_read() {
    let mut archive = b"evil.example.com".to_vec();
    for depth in 0..limits::DEPTH {
        archive = zip_of(&[(if depth == 0 { "a.txt" } else { "a.zip" }, &archive)]);
    }
    let found = found("s.zip", &archive);
    found.has_unread(&[]);
    assert_eq!(found.texts.len(), 1);
}

#[test]
fn archives_that_multiply_stop_at_the_limit_of_parts() {
    let mut archive = b"evil.example.com".to_vec();
    for _ in 0..4 {
        let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
        let members: Vec<_> = names.iter().map(|name| (&name[..], &archive[..])).collect();
        archive = zip_of(&members);
    }
    // 16 + 16² + 16³ + 16⁴ parts; said once for each archive that was open then.
    let found = found("s.zip", &archive);
    assert!(!found.unread.is_empty() && found.unread.len() <= limits::DEPTH, "{:?}", found.unread);
    assert!(found.unread.iter().all(|(_, why)| why.contains("10000 parts")));
    assert!(found.texts.len() < 10_000);
    assert!(found.texts.len() > 9_000);
}

#[test]
fn a_directory_of_many_members_costs_no_memory_and_the_first_are_read() {
    let members = 100_000_u32;
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for number in 0..members {
        let name = format!("{number:08}");
        let offset = archive.len() as u32;
        // APPNOTE.TXT, sections 4.3.7 and 4.3.12: version 20, stored, no bytes.
        archive.extend_from_slice(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        archive.extend_from_slice(&[0; 12]);
        archive.extend_from_slice(&[8, 0, 0, 0]);
        archive.extend_from_slice(name.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&[8, 0]);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (start, length) = (archive.len() as u64, directory.len() as u64);
    archive.extend_from_slice(&directory);
    // The end, in 64 bits (4.3.14), where it lies (4.3.15), and the old one (4.3.16).
    let end = archive.len() as u64;
    archive.extend_from_slice(b"PK\x06\x06");
    archive.extend_from_slice(&44_u64.to_le_bytes());
    archive.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    archive.extend_from_slice(&u64::from(members).to_le_bytes());
    archive.extend_from_slice(&u64::from(members).to_le_bytes());
    archive.extend_from_slice(&length.to_le_bytes());
    archive.extend_from_slice(&start.to_le_bytes());
    archive.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    archive.extend_from_slice(&end.to_le_bytes());
    archive.extend_from_slice(&[1, 0, 0, 0]);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0\xFF\xFF\xFF\xFF");
    archive.extend_from_slice(&[0xFF; 8]);
    archive.extend_from_slice(&[0, 0]);
    let found = found("s.zip", &archive);
    found.has_unread(&[("s.zip", "more than 10000 parts")]);
    assert_eq!(found.texts.len(), 10_000);
}

#[test]
fn a_path_of_megabytes_is_not_held() {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(8 << 20);
    header.set_cksum();
    let mut archive = header.as_bytes().to_vec();
    archive.resize(8 << 20, b'a');
    let found = found("s.tgz", &gzip(&archive));
    assert_eq!(found.unread.len(), 1);
    found.has_texts(&[]);
}
