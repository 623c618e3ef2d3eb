//! The advice in words: which plan would have been enough, and what each way would have cost over the last full cycles by the
//! catalogue's prices. The sums are `clearcut_credits`'; silent without data, and for services whose prices nobody knows.

use clearcut_credits::{Advice, Credits, FullCycle, PlanCase, PlanCost, PlanOffer, Way, advise};

use crate::catalogue::Catalogue;
use crate::desk::Reading;
use crate::views::{AdviceView, PlanCostView, WayView};
use crate::words;

/// The advice as the Credits view shows it, and whether a larger plan would have been the cheapest way over these cycles.
pub(crate) fn advice(catalogue: &Catalogue, cycles: &[FullCycle], reading: &Reading) -> Option<(AdviceView, bool)> {
    let offers = catalogue.offers();
    let stated = reading.stated.as_ref();
    let plan = stated.map(|row| &row.plan);
    // The price the user entered comes before the catalogue's.
    let own = stated.and_then(|row| {
        Some(PlanOffer {
            name: row.name.clone().unwrap_or_else(|| format!("{} a month", words::credits(row.plan.monthly))),
            monthly: row.plan.monthly,
            price: row.price.as_ref()?.parse().ok()?,
        })
    });
    let listed = plan.and_then(|plan| offers.iter().find(|offer| offer.monthly == plan.monthly).cloned());
    let current = own.or(listed);
    let split = reading.state.split(plan);
    let case = PlanCase {
        cycles,
        offers: &offers,
        packs: &catalogue.packs,
        current: current.as_ref(),
        rollover_cap: plan.and_then(clearcut_credits::Plan::rollover_cap).unwrap_or_default(),
        rollover: split.rollover,
    };
    let advice = advise(&case)?;
    Some((view(catalogue, &advice, current.as_ref()), advice.best == Way::Upgrade))
}

fn view(catalogue: &Catalogue, advice: &Advice<'_>, current: Option<&PlanOffer>) -> AdviceView {
    let Advice { cycles, enough, costs, keep, upgrade, downgrade, forfeits, forfeits_worth: _, best } = advice;
    let sum = |cost: &PlanCost<'_>| cost.total().map(|total| format!("{total} {}", catalogue.currency));
    let over = if *cycles == 1 { "the last cycle".to_owned() } else { format!("the last {cycles} cycles") };
    let lost = forfeits
        .filter(|credits| *credits > Credits::ZERO)
        .map_or(String::new(), |credits| format!(" It would end {} of rollover.", words::credits(credits)));
    let way = |way: Way, cost: &PlanCost<'_>| {
        let name = cost.plan.map_or("pay-as-you-go only", |plan| plan.name.as_str());
        let sum = sum(cost)?;
        let text = match way {
            Way::Keep if current.is_some() => format!("Keep {name}, pay-as-you-go as backup: {sum}."),
            Way::Keep => format!("Keep to {name}: {sum}."),
            Way::Upgrade => format!("Upgrade to {name}: {sum}.{lost}"),
            Way::Downgrade if cost.plan.is_none() => format!("Cancel the plan, {name}: {sum}.{lost}"),
            Way::Downgrade => format!("Downgrade to {name}: {sum}.{lost}"),
        };
        Some(WayView { text, cost: cost.total()?.to_string(), best: *best == way })
    };
    let ways: Vec<WayView> = [
        way(Way::Keep, keep),
        upgrade.as_ref().and_then(|cost| way(Way::Upgrade, cost)),
        downgrade.as_ref().and_then(|cost| way(Way::Downgrade, cost)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let smallest = enough.map_or_else(
        || format!("No plan of the list would have been enough for {over}."),
        |plan| format!("{} would have been enough for {over}.", plan.name),
    );
    let saving = advice.saving(*best).filter(|saving| !saving.is_negative() && saving.micros() > 0);
    let text = match saving {
        Some(saving) => {
            let verb = match best {
                Way::Keep => "Keeping as it is",
                Way::Upgrade => "An upgrade",
                Way::Downgrade => "A downgrade",
            };
            format!("{smallest} {verb} would have saved {saving} {}.", catalogue.currency)
        }
        None => format!("{smallest} What you have is the cheapest way."),
    };
    AdviceView {
        cycles: *cycles,
        currency: catalogue.currency.clone(),
        dated: catalogue.dated.clone(),
        text,
        plans: costs
            .iter()
            .filter_map(|cost| {
                Some(PlanCostView {
                    name: cost.plan.map_or_else(|| "Pay as you go only".to_owned(), |plan| plan.name.clone()),
                    monthly: cost.plan.map_or(Credits::ZERO, |plan| plan.monthly).to_string(),
                    cost: cost.total()?.to_string(),
                    enough: cost.bought.is_zero(),
                    current: cost.plan.map(|plan| plan.monthly) == current.map(|plan| plan.monthly),
                })
            })
            .collect(),
        ways,
    }
}
