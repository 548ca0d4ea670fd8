//! The ledger on a clock that is passed in.

use super::*;
use crate::model::{Context as About, Facts, Hashes, Report};
use crate::quota::{Pause, Period, Quota, Rate};
use crate::store::Freshness;
use iocs::indicator::Kind;

struct Book {
    connection: Connection,
    ledger: Ledger,
    limits: Limits,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn name(text: &str) -> Name {
    Name { kind: Kind::Domain, text: text.to_owned() }
}

impl Book {
    fn new(limits: Limits) -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection).unwrap();
        let freshness = Freshness { max_age: SignedDuration::from_hours(24), since: None };
        let timeout = SignedDuration::from_secs(30);
        let ledger = Ledger::open(&connection, "fingerprint", timeout, freshness).unwrap();
        Self { connection, ledger, limits }
    }

    fn decide(&mut self, purpose: Purpose, now: &str) -> Decision {
        self.ledger.decide(&self.connection, &[purpose], &self.limits, at(now)).unwrap().0.remove(0)
    }

    #[track_caller]
    fn goes(&mut self, now: &str) -> RequestId {
        match self.decide(Purpose::Analysis, now) {
            Decision::Send(id) => id,
            step => panic!("{step:?}"),
        }
    }

    fn settle(&mut self, id: RequestId, now: &str) {
        self.ledger.settle(&self.connection, id, at(now)).unwrap();
    }
}

fn a_day(day: u64) -> Limits {
    Limits { day: Some(day), ..Limits::default() }
}

#[test]
fn a_days_count_starts_anew_at_midnight_utc_and_not_when_the_clock_is_set_back() {
    let mut book = Book::new(a_day(1));
    book.goes("2026-11-30T23:59:59Z");
    let spent = Decision::Spent(Period::Day, at("2026-12-01T00:00:00Z"));
    assert_eq!(book.decide(Purpose::Analysis, "2026-11-30T23:59:59.9Z"), spent);
    book.goes("2026-12-01T00:00:00Z");
    assert!(matches!(
        book.decide(Purpose::Analysis, "2026-11-30T23:59:59Z"),
        Decision::Spent(Period::Day, _)
    ));
}

#[test]
fn a_month_ends_on_the_first() {
    let mut book = Book::new(Limits { month: Some(1), ..Limits::default() });
    book.goes("2028-02-29T23:59:59Z");
    let spent = Decision::Spent(Period::Month, at("2028-03-01T00:00:00Z"));
    assert_eq!(book.decide(Purpose::Analysis, "2028-02-29T23:59:59Z"), spent);
    book.goes("2028-03-01T00:00:00Z");
}

#[test]
fn a_clock_set_back_holds_the_window_for_one_span_and_no_longer() {
    let mut book = Book::new(Limits::new(Rate::PerMinute(1), None));
    let id = book.goes("2026-11-21T11:00:00Z");
    book.settle(id, "2026-11-21T11:00:01Z");
    let wait = Decision::Wait(at("2026-11-21T10:01:00Z"), Pause::Window);
    assert_eq!(book.decide(Purpose::Analysis, "2026-11-21T10:00:00Z"), wait);
    book.goes("2026-11-21T10:01:00Z");
}

#[test]
fn a_429_from_before_the_clock_was_set_back_is_forgotten() {
    let mut book = Book::new(Limits::default());
    book.ledger.pause_until(&book.connection, at("2026-11-22T10:00:00Z")).unwrap();
    book.goes("2026-11-21T10:00:00Z");
    book.ledger.pause_until(&book.connection, at("2026-11-21T10:30:00Z")).unwrap();
    let wait = Decision::Wait(at("2026-11-21T10:30:00Z"), Pause::RateLimited);
    assert_eq!(book.decide(Purpose::Analysis, "2026-11-21T10:00:00Z"), wait);
}

