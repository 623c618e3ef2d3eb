//! The running cycle, line by line.

use clearcut_credits::{AccountState, AttemptId, Balance, Credits, CycleUse, Entry, Event, Rise, Source};
use jiff::SignedDuration;
use rstest::rstest;

use crate::desk::{Desk, at, plan};
use crate::{balance, conclusive, credits, ledger, reserved, second, settled, undecided};

fn after(events: impl IntoIterator<Item = Event>) -> CycleUse {
    AccountState::of(&ledger(events)).cycle().clone()
}

fn stated(used: &str, renewed: bool) -> Event {
    Event::CycleStated { began_at: second(0), used: credits(used), renewed }
}

fn some(text: &str) -> Option<Credits> {
    Some(credits(text))
}

#[test]
fn nothing_is_known_of_the_use_before_the_first_word() {
    let cycle = after([conclusive(balance("40", "10", 0)), reserved(1, "1"), settled(1, "1")]);
    assert_eq!((cycle.used, cycle.used_source, cycle.began_at), (None, Source::Unknown, None));
}

#[test]
fn what_the_user_stated_grows_by_what_goes() {
    let elsewhere = Event::UsedElsewhere { subscription: credits("2"), payg: credits("0.5") };
    let cycle =
        after([conclusive(balance("40", "10", 0)), stated("31", false), reserved(1, "1"), settled(1, "1"), elsewhere]);
    assert_eq!((cycle.used, cycle.used_source), (some("34"), Source::Entered));
    assert_eq!((cycle.payg, cycle.began_at, cycle.armed), (credits("0.5"), Some(second(0)), 0));
}

#[test]
fn what_was_taken_bought_or_adjusted_is_not_used() {
    let cycle = after([
        conclusive(balance("40", "10", 0)),
        stated("31", false),
        Event::Wiped { subscription: credits("5") },
        Event::TopUp { payg: credits("5") },
        Event::Adjustment { subscription: credits("-3"), payg: credits("-2") },
        Event::PlanChange { monthly: credits("200") },
    ]);
    assert_eq!((cycle.used, cycle.payg, cycle.rise), (some("31"), Credits::ZERO, None));
    assert_eq!((cycle.armed, cycle.zero_armed), (0, 4), "a top-up arms zero alone");
}

#[test]
fn a_plan_change_moves_no_credits() {
    let state =
        AccountState::of(&ledger([conclusive(balance("40", "10", 0)), Event::PlanChange { monthly: credits("200") }]));
    assert_eq!((state.monthly(), state.pockets().subscription), (some("200"), some("40")));
}

#[rstest]
#[case::long_ago(false, 37, true)]
#[case::within_the_window(false, 36, false)]
#[case::within_it_but_a_renewal(true, 1, true)]
fn a_stated_cycle_is_closed_where_no_renewal_can_still_show(
    #[case] renewed: bool,
    #[case] hours: i64,
    #[case] closed: bool,
) {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("40", 15, 0), balance("40", "10", 0));
    let began_at = desk.now - SignedDuration::from_hours(hours);
    desk.book(Event::CycleStated { began_at, used: Credits::ZERO, renewed });
    assert_eq!(desk.state.cycle().closed, closed.then_some(began_at));
    assert_eq!(desk.state.cycle().began_at, Some(began_at));
}

#[test]
fn a_word_that_a_month_began_arms_everything_and_forgets_its_payg() {
    let payg = Event::UsedElsewhere { subscription: Credits::ZERO, payg: credits("3") };
    let rise = Event::Adjustment { subscription: credits("40"), payg: Credits::ZERO };
    let before = [conclusive(balance("0", "10", 0)), payg, rise];
    let cycle = after(before.into_iter().chain([stated("0", true)]));
    assert_eq!((cycle.armed, cycle.zero_armed, cycle.payg, cycle.rise), (4, 4, Credits::ZERO, None));
    let cycle = after(before.into_iter().chain([stated("0", false)]));
    assert_eq!((cycle.armed, cycle.zero_armed, cycle.payg, cycle.rise), (0, 0, credits("3"), None));
}

#[test]
fn a_rise_is_remembered_with_what_was_spent_since() {
    let cycle = after([
        conclusive(balance("12", "10", 0)),
        Event::Adjustment { subscription: credits("28"), payg: Credits::ZERO },
        reserved(1, "1"),
        settled(1, "1"),
        Event::UsedElsewhere { subscription: credits("2"), payg: Credits::ZERO },
    ]);
    let rise = Rise { seq: 2, at: second(2), from: credits("12"), to: credits("40"), spent_since: credits("3") };
    assert_eq!(cycle.rise, Some(rise));
}

