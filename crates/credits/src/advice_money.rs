//! Prices, exact to the millionth of a currency.
//!
//! The counterpart of [`crate::Credits`] for what plans and packs cost. It refuses to know which currency it is, and a
//! text it cannot hold exactly.

use std::fmt;
use std::str::FromStr;

use crate::{Credits, ParseCreditsError};

/// Digits kept after the decimal point.
const SCALE: usize = 6;
/// Millionths in one unit of the currency.
const MICROS: u64 = 1_000_000;

/// An amount of a currency in millionths. Which currency is written beside it in the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Money(i64);

/// Why a text is not an amount of money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseMoneyError {
    /// The text is not a plain decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// The number does not fit.
    #[error("the number is too large for a price")]
    OutOfRange,
    /// A price is not rounded behind anybody's back.
    #[error("a price has at most {SCALE} digits after the decimal point")]
    TooFine,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount of `micros` millionths.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The amount in millionths.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The sum, held at the ends of the range.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, held at the ends of the range; it may be negative.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Is it below nothing?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// The sum of many amounts, held at the ends of the range.
impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

/// The amount exactly, with two digits after the point or as many as it takes: `9.00`, `-0.50`, `0.0125`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let micros = format!("{:06}", magnitude % MICROS);
        let (cents, finer) = micros.split_at(2);
        let amount = format!("{}.{cents}{}", magnitude / MICROS, finer.trim_end_matches('0'));
        f.pad_integral(self.0 >= 0, "", &amount)
    }
}

/// Reads a plain decimal exactly: sign, digits, point, at most six digits that are not trailing zeros.
impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(['e', 'E']) {
            return Err(ParseMoneyError::NotANumber);
        }
        let amount = text.parse::<Credits>().map_err(|error| match error {
            ParseCreditsError::NotANumber => ParseMoneyError::NotANumber,
            ParseCreditsError::OutOfRange => ParseMoneyError::OutOfRange,
        })?;
        let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
        if fraction.trim_end_matches('0').len() > SCALE {
            return Err(ParseMoneyError::TooFine);
        }
        Ok(Self(amount.micros()))
    }
}
