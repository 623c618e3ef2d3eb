//! The forecast against simulated accounts whose future is known: how often the band holds, how often an alarm is false.
//!
//! The accounts live in [`crate::accounts`] and know nothing of the forecast's method; the forecast sees the days up to
//! a moment and nothing after it. The figures are committed in `tests/backtest.md`; `UPDATE_BACKTEST=1` writes them anew.

use std::ops::Range;
use std::path::{Path, PathBuf};

use clearcut_credits::{Credits, DayUse, Outlook, forecast};
use jiff::tz::TimeZone;
use rstest::rstest;

use crate::accounts::{Account, KINDS, Kind, WATCHED, simulate};

/// The accounts of a table, and how far apart their forecasts are.
struct Trial {
    title: &'static str,
    seeds: Range<u64>,
    every: usize,
}

/// Small enough to run with all other tests, too small to hold a single kind to the promise. Nine days apart, forecasts
/// fall on every weekday.
const SEEN: Trial =
    Trial { title: "Seen while the method was chosen, six accounts of each kind", seeds: 5_000..5_006, every: 9 };
const HELD_BACK: Trial = Trial { title: "Held back, six accounts of each kind", seeds: 1_000..1_006, every: 9 };
/// A hundred thousand forecasts.
const LONG_RUN: Trial =
    Trial { title: "Held back, two hundred accounts of each kind", seeds: 20_000..20_200, every: 2 };

#[rstest]
#[case::on_accounts_seen_before(SEEN)]
#[case::on_accounts_held_back(HELD_BACK)]
fn the_band_holds_and_alarms_are_rarely_false(#[case] trial: Trial) {
    trial.run();
}

#[test]
#[ignore = "15 s with optimisation, minutes without: cargo test --release -p clearcut-credits -- --ignored backtest"]
fn the_band_holds_for_every_kind_in_the_long_run() {
    for (kind, tally) in LONG_RUN.run() {
        assert!(tally.held * 100 >= tally.forecasts * 75, "the band of {kind:?}");
    }
}

impl Trial {
    /// Makes the forecasts, holds them to what they promise, and the table to the one that is committed.
    fn run(&self) -> Vec<(Kind, Tally)> {
        let (mut all, mut table) = (Tally::default(), HEAD.to_owned());
        let mut kinds = Vec::new();
        for kind in KINDS {
            let tally =
                self.seeds.clone().fold(Tally::default(), |sum, seed| sum.plus(self.tally(&simulate(kind, seed))));
            table.push_str(&tally.row(kind.name()));
            all = all.plus(tally);
            kinds.push((kind, tally));
        }
        table.push_str(&all.row("**all**"));
        if std::env::var_os("UPDATE_BACKTEST").is_some() {
            commit(self.title, &table);
        }

        assert!(all.held * 100 >= all.forecasts * 75, "{}: the band\n{table}", self.title);
        assert!(all.alarms >= 30, "{}: too few alarms to judge them\n{table}", self.title);
        assert!(all.false_alarms * 10 < all.alarms, "{}: false alarms\n{table}", self.title);
        assert!(all.false_warnings * 10 < all.warnings, "{}: cycles warned of falsely\n{table}", self.title);
        assert_eq!(committed(self.title), table, "run with UPDATE_BACKTEST=1 and look at what changed");
        kinds
    }

    /// Half a year of one account, at some moment of every so many days.
    fn tally(&self, account: &Account) -> Tally {
        let mut tally = Tally::default();
        let (mut cycle, mut looks) = (0, Vec::new());
        let ledger: Vec<DayUse> = account.days.iter().map(|day| day.used(day.pictures)).collect();
        for index in (0..WATCHED).step_by(self.every) {
            let day = &account.days[index];
            if day.cycle != cycle {
                tally.close(&looks);
                (cycle, looks) = (day.cycle, Vec::new());
            }
            let (first, next) = account.cycles[cycle];
            let outlook = Outlook {
                today: day.date,
                zone: &TimeZone::UTC,
                days: &[&ledger[..index], &[day.used(day.seen)]].concat(),
                since: ledger[0].date,
                cycle: Some((first, next)),
                month_left: Some(day.month_left),
                rollover: Some(Credits::ZERO),
                payg: Some(day.payg),
                left: day.month_left.saturating_add(day.payg),
                monthly: Some(account.monthly),
                rollover_cap: Some(Credits::ZERO),
                lots: &[],
                ends: None,
            };
            let Ok(forecast) = forecast(&outlook) else {
                tally.silent += 1;
                continue;
            };
            let truth = account.used_between(index, next);
            tally.forecasts += 1;
            tally.held += u32::from((forecast.use_ahead.low..=forecast.use_ahead.high).contains(&truth));
            if !day.month_left.is_zero() {
                looks.push(Look { alarm: forecast.alarm, short: truth > outlook.left });
            }
        }
        tally.close(&looks);
        tally
    }
}

