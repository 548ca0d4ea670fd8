//! Analyses, which are not objects of the kind they analyse: other names, and a state.

use super::{NOW, SELF, Subject};
use crate::json::Json;
use crate::kind::Kind;
use crate::sheet::{Sheet, write_zero_stats};

/// How far an analysis has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Queued,
    InProgress,
    /// Completed, and its counts are still zero.
    Empty,
    Completed,
}

/// An analysis as one poll sees it.
pub(crate) struct AnalysisView<'a> {
    pub(crate) id: &'a str,
    pub(crate) subject: &'a Subject,
    pub(crate) sheet: &'a Sheet,
    pub(crate) stage: Stage,
}

/// The body of a poll.
pub(crate) fn analysis(view: &AnalysisView<'_>) -> String {
    let mut json = Json::new(28 << 10, 0);
    json.open('{');
    json.object("data", |json| {
        json.text("id", view.id);
        json.text("type", "analysis");
        json.object("links", |json| {
            json.text("self", &format!("{SELF}/analyses/{}", view.id));
            json.text(
                "item",
                &format!("{SELF}/{}/{}", view.subject.kind.collection(), view.subject.id),
            );
        });
        json.object("attributes", |json| attributes(json, view));
    });
    json.object("meta", |json| meta(json, view.subject));
    json.close('}');
    json.finish()
}

fn attributes(json: &mut Json, view: &AnalysisView<'_>) {
    let status = match view.stage {
        Stage::Queued => "queued",
        Stage::InProgress => "in-progress",
        Stage::Empty | Stage::Completed => "completed",
    };
    json.text("status", status);
    json.number("date", NOW);
    if view.stage == Stage::Completed {
        view.sheet.write_stats(json, "stats");
        view.sheet.write_results(json, "results");
    } else {
        write_zero_stats(json, "stats", view.subject.kind);
        json.object("results", |_| {});
    }
}

fn meta(json: &mut Json, subject: &Subject) {
    match subject.kind {
        Kind::Url => json.object("url_info", |json| {
            json.text("id", &subject.id);
            json.text("url", &subject.name);
        }),
        Kind::File => json.object("file_info", |json| {
            if let Some(hashes) = &subject.hashes {
                json.text("sha256", &hashes.sha256);
                json.text("md5", &hashes.md5);
                json.text("sha1", &hashes.sha1);
            }
            json.number("size", subject.size.unwrap_or(0));
        }),
        Kind::Ip | Kind::Domain => {}
    }
}

/// The answer to whatever starts an analysis.
pub(crate) fn descriptor(id: &str) -> String {
    let mut json = Json::new(256, 0);
    json.open('{');
    json.object("data", |json| {
        json.text("type", "analysis");
        json.text("id", id);
        json.object("links", |json| {
            json.text("self", &format!("{SELF}/analyses/{id}"));
        });
    });
    json.close('}');
    json.finish()
}
