//! The table of sign pairs, and what it comes to in numbers.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use clearcut_credits::{
    AccountState, Balance, Cause, Circumstances, Credits, Due, Event, Purpose, Rise, causes, explain, renewal_due,
};
use rstest::rstest;

use crate::desk::{Desk, at, plan};
use crate::{balance, credits};

const SIGNS: [Ordering; 3] = [Less, Equal, Greater];
const PLAIN: Circumstances = Circumstances { renewal_fits: false, renewal_missed: false, emptied: false };
const EMPTIED: Circumstances = Circumstances { emptied: true, ..PLAIN };
const DUE: Circumstances = Circumstances { renewal_missed: true, ..PLAIN };
const DUE_AND_EMPTIED: Circumstances = Circumstances { emptied: true, ..DUE };
const FITS: Circumstances = Circumstances { renewal_fits: true, ..PLAIN };
const FITS_AND_EMPTIED: Circumstances = Circumstances { emptied: true, ..FITS };

const NOTHING: Option<Cause> = None;
const ELSEWHERE: Option<Cause> = Some(Cause::UsedElsewhere);
const TOP_UP: Option<Cause> = Some(Cause::TopUp);
const RENEWAL: Option<Cause> = Some(Cause::Renewal);
const PLAN: Option<Cause> = Some(Cause::PlanChange);
const WIPE: Option<Cause> = Some(Cause::Wipe);
const ODD: Option<Cause> = Some(Cause::Adjustment);

/// Rows: the subscription less, equal, more than own charges left. Columns: PAYG less, equal, more. In each the cause for the
/// subscription and the cause for PAYG.
type Table = [[(Option<Cause>, Option<Cause>); 3]; 3];

#[rstest]
#[case::on_any_day(PLAIN, [
    [(ELSEWHERE, ODD), (ELSEWHERE, NOTHING), (ELSEWHERE, TOP_UP)],
    [(NOTHING,   ODD), (NOTHING,   NOTHING), (NOTHING,   TOP_UP)],
    [(PLAN,      ODD), (PLAN,      NOTHING), (PLAN,      TOP_UP)],
])]
#[case::and_nothing_is_left_of_the_subscription(EMPTIED, [
    [(ELSEWHERE, ELSEWHERE), (ELSEWHERE, NOTHING), (ELSEWHERE, TOP_UP)],
    [(NOTHING,   ELSEWHERE), (NOTHING,   NOTHING), (NOTHING,   TOP_UP)],
    [(PLAN,      ELSEWHERE), (PLAN,      NOTHING), (PLAN,      TOP_UP)],
])]
#[case::the_renewal_day_has_come(DUE, [
    [(ELSEWHERE, ODD), (ELSEWHERE, NOTHING), (ELSEWHERE, TOP_UP)],
    [(NOTHING,   ODD), (NOTHING,   NOTHING), (NOTHING,   TOP_UP)],
    [(PLAN,      ODD), (PLAN,      NOTHING), (PLAN,      TOP_UP)],
])]
#[case::it_has_come_and_nothing_is_left(DUE_AND_EMPTIED, [
    [(ELSEWHERE, ELSEWHERE), (WIPE,    NOTHING), (WIPE,    TOP_UP)],
    [(NOTHING,   ELSEWHERE), (NOTHING, NOTHING), (NOTHING, TOP_UP)],
    [(PLAN,      ELSEWHERE), (PLAN,    NOTHING), (PLAN,    TOP_UP)],
])]
#[case::a_renewal_fits(FITS, [
    [(RENEWAL, ODD), (RENEWAL, NOTHING), (RENEWAL, TOP_UP)],
    [(RENEWAL, ODD), (RENEWAL, NOTHING), (RENEWAL, TOP_UP)],
    [(RENEWAL, ODD), (RENEWAL, NOTHING), (RENEWAL, TOP_UP)],
])]
#[case::a_renewal_fits_that_is_spent_already(FITS_AND_EMPTIED, [
    [(RENEWAL, ELSEWHERE), (RENEWAL, NOTHING), (RENEWAL, TOP_UP)],
    [(RENEWAL, ELSEWHERE), (RENEWAL, NOTHING), (RENEWAL, TOP_UP)],
    [(RENEWAL, ELSEWHERE), (RENEWAL, NOTHING), (RENEWAL, TOP_UP)],
])]
fn every_sign_pair_has_its_causes(#[case] circumstances: Circumstances, #[case] table: Table) {
    for (subscription, row) in SIGNS.into_iter().zip(table) {
        for (payg, expected) in SIGNS.into_iter().zip(row) {
            let found = causes(subscription, payg, circumstances);
            assert_eq!(found, expected, "subscription {subscription:?}, PAYG {payg:?}");
        }
    }
}

