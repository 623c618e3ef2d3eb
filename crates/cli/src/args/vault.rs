//! The commands about the paid pictures that are kept: looking, cleaning, the limit. None of them spends.

use std::str::FromStr;

use clap::{Args, Subcommand};
use clearcut_app::views::VaultCleaning;

/// Arguments of `clearcut vault`.
///
/// Every paid picture is kept on this computer, so that the same one, another background or another format never costs again.
/// Where the limit is reached, the oldest saved ones make room; what was not saved yet always stays.
#[derive(Debug, Args)]
pub(crate) struct Vault {
    /// What to do; without it, what is kept is summed up
    #[command(subcommand)]
    pub(crate) action: Option<VaultAction>,
    /// JSON on standard output: one document, or one line a picture for `list`
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What can be done with the vault.
#[derive(Debug, Subcommand)]
pub(crate) enum VaultAction {
    /// List what is kept, the oldest first
    List,
    /// Let go of saved pictures; the saved files stay where they are
    Clean(Clean),
    /// Set how large it may grow; where it holds more, the oldest saved pictures go at once
    Limit {
        /// GB, at least 1; `none` for no limit
        #[arg(value_name = "GB|none")]
        size: Limit,
        /// Agree without being asked to what goes
        #[arg(long, short)]
        yes: bool,
    },
}

/// Arguments of `clearcut vault clean`.
#[derive(Debug, Args)]
pub(crate) struct Clean {
    #[command(flatten)]
    what: What,
    /// Say what would go, and let nothing go
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Agree without being asked
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// Which ones; one of these has to be named.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Saved pictures that were paid longer ago than this, e.g. 30d or 8w
    #[arg(long, value_name = "AGE")]
    older_than: Option<Age>,
    /// The oldest saved pictures, until so much remains in all, e.g. 2GB or 500MB
    #[arg(long, value_name = "SIZE")]
    down_to: Option<Size>,
    /// All saved pictures
    #[arg(long)]
    all_saved: bool,
    /// Answers that were charged and held no usable picture; they are what a refund is claimed with
    #[arg(long)]
    evidence: bool,
}

impl Clean {
    /// What was named.
    pub(crate) fn what(&self) -> VaultCleaning {
        match self.what {
            What { older_than: Some(Age(days)), .. } => VaultCleaning::OlderThan { days },
            What { down_to: Some(Size(bytes)), .. } => VaultCleaning::DownTo { bytes },
            What { evidence: true, .. } => VaultCleaning::Evidence,
            What { .. } => VaultCleaning::AllSaved,
        }
    }
}

/// Whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Age(u32);

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        let in_days = |number: &str, days: u32| number.trim().parse::<u32>().ok()?.checked_mul(days);
        let days = match (text.strip_suffix('d'), text.strip_suffix('w')) {
            (Some(number), _) => in_days(number, 1),
            (_, Some(number)) => in_days(number, 7),
            _ => None,
        };
        days.map(Self).ok_or_else(|| "an age is a number of days or weeks, like 30d or 8w".to_owned())
    }
}

/// Bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size(u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000)];
        let size = units.into_iter().find_map(|(unit, bytes)| scaled(text.strip_suffix(unit)?.trim(), bytes));
        size.map(Self).ok_or_else(|| "a size is a number with its unit, like 2GB, 1.5GB or 500MB".to_owned())
    }
}

/// `1.5` of a unit, without a detour over inexact numbers.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let places = u32::try_from(part.len()).ok().filter(|places| *places <= 3)?;
    let part = digits(part)?.checked_mul(unit / 10_u64.pow(places))?;
    digits(whole)?.checked_mul(unit)?.checked_add(part)
}

/// GB, or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) Option<u32>);

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_uppercase();
        if text == "NONE" {
            return Ok(Self(None));
        }
        let gb = text.strip_suffix("GB").unwrap_or(&text).trim().parse::<u32>().ok().filter(|gb| *gb > 0);
        gb.map(|gb| Self(Some(gb))).ok_or_else(|| "a limit is a whole number of GB, like 20, or none".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2GB", Some(2_000_000_000))]
    #[case("1.5 gb", Some(1_500_000_000))]
    #[case("500MB", Some(500_000_000))]
    #[case("0kb", Some(0))]
    #[case("2", None)]
    #[case("-2GB", None)]
    #[case("2.GB", None)]
    #[case("1.0001GB", None)]
    #[case("99999999999TB", None)]
    fn sizes_have_their_unit(#[case] text: &str, #[case] bytes: Option<u64>) {
        assert_eq!(text.parse().ok(), bytes.map(Size));
    }

    #[rstest]
    #[case("30d", Some(30))]
    #[case("8 W", Some(56))]
    #[case("30", None)]
    #[case("-1d", None)]
    #[case("4000000000w", None)]
    fn ages_are_days_or_weeks(#[case] text: &str, #[case] days: Option<u32>) {
        assert_eq!(text.parse().ok(), days.map(Age));
    }

    #[rstest]
    #[case("20", Some(Some(20)))]
    #[case("20GB", Some(Some(20)))]
    #[case("none", Some(None))]
    #[case("0", None)]
    #[case("1.5", None)]
    fn limits_are_whole_gigabytes(#[case] text: &str, #[case] limit: Option<Option<u32>>) {
        assert_eq!(text.parse().ok(), limit.map(Limit));
    }
}
