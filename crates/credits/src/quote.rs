//! What a list of pictures will cost, from which pockets, and how far the credits reach.
//!
//! The quote draws picture by picture through [`Pockets`], exactly as settlements will. It refuses to know files: what
//! is unreadable, paid already or there twice was found out before.

use crate::{Credits, Drawn, Pocket, Purpose, Purse};

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
    /// The service would refuse it: too many bytes or pixels. It is not sent.
    pub oversized: bool,
}

impl Item {
    /// A readable picture to be downloaded and paid for.
    #[must_use]
    pub const fn download(price: Credits) -> Self {
        Self {
            price,
            purpose: Purpose::Download,
            already_paid: false,
            duplicate: false,
            readable: true,
            oversized: false,
        }
    }

    /// Whether something is sent for it: it can be, and is not paid already or with another one on the list.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        self.readable && !self.oversized && !self.already_paid && !self.duplicate
    }
}

/// The cost by pocket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct ByPocket {
    /// Free previews (pictures).
    pub free_previews: u32,
    /// Subscription credits, rollover included.
    pub subscription: Credits,
    /// The part of `subscription` carried over; `None` where it cannot be told apart.
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

/// Charged pictures in a row that are paid from the same place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Stretch {
    /// From where; a picture that several places share counts for the last of them.
    pub from: PaidFrom,
    /// How many pictures.
    pub pictures: usize,
    /// What they cost.
    pub credits: Credits,
}

/// Where a picture's credits come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PaidFrom {
    /// A pocket.
    Pocket(Pocket),
    /// Covered, from a pocket that cannot be told.
    Untold,
    /// Nowhere: the credits end before.
    Nowhere,
}

/// What was worked out for the list. Pictures are counted from 1, in the list's order.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Quote {
    /// Pictures on the list: `charged + already_paid + duplicates + unreadable + oversized`.
    pub pictures: usize,
    /// Pictures that will be sent.
    pub charged: usize,
    /// What they cost together, also beyond what the account holds.
    pub cost: Credits,
    /// From which pockets.
    pub by_pocket: ByPocket,
    /// The same in drawing order, picture by picture.
    pub stretches: Vec<Stretch>,
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
    /// Pictures that the service would refuse.
    pub oversized: usize,
}

/// Works the list out against what can be spent ([`crate::AccountState::purse`]).
#[must_use]
pub fn quote(purse: &Purse, items: &[Item]) -> Quote {
    let mut tally = Tally::new(*purse);
    items.iter().for_each(|item| tally.add(item));
    tally.finish()
}

/// A quote that grows picture by picture.
pub(crate) struct Tally {
    purse: Purse,
    quote: Quote,
}

impl Tally {
    pub(crate) fn new(purse: Purse) -> Self {
        let mut quote = Quote::default();
        quote.by_pocket.rollover = purse.month_left.map(|_| Credits::ZERO);
        Self { purse, quote }
    }

    /// The next picture on the list.
    pub(crate) fn add(&mut self, item: &Item) {
        self.quote.pictures += 1;
        match item {
            Item { readable: false, .. } => self.quote.unreadable += 1,
            Item { already_paid: true, .. } => self.quote.already_paid += 1,
            Item { duplicate: true, .. } => self.quote.duplicates += 1,
            Item { oversized: true, .. } => self.quote.oversized += 1,
            Item { .. } => self.charge(item),
        }
    }

    pub(crate) fn finish(self) -> Quote {
        Quote { left_after: self.purse.pockets.spendable(), ..self.quote }
    }

    /// What is left to draw from.
    pub(crate) const fn purse(&self) -> &Purse {
        &self.purse
    }

    /// The cost so far.
    pub(crate) const fn cost(&self) -> Credits {
        self.quote.cost
    }

    /// What the picture would be charged now.
    pub(crate) fn charge_of(&self, item: &Item) -> Credits {
        self.purse.pockets.charge_for(item.price.max(Credits::ZERO), item.purpose)
    }

    /// Do the credits reach for `charge` more? Also where they are not known.
    pub(crate) fn reaches(&self, charge: Credits) -> bool {
        self.quote.ends_at.is_none() && self.purse.pockets.spendable().is_none_or(|held| held >= charge)
    }

    /// A picture that will be sent.
    fn charge(&mut self, item: &Item) {
        let charge = self.charge_of(item);
        let reached = self.reaches(charge);
        let quote = &mut self.quote;
        quote.charged += 1;
        quote.cost = quote.cost.saturating_add(charge);
        let by = &mut quote.by_pocket;
        if !reached {
            // The service charges a picture whole or not at all, and a refusal stops the queue.
            quote.ends_at.get_or_insert(quote.pictures - 1);
            by.uncovered = by.uncovered.saturating_add(charge);
            self.stretch(PaidFrom::Nowhere, charge);
            return;
        }
        let free_preview = charge.is_zero() && item.purpose == Purpose::Preview;
        if free_preview {
            by.free_previews = by.free_previews.saturating_add(1);
        }
        let drawn = self.purse.pockets.settle(charge, item.purpose);
        let rollover = self.purse.draw_month_first(drawn.subscription);
        if !drawn.payg.is_zero() {
            quote.payg_from.get_or_insert(quote.pictures);
        }
        by.subscription = by.subscription.saturating_add(drawn.subscription);
        by.rollover = by.rollover.map(|sum| sum.saturating_add(rollover));
        by.payg = by.payg.saturating_add(drawn.payg);
        by.enterprise = by.enterprise.saturating_add(drawn.enterprise);
        by.untold = by.untold.saturating_add(drawn.untold);
        let from =
            if free_preview { PaidFrom::Pocket(Pocket::FreePreviews) } else { PaidFrom::last_of(&drawn, rollover) };
        self.stretch(from, charge);
    }

    fn stretch(&mut self, from: PaidFrom, credits: Credits) {
        match self.quote.stretches.last_mut() {
            Some(last) if last.from == from => {
                last.pictures += 1;
                last.credits = last.credits.saturating_add(credits);
            }
            _ => self.quote.stretches.push(Stretch { from, pictures: 1, credits }),
        }
    }
}

impl Purse {
    /// Sets `amount` aside before anything is quoted, in drawing order: what waits in a queue is paid first.
    pub fn set_aside(&mut self, amount: Credits) {
        let drawn = self.pockets.draw(amount);
        self.draw_month_first(drawn.subscription);
    }

    /// Takes `subscription` credits off this month's first; answers with what was carried over.
    fn draw_month_first(&mut self, subscription: Credits) -> Credits {
        let Some(left) = self.month_left else { return Credits::ZERO };
        self.month_left = Some(left.less(subscription));
        subscription.less(left)
    }
}

impl PaidFrom {
    /// The last place in drawing order that gave something; the subscription where nothing had to be given.
    fn last_of(drawn: &Drawn, rollover: Credits) -> Self {
        let gave = |amount: Credits| !amount.is_zero();
        let Drawn { subscription: _, payg, enterprise, untold, uncovered: _ } = *drawn;
        match () {
            () if gave(untold) => Self::Untold,
            () if gave(enterprise) => Self::Pocket(Pocket::Enterprise),
            () if gave(payg) => Self::Pocket(Pocket::Payg),
            () if gave(rollover) => Self::Pocket(Pocket::Rollover),
            () => Self::Pocket(Pocket::Subscription),
        }
    }
}
