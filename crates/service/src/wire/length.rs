//! A share and a length: `12.5%`, `30px`. The building blocks of regions, margins and positions.

use std::fmt;
use std::str::FromStr;

/// Ten-thousandths in one percent: four decimal places are read.
const PARTS: u32 = 10_000;

/// A share of something in percent, exact to four decimal places; from 0 to 1000 %.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Percent(u32);

/// The text is no percentage or length. The field it stood in decides the code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BadLength;

impl Percent {
    /// 0 %.
    pub const ZERO: Self = Self(0);
    /// 10 %.
    pub const TEN: Self = Self(10 * PARTS);
    /// 50 %.
    pub const FIFTY: Self = Self(50 * PARTS);
    /// 100 %.
    pub const HUNDRED: Self = Self(100 * PARTS);
    /// The largest that is read.
    const MAX: Self = Self(1000 * PARTS);

    /// From ten-thousandths of a percent: 125 000 is 12.5 %.
    #[must_use]
    pub const fn from_parts(parts: u32) -> Self {
        Self(parts)
    }

    /// In ten-thousandths of a percent.
    #[must_use]
    pub const fn parts(self) -> u32 {
        self.0
    }

    /// This share of `whole`, rounded half up.
    #[must_use]
    pub fn of(self, whole: u32) -> u32 {
        let unit = u64::from(PARTS) * 100;
        let share = (u64::from(self.0) * u64::from(whole) + unit / 2) / unit;
        u32::try_from(share).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / PARTS, self.0 % PARTS);
        if part == 0 {
            write!(f, "{whole}%")
        } else {
            write!(f, "{whole}.{}%", format!("{part:04}").trim_end_matches('0'))
        }
    }
}

impl FromStr for Percent {
    type Err = BadLength;

    fn from_str(text: &str) -> Result<Self, BadLength> {
        let number = text.strip_suffix('%').ok_or(BadLength)?;
        let (whole, part) = match number.split_once('.') {
            Some((_, "")) => return Err(BadLength),
            Some((whole, part)) => (whole, part),
            None => (number, ""),
        };
        if part.len() > 4 {
            return Err(BadLength);
        }
        let whole = count(whole)?;
        let part = count(&format!("{part:0<4}"))?;
        let parts = whole.checked_mul(PARTS).and_then(|parts| parts.checked_add(part)).ok_or(BadLength)?;
        if parts > Self::MAX.0 { Err(BadLength) } else { Ok(Self(parts)) }
    }
}

/// A length: pixels, or a share of the picture (of the subject, for margins).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Length {
    /// Pixels.
    Px(u32),
    /// A share.
    Percent(Percent),
}

impl Length {
    /// In pixels, where the whole has `whole` of them.
    #[must_use]
    pub fn resolve(self, whole: u32) -> u32 {
        match self {
            Self::Px(px) => px,
            Self::Percent(share) => share.of(whole),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Px(px) => write!(f, "{px}px"),
            Self::Percent(share) => share.fmt(f),
        }
    }
}

impl FromStr for Length {
    type Err = BadLength;

    fn from_str(text: &str) -> Result<Self, BadLength> {
        match text.strip_suffix("px") {
            Some(px) => count(px).map(Self::Px),
            None => text.parse().map(Self::Percent),
        }
    }
}

/// A plain non-negative number: digits only, no sign.
pub(super) fn count(text: &str) -> Result<u32, BadLength> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadLength);
    }
    text.parse().map_err(|_| BadLength)
}

/// Splits at single spaces into exactly `N` parts.
pub(super) fn parts<const N: usize>(text: &str) -> Option<[&str; N]> {
    let mut words = text.split(' ');
    let mut parts = [""; N];
    for part in &mut parts {
        *part = words.next()?;
    }
    words.next().is_none().then_some(parts)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// Any percentage up to a bound.
    pub(in crate::wire) fn percent(max: Percent) -> impl Strategy<Value = Percent> {
        (0..=max.parts()).prop_map(Percent::from_parts)
    }

    /// Any length up to a bound on either unit.
    pub(in crate::wire) fn length(max_px: u32, max: Percent) -> impl Strategy<Value = Length> {
        prop_oneof![(0..=max_px).prop_map(Length::Px), percent(max).prop_map(Length::Percent)]
    }

    proptest! {
        #[test]
        fn a_length_reads_back(length in length(u32::MAX, Percent::MAX)) {
            prop_assert_eq!(length.to_string().parse(), Ok(length));
        }

        #[test]
        fn no_text_is_too_strange_to_refuse(text in ".*") {
            let _ = text.parse::<Length>();
        }

        #[test]
        fn a_share_of_something_is_no_more_than_it(share in percent(Percent::HUNDRED), whole: u32) {
            prop_assert!(share.of(whole) <= whole);
        }
    }

    #[rstest]
    #[case("12.5%", 125_000)]
    #[case("0.0001%", 1)]
    #[case("100%", 1_000_000)]
    #[case("007%", 70_000)]
    fn percentages_are_exact(#[case] text: &str, #[case] parts: u32) {
        assert_eq!(text.parse::<Percent>().unwrap().parts(), parts);
    }

    #[rstest]
    #[case("")]
    #[case("%")]
    #[case("px")]
    #[case("10")]
    #[case("-1px")]
    #[case("+1px")]
    #[case("1.5px")]
    #[case("1.%")]
    #[case(".5%")]
    #[case("1.00001%")]
    #[case("1e1%")]
    #[case("4294967296px")]
    #[case("1001%")]
    #[case("10 %")]
    #[case("١٠%")]
    #[case("1.+50%")]
    fn nonsense_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<Length>(), Err(BadLength));
    }
}