fn elsewhere(subscription: &str, payg: &str) -> Event {
    Event::UsedElsewhere { subscription: credits(subscription), payg: credits(payg) }
}

fn top_up(payg: &str) -> Event {
    Event::TopUp { payg: credits(payg) }
}

fn adjustment(subscription: &str, payg: &str) -> Event {
    Event::Adjustment { subscription: credits(subscription), payg: credits(payg) }
}

fn wiped(subscription: &str) -> Event {
    Event::Wiped { subscription: credits(subscription) }
}

fn renewal(subscription: &str, due: &str, began_at: &str) -> Event {
    Event::Renewal { subscription: credits(subscription), due: at(due), began_at: at(began_at) }
}

/// What a settled look at `seen` brings to light.
fn found(desk: &Desk, seen: Balance) -> Vec<Event> {
    let mut desk = desk.clone();
    desk.settle_down(seen)
}

#[rstest]
#[case::nothing(("20", "5"), vec![])]
#[case::used_elsewhere(("17", "5"), vec![elsewhere("3", "0")])]
#[case::used_elsewhere_to_the_last(("0", "5"), vec![elsewhere("20", "0")])]
#[case::used_elsewhere_into_payg(("0", "3.75"), vec![elsewhere("20", "1.25")])]
#[case::a_top_up(("20", "205"), vec![top_up("200")])]
#[case::a_top_up_beside_other_use(("19.75", "205"), vec![elsewhere("0.25", "0"), top_up("200")])]
#[case::a_rise_is_an_adjustment_and_waits(("60", "5"), vec![adjustment("40", "0")])]
#[case::a_rise_and_a_top_up(("60", "6"), vec![top_up("1"), adjustment("40", "0")])]
#[case::payg_that_fell_beside_a_subscription_is_odd(("20", "4"), vec![adjustment("0", "-1")])]
#[case::a_rise_beside_less_payg(("21", "4"), vec![adjustment("1", "-1")])]
#[case::both_fell_and_the_subscription_is_not_empty(("10", "4"), vec![elsewhere("10", "0"), adjustment("0", "-1")])]
fn on_any_day(#[case] seen: (&str, &str), #[case] expected: Vec<Event>) {
    let seen = balance(seen.0, seen.1, 0);
    for known in [None, Some(plan("40", 15, 5)), Some(plan("40", 15, 0)), Some(plan("40", 15, None))] {
        let desk = Desk::opened("2026-11-22T12:00:00Z", known, balance("20", "5", 0));
        assert_eq!(found(&desk, seen), expected, "{:?}", desk.plan);
    }
}

const BOUNDARY: &str = "2026-12-15T00:00:00Z";
/// The last look before the renewal, days earlier.
const BEFORE: &str = "2026-12-12T00:00:00Z";

/// A desk with `held`, that looked last three days before the boundary and looks again `seen` at `now`.
fn over_the_boundary(rollover: Option<u32>, held: (&str, &str), now: &str, seen: (&str, &str)) -> Vec<Event> {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, rollover), balance(held.0, held.1, 0));
    desk.go_to(now);
    desk.settle_down(balance(seen.0, seen.1, 0))
}

