//! What single ledger lines do to the gauge.

use clearcut_credits::{AccountState, AttemptId, Balance, Credits, Event, Figure, Gauge, Purpose, Source};
use jiff::SignedDuration;
use rstest::rstest;

use crate::{balance, conclusive, credits, ledger, released, reserved, second, settled, undecided};

fn after(events: impl IntoIterator<Item = Event>) -> AccountState {
    AccountState::of(&ledger(events))
}

fn gauge(events: impl IntoIterator<Item = Event>) -> Gauge {
    after(events).gauge(None)
}

#[test]
fn an_empty_ledger_knows_nothing_and_says_so() {
    let gauge = AccountState::default().gauge(None);
    for figure in [gauge.subscription, gauge.rollover, gauge.payg, gauge.enterprise, gauge.free_previews, gauge.total] {
        assert_eq!(figure, Figure::unknown());
    }
    assert_eq!(gauge.reserved.amount, Some(Credits::ZERO), "what we set aside we know");
}

#[test]
fn a_download_moves_the_gauge_by_what_the_header_says() {
    let gauge = gauge([conclusive(balance("40", "10", 50)), reserved(1, "1"), settled(1, "1")]);
    assert_eq!(gauge.subscription, Figure::of(Some(credits("39")), Source::Measured, Some(second(1))));
    assert_eq!(gauge.payg.amount, Some(credits("10")));
    assert_eq!(gauge.total.amount, Some(credits("49")));
    assert_eq!(gauge.free_previews.amount, Some(credits("50")), "a download draws no free preview");
    assert_eq!(gauge.reserved.amount, Some(Credits::ZERO));
}

#[test]
fn a_reservation_is_shown_beside_and_not_deducted() {
    let state = after([conclusive(balance("40", "10", 50)), reserved(1, "1"), reserved(2, "0.25")]);
    assert_eq!(state.gauge(None).subscription.amount, Some(credits("40")));
    assert_eq!(state.gauge(None).reserved.amount, Some(credits("1.25")));
    assert_eq!(state.available(), Some(credits("48.75")));
    assert_eq!(state.free().subscription, Some(credits("38.75")));
}

#[test]
fn an_undecided_request_stays_reserved() {
    let gauge = gauge([conclusive(balance("40", "10", 50)), reserved(1, "1"), undecided(1), reserved(2, "1")]);
    assert_eq!((gauge.reserved.amount, gauge.undecided.amount), (Some(credits("2")), Some(credits("1"))));
}

#[test]
fn a_lost_answer_costs_what_a_good_one_does() {
    let lost = Event::PaidLost { attempt: AttemptId(1), amount: Credits::ONE, basis: Source::Measured };
    let state = after([conclusive(balance("40", "10", 50)), reserved(1, "1"), lost]);
    assert_eq!((state.gauge(None).subscription.amount, state.settled_total()), (Some(credits("39")), credits("1")));
}

#[test]
fn a_release_gives_everything_back() {
    let before = after([conclusive(balance("40", "10", 50))]);
    let released = after([conclusive(balance("40", "10", 50)), reserved(1, "1"), released(1)]);
    assert_eq!(before.pockets(), released.pockets());
    assert_eq!(before.available(), released.available());
}

#[test]
fn a_preview_that_cost_nothing_was_a_free_one() {
    let reserve = Event::Reserved { attempt: AttemptId(1), amount: credits("0.25"), purpose: Purpose::Preview };
    let gauge = gauge([conclusive(balance("40", "10", 50)), reserve, settled(1, "0")]);
    assert_eq!((gauge.free_previews.amount, gauge.subscription.amount), (Some(credits("49")), Some(credits("40"))));
}

#[test]
fn an_inferred_charge_makes_inferred_figures() {
    let charge = Event::Settled { attempt: AttemptId(1), amount: Credits::ONE, basis: Source::Inferred };
    let gauge = gauge([conclusive(balance("40", "10", 50)), reserved(1, "1"), charge]);
    assert_eq!((gauge.subscription.source, gauge.total.source), (Source::Inferred, Source::Inferred));
    assert_eq!((gauge.payg.source, gauge.free_previews.source), (Source::Measured, Source::Measured));
}

#[test]
fn a_missing_figure_stays_unknown_whatever_is_charged() {
    let partial = Balance { payg: Some(credits("10")), ..Balance::default() };
    let gauge = gauge([conclusive(partial), reserved(1, "1"), settled(1, "1")]);
    assert_eq!(gauge.subscription, Figure::unknown());
    assert_eq!(gauge.total, Figure::unknown());
    assert_eq!(gauge.payg, Figure::of(Some(credits("10")), Source::Inferred, Some(second(1))));
}

#[test]
fn a_total_that_was_not_given_is_worked_out_where_it_can_be() {
    let split = Balance { total: None, enterprise: None, ..balance("40", "10", 50) };
    assert_eq!(gauge([conclusive(split)]).total, Figure::of(Some(credits("50")), Source::Inferred, Some(second(1))));
}

#[test]
fn top_ups_renewals_and_other_use_move_their_pocket_and_the_total() {
    let gauge = gauge([
        conclusive(balance("40", "10", 50)),
        Event::TopUp { payg: credits("3") },
        Event::UsedElsewhere { subscription: credits("5"), payg: Credits::ZERO },
        Event::Adjustment { subscription: credits("-100"), payg: credits("1") },
        Event::Renewal { subscription: credits("40"), due: second(0), began_at: second(0) },
    ]);
    assert_eq!((gauge.subscription.amount, gauge.payg.amount), (Some(credits("40")), Some(credits("14"))));
    assert_eq!((gauge.total.amount, gauge.total.source), (Some(credits("54")), Source::Inferred));
}

