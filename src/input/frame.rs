//! A document and its parts as bytes, between this program and the one that parses.

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use iocs::document::{File, Form, Options, Part, Sink, Text, Unread};
use iocs::left_out::{LeftOut, Rule};

/// Longer fields are an error: nothing that is read is longer.
const LONGEST: u64 = 1 << 30;

/// How a stream of parts ended, other than well.
pub(super) enum Ended {
    /// The document cannot be read.
    Unread(Unread),
    /// In the middle.
    Cut,
}

impl From<io::Error> for Ended {
    fn from(_: io::Error) -> Self {
        Self::Cut
    }
}

/// Rules by their number.
const RULES: [Rule; 12] = [
    Rule::MailRelay,
    Rule::MailHeader,
    Rule::Recipient,
    Rule::NotForDetection,
    Rule::Reference,
    Rule::Namespace,
    Rule::FileName,
    Rule::Code,
    Rule::Detection,
    Rule::BotPage,
    Rule::OtherDigest,
    Rule::ReverseName,
];

fn put(to: &mut impl Write, field: &[u8]) -> io::Result<()> {
    to.write_all(&(field.len() as u64).to_le_bytes())?;
    to.write_all(field)
}

fn put_number(to: &mut impl Write, number: u64) -> io::Result<()> {
    to.write_all(&number.to_le_bytes())
}

fn number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

