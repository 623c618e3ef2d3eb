//! What may stand after a flag, and what it means to the app.

use std::str::FromStr;

use clap::ValueEnum;
use clearcut_app::Credits;
use clearcut_app::views::{ExistingChoice, FormatChoice, HistoryState, LotView, PreviewSource, QuietHours, SizeChoice};

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

/// `--existing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Existing {
    /// Leave the picture out: nothing is sent for it and nothing charged
    Skip,
    /// Give the new file a number
    Number,
    /// Move the old file to the trash, once the new one is whole
    Replace,
}

impl From<Existing> for ExistingChoice {
    fn from(existing: Existing) -> Self {
        match existing {
            Existing::Skip => Self::Skip,
            Existing::Number => Self::Number,
            Existing::Replace => Self::Replace,
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

/// `history --state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Past {
    /// Charged, and the picture is here
    Paid,
    /// Charged, and no usable picture came
    PaidLost,
    /// Not charged
    NotCharged,
    /// Perhaps charged
    Unknown,
    /// Under way
    UnderWay,
    /// No request: credits bought, renewed, used elsewhere, adjusted
    Account,
}

impl From<Past> for HistoryState {
    fn from(past: Past) -> Self {
        match past {
            Past::Paid => Self::Paid,
            Past::PaidLost => Self::PaidLost,
            Past::NotCharged => Self::NotCharged,
            Past::Unknown => Self::Unknown,
            Past::UnderWay => Self::UnderWay,
            Past::Account => Self::Account,
        }
    }
}

/// `plan set --rollover`: months, 0 for none, nothing where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rollover(pub(crate) Option<u32>);

impl FromStr for Rollover {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "none" => Ok(Self(Some(0))),
            "unknown" => Ok(Self(None)),
            months => months
                .parse()
                .map(|months| Self(Some(months)))
                .map_err(|_| "rollover is a number of months, none or unknown".to_owned()),
        }
    }
}

/// `plan set --payg`: credits with the day they lapse, or nothing for `none`. The app reads the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lot(pub(crate) Option<LotView>);

impl FromStr for Lot {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self(None));
        }
        let (amount, day) = match text.split_once('@') {
            Some((amount, day)) => (amount, Some(day.trim().to_owned())),
            None => (text, None),
        };
        Ok(Self(Some(LotView { credits: credits(amount)?.to_string(), lapses_on: day })))
    }
}

/// `notices set --levels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Levels(pub(crate) Vec<u8>);

impl FromStr for Levels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self(Vec::new()));
        }
        let level = |part: &str| part.trim().trim_end_matches('%').trim_end().parse::<u8>();
        text.split(',')
            .map(level)
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|_| "levels are per cents, for example 50,80, or none".to_owned())
    }
}

/// `notices set --quiet`: hours, or nothing for `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quiet(pub(crate) Option<QuietHours>);

impl FromStr for Quiet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if matches!(text.trim().to_ascii_lowercase().as_str(), "off" | "none") {
            return Ok(Self(None));
        }
        let hour = |text: &str| text.trim().trim_end_matches(":00").parse::<u8>().ok().filter(|hour| *hour < 24);
        let hours = text.split_once(['-', '–']).and_then(|(from, until)| Some((hour(from)?, hour(until)?)));
        let (from, until) = hours.ok_or("quiet hours are full hours like 22-7, or off")?;
        Ok(Self(Some(QuietHours { from, until })))
    }
}

/// `--cap` and other amounts: an exact decimal, zero or more.
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
    #[case("18@2026-12-01", "18", Some("2026-12-01"))]
    #[case("0.5", "0.5", None)]
    fn a_lot_is_credits_and_their_last_day(#[case] text: &str, #[case] amount: &str, #[case] day: Option<&str>) {
        let lot = text.parse::<Lot>().unwrap().0.unwrap();
        assert_eq!((lot.credits.as_str(), lot.lapses_on.as_deref()), (amount, day));
        assert_eq!("none".parse::<Lot>(), Ok(Lot(None)));
        assert!("many@2026-12-01".parse::<Lot>().is_err());
    }

    #[test]
    fn rollover_quiet_hours_and_levels_have_words_for_nothing() {
        assert_eq!(["5", "none", "unknown"].map(|text| text.parse::<Rollover>().unwrap().0), [Some(5), Some(0), None]);
        assert_eq!("22-7".parse(), Ok(Quiet(Some(QuietHours { from: 22, until: 7 }))));
        assert_eq!("22:00 - 07:00".parse(), Ok(Quiet(Some(QuietHours { from: 22, until: 7 }))));
        assert_eq!("off".parse(), Ok(Quiet(None)));
        assert!("22".parse::<Quiet>().is_err() && "22-24".parse::<Quiet>().is_err());
        assert_eq!("50, 80 %".parse(), Ok(Levels(vec![50, 80])));
        assert_eq!("none".parse(), Ok(Levels(Vec::new())));
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