#[test]
fn a_place_is_free_a_span_after_the_answer_and_a_dead_owners_after_its_timeout() {
    let mut book = Book::new(Limits::new(Rate::PerMinute(2), None));
    let id = book.goes("2026-11-21T10:00:00Z");
    book.goes("2026-11-21T10:00:00Z");
    // None is answered: no sooner than a span from now.
    let wait = Decision::Wait(at("2026-11-21T10:01:05Z"), Pause::Window);
    assert_eq!(book.decide(Purpose::Analysis, "2026-11-21T10:00:05Z"), wait);
    book.settle(id, "2026-11-21T10:00:10Z");
    let wait = Decision::Wait(at("2026-11-21T10:01:10Z"), Pause::Window);
    assert_eq!(book.decide(Purpose::Analysis, "2026-11-21T10:00:11Z"), wait);
    let id = book.goes("2026-11-21T10:01:10Z");
    book.settle(id, "2026-11-21T10:01:10Z");
    // The other was given up 30 s after its start, and leaves a span after that.
    let wait = Decision::Wait(at("2026-11-21T10:01:30Z"), Pause::Window);
    assert_eq!(book.decide(Purpose::Analysis, "2026-11-21T10:01:11Z"), wait);
    book.goes("2026-11-21T10:01:30Z");
}

#[test]
fn a_claim_is_believed_for_its_requests_time_and_no_longer() {
    let mut book = Book::new(Limits::default());
    let ask = || Purpose::Lookup(name("evil.com"));
    assert!(matches!(book.decide(ask(), "2026-11-21T10:00:00Z"), Decision::Send(_)));
    assert!(matches!(book.decide(ask(), "2026-11-21T10:00:01Z"), Decision::Elsewhere(_)));
    assert!(matches!(book.decide(ask(), "2026-11-21T10:00:31.9Z"), Decision::Elsewhere(_)));
    let Decision::Send(id) = book.decide(ask(), "2026-11-21T10:00:32Z") else { panic!() };
    book.settle(id, "2026-11-21T10:00:33Z");
    let answer = Answer { fetched_at: at("2026-11-21T10:00:33Z"), facts: Facts::NotFound };
    answers::keep(&book.connection, &name("evil.com"), &answer).unwrap();
    assert_eq!(book.decide(ask(), "2026-11-21T10:00:34Z"), Decision::Answered(Box::new(answer)));
}

#[test]
fn a_request_that_never_left_is_taken_back() {
    let mut book = Book::new(Limits { day: Some(1), ..Limits::new(Rate::PerMinute(1), None) });
    let Decision::Send(id) = book.decide(Purpose::Lookup(name("evil.com")), "2026-11-21T10:00:00Z")
    else {
        panic!()
    };
    book.ledger.withdraw(&book.connection, id).unwrap();
    let again = book.decide(Purpose::Lookup(name("evil.com")), "2026-11-21T10:00:00Z");
    assert!(matches!(again, Decision::Send(_)), "{again:?}");
}

#[test]
fn quotas_are_believed_for_a_day_and_correct_upward_only() {
    let mut book = Book::new(a_day(10));
    let now = "2026-11-21T10:00:00Z";
    let read = |used| Quotas { day: Some(Quota { allowed: 10, used }), ..Quotas::default() };
    book.ledger.learn(&book.connection, &read(9), at(now)).unwrap();
    book.ledger.learn(&book.connection, &read(2), at(now)).unwrap();
    book.goes(now);
    assert!(matches!(book.decide(Purpose::Analysis, now), Decision::Spent(..)));
    let known = |now| book.ledger.quotas(&book.connection, at(now)).unwrap();
    assert_eq!(known("2026-11-22T10:00:00Z"), Some(read(2)));
    assert_eq!(known("2026-11-22T10:00:01Z"), None);
}

#[test]
fn a_read_of_the_quotas_takes_a_place_in_the_window_and_none_in_the_day() {
    let mut book = Book::new(Limits { day: Some(1), ..Limits::new(Rate::PerMinute(2), None) });
    let now = "2026-11-21T10:00:00Z";
    assert!(matches!(book.decide(Purpose::Quotas, now), Decision::Send(_)));
    book.goes(now);
    assert!(matches!(book.decide(Purpose::Quotas, now), Decision::Spent(..)));
}

