//! Simulated accounts with a known future, for the back-test.
//!
//! Each kind is a story about a user, told without a look at how the forecast works: its own random numbers, its own
//! distributions, holidays, days off and stray pictures. Users who run out buy pay-as-you-go and go on.

use clearcut_credits::{Credits, DayUse};
use jiff::civil::{Date, Weekday, date};
use jiff::{Span, ToSpan};

/// More than half a year of a user.
pub(crate) struct Account {
    pub(crate) monthly: Credits,
    pub(crate) days: Vec<Day>,
    /// First day, first day of the next one.
    pub(crate) cycles: Vec<(Date, Date)>,
}

/// One day, and the moment of it at which a forecast may be asked for.
pub(crate) struct Day {
    pub(crate) date: Date,
    /// What the whole day uses.
    pub(crate) pictures: u32,
    /// What of it lies before the moment.
    pub(crate) seen: u32,
    /// Index of the cycle it belongs to.
    pub(crate) cycle: usize,
    /// The month's credits at that moment.
    pub(crate) month_left: Credits,
    /// Pay-as-you-go credits at that moment.
    pub(crate) payg: Credits,
}

impl Day {
    /// The ledger's line for it, if `pictures` were charged.
    pub(crate) fn used(&self, pictures: u32) -> DayUse {
        DayUse { date: self.date, credits: whole(pictures), charges: pictures }
    }
}

impl Account {
    /// What is used from the moment of day `index` to the day `next`.
    pub(crate) fn used_between(&self, index: usize, next: Date) -> Credits {
        let pictures: u32 = self.days[index..].iter().take_while(|day| day.date < next).map(|day| day.pictures).sum();
        whole(pictures - self.days[index].seen)
    }
}

/// How a user uses credits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A little every day.
    Steady,
    /// At work, Monday to Friday, with holidays.
    WeekdayOnly,
    /// Projects of a few days, and nothing between them.
    Bursts,
    /// One big shoot on some day of each month, a stray picture otherwise.
    BigShoot,
    /// A shop that grows by about an eighth a month.
    Growing,
    /// Steady, and then never again.
    Stopped,
}

pub(crate) const KINDS: [Kind; 6] =
    [Kind::Steady, Kind::WeekdayOnly, Kind::Bursts, Kind::BigShoot, Kind::Growing, Kind::Stopped];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Steady => "steady",
            Self::WeekdayOnly => "weekdays only",
            Self::Bursts => "bursts",
            Self::BigShoot => "one big shoot a month",
            Self::Growing => "growing",
            Self::Stopped => "stopped",
        }
    }
}

/// Days on which forecasts are asked for: half a year. The story goes on beyond them, so that every future is known.
pub(crate) const WATCHED: usize = 183;

/// The account of one user of a kind.
pub(crate) fn simulate(kind: Kind, seed: u64) -> Account {
    let mut dice = Dice::new(seed.wrapping_mul(31) ^ kind as u64);
    let first = date(2025, 1, 1) + Span::new().days(dice.between(0, 365));
    let renewal_day = first + Span::new().days(dice.between(0, 29));
    let cycles: Vec<(Date, Date)> =
        (-1..8).map(|month: i32| (renewal_day + month.months(), renewal_day + (month + 1).months())).collect();
    let told = cycles.last().unwrap().1;
    let dates: Vec<Date> = first.series(1.day()).take_while(|day| *day < told).collect();
    let pictures = kind.pictures(&dates, &mut dice);
    // Plans that are too small, that fit, and that are too large.
    let a_month = pictures.iter().sum::<u32>() * 30 / u32::try_from(dates.len()).unwrap();
    let monthly = whole((a_month * u32::try_from(dice.between(50, 160)).unwrap() / 100).max(5));

    let mut account = Account { monthly, days: Vec::new(), cycles };
    let (mut month_left, mut payg) = (monthly, Credits::ZERO);
    for (date, pictures) in dates.into_iter().zip(pictures) {
        let cycle = account.cycles.iter().position(|(from, to)| (*from..*to).contains(&date)).unwrap();
        if account.cycles[cycle].0 == date {
            month_left = monthly;
        }
        let seen = u32::try_from(dice.between(0, i64::from(pictures) + 1)).unwrap();
        draw(seen, &mut month_left, &mut payg);
        account.days.push(Day { date, pictures, seen, cycle, month_left, payg });
        draw(pictures - seen, &mut month_left, &mut payg);
    }
    account
}

