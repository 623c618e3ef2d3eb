//! When the user is told: levels of the month's credits, the first PAYG credit, nothing left (`docs/money.md`, "Notices").
//!
//! A notice is a function of the account's state, not of the event that led there, so that what happened on another computer is
//! told as well. This module refuses to know how a notice looks and whether it was shown: the store claims each one.

use crate::{AccountState, Credits, Plan, Quote};

/// What there is to tell, the less grave first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// So many per cent of the month's credits are used.
    Share(u8),
    /// PAYG has begun to pay in this cycle.
    Payg,
    /// Few credits are left in an account without a subscription.
    Low,
    /// Too few for one picture.
    Zero,
}

/// A level, and the ledger line that armed it: told once for the two together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NoticeKey {
    /// What.
    pub level: Level,
    /// The renewal or top-up since which it counts; 0 from the beginning.
    pub armed: i64,
}

/// What the user wants to be told.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NoticeRules {
    /// Per cent of the month's credits, 1 to 100, in any order.
    pub levels: Vec<u8>,
    /// Without a subscription: so few credits are few.
    pub low: Credits,
    /// The price of a picture: with less than that nothing can be downloaded.
    pub picture: Credits,
}

impl Default for NoticeRules {
    /// 80 per cent, the service's own level; five credits without a subscription; a picture for one credit.
    fn default() -> Self {
        Self { levels: vec![80], low: Credits::whole(5), picture: Credits::ONE }
    }
}

/// What is to be done about the levels that are reached.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Raise {
    /// The one to tell: the gravest.
    pub tell: Option<NoticeKey>,
    /// Those it silences: they count as told.
    pub silence: Vec<NoticeKey>,
}

/// Every level that is reached now, the gravest last.
#[must_use]
pub fn reached(state: &AccountState, plan: Option<&Plan>, rules: &NoticeRules) -> Vec<NoticeKey> {
    let (cycle, subscribed) = (state.cycle(), state.books().subscribed || plan.is_some());
    let mut keys = Vec::new();
    if let (Some(plan), Some(used)) = (plan, state.split(plan).used) {
        let levels = rules.levels.iter().filter(|percent| is_used(used, plan.monthly, **percent));
        keys.extend(levels.map(|percent| NoticeKey { level: Level::Share(*percent), armed: cycle.armed }));
    }
    if subscribed && cycle.payg > Credits::ZERO {
        keys.push(NoticeKey { level: Level::Payg, armed: cycle.armed });
    }
    if let Some(left) = state.pockets().spendable() {
        if !subscribed && left <= rules.low {
            keys.push(NoticeKey { level: Level::Low, armed: cycle.zero_armed });
        }
        if left < rules.picture {
            keys.push(NoticeKey { level: Level::Zero, armed: cycle.zero_armed });
        }
    }
    keys.sort_by_key(|key| key.level);
    keys.dedup();
    keys
}

/// Picks from the levels `reached` (gravest last) the one to tell, unless it was told before; the others are silenced by it.
#[must_use]
pub fn raise(reached: &[NoticeKey], told: impl Fn(&NoticeKey) -> bool) -> Raise {
    let Some((gravest, lesser)) = reached.split_last() else { return Raise::default() };
    Raise {
        tell: (!told(gravest)).then_some(*gravest),
        silence: lesser.iter().filter(|key| !told(key)).copied().collect(),
    }
}

/// The levels that paying for `quote` would cross and that are not reached yet, the gravest last.
#[must_use]
pub fn crossings(state: &AccountState, plan: Option<&Plan>, rules: &NoticeRules, quote: &Quote) -> Vec<Level> {
    let before = reached(state, plan, rules);
    let is_new = |level: &Level| before.iter().all(|key| key.level != *level);
    let subscribed = state.books().subscribed || plan.is_some();
    let mut levels = Vec::new();
    if let (Some(plan), Some(used)) = (plan, state.split(plan).used) {
        let used = used.saturating_add(quote.by_pocket.subscription);
        levels.extend(
            rules.levels.iter().filter(|percent| is_used(used, plan.monthly, **percent)).copied().map(Level::Share),
        );
    }
    if subscribed && quote.by_pocket.payg > Credits::ZERO {
        levels.push(Level::Payg);
    }
    if let Some(left) = quote.left_after.filter(|_| quote.charged > 0) {
        if !subscribed && left <= rules.low {
            levels.push(Level::Low);
        }
        if left < rules.picture {
            levels.push(Level::Zero);
        }
    }
    levels.retain(is_new);
    levels.sort();
    levels.dedup();
    levels
}

/// Are `percent` per cent of `monthly` used? In whole numbers wide enough for every amount.
fn is_used(used: Credits, monthly: Credits, percent: u8) -> bool {
    i128::from(used.micros()) * 100 >= i128::from(monthly.micros()) * i128::from(percent)
}
