//! `crop_margin`: the room left around a cropped subject.

use std::fmt;
use std::str::FromStr;

use super::code::ErrorCode;
use super::invalid::InvalidValue;
use super::length::{Length, Percent, parts};
use super::names::field;

const INVALID: InvalidValue = InvalidValue::new(
    field::CROP_MARGIN,
    ErrorCode::InvalidCropMargin,
    "expected 1, 2 or 4 values, each at most 50% or 500px",
);

/// A margin on each side, at most 50 % of the subject or 500 pixels.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CropMargin {
    /// Above.
    top: Length,
    /// At the right.
    right: Length,
    /// Below.
    bottom: Length,
    /// At the left.
    left: Length,
}

impl CropMargin {
    /// A margin for each side, in the order of the wire: top, right, bottom, left.
    ///
    /// # Errors
    /// `invalid_crop_margin` above 50 % or 500 pixels.
    pub fn new(top: Length, right: Length, bottom: Length, left: Length) -> Result<Self, InvalidValue> {
        let fits = |length: &Length| match length {
            Length::Px(px) => *px <= 500,
            Length::Percent(share) => *share <= Percent::FIFTY,
        };
        if [top, right, bottom, left].iter().all(fits) { Ok(Self { top, right, bottom, left }) } else { Err(INVALID) }
    }

    /// The margin in pixels around a subject of `width` × `height`: top, right, bottom, left.
    #[must_use]
    pub fn resolve(&self, width: u32, height: u32) -> [u32; 4] {
        [self.top.resolve(height), self.right.resolve(width), self.bottom.resolve(height), self.left.resolve(width)]
    }
}

impl fmt::Display for CropMargin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { top, right, bottom, left } = self;
        if left != right || top != bottom {
            write!(f, "{top} {right} {bottom} {left}")
        } else if top != right {
            write!(f, "{top} {right}")
        } else {
            write!(f, "{top}")
        }
    }
}

impl FromStr for CropMargin {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        if let Some([all]) = parts(text) {
            let all = side(all)?;
            Self::new(all, all, all, all)
        } else if let Some([vertical, horizontal]) = parts(text) {
            let (vertical, horizontal) = (side(vertical)?, side(horizontal)?);
            Self::new(vertical, horizontal, vertical, horizontal)
        } else if let Some([top, right, bottom, left]) = parts(text) {
            Self::new(side(top)?, side(right)?, side(bottom)?, side(left)?)
        } else {
            Err(INVALID)
        }
    }
}

/// One side; the documented default is a bare `0`.
fn side(text: &str) -> Result<Length, InvalidValue> {
    if text == "0" { Ok(Length::Px(0)) } else { text.parse().map_err(|_| INVALID) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::length::tests::length;
    use super::*;

    proptest! {
        #[test]
        fn a_margin_reads_back(sides in prop::array::uniform4(length(500, Percent::FIFTY))) {
            let [top, right, bottom, left] = sides;
            let margin = CropMargin::new(top, right, bottom, left).unwrap();
            prop_assert_eq!(margin.to_string().parse(), Ok(margin));
        }

        #[test]
        fn no_text_is_too_strange_to_refuse(text in ".*") {
            let _ = text.parse::<CropMargin>();
        }
    }

    #[rstest]
    #[case("0", [0, 0, 0, 0])]
    #[case("30px", [30, 30, 30, 30])]
    #[case("10%", [10, 20, 10, 20])]
    #[case("10% 5px", [10, 5, 10, 5])]
    #[case("1px 2px 3px 4px", [1, 2, 3, 4])]
    fn sides_come_in_the_order_of_the_wire(#[case] text: &str, #[case] sides: [u32; 4]) {
        assert_eq!(text.parse::<CropMargin>().unwrap().resolve(200, 100), sides);
    }

    #[rstest]
    #[case("")]
    #[case("10")]
    #[case("1px 2px 3px")]
    #[case("1px,2px")]
    #[case("51%")]
    #[case("501px")]
    #[case("-1px")]
    fn anything_else_is_invalid_crop_margin(#[case] text: &str) {
        assert_eq!(text.parse::<CropMargin>().unwrap_err().code, Some(ErrorCode::InvalidCropMargin));
    }
}
