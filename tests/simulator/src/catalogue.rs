//! What the simulator knows beyond what it draws from an id: scripted objects, added files, URLs seen, analyses.

use crate::body::{Judgement, NOW, Stage, Subject};
use crate::expected::{Expected, drawn_sheet, expected, known_sheet, scripted_sheet};
use crate::hashes::{FileHashes, hashes_of, sha256};
use crate::kind::{Kind, is_sha256};
use crate::sheet::{Counts, Sheet};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{HashMap, HashSet};

/// What one id is answered with, instead of what would be drawn from it.
#[derive(Clone, Debug)]
pub enum Object {
    /// Judged by this number of engines.
    Judged {
        /// Engines that call it malicious.
        malicious: u32,
        /// Engines that call it suspicious.
        suspicious: u32,
        /// Engines that found nothing.
        undetected: u32,
        /// Engines that call it harmless; none do of files.
        harmless: u32,
    },
    /// Judged as drawn from the id, and known for certain.
    Known,
    /// A 404.
    Unknown,
    /// No stats for this number of looks, then [`Known`](Object::Known).
    Unjudged {
        /// How many looks find it so.
        looks: u32,
    },
    /// All-zero stats for this number of looks, then [`Known`](Object::Known).
    ZeroStats {
        /// How many looks find it so.
        looks: u32,
    },
    /// A 400 NotAvailableYet for this number of looks, then [`Known`](Object::Known).
    NotAvailableYet {
        /// How many looks find it so.
        looks: u32,
    },
    /// A 400 InvalidArgumentError.
    Refused,
    /// A 200 with this body, whatever it is.
    Body(String),
}

/// What a look finds.
pub(crate) enum Found {
    /// Nobody scripted it: the answer is drawn from the id; if `certain`, it is not a 404.
    Drawn {
        subject: Subject,
        certain: bool,
    },
    /// The answer depends on more than the id.
    Object(Subject, Judgement),
    Raw(String),
    Unknown,
    Refused,
    NotAvailableYet,
}

struct File {
    hashes: FileHashes,
    size: Option<u64>,
}

struct Analysis {
    subject: Subject,
    polls: u32,
}

/// What the simulator knows.
#[derive(Default)]
pub(crate) struct Catalogue {
    /// Scripted objects and how often they were looked at, by kind and canonical name.
    scripted: HashMap<(Kind, String), (Object, u32)>,
    /// Added files, by each hash.
    files: HashMap<String, usize>,
    file_list: Vec<File>,
    /// URLs seen, by their SHA-256.
    urls: HashMap<String, String>,
    /// URLs whose analysis was seen to complete.
    analysed: HashSet<String>,
    analyses: HashMap<String, Analysis>,
}

impl Catalogue {
    /// Adds a file under its three hashes.
    pub(crate) fn add_file(&mut self, hashes: FileHashes, size: Option<u64>) {
        let index = self.file_list.len();
        for hash in [&hashes.md5, &hashes.sha1, &hashes.sha256] {
            self.files.insert(hash.clone(), index);
        }
        self.file_list.push(File { hashes, size });
    }

    /// Scripts an object; false if its kind has no such id.
    pub(crate) fn script(&mut self, kind: Kind, id: &str, object: Object) -> bool {
        let name = match kind {
            // Names that the API would refuse may be scripted all the same.
            Kind::Ip | Kind::Domain => kind.canonical(id).or_else(|| Some(id.to_ascii_lowercase())),
            Kind::Url | Kind::File => kind.canonical(id),
        };
        let Some(name) = name else { return false };
        if kind == Kind::File && !self.files.contains_key(&name) {
            self.add_file(hashes_of(&name), None);
        }
        let subject = self.subject(kind, name);
        self.scripted.insert((kind, subject.name), (object, 0));
        true
    }

    /// The subject of a canonical name; a URL is remembered by its SHA-256.
    fn subject(&mut self, kind: Kind, name: String) -> Subject {
        let (mut hashes, mut size, mut name) = (None, None, name);
        let id = match kind {
            Kind::Ip | Kind::Domain => name.clone(),
            Kind::Url => {
                let id = sha256(name.as_bytes());
                if !self.urls.contains_key(&id) {
                    self.urls.insert(id.clone(), name.clone());
                }
                id
            }
            Kind::File => {
                let of_file = match self.files.get(&name).map(|&index| &self.file_list[index]) {
                    Some(file) => {
                        size = file.size;
                        name.clone_from(&file.hashes.sha256);
                        file.hashes.clone()
                    }
                    None => hashes_of(&name),
                };
                let id = of_file.sha256.clone();
                hashes = Some(of_file);
                id
            }
        };
        Subject { kind, name, id, hashes, size }
    }

    /// The subject that an id names.
    pub(crate) fn resolve(&mut self, kind: Kind, id: &str) -> Option<Subject> {
        let name = match kind {
            Kind::Url if is_sha256(id) => self.urls.get(&id.to_ascii_lowercase())?.clone(),
            _ => kind.canonical(id).or_else(|| {
                let name = id.to_ascii_lowercase();
                self.scripted.contains_key(&(kind, name.clone())).then_some(name)
            })?,
        };
        Some(self.subject(kind, name))
    }

