//! The ledger, the claims and the quotas.

use super::subject::{NOW, Subject, at, named};
use crate::model::{Answer, Facts};
use crate::quota::{Limits, Pause, Period, Quota, Quotas, Rate};
use crate::store::{Decision, Purpose};

on_every_store! {
    a_days_count_starts_anew_at_midnight_utc_and_not_when_the_clock_is_set_back
    a_month_ends_on_the_first
    a_clock_set_back_holds_the_window_for_one_span_and_no_longer
    a_429_from_before_the_clock_was_set_back_is_forgotten
    a_pause_that_a_clock_ahead_has_set_costs_one_window_at_most
    a_count_of_a_clock_that_was_ahead_is_corrected_downward
    a_place_is_free_a_span_after_the_answer_and_a_dead_owners_after_its_timeout
    a_claim_is_believed_for_its_requests_time_and_no_longer
    a_request_that_never_left_is_taken_back
    quotas_are_believed_for_a_day_and_correct_upward_only
    a_use_that_no_key_can_have_does_not_spend_the_month
    a_read_of_the_quotas_takes_a_place_in_the_window_and_none_in_the_day
    what_was_learnt_of_the_quotas_is_told_with_every_decision
}

fn a_day(day: u64) -> Limits {
    Limits { day: Some(day), ..Limits::default() }
}

fn per_minute(requests: u32) -> Limits {
    Limits::new(Rate::PerMinute(requests), None)
}

fn used(allowed: u64, used: u64) -> Quotas {
    let quota = Some(Quota { allowed, used });
    Quotas { day: quota, month: quota, ..Quotas::default() }
}

async fn a_days_count_starts_anew_at_midnight_utc_and_not_when_the_clock_is_set_back(of: Subject) {
    let limits = a_day(1);
    of.sends(&limits, "2026-11-30T23:59:59Z").await;
    let spent = Decision::Spent(Period::Day, at("2026-12-01T00:00:00Z"));
    assert_eq!(of.decide(Purpose::Analysis, &limits, "2026-11-30T23:59:59.9Z").await, spent);
    of.sends(&limits, "2026-12-01T00:00:00Z").await;
    let back = of.decide(Purpose::Analysis, &limits, "2026-11-30T23:59:59Z").await;
    assert!(matches!(back, Decision::Spent(Period::Day, _)), "{back:?}");
}

async fn a_month_ends_on_the_first(of: Subject) {
    let limits = Limits { month: Some(1), ..Limits::default() };
    of.sends(&limits, "2028-02-29T23:59:59Z").await;
    let spent = Decision::Spent(Period::Month, at("2028-03-01T00:00:00Z"));
    assert_eq!(of.decide(Purpose::Analysis, &limits, "2028-02-29T23:59:59Z").await, spent);
    of.sends(&limits, "2028-03-01T00:00:00Z").await;
}

async fn a_clock_set_back_holds_the_window_for_one_span_and_no_longer(of: Subject) {
    let limits = per_minute(1);
    let id = of.sends(&limits, "2026-11-21T11:00:00Z").await;
    of.settle(id, "2026-11-21T11:00:01Z", None).await;
    let wait = Decision::Wait(at("2026-11-21T10:01:00Z"), Pause::Window);
    assert_eq!(of.decide(Purpose::Analysis, &limits, NOW).await, wait);
    of.sends(&limits, "2026-11-21T10:01:00Z").await;
}

async fn a_429_from_before_the_clock_was_set_back_is_forgotten(of: Subject) {
    let limits = Limits::default();
    of.pause("2026-11-22T10:00:00Z", "2026-11-22T09:59:00Z").await;
    of.sends(&limits, NOW).await;
    of.pause("2026-11-21T10:30:00Z", NOW).await;
    let wait = Decision::Wait(at("2026-11-21T10:30:00Z"), Pause::RateLimited);
    assert_eq!(of.decide(Purpose::Analysis, &limits, NOW).await, wait);
}

async fn a_pause_that_a_clock_ahead_has_set_costs_one_window_at_most(of: Subject) {
    let limits = Limits::default();
    of.pause("2026-11-21T10:31:00Z", "2026-11-21T10:30:00Z").await;
    let wait = Decision::Wait(at("2026-11-21T10:01:00Z"), Pause::RateLimited);
    assert_eq!(of.decide(Purpose::Analysis, &limits, NOW).await, wait);
    of.sends(&limits, "2026-11-21T10:01:00Z").await;
}

async fn a_count_of_a_clock_that_was_ahead_is_corrected_downward(of: Subject) {
    let limits = a_day(1);
    of.learn(&used(1, 1), "2027-11-21T10:00:00Z").await;
    // It may have been spent today: VirusTotal knows, so its word is asked for again.
    let spent = of.decide(Purpose::Analysis, &limits, NOW).await;
    assert!(matches!(spent, Decision::Spent(Period::Day, _)), "{spent:?}");
    assert_eq!(of.store.quotas().await, None);
    of.learn(&used(1, 0), NOW).await;
    of.sends(&limits, NOW).await;
}

