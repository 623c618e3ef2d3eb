//! A decimal number as the service wrote it, kept as text so that no float ever touches an amount. It is validated, never
//! computed with: whoever owns the money parses it exactly.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;
use thiserror::Error;

/// Longest text taken for a number, in bytes. Real ones have under ten.
const MAX_LEN: usize = 64;

/// The text of a JSON number: `1`, `39.75`, `-0.25`, `2.5e-1`. At most 64 bytes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Decimal(String);

/// The text is not a JSON number.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not a decimal number")]
pub struct BadDecimal;

impl Decimal {
    /// The number's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text begins with a minus sign.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.starts_with('-')
    }

    /// The value as a count, if it is a whole number that fits: `50`, `50.0` and `5e1` are all 50.
    #[must_use]
    pub fn as_count(&self) -> Option<u32> {
        let (mantissa, exponent) = match self.0.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (self.0.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let zeros = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let count = digits.parse::<u128>().ok()?;
        if count == 0 {
            return Some(0);
        }
        let scale = 10_u128.checked_pow(zeros.unsigned_abs())?;
        let value = if zeros >= 0 {
            count.checked_mul(scale)?
        } else if count % scale == 0 {
            count / scale
        } else {
            return None;
        };
        u32::try_from(value).ok()
    }
}

impl FromStr for Decimal {
    type Err = BadDecimal;

    /// Takes the grammar of RFC 8259 section 6; white space around it is dropped.
    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        let text = text.trim();
        if text.len() <= MAX_LEN && is_json_number(text.as_bytes()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadDecimal)
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Decimal {
    /// As a JSON number with exactly these digits.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// Reads a number from a JSON value that should be one: a number, or a string holding one. `null`, a missing field
/// (with `#[serde(default)]`) and anything else is unknown, never zero and never an error.
pub(crate) fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| {
        let text = raw.get();
        if text.starts_with('"') { serde_json::from_str::<String>(text).ok()?.parse().ok() } else { text.parse().ok() }
    }))
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
fn is_json_number(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest[0] == b'0') {
        return false;
    }
    let mut rest = &rest[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', unsigned @ ..] => unsigned,
            unsigned => unsigned,
        };
        let count = digits(exponent);
        if count == 0 {
            return false;
        }
        rest = &exponent[count..];
    }
    rest.is_empty()
}

/// How many digits the text begins with.
fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0")]
    #[case("1")]
    #[case("-0.25")]
    #[case("39.75")]
    #[case("1e3")]
    #[case("2.50E-1")]
    #[case("1e+2")]
    fn a_json_number_is_taken_as_it_stands(#[case] text: &str) {
        assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("-")]
    #[case(".5")]
    #[case("1.")]
    #[case("01")]
    #[case("+1")]
    #[case("1e")]
    #[case("1,5")]
    #[case("NaN")]
    #[case("Infinity")]
    #[case("0x10")]
    #[case("1 2")]
    #[case("ten")]
    fn anything_else_is_not(#[case] text: &str) {
        assert_eq!(text.parse::<Decimal>(), Err(BadDecimal));
    }

    #[test]
    fn an_endless_number_is_not_taken() {
        assert!("9".repeat(65).parse::<Decimal>().is_err());
    }

    #[rstest]
    #[case("50", Some(50))]
    #[case("50.0", Some(50))]
    #[case("5e1", Some(50))]
    #[case("0.5e2", Some(50))]
    #[case("0", Some(0))]
    #[case("0.000", Some(0))]
    #[case("0.5", None)]
    #[case("-1", None)]
    #[case("4294967296", None)]
    #[case("1e999", None)]
    fn a_count_is_a_whole_number(#[case] text: &str, #[case] count: Option<u32>) {
        assert_eq!(text.parse::<Decimal>().unwrap().as_count(), count);
    }

    proptest! {
        #[test]
        fn agrees_with_the_json_parser(text in "-?[0-9.eE+-]{0,12}") {
            let json = serde_json::from_str::<Box<RawValue>>(&text).is_ok();
            prop_assert_eq!(text.parse::<Decimal>().is_ok(), json);
        }
    }
}
