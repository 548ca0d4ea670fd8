//! What a PDF holds besides pages: the targets of links and actions, notes, scripts, files.

use std::collections::HashSet;
use std::ops::ControlFlow;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, decode_text_string};

use crate::document::limits::Budget;
use crate::document::part::{File, Form, Part, Sink, Text, Unread};

/// Objects within objects.
const DEEPEST: usize = 32;
/// The largest script or form.
const LARGEST_TEXT: u64 = 16 << 20;

/// What is read of a document besides its pages.
pub(super) struct Links<'d> {
    document: &'d Document,
    budget: &'d Budget,
    /// What was handed on already.
    seen: HashSet<ObjectId>,
    targets: HashSet<String>,
}

/// What an object and those in it hold.
#[derive(Default)]
struct Held {
    targets: Vec<String>,
    notes: Vec<String>,
    scripts: Vec<String>,
    files: Vec<(String, ObjectId)>,
}

impl<'d> Links<'d> {
    pub(super) fn new(document: &'d Document, budget: &'d Budget) -> Self {
        Self { document, budget, seen: HashSet::new(), targets: HashSet::new() }
    }

    /// Hands on what the annotations of a page hold.
    pub(super) fn page(
        &mut self,
        page: ObjectId,
        name: &str,
        sink: &mut Sink<'_>,
    ) -> ControlFlow<()> {
        let mut held = Held::default();
        let annotations = self.document.get_dictionary(page);
        let annotations = annotations.and_then(|page| page.get_deref(b"Annots", self.document));
        for annotation in annotations.and_then(Object::as_array).into_iter().flatten() {
            self.gather(annotation, &mut held, 0);
        }
        self.hand_on(held, name, sink)
    }

    /// Hands on what all other objects hold: actions of the document, form fields, files.
    pub(super) fn rest(&mut self, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let mut held = Held::default();
        for (id, object) in &self.document.objects {
            if !self.seen.contains(id) {
                self.gather(object, &mut held, 0);
            }
        }
        self.hand_on(held, "", sink)
    }

