//! When a look at the balance counts.

use clearcut_credits::{AccountState, Balance, Credits, Event, Resolution, Standing, resolve};
use rstest::rstest;

use crate::{balance, conclusive, credits, ledger, released, reserved, second, settled, undecided};
use clearcut_credits::Entry;

/// The state after `events` and a look at `at` seconds that the state itself judged.
fn look(state: &mut AccountState, at: i64, seen: Balance) -> Standing {
    let standing = state.standing_of(seen);
    let event = Event::Snapshot { balance: seen, standing };
    state.apply(&Entry::new(state.last_seq() + 1, second(at), event));
    standing
}

#[test]
fn the_first_look_of_an_untouched_account_is_conclusive() {
    assert_eq!(look(&mut AccountState::default(), 0, balance("40", "10", 50)), Standing::Conclusive);
}

#[test]
fn the_first_look_after_own_charges_is_a_bound_and_taken_all_the_same() {
    let mut state = AccountState::of(&ledger([reserved(1, "1"), settled(1, "1")]));
    assert_eq!(look(&mut state, 5, balance("40", "10", 50)), Standing::Bound);
    assert_eq!(state.gauge(None).subscription.amount, Some(credits("40")));
}

/// Found by the fault harness: the balance could not be had before a batch, an answer was lost after its charge, and the
/// first two looks, equal to each other, said that nothing was missing.
#[test]
fn what_was_asked_before_the_first_look_is_answered_by_none() {
    let mut state = AccountState::of(&ledger([reserved(1, "1"), undecided(1)]));
    let seen = balance("39", "10", 50);
    assert_eq!(look(&mut state, 100, seen), Standing::Bound);
    assert_eq!(state.resolution_of(seen), None);
    assert_eq!(look(&mut state, 200, seen), Standing::Conclusive);
    assert_eq!(state.resolution_of(seen), None);
    assert_eq!(state.undecided(), Credits::ONE);
}

/// The same where the answer was lost only after the first look: the request was on its way then, and the balance may or may not
/// hold its charge.
#[test]
fn what_was_on_its_way_at_the_first_look_is_answered_by_no_later_one() {
    let mut state = AccountState::of(&ledger([reserved(1, "1")]));
    // Charged already, and the answer not here yet.
    let seen = balance("39", "10", 50);
    assert_eq!(look(&mut state, 100, seen), Standing::Bound);
    state.apply(&Entry::new(state.last_seq() + 1, second(110), undecided(1)));
    assert_eq!(look(&mut state, 200, seen), Standing::Conclusive);
    assert_eq!(state.resolution_of(seen), None);
    assert_eq!(look(&mut state, 300, seen), Standing::Conclusive);
    assert_eq!((state.resolution_of(seen), state.undecided()), (None, Credits::ONE));
    // What is asked after it is answered as ever.
    for event in [reserved(2, "1"), undecided(2)] {
        state.apply(&Entry::new(state.last_seq() + 1, second(310), event));
    }
    look(&mut state, 400, seen);
    assert_eq!(state.resolution_of(seen), Some(Resolution::AllReleased));
}

#[test]
fn a_look_that_says_what_is_believed_refreshes_the_age() {
    let mut state = AccountState::of(&ledger([conclusive(balance("40", "10", 50)), reserved(1, "1"), settled(1, "1")]));
    assert_eq!(look(&mut state, 5, balance("39", "10", 50)), Standing::Conclusive);
    assert_eq!(state.gauge(None).subscription.observed_at, Some(second(5)));
}

#[test]
fn a_lagging_look_does_not_move_the_gauge() {
    let mut state = AccountState::of(&ledger([conclusive(balance("40", "10", 50)), reserved(1, "1"), settled(1, "1")]));
    assert_eq!(look(&mut state, 5, balance("40", "10", 50)), Standing::Bound);
    assert_eq!(state.gauge(None).subscription.amount, Some(credits("39")));
    assert_eq!(state.gauge(None).total.amount, Some(credits("49")));
}

#[test]
fn nothing_counts_while_a_request_is_on_its_way() {
    let mut state = AccountState::of(&ledger([conclusive(balance("40", "10", 50)), reserved(1, "1")]));
    assert_eq!(look(&mut state, 300, balance("40", "10", 50)), Standing::Bound);
    assert_eq!(look(&mut state, 600, balance("40", "10", 50)), Standing::Bound);
}

#[rstest]
#[case::a_minute_after_the_charge(62, Standing::Conclusive)]
#[case::a_second_too_early(61, Standing::Bound)]
fn two_equal_looks_count_a_minute_after_the_last_charge(#[case] first: i64, #[case] expected: Standing) {
    let lines = ledger([reserved(1, "1"), settled(1, "1")]);
    let mut state = AccountState::of(&lines);
    look(&mut state, first, balance("40", "10", 50));
    let drifted = balance("30", "10", 50);
    look(&mut state, first, drifted);
    assert_eq!(look(&mut state, first + 1, drifted), expected);
}

#[test]
fn two_looks_with_a_request_sent_between_them_do_not_count() {
    let mut state = AccountState::of(&ledger([conclusive(balance("40", "10", 50))]));
    let drifted = balance("37", "10", 50);
    assert_eq!(look(&mut state, 100, drifted), Standing::Bound);
    for event in [reserved(1, "1"), released(1)] {
        state.apply(&Entry::new(state.last_seq() + 1, second(101), event));
    }
    assert_eq!(look(&mut state, 102, drifted), Standing::Bound);
    assert_eq!(look(&mut state, 103, drifted), Standing::Conclusive);
    assert_eq!(state.gauge(None).subscription.amount, Some(credits("37")));
}

