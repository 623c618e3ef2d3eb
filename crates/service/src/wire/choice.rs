//! Fields whose value is one of a few words.

use super::code::ErrorCode;
use super::names::field;

/// Declares an enum with its words. The first word is written; the ones after `|` are read as well.
macro_rules! choices {
    (
        $(#[$doc:meta])* $name:ident: $field:expr, $code:expr, $reason:literal;
        $($(#[$item_doc:meta])* $item:ident = $word:literal $(| $alias:literal)*,)+
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum $name {
            $($(#[$item_doc])* $item,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$item,)+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$item => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::wire::InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word $(| $alias)* => Ok(Self::$item),)+
                    _ => Err($crate::wire::InvalidValue { field: $field, code: $code, reason: $reason }),
                }
            }
        }
    };
}

choices! {
    /// `size`: the most megapixels the result may have. `auto` is absent on purpose: it can fall to a preview without an
    /// error, so no client of ours may send it.
    Size: field::SIZE, Some(ErrorCode::InvalidSize), "expected preview, medium, hd, full, 50MP or auto";
    /// 0.25 megapixels, the service's default.
    Preview = "preview" | "small" | "regular",
    /// 1.5 megapixels.
    Medium = "medium",
    /// 4 megapixels.
    Hd = "hd",
    /// 25 megapixels, 10 as PNG.
    Full = "full" | "4k",
    /// 50 megapixels, 10 as PNG.
    FiftyMp = "50MP",
}

impl Size {
    /// The documented bound on the result, in pixels.
    #[must_use]
    pub const fn max_pixels(self, format: WireFormat) -> u64 {
        match (self, format) {
            (Self::Preview, _) => 250_000,
            (Self::Medium, _) => 1_500_000,
            (Self::Hd, _) => 4_000_000,
            (Self::Full | Self::FiftyMp, WireFormat::Png) => 10_000_000,
            (Self::Full, _) => 25_000_000,
            (Self::FiftyMp, _) => 50_000_000,
        }
    }
}

choices! {
    /// `format` of the result.
    WireFormat: field::FORMAT, Some(ErrorCode::InvalidFormat), "expected auto, png, jpg, webp or zip";
    /// PNG where there is transparency, else JPG.
    Auto = "auto",
    /// PNG.
    Png = "png",
    /// JPEG, no transparency.
    Jpg = "jpg",
    /// WebP.
    WebP = "webp",
    /// `color.jpg` and `alpha.png`: the smallest and fastest.
    Zip = "zip",
}

choices! {
    /// `type`: what the foreground is.
    SubjectType: field::TYPE, None, "expected auto, person, product, car, animal, graphic or transportation";
    /// Let the service find out.
    Auto = "auto",
    /// People.
    Person = "person",
    /// Things.
    Product = "product",
    /// Cars.
    Car = "car",
    /// Animals.
    Animal = "animal",
    /// Drawings and logos.
    Graphic = "graphic",
    /// Other vehicles.
    Transportation = "transportation",
}

choices! {
    /// `type_level`: how finely `X-Type` is told.
    TypeLevel: field::TYPE_LEVEL, None, "expected none, 1, 2 or latest";
    /// No `X-Type`.
    None = "none",
    /// Coarse classes.
    One = "1",
    /// Finer classes.
    Two = "2",
    /// The finest there are.
    Latest = "latest",
}

choices! {
    /// `channels` of the result.
    Channels: field::CHANNELS, Some(ErrorCode::InvalidChannels), "expected rgba or alpha";
    /// The cutout.
    Rgba = "rgba",
    /// The mask only.
    Alpha = "alpha",
}

choices! {
    /// `shadow_type`: the artificial shadow.
    ShadowType: field::SHADOW_TYPE, None, "expected none, car, 3D, drop or auto";
    /// No shadow.
    None = "none",
    /// The shadow under a car.
    Car = "car",
    /// A shadow on the ground.
    ThreeD = "3D",
    /// A drop shadow behind.
    Drop = "drop",
    /// By the subject.
    Auto = "auto",
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use rstest::rstest;

    use super::*;

    fn reads_back<T: Copy + Debug + Display + PartialEq + FromStr<Err: Debug>>(all: &[T]) {
        for value in all {
            assert_eq!(value.to_string().parse::<T>().unwrap(), *value);
        }
    }

    #[test]
    fn every_word_reads_back() {
        reads_back(Size::ALL);
        reads_back(WireFormat::ALL);
        reads_back(SubjectType::ALL);
        reads_back(TypeLevel::ALL);
        reads_back(Channels::ALL);
        reads_back(ShadowType::ALL);
    }

    #[rstest]
    #[case("small", Size::Preview)]
    #[case("regular", Size::Preview)]
    #[case("4k", Size::Full)]
    fn old_names_of_sizes_are_read(#[case] text: &str, #[case] size: Size) {
        assert_eq!(text.parse::<Size>().unwrap(), size);
    }

    #[rstest]
    #[case("auto")]
    #[case("Full")]
    #[case("")]
    #[case(" full")]
    #[case("50mp")]
    fn no_other_size_is(#[case] text: &str) {
        assert_eq!(text.parse::<Size>().unwrap_err().code, Some(ErrorCode::InvalidSize));
    }

    #[test]
    fn a_png_never_has_more_than_ten_megapixels() {
        assert!(Size::ALL.iter().all(|size| size.max_pixels(WireFormat::Png) <= 10_000_000));
    }
}
