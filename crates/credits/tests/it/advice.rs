//! Advice whose sums are written out, and what must hold for every catalogue.

use clearcut_credits::{
    Advice, Credits, FullCycle, Money, Pack, ParseMoneyError, PlanCase, PlanCost, PlanOffer, Way, advise,
};
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use rstest::rstest;

use crate::credits;

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn plan(monthly: &str, price: &str) -> PlanOffer {
    PlanOffer { name: format!("{monthly} a month"), monthly: credits(monthly), price: money(price) }
}

fn pack(amount: &str, price: &str) -> Pack {
    Pack { credits: credits(amount), price: money(price) }
}

/// 40 for 9, 200 for 39, 500 for 89 a month.
fn plans() -> [PlanOffer; 3] {
    [plan("500", "89"), plan("40", "9"), plan("200", "39")]
}

/// 10 for 9, 100 for 60.
fn packs() -> [Pack; 2] {
    [pack("10", "9"), pack("100", "60")]
}

fn cycles(used: &[&str]) -> Vec<FullCycle> {
    let first = date(2026, 1, 31);
    (0..).zip(used).map(|(month, used)| FullCycle { began: first + month.months(), used: credits(used) }).collect()
}

fn case<'a>(cycles: &'a [FullCycle], offers: &'a [PlanOffer], packs: &'a [Pack]) -> PlanCase<'a> {
    PlanCase { cycles, offers, packs, current: None, rollover_cap: Credits::ZERO, rollover: Some(Credits::ZERO) }
}

fn total(cost: Option<&PlanCost<'_>>) -> String {
    cost.and_then(PlanCost::total).map_or("–".to_owned(), |total| total.to_string())
}

#[test]
fn nothing_is_advised_without_a_full_cycle_or_a_plan_on_sale() {
    let (plans, packs) = (plans(), packs());
    assert_eq!(advise(&case(&[], &plans, &packs)), None);
    assert_eq!(advise(&case(&cycles(&["10"]), &[], &packs)), None);
    let nonsense = [plan("0", "1"), plan("-40", "1"), plan("40", "-1")];
    assert_eq!(advise(&case(&cycles(&["10"]), &nonsense, &packs)), None);
    assert!(advise(&case(&cycles(&["10"]), &plans, &[])).is_some());
}

#[test]
fn every_sum_of_three_cycles() {
    let (plans, packs, cycles) = (plans(), packs(), cycles(&["30", "60", "50"]));
    let advice = advise(&PlanCase { current: Some(&plans[1]), ..case(&cycles, &plans, &packs) }).unwrap();
    let sums: Vec<[String; 3]> = advice
        .costs
        .iter()
        .map(|cost| [cost.subscription.to_string(), cost.packs.unwrap().to_string(), total(Some(cost))])
        .collect();
    let written = [
        // No plan: three packs of ten, six, five. 14 × 9; the hundred at 60 is never cheaper than six times nine.
        ["0.00", "126.00", "126.00"],
        // 40: 3 × 9, and packs for 20 and for 10: 3 × 9.
        ["27.00", "27.00", "54.00"],
        // 200: 3 × 39. 500: 3 × 89.
        ["117.00", "0.00", "117.00"],
        ["267.00", "0.00", "267.00"],
    ];
    assert_eq!(sums, written.map(|sums| sums.map(str::to_owned)));
    assert_eq!(advice.enough, Some(&plans[2]));
    assert_eq!((advice.cycles, advice.best), (3, Way::Keep));
    assert_eq!(total(Some(&advice.keep)), "54.00");
    assert_eq!(
        (total(advice.upgrade.as_ref()), advice.saving(Way::Upgrade)),
        ("117.00".to_owned(), Some(money("-63")))
    );
    assert_eq!((advice.downgrade.unwrap().plan, advice.saving(Way::Downgrade)), (None, Some(money("-72"))));
}

