//! When the user is told, level by level.

use clearcut_credits::{
    AccountState, Credits, Event, Item, Level, NoticeKey, NoticeRules, Plan, Raise, crossings, quote, raise, reached,
};
use rstest::rstest;

use crate::desk::plan;
use crate::{balance, conclusive, credits, ledger, second};

const EIGHTY: Level = Level::Share(80);

fn stated(used: &str) -> Event {
    Event::CycleStated { began_at: second(0), used: credits(used), renewed: false }
}

fn levels(events: Vec<Event>, plan: Option<&Plan>, rules: &NoticeRules) -> Vec<Level> {
    reached(&AccountState::of(&ledger(events)), plan, rules).into_iter().map(|key| key.level).collect()
}

#[rstest]
#[case::a_millionth_before("31.999999", &[])]
#[case::exactly("32", &[EIGHTY])]
#[case::all_of_it("40", &[EIGHTY])]
#[case::more_than_all("45", &[EIGHTY])]
fn eighty_per_cent_is_of_the_months_credits(#[case] used: &str, #[case] expected: &[Level]) {
    let events = vec![conclusive(balance("200", "10", 0)), stated(used)];
    assert_eq!(levels(events, Some(&plan("40", 15, 5)), &NoticeRules::default()), expected);
}

#[test]
fn while_use_is_unknown_there_is_no_share() {
    let events = || vec![conclusive(balance("1", "10", 0))];
    assert_eq!(levels(events(), Some(&plan("40", 15, 5)), &NoticeRules::default()), []);
    assert_eq!(levels(events(), Some(&plan("40", 15, 0)), &NoticeRules::default()), [EIGHTY], "bounded by the plan");
    assert_eq!(levels(vec![conclusive(balance("1", "10", 0)), stated("39")], None, &NoticeRules::default()), []);
}

#[test]
fn shares_come_in_order_whatever_order_they_were_entered_in() {
    let rules = NoticeRules { levels: vec![95, 50, 80, 50, 100], ..NoticeRules::default() };
    let events = |used| vec![conclusive(balance("200", "10", 0)), stated(used)];
    let plan = plan("40", 15, 5);
    let share = |percent: &u8| Level::Share(*percent);
    assert_eq!(levels(events("20"), Some(&plan), &rules), [50].each_ref().map(share));
    assert_eq!(levels(events("38"), Some(&plan), &rules), [50, 80, 95].each_ref().map(share));
    assert_eq!(levels(events("40"), Some(&plan), &rules), [50, 80, 95, 100].each_ref().map(share));
}

#[test]
fn a_share_of_the_largest_amount_does_not_overflow() {
    let plan = Plan { monthly: Credits::MAX, ..plan("40", 15, 5) };
    let used = Event::CycleStated { began_at: second(0), used: Credits::MAX, renewed: false };
    let events = vec![conclusive(balance("200", "10", 0)), used];
    assert_eq!(levels(events, Some(&plan), &NoticeRules::default()), [EIGHTY]);
}

#[rstest]
#[case::a_subscription_that_is_seen("3", None, &[Level::Payg])]
#[case::a_plan_without_credits("0", Some(plan("40", 15, 5)), &[Level::Payg])]
#[case::neither("0", None, &[])]
fn payg_begins_where_there_is_a_subscription(
    #[case] held: &str,
    #[case] plan: Option<Plan>,
    #[case] expected: &[Level],
) {
    let used = Event::UsedElsewhere { subscription: Credits::ZERO, payg: credits("0.000001") };
    let events = vec![conclusive(balance(held, "10", 0)), used];
    assert_eq!(levels(events, plan.as_ref(), &NoticeRules::default()), expected);
}

#[rstest]
#[case::more_than_few("5.000001", &[])]
#[case::few("5", &[Level::Low])]
#[case::one_picture("1", &[Level::Low])]
#[case::too_few_for_one("0.999999", &[Level::Low, Level::Zero])]
#[case::none("0", &[Level::Low, Level::Zero])]
fn an_account_without_a_subscription(#[case] left: &str, #[case] expected: &[Level]) {
    assert_eq!(levels(vec![conclusive(balance("0", left, 0))], None, &NoticeRules::default()), expected);
}

#[test]
fn few_are_no_news_where_a_subscription_renews() {
    let events = || vec![conclusive(balance("0", "3", 0))];
    assert_eq!(levels(events(), Some(&plan("40", 15, 5)), &NoticeRules::default()), []);
    assert_eq!(levels(vec![conclusive(balance("2", "1", 0))], None, &NoticeRules::default()), []);
}

#[test]
fn an_unknown_balance_reaches_nothing() {
    assert_eq!(reached(&AccountState::default(), None, &NoticeRules::default()), []);
}

#[test]
fn the_price_of_a_picture_decides_what_is_nothing() {
    let rules = NoticeRules { picture: credits("0.2"), ..NoticeRules::default() };
    let left = |left| levels(vec![conclusive(balance("0", left, 0))], Some(&plan("40", 15, 5)), &rules);
    assert_eq!((left("0.2"), left("0.19")), (vec![], vec![Level::Zero]));
}

fn key(level: Level, armed: i64) -> NoticeKey {
    NoticeKey { level, armed }
}