#[rstest]
#[case::without_rollover(Some(0), ("12", "5"), ("40", "5"), vec![renewal("40", BOUNDARY, BOUNDARY)])]
#[case::nothing_was_used_so_nothing_changed(Some(0), ("40", "5"), ("40", "5"), vec![renewal("40", BOUNDARY, BOUNDARY)])]
#[case::more_than_a_month_is_forfeited(Some(0), ("60", "5"), ("40", "5"), vec![renewal("40", BOUNDARY, BOUNDARY)])]
#[case::with_rollover(Some(5), ("12", "5"), ("52", "5"), vec![renewal("52", BOUNDARY, BOUNDARY)])]
#[case::up_to_the_cap(Some(5), ("200", "5"), ("240", "5"), vec![renewal("240", BOUNDARY, BOUNDARY)])]
#[case::beyond_the_cap(Some(5), ("230", "5"), ("240", "5"), vec![renewal("240", BOUNDARY, BOUNDARY)])]
#[case::at_the_cap_and_nothing_was_used(Some(5), ("240", "5"), ("240", "5"), vec![renewal("240", BOUNDARY, BOUNDARY)])]
#[case::and_used_elsewhere_since(Some(5), ("12", "5"), ("49", "5"), vec![renewal("52", BOUNDARY, BOUNDARY), elsewhere("3", "0")])]
#[case::less_than_a_month_came(Some(0), ("12", "5"), ("13", "5"), vec![renewal("40", BOUNDARY, BOUNDARY), elsewhere("27", "0")])]
#[case::and_a_top_up(Some(0), ("12", "5"), ("40", "15"), vec![renewal("40", BOUNDARY, BOUNDARY), top_up("10")])]
#[case::and_less_payg(Some(0), ("12", "5"), ("40", "4"), vec![renewal("40", BOUNDARY, BOUNDARY), adjustment("0", "-1")])]
#[case::from_nothing(Some(0), ("0", "0"), ("40", "0"), vec![renewal("40", BOUNDARY, BOUNDARY)])]
#[case::more_than_the_plan_brings(Some(0), ("12", "5"), ("40.000001", "5"), vec![adjustment("28.000001", "0")])]
#[case::more_than_the_cap_allows(Some(5), ("230", "5"), ("270", "5"), vec![adjustment("40", "0")])]
#[case::not_renewed_yet(Some(5), ("12", "5"), ("12", "5"), vec![])]
#[case::not_renewed_yet_and_used_elsewhere(Some(5), ("12", "5"), ("11", "5"), vec![elsewhere("1", "0")])]
#[case::not_renewed_yet_and_a_top_up(Some(5), ("12", "5"), ("12", "8"), vec![top_up("3")])]
#[case::wiped(Some(5), ("12", "5"), ("0", "5"), vec![wiped("12")])]
#[case::wiped_and_a_top_up(Some(5), ("12", "5"), ("0", "15"), vec![wiped("12"), top_up("10")])]
#[case::used_up_into_payg_is_not_wiped(Some(5), ("12", "5"), ("0", "4"), vec![elsewhere("12", "1")])]
#[case::nothing_was_there_to_wipe(Some(5), ("0", "5"), ("0", "5"), vec![])]
#[case::rollover_of_unknown_size(None, ("12", "5"), ("47", "5"), vec![renewal("47", BOUNDARY, BOUNDARY)])]
#[case::nothing_carried_over_where_that_is_unknown(None, ("12", "5"), ("40", "5"), vec![renewal("40", BOUNDARY, BOUNDARY)])]
#[case::all_carried_over_where_that_is_unknown(None, ("12", "5"), ("52", "5"), vec![renewal("52", BOUNDARY, BOUNDARY)])]
#[case::a_month_comes_at_least(None, ("12", "5"), ("38", "5"), vec![renewal("40", BOUNDARY, BOUNDARY), elsewhere("2", "0")])]
fn six_hours_after_the_renewal_day_began(
    #[case] rollover: Option<u32>,
    #[case] held: (&str, &str),
    #[case] seen: (&str, &str),
    #[case] expected: Vec<Event>,
) {
    assert_eq!(over_the_boundary(rollover, held, "2026-12-15T06:00:00Z", seen), expected);
}

