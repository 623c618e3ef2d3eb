//! A removal service in small, for laws: its own arithmetic in whole thousandths, its own cycle, and a balance that lags.

use clearcut_credits::{Balance, Credits};
use jiff::{SignedDuration, Timestamp};

/// Thousandths of a credit.
pub(crate) type Milli = i64;

pub(crate) fn to_credits(milli: Milli) -> Credits {
    Credits::from_micros(milli * 1000)
}

/// What the service holds and has charged.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) subscription: Milli,
    pub(crate) payg: Milli,
    pub(crate) free_previews: u32,
    /// Drawn from the subscription since the cycle began.
    pub(crate) used: Milli,
    /// Drawn from PAYG since the cycle began.
    pub(crate) used_payg: Milli,
    pub(crate) lag: SignedDuration,
    told: Vec<(Timestamp, Balance)>,
}

impl Service {
    pub(crate) fn new(subscription: Milli, payg: Milli, free_previews: u32) -> Self {
        let mut service = Self {
            subscription,
            payg,
            free_previews,
            used: 0,
            used_payg: 0,
            lag: SignedDuration::ZERO,
            told: Vec::new(),
        };
        service.book(Timestamp::MIN);
        service
    }

    /// The balance as it is.
    pub(crate) fn truth(&self) -> Balance {
        Balance {
            total: Some(to_credits(self.subscription + self.payg)),
            subscription: Some(to_credits(self.subscription)),
            payg: Some(to_credits(self.payg)),
            enterprise: Some(Credits::ZERO),
            free_previews: Some(self.free_previews),
        }
    }

    /// The balance as it is told at `now`.
    pub(crate) fn tells(&self, now: Timestamp) -> Balance {
        let known = now - self.lag;
        self.told.iter().rev().find(|(since, _)| *since <= known).map_or_else(|| self.told[0].1, |(_, told)| *told)
    }

    /// Charges a picture whole or not at all.
    pub(crate) fn charge(&mut self, price: Milli, is_preview: bool, now: Timestamp) -> Option<Milli> {
        let charged = if is_preview && self.free_previews > 0 {
            self.free_previews -= 1;
            0
        } else if self.subscription + self.payg < price {
            return None;
        } else {
            let from_month = if self.subscription < price { self.subscription } else { price };
            self.subscription -= from_month;
            self.payg -= price - from_month;
            self.used += from_month;
            self.used_payg += price - from_month;
            price
        };
        self.book(now);
        Some(charged)
    }

    pub(crate) fn top_up(&mut self, bought: Milli, now: Timestamp) {
        self.payg += bought;
        self.book(now);
    }

    /// A month begins: at most `keep` is carried over.
    pub(crate) fn renew(&mut self, monthly: Milli, keep: Milli, now: Timestamp) {
        self.subscription = if self.subscription > keep { keep + monthly } else { self.subscription + monthly };
        (self.used, self.used_payg) = (0, 0);
        self.book(now);
    }

    fn book(&mut self, now: Timestamp) {
        self.told.push((now, self.truth()));
    }
}
