//! Whole files read into a list, on one thread and on many.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{List, ListOptions, read};
use crate::model::Entry;

/// The list of one file.
fn on_threads(path: &Path, threads: usize) -> Result<List> {
    read(&[path.into()], ListOptions { threads, ..ListOptions::default() })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn many_threads_give_what_one_gives() {
    let line = |n: usize| match n % 4 {
        0 => format!("kernel: DROP SRC=45.{}.{}.7 LEN=60 and more\n", n / 40 % 200, n / 8000),
        1 => format!("nothing in line {n}\n"),
        2 => format!("10:00:00 GET http://site{}.example.com/gate.php?id={n} 200\n", n / 100),
        _ => "# a comment\n".to_owned(),
    };
    let text: String = (0..120_000).map(line).collect();
    assert!(text.len() > 3 << 20, "enough for all threads to start: {}", text.len());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    std::fs::write(&path, &text).unwrap();
    let one = on_threads(&path, 1).unwrap();
    assert!(one.entries.len() > 30_000);
    for threads in [2, 4] {
        let many = on_threads(&path, threads).unwrap();
        assert_eq!(one.entries, many.entries, "{threads} threads");
        assert_eq!(one.lines, many.lines);
        assert_eq!(one.to_string(), many.to_string());
    }
}

/// What a table's head, or a line above, says of a digest counts in every block, on one thread and on
/// many.
#[test]
fn a_head_counts_to_the_end_of_its_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    let digest = |n: u64, salt: u64| format!("{:032x}", u128::from(n + salt) << 64 | 7);
    let rows = 16_000;
    for head in ["name,md5,imphash,authentihash", "# \"name\",\"md5\",\"imphash\",\"authentihash\""]
    {
        let mut table = format!("{head}\n");
        for n in 0..rows {
            let (md5, other) = (digest(n, 0), digest(n, 1 << 32));
            table += &format!("x{n}.bin,{md5},{other},{other}{other}\n");
        }
        table += "\nanother part\n";
        let objects: String = (0..rows)
            .map(|n| {
                format!("{{\n\"type\": \"imphash\",\n\"value\": \"{}\"\n}}\n", digest(n, 2 << 32))
            })
            .collect();
        let free = digest(5, 3 << 32);
        std::fs::write(&path, format!("{table}{objects}a,b,{free},c\n")).unwrap();
        assert!(table.len() > 3 << 19 && objects.len() > 1 << 19);
        for threads in [1, 4] {
            let list = on_threads(&path, threads).unwrap();
            let found: Vec<&str> = list.entries.iter().map(Entry::text).collect();
            assert_eq!(found.len() as u64, rows + 1, "{head}, {threads} threads");
            assert!((0..rows).all(|n| found[n as usize] == digest(n, 0)));
            assert_eq!(found.last(), Some(&&*free));
        }
    }
}

/// The same bytes in every run, for any seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn any_bytes_end_and_every_line_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    let read = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        on_threads(&path, 0)
    };
    for seed in 0..200 {
        // A refusal is an answer as well.
        let _ = read(&noise(seed, 4_000));
    }
    let seed = b"\xEF\xBB\xBF# note\r\nhxxps[:]//evil[.]example[.]com:8080/a?b=c#d,9.9.9.9\r\n\
        user@example.net;2001:db8::1;d41d8cd98f00b204e9800998ecf8427e \xC3\xBC\r\n10.0.0.0/8";
    for at in 0..seed.len() {
        for mask in [0xFF, 0x80, 0x01, 0x20] {
            let mut flipped = seed.to_vec();
            flipped[at] ^= mask;
            let lines = read(&flipped).unwrap().lines;
            assert!(lines.with + lines.without + lines.comments + lines.blank > 0);
        }
    }
    for packed in [gzip(seed), zstd(seed)] {
        for at in 0..packed.len() {
            let mut flipped = packed.clone();
            flipped[at] ^= 0xFF;
            let _ = read(&flipped);
            let _ = read(&packed[..at]);
        }
    }
}
