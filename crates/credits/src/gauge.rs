//! What the gauge shows: one figure a pocket, and what is set aside.
//!
//! Plain data made by [`crate::AccountState::gauge`]; it refuses to know how a figure is painted.

use crate::{Credits, Figure};

/// The account at a glance. An unknown figure says so itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Gauge {
    /// This month's subscription credits; all of them where they cannot be told apart from those carried over.
    pub subscription: Figure,
    /// The part of the subscription carried over from earlier months; unknown without a plan.
    pub rollover: Figure,
    /// Where the two cannot be told apart although a plan is known: so much at least of `subscription` is carried over.
    pub rollover_at_least: Option<Credits>,
    /// Pay-as-you-go credits.
    pub payg: Figure,
    /// Credits of an enterprise contract.
    pub enterprise: Figure,
    /// Free previews left, one counted as one whole credit.
    pub free_previews: Figure,
    /// Everything set aside for requests that are not settled, those undecided included.
    pub reserved: Figure,
    /// The part of `reserved` whose requests may or may not have been charged.
    pub undecided: Figure,
    /// The service's total: without free previews, reservations not deducted.
    pub total: Figure,
}
