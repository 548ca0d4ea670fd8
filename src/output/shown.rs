//! What a form shows of a record: as looked up, or defanged.

use std::borrow::Cow;

use crate::indicator::{Reading, classify, defang};
use crate::list::Content;
use crate::report::{Context, Record};

/// A record's strings, in the way in which a form shows them.
pub(super) struct Shown<'a> {
    pub(super) indicator: Cow<'a, str>,
    pub(super) as_written: Option<Cow<'a, str>>,
    pub(super) context: Cow<'a, Context>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(record: &'a Record<'_>, defangs: bool) -> Self {
        let entry = record.entry;
        let context = record.report.map(|report| &report.context);
        let mut shown = Self {
            indicator: Cow::Borrowed(entry.text()),
            as_written: entry.as_written().map(Cow::Borrowed),
            context: context.map_or_else(Cow::default, Cow::Borrowed),
        };
        if defangs {
            shown.defang(record);
        }
        shown
    }

    fn defang(&mut self, record: &Record<'_>) {
        self.indicator = match &record.entry.content {
            Content::Indicator(indicator) => Cow::Owned(defang(indicator)),
            Content::Invalid(..) => defanged_words(record.entry.text()).into_owned().into(),
        };
        self.as_written =
            self.as_written.take().map(|text| defanged_words(&text).into_owned().into());
        let context = self.context.to_mut();
        let texts = [&mut context.name, &mut context.title, &mut context.final_url];
        for text in texts.into_iter().flatten() {
            if let Cow::Owned(defanged) = defanged_words(text) {
                *text = defanged;
            }
        }
    }
}

/// A text in which every word that is an indicator is defanged.
pub(super) fn defanged_words(text: &str) -> Cow<'_, str> {
    if !text.contains(['.', ':']) {
        return Cow::Borrowed(text);
    }
    let word = |word: &str| match classify(word.as_bytes()) {
        Reading::Indicator(indicator) if indicator.text == word => defang(&indicator),
        // A port, a user, a letter's case: what is shown is still what was written.
        Reading::Indicator(_) => word.replace("://", "[:]//").replace('.', "[.]"),
        Reading::Invalid(_) | Reading::Nothing => word.replace("://", "[:]//"),
    };
    let words: Vec<String> = text.split(' ').map(word).collect();
    Cow::Owned(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_indicators_are_defanged_and_others_stay() {
        let cases = [
            ("Sign in to example.com now", "Sign in to example[.]com now"),
            ("leads http://example.com/a.b x", "leads hxxp://example[.]com/a.b x"),
            ("Example Inc. virus.eicar/test: 3:4", "Example Inc. virus.eicar/test: 3:4"),
            ("odd://thing", "odd[:]//thing"),
            ("mail me@example.com", "mail me@example[.]com"),
            ("two  spaces", "two  spaces"),
        ];
        for (text, defanged) in cases {
            assert_eq!(defanged_words(text), defanged);
        }
    }
}
