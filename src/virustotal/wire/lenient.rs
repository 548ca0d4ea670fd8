//! Side fields that are taken where they have the expected type, and passed
//! over where they have another.
//!
//! serde's untagged enums would say the same in fewer lines; but they copy every value before they
//! look at it, and took twice the time on a common answer and four times on an odd one.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A text where there is one, passed over where there is anything else: a
/// report must not be lost because a side field changed.
#[derive(Default)]
pub(in crate::virustotal) struct Text<'a>(pub(in crate::virustotal) Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer).map(|scalar| Self(scalar.text()))
    }
}

/// A whole number where there is one, passed over where there is anything else.
#[derive(Default)]
pub(super) struct Number(pub(super) Option<i64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Scalar::deserialize(deserializer).map(|scalar| match scalar {
            Scalar::Number(number) => Self(Some(number)),
            Scalar::Text(_) | Scalar::Other => Self(None),
        })
    }
}

/// A text, a whole number, or something else that was passed over.
#[derive(Default)]
pub(in crate::virustotal) enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(i64),
    #[default]
    Other,
}

impl<'a> Scalar<'a> {
    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) | Self::Other => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

struct ScalarVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for ScalarVisitor<'a> {
    type Value = Scalar<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or(Scalar::Other, Scalar::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

/// The texts of a list, or the values of a map: `categories` is `{vendor:
/// category}`, and the category is the value.
#[derive(Default)]
pub(super) struct Texts<'a>(pub(super) Vec<String>, PhantomData<&'a ()>);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<String>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<String>, A::Error> {
                let mut texts = Vec::new();
                while let Some(scalar) = seq.next_element::<Scalar<'_>>()? {
                    texts.extend(scalar.text().map(Cow::into_owned));
                }
                Ok(texts)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
                let mut texts = Vec::new();
                while let Some((_, scalar)) = map.next_entry::<IgnoredAny, Scalar<'_>>()? {
                    texts.extend(scalar.text().map(Cow::into_owned));
                }
                Ok(texts)
            }

            fn visit_unit<E>(self) -> Result<Vec<String>, E> {
                Ok(Vec::new())
            }

            fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
                Ok(vec![text.to_owned()])
            }

            fn visit_bool<E>(self, _: bool) -> Result<Vec<String>, E> {
                Ok(Vec::new())
            }

            fn visit_i64<E>(self, _: i64) -> Result<Vec<String>, E> {
                Ok(Vec::new())
            }

            fn visit_u64<E>(self, _: u64) -> Result<Vec<String>, E> {
                Ok(Vec::new())
            }

            fn visit_f64<E>(self, _: f64) -> Result<Vec<String>, E> {
                Ok(Vec::new())
            }
        }
        deserializer.deserialize_any(Collect).map(|texts| Self(texts, PhantomData))
    }
}
