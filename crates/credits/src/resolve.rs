//! What a settled balance says about requests of unknown outcome.
//!
//! All or nothing can be told, anything between cannot; this module refuses to guess which one.

use crate::Credits;

/// What is known of a group of undecided requests.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Resolution {
    /// None was charged.
    AllReleased,
    /// Every one was charged, and none delivered.
    AllPaidLost,
    /// Some credits went, but not all: each stays undecided and the user chooses.
    Booked {
        /// Credits missing against our own charges.
        missing: Credits,
    },
}

/// Resolves requests that reserved `prices`, when `missing` credits went that our own charges do not explain.
///
/// `None` when there is nothing to resolve, or when the balance rose: then something else happened too.
#[must_use]
pub fn resolve(prices: &[Credits], missing: Credits) -> Option<Resolution> {
    if prices.is_empty() || missing.is_negative() {
        return None;
    }
    let all: Credits = prices.iter().copied().sum();
    Some(if missing.is_zero() {
        Resolution::AllReleased
    } else if missing == all {
        Resolution::AllPaidLost
    } else {
        Resolution::Booked { missing }
    })
}