/// A forecast made while credits of the month were left: later ones know nothing the user does not.
struct Look {
    alarm: bool,
    /// More was wanted before the renewal than there was.
    short: bool,
}

/// What became of the forecasts of some accounts.
#[derive(Clone, Copy, Default)]
struct Tally {
    forecasts: u32,
    /// Moments at which too little was known.
    silent: u32,
    /// Forecasts whose band held the use until the renewal.
    held: u32,
    /// Looks with an alarm.
    alarms: u32,
    /// Those after which the credits lasted.
    false_alarms: u32,
    /// Looks without an alarm, after which they did not.
    missed: u32,
    /// Cycles with an alarm.
    warnings: u32,
    /// Those whose first alarm was false.
    false_warnings: u32,
    /// Cycles in which the credits did not last.
    shortages: u32,
    /// Those with a true alarm.
    warned: u32,
}

impl Tally {
    fn plus(self, other: Self) -> Self {
        Self {
            forecasts: self.forecasts + other.forecasts,
            silent: self.silent + other.silent,
            held: self.held + other.held,
            alarms: self.alarms + other.alarms,
            false_alarms: self.false_alarms + other.false_alarms,
            missed: self.missed + other.missed,
            warnings: self.warnings + other.warnings,
            false_warnings: self.false_warnings + other.false_warnings,
            shortages: self.shortages + other.shortages,
            warned: self.warned + other.warned,
        }
    }

    /// Counts the looks of a cycle that is over.
    fn close(&mut self, looks: &[Look]) {
        let count = |which: fn(&Look) -> bool| u32::try_from(looks.iter().filter(|look| which(look)).count()).unwrap();
        self.alarms += count(|look| look.alarm);
        self.false_alarms += count(|look| look.alarm && !look.short);
        self.missed += count(|look| !look.alarm && look.short);
        let first_alarm = looks.iter().find(|look| look.alarm);
        self.warnings += u32::from(first_alarm.is_some());
        self.false_warnings += u32::from(first_alarm.is_some_and(|look| !look.short));
        self.shortages += u32::from(looks.iter().any(|look| look.short));
        self.warned += u32::from(looks.iter().any(|look| look.alarm && look.short));
    }

    fn row(&self, name: &str) -> String {
        let Self { forecasts, silent, alarms, missed, warnings, shortages, warned, .. } = self;
        let held = percent(self.held, *forecasts);
        let false_alarms = with_percent(self.false_alarms, *alarms);
        let false_warnings = with_percent(self.false_warnings, *warnings);
        format!(
            "| {name} | {forecasts} | {silent} | {held} | {alarms} | {false_alarms} | {missed} \
             | {warnings} | {false_warnings} | {shortages} | {warned} |\n"
        )
    }
}

fn with_percent(part: u32, of: u32) -> String {
    if part == 0 { "0".to_owned() } else { format!("{part} ({})", percent(part, of)) }
}

fn percent(part: u32, of: u32) -> String {
    if of == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * f64::from(part) / f64::from(of)) }
}

const HEAD: &str = "\
| use | forecasts | none made | band held | alarms | false | missed | cycles with an alarm | first one false | cycles short | of these warned |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
";

/// The table under a title of the committed page.
fn committed(title: &str) -> String {
    let page = std::fs::read_to_string(page()).unwrap();
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(title)).unwrap_or_default();
    section.lines().filter(|line| line.starts_with('|')).flat_map(|line| [line, "\n"]).collect()
}

/// Puts a table in the place of the one under its title, or at the end.
fn commit(title: &str, table: &str) {
    let page_now = std::fs::read_to_string(page()).unwrap();
    let mut sections: Vec<String> =
        page_now.split("\n## ").map(|section| section.trim_end().to_owned() + "\n").collect();
    let section = format!("{title}\n\n{table}");
    match sections.iter_mut().find(|section| section.starts_with(title)) {
        Some(old) => *old = section,
        None => sections.push(section),
    }
    std::fs::write(page(), sections.join("\n## ")).unwrap();
}

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/backtest.md")
}
