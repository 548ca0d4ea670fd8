//! The API: what each request is answered with, faults apart.

use crate::body::{self, AnalysisView, Judgement, Subject};
use crate::catalogue::{Catalogue, Found};
use crate::config::{Config, USER};
use crate::expected::{drawn_sheet, known_sheet};
use crate::kind::Kind;
use crate::meter::Meters;
use crate::record::{Place, Record};
use crate::reply::{Reply, gzipped};
use crate::script::Script;
use crate::shelf::Shelf;
use crate::target::{Target, is_url_id};
use hyper::body::Bytes;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Everything that answers depend on.
pub(crate) struct Api {
    pub(crate) config: Config,
    pub(crate) record: Record,
    script: Mutex<Script>,
    meters: Mutex<Meters>,
    catalogue: Mutex<Catalogue>,
    shelf: Mutex<Shelf>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Api {
    pub(crate) fn new(config: Config) -> Self {
        Api {
            record: Record::new(),
            script: Mutex::default(),
            meters: Mutex::new(Meters::new(&config)),
            catalogue: Mutex::default(),
            shelf: Mutex::default(),
            config,
        }
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        held(&self.script)
    }

    pub(crate) fn meters(&self) -> MutexGuard<'_, Meters> {
        held(&self.meters)
    }

    pub(crate) fn catalogue(&self) -> MutexGuard<'_, Catalogue> {
        held(&self.catalogue)
    }

    /// The reply to a request, keys and quotas looked at first.
    pub(crate) fn reply(
        &self,
        target: &Target,
        path: &str,
        key: Option<&str>,
        place: Place,
    ) -> Reply {
        let Some(key) = key else {
            return Reply::error(401, "AuthenticationRequiredError", "X-Apikey header is missing");
        };
        let mut meters = self.meters();
        let Some(number) = meters.number(key) else {
            return Reply::error(401, "WrongCredentialsError", "Wrong API key");
        };
        let free = target.is_account() && !self.config.quota_reads_cost;
        if !free && !meters.admit(number, &self.config, place.at) {
            return Reply::quota_exceeded();
        }
        drop(meters);
        match target {
            Target::Lookup(kind, id) => self.lookup(*kind, id, path),
            Target::Submit(url) => self.submit(url),
            Target::Analysis(id) => self.poll(id),
            Target::AnalysisItem(id) => self.item(id),
            Target::Reanalyse(kind, id) => self.reanalyse(*kind, id, path),
            Target::Quota(id) => self
                .account(number, key, id, |user| self.meters().overall_quotas(user, &self.config)),
            Target::User(id) => self.account(number, key, id, |user| {
                self.meters().user(user, &user_id(user), &self.config)
            }),
            Target::Other => Reply::not_found("Resource not found"),
        }
    }

    fn lookup(&self, kind: Kind, id: &str, path: &str) -> Reply {
        if kind == Kind::Url && !is_url_id(path) {
            return unknown(kind, path);
        }
        let found = self.catalogue().look(kind, id);
        match found {
            Found::Drawn { subject, certain } => {
                self.drawn(&subject, certain).unwrap_or_else(|| unknown(kind, path))
            }
            Found::Object(subject, judgement) => {
                Reply::json(200, body::object(&subject, &judgement, self.config.body_bytes))
            }
            Found::Raw(body) => Reply::json(200, body),
            Found::Unknown => unknown(kind, path),
            Found::Refused => refused(kind, id),
            Found::NotAvailableYet => {
                Reply::error(400, "NotAvailableYet", "Resource is not available yet")
            }
        }
    }

    /// The answer drawn from an id; None if the id is one of those that are not known.
    fn drawn(&self, subject: &Subject, certain: bool) -> Option<Reply> {
        let name = format!("{}{}:{}", u8::from(certain), subject.kind.type_name(), subject.name);
        let kept = held(&self.shelf).get(&name);
        let body = match kept {
            Some(body) => body,
            None => {
                let sheet = if certain {
                    known_sheet(subject.kind, &subject.name)
                } else {
                    drawn_sheet(subject.kind, &subject.name)?
                };
                let body = body::object(subject, &Judgement::Judged(sheet), self.config.body_bytes);
                let body = Bytes::from(body);
                held(&self.shelf).put(name.clone(), body.clone());
                body
            }
        };
        Some(Reply { shelf: Some(name), ..Reply::json(200, body) })
    }

    /// A reply's body compressed, from the shelf where it may stand there.
    pub(crate) fn gzipped(&self, reply: &Reply) -> Bytes {
        let Some(name) = reply.shelf.as_ref().map(|name| format!("gzip {name}")) else {
            return gzipped(&reply.body);
        };
        let kept = held(&self.shelf).get(&name);
        kept.unwrap_or_else(|| {
            let body = gzipped(&reply.body);
            held(&self.shelf).put(name, body.clone());
            body
        })
    }

    fn submit(&self, url: &str) -> Reply {
        let mut catalogue = self.catalogue();
        match Kind::Url.canonical(url).and_then(|url| catalogue.resolve(Kind::Url, &url)) {
            Some(subject) => Reply::json(200, body::descriptor(&catalogue.analyse(subject))),
            None => Reply::invalid("Unable to canonicalize url"),
        }
    }

    fn poll(&self, id: &str) -> Reply {
        let polled =
            self.catalogue().poll(id, self.config.analysis_polls, self.config.zero_stats_polls);
        match polled {
            Some((subject, sheet, stage)) => {
                let view = AnalysisView { id, subject: &subject, sheet: &sheet, stage };
                Reply::json(200, body::analysis(&view))
            }
            None => Reply::not_found(&format!("analysis \"{id}\" not found")),
        }
    }

    fn item(&self, id: &str) -> Reply {
        let subject = self.catalogue().analysed(id);
        match subject {
            Some(subject) => self
                .drawn(&subject, true)
                .unwrap_or_else(|| Reply::not_found(&format!("analysis \"{id}\" not found"))),
            None => Reply::not_found(&format!("analysis \"{id}\" not found")),
        }
    }

    fn reanalyse(&self, kind: Kind, id: &str, path: &str) -> Reply {
        if kind == Kind::Url && !is_url_id(path) {
            return unknown(kind, path);
        }
        let mut catalogue = self.catalogue();
        let known = match kind {
            // Only what is known can be analysed again; addresses and domains always can.
            Kind::Url | Kind::File => {
                !matches!(catalogue.expected(kind, id), Some(crate::Expected::Unknown))
            }
            Kind::Ip | Kind::Domain => true,
        };
        match catalogue.resolve(kind, id) {
            Some(subject) if known => {
                Reply::json(200, body::descriptor(&catalogue.analyse(subject)))
            }
            Some(_) => unknown(kind, path),
            None => refused(kind, id),
        }
    }

    /// A reply about the caller's own account; `id` may be the key or the user's id.
    fn account(
        &self,
        number: usize,
        key: &str,
        id: &str,
        body: impl FnOnce(usize) -> String,
    ) -> Reply {
        if id != key && id != user_id(number) {
            return Reply::error(
                403,
                "ForbiddenError",
                "You are not authorized to perform the requested operation",
            );
        }
        Reply::json(200, body(number))
    }

    /// A good answer, but about another object than was asked, of the same kind or of another.
    pub(crate) fn astray(&self, kind: Kind, asked: &str) -> Reply {
        let others = match kind {
            Kind::Ip => ["198.51.100.77", "198.51.100.78"],
            Kind::Domain => ["another.example.net", "other.example.net"],
            Kind::Url => ["http://another.example.net/", "http://other.example.net/"],
            Kind::File => ["d41d8cd98f00b204e9800998ecf8427e", "0cc175b9c0f1b6a831c399e269772661"],
        };
        let other =
            if kind.canonical(asked).as_deref() == Some(others[0]) { others[1] } else { others[0] };
        let subject = self.catalogue().resolve(kind, other);
        subject
            .and_then(|subject| self.drawn(&subject, true))
            .unwrap_or_else(|| Reply::json(200, "{}"))
    }
}

/// The id of the user with this number.
fn user_id(number: usize) -> String {
    if number == 0 { USER.to_owned() } else { format!("{USER}{}", number + 1) }
}

/// A 404, which names the id as it was asked.
fn unknown(kind: Kind, path: &str) -> Reply {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_suffix("/analyse").unwrap_or(path);
    let id = path.rsplit('/').next().unwrap_or_default();
    let what = match kind {
        Kind::Ip => "IP address",
        Kind::Domain => "Domain",
        Kind::Url => "URL",
        Kind::File => "File",
    };
    Reply::not_found(&format!("{what} \"{id}\" not found"))
}

/// A 400: this is no valid id.
fn refused(kind: Kind, id: &str) -> Reply {
    match kind {
        Kind::Ip => Reply::invalid(&format!("b'{id}' is not a valid IP address pattern")),
        Kind::Domain => Reply::invalid(&format!("b'{id}' is not a valid domain pattern")),
        Kind::Url => Reply::invalid("Unable to canonicalize url"),
        Kind::File => Reply::invalid(&format!("b'{id}' is not a valid file hash")),
    }
}
