//! What may stand after a flag, and what it means to the app.

use std::str::FromStr;

use clap::ValueEnum;
use clearcut_app::Credits;
use clearcut_app::views::{FormatChoice, PreviewSource, SizeChoice};

/// `--size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Size {
    /// At most 0.25 megapixels
    Preview,
    /// At most 1.5 megapixels
    Medium,
    /// At most 4 megapixels
    Hd,
    /// As large as the original, at most 25 megapixels
    #[default]
    Full,
    /// As large as the original, at most 50 megapixels
    #[value(name = "50mp")]
    FiftyMp,
}

impl From<Size> for SizeChoice {
    fn from(size: Size) -> Self {
        match size {
            Size::Preview => Self::Preview,
            Size::Medium => Self::Medium,
            Size::Hd => Self::Hd,
            Size::Full => Self::Full,
            Size::FiftyMp => Self::FiftyMp,
        }
    }
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// With transparency
    #[default]
    Png,
    /// On a background: white, unless --bg says otherwise
    #[value(alias = "jpeg")]
    Jpg,
    /// Without loss, with transparency
    Webp,
    /// color.jpg and alpha.png in one archive
    Zip,
}

impl From<Format> for FormatChoice {
    fn from(format: Format) -> Self {
        match format {
            Format::Png => Self::Png,
            Format::Jpg => Self::Jpg,
            Format::Webp => Self::Webp,
            Format::Zip => Self::Zip,
        }
    }
}

/// `--from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Source {
    /// The model on this computer: free
    #[default]
    Device,
    /// The service
    Service,
}

impl From<Source> for PreviewSource {
    fn from(source: Source) -> Self {
        match source {
            Source::Device => Self::Device,
            Source::Service => Self::Service,
        }
    }
}

/// `--bg`: `#rrggbb` for the app, or nothing for transparent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Background(pub(crate) Option<String>);

impl FromStr for Background {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim().to_ascii_lowercase();
        let digits = match word.as_str() {
            "transparent" | "none" => return Ok(Self(None)),
            "white" => "ffffff",
            "black" => "000000",
            other => other.strip_prefix('#').unwrap_or(other),
        };
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) || ![3, 6].contains(&digits.len()) {
            return Err("a colour is #rrggbb, #rgb, white, black or transparent".to_owned());
        }
        let repeat = if digits.len() == 3 { 2 } else { 1 };
        let long: String = digits.chars().flat_map(|digit| std::iter::repeat_n(digit, repeat)).collect();
        Ok(Self(Some(format!("#{long}"))))
    }
}

/// `--max-credits`: an exact decimal, zero or more.
pub(crate) fn credits(text: &str) -> Result<Credits, String> {
    match text.trim().parse::<Credits>() {
        Ok(credits) if credits.is_negative() => Err("credits cannot be negative".to_owned()),
        Ok(credits) => Ok(credits),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("transparent", None)]
    #[case("White", Some("#ffffff"))]
    #[case("black", Some("#000000"))]
    #[case("#AbCdEf", Some("#abcdef"))]
    #[case("0f8", Some("#00ff88"))]
    fn a_background_is_a_colour_or_none(#[case] text: &str, #[case] meant: Option<&str>) {
        assert_eq!(text.parse(), Ok(Background(meant.map(str::to_owned))));
    }

    #[rstest]
    #[case("")]
    #[case("#12345")]
    #[case("blau")]
    #[case("#gggggg")]
    fn anything_else_is_refused(#[case] text: &str) {
        assert!(text.parse::<Background>().is_err());
    }

    #[rstest]
    #[case("0", true)]
    #[case("12.25", true)]
    #[case("-1", false)]
    #[case("many", false)]
    fn a_cap_is_an_exact_decimal(#[case] text: &str, #[case] good: bool) {
        assert_eq!(credits(text).is_ok(), good);
    }
}
