//! The Credits view put together: gauge, plan, proposal, prompts, forecast, advice, end of service, and credits a day. Each part is
//! worked out by `clearcut_credits` from the ledger's own days; this room reads, words and rounds.

use std::collections::BTreeMap;

use clearcut_credits::{BurnDown, Credits, DayUse, Forecast, FullCycle, NoForecast, Outlook, PaygLot, Plan, forecast};
use clearcut_store::{Period, SpentLine};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::advice::advice;
use crate::app::{App, blocking};
use crate::desk::{Desk, Reading};
use crate::problem::Problem;
use crate::prompts::{self, Ahead};
use crate::views::{BurnView, CreditsView, DayView, ForecastView, LapseView};
use crate::{days, end, plan_office, words};

/// Days the chart shows.
const DAYS_SHOWN: i32 = 35;

/// Older days are not read: a year of full cycles is enough for advice, and the view is asked for after every charge.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(400 * 24);

impl App {
    /// Everything of the Credits view.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn credits(&self) -> Result<CreditsView, Problem> {
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        blocking(move || me.credits_now()).await?
    }

    fn credits_now(&self) -> Result<CreditsView, Problem> {
        let desk = self.desk();
        let reading = desk.read()?;
        let now = desk.now();
        let zone = reading.plan().map_or_else(TimeZone::system, |plan| plan.renewal.zone().clone());
        let today = zone.to_datetime(now).date();
        let from = now.saturating_sub(LOOKED_BACK).unwrap_or(Timestamp::MIN);
        let spent = self.spent(&desk, Period { from: Some(from), until: None })?;
        let uses = day_uses(&spent, &zone);
        let foreseen = foresee(&desk, &reading, &uses, &zone, today);
        let catalogue = self.catalogue_of(&desk).unwrap_or_default();
        let cycles = full_cycles(&reading, &uses, from, today);
        let (advised, upgrade_pays) = advice(&catalogue, &cycles, &reading).unzip();
        let renews = reading.plan().map(|plan| plan.renewal.date_of(plan.renewal.cycle_at(now).renews));
        let ahead = foreseen.as_ref().ok().map(|forecast| Ahead {
            forecast,
            renews,
            upgrade_pays: upgrade_pays.unwrap_or(false),
        });
        let prompts = self.still_wanted(&desk, &reading, prompts::of_account(&desk, &reading, ahead));
        let first = today.checked_sub((DAYS_SHOWN - 1).days()).unwrap_or(today);
        Ok(CreditsView {
            gauge: self.shown_gauge()?,
            plan: reading.stated.as_ref().map(plan_office::plan_view),
            proposal: self.proposal(&desk, &reading)?,
            prompts,
            forecast: forecast_view(foreseen, &reading, &uses, &zone, today),
            advice: advised,
            end: end::end_view(&desk, &reading),
            days: day_views(&spent, &zone, first, today),
            awaiting_purchase: self.awaited().map(|since| since.to_string()),
        })
    }

    pub(crate) fn spent(&self, desk: &Desk, period: Period) -> Result<Vec<SpentLine>, Problem> {
        self.ground.store.spent(desk.account.id, period).map_err(|error| words::store(&error))
    }
}

/// What each day used, own charges and use elsewhere.
fn day_uses(spent: &[SpentLine], zone: &TimeZone) -> Vec<DayUse> {
    let mut days: BTreeMap<Date, DayUse> = BTreeMap::new();
    for line in spent {
        let date = zone.to_datetime(line.at).date();
        let day = days.entry(date).or_insert(DayUse { date, credits: Credits::ZERO, charges: 0 });
        day.credits = day.credits.saturating_add(line.drawn.all());
        day.charges = day.charges.saturating_add(1);
    }
    days.into_values().collect()
}