#[rstest]
#[case::a_day_and_a_half_before("2026-12-13T12:00:00Z", true)]
#[case::a_minute_earlier("2026-12-13T11:57:00Z", false)]
#[case::a_day_and_a_half_after("2026-12-16T12:00:00Z", true)]
#[case::the_first_look_in_a_week("2026-12-22T00:00:00Z", true)]
fn a_rise_is_a_renewal_within_the_window(#[case] now: &str, #[case] renews: bool) {
    let found = over_the_boundary(Some(0), ("12", "5"), now, ("40", "5"));
    assert_eq!(matches!(found[..], [Event::Renewal { .. }]), renews, "{found:?}");
    assert_eq!(matches!(found[..], [Event::Adjustment { .. }]), !renews, "{found:?}");
}

#[test]
fn the_first_conclusive_look_after_the_window_closes_it() {
    let desk = |last_look: &str| {
        let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("12", "5", 0));
        desk.go_to(last_look);
        desk.look(balance("12", "5", 0));
        desk.go_to("2026-12-17T00:00:00Z");
        desk.settle_down(balance("40", "5", 0))
    };
    let within = desk("2026-12-16T11:59:00Z");
    assert_eq!(within, [renewal("40", BOUNDARY, "2026-12-16T11:59:00Z")]);
    assert_eq!(desk("2026-12-16T12:00:01Z"), [adjustment("28", "0")]);
}

#[test]
fn a_look_before_the_window_leaves_it_open() {
    let desk = Desk::opened("2026-12-15T00:00:00Z", plan("40", 15, 0), balance("12", "5", 0));
    let due = |now: &str| renewal_due(&desk.state, desk.plan().unwrap(), at(now));
    let expected = Some(Due { boundary: at(BOUNDARY), renewals: 1 });
    assert_eq!(due("2026-12-15T00:00:00Z"), expected);
    assert_eq!(due("2026-12-20T00:00:00Z"), expected, "nobody looked since");
    assert_eq!(due("2027-03-16T00:00:00Z").map(|due| due.renewals), Some(4));
}

#[test]
fn nothing_is_due_before_the_first_look() {
    assert_eq!(renewal_due(&AccountState::default(), &plan("40", 15, 0), at(BOUNDARY)), None);
}

#[rstest]
#[case::a_rise_renews("52", true)]
#[case::an_unchanged_balance_says_nothing("40", false)]
#[case::an_empty_one_was_not_wiped("0", false)]
fn of_a_boundary_before_the_first_look(#[case] seen: &str, #[case] renews: bool) {
    let mut desk = Desk::opened("2026-12-15T06:00:00Z", plan("40", 15, 0), balance("40", "5", 0));
    if renews {
        desk = Desk::opened("2026-12-15T06:00:00Z", plan("40", 15, 5), balance("12", "5", 0));
    }
    let found = desk.settle_down(balance(seen, "5", 0));
    let expected = if renews {
        vec![renewal("52", BOUNDARY, "2026-12-15T06:00:00Z")]
    } else if seen == "0" {
        vec![elsewhere("40", "0")]
    } else {
        vec![]
    };
    assert_eq!(found, expected);
}

