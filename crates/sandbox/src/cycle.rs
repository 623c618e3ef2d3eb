//! The practice account's calendar: when its months begin. Pure: knows neither credits nor what time it is.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The months of an account, counted from one day so that a 31st stays a 31st.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// When the first month began.
    pub anchor: Timestamp,
    /// Months begun since.
    pub month: i32,
}

impl Cycle {
    /// The moment `months` after the anchor, in UTC; a month without the day gives its last one.
    fn month_begin(&self, months: i32) -> Timestamp {
        self.anchor
            .to_zoned(TimeZone::UTC)
            .checked_add(months.months())
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// When the running month began.
    #[must_use]
    pub fn began_at(&self) -> Timestamp {
        self.month_begin(self.month)
    }

    /// When the next month begins.
    #[must_use]
    pub fn renews_at(&self) -> Timestamp {
        self.month_begin(self.month.saturating_add(1))
    }

    /// A first month that begins at `at`.
    #[must_use]
    pub const fn from(at: Timestamp) -> Self {
        Self { anchor: at, month: 0 }
    }

    /// The day of the month that months begin on; those without it use their last one.
    #[must_use]
    pub fn day(&self) -> u8 {
        self.anchor.to_zoned(TimeZone::UTC).day().unsigned_abs()
    }

    /// The cycle one month on.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { month: self.month.saturating_add(1), ..self }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot read its own table should stop")]

    use super::*;

    #[test]
    fn a_cycle_from_the_31st_ends_on_the_last_day_and_comes_back() {
        let mut cycle = Cycle::from("2026-01-31T12:00:00Z".parse().unwrap());
        let mut days = Vec::new();
        for _ in 0..3 {
            days.push(cycle.renews_at().strftime("%F").to_string());
            cycle = cycle.next();
        }
        assert_eq!(days, ["2026-02-28", "2026-03-31", "2026-04-30"]);
        assert_eq!(cycle.day(), 31);
    }
}
