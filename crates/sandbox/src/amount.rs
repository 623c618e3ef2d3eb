//! The practice service's own decimals: credits as a whole number of millionths.
//! Written apart from Clearcut's `credits` on purpose, and stricter: a seventh digit is refused, not rounded.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

const SCALE: i64 = 1_000_000;

/// An amount of credits, exact to the millionth. Never negative when it is a balance or a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

/// Text that is no plain decimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an amount: digits, at most one point and six decimals, up to 9,000,000,000,000")]
pub struct BadAmount(String);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// What a picture costs.
    pub const PICTURE: Self = Self(SCALE);
    /// What a preview costs once the free ones are used up.
    pub const PREVIEW: Self = Self(SCALE / 4);

    /// `self + other`, at the largest amount rather than around it.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// `self - other`, at zero rather than below it.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// `self × n`, at the largest amount rather than around it.
    #[must_use]
    pub const fn times(self, n: i64) -> Self {
        Self(self.0.saturating_mul(n))
    }
}

impl FromStr for Amount {
    type Err = BadAmount;

    fn from_str(text: &str) -> Result<Self, BadAmount> {
        let bad = || BadAmount(text.chars().take(40).collect());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || whole.len() > 13 || fraction.len() > 6 {
            return Err(bad());
        }
        let whole: i64 = whole.parse().map_err(|_| bad())?;
        let fraction: i64 = format!("{fraction:0<6}").parse().map_err(|_| bad())?;
        if whole > 9_000_000_000_000 - 1 {
            return Err(bad());
        }
        Ok(Self(whole * SCALE + fraction))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / SCALE, (self.0 % SCALE).abs());
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let fraction = format!("{fraction:06}");
        write!(f, "{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    /// As text: the journal and the control call never pass through a float.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    /// From text (`"39.75"`), or from a JSON number by its shortest digits.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount of credits, as text or number")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Amount, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_u64<E: Error>(self, whole: u64) -> Result<Amount, E> {
                self.visit_str(&whole.to_string())
            }
            fn visit_i64<E: Error>(self, whole: i64) -> Result<Amount, E> {
                self.visit_str(&whole.to_string())
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Amount, E> {
                self.visit_str(&number.to_string())
            }
        }
        deserializer.deserialize_any(Digits)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot read its own table should stop")]

    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0", "0")]
    #[case("40", "40")]
    #[case("39.75", "39.75")]
    #[case("007.50", "7.5")]
    #[case("0.000001", "0.000001")]
    #[case("1.0", "1")]
    fn amounts_print_as_the_shortest_decimal(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(text.parse::<Amount>().unwrap().to_string(), shown);
    }

    #[rstest]
    #[case("")]
    #[case(".5")]
    #[case("5.")]
    #[case("-1")]
    #[case("+1")]
    #[case("1e3")]
    #[case("0.1234567")]
    #[case("1,5")]
    #[case("99999999999999")]
    fn other_text_is_refused(#[case] text: &str) {
        assert!(text.parse::<Amount>().is_err());
    }

    #[test]
    fn json_numbers_and_text_are_read_by_their_digits() {
        let both: Vec<Amount> = serde_json::from_str(r#"[0.1, "0.1"]"#).unwrap();
        assert_eq!(both[0], both[1]);
        assert_eq!(serde_json::to_string(&both[0]).unwrap(), r#""0.1""#);
    }

    #[test]
    fn a_difference_stops_at_zero() {
        assert_eq!(Amount::PREVIEW.minus(Amount::PICTURE), Amount::ZERO);
    }
}
