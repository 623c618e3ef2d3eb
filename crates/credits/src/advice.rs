//! Which plan would have been the right one, by what full cycles used and what plans and packs cost.
//!
//! Hindsight, no forecast: every sum can be added up again from the user's own months. It speaks only from at least one
//! full cycle and with prices at hand, weighs what a plan change forfeits, and refuses to know currencies and services.

use std::cmp::Reverse;

use jiff::civil::Date;

use crate::advice_packs::Shelf;
use crate::{Credits, Money, Pack};

/// A subscription as the catalogue has it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PlanOffer {
    /// What the service calls it.
    pub name: String,
    /// Credits a month.
    pub monthly: Credits,
    /// Its price a month.
    pub price: Money,
}

/// What one full cycle used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FullCycle {
    /// Its first day.
    pub began: Date,
    /// All charges and use elsewhere, from whichever pocket.
    pub used: Credits,
}

/// What advice is worked out from.
#[derive(Clone, Copy, Debug)]
pub struct PlanCase<'a> {
    /// The last full cycles, oldest first.
    pub cycles: &'a [FullCycle],
    /// The plans on sale. One with a size or price below nothing is ignored.
    pub offers: &'a [PlanOffer],
    /// The pay-as-you-go packs on sale.
    pub packs: &'a [Pack],
    /// The account's plan, which need not be on sale any more; `None` for pay-as-you-go only.
    pub current: Option<&'a PlanOffer>,
    /// The most the current plan carries into a new cycle. Plans on sale carry nothing.
    pub rollover_cap: Credits,
    /// Credits carried over that the account holds and any change of plan forfeits; `None` while that is unknown.
    pub rollover: Option<Credits>,
}

/// The service's own three ways.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Way {
    /// Keep the plan, with pay-as-you-go as backup. Without a plan: pay-as-you-go only.
    Keep,
    /// Take the cheapest of the larger plans.
    Upgrade,
    /// Take the cheapest of the smaller plans, or none.
    Downgrade,
}

/// What the cycles would have cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlanCost<'a> {
    /// With this plan; `None` for pay-as-you-go only.
    pub plan: Option<&'a PlanOffer>,
    /// The plan's price for all cycles.
    pub subscription: Money,
    /// Pay-as-you-go packs for what the plan lacked: each cycle buys the cheapest packs that cover it, and what is left
    /// of them serves the next. `None` where packs are needed and none are sold.
    pub packs: Option<Money>,
    /// Credits in those packs.
    pub bought: Credits,
    /// What is left of them after the last cycle.
    pub left: Credits,
}

/// Which plan would have been the right one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice<'a> {
    /// How many cycles it is worked out from.
    pub cycles: usize,
    /// The smallest plan that would have been enough for every cycle; `None` if none on sale is.
    pub enough: Option<&'a PlanOffer>,
    /// What each plan on sale would have cost, from the smallest to the largest; first, no plan.
    pub costs: Vec<PlanCost<'a>>,
    /// What the current plan would have cost, with its rollover from cycle to cycle.
    pub keep: PlanCost<'a>,
    /// What the cheapest larger plan would have cost.
    pub upgrade: Option<PlanCost<'a>>,
    /// What the cheapest smaller plan, or none, would have cost.
    pub downgrade: Option<PlanCost<'a>>,
    /// The rollover that a change of plan forfeits; `None` while it is unknown.
    pub forfeits: Option<Credits>,
    /// What as many credits cost in packs today. Nobody knows what the user saves them for, so it counts in full
    /// against any change; `None` while it is unknown, and then no change is advised.
    pub forfeits_worth: Option<Money>,
    /// The way to go: a change only if it would have saved more than the rollover it forfeits is worth.
    pub best: Way,
}

impl PlanCost<'_> {
    /// The plan and the packs; `None` where packs are needed and none are sold.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        Some(self.subscription.saturating_add(self.packs?))
    }
}

impl<'a> Advice<'a> {
    /// What a way would have cost; `None` where there is no such plan.
    #[must_use]
    pub fn cost(&self, way: Way) -> Option<&PlanCost<'a>> {
        match way {
            Way::Keep => Some(&self.keep),
            Way::Upgrade => self.upgrade.as_ref(),
            Way::Downgrade => self.downgrade.as_ref(),
        }
    }

    /// How much less than keeping the plan a way would have cost over all cycles; negative if it is dearer. The
    /// forfeited rollover is not in it. `None` where either cannot be bought.
    #[must_use]
    pub fn saving(&self, way: Way) -> Option<Money> {
        Some(self.keep.total()?.saturating_sub(self.cost(way)?.total()?))
    }

    /// The change that saves most beyond what it forfeits, if one does. Where the plan cannot be kept because it needs
    /// packs and none are sold, any that can be bought is better.
    fn best(&self) -> Way {
        let gain = |way: Way| match (self.saving(way), self.forfeits_worth) {
            (Some(saving), Some(worth)) => Some(saving.saturating_sub(worth)).filter(|gain| *gain > Money::ZERO),
            _ => None,
        };
        let changes = [Way::Downgrade, Way::Upgrade];
        if self.keep.total().is_none() {
            let feasible = changes.into_iter().filter_map(|way| Some((way, self.cost(way)?.total()?)));
            return feasible.min_by_key(|(_, total)| *total).map_or(Way::Keep, |(way, _)| way);
        }
        let gains = changes.into_iter().filter_map(|way| Some((way, gain(way)?)));
        gains.min_by_key(|(_, gain)| Reverse(*gain)).map_or(Way::Keep, |(way, _)| way)
    }
}