/// Every day from `first` to `last`, by pocket.
pub(crate) fn day_views(spent: &[SpentLine], zone: &TimeZone, first: Date, last: Date) -> Vec<DayView> {
    #[derive(Default, Clone, Copy)]
    struct Day {
        subscription: Credits,
        rollover: Credits,
        payg: Credits,
        enterprise: Credits,
        untold: Credits,
        elsewhere: Credits,
        charges: u32,
    }
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    for line in spent {
        let day = days.entry(zone.to_datetime(line.at).date()).or_default();
        if line.elsewhere {
            day.elsewhere = day.elsewhere.saturating_add(line.drawn.all());
            continue;
        }
        day.subscription = day.subscription.saturating_add(line.drawn.subscription);
        day.rollover = day.rollover.saturating_add(line.drawn.rollover.unwrap_or_default());
        day.payg = day.payg.saturating_add(line.drawn.payg);
        day.enterprise = day.enterprise.saturating_add(line.drawn.enterprise);
        day.untold = day.untold.saturating_add(line.drawn.untold);
        day.charges += 1;
    }
    first
        .series(1.day())
        .take_while(|date| *date <= last)
        .map(|date| {
            let Day { subscription, rollover, payg, enterprise, untold, elsewhere, charges } =
                days.get(&date).copied().unwrap_or_default();
            DayView {
                day: date.to_string(),
                subscription: subscription.to_string(),
                rollover: rollover.to_string(),
                payg: payg.to_string(),
                enterprise: enterprise.to_string(),
                untold: untold.to_string(),
                elsewhere: elsewhere.to_string(),
                charges,
            }
        })
        .collect()
}

/// What each full cycle since `from` used that was watched from its beginning to its end, oldest first.
fn full_cycles(reading: &Reading, uses: &[DayUse], from: Timestamp, today: Date) -> Vec<FullCycle> {
    let (Some(plan), Some(watched)) = (reading.plan(), reading.state.books().watched_since) else { return Vec::new() };
    let since = watched.max(from);
    let mut boundaries: Vec<Date> = Vec::new();
    let now = days::beginning(today, plan.renewal.zone()).unwrap_or(Timestamp::MAX);
    let first = plan.renewal.cycle_at(since);
    if first.begins >= since {
        boundaries.push(plan.renewal.date_of(first.begins));
    }
    boundaries.extend(plan.renewal.renewals_between(since, now).into_iter().map(|at| plan.renewal.date_of(at)));
    boundaries
        .windows(2)
        .map(|pair| FullCycle {
            began: pair[0],
            used: uses.iter().filter(|day| (pair[0]..pair[1]).contains(&day.date)).map(|day| day.credits).sum(),
        })
        .collect()
}

fn foresee(
    desk: &Desk,
    reading: &Reading,
    uses: &[DayUse],
    zone: &TimeZone,
    today: Date,
) -> Result<Forecast, NoForecast> {
    let plan = reading.plan();
    let split = reading.state.split(plan);
    let pockets = reading.state.pockets();
    let cycle = plan.map(|plan| {
        let cycle = plan.renewal.cycle_at(desk.now());
        (plan.renewal.date_of(cycle.begins), plan.renewal.date_of(cycle.renews))
    });
    let since = reading.state.books().watched_since.map_or(today, |since| zone.to_datetime(since).date());
    let lots: &[PaygLot] = reading.stated.as_ref().map_or(&[], |row| &row.lots);
    forecast(&Outlook {
        today,
        zone,
        days: uses,
        since,
        cycle,
        month_left: split.month_left,
        rollover: split.rollover,
        payg: pockets.payg,
        left: pockets.spendable().unwrap_or_default(),
        monthly: plan.map(|plan| plan.monthly),
        rollover_cap: plan.and_then(Plan::rollover_cap),
        lots,
        ends: desk.profile.ends_at,
    })
}