/// Where subscription, PAYG, enterprise and total are from.
fn sources(events: impl IntoIterator<Item = Event>) -> [Source; 4] {
    let gauge = gauge(events);
    [gauge.subscription, gauge.payg, gauge.enterprise, gauge.total].map(|figure| figure.source)
}

const M: Source = Source::Measured;
const I: Source = Source::Inferred;

#[rstest]
#[case::measured("2.5", M, [M, M, M, M])]
#[case::from_the_subscription("0.5", I, [I, M, M, I])]
#[case::into_payg("1.5", I, [I, I, M, I])]
#[case::into_enterprise("2.5", I, [I, I, I, I])]
#[case::nothing("0", I, [M, M, M, I])]
fn a_charge_leaves_figures_as_sure_as_itself(
    #[case] amount: &str,
    #[case] basis: Source,
    #[case] expected: [Source; 4],
) {
    let held = Balance { total: Some(credits("3")), enterprise: Some(Credits::ONE), ..balance("1", "1", 0) };
    let charge = Event::Settled { attempt: AttemptId(1), amount: credits(amount), basis };
    assert_eq!(sources([conclusive(held), charge]), expected);
}

#[test]
fn a_charge_from_a_pocket_nobody_knows_leaves_the_others_unsure() {
    let held = Balance {
        total: Some(credits("9")),
        subscription: None,
        enterprise: Some(Credits::ONE),
        ..balance("1", "1", 0)
    };
    assert_eq!(sources([conclusive(held), settled(1, "1")]), [Source::Unknown, I, I, M]);
    assert_eq!(sources([conclusive(held), settled(1, "0")]), [Source::Unknown, M, M, M]);
}

#[rstest]
#[case::nothing("0", "0", [M, M, M, M])]
#[case::the_subscription("1", "0", [I, M, M, I])]
#[case::payg("0", "1", [M, I, M, I])]
#[case::both("1", "1", [I, I, M, I])]
fn what_a_rule_moves_is_worked_out(#[case] subscription: &str, #[case] payg: &str, #[case] expected: [Source; 4]) {
    let used = Event::UsedElsewhere { subscription: credits(subscription), payg: credits(payg) };
    assert_eq!(sources([conclusive(balance("40", "10", 0)), used]), expected);
}

#[test]
fn what_is_unknown_stays_so_unless_something_came() {
    let untold = Balance { subscription: None, payg: None, total: None, ..balance("0", "0", 0) };
    let held = |events: Vec<Event>| {
        let pockets = after([conclusive(untold)].into_iter().chain(events)).pockets();
        (pockets.subscription, pockets.payg)
    };
    let used = |amount: &str| Event::UsedElsewhere { subscription: credits(amount), payg: credits(amount) };
    assert_eq!(held(vec![used("0")]), (None, None));
    assert_eq!(held(vec![used("3")]), (None, None), "unknown less three is not nothing");
    assert_eq!(held(vec![Event::TopUp { payg: credits("3") }]), (None, Some(credits("3"))));
}

#[rstest]
#[case::a_download_that_cost_nothing(Purpose::Download, "0", 2)]
#[case::a_preview_that_cost_nothing(Purpose::Preview, "0", 1)]
#[case::a_preview_that_was_charged(Purpose::Preview, "0.25", 2)]
fn only_a_preview_that_cost_nothing_was_free(#[case] purpose: Purpose, #[case] charged: &str, #[case] left: u32) {
    let reserve = Event::Reserved { attempt: AttemptId(1), amount: credits("0.25"), purpose };
    let state = after([conclusive(balance("40", "0", 2)), reserve, settled(1, charged)]);
    assert_eq!(state.pockets().free_previews, Some(left));
}

#[test]
fn what_would_be_drawn_is_drawn_from_a_copy() {
    let state = after([conclusive(balance("1", "1", 0))]);
    let drawn = state.would_draw(credits("3"));
    assert_eq!((drawn.subscription, drawn.payg), (Credits::ONE, Credits::ONE));
    assert_eq!((drawn.untold, drawn.uncovered), (Credits::ZERO, Credits::ONE));
    assert_eq!(state.pockets(), balance("1", "1", 0).into());
}

#[test]
fn beyond_pockets_that_are_all_known_is_beyond_everything_also_without_a_total() {
    let split = Balance { total: None, ..balance("1", "1", 0) };
    let drawn = after([conclusive(split)]).would_draw(credits("3"));
    assert_eq!((drawn.told(), drawn.untold, drawn.uncovered), (credits("2"), Credits::ZERO, Credits::ONE));
    let half_known = Balance { payg: None, ..split };
    let drawn = after([conclusive(half_known)]).would_draw(credits("3"));
    assert_eq!((drawn.told(), drawn.untold, drawn.uncovered), (Credits::ONE, credits("2"), Credits::ZERO));
}

#[test]
fn a_reservation_is_found_by_its_request() {
    let state =
        after([conclusive(balance("40", "10", 0)), reserved(1, "0.25"), reserved(2, "1"), undecided(2), released(1)]);
    assert_eq!(state.reservation(AttemptId(1)), None);
    let held = state.reservation(AttemptId(2)).unwrap();
    assert_eq!((held.amount, held.purpose, held.undecided), (Credits::ONE, Purpose::Download, true));
}

#[test]
fn an_age_is_never_negative() {
    let figure = Figure::of(Some(Credits::ONE), Source::Measured, Some(second(10)));
    assert_eq!(figure.age(second(13)), Some(SignedDuration::from_secs(3)));
    assert_eq!(figure.age(second(0)), Some(SignedDuration::ZERO), "the clock was set back");
    assert_eq!(Figure::unknown().age(second(0)), None);
}
