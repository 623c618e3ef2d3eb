//! How much one look at the service's balance proves.
//!
//! The balance lags behind by seconds, so a look counts only when nothing of ours can still be on its way into it.
//! Pure: the fold keeps the history, this function judges it.

use jiff::{SignedDuration, Timestamp};

use crate::{Balance, Standing};

/// How long before a look no request of ours may have been charged.
pub const QUIET_BEFORE_A_LOOK: SignedDuration = SignedDuration::from_secs(60);

/// An earlier look at the balance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Look {
    /// When.
    pub at: Timestamp,
    /// What the service said.
    pub balance: Balance,
    /// Was nothing in flight then, and was nothing sent since?
    pub quiet: bool,
}

/// What a new look is judged by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Looking {
    /// What the service says now.
    pub balance: Balance,
    /// The look before.
    pub earlier: Option<Look>,
    /// What the gauge believes; `None` before the first look.
    pub believed: Option<Balance>,
    /// Is a request of ours on its way?
    pub in_flight: bool,
    /// When a request of ours was last charged, or may have been.
    pub last_spend: Option<Timestamp>,
}

impl Looking {
    /// Two equal looks, nothing in flight, nothing charged in the minute before the first: the service has booked
    /// everything of ours, requests of unknown outcome included.
    #[must_use]
    pub fn is_settled_down(&self) -> bool {
        !self.in_flight
            && self.earlier.is_some_and(|earlier| {
                let calm = |spent: Timestamp| earlier.at.duration_since(spent) >= QUIET_BEFORE_A_LOOK;
                earlier.quiet && earlier.balance == self.balance && self.last_spend.is_none_or(calm)
            })
    }

    /// The very first look, and we have charged nothing before it.
    fn is_fresh_start(&self) -> bool {
        !self.in_flight && self.believed.is_none() && self.last_spend.is_none()
    }

    /// The service says what is believed already: that refreshes the age and changes nothing.
    fn confirms(&self) -> bool {
        !self.in_flight && self.believed == Some(self.balance)
    }
}

/// Judges a look.
#[must_use]
pub fn standing(looking: &Looking) -> Standing {
    if looking.is_fresh_start() || looking.confirms() || looking.is_settled_down() {
        Standing::Conclusive
    } else {
        Standing::Bound
    }
}
