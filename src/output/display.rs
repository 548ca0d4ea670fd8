//! A record made ready to show: as looked up, or defanged.

use std::borrow::Cow;

use iocs::finding::Content;
use iocs::indicator::defang;
use jiff::{SignedDuration, Timestamp};

use super::defang::defanged;
use super::printable::printable;
use crate::model::{Context, Record, Source};
use crate::wording::{ago, day};

/// The number of characters after which a detail is cut; jsonl has it whole.
const LONGEST_DETAIL: usize = 80;
/// An older analysis may no longer be true, which is said.
const OLD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How indicators are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndicatorForm {
    /// As they are looked up.
    AsLookedUp,
    /// So that no program makes a link of them.
    Defanged,
}

/// A record's strings, in the form in which they are shown.
pub(super) struct DisplayRecord<'a> {
    record: &'a Record<'a>,
    pub(super) indicator: Cow<'a, str>,
    pub(super) as_written: Option<Cow<'a, str>>,
    pub(super) context: Cow<'a, Context>,
}

impl<'a> DisplayRecord<'a> {
    pub(super) fn new(record: &'a Record<'_>, form: IndicatorForm) -> Self {
        let entry = record.entry;
        let context = record.report.map(|report| &report.context);
        let mut shown = Self {
            record,
            indicator: Cow::Borrowed(entry.text()),
            as_written: entry.as_written().map(Cow::Borrowed),
            context: context.map_or_else(Cow::default, Cow::Borrowed),
        };
        if let Some(wrapping) = &entry.wrapping {
            let context = shown.context.to_mut();
            context.wrapped_by = wrapping.wrapped_by.iter().map(|&by| by.to_owned()).collect();
            context.leads_to.clone_from(&wrapping.leads_to);
        }
        if form == IndicatorForm::Defanged {
            shown.defang();
        }
        shown
    }

    fn defang(&mut self) {
        let entry = self.record.entry;
        self.indicator = match &entry.content {
            Content::Indicator(indicator) => Cow::Owned(defang(indicator)),
            Content::Invalid(..) => defanged(entry.text()).into_owned().into(),
        };
        self.as_written = self.as_written.take().map(|text| defanged(&text).into_owned().into());
        let context = self.context.to_mut();
        let texts =
            [&mut context.name, &mut context.title, &mut context.final_url, &mut context.leads_to];
        for text in texts.into_iter().flatten() {
            if let Cow::Owned(safe) = defanged(text) {
                *text = safe;
            }
        }
    }

    /// Gives what there is to say beside the counts, escaped, in the order in which one asks.
    pub(super) fn details(&self, mut say: impl FnMut(Cow<'_, str>)) {
        let record = self.record;
        if let Some(error) = record.error {
            say(format!("{}: {}", shortened(&error.code), shortened(&error.message)).into());
        }
        let context = &*self.context;
        let Context { threat_label, file_type, name, owner, country, registrar, title, .. } =
            context;
        let texts = [threat_label, file_type, name, owner, country, registrar, title];
        for text in texts.into_iter().flatten() {
            say(shortened(text));
        }
        if let Some(url) = context.final_url.as_ref().or(context.leads_to.as_ref()) {
            say(format!("leads to {}", shortened(url)).into());
        }
        if !context.wrapped_by.is_empty() {
            say(format!("wrapped by {}", context.wrapped_by.join(", ")).into());
        }
        if let Some(created) = context.created {
            say(format!("created {}", day(created)).into());
        }
        if !context.categories.is_empty() {
            say(shortened(&context.categories.join(", ")));
        }
        if let Content::Indicator(indicator) = &record.entry.content
            && indicator.is_scheme_assumed()
        {
            say("scheme assumed".into());
        }
        let now = Timestamp::now();
        let analysed = record.report.and_then(|report| report.analysed_at);
        if let Some(at) = analysed.filter(|&at| now.duration_since(at) > OLD) {
            say(format!("analysed {}", ago(at, now)).into());
        }
        if let (Some(Source::Cache), Some(fetched_at)) = (record.source, record.fetched_at) {
            say(format!("stored {}", ago(fetched_at, now)).into());
        }
    }
}

/// A detail, escaped and cut.
fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => Cow::Owned(format!("{}...", printable(&text[..end]))),
        None => printable(text),
    }
}
