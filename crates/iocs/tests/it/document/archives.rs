//! Zip, tar, gzip and zstd.

use iocs::document::Options;
use zip::AesMode;
use zip::unstable::write::FileOptionsExt as _;
use zip::write::SimpleFileOptions;

use super::{EXECUTABLE, IMAGE, found, found_with, gzip, zip_of, zip_with};

fn tar_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn members_are_read_as_what_they_are_and_named_in_full() {
    let inner = zip_of(&[("deep/list.csv", b"1.2.3.4\n")]);
    let archive = zip_of(&[
        ("a/notes.txt", b"evil.example.com\n"),
        ("run.exe", EXECUTABLE),
        ("logo.png", IMAGE),
        ("inner.zip", &inner),
        ("traffic.pcap", b"\xD4\xC3\xB2\xA1\x02\0\x04\0\0\0\0\0\0\0\0\0"),
        ("../../etc/passwd", b"root.example.com\n"),
        ("utf16.txt", b"\xFF\xFEa\0.\0b\0"),
    ]);
    found("s.zip", &archive)
        .has_texts(&[
            ("s.zip!a/notes.txt", "evil.example.com\n"),
            ("s.zip!inner.zip!deep/list.csv", "1.2.3.4\n"),
            ("s.zip!../../etc/passwd", "root.example.com\n"),
            ("s.zip!utf16.txt", "a.b"),
        ])
        .has_binaries(&[
            "s.zip",
            "s.zip!run.exe",
            "s.zip!logo.png",
            "s.zip!inner.zip",
            "s.zip!traffic.pcap",
        ])
        .has_unread(&[("s.zip!traffic.pcap", "packet capture")]);
}

#[test]
fn both_ciphers_are_opened_with_the_passwords_that_there_are() {
    let aes = SimpleFileOptions::default().with_aes_encryption(AesMode::Aes256, "infected");
    let archive = zip_with(&[("a.txt", b"evil.example.com")], aes);
    found("s.zip", &archive).has_texts(&[("s.zip!a.txt", "evil.example.com")]).has_unread(&[]);

    let old = SimpleFileOptions::default().with_deprecated_encryption(b"s3cret").unwrap();
    let archive = zip_with(&[("a.txt", b"evil.example.com")], old);
    let options = Options { passwords: vec!["no".into(), "s3cret".into()], ..Options::default() };
    found_with("s.zip", &archive, &options)
        .has_texts(&[("s.zip!a.txt", "evil.example.com")])
        .has_unread(&[]);
    found("s.zip", &archive)
        .has_texts(&[])
        .has_unread(&[("s.zip", "no password fits: 1 of its 1")]);
}

#[test]
fn many_wrong_passwords_never_give_noise_for_text() {
    // The old cipher takes one of 256 wrong passwords for right.
    let old = SimpleFileOptions::default().with_deprecated_encryption(b"s3cret").unwrap();
    let archive = zip_with(&[("a.txt", b"evil.example.com")], old);
    let passwords = (0..600).map(|number| format!("wrong{number}")).collect();
    let options = Options { passwords, ..Options::default() };
    found_with("s.zip", &archive, &options).has_texts(&[]).has_unread(&[("s.zip", "no password")]);
}

#[test]
fn two_members_of_one_name_are_two() {
    let mut archive = zip_of(&[("a.txt", b"one.example.com"), ("b.txt", b"two.example.com")]);
    while let Some(at) = archive.windows(5).position(|bytes| bytes == b"b.txt") {
        archive[at] = b'a';
    }
    found("s.zip", &archive)
        .has_texts(&[("s.zip!a.txt", "one.example.com"), ("s.zip!a.txt", "two.example.com")]);
}

#[test]
fn a_tar_is_read_as_it_is_unpacked() {
    let long = format!("{}/list.txt", "folder/".repeat(30).trim_end_matches('/'));
    let archive = tar_of(&[(&long, b"evil.example.com"), ("run.exe", EXECUTABLE)]);
    let text = (format!("s.tar!{long}"), "evil.example.com");
    found("s.tar", &archive)
        .has_texts(&[(&text.0, text.1)])
        .has_binaries(&["s.tar", "s.tar!run.exe"])
        .has_unread(&[]);
    let text = (format!("s.tgz!{long}"), "evil.example.com");
    found("s.tgz", &gzip(&archive))
        .has_texts(&[(&text.0, text.1)])
        .has_binaries(&["s.tgz", "s.tgz!run.exe"])
        .has_unread(&[]);
}

#[test]
fn what_is_packed_alone_keeps_its_name_and_text_is_no_indicator_by_its_hash() {
    let zstd = zstd::encode_all(&b"evil.example.com"[..], 3).unwrap();
    for (name, bytes) in [("a.txt.gz", gzip(b"evil.example.com")), ("a.txt.zst", zstd)] {
        found(name, &bytes).has_texts(&[(name, "evil.example.com")]).has_binaries(&[]);
    }
    let packed = gzip(EXECUTABLE);
    let archive = zip_of(&[("run.exe.gz", &packed)]);
    // As it came, and as it was.
    found("s.zip", &archive).has_texts(&[]).has_binaries(&[
        "s.zip",
        "s.zip!run.exe.gz",
        "s.zip!run.exe.gz",
    ]);
}

#[test]
fn what_is_whole_of_a_damaged_archive_is_read_and_the_damage_is_named() {
    let archive = tar_of(&[("a.txt", b"one.example.com"), ("b.txt", b"two.example.com")]);
    found("s.tar", &archive[..1300])
        .has_texts(&[("s.tar!a.txt", "one.example.com")])
        .has_unread(&[("s.tar", "damaged")]);
    let text = "evil.example.com\n".repeat(50_000);
    let packed = gzip(text.as_bytes());
    let cut = found("a.gz", &packed[..packed.len() / 2]);
    assert!(cut.texts[0].1.starts_with("evil.example.com\n"));
    cut.has_unread(&[("a.gz", "damaged")]);
    let archive = zip_of(&[("a.txt", b"one.example.com")]);
    found("s.zip", &archive[..40]).has_unread(&[("s.zip", "damaged")]).has_texts(&[]);
}

#[test]
fn an_unknown_binary_is_named_and_an_executable_counts_as_read() {
    found("x.bin", b"\x01\x02\x03\x04\x05\x06\x07\x08\x90\x91")
        .has_unread(&[("x.bin", "not known")])
        .has_binaries(&["x.bin"]);
    found("run.exe", EXECUTABLE).has_unread(&[]).has_texts(&[]).has_binaries(&["run.exe"]);
    found("logo.png", IMAGE).has_unread(&[]).has_texts(&[]).has_binaries(&["logo.png"]);
    let code = zip_of(&[("AndroidManifest.xml", b"\x03\0\x08\0"), ("classes.dex", b"dex\n035\0")]);
    found("app.apk", &code).has_unread(&[]).has_binaries(&["app.apk"]);
    found("a.txt", b"").has_texts(&[("a.txt", "")]).has_unread(&[]);
}