    /// Gathers from an object, those directly in it, and the actions that it refers to.
    fn gather(&mut self, object: &'d Object, held: &mut Held, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match object {
            Object::Reference(id) if self.seen.insert(*id) => {
                if let Ok(object) = self.document.get_object(*id) {
                    self.gather(object, held, depth + 1);
                }
            }
            Object::Array(items) => {
                items.iter().for_each(|item| self.gather(item, held, depth + 1));
            }
            Object::Dictionary(dictionary) => self.dictionary(dictionary, held, depth),
            Object::Stream(stream) => self.dictionary(&stream.dict, held, depth),
            _ => {}
        }
    }

    /// ISO 32000-1: actions (12.6.4), annotations (12.5.2), fields (12.7.3), files (7.11.3).
    fn dictionary(&mut self, dictionary: &'d Dictionary, held: &mut Held, depth: usize) {
        let leads_out = leads_out(dictionary);
        for (key, value) in dictionary {
            match key.as_slice() {
                b"URI" => held.targets.extend(self.string(value)),
                b"F" | b"UF" if leads_out => {
                    held.targets.extend(self.string(value).or_else(|| self.file_name(value)));
                }
                // Those of a signature are its bytes.
                b"Contents" if dictionary.has(b"ByteRange") => {}
                b"Contents" | b"V" | b"TU" => held.notes.extend(self.string(value)),
                b"JS" | b"XFA" => held.scripts.extend(self.texts(value)),
                b"EF" => held.files.extend(self.embedded(dictionary, value)),
                _ => {}
            }
            // All objects are met sooner or later; what is drawn or linked is met here, in order.
            let is_within = matches!(value, Object::Dictionary(_) | Object::Array(_));
            let is_action =
                matches!(key.as_slice(), b"A" | b"AA" | b"Next" | b"OpenAction" | b"FS" | b"PA");
            if is_within || is_action {
                self.gather(value, held, depth + 1);
            }
        }
    }

    /// The name and the stream of an embedded file.
    fn embedded(&self, specification: &Dictionary, streams: &Object) -> Option<(String, ObjectId)> {
        let (_, streams) = self.document.dereference(streams).ok()?;
        let streams = streams.as_dict().ok()?;
        let stream = streams.get(b"F").or_else(|_| streams.get(b"UF")).ok()?;
        let name = specification.get(b"UF").or_else(|_| specification.get(b"F")).ok();
        let name = name.and_then(|name| self.string(name)).unwrap_or_default();
        Some((name, stream.as_reference().ok()?))
    }

    fn string(&self, object: &Object) -> Option<String> {
        let (_, object) = self.document.dereference(object).ok()?;
        let bytes = object.as_str().ok()?;
        // Links are written in UTF-8 too, which no version before 2.0 has.
        let decode = || decode_text_string(object).ok();
        let text = std::str::from_utf8(bytes).ok().map(str::to_owned).or_else(decode);
        Some(text.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()))
    }

    /// The name of a file specification.
    fn file_name(&self, object: &Object) -> Option<String> {
        let (_, object) = self.document.dereference(object).ok()?;
        let file = object.as_dict().ok()?;
        let name = file.get(b"UF").or_else(|_| file.get(b"F")).ok()?;
        self.string(name)
    }

    /// A text as a string, as a stream, or as an array of both.
    fn texts(&self, object: &Object) -> Vec<String> {
        let Ok((_, object)) = self.document.dereference(object) else { return Vec::new() };
        match object {
            Object::String(..) => self.string(object).into_iter().collect(),
            Object::Stream(stream) => self
                .unpack(stream, LARGEST_TEXT)
                .into_iter()
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .collect(),
            Object::Array(items) => items
                .iter()
                .filter_map(|item| self.document.dereference(item).ok()?.1.as_stream().ok())
                .filter_map(|stream| self.unpack(stream, LARGEST_TEXT))
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .collect(),
            _ => Vec::new(),
        }
    }

    fn unpack(&self, stream: &Stream, most: u64) -> Option<Vec<u8>> {
        let most = usize::try_from(most.min(self.budget.unpacked_left())).unwrap_or(usize::MAX);
        let content = stream.decompressed_content_with_limit(most).ok()?;
        self.budget.take_unpacked(content.len() as u64).ok().map(|()| content)
    }

    fn hand_on(&mut self, held: Held, page: &str, sink: &mut Sink<'_>) -> ControlFlow<()> {
        let name = |what: &str| [page, what].join(" ").trim().to_owned();
        let mut text = |what: &str, texts: Vec<String>, form: Form| {
            if texts.is_empty() {
                return ControlFlow::Continue(());
            }
            let text = texts.iter().flat_map(|text| [text.trim(), "\n"]).collect();
            sink(Part::Text(Text { name: name(what), text, lines: Vec::new(), form }))
        };
        let targets =
            held.targets.into_iter().map(|target| target.trim().replace(['\r', '\n'], ""));
        let targets: Vec<_> =
            targets.filter(|target| self.targets.insert(format!("{page} {target}"))).collect();
        text("links", targets, Form::Values)?;
        text("notes", held.notes, Form::Prose)?;
        text("scripts", held.scripts, Form::Prose)?;
        for (name, id) in held.files {
            self.seen.insert(id);
            let name = if name.is_empty() { format!("file {}", id.0) } else { name };
            let stream = self.document.get_object(id).and_then(Object::as_stream);
            let bytes = stream.ok().and_then(|stream| self.unpack(stream, self.budget.held_left()));
            match bytes {
                Some(bytes) => sink(Part::File(File { name, bytes }))?,
                None => {
                    let why = "it cannot be unpacked within the limits".to_owned();
                    sink(Part::Unread(Unread { name, why, advice: None }))?;
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether a dictionary is an action that leads out of the document.
fn leads_out(action: &Dictionary) -> bool {
    let kind = action.get(b"S").and_then(Object::as_name).unwrap_or_default();
    matches!(kind, b"Launch" | b"GoToR" | b"GoToE" | b"SubmitForm" | b"ImportData")
}