#[test]
fn one_renewal_a_cycle() {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("12", "5", 0));
    desk.go_to("2026-12-14T20:00:00Z");
    assert_eq!(desk.settle_down(balance("40", "5", 0)).len(), 1);
    assert_eq!(renewal_due(&desk.state, desk.plan().unwrap(), at("2026-12-15T12:00:00Z")), None);
    desk.downloads(5);
    assert_eq!(desk.settle_down(balance("40", "5", 0)), [adjustment("5", "0")], "credits back is no renewal");
    let next = Due { boundary: at("2027-01-15T00:00:00Z"), renewals: 1 };
    assert_eq!(renewal_due(&desk.state, desk.plan().unwrap(), at("2027-01-14T12:00:00Z")), Some(next));
}

#[rstest]
#[case::two_days_on(17, None)]
#[case::thirteen_days_on(28, None)]
#[case::to_the_day_before(14, Some("2027-01-14T00:00:00Z"))]
#[case::to_the_first(1, Some("2027-01-01T00:00:00Z"))]
fn a_corrected_renewal_day_does_not_renew_again(#[case] day: u8, #[case] due: Option<&str>) {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("12", "5", 0));
    desk.go_to("2026-12-15T06:00:00Z");
    desk.settle_down(balance("40", "5", 0));
    let corrected = plan("40", day, 0);
    for day in 15..=31 {
        let due = renewal_due(&desk.state, &corrected, at(&format!("2026-12-{day}T00:00:00Z")));
        assert!(due.is_none_or(|due| due.boundary > at("2026-12-30T00:00:00Z")), "{day}: {due:?}");
    }
    if let Some(due) = due {
        let seen = renewal_due(&desk.state, &corrected, at(due)).map(|due| due.boundary);
        assert_eq!(seen, Some(at(due)));
    }
}

#[rstest]
#[case::without_rollover(Some(0), "40")]
#[case::with_rollover(Some(5), "132")]
#[case::to_the_cap(Some(2), "120")]
#[case::unknown(None, "132")]
fn several_months_nobody_looked_are_renewed_one_by_one(#[case] rollover: Option<u32>, #[case] expected: &str) {
    let found = over_the_boundary(rollover, ("12", "5"), "2027-02-20T00:00:00Z", (expected, "5"));
    assert_eq!(found, [renewal(expected, "2027-02-15T00:00:00Z", "2027-02-15T00:00:00Z")]);
}

#[test]
fn a_renewal_years_after_the_first_look_is_seen() {
    let mut desk = Desk::opened("2020-01-20T00:00:00Z", None, balance("12", "5", 0));
    desk.go_to(BEFORE);
    desk.look(balance("12", "5", 0));
    desk.plan = Some(plan("40", 15, 0));
    desk.go_to("2026-12-15T06:00:00Z");
    assert_eq!(desk.settle_down(balance("40", "5", 0)), [renewal("40", BOUNDARY, BOUNDARY)]);
}

#[test]
fn after_years_without_a_look_the_latest_renewal_counts() {
    let found = over_the_boundary(Some(0), ("12", "5"), "2036-12-15T06:00:00Z", ("40", "5"));
    assert_eq!(found, [renewal("40", "2036-12-15T00:00:00Z", "2036-12-15T00:00:00Z")]);
}

/// Charges before and after the moment the service renewed, and where the fold must end.
struct AroundTheBoundary {
    desk: Desk,
}

impl AroundTheBoundary {
    fn new(rollover: impl Into<Option<u32>>, held: (&str, &str)) -> Self {
        Self { desk: Desk::opened(BEFORE, plan("40", 15, rollover), balance(held.0, held.1, 0)) }
    }

    fn charged(mut self, time: &str, count: usize) -> Self {
        self.desk.go_to(time);
        self.desk.downloads(count);
        self
    }

    fn seen(mut self, now: &str, subscription: &str, payg: &str) -> (Vec<Event>, Option<Credits>, Credits) {
        self.desk.go_to(now);
        let found = self.desk.settle_down(balance(subscription, payg, 0));
        assert_eq!(self.desk.holds(), (credits(subscription), credits(payg)));
        (found, self.desk.state.cycle().used, self.desk.state.cycle().payg)
    }
}

