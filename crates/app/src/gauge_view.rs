//! The gauge and the cycle as they are shown: what the ledger says, in the light of the plan, the clock and the trust in the last
//! look. By exhaustive destructuring: a figure that is added inside does not compile here until somebody shows it.

use clearcut_credits::{Credits, Figure, Gauge, Level, NoticeRules, Plan, reached, renewal_due};
use jiff::Timestamp;

use crate::convert;
use crate::days;
use crate::desk::Reading;
use crate::problem::Problem;
use crate::views::{CycleView, FigureView, GaugeLevel, GaugeView};

/// How far the figures can be trusted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trust {
    /// Whether the last look failed or is too long ago.
    pub(crate) stale: bool,
    /// Why the last look failed.
    pub(crate) problem: Option<Problem>,
}

/// The gauge as it is shown at `now`.
pub(crate) fn gauge(reading: &Reading, rules: &NoticeRules, now: Timestamp, trust: Trust) -> GaugeView {
    let Gauge {
        subscription,
        rollover,
        rollover_at_least,
        payg,
        enterprise,
        free_previews,
        reserved,
        undecided,
        total,
    } = reading.state.gauge(reading.plan());
    let figure = |figure: &Figure| figure_view(figure, now);
    GaugeView {
        subscription: figure(&subscription),
        rollover: figure(&rollover),
        rollover_at_least: rollover_at_least.filter(|least| !least.is_zero()).map(|least| least.to_string()),
        payg: figure(&payg),
        enterprise: figure(&enterprise),
        free_previews: figure(&free_previews),
        reserved: figure(&reserved),
        undecided: figure(&undecided),
        total: figure(&total),
        cycle: reading.plan().map(|plan| cycle(reading, plan, now)),
        level: level(reading, rules),
        levels: rules.levels.clone(),
        observed_at: total.observed_at.or(subscription.observed_at).map(|at| at.to_string()),
        stale: trust.stale,
        problem: trust.problem,
    }
}

fn figure_view(figure: &Figure, now: Timestamp) -> FigureView {
    FigureView {
        amount: figure.amount.map(|amount| amount.to_string()),
        source: convert::source(figure.source),
        age_s: figure.age(now).map(|age| u64::try_from(age.as_secs()).unwrap_or(0)),
    }
}

fn cycle(reading: &Reading, plan: &Plan, now: Timestamp) -> CycleView {
    let calendar = plan.renewal.cycle_at(now);
    let split = reading.state.split(Some(plan));
    let zoned = |at: Timestamp| at.to_zoned(plan.renewal.zone().clone());
    let rfc3339 = |at| zoned(at).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    CycleView {
        began_at: rfc3339(calendar.begins),
        renews_at: rfc3339(calendar.renews),
        renews_on: days::day_and_month(zoned(calendar.renews).date()),
        days_left: days::begun(calendar.renews.duration_since(now)),
        elapsed: f64::from(calendar.elapsed_permille(now)) / 1000.0,
        monthly: plan.monthly.to_string(),
        used: split.used.map(|used| used.min(plan.monthly).to_string()),
        used_percent: split.used.map(|used| percent(used, plan.monthly)),
        used_source: convert::source(split.used_source),
        // One that lies before the first look may have been there already.
        renewal_due: renewal_due(&reading.state, plan, now).is_some_and(|due| {
            due.boundary <= now && reading.state.books().watched_since.is_some_and(|since| since < due.boundary)
        }),
    }
}

/// `used` of `monthly` in whole per cent, rounded down, at most 100.
fn percent(used: Credits, monthly: Credits) -> u8 {
    let percent = i128::from(used.micros()) * 100 / i128::from(monthly.micros().max(1));
    u8::try_from(percent.clamp(0, 100)).unwrap_or(100)
}

fn level(reading: &Reading, rules: &NoticeRules) -> GaugeLevel {
    let pockets = reading.state.pockets();
    if pockets.spendable().is_none() {
        return GaugeLevel::Unknown;
    }
    let subscribed = reading.state.books().subscribed || reading.plan().is_some();
    let payg_is_next = subscribed
        && pockets.subscription.is_some_and(Credits::is_zero)
        && pockets.payg.is_some_and(|payg| payg > Credits::ZERO);
    match reached(&reading.state, reading.plan(), rules).last().map(|key| key.level) {
        Some(Level::Zero) => GaugeLevel::Empty,
        _ if payg_is_next => GaugeLevel::Payg,
        Some(Level::Payg) => GaugeLevel::Payg,
        Some(Level::Share(_) | Level::Low) => GaugeLevel::Low,
        None => GaugeLevel::Fresh,
    }
}

#[cfg(test)]
mod tests {
    use clearcut_credits::AccountState;

    use super::*;
    use crate::views::SourceView;

    #[test]
    fn an_unknown_figure_is_never_shown_as_zero() {
        let reading = Reading { state: AccountState::default(), stated: None };
        let view = gauge(&reading, &NoticeRules::default(), Timestamp::UNIX_EPOCH, Trust::default());
        for figure in [view.subscription, view.rollover, view.payg, view.total] {
            assert_eq!((figure.amount, figure.source, figure.age_s), (None, SourceView::Unknown, None));
        }
        assert_eq!(view.level, GaugeLevel::Unknown);
    }

    #[test]
    fn per_cents_are_rounded_down_so_that_79_9_is_not_80() {
        let of = |used: &str| percent(used.parse().unwrap_or_default(), Credits::whole(10));
        assert_eq!([of("0"), of("7.99"), of("8"), of("10"), of("12")], [0, 79, 80, 100, 100]);
    }
}
