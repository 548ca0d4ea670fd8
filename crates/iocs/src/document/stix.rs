//! STIX 2.x bundles: the values of patterns and of observables, not the references.

use std::collections::BTreeMap;

use memchr::memmem;

use super::collected::Collected;
use super::document_type::{Content, DocumentType, Options};
use super::json::{Json, Node, is_json};
use super::part::{Form, Part, Sink, Text, Unread};
use super::stix_pattern::{Operator, comparisons};
use super::{plain, snort, yara};
use crate::left_out::Rule;

/// The row of this type.
pub(super) const TYPE: DocumentType =
    DocumentType::new("STIX bundle", is_stix, read).of(Content::Text);

/// What only STIX has: a bundle's id, an object's id beside its version.
fn is_stix(head: &[u8], _: &str) -> bool {
    let has = |key: &[u8]| memmem::find(head, key).is_some();
    let is_bundle = has(b"\"bundle--") || has(b"\"bundle\"") && has(b"\"objects\"");
    is_json(head) && (is_bundle || has(b"\"spec_version\"") && has(b"--"))
}

fn read(file: &[u8], options: &Options, sink: &mut Sink<'_>) -> Result<(), Unread> {
    let text = plain::decode(file);
    let mut found = Collected::default();
    let objects = Json::parse(&text).map(|(json, root)| {
        let members = root.members();
        let mut objects = members.get("objects").map(|list| list.items()).unwrap_or_default();
        if objects.is_empty() {
            // One object, or a list without a bundle around it.
            objects = if members.is_empty() { root.items() } else { vec![root] };
        }
        let objects = objects.into_iter().map(Node::members).filter(|one| one.contains_key("type"));
        objects.map(|object| self::object(&json, &object, &mut found)).count()
    });
    // What is not understood is read as text.
    let _ = if objects.unwrap_or(0) == 0 || found.is_empty() {
        sink(Part::Text(Text { text: text.into_owned(), ..Text::default() }))
    } else {
        found.hand_on(options, sink)
    };
    Ok(())
}

type Members<'t> = BTreeMap<String, Node<'t>>;

fn string(object: &Members<'_>, key: &str) -> Option<String> {
    object.get(key).and_then(|node| node.string())
}

fn object(json: &Json<'_>, object: &Members<'_>, found: &mut Collected) {
    if object.get("revoked").is_some_and(|node| node.is_true()) {
        // Its author took it back.
        let mut withdrawn = Collected::default();
        current(json, object, &mut withdrawn);
        found.withdraw(withdrawn);
    } else {
        current(json, object, found);
    }
    for reference in object.get("external_references").map(|list| list.items()).unwrap_or_default()
    {
        let reference = reference.members();
        if let (Some(url), Some(node)) = (string(&reference, "url"), reference.get("url")) {
            found.left_out(Rule::Reference, &url, json.line(*node), Form::Values);
        }
    }
    for key in ["name", "description"] {
        if let (Some(text), Some(node)) = (string(object, key), object.get(key)) {
            found.described(&text, json.line(*node));
        }
    }
}

/// What an object that is in force holds.
fn current(json: &Json<'_>, object: &Members<'_>, found: &mut Collected) {
    match string(object, "type").as_deref() {
        Some("indicator") => {
            if let (Some(pattern), Some(node)) = (string(object, "pattern"), object.get("pattern"))
            {
                let language = string(object, "pattern_type");
                found.within = Some(json.line(*node));
                self::pattern(&pattern, language.as_deref().unwrap_or("stix"), found);
                found.within = None;
            }
        }
        Some("observed-data") => {
            let objects = object.get("objects").map(|objects| objects.members());
            for observable in objects.unwrap_or_default().values() {
                self::observable(json, &observable.members(), found);
            }
        }
        _ => observable(json, object, found),
    }
}

