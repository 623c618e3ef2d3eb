//! The days a forecast learns from: the last four weeks, which weekdays rest in them, and whether use has stopped.
//!
//! Four whole weeks hold every weekday equally often. This module says what happened; it refuses to know the future.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use crate::forecast::days_between;
use crate::{Credits, DayUse, Outlook};

/// Four weeks.
const DAYS: i32 = 28;
/// A pattern of rest days must be so rare by chance: one in twenty.
const BY_CHANCE: u64 = 20;

/// What the last days say.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// Use of each complete day, oldest first, the last one yesterday.
    days: Vec<Credits>,
    charges: u32,
    today: Date,
    used_today: Credits,
    /// Weekdays that rest, by [`Weekday::to_monday_zero_offset`].
    rest: [bool; 7],
    /// Use on the days that do not rest, oldest first.
    workdays: Vec<Credits>,
}

impl Window {
    /// The complete days before today, four weeks of them at most.
    pub(crate) fn of(outlook: &Outlook<'_>) -> Self {
        let today = outlook.today;
        let from = today.saturating_sub(DAYS.days()).max(outlook.since);
        let mut window = Self {
            days: vec![Credits::ZERO; days_between(from, today)],
            charges: 0,
            today,
            used_today: Credits::ZERO,
            rest: [false; 7],
            workdays: Vec::new(),
        };
        let first = outlook.days.partition_point(|day| day.date < from);
        for day in outlook.days.iter().skip(first).take_while(|day| day.date <= today) {
            window.add(from, day);
        }
        window.rest = window.resting();
        window.workdays = window.dated().filter(|(day, _)| !window.rests(*day)).map(|(_, used)| used).collect();
        window
    }

    fn add(&mut self, from: Date, day: &DayUse) {
        let used = day.credits.max(Credits::ZERO);
        match self.days.get_mut(days_between(from, day.date)) {
            Some(sum) => {
                *sum = sum.saturating_add(used);
                self.charges = self.charges.saturating_add(day.charges);
            }
            None => self.used_today = self.used_today.saturating_add(used),
        }
    }

    /// How many complete days there are.
    pub(crate) fn days(&self) -> u32 {
        u32::try_from(self.days.len()).unwrap_or(u32::MAX)
    }

    /// How many charges they hold; today's do not count yet.
    pub(crate) fn charges(&self) -> u32 {
        self.charges
    }

    /// What today used so far.
    pub(crate) fn used_today(&self) -> Credits {
        self.used_today
    }

    /// What `days` days use at the mean of all days.
    pub(crate) fn mean_of_days(&self, days: usize) -> Credits {
        self.share(days, self.days.len())
    }

    /// What `workdays` days that do not rest use at the mean of such days.
    pub(crate) fn mean_of_workdays(&self, workdays: usize) -> Credits {
        self.share(workdays, self.workdays.len())
    }

    /// `part` of `whole` of everything the complete days used; more than all of it if `part` is longer.
    fn share(&self, part: usize, whole: usize) -> Credits {
        let total = self.days.iter().copied().sum::<Credits>().micros();
        let share = (i128::from(total) * part as i128).checked_div(whole as i128).unwrap_or(0);
        Credits::from_micros(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// Use on the days that do not rest, oldest first.
    pub(crate) fn workdays(&self) -> &[Credits] {
        &self.workdays
    }

    /// Workdays without use up to now, if there was no such silence before them; otherwise none.
    pub(crate) fn silence(&self) -> usize {
        if !self.used_today.is_zero() {
            return 0;
        }
        let mut silences = self.workdays.split(|used| !used.is_zero()).map(<[Credits]>::len).rev();
        let now = silences.next().unwrap_or(0);
        if silences.max().is_some_and(|before| before >= now) { 0 } else { now }
    }

    /// Is the day `ahead` days after today one that rests?
    pub(crate) fn rests_in(&self, ahead: usize) -> bool {
        self.rests(weekday_after(self.today, ahead))
    }

    fn rests(&self, weekday: Weekday) -> bool {
        self.rest[slot(weekday)]
    }

    /// The complete days with their weekday.
    fn dated(&self) -> impl Iterator<Item = (Weekday, Credits)> + '_ {
        let first = self.today.saturating_sub(Span::new().days(i64::from(self.days()))).weekday();
        first.cycle_forward().zip(self.days.iter().copied())
    }

    /// The weekdays without any use, if chance hardly ever leaves so many of them empty.
    ///
    /// With `used` of `all` days in use, the chance that none of them falls on given weekdays that occur `quiet` times
    /// is C(all − quiet, used) / C(all, used) (hypergeometric), and those weekdays could have been any of C(7, how
    /// many). All of it is counted in whole numbers.
    fn resting(&self) -> [bool; 7] {
        let mut in_use = [false; 7];
        for (weekday, used) in self.dated() {
            in_use[slot(weekday)] |= !used.is_zero();
        }
        let quiet_weekdays = in_use.iter().filter(|used| !**used).count();
        let all = self.days.len();
        let used = self.days.iter().filter(|used| !used.is_zero()).count();
        let quiet = self.dated().filter(|(weekday, _)| !in_use[slot(*weekday)]).count();
        let by_chance = choose(all - quiet, used) * choose(7, quiet_weekdays) * BY_CHANCE;
        let pattern = by_chance < choose(all, used);
        in_use.map(|used| pattern && !used)
    }
}

fn slot(weekday: Weekday) -> usize {
    usize::from(weekday.to_monday_zero_offset().unsigned_abs())
}

fn weekday_after(day: Date, ahead: usize) -> Weekday {
    let days = i64::try_from(ahead % 7).unwrap_or(0);
    day.weekday().wrapping_add(days)
}

/// Ways to choose `k` of `n`; `n` is at most the days of the window, so that a `u64` is ample.
fn choose(n: usize, k: usize) -> u64 {
    if k > n {
        return 0;
    }
    (1..=k).fold(1, |ways, i| ways * (n - k + i) as u64 / i as u64)
}