#[test]
fn own_charges_belong_to_the_cycle_of_the_answers_date() {
    let (found, used, payg) = AroundTheBoundary::new(0, ("12", "5"))
        .charged("2026-12-14T23:59:00Z", 3)
        .charged("2026-12-15T00:00:00Z", 4)
        .seen("2026-12-15T06:00:00Z", "36", "5");
    assert_eq!(found, [renewal("40", BOUNDARY, BOUNDARY)]);
    assert_eq!((used, payg), (Some(credits("4")), Credits::ZERO));
}

#[test]
fn own_charges_booked_as_payg_were_paid_by_the_new_month() {
    let desk = AroundTheBoundary::new(0, ("2", "5")).charged("2026-12-15T00:00:00Z", 4);
    assert_eq!(desk.desk.holds(), (Credits::ZERO, credits("3")), "as nobody knew of the renewal yet");
    let (found, used, payg) = desk.seen("2026-12-15T06:00:00Z", "36", "5");
    assert_eq!(found, [renewal("40", BOUNDARY, BOUNDARY)]);
    assert_eq!((used, payg), (Some(credits("4")), Credits::ZERO));
}

#[test]
fn own_charges_that_passed_the_credits_were_paid_by_the_new_month() {
    let desk = AroundTheBoundary::new(0, ("1", "0")).charged("2026-12-15T00:00:00Z", 4);
    let (found, used, _) = desk.seen("2026-12-15T06:00:00Z", "36", "0");
    assert_eq!((found, used), (vec![renewal("40", BOUNDARY, BOUNDARY)], Some(credits("4"))));
}

#[test]
fn a_renewal_hours_late_is_found_between_own_charges() {
    let (found, used, payg) = AroundTheBoundary::new(0, ("5", "10"))
        .charged("2026-12-15T01:00:00Z", 7)
        .charged("2026-12-15T08:00:00Z", 3)
        .seen("2026-12-15T12:00:00Z", "37", "8");
    assert_eq!(found, [renewal("40", BOUNDARY, "2026-12-15T08:00:01Z")]);
    assert_eq!((used, payg), (Some(credits("3")), Credits::ZERO));
}

#[test]
fn a_renewal_after_the_last_own_charge_is_found() {
    let (found, used, payg) = AroundTheBoundary::new(0, ("20", "10")).charged("2026-12-15T01:00:00Z", 3).seen(
        "2026-12-15T12:00:00Z",
        "40",
        "10",
    );
    assert_eq!(found, [renewal("40", BOUNDARY, "2026-12-15T01:00:03.000001Z")]);
    assert_eq!((used, payg), (Some(Credits::ZERO), Credits::ZERO));
}

#[test]
fn a_renewal_before_its_day_is_found_between_own_charges() {
    let (found, used, payg) = AroundTheBoundary::new(0, ("5", "10"))
        .charged("2026-12-14T01:00:00Z", 6)
        .charged("2026-12-14T08:00:00Z", 3)
        .seen("2026-12-14T12:00:00Z", "37", "9");
    assert_eq!(found, [renewal("40", BOUNDARY, "2026-12-14T08:00:01Z")]);
    assert_eq!((used, payg), (Some(credits("3")), Credits::ZERO));
}

#[test]
fn charges_of_the_same_second_lie_on_the_same_side() {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("20", "0", 0));
    desk.go_to("2026-12-15T01:00:00Z");
    desk.downloads(3);
    desk.go_to("2026-12-15T08:00:00Z");
    for _ in 0..2 {
        let attempt = desk.reserve("1", Purpose::Download);
        desk.settle(attempt, "1");
    }
    // The month began between the two: nothing tells them apart, so the one that it paid counts as somebody else's.
    let found = desk.settle_down(balance("39", "0", 0));
    assert_eq!(found, [renewal("40", BOUNDARY, "2026-12-15T08:00:00.000001Z"), elsewhere("1", "0")]);
}

