//! Amounts of credits, exact to the millionth.
//!
//! The one number type of the money. It parses the text of a JSON number digit by digit and refuses to know binary
//! fractions; arithmetic that could leave its range is checked or saturating, never wrapping.

use std::fmt;
use std::str::FromStr;

/// Digits kept after the decimal point.
const SCALE: i64 = 6;
/// Millionths in one credit.
const MICROS: i64 = 1_000_000;

/// An amount of credits in millionths (or of the account's currency, where a service bills in money).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Credits(i64);

/// Why a text is not an amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseCreditsError {
    /// The text is not a JSON number.
    #[error("not a decimal number")]
    NotANumber,
    /// The number does not fit into an amount (about ± 9.2 billion credits).
    #[error("the number is too large for an amount of credits")]
    OutOfRange,
}

impl Credits {
    /// No credits.
    pub const ZERO: Self = Self(0);
    /// One credit: the price of a picture at full size.
    pub const ONE: Self = Self(MICROS);
    /// The largest amount that can be written down.
    pub const MAX: Self = Self(i64::MAX);

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

    /// `credits` whole credits; saturates at the ends of the range.
    #[must_use]
    pub const fn whole(credits: i64) -> Self {
        Self(credits.saturating_mul(MICROS))
    }

    /// The sum, or `None` outside the range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` outside the range.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
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

    /// What is left of `self` after `other` was taken away, never less than nothing.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        self.saturating_sub(other).max(Self::ZERO)
    }

    /// `count` times the amount, or `None` outside the range.
    #[must_use]
    pub const fn times(self, count: u32) -> Option<Self> {
        // A `u32` always fits; `From` cannot be called in a const fn.
        match self.0.checked_mul(count as i64) {
            Some(product) => Some(Self(product)),
            None => None,
        }
    }

    /// Is it exactly nothing?
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Is it below nothing?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// The sum of many amounts, held at the ends of the range.
impl std::iter::Sum for Credits {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Self::saturating_add)
    }
}

/// The shortest decimal that says the amount exactly: `39.75`, `1`, `0`, `-0.25`.
impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let (whole, fraction) = (magnitude / MICROS.unsigned_abs(), magnitude % MICROS.unsigned_abs());
        let mut digits = whole.to_string();
        if fraction != 0 {
            digits.push('.');
            digits.push_str(format!("{fraction:06}").trim_end_matches('0'));
        }
        f.pad_integral(self.0 >= 0, "", &digits)
    }
}

/// Reads the text of a JSON number exactly: sign, fraction and exponent; digits beyond the millionth are rounded
/// half to even.
impl FromStr for Credits {
    type Err = ParseCreditsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let number = JsonNumber::split(unsigned).ok_or(ParseCreditsError::NotANumber)?;
        let magnitude = number.micros().ok_or(ParseCreditsError::OutOfRange)?;
        let signed = if negative { -magnitude } else { magnitude };
        i64::try_from(signed).map(Self).map_err(|_| ParseCreditsError::OutOfRange)
    }
}

/// The parts of an unsigned JSON number, checked against the grammar of RFC 8259.
struct JsonNumber<'a> {
    whole: &'a str,
    fraction: &'a str,
    /// Power of ten; held far outside the range of amounts when its own digits are absurdly many.
    exponent: i64,
}

impl<'a> JsonNumber<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Self::exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        (!whole.is_empty() && !leading_zero && digits_only(whole) && digits_only(fraction)).then_some(Self {
            whole,
            fraction,
            exponent,
        })
    }

    fn exponent(text: &str) -> Option<i64> {
        let (sign, digits) = match text.as_bytes().first()? {
            b'-' => (-1, &text[1..]),
            b'+' => (1, &text[1..]),
            _ => (1, text),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // An exponent beyond i32 says "huge" or "nothing" just as well when it is held at i32's end.
        Some(sign * digits.parse::<i32>().map_or(i64::from(i32::MAX), i64::from))
    }

    /// The value in millionths, rounded half to even; `None` when it cannot fit into an `i64`.
    fn micros(&self) -> Option<i128> {
        let digits = || self.whole.bytes().chain(self.fraction.bytes()).map(|byte| byte - b'0');
        let fraction_digits = i64::try_from(self.fraction.len()).ok()?;
        // The value in millionths is `digits × 10^shift`.
        let shift = self.exponent.saturating_sub(fraction_digits).saturating_add(SCALE);
        let total = i64::try_from(self.whole.len() + self.fraction.len()).ok()?;
        let kept = total.saturating_add(shift.min(0));

        let mut value: i128 = 0;
        for digit in digits().take(usize::try_from(kept).unwrap_or(0)) {
            value = value * 10 + i128::from(digit);
            if value > i128::from(i64::MAX) + 1 {
                return None;
            }
        }
        if value == 0 && shift >= 0 {
            // Zero at any power is zero; the power may be astronomic.
            return Some(0);
        }
        if shift >= 0 {
            let largest = i128::from(i64::MAX); // no multiple of ten lies one beyond it
            return (0..shift).try_fold(value, |value, _| Some(value * 10).filter(|grown| *grown <= largest));
        }
        // `kept` below zero: a zero stands between the point and the first digit given, so the rest is under a half.
        let Ok(kept) = usize::try_from(kept) else { return Some(0) };
        let mut rest = digits().skip(kept);
        let first = rest.next().unwrap_or(0);
        let exactly_half = first == 5 && rest.all(|digit| digit == 0);
        let up = if exactly_half { value % 2 == 1 } else { first >= 5 };
        Some(value + i128::from(up))
    }
}
