//! Where the figures of an account come from: measured, entered, inferred, or unknown. Plain data.

use crate::Source;

/// Where each pocket's number comes from.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Sources {
    /// Of the free previews.
    pub free_previews: Source,
    /// Of the subscription.
    pub subscription: Source,
    /// Of PAYG.
    pub payg: Source,
    /// Of the enterprise credits.
    pub enterprise: Source,
    /// Of the total.
    pub total: Source,
}

impl Sources {
    pub(crate) const fn all(source: Source) -> Self {
        Self { free_previews: source, subscription: source, payg: source, enterprise: source, total: source }
    }
}
