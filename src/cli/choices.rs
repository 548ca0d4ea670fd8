//! Options that take one of a few names.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::output::{FORMATS, Format};

/// One of these names; gives what it stands for.
pub(super) fn one_of<T, const N: usize>(
    choices: [(&'static str, T); N],
) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(choices.map(|(name, _)| name)).try_map(move |name| {
        let chosen = choices.iter().find(|(other, _)| *other == name);
        chosen.map(|&(_, choice)| choice).ok_or("this name stands for nothing")
    })
}

/// A format by its name, each with what it is.
pub(super) fn formats() -> impl TypedValueParser<Value = &'static Format> {
    let value = |format: &Format| PossibleValue::new(format.name).help(format.about);
    PossibleValuesParser::new(FORMATS.iter().map(value)).try_map(|name| {
        Format::named(&name.to_ascii_lowercase()).ok_or("this name stands for no format")
    })
}
