//! `bg_color`: 3, 4, 6 or 8 hexadecimal digits without `#`, or a CSS colour name.

use std::fmt;
use std::str::FromStr;

use super::code::ErrorCode;
use super::css;
use super::invalid::InvalidValue;
use super::names::field;

const INVALID: InvalidValue = InvalidValue::new(
    field::BG_COLOR,
    ErrorCode::InvalidBgColor,
    "expected 3, 4, 6 or 8 hex digits without #, or a colour name",
);

/// A background colour. Written as six digits, or eight where it is not opaque.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct BgColour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
    /// 0 transparent, 255 opaque.
    pub alpha: u8,
}

impl BgColour {
    /// An opaque colour.
    #[must_use]
    pub const fn opaque(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue, alpha: 255 }
    }
}

impl fmt::Display for BgColour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { red, green, blue, alpha } = self;
        write!(f, "{red:02x}{green:02x}{blue:02x}")?;
        if *alpha == 255 { Ok(()) } else { write!(f, "{alpha:02x}") }
    }
}

impl FromStr for BgColour {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        css::named(text).or_else(|| hex(text)).ok_or(INVALID)
    }
}

/// Reads hexadecimal digits; in the short forms each digit stands for two.
fn hex(text: &str) -> Option<BgColour> {
    let digits = text.bytes().map(nibble).collect::<Option<Vec<u8>>>()?;
    match *digits.as_slice() {
        [r, g, b] => Some(BgColour::opaque(r * 17, g * 17, b * 17)),
        [r, g, b, a] => Some(BgColour { red: r * 17, green: g * 17, blue: b * 17, alpha: a * 17 }),
        [r, s, g, h, b, c] => Some(BgColour::opaque(r << 4 | s, g << 4 | h, b << 4 | c)),
        [r, s, g, h, b, c, a, d] => {
            Some(BgColour { red: r << 4 | s, green: g << 4 | h, blue: b << 4 | c, alpha: a << 4 | d })
        }
        _ => None,
    }
}

/// The value of one hexadecimal digit.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    proptest! {
        #[test]
        fn a_colour_reads_back(red: u8, green: u8, blue: u8, alpha: u8) {
            let colour = BgColour { red, green, blue, alpha };
            prop_assert_eq!(colour.to_string().parse(), Ok(colour));
        }

        #[test]
        fn no_text_is_too_strange_to_refuse(text in ".*") {
            let _ = text.parse::<BgColour>();
        }
    }

    #[rstest]
    #[case("fff", "ffffff")]
    #[case("F0a8", "ff00aa88")]
    #[case("81d4fa", "81d4fa")]
    #[case("81D4FA77", "81d4fa77")]
    #[case("green", "008000")]
    #[case("RebeccaPurple", "663399")]
    #[case("transparent", "00000000")]
    fn digits_and_names_are_read(#[case] text: &str, #[case] written: &str) {
        assert_eq!(text.parse::<BgColour>().unwrap().to_string(), written);
    }

    #[rstest]
    #[case("")]
    #[case("#fff")]
    #[case("ff")]
    #[case("fffff")]
    #[case("81d4fa7")]
    #[case("ggg")]
    #[case("bluish")]
    #[case("rgb(0,0,0)")]
    #[case(" fff")]
    fn anything_else_is_invalid_bg_color(#[case] text: &str) {
        assert_eq!(text.parse::<BgColour>().unwrap_err().code, Some(ErrorCode::InvalidBgColor));
    }
}