fn pattern(pattern: &str, language: &str, found: &mut Collected) {
    match language {
        "stix" => comparisons(pattern).iter().for_each(|one| {
            if let Some(kind) = kind_of(&one.path) {
                compared(kind, one.operator, &one.literal, found);
            }
        }),
        "yara" => yara::collect(pattern, found),
        "snort" | "suricata" => snort::collect(pattern, found),
        // Sigma and the query languages of products.
        _ => found.prose(pattern, 1),
    }
}

/// What a property is.
enum Kind {
    Value,
    Recipient,
    Prose,
}

/// By its path in a pattern. Names, keys, certificates and sections of executables are no
/// indicators, though their hashes look like those of files.
fn kind_of(path: &str) -> Option<Kind> {
    let path = path.to_ascii_lowercase().replace(['\'', '"'], "");
    let (object, property) = path.split_once(':')?;
    if property.contains("hashes.") {
        let is_file =
            matches!(object, "file" | "artifact" | "process") || property.contains("_ref.");
        let is_whole = !property.contains("section") && !property.contains("header");
        let hash = property.rsplit('.').next()?.replace('-', "");
        let is_known = matches!(hash.as_str(), "md5" | "sha1" | "sha256");
        return (is_file && is_whole && is_known).then_some(Kind::Value);
    }
    let is_address = matches!(
        object,
        "ipv4-addr" | "ipv6-addr" | "domain-name" | "url" | "email-addr" | "network-traffic"
    );
    match property {
        "value" if is_address => Some(Kind::Value),
        _ if object == "email-message" => match property.split(['_', '[']).next() {
            Some("to" | "cc" | "bcc") => Some(Kind::Recipient),
            Some("from" | "sender") => Some(Kind::Value),
            _ => Some(Kind::Prose),
        },
        _ if property.ends_with("_ref.value") || property.ends_with("_refs[*].value") => {
            Some(Kind::Value)
        }
        _ if property.ends_with("request_header.host") => Some(Kind::Value),
        "command_line" | "url" => Some(Kind::Prose),
        _ if property.contains("request_value") => Some(Kind::Prose),
        _ => None,
    }
}

fn compared(kind: Kind, operator: Operator, literal: &str, found: &mut Collected) {
    // `%` stands for any characters, `_` for any one; a suffix is still a name.
    let bare = literal.trim_start_matches('%').trim_start_matches('.');
    match (kind, operator) {
        (Kind::Recipient, _) => found.left_out(Rule::Recipient, literal, 1, Form::Values),
        (Kind::Value, Operator::Is) => found.value(literal, 1),
        (Kind::Value, Operator::Like) if !bare.contains(['%', '_']) => found.value(bare, 1),
        (Kind::Prose, Operator::Is | Operator::Like) => found.prose(literal, 1),
        (_, Operator::Like | Operator::Other) => {}
    }
}

/// A cyber-observable object.
fn observable(json: &Json<'_>, object: &Members<'_>, found: &mut Collected) {
    let mut take = |members: &Members<'_>, key: &str, form: Form| {
        if let (Some(text), Some(node)) = (string(members, key), members.get(key)) {
            let line = json.line(*node);
            if form == Form::Values { found.value(&text, line) } else { found.prose(&text, line) }
        }
    };
    match string(object, "type").as_deref() {
        Some("ipv4-addr" | "ipv6-addr" | "domain-name" | "url" | "email-addr") => {
            take(object, "value", Form::Values);
        }
        Some("file" | "artifact") => {
            take(object, "url", Form::Values);
            let hashes = object.get("hashes").map(|hashes| hashes.members()).unwrap_or_default();
            for name in hashes.keys() {
                let known = name.to_ascii_lowercase().replace('-', "");
                if matches!(known.as_str(), "md5" | "sha1" | "sha256") {
                    take(&hashes, name, Form::Values);
                }
            }
        }
        Some("process") => take(object, "command_line", Form::Prose),
        Some("email-message") => take(object, "body", Form::Prose),
        _ => {}
    }
}
