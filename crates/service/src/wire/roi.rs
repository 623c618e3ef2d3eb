//! `roi`: the region outside of which everything is background. Whether it fits depends on the picture only where pixels
//! are given, so part of the check is made when reading and the rest by [`Roi::resolve`].

use std::fmt;
use std::str::FromStr;

use super::code::ErrorCode;
use super::invalid::InvalidValue;
use super::length::{Length, Percent, parts};
use super::names::field;
use super::rect::Rect;

const INVALID: InvalidValue =
    InvalidValue::new(field::ROI, ErrorCode::InvalidRoi, "expected x1 y1 x2 y2, each in px or %");
const EXCEEDS: InvalidValue =
    InvalidValue::new(field::ROI, ErrorCode::RoiExceedsBounds, "the region exceeds the image bounds");
const EMPTY: InvalidValue = InvalidValue::new(field::ROI, ErrorCode::RoiRegionEmpty, "the region is empty");

/// A region of interest, from its top left to its bottom right corner.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Roi {
    x1: Length,
    y1: Length,
    x2: Length,
    y2: Length,
}

impl Roi {
    /// A region from corner to corner.
    ///
    /// # Errors
    /// `roi_exceeds_bounds` for a share above 100 %, `roi_region_empty` where two edges in the same unit leave nothing.
    pub fn new(x1: Length, y1: Length, x2: Length, y2: Length) -> Result<Self, InvalidValue> {
        if [x1, y1, x2, y2].into_iter().any(beyond) {
            return Err(EXCEEDS);
        }
        if empty(x1, x2) || empty(y1, y2) {
            return Err(EMPTY);
        }
        Ok(Self { x1, y1, x2, y2 })
    }

    /// The region in a picture of `width` × `height` pixels.
    ///
    /// # Errors
    /// `roi_exceeds_bounds` or `roi_region_empty`.
    pub fn resolve(&self, width: u32, height: u32) -> Result<Rect, InvalidValue> {
        let (left, right) = (self.x1.resolve(width), self.x2.resolve(width));
        let (top, bottom) = (self.y1.resolve(height), self.y2.resolve(height));
        if left > width || right > width || top > height || bottom > height {
            return Err(EXCEEDS);
        }
        if left >= right || top >= bottom {
            return Err(EMPTY);
        }
        Ok(Rect { left, top, width: right - left, height: bottom - top })
    }
}

/// More than the whole picture.
fn beyond(length: Length) -> bool {
    matches!(length, Length::Percent(share) if share > Percent::HUNDRED)
}

/// Surely nothing between the two, whatever the picture.
fn empty(from: Length, to: Length) -> bool {
    match (from, to) {
        (Length::Px(from), Length::Px(to)) => from >= to,
        (Length::Percent(from), Length::Percent(to)) => from >= to,
        _ => false,
    }
}

impl fmt::Display for Roi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.x1, self.y1, self.x2, self.y2)
    }
}

impl FromStr for Roi {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let words: [&str; 4] = parts(text).ok_or(INVALID)?;
        let read = |word: &str| word.parse::<Length>().map_err(|_| INVALID);
        Self::new(read(words[0])?, read(words[1])?, read(words[2])?, read(words[3])?)
    }
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
        fn a_region_reads_back(edges in prop::array::uniform4(length(10_000, Percent::HUNDRED))) {
            let [x1, y1, x2, y2] = edges;
            if let Ok(roi) = Roi::new(x1, y1, x2, y2) {
                prop_assert_eq!(roi.to_string().parse(), Ok(roi));
            }
        }

        #[test]
        fn a_resolved_region_lies_inside(
            edges in prop::array::uniform4(length(3_000, Percent::HUNDRED)),
            width in 1_u32..3_000,
            height in 1_u32..3_000,
        ) {
            let [x1, y1, x2, y2] = edges;
            if let Ok(rect) = Roi::new(x1, y1, x2, y2).and_then(|roi| roi.resolve(width, height)) {
                prop_assert!(rect.width > 0 && rect.left + rect.width <= width);
                prop_assert!(rect.height > 0 && rect.top + rect.height <= height);
            }
        }

        #[test]
        fn no_text_is_too_strange_to_refuse(text in ".*") {
            let _ = text.parse::<Roi>();
        }
    }

    #[rstest]
    #[case("", ErrorCode::InvalidRoi)]
    #[case("0% 0% 100%", ErrorCode::InvalidRoi)]
    #[case("0% 0% 100% 100% 1%", ErrorCode::InvalidRoi)]
    #[case("0 0 10 10", ErrorCode::InvalidRoi)]
    #[case("-1px 0px 10px 10px", ErrorCode::InvalidRoi)]
    #[case("0%  0% 100% 100%", ErrorCode::InvalidRoi)]
    #[case("0% 0% 101% 100%", ErrorCode::RoiExceedsBounds)]
    #[case("50% 0% 50% 100%", ErrorCode::RoiRegionEmpty)]
    #[case("20px 0px 10px 10px", ErrorCode::RoiRegionEmpty)]
    fn each_mistake_has_its_code(#[case] text: &str, #[case] code: ErrorCode) {
        assert_eq!(text.parse::<Roi>().unwrap_err().code, Some(code));
    }

    #[rstest]
    #[case("0% 0% 100% 100%", Ok(Rect { left: 0, top: 0, width: 200, height: 100 }))]
    #[case("10px 25% 50% 75px", Ok(Rect { left: 10, top: 25, width: 90, height: 50 }))]
    #[case("0px 0px 201px 100px", Err(ErrorCode::RoiExceedsBounds))]
    #[case("150px 0% 50% 100%", Err(ErrorCode::RoiRegionEmpty))]
    fn the_rest_depends_on_the_picture(#[case] text: &str, #[case] expected: Result<Rect, ErrorCode>) {
        let resolved = text.parse::<Roi>().unwrap().resolve(200, 100);
        assert_eq!(resolved.map_err(|error| error.code.unwrap()), expected);
    }
}
