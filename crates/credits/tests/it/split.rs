//! The subscription's one number, divided.

use clearcut_credits::{AccountState, Balance, Credits, CycleUse, Event, Figure, Source, Split, split};
use rstest::rstest;

use crate::desk::{Desk, at, plan};
use crate::{balance, conclusive, credits, ledger, reserved, second, settled};

fn some(text: &str) -> Option<Credits> {
    Some(credits(text))
}

#[rstest]
#[case::fresh(("40", "0"), ("40", "0"))]
#[case::half_used(("20", "20"), ("20", "0"))]
#[case::with_rollover(("95", "10"), ("30", "65"))]
#[case::the_month_is_used_up(("65", "40"), ("0", "65"))]
#[case::and_more_than_that(("60", "45"), ("0", "60"))]
#[case::less_is_there_than_the_month_has_left(("5", "10"), ("5", "0"))]
#[case::nothing_is_there(("0", "10"), ("0", "0"))]
#[case::quarters(("39.75", "0.25"), ("39.75", "0"))]
fn month_first(#[case] (held, used): (&str, &str), #[case] (month_left, rollover): (&str, &str)) {
    for rollover_months in [None, Some(0), Some(5)] {
        let cycle = CycleUse { used: some(used), used_source: Source::Entered, ..CycleUse::default() };
        let expected = Split {
            month_left: some(month_left),
            rollover: some(rollover),
            rollover_at_least: None,
            used: some(used),
            used_source: Source::Entered,
        };
        assert_eq!(split(some(held), &cycle, Some(&plan("40", 15, rollover_months))), expected);
    }
}

#[rstest]
#[case::without_rollover_use_follows(Some(0), "9", Split {
    month_left: some("9"), rollover: some("0"), rollover_at_least: None, used: some("31"), used_source: Source::Inferred,
})]
#[case::without_rollover_but_more_than_a_month(Some(0), "55", Split {
    month_left: some("40"), rollover: some("15"), rollover_at_least: None, used: some("0"), used_source: Source::Inferred,
})]
#[case::with_rollover_there_is_a_bound(Some(5), "95", Split {
    month_left: some("95"), rollover: None, rollover_at_least: some("55"), used: None, used_source: Source::Unknown,
})]
#[case::with_rollover_and_less_than_a_month(Some(5), "12", Split {
    month_left: some("12"), rollover: None, rollover_at_least: some("0"), used: None, used_source: Source::Unknown,
})]
#[case::with_rollover_of_unknown_size(None, "41", Split {
    month_left: some("41"), rollover: None, rollover_at_least: some("1"), used: None, used_source: Source::Unknown,
})]
fn installed_in_mid_cycle(#[case] rollover_months: Option<u32>, #[case] held: &str, #[case] expected: Split) {
    assert_eq!(split(some(held), &CycleUse::default(), Some(&plan("40", 15, rollover_months))), expected);
}

#[test]
fn without_a_plan_it_is_shown_whole() {
    let cycle = CycleUse { used: some("10"), ..CycleUse::default() };
    assert_eq!(split(some("95"), &cycle, None), Split { month_left: some("95"), ..Split::default() });
}

#[test]
fn an_unknown_number_is_not_divided_but_use_is_known() {
    let cycle = CycleUse { used: some("10"), used_source: Source::Inferred, ..CycleUse::default() };
    let expected = Split { used: some("10"), used_source: Source::Inferred, ..Split::default() };
    assert_eq!(split(None, &cycle, Some(&plan("40", 15, 0))), expected);
}

#[test]
fn each_part_says_where_it_is_from() {
    let figure = |text, source| Figure::of(some(text), source, Some(second(1)));
    let state = AccountState::of(&ledger([conclusive(balance("95", "10", 50))]));
    let whole = state.gauge(None);
    assert_eq!((whole.subscription, whole.rollover), (figure("95", Source::Measured), Figure::unknown()));
    let bounded = state.gauge(Some(&plan("40", 15, 5)));
    assert_eq!((bounded.subscription, bounded.rollover), (figure("95", Source::Measured), Figure::unknown()));
    assert_eq!(bounded.rollover_at_least, some("55"));
    let divided = state.gauge(Some(&plan("40", 15, 0)));
    assert_eq!(divided.subscription, figure("40", Source::Inferred));
    assert_eq!((divided.rollover, divided.rollover_at_least), (figure("55", Source::Inferred), None));
    assert_eq!((divided.payg, divided.total), (figure("10", Source::Measured), figure("105", Source::Measured)));
}

#[test]
fn a_renewal_works_the_subscription_out_until_the_next_look_measures_it() {
    let mut desk = Desk::opened("2026-12-12T00:00:00Z", plan("40", 15, 5), balance("12", "5", 0));
    desk.go_to("2026-12-15T06:00:00Z");
    let boundary = at("2026-12-15T00:00:00Z");
    desk.book(Event::Renewal { subscription: credits("52"), due: boundary, began_at: boundary });
    let gauge = desk.state.gauge(None);
    assert_eq!((gauge.subscription.source, gauge.payg.source), (Source::Inferred, Source::Measured));
    desk.look(balance("52", "5", 0));
    assert_eq!(desk.state.gauge(None).subscription.source, Source::Measured);
    let gauge = desk.state.gauge(desk.plan());
    assert_eq!((gauge.subscription.amount, gauge.rollover.amount), (some("40"), some("12")));
}

#[test]
fn what_is_reserved_is_this_months_first() {
    let stated = Event::CycleStated { began_at: second(0), used: credits("37"), renewed: false };
    let state =
        AccountState::of(&ledger([conclusive(balance("50", "10", 0)), stated, reserved(1, "1"), reserved(2, "4")]));
    let purse = state.purse(Some(&plan("40", 15, 5)));
    assert_eq!((purse.pockets.subscription, purse.month_left), (some("45"), some("0")), "three were left of the month");
    assert_eq!(state.purse(None).month_left, None);
    assert_eq!(state.purse(Some(&plan("43", 15, 5))).month_left, some("1"));
}

#[test]
fn a_subscription_that_is_not_told_is_not_divided_for_a_quote() {
    let partial = Balance { subscription: None, ..balance("50", "10", 0) };
    let state = AccountState::of(&ledger([conclusive(partial), reserved(1, "1"), settled(1, "1")]));
    assert_eq!(state.purse(Some(&plan("40", 15, 0))).month_left, None);
}
