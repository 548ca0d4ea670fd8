//! The news of a run in one line, above its report.

use crate::model::{Tally, Verdict};
use crate::wording::{counted, grouped};

/// What was flagged, and on how many of a run's entries there is no answer: where nothing was flagged,
/// that comes first, since silence on most of a list must not read as a clean bill.
pub(super) fn headline(tally: &Tally, entries: u64) -> String {
    let total = entries.max(tally.total());
    let all = counted(total, "indicator");
    let of = |verdicts: &[Verdict]| verdicts.iter().map(|&verdict| tally.of(verdict)).sum::<u64>();
    let unrecorded = total - tally.total();
    let unanswered = of(&[Verdict::Failed, Verdict::Deferred, Verdict::Pending]) + unrecorded;
    let flagged: Vec<String> = [Verdict::Malicious, Verdict::Suspicious]
        .into_iter()
        .filter(|&verdict| tally.of(verdict) > 0)
        .map(|verdict| format!("{} {}", grouped(tally.of(verdict)), verdict.as_str()))
        .collect();
    if !flagged.is_empty() {
        let rest = match unanswered {
            0 => String::new(),
            _ => format!("; no answer on {}", grouped(unanswered)),
        };
        return format!("{} of {all}{rest}", flagged.join(", "));
    }
    // Neither what was not sent nor what is not an indicator was judged.
    let unjudged = unanswered + of(&[Verdict::Skipped, Verdict::Invalid]);
    match unjudged {
        0 => format!("None of {all} flagged"),
        _ if unjudged == total => format!("No answer on any of {all}"),
        _ => format!("No answer on {} of {all}; none of the others flagged", grouped(unjudged)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(counts: &[(Verdict, u64)], entries: u64, expected: &str) {
        let mut tally = Tally::default();
        for &(verdict, count) in counts {
            (0..count).for_each(|_| tally.add(verdict, None));
        }
        assert_eq!(headline(&tally, entries), expected);
    }

    #[test]
    fn a_run_whose_lookups_failed_was_said_to_have_none_flagged() {
        use Verdict::{
            Deferred, Failed, Invalid, Malicious, Skipped, Suspicious, Undetected, Unknown,
        };
        says(
            &[(Failed, 11), (Undetected, 1)],
            12,
            "No answer on 11 of 12 indicators; none of the others flagged",
        );
        says(&[(Deferred, 12)], 12, "No answer on any of 12 indicators");
        says(
            &[(Undetected, 1)],
            12,
            "No answer on 11 of 12 indicators; none of the others flagged",
        );
        says(
            &[(Skipped, 1), (Invalid, 1), (Unknown, 2)],
            4,
            "No answer on 2 of 4 indicators; none of the others flagged",
        );
        says(
            &[(Malicious, 1), (Failed, 1200)],
            1201,
            "1 malicious of 1,201 indicators; no answer on 1,200",
        );
        says(
            &[(Malicious, 1), (Suspicious, 2), (Skipped, 1)],
            4,
            "1 malicious, 2 suspicious of 4 indicators",
        );
        says(&[(Undetected, 2), (Unknown, 1)], 3, "None of 3 indicators flagged");
        says(&[(Undetected, 1)], 1, "None of 1 indicator flagged");
        says(&[], 0, "None of 0 indicators flagged");
    }
}
