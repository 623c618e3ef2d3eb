//! How the credits will go: the burn-down of the cycle with a band, how long they last, what is left over and lost.
//!
//! A forecast is worked out from the days of the ledger alone and says nothing while they are too few. It refuses to
//! know pictures, prices and the time of day, and it is never part of a charge: amounts go in, amounts come out.
//!
//! The method, step by step: `forecast_window` reads the last four weeks (which weekdays rest, has use
//! stopped), `forecast_urn` draws possible futures from them, `forecast_band` puts them in order, `forecast_walk` lets
//! each edge of the band empty the pockets. How often it is right stands in `tests/backtest.md`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::forecast_band::{Curve, Curves};
use crate::forecast_walk::{Walk, walk};
use crate::forecast_window::Window;
use crate::{Credits, PaygLot};

/// Complete days that must have been watched before anything is forecast.
const DAYS_NEEDED: u32 = 3;
/// Charges the window must hold before anything is forecast.
const CHARGES_NEEDED: u32 = 5;
/// How far the burn-down reaches where no cycle runs, in days.
const WITHOUT_A_CYCLE: i32 = 30;
/// The longest burn-down, in days: a yearly cycle.
const LONGEST: i32 = 366;
/// Beyond ten years the credits are said to last for good, in days.
const FOR_GOOD: u32 = 3653;

/// What one day used, own charges and use elsewhere together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DayUse {
    /// The day, in the account's time zone.
    pub date: Date,
    /// The credits that went.
    pub credits: Credits,
    /// By how many charges.
    pub charges: u32,
}

/// Everything a forecast is worked out from.
#[derive(Clone, Copy, Debug)]
pub struct Outlook<'a> {
    /// The running day, in `zone`; it may be half over.
    pub today: Date,
    /// The account's time zone: where its days begin.
    pub zone: &'a TimeZone,
    /// The ledger's days in order of date, today's so far included. A missing day used nothing.
    pub days: &'a [DayUse],
    /// The first day the ledger watched.
    pub since: Date,
    /// The running cycle: its first day and the first day of the next one. One that is over is ignored.
    pub cycle: Option<(Date, Date)>,
    /// What is left of this month's subscription credits.
    pub month_left: Option<Credits>,
    /// Subscription credits carried over from earlier months.
    pub rollover: Option<Credits>,
    /// Pay-as-you-go credits, those of `lots` included.
    pub payg: Option<Credits>,
    /// Everything that can be spent. What the pockets above do not explain is drawn last, or as a subscription where
    /// `month_left` is unknown.
    pub left: Credits,
    /// The subscription's credits a cycle.
    pub monthly: Option<Credits>,
    /// The most that is carried into a new cycle, nothing for a plan without rollover; `None` while that is unknown.
    pub rollover_cap: Option<Credits>,
    /// Pay-as-you-go credits with a date. Those that lapse first are drawn first.
    pub lots: &'a [PaygLot],
    /// When the service ends, where that has been announced: nothing can be spent afterwards.
    pub ends: Option<Timestamp>,
}

/// Why nothing is forecast.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoForecast {
    /// The ledger has not watched long enough.
    #[error("only {days} of {needed} days have been watched")]
    TooFewDays {
        /// Complete days watched.
        days: u32,
        /// How many it takes.
        needed: u32,
    },
    /// Too little happened in the last four weeks.
    #[error("only {charges} of {needed} charges in the last four weeks")]
    TooFewCharges {
        /// Charges of the window.
        charges: u32,
        /// How many it takes.
        needed: u32,
    },
}

/// An amount and how far it may be off: four times in five the truth lies between `low` and `high`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Band {
    /// One time in ten it is less.
    pub low: Credits,
    /// As often more as less, never beyond what the window's mean makes.
    pub likely: Credits,
    /// One time in ten it is more.
    pub high: Credits,
}

/// A moment and how far it may be off, in the order of time. `None`: not within what is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct When<T> {
    /// If use goes along the high edge of the band.
    pub earliest: Option<T>,
    /// If use goes as is likely.
    pub likely: Option<T>,
    /// If use goes along the low edge of the band.
    pub latest: Option<T>,
}

/// One day of the burn-down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BurnDown {
    /// The day.
    pub date: Date,
    /// What will be left when it is over, in all pockets together.
    pub left: Band,
}

/// Pay-as-you-go credits that will be lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lapse {
    /// When: their own date or the end of the service, whichever comes first.
    pub at: Timestamp,
    /// What use until the day before will not have taken.
    pub credits: Band,
}

/// How the credits will go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Forecast {
    /// The days it was learnt from: up to four weeks that end yesterday.
    pub learnt_from: u32,
    /// Use a day over the four weeks from tomorrow; `likely` is never above the mean of the days learnt from.
    pub rate_per_day: Band,
    /// The first day the burn-down no longer covers: the renewal, the end of the service, or thirty days from today.
    pub until: Date,
    /// Use from now until then, also beyond what is left.
    pub use_ahead: Band,
    /// What will be left after each day, today's rest first.
    pub burn_down: Vec<BurnDown>,
    /// For how many days from today the credits last if none are added and none lapse; `None` for over ten years.
    pub lasts: When<u32>,
    /// The day before [`Self::until`] on which more is wanted than there is.
    pub runs_out: When<Date>,
    /// The credits run out before the renewal, with odds of at least nineteen in twenty: a warning that may interrupt.
    pub alarm: bool,
    /// What of this month's credits is unused at the renewal; `None` without a cycle or while the month is unknown.
    pub left_over: Option<Band>,
    /// What of the subscription is lost at the renewal because no more can be carried; `None` while that is unknown.
    pub forfeited: Option<Band>,
    /// Which pay-as-you-go credits lapse within the next three years, in order of time.
    pub lapses: Vec<Lapse>,
}

