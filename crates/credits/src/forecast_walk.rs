//! One course of use, day by day, through the pockets: renewal, rollover and lapsing included.
//!
//! Draws as the service does: the month's credits, those carried over, then pay-as-you-go, what lapses first before the
//! rest. It refuses to know how likely the course is.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::forecast::days_between;
use crate::forecast_band::Curve;
use crate::{Credits, Outlook};

/// How far ahead lapsing credits are looked for, in years.
const LOOK_AHEAD: i32 = 3;

/// What a course of use comes to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Walk {
    /// What is left after each day of the burn-down.
    pub(crate) left: Vec<Credits>,
    /// The day of the burn-down on which more was wanted than there was.
    pub(crate) runs_out: Option<Date>,
    /// What the month leaves unused at the renewal.
    pub(crate) left_over: Option<Credits>,
    /// What of the subscription is lost at the renewal.
    pub(crate) forfeited: Option<Credits>,
    /// What lapses when, in order of time.
    pub(crate) lapsed: Vec<(Timestamp, Credits)>,
}

/// Walks along `curve` until the burn-down is over and everything with a date has lapsed.
pub(crate) fn walk(outlook: &Outlook<'_>, until: Date, curve: &Curve) -> Walk {
    let mut purse = Purse::of(outlook);
    let mut result = Walk::default();
    let last_lapse = purse.lots.iter().filter_map(|lot| Some(lot.lapses?.day)).max().unwrap_or(until);
    let end = last_lapse.min(outlook.today.saturating_add(LOOK_AHEAD.years())).max(until);
    let first_renewal = outlook.renewal();
    let mut renewals = 0;
    let mut renewal = first_renewal;
    for (ahead, today) in (0..=days_between(outlook.today, end)).zip(outlook.today.series(1.day())) {
        purse.lapse(today, &mut result.lapsed);
        if renewal == Some(today) {
            let lost = purse.renew(outlook);
            if renewals == 0 {
                (result.left_over, result.forfeited) = (lost.left_over, lost.forfeited);
            }
            renewals += 1;
            renewal = first_renewal.and_then(|first| first.checked_add(renewals.months()).ok());
        }
        let uncovered = purse.draw(curve.on_day(ahead));
        if today < until {
            result.left.push(purse.left());
            if !uncovered.is_zero() {
                result.runs_out.get_or_insert(today);
            }
        }
    }
    result
}

/// The pockets of the account.
struct Purse {
    month: Credits,
    rollover: Credits,
    /// In the order they are drawn.
    lots: Vec<Lot>,
    /// What no pocket explains: an enterprise contract.
    other: Credits,
}

struct Lot {
    amount: Credits,
    lapses: Option<Lapsing>,
}

#[derive(Clone, Copy)]
struct Lapsing {
    at: Timestamp,
    /// The day it falls on; use of that day comes too late.
    day: Date,
}

/// What a renewal takes.
struct Lost {
    left_over: Option<Credits>,
    forfeited: Option<Credits>,
}

impl Purse {
    fn of(outlook: &Outlook<'_>) -> Self {
        let known = |amount: Option<Credits>| amount.unwrap_or_default().max(Credits::ZERO);
        let (month, rollover, payg) = (known(outlook.month_left), known(outlook.rollover), known(outlook.payg));
        let unexplained = outlook.left.less(month.saturating_add(rollover)).less(payg);
        // A subscription that cannot be split is drawn first all the same.
        let (rollover, other) = match outlook.month_left {
            Some(_) => (rollover, unexplained),
            None => (rollover.saturating_add(unexplained), Credits::ZERO),
        };
        Self { month, rollover, lots: lots(outlook, payg), other }
    }

    fn left(&self) -> Credits {
        let lots: Credits = self.lots.iter().map(|lot| lot.amount).sum();
        self.month.saturating_add(self.rollover).saturating_add(lots).saturating_add(self.other)
    }

    /// Takes `amount` out and says how much of it was not there.
    fn draw(&mut self, amount: Credits) -> Credits {
        let lots = self.lots.iter_mut().map(|lot| &mut lot.amount);
        let pockets = [&mut self.month, &mut self.rollover].into_iter().chain(lots).chain([&mut self.other]);
        pockets.fold(amount, |wanted, pocket| {
            let drawn = wanted.min(*pocket);
            *pocket = pocket.less(drawn);
            wanted.less(drawn)
        })
    }

    /// Takes out what lapses on `today` or has done so.
    fn lapse(&mut self, today: Date, lapsed: &mut Vec<(Timestamp, Credits)>) {
        self.lots.retain(|lot| match &lot.lapses {
            Some(Lapsing { at, day }) if *day <= today => {
                lapsed.push((*at, lot.amount));
                false
            }
            _ => true,
        });
    }

    fn renew(&mut self, outlook: &Outlook<'_>) -> Lost {
        let carried = self.month.saturating_add(self.rollover);
        let cap = outlook.rollover_cap.map(|cap| cap.max(Credits::ZERO));
        let split_known = outlook.month_left.is_some();
        let lost = Lost {
            left_over: split_known.then_some(self.month),
            forfeited: cap.filter(|_| split_known).map(|cap| carried.less(cap)),
        };
        self.rollover = carried.min(cap.unwrap_or_default());
        self.month = outlook.monthly.unwrap_or_default().max(Credits::ZERO);
        lost
    }
}

/// The pay-as-you-go credits in drawing order, together exactly `payg`: what is gone came from the lots that lapse
/// first, what no lot explains has no date. None outlives the service.
fn lots(outlook: &Outlook<'_>, payg: Credits) -> Vec<Lot> {
    let mut dated: Vec<Lot> = outlook
        .lots
        .iter()
        .map(|lot| (lot, lot.lapses.into_iter().chain(outlook.ends).min()))
        .filter(|(_, lapses)| lapses.is_none_or(|at| outlook.date(at) >= outlook.today))
        .map(|(lot, lapses)| Lot { amount: lot.amount.max(Credits::ZERO), lapses: lapsing(outlook, lapses) })
        .collect();
    dated.sort_by_key(|lot| lot.lapses.as_ref().map_or(Timestamp::MAX, |lapsing| lapsing.at));
    let mut explained: Credits = dated.iter().map(|lot| lot.amount).sum();
    for lot in &mut dated {
        let gone = explained.less(payg).min(lot.amount);
        lot.amount = lot.amount.less(gone);
        explained = explained.less(gone);
    }
    dated.push(Lot { amount: payg.less(explained), lapses: lapsing(outlook, outlook.ends) });
    dated
}

fn lapsing(outlook: &Outlook<'_>, at: Option<Timestamp>) -> Option<Lapsing> {
    at.map(|at| Lapsing { at, day: outlook.date(at) })
}
