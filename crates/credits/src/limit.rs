//! How far a run may go, and why a reservation is refused.
//!
//! The limits are the user's own, asked before every request. An empty account is not among them: the service refuses
//! that itself without charging (402), and it may know of a top-up that we do not.

use crate::{Credits, Pockets};

/// What the user allowed for a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct SpendLimit {
    /// The most a run may cost: charged and reserved together. `None`: as much as was agreed picture by picture.
    pub cap: Option<Credits>,
    /// Draw nothing from PAYG.
    pub stop_before_payg: bool,
}

/// Why nothing more may be reserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum Refusal {
    /// The run would cost more than was allowed.
    #[error("{asked} more would pass the limit of {cap} credits ({used} used or reserved so far)")]
    Cap {
        /// The most that was allowed.
        cap: Credits,
        /// Charged or reserved in this run so far.
        used: Credits,
        /// What the next request may cost.
        asked: Credits,
    },
    /// The subscription does not cover it and PAYG was not allowed.
    #[error("only {left} subscription credits are left, and pay-as-you-go was not allowed")]
    Payg {
        /// Subscription credits not reserved.
        left: Credits,
        /// What the next request may cost.
        asked: Credits,
    },
    /// PAYG was not allowed and where it begins is unknown.
    #[error("the subscription's credits are unknown, so it cannot be told when pay-as-you-go would begin")]
    PaygLineUnknown,
    /// A price below nothing.
    #[error("{asked} is not a price")]
    NotAPrice {
        /// What was asked.
        asked: Credits,
    },
}

impl SpendLimit {
    /// No limit beyond what the user agreed to.
    pub const NONE: Self = Self { cap: None, stop_before_payg: false };

    /// At most `cap` credits.
    #[must_use]
    pub const fn cap(cap: Credits) -> Self {
        Self { cap: Some(cap), stop_before_payg: false }
    }

    /// May `asked` more be reserved, when `used` counts against the cap already and `free` is what the pockets hold
    /// beyond all reservations?
    ///
    /// # Errors
    /// The first limit that stands in the way.
    pub fn check(&self, free: &Pockets, used: Credits, asked: Credits) -> Result<(), Refusal> {
        if asked.is_negative() {
            return Err(Refusal::NotAPrice { asked });
        }
        if let Some(cap) = self.cap
            && used.checked_add(asked).is_none_or(|sum| sum > cap)
        {
            return Err(Refusal::Cap { cap, used, asked });
        }
        if self.stop_before_payg {
            let Some(left) = free.subscription else { return Err(Refusal::PaygLineUnknown) };
            let drawn = free.clone().draw(asked);
            // What nothing known covers may be covered by PAYG that was bought meanwhile.
            let certain = drawn.subscription.saturating_add(drawn.enterprise);
            if certain < asked || !drawn.payg.is_zero() {
                return Err(Refusal::Payg { left, asked });
            }
        }
        Ok(())
    }
}