/// Works out how the credits will go. The same ledger always gives the same forecast.
///
/// # Errors
/// In the first three days, or with under five charges in the last four weeks: too little is known to say anything.
pub fn forecast(outlook: &Outlook<'_>) -> Result<Forecast, NoForecast> {
    let window = Window::of(outlook);
    if window.days() < DAYS_NEEDED {
        return Err(NoForecast::TooFewDays { days: window.days(), needed: DAYS_NEEDED });
    }
    if window.charges() < CHARGES_NEEDED {
        return Err(NoForecast::TooFewCharges { charges: window.charges(), needed: CHARGES_NEEDED });
    }
    let until = outlook.until();
    let days = days_between(outlook.today, until);
    let curves = Curves::new(&window, days);
    let [least, low, likely, high] =
        [&curves.least, &curves.low, &curves.likely, &curves.high].map(|curve| walk(outlook, until, curve));
    Ok(Forecast {
        learnt_from: window.days(),
        rate_per_day: curves.band(|curve| curve.per_day),
        until,
        use_ahead: curves.band(|curve| curve.in_days(days)),
        burn_down: burn_down(outlook.today, &low, &likely, &high),
        lasts: lasts(&curves, outlook.left),
        runs_out: When { earliest: high.runs_out, likely: likely.runs_out, latest: low.runs_out },
        alarm: outlook.renewal().is_some() && least.runs_out.is_some(),
        left_over: Band::of_three(high.left_over, likely.left_over, low.left_over),
        forfeited: Band::of_three(high.forfeited, likely.forfeited, low.forfeited),
        lapses: lapses(&low, &likely, &high),
    })
}

impl Outlook<'_> {
    /// The first day of the next cycle, while it lies ahead and the service still runs then.
    pub(crate) fn renewal(&self) -> Option<Date> {
        let (_, next) = self.cycle?;
        let before_the_end = self.last_day().is_none_or(|end| next <= end);
        (next > self.today && before_the_end).then_some(next)
    }

    /// The day the service ends, if that is announced.
    pub(crate) fn last_day(&self) -> Option<Date> {
        self.ends.map(|end| self.date(end))
    }

    /// The day an instant falls on where the account lives.
    pub(crate) fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The first day that is not looked at.
    fn until(&self) -> Date {
        let ahead = |days: i32| self.today.saturating_add(Span::new().days(days));
        let next = self.cycle.map(|(_, next)| next).filter(|next| *next > self.today);
        let until = next.unwrap_or_else(|| ahead(WITHOUT_A_CYCLE)).min(ahead(LONGEST));
        self.last_day().map_or(until, |end| until.min(end)).max(self.today)
    }
}

impl Band {
    /// The band of three values that are all known.
    fn of_three(low: Option<Credits>, likely: Option<Credits>, high: Option<Credits>) -> Option<Self> {
        Some(Self { low: low?, likely: likely?, high: high? })
    }

    fn plus(self, other: Self) -> Self {
        Self {
            low: self.low.saturating_add(other.low),
            likely: self.likely.saturating_add(other.likely),
            high: self.high.saturating_add(other.high),
        }
    }
}

/// Whole days from `from` to `to`, none if `to` lies before.
pub(crate) fn days_between(from: Date, to: Date) -> usize {
    usize::try_from(from.until(to).map_or(0, |span| span.get_days())).unwrap_or(0)
}

/// What is left after each day: much use leaves little.
fn burn_down(today: Date, low: &Walk, likely: &Walk, high: &Walk) -> Vec<BurnDown> {
    let dates = today.series(Span::new().days(1));
    let left = low.left.iter().zip(&likely.left).zip(&high.left);
    dates
        .zip(left)
        .map(|(date, ((low, likely), high))| BurnDown { date, left: Band { low: *high, likely: *likely, high: *low } })
        .collect()
}

/// The three edges' losses, lot by lot; those that lapse at one moment are one.
fn lapses(low: &Walk, likely: &Walk, high: &Walk) -> Vec<Lapse> {
    let mut lapses: Vec<Lapse> = Vec::new();
    for (((at, most), (_, likely)), (_, least)) in low.lapsed.iter().zip(&likely.lapsed).zip(&high.lapsed) {
        let credits = Band { low: *least, likely: *likely, high: *most };
        match lapses.last_mut() {
            Some(last) if last.at == *at => last.credits = last.credits.plus(credits),
            _ => lapses.push(Lapse { at: *at, credits }),
        }
    }
    lapses.retain(|lapse| !lapse.credits.high.is_zero());
    lapses
}

/// For how many days `left` is enough. The day by which a tenth of the futures has used it up is the day its upper
/// decile passes it, because use only grows: the band's edges can be read across as well as upwards.
fn lasts(curves: &Curves, left: Credits) -> When<u32> {
    let days = |curve: &Curve| {
        let covered = curve.by_day.partition_point(|used| *used <= left);
        let beyond = if covered == curve.by_day.len() {
            left.less(curve.in_days(covered)).micros().checked_div(curve.per_day.micros())?
        } else {
            0
        };
        u32::try_from(i64::try_from(covered).ok()?.checked_add(beyond)?).ok().filter(|days| *days <= FOR_GOOD)
    };
    When { earliest: days(&curves.high), likely: days(&curves.likely), latest: days(&curves.low) }
}