#[test]
fn the_first_moment_of_the_day_is_of_the_day() {
    let found = over_the_boundary(Some(0), ("12", "5"), "2026-12-14T23:58:59Z", ("40", "5"));
    assert_eq!(found, [renewal("40", BOUNDARY, BOUNDARY)], "the second look was at midnight");
    let unchanged = over_the_boundary(Some(0), ("40", "5"), "2026-12-14T23:58:59Z", ("40", "5"));
    assert_eq!(unchanged, [renewal("40", BOUNDARY, "2026-12-15T00:00:00Z")]);
    let mut opened_then = Desk::opened(BOUNDARY, plan("40", 15, 0), balance("40", "5", 0));
    assert_eq!(opened_then.settle_down(balance("40", "5", 0)), [], "no look before it");
}

#[test]
fn no_renewal_begins_before_its_window() {
    let (found, used, _) = AroundTheBoundary::new(0, ("20", "0")).charged("2026-12-13T11:00:00Z", 3).seen(
        "2026-12-13T13:00:00Z",
        "37",
        "0",
    );
    assert_eq!(found, [renewal("40", BOUNDARY, "2026-12-13T12:00:00Z"), elsewhere("3", "0")]);
    assert_eq!(used, Some(credits("3")));
}

#[test]
fn own_charges_before_the_day_do_not_make_an_early_renewal_of_an_unchanged_balance() {
    let (found, used, _) = AroundTheBoundary::new(0, ("40", "0")).charged("2026-12-14T20:00:00Z", 3).seen(
        "2026-12-15T06:00:00Z",
        "37",
        "0",
    );
    assert_eq!((found, used), (vec![], None));
}

#[test]
fn a_look_past_the_boundary_that_showed_no_renewal_says_that_it_came_later() {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("12", "5", 0));
    desk.go_to("2026-12-15T03:00:00Z");
    desk.look(balance("12", "5", 0));
    desk.go_to("2026-12-15T06:00:00Z");
    assert_eq!(desk.settle_down(balance("40", "5", 0)), [renewal("40", BOUNDARY, "2026-12-15T03:00:00Z")]);
}

#[test]
fn a_charge_booked_late_counts_for_the_cycle_it_is_dated_in() {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("12", "5", 0));
    desk.go_to("2026-12-15T06:00:00Z");
    desk.settle_down(balance("40", "5", 0));
    let charge = |attempt| Event::Settled {
        attempt: clearcut_credits::AttemptId(attempt),
        amount: Credits::ONE,
        basis: clearcut_credits::Source::Measured,
    };
    desk.book_served(charge(71), Some(at("2026-12-14T23:59:59.999999Z")));
    assert_eq!(desk.state.cycle().used, Some(Credits::ZERO));
    desk.book_served(charge(72), Some(at(BOUNDARY)));
    assert_eq!(desk.state.cycle().used, Some(Credits::ONE));
}

#[test]
fn another_plan_stays_an_adjustment_and_a_rise_that_waits_for_the_users_word() {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("40", 15, 0), balance("12", "5", 0));
    desk.downloads(2);
    assert_eq!(desk.settle_down(balance("200", "5", 0)), [adjustment("190", "0")]);
    let seq = desk.lines.iter().find(|entry| matches!(entry.event, Event::Adjustment { .. })).unwrap().seq;
    let rise = Rise { seq, at: desk.now, from: credits("10"), to: credits("200"), spent_since: Credits::ZERO };
    assert_eq!(desk.state.cycle().rise, Some(rise));
    desk.downloads(3);
    desk.settle_down(balance("190", "5", 0));
    let spent_since = credits("10");
    assert_eq!(desk.state.cycle().rise, Some(Rise { spent_since, ..rise }), "three here and seven elsewhere");
    assert_eq!(desk.state.cycle().armed, 0, "a rise alone arms nothing");

    let said = Event::CycleStated { began_at: rise.at, used: spent_since, renewed: true };
    desk.book(said);
    let cycle = desk.state.cycle();
    assert_eq!((cycle.used, cycle.rise, cycle.armed), (Some(credits("10")), None, desk.state.last_seq()));
    assert_eq!((cycle.zero_armed, cycle.closed), (cycle.armed, Some(rise.at)));
}

