//! The plan and its calendar: how many credits a month brings, on which day, and what is carried over.
//!
//! Nothing here is measured: a plan is what the user entered or confirmed. The calendar is [`jiff`]'s; this module only says
//! which day a month begins on, and refuses to know what time it is now.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::Credits;

/// How long before and after the renewal day a renewal may show: nobody says at which hour, or in which zone, the service
/// renews (`docs/money.md`, "Cycle").
pub const RENEWAL_WINDOW: SignedDuration = SignedDuration::from_hours(36);

/// A clock that runs ahead of the calendar must not keep anybody counting: a hundred years.
const MONTHS_TO_CATCH_UP: usize = 1200;

/// Why something cannot be a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// No such day in any month.
    #[error("{0} is no day of a month: it is one from 1 to 31")]
    Day(u8),
    /// A month that brings nothing, or less.
    #[error("{0} is no monthly number of credits: it is more than 0")]
    Monthly(Credits),
}

/// The day of the month a subscription renews on, in the zone it is meant in. Months without the day use their last one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenewalDay {
    day: i8,
    zone: TimeZone,
}

/// One cycle: from its first moment to the first moment of the next.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cycle {
    /// When it begins by the calendar.
    pub begins: Timestamp,
    /// When the next one begins.
    pub renews: Timestamp,
}

impl Cycle {
    /// How much of it has passed at `now`, in thousandths from 0 to 1000.
    #[must_use]
    pub fn elapsed_permille(&self, now: Timestamp) -> u32 {
        let whole = self.renews.duration_since(self.begins).as_secs().max(1);
        let passed = now.duration_since(self.begins).as_secs().clamp(0, whole);
        u32::try_from(passed.saturating_mul(1000) / whole).unwrap_or(1000)
    }
}

impl RenewalDay {
    /// The `day` of the month, 1 to 31, in `zone`.
    ///
    /// # Errors
    /// [`PlanError::Day`] for a day no month has.
    pub fn new(day: u8, zone: TimeZone) -> Result<Self, PlanError> {
        match i8::try_from(day) {
            Ok(day @ 1..=31) => Ok(Self { day, zone }),
            _ => Err(PlanError::Day(day)),
        }
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(&self) -> u8 {
        self.day.unsigned_abs()
    }

    /// The zone it is meant in.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The date `at` falls on in the plan's zone.
    #[must_use]
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The cycle that `now` lies in.
    #[must_use]
    pub fn cycle_at(&self, now: Timestamp) -> Cycle {
        let this_month = self.date_of(now);
        let begins = self.begin_in(this_month);
        if begins <= now {
            Cycle { begins, renews: self.begin_in(next_month(this_month)) }
        } else {
            Cycle { begins: self.begin_in(last_month(this_month)), renews: begins }
        }
    }

    /// The boundaries between cycles after `from`, up to and including `until`, oldest first.
    #[must_use]
    pub fn renewals_between(&self, from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let mut found = Vec::new();
        let mut next = self.cycle_at(from).renews;
        while next <= until && found.len() < MONTHS_TO_CATCH_UP {
            found.push(next);
            next = self.cycle_at(next).renews;
        }
        found
    }

    /// The first moment of the renewal day in the month of `any_day`: midnight, or what comes first where the clock jumps
    /// over it.
    fn begin_in(&self, any_day: Date) -> Timestamp {
        let day = self.day.min(any_day.days_in_month());
        let day = Date::new(any_day.year(), any_day.month(), day).unwrap_or(any_day);
        let start = day.to_zoned(self.zone.clone());
        // Only dates at the very ends of the calendar have no moment.
        start.map_or_else(
            |_| if day.year().is_positive() { Timestamp::MAX } else { Timestamp::MIN },
            |zoned| zoned.timestamp(),
        )
    }
}

fn next_month(day: Date) -> Date {
    day.first_of_month().checked_add(1.month()).unwrap_or(date(9999, 12, 31))
}

fn last_month(day: Date) -> Date {
    day.first_of_month().checked_sub(1.month()).unwrap_or(date(-9999, 1, 1))
}

/// Pay-as-you-go credits that were bought together, as the user entered them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PaygLot {
    /// Credits bought, or left when they were entered.
    pub amount: Credits,
    /// When they lapse; `None`: never, or nobody knows.
    pub lapses: Option<Timestamp>,
}

/// What the user knows of a subscription.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// M: credits a month; more than nothing.
    pub monthly: Credits,
    /// When a month begins.
    pub renewal: RenewalDay,
    /// n: at a renewal at most so many months' credits are carried over; 0 none, `None` not known.
    pub rollover_months: Option<u32>,
}

impl Plan {
    /// A plan of `monthly` credits.
    ///
    /// # Errors
    /// [`PlanError::Monthly`] where a month would bring nothing.
    pub fn new(monthly: Credits, renewal: RenewalDay, rollover_months: Option<u32>) -> Result<Self, PlanError> {
        if monthly <= Credits::ZERO {
            return Err(PlanError::Monthly(monthly));
        }
        Ok(Self { monthly, renewal, rollover_months })
    }

    /// n × M, the most that a renewal carries over; `None` while the policy is unknown.
    #[must_use]
    pub fn rollover_cap(&self) -> Option<Credits> {
        self.rollover_months.map(|months| self.monthly.times(months).unwrap_or(Credits::MAX))
    }

    /// What of `subscription` a renewal carries over: min(S, n × M). All of it while the policy is unknown.
    #[must_use]
    pub fn carried(&self, subscription: Credits) -> Credits {
        self.rollover_cap().map_or(subscription, |cap| subscription.min(cap))
    }

    /// The subscription's credits after `renewals` renewals that found `subscription` credits.
    #[must_use]
    pub fn renewed(&self, subscription: Credits, renewals: usize) -> Credits {
        (0..renewals).fold(subscription, |held, _| self.carried(held).saturating_add(self.monthly))
    }
}
