//! The running cycle as the ledger knows it: since when, how much of the month's credits is used, and what went to PAYG.
//!
//! Part of the fold. It refuses to know the plan: whether a renewal is due is [`crate::explain`]'s question.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::{Credits, Drawn, Source};

/// Own charges are remembered one by one until a look has them, and for so long at most, so that a renewal that is observed
/// late can still be told which of them came after it. Twice the renewal window and a day.
const REMEMBERED_FOR: SignedDuration = SignedDuration::from_hours(96);

/// An own charge that no conclusive look has in it yet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Spent {
    /// When, by the service's clock where it told.
    pub at: Timestamp,
    /// From which pockets, as far as is believed.
    pub drawn: Drawn,
}

/// The subscription rose and no rule explains it: a renewal without a plan, or another plan.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rise {
    /// The ledger line that booked it.
    pub seq: i64,
    /// When it was seen.
    pub at: Timestamp,
    /// The subscription before.
    pub from: Credits,
    /// The subscription after.
    pub to: Credits,
    /// Drawn from the subscription since.
    pub spent_since: Credits,
}

/// What the ledger says of the running cycle.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CycleUse {
    /// Since when: an observed renewal, or the user's word.
    pub began_at: Option<Timestamp>,
    /// The calendar's boundary that the last observed renewal closed.
    pub closed: Option<Timestamp>,
    /// U: drawn from the subscription since it began; `None` while nobody knows what went before the first look.
    pub used: Option<Credits>,
    /// Where `used` is from: entered, or worked out since an observed renewal.
    pub used_source: Source,
    /// Drawn from PAYG since it began, or since the ledger did.
    pub payg: Credits,
    /// Taken back by the service since: gone, but not used.
    pub wiped: Credits,
    /// The ledger line that armed all notices: the last renewal; 0 before the first.
    pub armed: i64,
    /// The ledger line that armed *zero* last: a renewal or a top-up.
    pub zero_armed: i64,
    /// A rise that waits for the user's word.
    pub rise: Option<Rise>,
    /// Own charges since the last conclusive look, in the order they were booked.
    pub recent: VecDeque<Spent>,
}

impl CycleUse {
    /// Books an own charge.
    pub(crate) fn spend(&mut self, spent: Spent) {
        self.count(&spent);
        let too_old = |earlier: &Spent| spent.at.duration_since(earlier.at) > REMEMBERED_FOR;
        while self.recent.pop_front_if(|earlier| too_old(earlier)).is_some() {}
        self.recent.push_back(spent);
    }

    /// A conclusive look has every charge in it: none of them will be drawn anew.
    pub(crate) fn looked(&mut self) {
        self.recent.clear();
    }

    /// Books what went elsewhere, or what a look found to be missing.
    pub(crate) fn went(&mut self, subscription: Credits, payg: Credits) {
        self.used = self.used.map(|used| used.saturating_add(subscription));
        self.payg = self.payg.saturating_add(payg);
        if let Some(rise) = &mut self.rise {
            rise.spent_since = rise.spent_since.saturating_add(subscription);
        }
    }

    /// A new cycle: nothing of it is used, and all notices are armed.
    pub(crate) fn begin(&mut self, seq: i64, closed: Timestamp, began_at: Timestamp) {
        let recent = std::mem::take(&mut self.recent);
        *self = Self {
            began_at: Some(began_at),
            closed: Some(closed),
            used: Some(Credits::ZERO),
            used_source: Source::Inferred,
            payg: Credits::ZERO,
            wiped: Credits::ZERO,
            armed: seq,
            zero_armed: seq,
            rise: None,
            recent,
        };
    }

    /// Own charges from `began_at` on leave the list, to be drawn anew.
    pub(crate) fn take_since(&mut self, began_at: Timestamp) -> VecDeque<Spent> {
        let (since, before) = self.recent.iter().partition(|spent| spent.at >= began_at);
        self.recent = before;
        since
    }

    /// A charge that the service dates before the cycle belongs to the one before.
    fn count(&mut self, spent: &Spent) {
        if self.began_at.is_none_or(|began_at| spent.at >= began_at) {
            self.went(spent.drawn.subscription, spent.drawn.payg);
        }
    }
}
