//! Faults by script: which requests go wrong, when, and how.

use crate::draw::Draw;
use crate::kind::Kind;
use crate::target::Target;
use std::time::Duration;

/// One way in which some requests go wrong. Of several rules the first that fires decides.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The requests that it may strike.
    pub which: Which,
    /// Which of those it does strike.
    pub when: When,
    /// What happens to them.
    pub fault: Fault,
}

/// Requests that a rule may strike.
#[derive(Clone, Debug)]
pub enum Which {
    /// Every request.
    All,
    /// Every request that is not about the account: not `overall_quotas`, not `users/{id}`.
    Lookups,
    /// Lookups of objects of one kind.
    Kind(Kind),
    /// Lookups of one object, as a person writes its id.
    Object(Kind, String),
    /// Requests whose path (with its `/api/v3` and its query) contains this.
    PathContains(String),
    /// Requests whose path begins so, `/api/v3` not counted: `/urls`.
    PathStarts(String),
    /// Requests of one method: `POST`.
    Method(String),
    /// Reads of `overall_quotas`.
    Quota,
    /// Submissions of URLs.
    Submissions,
    /// Polls of analyses.
    Analyses,
}

/// Which of the requests that a rule may strike it does strike. Each rule counts all of them, also those that an
/// earlier rule struck.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// All of them.
    Always,
    /// The first attempts, up to this number.
    First(u64),
    /// The one with this number, counted from 1.
    Nth(u64),
    /// The first attempts at each path, up to this number.
    FirstOfEach(u32),
    /// About this share of them, decided by the path and the number of the attempt at it: runs repeat, and one attempt
    /// says nothing about the next.
    Share(f64),
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This answer instead, before keys and quotas are looked at; it does not count as use.
    Status {
        /// The status code.
        status: u16,
        /// The body.
        body: FaultBody,
        /// A `Retry-After` header, seconds or a date.
        retry_after: Option<String>,
    },
    /// A 302 to this location; it does not count as use.
    Redirect(String),
    /// The right answer, so much later.
    Slow(Duration),
    /// No answer at all, ever.
    Stall,
    /// The headers and half of the body, then nothing.
    StallInBody,
    /// The headers and half of the body, then the connection ends.
    CutBody,
    /// The connection is reset, without an answer.
    Reset,
    /// The connection is closed, without an answer.
    Close,
    /// A 200 that is not JSON.
    Garbage,
    /// A 200 whose body goes on for this number of bytes, in chunks.
    Huge(u64),
    /// A small compressed body that unpacks to this number of bytes, whether or not the client accepts that.
    Bomb(u64),
    /// The answer about another object of the same kind.
    OtherObject,
    /// An object of another kind.
    WrongType,
}

/// The body of a scripted status.
#[derive(Clone, Debug)]
pub enum FaultBody {
    /// The API's envelope with this code and message.
    Json(String, String),
    /// A page, as front ends send them.
    Html(String),
    /// Nothing.
    Empty,
}

impl Fault {
    /// A status with the API's own error envelope.
    pub fn error(status: u16, code: &str, message: &str) -> Fault {
        Fault::Status {
            status,
            body: FaultBody::Json(code.to_owned(), message.to_owned()),
            retry_after: None,
        }
    }

    /// A status with a page of the front end.
    pub fn html(status: u16) -> Fault {
        let page = format!("<title>{status}</title>{status} from the front end");
        Fault::Status { status, body: FaultBody::Html(page), retry_after: None }
    }

    /// A 429 with the API's own envelope.
    pub fn quota_exceeded(retry_after: Option<&str>) -> Fault {
        let body = FaultBody::Json("QuotaExceededError".to_owned(), "Quota exceeded".to_owned());
        Fault::Status { status: 429, body, retry_after: retry_after.map(str::to_owned) }
    }
}

impl Rule {
    /// A rule.
    pub fn new(which: Which, when: When, fault: Fault) -> Rule {
        Rule { which, when, fault }
    }
}

/// What a rule needs to know of a request.
pub(crate) struct Seen<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) target: &'a Target,
    /// The number of the attempt at this path, from 1.
    pub(crate) attempt: u32,
}

impl Which {
    fn covers(&self, seen: &Seen<'_>) -> bool {
        match self {
            Which::All => true,
            Which::Lookups => !seen.target.is_account(),
            Which::Kind(kind) => matches!(seen.target, Target::Lookup(of, _) if of == kind),
            Which::Object(kind, id) => match seen.target {
                Target::Lookup(of, asked) => of == kind && (asked == id || same(*kind, asked, id)),
                _ => false,
            },
            Which::PathContains(part) => seen.path.contains(part.as_str()),
            Which::PathStarts(start) => {
                seen.path.strip_prefix("/api/v3").unwrap_or(seen.path).starts_with(start.as_str())
            }
            Which::Method(method) => seen.method == method,
            Which::Quota => matches!(seen.target, Target::Quota(_)),
            Which::Submissions => matches!(seen.target, Target::Submit(_)),
            Which::Analyses => matches!(seen.target, Target::Analysis(_)),
        }
    }
}

fn same(kind: Kind, one: &str, other: &str) -> bool {
    let canonical = kind.canonical(one);
    canonical.is_some() && canonical == kind.canonical(other)
}

/// The rules so far, with their counts.
#[derive(Default)]
pub(crate) struct Script {
    rules: Vec<(Rule, u64)>,
}

impl Script {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push((rule, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault that strikes this request, if any.
    pub(crate) fn strikes(&mut self, seen: &Seen<'_>) -> Option<Fault> {
        let mut struck = None;
        for (index, (rule, count)) in self.rules.iter_mut().enumerate() {
            if !rule.which.covers(seen) {
                continue;
            }
            *count += 1;
            let fires = match rule.when {
                When::Always => true,
                When::First(first) => *count <= first,
                When::Nth(nth) => *count == nth,
                When::FirstOfEach(first) => seen.attempt <= first,
                When::Share(share) => {
                    let (rule, attempt) = (index.to_string(), seen.attempt.to_string());
                    Draw::of(&["share", &rule, seen.method, seen.path, &attempt]).unit() < share
                }
            };
            if fires && struck.is_none() {
                struck = Some(rule.fault.clone());
            }
        }
        struck
    }
}