fn forecast_view(
    foreseen: Result<Forecast, NoForecast>,
    reading: &Reading,
    uses: &[DayUse],
    zone: &TimeZone,
    today: Date,
) -> ForecastView {
    let forecast = match foreseen {
        Ok(forecast) => forecast,
        Err(reason) => {
            return ForecastView { none_yet: Some(none_yet(reason)), ..ForecastView::default() };
        }
    };
    let renews = reading.plan().map(|_| forecast.until);
    let shown = |amount: Credits| prompts::about(amount);
    let some = |amount: Credits| (amount > Credits::ZERO).then_some(amount);
    let left_over = forecast.left_over.map(|band| band.likely).and_then(some);
    let forfeited = forecast.forfeited.map(|band| band.likely).and_then(some);
    let lapses: Vec<(Date, Credits)> = forecast
        .lapses
        .iter()
        .filter_map(|lapse| Some((zone.to_datetime(lapse.at).date(), some(lapse.credits.likely)?)))
        .collect();
    let mut sentences = vec![format!(
        "About {} a day, learnt from the last {} days.",
        unit(forecast.rate_per_day.likely),
        forecast.learnt_from
    )];
    let runs_out = forecast.runs_out.likely;
    sentences.push(match (runs_out, forecast.lasts.likely) {
        (Some(day), _) => format!("The credits run out on about {}.", days::day_and_month(day)),
        (None, Some(lasts)) => format!("The credits last about {lasts} days."),
        (None, None) => "At this pace the credits last for years.".to_owned(),
    });
    if let (Some(left), Some(day)) = (left_over, renews) {
        let kept = match forfeited {
            Some(lost) => format!(", of which about {} are lost at the rollover cap", shown(lost)),
            None => String::new(),
        };
        sentences.push(format!(
            "About {} of the month will be left over on {}{kept}.",
            unit(left),
            days::day_and_month(day)
        ));
    }
    for (day, credits) in &lapses {
        sentences.push(format!(
            "About {} of pay-as-you-go will lapse unused on {}.",
            unit(*credits),
            day.strftime("%-d %B %Y")
        ));
    }
    ForecastView {
        none_yet: None,
        rate_per_day: Some(shown(forecast.rate_per_day.likely)),
        burn_down: burn_down(&forecast.burn_down, reading, uses, today),
        lasts_days: forecast.lasts.likely,
        runs_out_on: runs_out.map(|day| day.to_string()),
        left_over: left_over.map(shown),
        forfeited: forfeited.map(shown),
        lapses: lapses
            .into_iter()
            .map(|(day, credits)| LapseView { credits: shown(credits), day: day.to_string() })
            .collect(),
        sentences,
    }
}

/// Why there is no forecast yet, and when there will be one.
fn none_yet(reason: NoForecast) -> String {
    match reason {
        NoForecast::TooFewDays { days, needed } => {
            format!("A forecast comes after {needed} full days of looking on; {days} so far.")
        }
        NoForecast::TooFewCharges { charges, needed } => {
            format!("A forecast comes with the {needed}th picture charged in four weeks; {charges} so far.")
        }
    }
}

fn unit(amount: Credits) -> String {
    let text = prompts::about(amount);
    if text == "1" { "1 credit".to_owned() } else { format!("{text} credits") }
}

/// The cycle's days that have passed, counted back from what is left now, and those to come. Credits that came meanwhile are
/// not told apart: a day that ended lower than the next is drawn as it was used.
fn burn_down(ahead: &[BurnDown], reading: &Reading, uses: &[DayUse], today: Date) -> Vec<BurnView> {
    let began = reading.plan().map(|plan| {
        let now = days::beginning(today, plan.renewal.zone()).unwrap_or(Timestamp::MAX);
        plan.renewal.date_of(plan.renewal.cycle_at(now).begins)
    });
    let watched = reading
        .state
        .books()
        .watched_since
        .map(|since| reading.plan().map_or_else(|| days::local(since), |plan| plan.renewal.date_of(since)));
    let first = [began, watched, today.checked_sub(30.days()).ok()].into_iter().flatten().max().unwrap_or(today);
    let used_on = |day: Date| uses.iter().find(|used| used.date == day).map_or(Credits::ZERO, |used| used.credits);
    let mut left = reading.state.pockets().spendable().unwrap_or_default();
    let mut past = Vec::new();
    let mut day = today;
    while day > first {
        left = left.saturating_add(used_on(day));
        let Ok(before) = day.yesterday() else { break };
        day = before;
        let amount = left.to_string();
        past.push(BurnView {
            day: day.to_string(),
            low: amount.clone(),
            likely: amount.clone(),
            high: amount,
            past: true,
        });
    }
    past.reverse();
    past.extend(ahead.iter().map(|day| BurnView {
        day: day.date.to_string(),
        low: day.left.low.to_string(),
        likely: day.left.likely.to_string(),
        high: day.left.high.to_string(),
        past: false,
    }));
    past
}
