//! The pockets of an account and the order in which the service draws from them.
//!
//! One function draws for everybody: the ledger's fold, the quote and the check before a reservation use it, so that
//! they cannot disagree. It refuses to invent what a service does not report.

use crate::{Balance, Credits, Purpose};

/// Where a credit is drawn from, in drawing order. Rollover is part of the subscription's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Pocket {
    /// Free previews of the month; previews only.
    FreePreviews,
    /// This month's subscription credits.
    Subscription,
    /// Subscription credits carried over from earlier months.
    Rollover,
    /// Pay-as-you-go credits.
    Payg,
    /// Credits of an enterprise contract.
    Enterprise,
}

/// What is in the pockets, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Pockets {
    /// Free previews left (pictures).
    pub free_previews: Option<u32>,
    /// Subscription credits, rollover included.
    pub subscription: Option<Credits>,
    /// Pay-as-you-go credits.
    pub payg: Option<Credits>,
    /// Enterprise credits; missing means there are none to speak of.
    pub enterprise: Option<Credits>,
    /// The service's own total over all pockets but the free previews.
    pub total: Option<Credits>,
}

/// What a quote starts from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Purse {
    /// What is in the pockets beyond all reservations.
    pub pockets: Pockets,
    /// Of the subscription, this month's credits; `None` where they cannot be told apart from those carried over.
    pub month_left: Option<Credits>,
}

impl From<Pockets> for Purse {
    fn from(pockets: Pockets) -> Self {
        Self { pockets, month_left: None }
    }
}

impl From<Balance> for Purse {
    fn from(balance: Balance) -> Self {
        Pockets::from(balance).into()
    }
}

/// What one amount took from where.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Drawn {
    /// From the subscription.
    pub subscription: Credits,
    /// From PAYG.
    pub payg: Credits,
    /// From the enterprise contract.
    pub enterprise: Credits,
    /// Covered, but from which pocket cannot be told.
    pub untold: Credits,
    /// Beyond everything that is there.
    pub uncovered: Credits,
}

impl From<Balance> for Pockets {
    fn from(balance: Balance) -> Self {
        let Balance { total, subscription, payg, enterprise, free_previews } = balance;
        Self { free_previews, subscription, payg, enterprise, total }
    }
}

impl From<Pockets> for Balance {
    fn from(pockets: Pockets) -> Self {
        let Pockets { free_previews, subscription, payg, enterprise, total } = pockets;
        Self { total, subscription, payg, enterprise, free_previews }
    }
}

impl Pockets {
    /// All that can be spent on pictures: the service's total, else the sum of the pockets where it is known.
    #[must_use]
    pub fn spendable(&self) -> Option<Credits> {
        self.total.or_else(|| {
            let reported = self.subscription?.saturating_add(self.payg?);
            Some(reported.saturating_add(self.enterprise.unwrap_or_default()))
        })
    }

    /// Takes a free preview, if one is known to be left.
    pub fn take_free_preview(&mut self) -> bool {
        let left = self.free_previews.and_then(|left| left.checked_sub(1));
        if left.is_some() {
            self.free_previews = left;
        }
        left.is_some()
    }

    /// What the service will charge for a picture of this price now: nothing for a preview while free ones last.
    #[must_use]
    pub fn charge_for(&self, price: Credits, purpose: Purpose) -> Credits {
        match (purpose, self.free_previews) {
            (Purpose::Preview, Some(1..)) => Credits::ZERO,
            (Purpose::Preview | Purpose::Download, _) => price,
        }
    }

    /// Books a charge: a preview that cost nothing was a free one, everything else draws credits.
    pub fn settle(&mut self, charge: Credits, purpose: Purpose) -> Drawn {
        if purpose == Purpose::Preview && charge.is_zero() {
            self.take_free_preview();
        }
        self.draw(charge)
    }

    /// Undoes a draw: what was taken from each pocket lies in it again.
    pub(crate) fn put_back(&mut self, drawn: &Drawn) {
        let give = |pocket: &mut Option<Credits>, amount: Credits| {
            if let Some(held) = pocket {
                *held = held.saturating_add(amount);
            }
        };
        give(&mut self.subscription, drawn.subscription);
        give(&mut self.payg, drawn.payg);
        give(&mut self.enterprise, drawn.enterprise);
        give(&mut self.total, drawn.told().saturating_add(drawn.untold));
    }

    /// Draws `amount`: subscription first, then PAYG, then enterprise. No pocket ever falls below nothing.
    ///
    /// While the subscription is unknown nobody can tell when PAYG begins, so only the total moves.
    pub fn draw(&mut self, amount: Credits) -> Drawn {
        let mut drawn = Drawn::default();
        let mut rest = amount.max(Credits::ZERO);
        let take = |pocket: &mut Option<Credits>, rest: &mut Credits| match pocket {
            Some(held) => {
                let taken = (*rest).min(*held).max(Credits::ZERO);
                *held = held.saturating_sub(taken);
                *rest = rest.saturating_sub(taken);
                taken
            }
            None => Credits::ZERO,
        };
        drawn.subscription = take(&mut self.subscription, &mut rest);
        if self.subscription.is_some() {
            drawn.payg = take(&mut self.payg, &mut rest);
            if self.payg.is_some() {
                drawn.enterprise = take(&mut self.enterprise, &mut rest);
            }
        }
        let told = drawn.told();
        let split_known = self.subscription.is_some() && self.payg.is_some();
        drawn.untold = match self.total {
            Some(total) => rest.min(total.less(told)),
            None if split_known => Credits::ZERO,
            None => rest,
        };
        drawn.uncovered = rest.saturating_sub(drawn.untold);
        if let Some(total) = &mut self.total {
            *total = total.less(told.saturating_add(drawn.untold));
        }
        drawn
    }
}

impl Drawn {
    /// Everything, whether or not it was covered.
    #[must_use]
    pub fn all(&self) -> Credits {
        self.told().saturating_add(self.untold).saturating_add(self.uncovered)
    }

    /// What was drawn from named pockets.
    #[must_use]
    pub fn told(&self) -> Credits {
        self.subscription.saturating_add(self.payg).saturating_add(self.enterprise)
    }
}