#[rstest]
// 150 − 40 = 110: 60 + 9. 180 − 40 = 140: 60 + 4 × 9. With 2 × 9 for the plan 183; 200 a month cost 78.
#[case::upgrade("40", &["150", "180"], "0", Way::Upgrade, "105.00", "0.00", Way::Upgrade)]
// 100 in packs are worth 60, less than the 105.
#[case::upgrade_worth_its_rollover("40", &["150", "180"], "100", Way::Upgrade, "105.00", "60.00", Way::Upgrade)]
// 180 in packs: two hundreds at 120 are cheaper than 60 + 8 × 9, and more than the 105.
#[case::upgrade_not_worth_its_rollover("40", &["150", "180"], "180", Way::Upgrade, "105.00", "120.00", Way::Keep)]
// 200 a month cost 117, 40 a month 27 and three tens.
#[case::downgrade("200", &["30", "60", "50"], "0", Way::Downgrade, "63.00", "0.00", Way::Downgrade)]
// 110 in packs are worth 69, more than the 63.
#[case::downgrade_not_worth_its_rollover("200", &["30", "60", "50"], "110", Way::Downgrade, "63.00", "69.00", Way::Keep)]
// 9 for the plan, 9 for ten credits: no reason to change.
#[case::a_tie_keeps("40", &["10"], "0", Way::Downgrade, "0.00", "0.00", Way::Keep)]
fn a_change_must_save_more_than_it_forfeits(
    #[case] current: &str,
    #[case] used: &[&str],
    #[case] held: &str,
    #[case] way: Way,
    #[case] saving: &str,
    #[case] forfeits_worth: &str,
    #[case] best: Way,
) {
    let (plans, packs, cycles) = (plans(), packs(), cycles(used));
    let current = plans.iter().find(|plan| plan.monthly == credits(current));
    let held = Some(credits(held));
    let advice = advise(&PlanCase { current, rollover: held, ..case(&cycles, &plans, &packs) }).unwrap();
    assert_eq!((advice.saving(way), advice.forfeits_worth), (Some(money(saving)), Some(money(forfeits_worth))));
    assert_eq!((advice.forfeits, advice.best), (held, best));
}

#[test]
fn while_the_rollover_is_unknown_no_change_is_advised() {
    let (plans, packs, cycles) = (plans(), packs(), cycles(&["30", "60", "50"]));
    let unknown = PlanCase { current: Some(&plans[2]), rollover: None, ..case(&cycles, &plans, &packs) };
    let advice = advise(&unknown).unwrap();
    assert_eq!((advice.forfeits, advice.forfeits_worth, advice.best), (None, None, Way::Keep));
    assert_eq!(advice.saving(Way::Downgrade), Some(money("63")), "the sum is shown all the same");
}

#[test]
fn rollover_counts_for_the_plan_that_has_it() {
    // 40 a month: the first cycle leaves 30 for the second. Bought anew, the same plan carries nothing: two packs.
    let (plans, packs, cycles) = (plans(), packs(), cycles(&["10", "60"]));
    let old = PlanCase { current: Some(&plans[1]), rollover_cap: credits("200"), ..case(&cycles, &plans, &packs) };
    let advice = advise(&old).unwrap();
    assert_eq!((total(Some(&advice.keep)), total(Some(&advice.costs[1]))), ("18.00".to_owned(), "36.00".to_owned()));
    // With a cap of 15, five of a pack are needed.
    let advice = advise(&PlanCase { rollover_cap: credits("15"), ..old }).unwrap();
    assert_eq!(total(Some(&advice.keep)), "27.00");
}

#[test]
fn what_a_pack_leaves_serves_the_next_cycle() {
    let (plans, tens, cycles) = (plans(), [pack("10", "9")], cycles(&["12", "7", "1.25"]));
    let advice = advise(&case(&cycles, &plans, &tens)).unwrap();
    // 20 for 12, of the 8 left 7, then one more ten for a quarter of a credit.
    let keep = advice.keep;
    assert_eq!((total(Some(&keep)), keep.bought, keep.left), ("27.00".to_owned(), credits("30"), credits("9.75")));
}

#[test]
fn without_a_plan_the_only_change_is_up() {
    let (plans, packs, cycles) = (plans(), packs(), cycles(&["39", "40"]));
    let advice = advise(&PlanCase { rollover: None, ..case(&cycles, &plans, &packs) }).unwrap();
    assert_eq!((total(Some(&advice.keep)), advice.downgrade), ("72.00".to_owned(), None));
    assert_eq!(advice.upgrade.and_then(|cost| cost.plan), Some(&plans[1]));
    assert_eq!((advice.best, advice.saving(Way::Upgrade)), (Way::Upgrade, Some(money("54"))));
    assert_eq!(advice.forfeits, Some(Credits::ZERO), "who has no plan holds no rollover");
}

#[test]
fn where_no_packs_are_sold_a_plan_must_be_enough() {
    let (plans, cycles) = (plans(), cycles(&["60"]));
    let advice = advise(&PlanCase { current: Some(&plans[1]), ..case(&cycles, &plans, &[]) }).unwrap();
    assert_eq!((advice.keep.total(), advice.saving(Way::Upgrade)), (None, None));
    assert_eq!((advice.best, advice.upgrade.unwrap().plan), (Way::Upgrade, Some(&plans[2])));
    assert_eq!(advice.downgrade, None, "no smaller plan and no packs");
}

#[test]
fn without_packs_rollover_is_worth_its_share_of_the_plan() {
    let (plans, cycles) = (plans(), cycles(&["30"]));
    let held = PlanCase { current: Some(&plans[2]), rollover: Some(credits("100")), ..case(&cycles, &plans, &[]) };
    // Half of 200 for 39; the downgrade saves 30.
    let advice = advise(&held).unwrap();
    assert_eq!((advice.forfeits_worth, advice.best), (Some(money("19.5")), Way::Downgrade));
    let advice = advise(&PlanCase { rollover: Some(credits("160")), ..held }).unwrap();
    assert_eq!((advice.forfeits_worth, advice.best), (Some(money("31.2")), Way::Keep));
}

