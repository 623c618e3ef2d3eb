//! `scale`, `position` and `shadow_opacity`: how large the subject is, where it stands, how dark its shadow is.

use std::fmt;
use std::str::FromStr;

use super::code::ErrorCode;
use super::invalid::InvalidValue;
use super::length::{Percent, count, parts};
use super::names::field;

/// `scale`: the subject's size relative to the picture.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Scale {
    /// As it is.
    Original,
    /// From 10 to 100 % of the picture.
    Of(Percent),
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Of(share) => share.fmt(f),
        }
    }
}

impl FromStr for Scale {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const INVALID: InvalidValue =
            InvalidValue::new(field::SCALE, ErrorCode::InvalidScale, "expected original, or 10% to 100%");
        if text == "original" {
            return Ok(Self::Original);
        }
        let share: Percent = text.parse().map_err(|_| INVALID)?;
        if (Percent::TEN..=Percent::HUNDRED).contains(&share) { Ok(Self::Of(share)) } else { Err(INVALID) }
    }
}

/// `position`: where the subject stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Position {
    /// Where it was.
    Original,
    /// In the middle.
    Center,
    /// At a share of the free room, 0 to 100 % each.
    At {
        /// From the left.
        x: Percent,
        /// From the top.
        y: Percent,
    },
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original => f.write_str("original"),
            Self::Center => f.write_str("center"),
            Self::At { x, y } if x == y => x.fmt(f),
            Self::At { x, y } => write!(f, "{x} {y}"),
        }
    }
}

impl FromStr for Position {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const INVALID: InvalidValue = InvalidValue::new(
            field::POSITION,
            ErrorCode::InvalidPosition,
            "expected original, center, or one or two values from 0% to 100%",
        );
        let share = |text: &str| match text.parse::<Percent>() {
            Ok(share) if share <= Percent::HUNDRED => Ok(share),
            _ => Err(INVALID),
        };
        match text {
            "original" => Ok(Self::Original),
            "center" => Ok(Self::Center),
            _ => match parts(text) {
                Some([x, y]) => Ok(Self::At { x: share(x)?, y: share(y)? }),
                None => share(text).map(|both| Self::At { x: both, y: both }),
            },
        }
    }
}

/// `shadow_opacity`: 0 (none) to 100 (black), or by the subject.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum ShadowOpacity {
    /// Let the service choose.
    Auto,
    /// In percent, 0 to 100.
    Of(u8),
}

impl fmt::Display for ShadowOpacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Of(percent) => percent.fmt(f),
        }
    }
}

impl FromStr for ShadowOpacity {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        const INVALID: InvalidValue =
            InvalidValue { field: field::SHADOW_OPACITY, code: None, reason: "expected auto, or 0 to 100" };
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let percent = count(text).ok().and_then(|percent| u8::try_from(percent).ok()).ok_or(INVALID)?;
        if percent <= 100 { Ok(Self::Of(percent)) } else { Err(INVALID) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::length::tests::percent;
    use super::*;

    proptest! {
        #[test]
        fn a_position_reads_back(x in percent(Percent::HUNDRED), y in percent(Percent::HUNDRED)) {
            let position = Position::At { x, y };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn a_scale_reads_back(parts in 100_000_u32..=1_000_000) {
            let scale = Scale::Of(Percent::from_parts(parts));
            prop_assert_eq!(scale.to_string().parse(), Ok(scale));
        }

        #[test]
        fn an_opacity_reads_back(percent in 0_u8..=100) {
            let opacity = ShadowOpacity::Of(percent);
            prop_assert_eq!(opacity.to_string().parse(), Ok(opacity));
        }
    }

    #[test]
    fn the_words_read_back() {
        assert_eq!(Scale::Original.to_string().parse(), Ok(Scale::Original));
        assert_eq!(Position::Original.to_string().parse(), Ok(Position::Original));
        assert_eq!(Position::Center.to_string().parse(), Ok(Position::Center));
        assert_eq!(ShadowOpacity::Auto.to_string().parse(), Ok(ShadowOpacity::Auto));
    }

    #[rstest]
    #[case("9.9999%")]
    #[case("100.0001%")]
    #[case("50")]
    #[case("50px")]
    #[case("Original")]
    #[case("")]
    fn other_scales_are_invalid_scale(#[case] text: &str) {
        assert_eq!(text.parse::<Scale>().unwrap_err().code, Some(ErrorCode::InvalidScale));
    }

    #[rstest]
    #[case("101%")]
    #[case("10% 101%")]
    #[case("10% 20% 30%")]
    #[case("10px")]
    #[case("centre")]
    #[case("")]
    fn other_positions_are_invalid_position(#[case] text: &str) {
        assert_eq!(text.parse::<Position>().unwrap_err().code, Some(ErrorCode::InvalidPosition));
    }

    #[rstest]
    #[case("101")]
    #[case("-1")]
    #[case("50%")]
    #[case("256")]
    fn other_opacities_are_refused(#[case] text: &str) {
        assert!(text.parse::<ShadowOpacity>().is_err());
    }
}
