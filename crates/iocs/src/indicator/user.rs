//! The user part of a URL: a lure, or a secret.

use percent_encoding::percent_decode_str;

use crate::lexicon::TOKEN_PREFIXES;

use super::facts::User;

/// How many times a URL within a URL may be percent-encoded.
const LAYERS: usize = 3;

/// What a URL says of a user: in its authority, where `user` ends with the `@`, or in a URL within
/// what follows the authority.
pub(super) fn of(user: &str, rest: &str) -> User {
    let own = user.strip_suffix('@').map_or(User::None, kind);
    match (own, within(rest)) {
        (User::Password | User::Token, _) => own,
        (_, inner @ (User::Password | User::Token)) => inner,
        _ => own,
    }
}

fn kind(user: &str) -> User {
    let user = percent_decode_str(user).decode_utf8_lossy().replace('\u{ff1a}', ":");
    let (name, password) = user.split_once(':').unwrap_or((&user, ""));
    if !matches!(password, "" | "@") {
        User::Password
    } else if TOKEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        User::Token
    } else {
        User::Name
    }
}

/// The worst user of the URLs within a path, a query or a fragment, plain or percent-encoded.
fn within(rest: &str) -> User {
    let mut text = rest.to_owned();
    for _ in 0..=LAYERS {
        let users = text.split("//").skip(1).filter_map(|inner| {
            let authority = inner.split(['/', '?', '#']).next().unwrap_or(inner);
            Some(kind(authority.replace('\u{ff20}', "@").rsplit_once('@')?.0))
        });
        if let Some(secret) = users.into_iter().find(|user| *user > User::Name) {
            return secret;
        }
        if !text.contains('%') {
            break;
        }
        text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
    }
    User::None
}
