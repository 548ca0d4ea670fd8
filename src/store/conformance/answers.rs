//! The answers: how long they hold, and which names are theirs.

use super::subject::{NOW, Subject, named};
use crate::model::{Context, Facts, Fault, Hashes, Report};

on_every_store! {
    answers_age_by_what_they_say
    an_answer_is_found_under_all_hashes_of_its_file
    a_files_answer_never_replaces_that_of_a_twin_with_the_same_md5_or_sha1
    a_twins_answer_does_not_speak_for_a_file_with_detections
    a_not_found_under_one_hash_leaves_a_known_files_other_names_alone
    what_is_no_hash_is_no_name
    a_rejection_is_kept_with_its_code
    a_name_that_is_forgotten_takes_its_answer_with_it
}

/// A judged file, whose hashes are runs of these digits.
fn file(sha256: char, sha1: char, md5: char, malicious: u64) -> Facts {
    let hash = |digit, length| Some(run(digit, length));
    let hashes = Hashes { md5: hash(md5, 32), sha1: hash(sha1, 40), sha256: hash(sha256, 64) };
    let counts = [("malicious", malicious), ("undetected", 60)];
    Facts::Known(Box::new(Report {
        id: run(sha256, 64),
        stats: Some(counts.map(|(key, count)| (key.to_owned(), count)).into_iter().collect()),
        flagged_by: Vec::new(),
        analysed_at: None,
        context: Context::default(),
        hashes,
    }))
}

fn run(digit: char, length: usize) -> String {
    digit.to_string().repeat(length)
}

/// The hashes of the file `a`, whose SHA-1 is `c` and whose MD5 is `e`.
fn names() -> [String; 3] {
    [run('a', 64), run('c', 40), run('e', 32)]
}

async fn answers_age_by_what_they_say(of: Subject) {
    let known = |malicious| match file('a', 'c', 'e', malicious) {
        Facts::Known(report) => {
            Facts::Known(Box::new(Report { hashes: Hashes::default(), ..*report }))
        }
        _ => unreachable!(),
    };
    of.keep("hit.com", known(5), NOW).await;
    of.keep("clean.com", known(0), NOW).await;
    of.keep("unknown.com", Facts::NotFound, NOW).await;
    of.keep("rejected.com", Facts::Rejected(Fault::new("Bad", "no")), NOW).await;
    let kept = async |now: &str| {
        of.set(now);
        let mut kept = Vec::new();
        for name in ["hit.com", "clean.com", "unknown.com", "rejected.com"] {
            kept.push(of.answer(name).await.is_some());
        }
        kept
    };
    assert_eq!(kept("2026-11-21T11:00:00Z").await, [true; 4]);
    assert_eq!(kept("2026-11-21T11:00:01Z").await, [true, true, false, false]);
    assert_eq!(kept("2026-11-21T16:00:01Z").await, [true, false, false, false]);
    assert_eq!(kept("2026-11-22T10:00:01Z").await, [false; 4]);
    assert_eq!(kept("2026-11-21T09:59:59Z").await, [false; 4], "had in a future of no known age");
}

async fn an_answer_is_found_under_all_hashes_of_its_file(of: Subject) {
    of.keep(&run('e', 32), file('a', 'c', 'e', 7), NOW).await;
    for name in names() {
        assert_eq!(of.detections(&name).await, Some(7), "{name}");
    }
}

/// The twins' SHA-256s are a… and b…; they share an MD5, or a SHA-1 as well, and each twin
/// is asked by each of its names, also by those that it shares.
async fn a_files_answer_never_replaces_that_of_a_twin_with_the_same_md5_or_sha1(of: Subject) {
    for twins_sha1 in ['d', 'c'] {
        for asked in [run('b', 64), run(twins_sha1, 40), run('e', 32)] {
            of.keep(&run('a', 64), file('a', 'c', 'e', 55), NOW).await;
            of.keep(&asked, file('b', twins_sha1, 'e', 0), NOW).await;
            for name in names() {
                assert_eq!(of.detections(&name).await, Some(55), "{name}, {asked}");
            }
            assert_eq!(of.detections(&run('b', 64)).await, Some(0), "{asked}");
            // A newer answer on the malware replaces its own alone.
            of.keep(&run('a', 64), file('a', 'c', 'e', 56), NOW).await;
            assert_eq!(of.detections(&run('e', 32)).await, Some(56));
            assert_eq!(of.detections(&run('b', 64)).await, Some(0));
        }
    }
}

async fn a_twins_answer_does_not_speak_for_a_file_with_detections(of: Subject) {
    of.keep(&run('b', 64), file('b', 'c', 'e', 0), NOW).await;
    of.keep(&run('a', 64), file('a', 'c', 'e', 55), NOW).await;
    assert_eq!(of.detections(&run('a', 64)).await, Some(55));
    assert_eq!(of.detections(&run('b', 64)).await, Some(0));
    assert_eq!(of.detections(&run('e', 32)).await, None, "nobody has asked which of the two it is");
}

async fn a_not_found_under_one_hash_leaves_a_known_files_other_names_alone(of: Subject) {
    for asked in names() {
        of.keep(&run('a', 64), file('a', 'c', 'e', 55), NOW).await;
        of.keep(&asked, Facts::NotFound, NOW).await;
        for name in names() {
            let expected = (name != asked).then_some(55);
            assert_eq!(of.detections(&name).await, expected, "{name}, {asked}");
        }
        // Once it is found again, all its names lead to it.
        of.keep(&asked, file('a', 'c', 'e', 56), NOW).await;
        for name in names() {
            assert_eq!(of.detections(&name).await, Some(56), "{name}, {asked}");
        }
    }
}

async fn what_is_no_hash_is_no_name(of: Subject) {
    let Facts::Known(mut report) = file('a', 'c', 'e', 3) else { panic!() };
    report.hashes.md5 = Some(run('b', 64));
    report.hashes.sha1 = Some("evil.com".to_owned());
    of.keep(&run('a', 64), Facts::Known(report), NOW).await;
    assert_eq!(of.detections(&run('a', 64)).await, Some(3));
    assert_eq!(of.detections(&run('b', 64)).await, None);
    assert_eq!(of.detections("evil.com").await, None);
}

async fn a_rejection_is_kept_with_its_code(of: Subject) {
    let rejected = Facts::Rejected(Fault::new("InvalidArgumentError", "no such thing"));
    of.keep("evil.com", rejected.clone(), NOW).await;
    assert_eq!(of.answer("evil.com").await.unwrap().facts, rejected);
}

async fn a_name_that_is_forgotten_takes_its_answer_with_it(of: Subject) {
    of.keep(&run('a', 64), file('a', 'c', 'e', 55), NOW).await;
    of.keep(&run('b', 64), file('b', 'd', 'f', 3), NOW).await;
    of.store.forget(&named(&run('a', 64)));
    of.store.forget(&named(&run('9', 64)));
    of.store.close().await;
    for name in names() {
        assert_eq!(of.answer(&name).await, None, "{name}");
    }
    assert_eq!(of.detections(&run('d', 40)).await, Some(3), "others stay");
}
