//! The band that possible futures make: what use comes to by each day ahead, in one time of ten, in the middle, and in
//! nine of ten.
//!
//! Ranks of sums, nothing else, so that an amount that comes out was a sum of amounts that went in. It refuses to know
//! where the futures come from and what use costs.

use crate::forecast_urn::Urn;
use crate::forecast_window::Window;
use crate::{Band, Credits};

/// How many futures: with 99 of them the 5th, 10th, 50th and 90th are the levels 5, 10, 50 and 90 %.
const FUTURES: usize = 99;
/// The rate is that of four whole weeks, in which every weekday counts the same.
const RATE_DAYS: u8 = 28;

/// One course of use, day by day.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Curve {
    /// Use from now to the end of each day, today first; it never falls.
    pub(crate) by_day: Vec<Credits>,
    /// Use a day after the last of them.
    pub(crate) per_day: Credits,
}

/// The band of use ahead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Curves {
    /// One time in twenty it is less: what an alarm goes by.
    pub(crate) least: Curve,
    /// One time in ten it is less.
    pub(crate) low: Curve,
    /// As often more as less.
    pub(crate) likely: Curve,
    /// One time in ten it is more.
    pub(crate) high: Curve,
}

impl Curve {
    /// Use on the day `ahead` days after today alone.
    pub(crate) fn on_day(&self, ahead: usize) -> Credits {
        self.by_day.get(ahead).map_or(self.per_day, |until| until.less(self.in_days(ahead)))
    }

    /// Use in `days` days, today's rest the first of them; at most the days of the curve.
    pub(crate) fn in_days(&self, days: usize) -> Credits {
        days.checked_sub(1).and_then(|last| self.by_day.get(last)).copied().unwrap_or_default()
    }
}

impl Curves {
    /// The band of futures for `days` days or four weeks from tomorrow, whichever is longer.
    pub(crate) fn new(window: &Window, days: usize) -> Self {
        let rate_days = usize::from(RATE_DAYS);
        let mut urn = Urn::new(window, days.max(rate_days + 1));
        let mut by_day = vec![Vec::with_capacity(FUTURES); urn.rests().len()];
        let mut rates = Vec::with_capacity(FUTURES);
        for _ in 0..FUTURES {
            let future = urn.future();
            let four_weeks: Credits = future.iter().skip(1).take(rate_days).copied().sum();
            rates.push(Credits::from_micros(four_weeks.micros() / i64::from(RATE_DAYS)));
            let mut sum = Credits::ZERO;
            for (used, sums) in future.into_iter().zip(&mut by_day) {
                sum = sum.saturating_add(used);
                sums.push(sum);
            }
        }
        let mut levels = Levels::default();
        let mut workdays = 0;
        for (sums, rests) in by_day.into_iter().zip(urn.rests()) {
            workdays += usize::from(!rests);
            levels.push(ranks(sums, window.mean_of_workdays(workdays)));
        }
        levels.with_rates(ranks(rates, window.mean_of_days(1)))
    }

    /// What `figure` makes of the band's edges and its middle.
    pub(crate) fn band(&self, figure: impl Fn(&Curve) -> Credits) -> Band {
        Band { low: figure(&self.low), likely: figure(&self.likely), high: figure(&self.high) }
    }
}

/// The days of the curves while they are being put together.
#[derive(Default)]
struct Levels([Vec<Credits>; 4]);

impl Levels {
    fn push(&mut self, levels: [Credits; 4]) {
        for (curve, level) in self.0.iter_mut().zip(levels) {
            curve.push(level);
        }
    }

    fn with_rates(self, [least_rate, low_rate, likely_rate, high_rate]: [Credits; 4]) -> Curves {
        let [least, low, likely, high] = self.0;
        Curves {
            least: Curve { by_day: least, per_day: least_rate },
            low: Curve { by_day: low, per_day: low_rate },
            likely: Curve { by_day: likely, per_day: likely_rate },
            high: Curve { by_day: high, per_day: high_rate },
        }
    }
}

/// The levels of what the futures say. All but the highest stay within the `mean` of the days that were: four weeks
/// that held one giant job promise no second one, and the median of skewed sums may still lie above it.
fn ranks(mut sums: Vec<Credits>, mean: Credits) -> [Credits; 4] {
    sums.sort_unstable();
    let [least, low, likely, high] = [4, 9, 49, 89].map(|rank: usize| sums.get(rank).copied().unwrap_or_default());
    [least.min(mean), low.min(mean), likely.min(mean), high]
}