fn draw(pictures: u32, month_left: &mut Credits, payg: &mut Credits) {
    for _ in 0..pictures {
        if *month_left >= Credits::ONE {
            *month_left = month_left.less(Credits::ONE);
        } else {
            if payg.is_zero() {
                *payg = whole(10);
            }
            *payg = payg.less(Credits::ONE);
        }
    }
}

fn whole(pictures: u32) -> Credits {
    Credits::whole(i64::from(pictures))
}

impl Kind {
    /// Pictures a day.
    fn pictures(self, dates: &[Date], dice: &mut Dice) -> Vec<u32> {
        match self {
            Self::Steady => {
                let rate = 1.0 + 3.0 * dice.unit();
                dates.iter().map(|_| if dice.happens(0.04) { 0 } else { dice.poisson(rate) }).collect()
            }
            Self::WeekdayOnly => {
                let rate = 2.0 + 4.0 * dice.unit();
                let holiday = dice.between(30, 150);
                let works = |index: i64, date: &Date| {
                    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
                    !weekend && !(holiday..holiday + 9).contains(&index)
                };
                (0..)
                    .zip(dates)
                    .map(|(index, date)| if works(index, date) && !dice.happens(0.03) { dice.poisson(rate) } else { 0 })
                    .collect()
            }
            Self::Bursts => {
                let pause = 5.0 + 7.0 * dice.unit();
                let mut busy = 0;
                dates
                    .iter()
                    .map(|_| {
                        if busy == 0 && dice.happens(1.0 / pause) {
                            busy = dice.between(1, 5);
                        }
                        let works = busy > 0;
                        busy = (busy - 1).max(0);
                        if works { dice.count(3, 15) } else { 0 }
                    })
                    .collect()
            }
            Self::BigShoot => {
                let size = dice.count(20, 60);
                let mut shoot = 0;
                dates
                    .iter()
                    .enumerate()
                    .map(|(index, date)| {
                        if date.day() == 1 || index == 0 {
                            shoot = dice.between(1, i64::from(date.days_in_month()) + 1);
                        }
                        let stray = u32::from(dice.happens(0.06));
                        if i64::from(date.day()) == shoot { dice.count(size * 3 / 4, size * 5 / 4 + 1) } else { stray }
                    })
                    .collect()
            }
            Self::Growing => {
                let start = 0.7 + 1.3 * dice.unit();
                (0..dates.len())
                    .map(|day| dice.poisson(start * 1.125_f64.powf(f64::from(u32::try_from(day).unwrap()) / 30.0)))
                    .collect()
            }
            Self::Stopped => {
                let rate = 1.0 + 3.0 * dice.unit();
                let last = usize::try_from(dice.between(60, 120)).unwrap();
                (0..dates.len()).map(|day| if day < last { dice.poisson(rate) } else { 0 }).collect()
            }
        }
    }
}

/// The simulation's own random numbers (PCG-XSH-RR, O'Neill 2014), unlike those of the forecast.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f));
        (0..4).for_each(|_| _ = dice.roll());
        dice
    }

    fn roll(&mut self) -> u32 {
        let old = self.0;
        self.0 = old.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        let shifted = (((old >> 18) ^ old) >> 27) & u64::from(u32::MAX);
        u32::try_from(shifted).unwrap().rotate_right(u32::try_from(old >> 59).unwrap())
    }

    /// From 0 up to, not including, 1.
    fn unit(&mut self) -> f64 {
        f64::from(self.roll()) / (f64::from(u32::MAX) + 1.0)
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.unit() < chance
    }

    /// A whole number from `from` up to, not including, `to`.
    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::from(self.roll()) % (to - from)
    }

    fn count(&mut self, from: u32, to: u32) -> u32 {
        u32::try_from(self.between(i64::from(from), i64::from(to))).unwrap()
    }

    /// How often something happens that happens `mean` times on average (Knuth).
    fn poisson(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }
}
