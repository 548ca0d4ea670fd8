//! Hosts that a regular expression in a rule names in full: `https?:\/\/evil\.com\/[a-z]+` is about
//! `evil.com`, and about no URL that could be asked.

/// What a piece of an expression stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// Itself.
    Letter(char),
    /// The start or the end of what is matched.
    Edge,
    /// Something that is not known.
    Any,
}

/// The hosts: each begins at an edge, behind `//` or at a dot behind something unknown, and ends at
/// an edge, a port or a path.
pub(super) fn hosts(expression: &str) -> Vec<String> {
    let signs = signs(expression);
    let (mut hosts, mut start) = (Vec::new(), 0);
    while start < signs.len() {
        let length = signs[start..].iter().take_while(|sign| is_host(**sign)).count();
        let (before, after) = (&signs[..start], signs.get(start + length).copied());
        let host: String = signs[start..start + length]
            .iter()
            .map(|sign| if let Sign::Letter(letter) = sign { *letter } else { '.' })
            .collect();
        let slash = Sign::Letter('/');
        let is_begun = match before {
            [] | [.., Sign::Edge] => true,
            [.., a, b] if *a == slash && *b == slash => true,
            [.., Sign::Any] => host.starts_with('.'),
            _ => false,
        };
        let is_ended = matches!(after, None | Some(Sign::Edge | Sign::Letter('/' | ':')));
        let host = host.trim_matches('.');
        if is_begun && is_ended && host.contains('.') {
            hosts.push(host.to_owned());
        }
        start += length.max(1);
    }
    hosts
}

fn is_host(sign: Sign) -> bool {
    matches!(sign, Sign::Letter(letter) if letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_'))
}

fn signs(expression: &str) -> Vec<Sign> {
    let (mut signs, mut chars) = (vec![], expression.chars().peekable());
    while let Some(char) = chars.next() {
        match char {
            '\\' => signs.push(match chars.next() {
                Some(escaped) if escaped.is_alphanumeric() => Sign::Any,
                Some(escaped) => Sign::Letter(escaped),
                None => Sign::Any,
            }),
            '^' | '$' => signs.push(Sign::Edge),
            // What stands before a quantifier is there or not.
            '?' | '*' | '+' | '{' => {
                if char == '{' {
                    chars.by_ref().find(|char| *char == '}');
                }
                signs.pop();
                signs.push(Sign::Any);
            }
            '[' => {
                let mut is_first = true;
                while let Some(inside) = chars.next() {
                    if inside == '\\' {
                        chars.next();
                    } else if inside == ']' && !is_first {
                        break;
                    }
                    is_first = inside == '^' && is_first;
                }
                signs.push(Sign::Any);
            }
            '(' | ')' | '|' => signs.push(Sign::Any),
            // Dots that stand for themselves are often written without a backslash; between two
            // letters one does.
            '.' if matches!(signs.last(), Some(Sign::Letter(_)))
                && chars.peek().is_some_and(|next| next.is_alphanumeric()) =>
            {
                signs.push(Sign::Letter('.'));
            }
            '.' => signs.push(Sign::Any),
            char => signs.push(Sign::Letter(char)),
        }
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_hosts_are_named() {
        for (expression, expected) in [
            (r"https?:\/\/evil\.com\/[a-z]+\.php", &["evil.com"][..]),
            (r"^https?://a\.evil\.com(:80)?/", &[]),
            (r"^c2\.evil\.com$", &["c2.evil.com"]),
            (r".*\.evil\.com$", &["evil.com"]),
            (r"[a-z]{8}evil\.com", &[]),
            (r"evil\.com?", &[]),
            (r"evil\.com|bad\.net", &[]),
            (r"(a|b", &[]),
            ("[", &[]),
            ("\\", &[]),
        ] {
            assert_eq!(hosts(expression), expected, "{expression}");
        }
    }
}