#[test]
fn a_renewal_arms_everything_and_a_top_up_zero() {
    let used_up = Event::UsedElsewhere { subscription: credits("40"), payg: credits("0.5") };
    let renewal = Event::Renewal { subscription: credits("40"), due: second(0), began_at: second(0) };
    let events = vec![conclusive(balance("1", "0.5", 0)), renewal, used_up];
    let plan = plan("40", 15, 5);
    let keys = |events: Vec<Event>| reached(&AccountState::of(&ledger(events)), Some(&plan), &NoticeRules::default());
    assert_eq!(keys(events.clone()), [key(EIGHTY, 2), key(Level::Payg, 2), key(Level::Zero, 2)]);
    let topped_up = events.into_iter().chain([Event::TopUp { payg: credits("0.25") }]).collect();
    assert_eq!(keys(topped_up), [key(EIGHTY, 2), key(Level::Payg, 2), key(Level::Zero, 4)]);
}

#[rstest]
#[case::nothing_reached(&[], &[], None, &[])]
#[case::the_first_time(&[key(EIGHTY, 0)], &[], Some(key(EIGHTY, 0)), &[])]
#[case::told_already(&[key(EIGHTY, 0)], &[key(EIGHTY, 0)], None, &[])]
#[case::armed_anew(&[key(EIGHTY, 7)], &[key(EIGHTY, 0)], Some(key(EIGHTY, 7)), &[])]
#[case::the_higher_silences_the_lower(
    &[key(EIGHTY, 0), key(Level::Payg, 0), key(Level::Zero, 0)], &[],
    Some(key(Level::Zero, 0)), &[key(EIGHTY, 0), key(Level::Payg, 0)],
)]
#[case::those_told_are_not_silenced_again(
    &[key(EIGHTY, 0), key(Level::Payg, 0), key(Level::Zero, 0)], &[key(EIGHTY, 0)],
    Some(key(Level::Zero, 0)), &[key(Level::Payg, 0)],
)]
#[case::a_lower_one_after_a_higher(&[key(EIGHTY, 0), key(Level::Payg, 0)], &[key(Level::Payg, 0)], None, &[key(EIGHTY, 0)])]
fn of_what_is_reached_the_gravest_is_told(
    #[case] reached: &[NoticeKey],
    #[case] told: &[NoticeKey],
    #[case] tell: Option<NoticeKey>,
    #[case] silence: &[NoticeKey],
) {
    assert_eq!(raise(reached, |key| told.contains(key)), Raise { tell, silence: silence.to_vec() });
}

/// What a run over `pictures` pictures would cross.
fn crossed(events: Vec<Event>, plan: Option<&Plan>, pictures: usize) -> Vec<Level> {
    let state = AccountState::of(&ledger(events));
    let quoted = quote(&state.purse(plan), &vec![Item::download(Credits::ONE); pictures]);
    crossings(&state, plan, &NoticeRules::default(), &quoted)
}

#[rstest]
#[case::none(7, &[])]
#[case::eighty_per_cent(8, &[EIGHTY])]
#[case::to_the_end_of_the_month(10, &[EIGHTY])]
#[case::into_payg(11, &[EIGHTY, Level::Payg])]
#[case::to_the_last_but_one(14, &[EIGHTY, Level::Payg])]
#[case::to_the_end(15, &[EIGHTY, Level::Payg, Level::Zero])]
#[case::beyond_it(30, &[EIGHTY, Level::Payg, Level::Zero])]
fn a_quote_says_what_it_would_cross(#[case] pictures: usize, #[case] expected: &[Level]) {
    let plan = plan("10", 15, 0);
    assert_eq!(crossed(vec![conclusive(balance("10", "5", 0))], Some(&plan), pictures), expected);
}

#[test]
fn what_is_reached_is_not_crossed_again() {
    let plan = plan("10", 15, 0);
    assert_eq!(crossed(vec![conclusive(balance("2", "5", 0))], Some(&plan), 3), [Level::Payg]);
    assert_eq!(crossed(vec![conclusive(balance("0", "0", 0))], Some(&plan), 3), []);
}

#[test]
fn a_quote_that_charges_nothing_crosses_nothing() {
    let state = AccountState::of(&ledger([conclusive(balance("10", "5", 0)), crate::reserved(1, "14.5")]));
    let plan = plan("10", 15, 0);
    let crossed = |items: &[Item]| {
        let quoted = quote(&state.purse(Some(&plan)), items);
        crossings(&state, Some(&plan), &NoticeRules::default(), &quoted)
    };
    assert_eq!(crossed(&[Item { already_paid: true, ..Item::download(Credits::ONE) }]), []);
    assert_eq!(crossed(&[]), []);
}

#[rstest]
#[case::still_enough(2, &[])]
#[case::few(3, &[Level::Low])]
#[case::none(8, &[Level::Low, Level::Zero])]
fn without_a_subscription_a_quote_crosses_low_and_zero(#[case] pictures: usize, #[case] expected: &[Level]) {
    assert_eq!(crossed(vec![conclusive(balance("0", "8", 0))], None, pictures), expected);
}

#[test]
fn with_a_subscription_low_is_no_level_of_a_quote() {
    assert_eq!(crossed(vec![conclusive(balance("8", "0", 0))], None, 4), []);
    assert_eq!(crossed(vec![conclusive(balance("0", "8", 0))], Some(&plan("10", 15, 5)), 4), [Level::Payg]);
}