#[test]
fn a_plan_that_is_no_longer_sold_is_compared_all_the_same() {
    let (plans, packs, cycles) = (plans(), packs(), cycles(&["90", "90"]));
    let legacy = plan("100", "12.50");
    let advice = advise(&PlanCase { current: Some(&legacy), ..case(&cycles, &plans, &packs) }).unwrap();
    assert_eq!((total(Some(&advice.keep)), advice.best), ("25.00".to_owned(), Way::Keep));
    assert_eq!(advice.costs.len(), 4, "it is not among the plans on sale");
}

#[rstest]
#[case::exactly("10", "9.00", "10")]
#[case::a_part_needs_a_whole_pack("0.25", "9.00", "10")]
#[case::small_ones_while_they_are_cheaper("60", "54.00", "60")]
#[case::a_large_one_for_more("61", "60.00", "100")]
#[case::both("110", "69.00", "110")]
#[case::more_for_the_same_price("200", "120.00", "200")]
#[case::the_bulk_in_the_cheapest_a_credit("1000061", "600060.00", "1000100")]
fn packs_are_combined_to_the_lowest_price(#[case] wanted: &str, #[case] price: &str, #[case] bought: &str) {
    let (plans, packs, cycles) = (plans(), packs(), cycles(&[wanted]));
    let keep = advise(&case(&cycles, &plans, &packs)).unwrap().keep;
    assert_eq!((total(Some(&keep)), keep.bought), (price.to_owned(), credits(bought)));
}

#[test]
fn at_one_price_the_larger_pack_is_bought_and_packs_of_nothing_never() {
    let (plans, cycles) = (plans(), cycles(&["5"]));
    let packs = [pack("10", "9"), pack("20", "9"), pack("0", "0"), pack("0.5", "0")];
    assert_eq!(advise(&case(&cycles, &plans, &packs)).unwrap().keep.bought, credits("20"));
}

#[rstest]
#[case::to_the_last_credit("40", Some(1))]
#[case::one_hundredth_more("40.01", Some(2))]
#[case::more_than_any("501", None)]
fn a_plan_is_enough_to_its_last_credit(#[case] used: &str, #[case] enough: Option<usize>) {
    let (plans, packs, cycles) = (plans(), packs(), cycles(&["3", used]));
    assert_eq!(advise(&case(&cycles, &plans, &packs)).unwrap().enough, enough.map(|plan| &plans[plan]));
}

#[rstest]
#[case("9", "9.00")]
#[case("9.0", "9.00")]
#[case("0.0125", "0.0125")]
#[case("-0.5", "-0.50")]
#[case("1234.5600000000", "1234.56")]
#[case("0.000001", "0.000001")]
fn prices_are_read_exactly(#[case] text: &str, #[case] written: &str) {
    assert_eq!(money(text).to_string(), written);
}

#[rstest]
#[case("", ParseMoneyError::NotANumber)]
#[case("9 USD", ParseMoneyError::NotANumber)]
#[case("9,00", ParseMoneyError::NotANumber)]
#[case("1e2", ParseMoneyError::NotANumber)]
#[case("0.0000001", ParseMoneyError::TooFine)]
#[case("0.9999999", ParseMoneyError::TooFine)]
#[case("99999999999999", ParseMoneyError::OutOfRange)]
fn what_is_no_price_is_refused(#[case] text: &str, #[case] expected: ParseMoneyError) {
    assert_eq!(text.parse::<Money>(), Err(expected));
}

fn used() -> impl Strategy<Value = Vec<FullCycle>> {
    prop::collection::vec(0_i64..1_200, 1..7).prop_map(|quarters| {
        let began = date(2026, 1, 1);
        quarters.into_iter().map(|n| FullCycle { began, used: Credits::from_micros(n * 250_000) }).collect()
    })
}

fn any_plans() -> impl Strategy<Value = Vec<PlanOffer>> {
    let plan = (1_i64..400, 0_i64..9_000).prop_map(|(monthly, cents)| PlanOffer {
        name: String::new(),
        monthly: Credits::whole(monthly),
        price: Money::from_micros(cents * 10_000),
    });
    prop::collection::vec(plan, 1..5)
}

fn any_packs() -> impl Strategy<Value = Vec<Pack>> {
    let pack = (1_i64..60, 0_i64..6_000)
        .prop_map(|(size, cents)| Pack { credits: Credits::whole(size), price: Money::from_micros(cents * 10_000) });
    prop::collection::vec(pack, 0..4)
}

