//! What a list of pictures will cost, from which pockets, and how far the credits reach.
//!
//! The quote draws picture by picture through [`Pockets`], exactly as settlements will. It refuses to know files: what
//! is unreadable, paid already or there twice was found out before.

use crate::{Credits, Pockets, Purpose};

/// One picture on the list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Item {
    /// Its price by the service's list.
    pub price: Credits,
    /// What is asked for; previews may be free.
    pub purpose: Purpose,
    /// Its paid answer is in the vault: free.
    pub already_paid: bool,
    /// The same picture with the same options stands earlier on the list: paid once.
    pub duplicate: bool,
    /// It can be read; an unreadable one is not sent.
    pub readable: bool,
}

impl Item {
    /// A readable picture to be downloaded and paid for.
    #[must_use]
    pub const fn download(price: Credits) -> Self {
        Self { price, purpose: Purpose::Download, already_paid: false, duplicate: false, readable: true }
    }
}

/// The cost by pocket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct ByPocket {
    /// Free previews (pictures).
    pub free_previews: u32,
    /// Subscription credits, rollover included.
    pub subscription: Credits,
    /// The part of the subscription carried over; unknown without a plan.
    pub rollover: Option<Credits>,
    /// Pay-as-you-go credits.
    pub payg: Credits,
    /// Enterprise credits.
    pub enterprise: Credits,
    /// Covered, or of unknown cover: from which pocket cannot be told.
    pub untold: Credits,
    /// Beyond what the account holds.
    pub uncovered: Credits,
}

/// What was worked out for the list. Pictures are counted from 1, in the list's order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Quote {
    /// Pictures on the list: `charged + already_paid + duplicates + unreadable`.
    pub pictures: usize,
    /// Pictures that will be sent.
    pub charged: usize,
    /// What they cost together, also beyond what the account holds.
    pub cost: Credits,
    /// From which pockets.
    pub by_pocket: ByPocket,
    /// The first picture that draws PAYG, if any is known to.
    pub payg_from: Option<usize>,
    /// The last picture the credits reach, 0 for none; `None` if all fit or the balance is unknown.
    pub ends_at: Option<usize>,
    /// What the account can spend afterwards; `None` while that is unknown.
    pub left_after: Option<Credits>,
    /// Pictures whose paid answer is at hand.
    pub already_paid: usize,
    /// Pictures that stand on the list already.
    pub duplicates: usize,
    /// Pictures that cannot be read.
    pub unreadable: usize,
}

/// Works the list out against what the pockets hold beyond all reservations ([`crate::AccountState::free`]).
#[must_use]
pub fn quote(free: &Pockets, items: &[Item]) -> Quote {
    let mut pockets = *free;
    let mut quote = Quote { pictures: items.len(), ..Quote::default() };
    for (index, item) in items.iter().enumerate() {
        match item {
            Item { readable: false, .. } => quote.unreadable += 1,
            Item { already_paid: true, .. } => quote.already_paid += 1,
            Item { duplicate: true, .. } => quote.duplicates += 1,
            Item { .. } => quote.charge(&mut pockets, index, item),
        }
    }
    quote.left_after = pockets.spendable();
    quote
}

impl Quote {
    /// One picture that will be sent; `index` counts from 0.
    fn charge(&mut self, pockets: &mut Pockets, index: usize, item: &Item) {
        let charge = pockets.charge_for(item.price.max(Credits::ZERO), item.purpose);
        self.charged += 1;
        self.cost = self.cost.saturating_add(charge);
        let unreachable = self.ends_at.is_some() || pockets.spendable().is_some_and(|held| held < charge);
        if unreachable {
            // The service charges a picture whole or not at all, and a refusal stops the queue.
            self.ends_at.get_or_insert(index);
            self.by_pocket.uncovered = self.by_pocket.uncovered.saturating_add(charge);
            return;
        }
        if charge.is_zero() && item.purpose == Purpose::Preview {
            self.by_pocket.free_previews = self.by_pocket.free_previews.saturating_add(1);
        }
        let drawn = pockets.settle(charge, item.purpose);
        if !drawn.payg.is_zero() {
            self.payg_from.get_or_insert(index + 1);
        }
        let by = &mut self.by_pocket;
        by.subscription = by.subscription.saturating_add(drawn.subscription);
        by.payg = by.payg.saturating_add(drawn.payg);
        by.enterprise = by.enterprise.saturating_add(drawn.enterprise);
        by.untold = by.untold.saturating_add(drawn.untold);
        by.uncovered = by.uncovered.saturating_add(drawn.uncovered);
    }
}
