//! What all others speak of, without I/O: an entry of the list, what VirusTotal said of it, and what
//! is made of that. Facts first; judgement is computed from them.

mod answer;
mod entry;
mod fault;
mod lasting;
mod record;
mod report;
mod skip;
mod stop_reason;
mod verdict;

pub use self::answer::{Answer, Facts, Source};
pub use self::entry::{Entry, EntryId, LeftOutCounts, LineCounts, Origin, Wrapping};
pub use self::fault::Fault;
pub use self::lasting::Lasting;
pub use self::record::Record;
pub use self::report::{Context, Detection, Hashes, Report, Stats};
pub use self::skip::Skip;
pub use self::stop_reason::StopReason;
pub use self::verdict::{Tally, Thresholds, Verdict};
