//! How far a run may go.

use clearcut_credits::{AccountState, AttemptId, Balance, Credits, Event, Purpose, Refusal, SpendLimit};
use rstest::rstest;

use crate::{balance, conclusive, credits, ledger, reserved};

#[rstest]
#[case::under_the_cap("3", "1", true)]
#[case::to_the_cap("4", "1", true)]
#[case::a_millionth_over("4.000001", "1", false)]
#[case::far_over("100", "1", false)]
fn the_cap_holds_to_the_millionth(#[case] used: &str, #[case] asked: &str, #[case] allowed: bool) {
    let (used, asked, cap) = (credits(used), credits(asked), credits("5"));
    let expected = if allowed { Ok(()) } else { Err(Refusal::Cap { cap, used, asked }) };
    assert_eq!(AccountState::default().can_reserve(asked, &SpendLimit::cap(cap), used), expected);
}

#[test]
fn stopping_before_payg_counts_what_is_reserved() {
    let limit = SpendLimit { stop_before_payg: true, ..SpendLimit::NONE };
    let state = AccountState::of(&ledger([conclusive(balance("2", "10", 0)), reserved(1, "1")]));
    assert_eq!(state.can_reserve(Credits::ONE, &limit, Credits::ZERO), Ok(()));
    let state = AccountState::of(&ledger([conclusive(balance("2", "10", 0)), reserved(1, "1"), reserved(2, "1")]));
    let refusal = Refusal::Payg { left: Credits::ZERO, asked: Credits::ONE };
    assert_eq!(state.can_reserve(Credits::ONE, &limit, Credits::ZERO), Err(refusal));
}

#[test]
fn stopping_before_payg_needs_to_know_where_it_begins() {
    let limit = SpendLimit { stop_before_payg: true, ..SpendLimit::NONE };
    let refused = AccountState::default().can_reserve(Credits::ONE, &limit, Credits::ZERO);
    assert_eq!(refused, Err(Refusal::PaygLineUnknown));
}

#[rstest]
#[case::the_last_subscription_credit(("1", "5", "0"), true)]
#[case::a_part_from_payg(("0.999999", "5", "0"), false)]
#[case::enterprise_after_an_empty_payg(("0.5", "0", "0.5"), true)]
#[case::payg_before_enterprise(("0.5", "0.1", "7"), false)]
#[case::what_nothing_covers_may_be_new_payg(("0.5", "0", "0.499999"), false)]
fn stopping_before_payg_asks_who_would_pay(#[case] held: (&str, &str, &str), #[case] allowed: bool) {
    let (subscription, payg, enterprise) = (credits(held.0), credits(held.1), credits(held.2));
    let total = [subscription, payg, enterprise].into_iter().sum();
    let held = Balance { total: Some(total), enterprise: Some(enterprise), ..balance(held.0, held.1, 0) };
    let limit = SpendLimit { stop_before_payg: true, ..SpendLimit::NONE };
    let state = AccountState::of(&ledger([conclusive(held)]));
    let expected = if allowed { Ok(()) } else { Err(Refusal::Payg { left: subscription, asked: Credits::ONE }) };
    assert_eq!(state.can_reserve(Credits::ONE, &limit, Credits::ZERO), expected);
}

#[test]
fn an_empty_account_is_the_services_to_refuse() {
    let state = AccountState::of(&ledger([conclusive(balance("0", "0", 0))]));
    assert_eq!(state.can_reserve(Credits::ONE, &SpendLimit::NONE, Credits::ZERO), Ok(()));
}

#[test]
fn a_price_below_nothing_is_none() {
    let asked = credits("-1");
    let refused = AccountState::default().can_reserve(asked, &SpendLimit::NONE, Credits::ZERO);
    assert_eq!(refused, Err(Refusal::NotAPrice { asked }));
}

#[test]
fn a_refusal_says_what_stands_in_the_way() {
    let refusal = Refusal::Cap { cap: credits("5"), used: credits("4.75"), asked: credits("1") };
    assert_eq!(refusal.to_string(), "1 more would pass the limit of 5 credits (4.75 used or reserved so far)");
}

/// The terminal's `remove --size preview --yes` was refused beside free previews: a quote of nothing did not cover the price that
/// each sets aside.
#[test]
fn a_preview_that_a_free_one_pays_counts_against_no_limit() {
    let quarter = credits("0.25");
    let two_left = AccountState::of(&ledger([conclusive(balance("40", "10", 2))]));
    assert_eq!(two_left.against_limit(quarter, Purpose::Preview, Credits::ZERO), (Credits::ZERO, Credits::ZERO));
    assert_eq!(two_left.against_limit(Credits::ONE, Purpose::Download, Credits::ZERO), (Credits::ONE, Credits::ZERO));
    let preview = |n| Event::Reserved { attempt: AttemptId(n), amount: quarter, purpose: Purpose::Preview };
    let both_out = AccountState::of(&ledger([conclusive(balance("40", "10", 2)), preview(1), preview(2)]));
    // The third will be charged, beside two whose prices are only set aside.
    assert_eq!(both_out.against_limit(quarter, Purpose::Preview, credits("0.5")), (quarter, Credits::ZERO));
    let unknown = AccountState::default();
    assert_eq!(unknown.against_limit(quarter, Purpose::Preview, Credits::ZERO), (quarter, Credits::ZERO));
}