/// Works out which plan would have been the right one; `None` without a full cycle, or without a plan on sale.
#[must_use]
pub fn advise<'a>(case: &PlanCase<'a>) -> Option<Advice<'a>> {
    let mut offers: Vec<&PlanOffer> =
        case.offers.iter().filter(|offer| offer.monthly > Credits::ZERO && !offer.price.is_negative()).collect();
    offers.sort_by_key(|offer| (offer.monthly, offer.price));
    if case.cycles.is_empty() || offers.is_empty() {
        return None;
    }
    let busiest = case.cycles.iter().map(|cycle| cycle.used).max().unwrap_or_default();
    let held = if case.current.is_some() { case.rollover } else { Some(Credits::ZERO) };
    let shelf = Shelf::new(case.packs, busiest.max(held.unwrap_or_default()));

    let cost = |plan| hindsight(case.cycles, plan, Credits::ZERO, &shelf);
    let costs: Vec<PlanCost<'a>> = std::iter::once(None).chain(offers.iter().copied().map(Some)).map(cost).collect();
    let size = |cost: &PlanCost<'_>| cost.plan.map_or(Credits::ZERO, |plan| plan.monthly);
    let now = case.current.map_or(Credits::ZERO, |plan| plan.monthly);
    let cheapest = |than: fn(&Credits, &Credits) -> bool| {
        let others = costs.iter().filter(|cost| than(&size(cost), &now) && cost.total().is_some());
        others.min_by_key(|cost| cost.total()).copied()
    };
    let mut advice = Advice {
        cycles: case.cycles.len(),
        enough: offers.iter().copied().find(|offer| offer.monthly >= busiest),
        keep: hindsight(case.cycles, case.current, case.rollover_cap, &shelf),
        upgrade: cheapest(Credits::gt),
        downgrade: cheapest(Credits::lt),
        forfeits: held,
        forfeits_worth: held.and_then(|held| worth(held, case.current, &shelf)),
        best: Way::Keep,
        costs,
    };
    advice.best = advice.best();
    Some(advice)
}

/// What `cycles` would have cost with `plan`, at first with nothing in any pocket.
fn hindsight<'a>(cycles: &[FullCycle], plan: Option<&'a PlanOffer>, cap: Credits, shelf: &Shelf) -> PlanCost<'a> {
    let (monthly, price) = plan.map_or_else(Default::default, |plan| (plan.monthly, plan.price));
    let mut cost = PlanCost {
        plan,
        subscription: Money::ZERO,
        packs: Some(Money::ZERO),
        bought: Credits::ZERO,
        left: Credits::ZERO,
    };
    let mut carried = Credits::ZERO;
    for cycle in cycles {
        cost.subscription = cost.subscription.saturating_add(price);
        let subscription = monthly.saturating_add(carried);
        let used = cycle.used.max(Credits::ZERO);
        carried = subscription.less(used).min(cap.max(Credits::ZERO));
        let from_packs = used.less(subscription);
        let lacking = from_packs.less(cost.left);
        match shelf.buy(lacking) {
            Some(bought) => {
                cost.packs = cost.packs.map(|packs| packs.saturating_add(bought.price));
                cost.bought = cost.bought.saturating_add(bought.credits);
                cost.left = cost.left.saturating_add(bought.credits).less(from_packs);
            }
            None => cost.packs = None,
        }
    }
    cost
}

/// What `held` credits are worth: as much as the packs that replace them, or where none are sold, the plan's price for
/// as many, rounded up to a millionth.
fn worth(held: Credits, current: Option<&PlanOffer>, shelf: &Shelf) -> Option<Money> {
    let held = held.max(Credits::ZERO);
    shelf.buy(held).map(|packs| packs.price).or_else(|| {
        let PlanOffer { monthly, price, .. } = current?;
        let value = i128::from(price.micros()) * i128::from(held.micros());
        let value = value.checked_add(i128::from(monthly.micros()) - 1)?.checked_div(i128::from(monthly.micros()))?;
        Some(Money::from_micros(i64::try_from(value).unwrap_or(i64::MAX)))
    })
}