#[test]
fn a_renewal_begins_anew_and_draws_own_charges_since_anew() {
    let began_at = second(4);
    let cycle = after([
        conclusive(balance("2", "10", 0)),
        reserved(1, "1"),
        settled(1, "1"),
        reserved(2, "3"),
        settled(2, "3"),
        Event::Renewal { subscription: credits("40"), due: second(0), began_at },
    ]);
    assert_eq!((cycle.used, cycle.used_source, cycle.payg), (some("3"), Source::Inferred, Credits::ZERO));
    assert_eq!((cycle.began_at, cycle.closed, cycle.armed, cycle.zero_armed), (Some(began_at), Some(second(0)), 6, 6));
    assert_eq!(cycle.recent.len(), 2);
}

#[test]
fn charges_a_look_has_are_not_drawn_anew() {
    let charged = [conclusive(balance("2", "10", 0)), reserved(1, "1"), settled(1, "1")];
    let looked = charged.into_iter().chain([conclusive(balance("1", "10", 0))]);
    assert_eq!(after(charged).recent.len(), 1);
    assert_eq!(after(looked).recent.len(), 0);
    let bound = Event::Snapshot { balance: balance("2", "10", 0), standing: clearcut_credits::Standing::Bound };
    assert_eq!(after(charged.into_iter().chain([bound])).recent.len(), 1);
}

#[test]
fn charges_are_remembered_four_days() {
    let charge = |seq: i64, hours: i64| Entry {
        seq,
        at: second(0) + SignedDuration::from_hours(hours),
        event: settled(u128::try_from(seq).unwrap(), "1"),
        served_at: None,
    };
    let state = AccountState::of(&[charge(1, 0), charge(2, 1), charge(3, 96), charge(4, 97)]);
    let remembered: Vec<_> =
        state.cycle().recent.iter().map(|spent| spent.at.duration_since(second(0)).as_hours()).collect();
    assert_eq!(remembered, [1, 96, 97]);
}

#[test]
fn a_charge_that_is_in_the_base_is_not_counted_again() {
    let cycle = after([
        conclusive(balance("40", "10", 0)),
        stated("0", false),
        reserved(1, "1"),
        undecided(1),
        reserved(2, "1"),
        undecided(2),
        conclusive(balance("39", "9.5", 0)),
        settled(1, "1"),
    ]);
    assert_eq!((cycle.used, cycle.payg), (some("1"), credits("0.5")));
}

#[test]
fn a_pocket_that_is_no_longer_told_was_not_used() {
    let untold = Balance { subscription: None, payg: None, ..balance("40", "10", 0) };
    let cycle = after([conclusive(balance("40", "10", 0)), stated("0", false), conclusive(untold)]);
    assert_eq!((cycle.used, cycle.payg), (some("0"), Credits::ZERO));
    let cycle = after([conclusive(untold), stated("0", false), conclusive(balance("40", "10", 0))]);
    assert_eq!((cycle.used, cycle.payg), (some("0"), Credits::ZERO));
}

#[test]
fn a_subscription_was_had_once_and_is_remembered() {
    let subscribed = |events: Vec<Event>| AccountState::of(&ledger(events)).books().subscribed;
    assert!(!subscribed(vec![conclusive(balance("0", "10", 0))]));
    assert!(subscribed(vec![conclusive(balance("1", "10", 0)), conclusive(balance("0", "10", 0))]));
    assert!(subscribed(vec![
        conclusive(balance("0", "10", 0)),
        Event::Renewal { subscription: credits("40"), due: second(0), began_at: second(0) },
    ]));
}

#[test]
fn the_first_look_is_remembered() {
    let state = AccountState::of(&ledger([conclusive(balance("1", "10", 0)), conclusive(balance("0", "10", 0))]));
    assert_eq!((state.books().watched_since, state.books().based_at), (Some(second(1)), Some(second(2))));
}

#[test]
fn a_renewal_beside_what_nobody_covered() {
    // Two credits were drawn where one was: what nobody covered was the new month's.
    let mut desk = Desk::opened("2026-12-12T00:00:00Z", plan("40", 15, 0), balance("1", "0", 0));
    desk.go_to("2026-12-15T00:00:00Z");
    desk.book_served(Event::Settled { attempt: AttemptId(9), amount: credits("2"), basis: Source::Measured }, None);
    assert_eq!(desk.holds().0, Credits::ZERO);
    let boundary = at("2026-12-15T00:00:00Z");
    desk.book(Event::Renewal { subscription: credits("40"), due: boundary, began_at: boundary });
    assert_eq!((desk.holds().0, desk.state.pockets().total), (credits("38"), some("38")));
}
