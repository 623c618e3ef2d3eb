//! What of the subscription's one number is this month's and what was carried over (`docs/money.md`, "Pockets and the split").
//!
//! The service reports one number S. With the month's size M and the use U since the cycle began, *month first*: this
//! month's credits are drawn before those carried over. Everything here is inferred; without U only a bound is told.

use crate::{Credits, CycleUse, Plan, Source};

/// The subscription, divided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Split {
    /// This month's credits left; all of S where it cannot be divided. `None` while S is unknown.
    pub month_left: Option<Credits>,
    /// Credits carried over; `None` where they cannot be told apart.
    pub rollover: Option<Credits>,
    /// Where they cannot be told apart although a plan is known: so much at least is carried over.
    pub rollover_at_least: Option<Credits>,
    /// U, as it is known or follows.
    pub used: Option<Credits>,
    /// Where U is from.
    pub used_source: Source,
}

/// Divides `subscription` (S).
#[must_use]
pub fn split(subscription: Option<Credits>, cycle: &CycleUse, plan: Option<&Plan>) -> Split {
    let Some(plan) = plan else {
        return Split { month_left: subscription, ..Split::default() };
    };
    let Some(held) = subscription else {
        return Split { used: cycle.used, used_source: cycle.used_source, ..Split::default() };
    };
    let monthly = plan.monthly;
    match cycle.used {
        Some(used) => {
            let month_left = monthly.less(used).min(held);
            Split {
                month_left: Some(month_left),
                rollover: Some(held.less(month_left)),
                rollover_at_least: None,
                used: Some(used),
                used_source: cycle.used_source,
            }
        }
        // Nothing is carried over, so what is missing of the month is used, unless it was taken.
        None if plan.rollover_months == Some(0) => Split {
            month_left: Some(held.min(monthly)),
            rollover: Some(held.less(monthly)),
            rollover_at_least: None,
            used: Some(monthly.less(held.saturating_add(cycle.wiped))),
            used_source: Source::Inferred,
        },
        None => Split { month_left: Some(held), rollover_at_least: Some(held.less(monthly)), ..Split::default() },
    }
}