#[test]
fn a_fall_leaves_no_rise() {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", None, balance("12", "5", 0));
    desk.settle_down(balance("12", "4", 0));
    desk.settle_down(balance("3", "4", 0));
    assert_eq!(desk.state.cycle().rise, None);
}

#[test]
fn nothing_is_explained_at_the_first_look_or_where_a_pocket_is_not_told() {
    let seen = balance("12", "5", 0);
    let first = explain(&AccountState::default(), Some(&plan("40", 15, 0)), seen, at(BOUNDARY));
    assert_eq!(first, []);
    for untold in [Balance { payg: None, ..seen }, Balance { subscription: None, ..seen }] {
        let desk = Desk::opened(BEFORE, plan("40", 15, 0), seen);
        assert_eq!(explain(&desk.state, desk.plan(), untold, desk.now), []);
        let desk = Desk::opened(BEFORE, plan("40", 15, 0), untold);
        assert_eq!(explain(&desk.state, desk.plan(), seen, desk.now), []);
    }
}

#[test]
fn beside_an_undecided_request_what_went_is_the_requests_and_what_came_is_booked() {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", None, balance("0", "5", 0));
    let attempt = desk.reserve("1", Purpose::Download);
    desk.book(Event::Undecided { attempt });
    let mut fell = desk.clone();
    assert_eq!(fell.settle_down(balance("0", "2", 0)), [], "one credit or three: nobody knows");
    assert_eq!((fell.state.cycle().payg, fell.state.undecided()), (credits("3"), Credits::ONE));

    assert_eq!(desk.settle_down(balance("0", "14", 0)), [top_up("9")], "ten were bought, or nine");
    assert_eq!(desk.state.open_questions().count(), 0, "only the user can tell now");
    assert_eq!(desk.settle_down(balance("0", "14", 0)), []);
    assert_eq!(desk.state.undecided(), Credits::ONE);
}

#[test]
fn a_renewal_beside_an_undecided_request_is_booked_and_the_request_left_to_the_user() {
    for (seen, used) in [("52", "0"), ("51", "1")] {
        let mut desk = Desk::opened(BEFORE, plan("40", 15, 5), balance("12", "5", 0));
        desk.go_to("2026-12-14T23:00:00Z");
        let attempt = desk.reserve("1", Purpose::Download);
        desk.book(Event::Undecided { attempt });
        desk.go_to("2026-12-15T06:00:00Z");
        assert_eq!(desk.settle_down(balance(seen, "5", 0)), [renewal("52", BOUNDARY, BOUNDARY)]);
        assert_eq!((desk.state.cycle().used, desk.state.undecided()), (Some(credits(used)), Credits::ONE));
        assert_eq!(desk.settle_down(balance(seen, "5", 0)), [], "nothing resolves it by itself");
        desk.settle(attempt, "1");
        assert_eq!(desk.holds(), (credits(seen), credits("5")), "it is in the balance already");
    }
}

#[test]
fn an_undecided_request_on_the_renewal_day_is_decided_before_an_unchanged_balance_renews() {
    let mut desk = Desk::opened(BEFORE, plan("40", 15, 0), balance("40", "5", 0));
    desk.go_to("2026-12-15T06:00:00Z");
    let attempt = desk.reserve("1", Purpose::Download);
    desk.book(Event::Undecided { attempt });
    assert_eq!(desk.look(balance("40", "5", 0)), []);
    let found = desk.settle_down(balance("40", "5", 0));
    assert_eq!(found, [Event::Released { attempt }, renewal("40", BOUNDARY, "2026-12-15T06:01:00Z")]);
}