    /// Looks an object up; a look counts.
    pub(crate) fn look(&mut self, kind: Kind, id: &str) -> Found {
        let Some(subject) = self.resolve(kind, id) else {
            return match kind {
                Kind::Url | Kind::File => Found::Unknown,
                Kind::Ip | Kind::Domain => Found::Refused,
            };
        };
        let key = (kind, subject.name.clone());
        let Some((object, looks)) = self.scripted.get_mut(&key) else {
            let certain = match kind {
                Kind::Url => self.analysed.contains(&subject.name),
                Kind::File => self.files.contains_key(&subject.name),
                Kind::Ip | Kind::Domain => false,
            };
            return Found::Drawn { subject, certain };
        };
        *looks += 1;
        match *object {
            Object::Unjudged { looks: first } if *looks <= first => {
                Found::Object(subject, Judgement::Absent)
            }
            Object::ZeroStats { looks: first } if *looks <= first => {
                Found::Object(subject, Judgement::Zero)
            }
            Object::NotAvailableYet { looks: first } if *looks <= first => Found::NotAvailableYet,
            Object::Unknown => Found::Unknown,
            Object::Refused => Found::Refused,
            Object::Body(ref body) => Found::Raw(body.clone()),
            _ => {
                let sheet = self.sheet(&subject);
                Found::Object(subject, Judgement::Judged(sheet))
            }
        }
    }

    /// The findings of an object that is known and judged.
    fn sheet(&self, subject: &Subject) -> Sheet {
        match self.scripted.get(&(subject.kind, subject.name.clone())) {
            Some(&(Object::Judged { malicious, suspicious, undetected, harmless }, _)) => {
                let counts =
                    Counts { malicious, suspicious, undetected, harmless, ..Counts::default() };
                scripted_sheet(subject.kind, &subject.name, counts)
            }
            _ => known_sheet(subject.kind, &subject.name),
        }
    }

    /// What an id is answered with in the end, once it is judged; None where the answer is a scripted body.
    pub(crate) fn expected(&mut self, kind: Kind, id: &str) -> Option<Expected> {
        let Some(subject) = self.resolve(kind, id) else {
            return Some(expected(kind, id));
        };
        Some(match self.scripted.get(&(kind, subject.name.clone())) {
            None if self.files.contains_key(&subject.name)
                || self.analysed.contains(&subject.name) =>
            {
                Expected::judged(&known_sheet(kind, &subject.name))
            }
            None => drawn_sheet(kind, &subject.name)
                .as_ref()
                .map_or(Expected::Unknown, Expected::judged),
            Some((Object::Unknown, _)) => Expected::Unknown,
            Some((Object::Refused, _)) => Expected::Refused,
            Some((Object::Body(_), _)) => return None,
            Some(_) => Expected::judged(&self.sheet(&subject)),
        })
    }

    /// Starts an analysis and gives its id, in the form that its kind has.
    pub(crate) fn analyse(&mut self, subject: Subject) -> String {
        // Two analyses of one object differ in their second.
        let second = NOW as usize + self.analyses.len();
        let id = match (&subject.hashes, subject.kind) {
            (Some(hashes), _) => STANDARD.encode(format!("{}:{second}", hashes.md5)),
            (None, Kind::Url) => format!("u-{}-{second}", subject.id),
            (None, Kind::Ip) => format!("i-{}-{second}", sha256(subject.id.as_bytes())),
            (None, _) => format!("d-{}-{second}", sha256(subject.id.as_bytes())),
        };
        self.analyses.insert(id.clone(), Analysis { subject, polls: 0 });
        id
    }

    /// Polls an analysis: the first polls find it unfinished, the next ones without counts.
    pub(crate) fn poll(
        &mut self,
        id: &str,
        unfinished: u32,
        empty: u32,
    ) -> Option<(Subject, Sheet, Stage)> {
        let analysis = self.analyses.get_mut(id)?;
        analysis.polls += 1;
        let stage = match analysis.polls {
            polls if polls <= unfinished.div_ceil(2) => Stage::Queued,
            polls if polls <= unfinished => Stage::InProgress,
            polls if polls <= unfinished + empty => Stage::Empty,
            _ => Stage::Completed,
        };
        let subject = analysis.subject.clone();
        if matches!(stage, Stage::Empty | Stage::Completed) {
            self.analysed.insert(subject.name.clone());
            let scripted = self.scripted.get_mut(&(subject.kind, subject.name.clone()));
            if let Some((object @ Object::Unknown, _)) = scripted {
                *object = Object::Known;
            }
        }
        let sheet = self.sheet(&subject);
        Some((subject, sheet, stage))
    }

    /// The object of an analysis that was seen to complete.
    pub(crate) fn analysed(&self, id: &str) -> Option<Subject> {
        let subject = &self.analyses.get(id)?.subject;
        self.analysed.contains(&subject.name).then(|| subject.clone())
    }
}