/// The lowest price of packs that hold `wanted` whole credits, by trying everything.
fn lowest(packs: &[Pack], wanted: i64) -> Option<Money> {
    if wanted <= 0 {
        return Some(Money::ZERO);
    }
    let (first, others) = packs.split_first()?;
    let size = first.credits.micros() / 1_000_000;
    let of_first = |count: i64| {
        let rest = lowest(others, wanted - count * size)?;
        Some(Money::from_micros(first.price.micros() * count).saturating_add(rest))
    };
    (0..=wanted / size + 1).filter_map(of_first).min()
}

proptest! {
    #[test]
    fn no_change_is_advised_that_costs_more_than_it_saves(
        cycles in used(), offers in any_plans(), packs in any_packs(), held in 0_i64..100, cap in 0_i64..300,
        has_plan in any::<bool>(),
    ) {
        let held = Credits::whole(held);
        let advice = advise(&PlanCase {
            current: has_plan.then(|| &offers[0]),
            rollover_cap: Credits::whole(cap),
            rollover: Some(held),
            ..case(&cycles, &offers, &packs)
        });
        let advice: Advice<'_> = advice.unwrap();
        if let Some(keep) = advice.keep.total() {
            let chosen = advice.cost(advice.best).unwrap().total().unwrap();
            let forfeited = if advice.best == Way::Keep { Money::ZERO } else { advice.forfeits_worth.unwrap() };
            prop_assert!(chosen.saturating_add(forfeited) <= keep);
            for way in [Way::Upgrade, Way::Downgrade] {
                let gain = advice.saving(way).map(|saving| saving.saturating_sub(advice.forfeits_worth.unwrap()));
                let best = keep.saturating_sub(chosen).saturating_sub(forfeited);
                prop_assert!(gain.is_none_or(|gain| gain <= best), "{way:?} is better than {:?}", advice.best);
            }
        }
    }

    #[test]
    fn the_plan_that_is_enough_is_the_smallest_such(cycles in used(), offers in any_plans()) {
        let advice = advise(&case(&cycles, &offers, &[])).unwrap();
        let enough = |plan: &PlanOffer| cycles.iter().all(|cycle| cycle.used <= plan.monthly);
        match advice.enough {
            Some(plan) => prop_assert!(enough(plan) && offers.iter().all(|o| !enough(o) || o.monthly >= plan.monthly)),
            None => prop_assert!(!offers.iter().any(enough)),
        }
    }

    #[test]
    fn packs_cover_what_was_lacking_and_nothing_is_lost(cycles in used(), offers in any_plans(), packs in any_packs()) {
        let advice = advise(&case(&cycles, &offers, &packs)).unwrap();
        for cost in advice.costs.iter().filter(|cost| cost.total().is_some()) {
            let monthly = cost.plan.map_or(Credits::ZERO, |plan| plan.monthly);
            let lacked: Credits = cycles.iter().map(|cycle| cycle.used.less(monthly)).sum();
            prop_assert_eq!(cost.bought, lacked.saturating_add(cost.left));
        }
    }

    #[test]
    fn no_combination_of_packs_is_cheaper(packs in any_packs(), wanted in 0_i64..80) {
        let (offers, cycles) = (plans(), cycles(&[&wanted.to_string()]));
        let keep = advise(&case(&cycles, &offers, &packs)).unwrap().keep;
        prop_assert_eq!(keep.total(), lowest(&packs, wanted));
    }

    #[test]
    fn one_cycle_of_more_use_never_costs_less(
        offers in any_plans(), packs in any_packs(), used in 0_i64..300, more in 0_i64..50,
    ) {
        let [less, more] = [used, used + more].map(|used| cycles(&[&used.to_string()]));
        let [less, more] = [&less, &more].map(|cycles| advise(&case(cycles, &offers, &packs)).unwrap());
        for (less, more) in less.costs.iter().zip(&more.costs) {
            prop_assert!(more.total().is_none_or(|more| less.total().is_some_and(|less| less <= more)));
        }
    }

    #[test]
    fn the_order_of_the_catalogue_changes_no_sum(cycles in used(), offers in any_plans(), packs in any_packs()) {
        let reversed: Vec<PlanOffer> = offers.iter().rev().cloned().collect();
        let [one, other] = [&offers, &reversed].map(|offers| advise(&case(&cycles, offers, &packs)).unwrap());
        let totals = |advice: &Advice<'_>| advice.costs.iter().map(PlanCost::total).collect::<Vec<_>>();
        prop_assert_eq!(totals(&one), totals(&other));
        prop_assert_eq!(one.best, other.best);
    }

    #[test]
    fn a_price_survives_being_written(micros in any::<i64>()) {
        let price = Money::from_micros(micros);
        prop_assert_eq!(price.to_string().parse(), Ok(price));
    }
}
