//! XML as Office files have it: elements by their local names, texts with their entities resolved.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What is met in an XML text.
pub(super) enum Met<'x> {
    Start(&'x BytesStart<'x>),
    End(&'x str),
    Text(&'x str),
}

/// Walks through an XML text. Damage ends the walk; what came before was met.
pub(super) fn walk(text: &str, mut meet: impl FnMut(Met<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => meet(Met::Start(&start)),
            Event::Empty(start) => {
                meet(Met::Start(&start));
                meet(Met::End(start.local_name().as_ref()));
            }
            Event::End(end) => meet(Met::End(end.local_name().as_ref())),
            Event::Text(text) => meet(Met::Text(&text.xml10_content())),
            Event::CData(text) => meet(Met::Text(&text.xml10_content())),
            Event::GeneralRef(reference) => {
                let mut buffer = [0; 4];
                let char = reference.resolve_char_ref().ok().flatten();
                let text = match char {
                    Some(char) => char.encode_utf8(&mut buffer),
                    None => predefined(&reference.xml10_content()),
                };
                meet(Met::Text(text));
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

/// The five entities of XML. Others would be declared by a document type, which Office has none of.
fn predefined(name: &str) -> &'static str {
    match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

/// An attribute's value, by its local name.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|one| one.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Whether a target leads out of the file and off this machine: it has a scheme, or is a path on
/// another machine.
pub(super) fn leads_out(target: &str) -> bool {
    let scheme = target.split_once(':').map_or("", |(scheme, _)| scheme);
    let is_drive = scheme.len() == 1;
    let is_local = target.starts_with("file:///") && !target.starts_with("file:////");
    let is_outside = !scheme.is_empty() && !is_drive && !is_local && !target.starts_with("urn:");
    is_outside || target.starts_with(r"\\")
}
