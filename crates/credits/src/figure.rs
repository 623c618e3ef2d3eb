//! A number on the gauge together with where it comes from and how old it is.
//!
//! A missing figure is *unknown*, never zero; this module refuses to make one up.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::{Credits, ParseWordError};

/// Where a figure comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Source {
    /// The service said so, in its balance or in the header of a charged answer.
    Measured,
    /// The user typed it.
    Entered,
    /// Worked out by a rule from other figures.
    Inferred,
    /// Nobody knows.
    #[default]
    Unknown,
}

impl Source {
    /// The word for it in JSON and in stores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Entered => "entered",
            Self::Inferred => "inferred",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for Source {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "measured" => Ok(Self::Measured),
            "entered" => Ok(Self::Entered),
            "inferred" => Ok(Self::Inferred),
            "unknown" => Ok(Self::Unknown),
            _ => Err(ParseWordError { what: "source of a figure", text: text.to_owned() }),
        }
    }
}

/// A figure of the gauge.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Figure {
    /// The number, or `None` while it is unknown. Free previews are counted as whole credits here.
    pub amount: Option<Credits>,
    /// Where it comes from.
    pub source: Source,
    /// When the service last confirmed it, or when the ledger line it stems from was written.
    pub observed_at: Option<Timestamp>,
}

impl Figure {
    /// A figure nobody knows.
    #[must_use]
    pub const fn unknown() -> Self {
        Self { amount: None, source: Source::Unknown, observed_at: None }
    }

    /// A known amount from `source`; unknown when there is no amount.
    #[must_use]
    pub const fn of(amount: Option<Credits>, source: Source, observed_at: Option<Timestamp>) -> Self {
        match amount {
            Some(_) => Self { amount, source, observed_at },
            None => Self::unknown(),
        }
    }

    /// How old the figure is at `now`; never negative, also where the clock was set back.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<SignedDuration> {
        self.observed_at.map(|seen| now.duration_since(seen).max(SignedDuration::ZERO))
    }
}