#[rstest]
#[case::nothing_missing("0", Some(Resolution::AllReleased))]
#[case::all_missing("1.25", Some(Resolution::AllPaidLost))]
#[case::some_missing("1", Some(Resolution::Booked { missing: Credits::ONE }))]
#[case::more_missing("2", Some(Resolution::Booked { missing: Credits::whole(2) }))]
#[case::a_rise_explains_nothing("-3", None)]
fn unknowns_are_resolved_all_or_not_at_all(#[case] missing: &str, #[case] expected: Option<Resolution>) {
    assert_eq!(resolve(&[credits("1"), credits("0.25")], credits(missing)), expected);
}

#[test]
fn nothing_unknown_is_nothing_to_resolve() {
    assert_eq!(resolve(&[], Credits::ZERO), None);
}

#[rstest]
#[case::not_charged(("40", "30"), Some(Resolution::AllReleased))]
#[case::charged(("39", "30"), Some(Resolution::AllPaidLost))]
#[case::the_subscription_rose(("80", "30"), None)]
fn credits_bought_meanwhile_hide_nothing_where_the_subscription_would_have_paid(
    #[case] seen: (&str, &str),
    #[case] expected: Option<Resolution>,
) {
    let mut state = AccountState::of(&ledger([conclusive(balance("40", "10", 50)), reserved(1, "1"), undecided(1)]));
    let seen = balance(seen.0, seen.1, 50);
    look(&mut state, 70, seen);
    assert_eq!(state.resolution_of(seen), expected);
}

#[rstest]
#[case::not_charged(("0.5", "10"), Some(Resolution::AllReleased))]
#[case::charged_to_both(("0", "9.5"), Some(Resolution::AllPaidLost))]
#[case::bought_meanwhile(("0", "19.5"), None)]
fn where_payg_would_have_paid_a_part_both_are_looked_at(
    #[case] seen: (&str, &str),
    #[case] expected: Option<Resolution>,
) {
    let mut state = AccountState::of(&ledger([conclusive(balance("0.5", "10", 50)), reserved(1, "1"), undecided(1)]));
    let seen = balance(seen.0, seen.1, 50);
    look(&mut state, 70, seen);
    assert_eq!(state.resolution_of(seen), expected);
}

#[test]
fn an_unknown_is_not_resolved_by_a_look_that_may_lag() {
    let mut state = AccountState::of(&ledger([conclusive(balance("40", "10", 50)), reserved(1, "1"), undecided(1)]));
    let same = balance("40", "10", 50);
    // It says what is believed, so it refreshes the age; but the charge may still be on its way into it.
    assert_eq!(look(&mut state, 5, same), Standing::Conclusive);
    assert_eq!(state.resolution_of(same), None);
    assert_eq!(state.undecided(), credits("1"));
    look(&mut state, 70, same);
    assert_eq!(state.resolution_of(same), Some(Resolution::AllReleased));
    assert_eq!(state.resolution_of(balance("39", "10", 50)), None, "only the second of two equal looks resolves");
}

#[test]
fn a_charge_that_is_in_the_base_already_is_not_drawn_again() {
    let mut state = AccountState::of(&ledger([
        conclusive(balance("40", "10", 50)),
        reserved(1, "1"),
        undecided(1),
        reserved(2, "1"),
        undecided(2),
    ]));
    let one_missing = balance("39", "10", 50);
    look(&mut state, 100, one_missing);
    assert_eq!(state.resolution_of(one_missing), Some(Resolution::Booked { missing: Credits::ONE }));
    assert_eq!(look(&mut state, 101, one_missing), Standing::Conclusive);
    assert_eq!(state.open_questions().count(), 0, "the balance has spoken, the user must choose");
    assert_eq!(state.undecided(), credits("2"));
    // The user says: the first was charged, the second was not.
    for event in [settled(1, "1"), released(2)] {
        state.apply(&Entry::new(state.last_seq() + 1, second(200), event));
    }
    assert_eq!(state.gauge(None).subscription.amount, Some(credits("39")));
    assert_eq!((state.reserved(), state.settled_total()), (Credits::ZERO, credits("1")));
}

#[rstest]
#[case::as_believed(("40", "10"), ("0", "0"))]
#[case::own_requests_booked(("38", "10"), ("0", "0"))]
#[case::one_more_is_not_ours(("37", "10"), ("1", "0"))]
#[case::more_than_believed(("80", "200"), ("0", "0"))]
#[case::payg_too(("0", "9"), ("38", "1"))]
fn what_lacks_beyond_all_reservations_is_not_ours(#[case] seen: (&str, &str), #[case] expected: (&str, &str)) {
    let state = AccountState::of(&ledger([conclusive(balance("40", "10", 0)), reserved(1, "1"), reserved(2, "1")]));
    let found = state.used_elsewhere_at_least(balance(seen.0, seen.1, 0));
    assert_eq!(found, (credits(expected.0), credits(expected.1)));
    assert_eq!(state.used_elsewhere_at_least(Balance::default()), (Credits::ZERO, Credits::ZERO));
}