/// A judged file, whose hashes are runs of these digits.
fn file(sha256: char, sha1: char, md5: char, malicious: u64) -> Answer {
    let hash = |digit: char, length| Some(digit.to_string().repeat(length));
    let hashes = Hashes { md5: hash(md5, 32), sha1: hash(sha1, 40), sha256: hash(sha256, 64) };
    let counts = [("malicious", malicious), ("undetected", 60)];
    let report = Report {
        id: hashes.sha256.clone().unwrap(),
        stats: Some(counts.map(|(name, count)| (name.to_owned(), count)).into_iter().collect()),
        flagged_by: Vec::new(),
        analysed_at: None,
        context: About::default(),
        hashes,
    };
    Answer { fetched_at: at(NOON), facts: Facts::Known(Box::new(report)) }
}

const NOON: &str = "2026-11-21T12:00:00Z";

impl Book {
    fn keep(&self, digit: char, length: usize, answer: &Answer) {
        answers::keep(&self.connection, &hash(digit, length), answer).unwrap();
    }

    fn facts(&self, digit: char, length: usize) -> Option<Facts> {
        let name = hash(digit, length);
        let found = answers::find(&self.connection, &name, &self.ledger.freshness, at(NOON));
        found.unwrap().and_then(|stored| stored.read()).map(|answer| answer.facts)
    }

    fn count(&self, table: &str) -> i64 {
        let count = format!("SELECT count(*) FROM {table}");
        self.connection.query_row(&count, [], |row| row.get(0)).unwrap()
    }
}

fn hash(digit: char, length: usize) -> Name {
    Name { kind: Kind::File, text: digit.to_string().repeat(length) }
}

#[test]
fn a_files_answer_never_replaces_that_of_a_twin_with_the_same_md5_or_sha1() {
    // The twins' SHA-256s are a… and b…; they share an MD5, then a SHA-1 as well.
    for twins_sha1 in ['d', 'c'] {
        // Each twin is asked by each of its names, also by those that it shares.
        for asked in [('b', 64), (twins_sha1, 40), ('e', 32)] {
            let book = Book::new(Limits::default());
            let (malware, twin) = (file('a', 'c', 'e', 55), file('b', twins_sha1, 'e', 0));
            book.keep('a', 64, &malware);
            book.keep(asked.0, asked.1, &twin);
            for (digit, length) in [('a', 64), ('c', 40), ('e', 32)] {
                let facts = book.facts(digit, length);
                assert_eq!(facts.as_ref(), Some(&malware.facts), "{digit} {length}, {asked:?}");
            }
            assert_eq!(book.facts('b', 64), Some(twin.facts.clone()), "{asked:?}");
            // A newer answer on the malware replaces its own alone.
            let newer = file('a', 'c', 'e', 56);
            book.keep('a', 64, &newer);
            assert_eq!(book.facts('e', 32), Some(newer.facts));
            assert_eq!(book.facts('b', 64), Some(twin.facts));
            assert_eq!(book.count("answers"), 2);
        }
    }
}

#[test]
fn a_not_found_under_one_hash_leaves_a_known_files_other_names_alone() {
    let not_found = Answer { fetched_at: at(NOON), facts: Facts::NotFound };
    for asked in [('a', 64), ('c', 40), ('e', 32)] {
        let book = Book::new(Limits::default());
        let malware = file('a', 'c', 'e', 55);
        book.keep('a', 64, &malware);
        book.keep(asked.0, asked.1, &not_found);
        for name in [('a', 64), ('c', 40), ('e', 32)] {
            let facts = if name == asked { &not_found.facts } else { &malware.facts };
            assert_eq!(book.facts(name.0, name.1).as_ref(), Some(facts), "{name:?}, {asked:?}");
        }
        // Once it is found again, all its names lead to it, and nothing is left behind.
        book.keep(asked.0, asked.1, &malware);
        assert_eq!(book.facts(asked.0, asked.1), Some(malware.facts));
        assert_eq!((book.count("answers"), book.count("names")), (1, 3));
    }
}

#[test]
fn a_not_found_again_and_again_is_one_row() {
    let book = Book::new(Limits::default());
    let not_found = Answer { fetched_at: at(NOON), facts: Facts::NotFound };
    for _ in 0..3 {
        book.keep('a', 64, &not_found);
        answers::keep(&book.connection, &name("evil.com"), &not_found).unwrap();
    }
    assert_eq!((book.count("answers"), book.count("names")), (2, 2));
}