fn bytes(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = number(from)?;
    if length > LONGEST {
        return Err(io::Error::other("a field without end"));
    }
    let mut bytes = Vec::new();
    let read = from.take(length).read_to_end(&mut bytes)?;
    if read as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

fn text(from: &mut impl Read) -> io::Result<String> {
    String::from_utf8(bytes(from)?).map_err(io::Error::other)
}

/// Writes what is to be parsed.
pub(super) fn write_request(
    to: &mut impl Write,
    kind: &str,
    file: &[u8],
    options: &Options,
) -> io::Result<()> {
    put(to, kind.as_bytes())?;
    put_number(to, u64::from(options.thorough))?;
    put_number(to, options.passwords.len() as u64)?;
    options.passwords.iter().try_for_each(|password| put(to, password.as_bytes()))?;
    put(to, file)
}

/// Reads what is to be parsed: its type, the options, the file.
pub(super) fn read_request(mut from: impl Read) -> io::Result<(String, Options, Vec<u8>)> {
    let kind = text(&mut from)?;
    let mut options = Options { thorough: number(&mut from)? != 0, ..Options::default() };
    for _ in 0..number(&mut from)? {
        options.passwords.push(text(&mut from)?);
    }
    Ok((kind, options, bytes(&mut from)?))
}

/// Writes a part.
pub(super) fn write_part(to: &mut impl Write, part: &Part) -> io::Result<()> {
    match part {
        Part::Text(Text { name, text, lines, form }) => {
            to.write_all(if *form == Form::Values { b"V" } else { b"T" })?;
            put(to, name.as_bytes())?;
            put(to, text.as_bytes())?;
            put_number(to, lines.len() as u64)?;
            lines.iter().try_for_each(|line| put_number(to, *line))
        }
        Part::File(File { name, bytes }) => {
            to.write_all(b"F")?;
            put(to, name.as_bytes())?;
            put(to, bytes)
        }
        Part::Recipient(domain) => {
            to.write_all(b"R")?;
            put(to, domain.as_bytes())
        }
        Part::LeftOut(LeftOut { rule, text, line }) => {
            to.write_all(b"L")?;
            put_rule(to, *rule)?;
            put(to, text.as_bytes())?;
            put_number(to, *line)
        }
        Part::Waived(rule) => {
            to.write_all(b"W")?;
            put_rule(to, *rule)
        }
        Part::Unread(unread) => write_unread(to, b"U", unread),
    }
}

fn put_rule(to: &mut impl Write, rule: Rule) -> io::Result<()> {
    let at = RULES.iter().position(|known| *known == rule);
    put_number(to, at.ok_or_else(|| io::Error::other("an unknown rule"))? as u64)
}

fn rule(from: &mut impl Read) -> io::Result<Rule> {
    let at = usize::try_from(number(from)?).map_err(io::Error::other)?;
    RULES.get(at).copied().ok_or_else(|| io::Error::other("an unknown rule"))
}

fn write_unread(to: &mut impl Write, tag: &[u8], unread: &Unread) -> io::Result<()> {
    let Unread { name, why, advice } = unread;
    to.write_all(tag)?;
    put(to, name.as_bytes())?;
    // Advice is text of the program: it comes back as a part of the reason.
    match advice {
        Some(advice) => put(to, format!("{why}: {advice}").as_bytes()),
        None => put(to, why.as_bytes()),
    }
}

fn unread(from: &mut impl Read) -> io::Result<Unread> {
    Ok(Unread { name: text(from)?, why: text(from)?, advice: None })
}

/// Writes how the reading ended.
pub(super) fn write_end(to: &mut impl Write, end: Result<(), Unread>) -> io::Result<()> {
    match end {
        Ok(()) => to.write_all(b"."),
        Err(unread) => write_unread(to, b"E", &unread),
    }
}

/// Reads parts to their end, and hands them on. A break of the sink ends it early.
pub(super) fn read_parts(
    mut from: impl Read,
    sink: &mut Sink<'_>,
) -> Result<ControlFlow<()>, Ended> {
    loop {
        let mut tag = [0];
        from.read_exact(&mut tag)?;
        let part = match tag {
            [b'.'] => return Ok(ControlFlow::Continue(())),
            [b'E'] => return Err(Ended::Unread(unread(&mut from)?)),
            tag => read_part(tag[0], &mut from)?,
        };
        if sink(part).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

fn read_part(tag: u8, from: &mut impl Read) -> io::Result<Part> {
    Ok(match tag {
        b'T' | b'V' => {
            let (name, text) = (text(from)?, text(from)?);
            let mut lines = Vec::new();
            for _ in 0..number(from)? {
                lines.push(number(from)?);
            }
            let form = if tag == b'V' { Form::Values } else { Form::Prose };
            Part::Text(Text { name, text, lines, form })
        }
        b'F' => Part::File(File { name: text(from)?, bytes: bytes(from)? }),
        b'R' => Part::Recipient(text(from)?),
        b'L' => {
            let rule = rule(from)?;
            Part::LeftOut(LeftOut { rule, text: text(from)?, line: number(from)? })
        }
        b'W' => Part::Waived(rule(from)?),
        b'U' => Part::Unread(unread(from)?),
        _ => return Err(io::Error::other("an unknown part")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_as_they_were() {
        let left_out = LeftOut { rule: Rule::Code, text: "a.b".into(), line: 7 };
        let parts = [
            Part::Text(Text {
                name: "a".into(),
                text: "b\nc\n".into(),
                lines: vec![3, 9],
                form: Form::Values,
            }),
            Part::Text(Text::default()),
            Part::File(File { name: "é".into(), bytes: vec![0, 255] }),
            Part::Recipient("corp.example".into()),
            Part::LeftOut(left_out),
            Part::Waived(Rule::Reference),
            Part::Unread(Unread { name: "x".into(), why: "y".into(), advice: None }),
        ];
        let mut bytes = Vec::new();
        parts.iter().for_each(|part| write_part(&mut bytes, part).unwrap());
        write_end(&mut bytes, Ok(())).unwrap();
        let mut read = Vec::new();
        let ended = read_parts(bytes.as_slice(), &mut |part| {
            read.push(part);
            ControlFlow::Continue(())
        });
        assert!(ended.is_ok());
        assert_eq!(read, parts);
        // Cut anywhere, it is known to be cut.
        for end in 0..bytes.len() {
            let ended = read_parts(&bytes[..end], &mut |_| ControlFlow::Continue(()));
            assert!(matches!(ended, Err(Ended::Cut)), "{end}");
        }
    }

    #[test]
    fn advice_comes_back_within_the_reason() {
        let mut bytes = Vec::new();
        let unread =
            Unread { name: String::new(), why: "encrypted".into(), advice: Some("use a key") };
        write_end(&mut bytes, Err(unread)).unwrap();
        let Err(Ended::Unread(unread)) =
            read_parts(bytes.as_slice(), &mut |_| ControlFlow::Continue(()))
        else {
            panic!()
        };
        assert_eq!(unread.why, "encrypted: use a key");
    }

    #[test]
    fn a_request_comes_back_as_it_was() {
        let options = Options { thorough: true, passwords: vec!["p".into()], ..Options::default() };
        let mut bytes = Vec::new();
        write_request(&mut bytes, "PDF", b"%PDF", &options).unwrap();
        let (kind, read, file) = read_request(bytes.as_slice()).unwrap();
        assert_eq!((kind.as_str(), file.as_slice()), ("PDF", &b"%PDF"[..]));
        assert_eq!((read.thorough, read.passwords), (true, vec!["p".to_owned()]));
    }
}
