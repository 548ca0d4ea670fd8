//! STIX patterns (STIX 2.1, part 9): the comparisons of observable values in them.

/// How a comparison relates a property to a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// It is the literal, or lies in it.
    Is,
    /// It looks like the literal, which has wildcards.
    Like,
    /// Anything that makes the literal no value: negations, orders, expressions.
    Other,
}

/// One comparison: `domain-name:value = 'evil.com'`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    /// The object path, with its quotes: `file:hashes.'SHA-256'`.
    pub(super) path: String,
    pub(super) operator: Operator,
    pub(super) literal: String,
}

/// The comparisons of a pattern with texts, in their order. What is no pattern has none.
pub(super) fn comparisons(pattern: &str) -> Vec<Comparison> {
    let (mut found, mut rest) = (Vec::new(), pattern);
    let (mut path, mut operator, mut is_negated) = (String::new(), Operator::Other, false);
    while let Some(char) = rest.chars().next() {
        if char == '\'' {
            let (literal, after) = literal(&rest[1..]);
            rest = after;
            if !path.is_empty() {
                let operator = if is_negated { Operator::Other } else { operator };
                found.push(Comparison { path: path.clone(), operator, literal });
            }
        } else if char == ']' {
            path.clear();
            rest = &rest[1..];
        } else if char.is_ascii_alphabetic() {
            let (word, after) = word(rest);
            rest = after;
            match word {
                _ if word.contains(':') => {
                    (path, operator, is_negated) = (word.to_owned(), Operator::Other, false);
                }
                "NOT" => is_negated = true,
                "IN" | "ISSUBSET" => operator = Operator::Is,
                "LIKE" => operator = Operator::Like,
                "MATCHES" | "ISSUPERSET" => operator = Operator::Other,
                // A timestamp's or a binary literal's prefix.
                "AND" | "OR" | "t" | "b" | "h" => path.clear(),
                _ => {}
            }
        } else {
            match char {
                '=' if rest.starts_with("==") => {
                    operator = Operator::Is;
                    rest = &rest[1..];
                }
                '=' if operator == Operator::Other => operator = Operator::Is,
                '!' | '<' | '>' => is_negated = true,
                _ => {}
            }
            rest = &rest[char.len_utf8()..];
        }
    }
    found
}

/// A literal behind its opening quote, and what follows its closing one.
fn literal(text: &str) -> (String, &str) {
    let (mut literal, mut chars) = (String::new(), text.chars());
    while let Some(char) = chars.next() {
        match char {
            '\'' => break,
            '\\' => literal.extend(chars.next()),
            char => literal.push(char),
        }
    }
    (literal, chars.as_str())
}

/// A word or an object path, which may have keys in quotes and indices in brackets.
fn word(text: &str) -> (&str, &str) {
    let (mut is_quoted, mut before) = (false, ' ');
    let end = text.find(|char: char| {
        let is_end = match char {
            '\'' if is_quoted || before == '.' => {
                is_quoted = !is_quoted;
                false
            }
            _ if is_quoted => false,
            '[' => before == ' ',
            char => !(char.is_alphanumeric() || matches!(char, ':' | '.' | '-' | '_' | '*' | ']')),
        };
        before = char;
        is_end
    });
    text.split_at(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn holds(pattern: &str, expected: &[(&str, Operator, &str)]) {
        let found = comparisons(pattern);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.path.as_str(), one.operator, one.literal.as_str()))
            .collect();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn every_form_of_comparison_is_read() {
        use Operator::{Is, Like, Other};
        holds("[domain-name:value = 'evil.com']", &[("domain-name:value", Is, "evil.com")]);
        holds(
            "[file:hashes.'SHA-256' = 'ab' OR file:hashes.MD5='cd'] AND [url:value LIKE 'http://a/%']",
            &[
                ("file:hashes.'SHA-256'", Is, "ab"),
                ("file:hashes.MD5", Is, "cd"),
                ("url:value", Like, "http://a/%"),
            ],
        );
        holds(
            "[ipv4-addr:value IN ('1.2.3.4','5.6.7.8') AND ipv4-addr:value ISSUBSET '9.0.0.0/8']",
            &[
                ("ipv4-addr:value", Is, "1.2.3.4"),
                ("ipv4-addr:value", Is, "5.6.7.8"),
                ("ipv4-addr:value", Is, "9.0.0.0/8"),
            ],
        );
        holds(
            "[network-traffic:dst_ref.value = '1.2.3.4'] START t'2026-01-01T00:00:00Z' STOP t'x'",
            &[("network-traffic:dst_ref.value", Is, "1.2.3.4")],
        );
        holds(
            r"[email-message:to_refs[*].value != 'a\'b'] AND [a:b NOT = 'c'] AND [d:e MATCHES 'f']",
            &[
                ("email-message:to_refs[*].value", Other, "a'b"),
                ("a:b", Other, "c"),
                ("d:e", Other, "f"),
            ],
        );
    }

    #[test]
    fn what_is_no_pattern_has_none() {
        for text in ["", "'", "[", "a'b'c", "rule x { condition: true }", "[a:b = 'unended", "é'é"]
        {
            let _ = comparisons(text);
        }
        holds("evil.com 'x'", &[]);
    }
}
