//! MISP events and feeds: the attributes, by their type and by what their author marked for
//! detection.
//!
//! The format: <https://www.misp-standard.org/rfc/misp-standard-core.html>.

use std::collections::BTreeMap;

use memchr::memmem;

use super::collected::Collected;
use super::document_type::{Content, DocumentType, Options};
use super::json::{Json, Node, is_json};
use super::part::{Form, Part, Sink, Text, Unread};
use super::plain;
use crate::left_out::Rule;

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("MISP event", is_misp, read).of(Content::Text);

/// Keys that only MISP has beside an event or its attributes.
const KEYS: [&[u8]; 5] =
    [b"\"to_ids\"", b"\"Orgc\"", b"\"threat_level_id\"", b"\"event_id\"", b"\"orgc_id\""];

fn is_misp(head: &[u8], _: &str) -> bool {
    let has = |key: &[u8]| memmem::find(head, key).is_some();
    is_json(head) && (has(b"\"Event\"") || has(b"\"Attribute\"")) && KEYS.iter().any(|key| has(key))
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let text = plain::decode(file);
    let mut found = Collected::default();
    let attributes = Json::parse(&text).map(|(json, root)| {
        let attributes = attributes(root);
        for attribute in &attributes {
            collect(&json, &attribute.members(), &mut found);
        }
        attributes.len()
    });
    // What is not understood is read as text.
    let _ = if attributes.unwrap_or(0) == 0 || found.is_empty() {
        sink(Part::Text(Text { text: text.into_owned(), ..Text::default() }))
    } else {
        found.hand_on(options, sink)
    };
    Ok(())
}

type Members<'t> = BTreeMap<String, Node<'t>>;

/// The attributes of all events, in the order of the file. An export holds one event, a list of
/// them, or the attributes of a search.
fn attributes<'t>(root: Node<'t>) -> Vec<Node<'t>> {
    let mut attributes = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        let members = node.members();
        if members.is_empty() {
            let items = node.items().into_iter().rev();
            open.extend(items.filter(|item| !item.members().is_empty()));
            continue;
        }
        let list = |members: &Members<'t>, key: &str| {
            members.get(key).map(|list| list.items()).unwrap_or_default()
        };
        attributes.extend(list(&members, "Attribute"));
        for object in list(&members, "Object") {
            attributes.extend(list(&object.members(), "Attribute"));
        }
        open.extend(["response", "Event"].into_iter().filter_map(|key| members.get(key)));
    }
    attributes
}

/// What an attribute's value is, by its type.
enum Kind {
    /// Indicators: the value, or these halves of it.
    Indicator,
    First,
    Second,
    Both,
    /// A recipient of a mail.
    Recipient,
    /// Text in which indicators may stand.
    Prose,
    /// What looks like an indicator and is not one: hashes of other things than files, sizes, names.
    Other,
}

/// MISP's types, by <https://www.misp-project.org/datamodels/>. One that is new is prose.
fn kind_of(kind: &str) -> Kind {
    match kind {
        "ip-src" | "ip-dst" | "domain" | "hostname" | "url" | "link" | "md5" | "sha1"
        | "sha256" | "email" | "email-src" | "email-reply-to" | "cidr" => Kind::Indicator,
        "domain|ip" => Kind::Both,
        "ip-src|port" | "ip-dst|port" | "hostname|port" => Kind::First,
        "malware-sample" | "filename|md5" | "filename|sha1" | "filename|sha256" => Kind::Second,
        "email-dst" | "target-email" | "email-dst-display-name" => Kind::Recipient,
        "filename" | "mutex" | "port" | "AS" | "datetime" | "mime-type" | "size-in-bytes"
        | "hex" | "counter" | "float" | "boolean" | "btc" | "xmr" | "dash" | "iban" | "uuid"
        | "file-name" | "process-state" | "named pipe" | "regkey" | "attachment" => Kind::Other,
        kind if kind.starts_with("filename|") || kind.starts_with("sha") => Kind::Other,
        kind if is_fingerprint(kind) => Kind::Other,
        _ => Kind::Prose,
    }
}

fn is_fingerprint(kind: &str) -> bool {
    const NAMES: [&str; 13] = [
        "fingerprint",
        "hassh",
        "ja3",
        "jarm",
        "imphash",
        "impfuzzy",
        "ssdeep",
        "pehash",
        "tlsh",
        "authentihash",
        "vhash",
        "cdhash",
        "telfhash",
    ];
    NAMES.iter().any(|name| kind.contains(name))
}

fn collect(json: &Json<'_>, attribute: &Members<'_>, found: &mut Collected) {
    let string = |key: &str| attribute.get(key).and_then(|node| node.string());
    let is_true = |key: &str| attribute.get(key).is_some_and(|node| node.is_true());
    let (Some(kind), Some(value)) = (string("type"), string("value")) else { return };
    let line = attribute.get("value").map_or(1, |node| json.line(*node));
    let (first, second) = value.split_once('|').unwrap_or((&value, &value));
    let (values, form) = match kind_of(&kind) {
        Kind::Indicator => (vec![value.as_str()], Form::Values),
        Kind::First => (vec![first], Form::Values),
        Kind::Second => (vec![second], Form::Values),
        Kind::Both => (vec![first, second], Form::Values),
        Kind::Prose => (vec![value.as_str()], Form::Prose),
        Kind::Recipient => return found.left_out(Rule::Recipient, &value, line, Form::Values),
        Kind::Other => return,
    };
    for value in values {
        // One that its author took back is marked as deleted.
        if !is_true("to_ids") || is_true("deleted") {
            found.left_out(Rule::NotForDetection, value, line, form);
        } else if form == Form::Values {
            found.value(value, line);
        } else {
            found.prose(value, line);
        }
    }
}