async fn a_place_is_free_a_span_after_the_answer_and_a_dead_owners_after_its_timeout(of: Subject) {
    let limits = per_minute(2);
    let id = of.sends(&limits, NOW).await;
    of.sends(&limits, NOW).await;
    // None is answered: no sooner than a span from now.
    let wait = Decision::Wait(at("2026-11-21T10:01:05Z"), Pause::Window);
    assert_eq!(of.decide(Purpose::Analysis, &limits, "2026-11-21T10:00:05Z").await, wait);
    of.settle(id, "2026-11-21T10:00:10Z", None).await;
    let wait = Decision::Wait(at("2026-11-21T10:01:10Z"), Pause::Window);
    assert_eq!(of.decide(Purpose::Analysis, &limits, "2026-11-21T10:00:11Z").await, wait);
    let id = of.sends(&limits, "2026-11-21T10:01:10Z").await;
    of.settle(id, "2026-11-21T10:01:10Z", None).await;
    // The other was given up 30 s after its start, and leaves a span after that.
    let wait = Decision::Wait(at("2026-11-21T10:01:30Z"), Pause::Window);
    assert_eq!(of.decide(Purpose::Analysis, &limits, "2026-11-21T10:01:11Z").await, wait);
    of.sends(&limits, "2026-11-21T10:01:30Z").await;
}

async fn a_claim_is_believed_for_its_requests_time_and_no_longer(of: Subject) {
    let limits = Limits::default();
    let decide = async |now| of.decide(Purpose::Lookup(named("evil.com")), &limits, now).await;
    assert!(matches!(decide(NOW).await, Decision::Send(_)));
    assert!(matches!(decide("2026-11-21T10:00:01Z").await, Decision::Elsewhere(_)));
    assert!(matches!(decide("2026-11-21T10:00:31.9Z").await, Decision::Elsewhere(_)));
    let Decision::Send(id) = decide("2026-11-21T10:00:32Z").await else { panic!() };
    let answer = Answer { fetched_at: at("2026-11-21T10:00:33Z"), facts: Facts::NotFound };
    of.settle(id, "2026-11-21T10:00:33Z", Some((&named("evil.com"), &answer))).await;
    assert_eq!(decide("2026-11-21T10:00:34Z").await, Decision::Answered(Box::new(answer)));
}

async fn a_request_that_never_left_is_taken_back(of: Subject) {
    let limits = Limits { day: Some(1), ..per_minute(1) };
    let lookup = || Purpose::Lookup(named("evil.com"));
    let Decision::Send(id) = of.decide(lookup(), &limits, NOW).await else { panic!() };
    of.store.withdraw(id);
    let again = of.decide(lookup(), &limits, NOW).await;
    assert!(matches!(again, Decision::Send(_)), "{again:?}");
}

async fn quotas_are_believed_for_a_day_and_correct_upward_only(of: Subject) {
    let limits = a_day(10);
    of.learn(&used(10, 9), NOW).await;
    of.learn(&used(10, 2), NOW).await;
    of.sends(&limits, NOW).await;
    let spent = of.decide(Purpose::Analysis, &limits, NOW).await;
    assert!(matches!(spent, Decision::Spent(..)), "{spent:?}");
    of.set("2026-11-22T10:00:00Z");
    assert_eq!(of.store.quotas().await, Some(used(10, 2)));
    of.set("2026-11-22T10:00:01Z");
    assert_eq!(of.store.quotas().await, None);
}

async fn a_use_that_no_key_can_have_does_not_spend_the_month(of: Subject) {
    let limits = Limits { month: Some(15_500), ..Limits::default() };
    for absurd in [u64::MAX, (1 << 63) - 1, 1 << 62] {
        of.learn(&used(15_500, absurd), NOW).await;
        of.sends(&limits, NOW).await;
    }
    assert_eq!(of.store.spending(&limits).await.month, 3);
}

async fn a_read_of_the_quotas_takes_a_place_in_the_window_and_none_in_the_day(of: Subject) {
    let limits = Limits { day: Some(1), ..per_minute(3) };
    assert!(matches!(of.decide(Purpose::Quotas, &limits, NOW).await, Decision::Send(_)));
    of.sends(&limits, NOW).await;
    let spent = of.decide(Purpose::Analysis, &limits, NOW).await;
    assert!(matches!(spent, Decision::Spent(..)), "{spent:?}");
    // A spent day is the very time to read them.
    assert!(matches!(of.decide(Purpose::Quotas, &limits, NOW).await, Decision::Send(_)));
    let full = of.decide(Purpose::Quotas, &limits, NOW).await;
    assert!(matches!(full, Decision::Wait(_, Pause::Window)), "{full:?}");
}

async fn what_was_learnt_of_the_quotas_is_told_with_every_decision(of: Subject) {
    let limits = per_minute(1);
    let decided = of.store.decide(vec![Purpose::Analysis], &limits).await;
    assert_eq!(decided.quotas, None);
    of.learn(&used(500, 3), NOW).await;
    let decided = of.store.decide(vec![Purpose::Analysis], &limits).await;
    assert!(matches!(decided.decisions[0], Decision::Wait(..)));
    assert_eq!(decided.quotas, Some(used(500, 3)));
}
