//! The seeds of a run as a table: on the terminal while it goes on, and in the documentation.

use std::fmt::Write as _;

use clearcut_credits::Credits;

use super::play::{Report, Tally};

const HEAD: &str = "\
| seed | pictures | deaths | asked | faults | charged | paid | saved | lost | failed | resolved | undecided | s | verdict |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |";

/// The line above the first seed.
#[must_use]
pub const fn head() -> &'static str {
    HEAD
}

/// One seed.
#[must_use]
pub fn line(report: &Report) -> String {
    let Report { seed, pictures, tally, took, broken } = report;
    let s = took.as_secs_f64();
    let verdict = broken.as_ref().map_or("holds", |(why, _)| why.lines().next().unwrap_or("broken"));
    let Some(tally) = tally else {
        return format!("| {seed} | {pictures} | | | | | | | | | | | {s:.1} | **{verdict}** |");
    };
    let Tally { deaths, starts: _, asked, faults, charged, paid, saved, lost, failed, resolved, undecided } = tally;
    format!(
        "| {seed} | {pictures} | {deaths} | {asked} | {faults} | {charged} | {paid} | {saved} | {lost} | {failed} | \
         {resolved} | {undecided} | {s:.1} | {verdict} |"
    )
}

/// So many seeds are one line of the documentation, unless there are few.
const TOGETHER: usize = 25;

/// Some seeds, summed up.
fn lines_of(reports: &[Report]) -> String {
    let [first, .., last] = reports else { return reports.first().map(line).unwrap_or_default() };
    let tallies = || reports.iter().filter_map(|report| report.tally.as_ref());
    let sum = |of: fn(&Tally) -> u64| tallies().map(of).sum::<u64>();
    let credits = |of: fn(&Tally) -> Credits| tallies().map(of).sum::<Credits>();
    let broken: Vec<String> =
        reports.iter().filter(|report| report.broken.is_some()).map(|report| report.seed.to_string()).collect();
    let verdict = if broken.is_empty() { "all hold".to_owned() } else { format!("**{} broken**", broken.join(", ")) };
    let s: f64 = reports.iter().map(|report| report.took.as_secs_f64()).sum();
    format!(
        "| {}–{} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {s:.0} | {verdict} |",
        first.seed,
        last.seed,
        reports.iter().map(|report| report.pictures).sum::<u64>(),
        sum(|t| t.deaths),
        sum(|t| t.asked),
        sum(|t| t.faults),
        credits(|t| t.charged),
        credits(|t| t.paid),
        sum(|t| t.saved),
        sum(|t| t.lost),
        sum(|t| t.failed),
        sum(|t| t.resolved as u64),
        sum(|t| t.undecided),
    )
}

/// The whole as a page of the documentation.
#[must_use]
pub fn page(reports: &[Report]) -> String {
    let held = reports.iter().filter(|report| report.broken.is_none()).count();
    let tallies = || reports.iter().filter_map(|report| report.tally.as_ref());
    let sum = |of: fn(&Tally) -> u64| tallies().map(of).sum::<u64>();
    let (deaths, faults, asked) = (sum(|t| t.deaths), sum(|t| t.faults), sum(|t| t.asked));
    let (lost, undecided) = (sum(|t| t.lost), sum(|t| t.undecided));
    let resolved: usize = tallies().map(|tally| tally.resolved).sum();
    let pictures = reports.first().map_or(0, |report| report.pictures);
    let mut page = format!(
        "# Faults and deaths\n\n\
         Made by `cargo xtask chaos --seeds {} --write`. Each seed puts {pictures} pictures into the queue, up to sixteen at a time, against a \
         practice service that refuses in storms, drops and resets connections before, within and after either body, answers too little, \
         too much, too slowly or garbage, charges and says nothing, charges another price than quoted, runs out of subscription or of all \
         credits in the middle, and lags or fails when it is asked for the balance. The sending process is killed at random points and \
         started again until it says that it is done; where the queue stands still, a simulated user goes on, buys credits, or asks again. At \
         every look, after every death and at the end: paid ≤ charged ≤ paid + unknown, no picture charged twice unless the user chose to \
         send it again, every charged answer that arrived a whole file of its own name, no half file, nothing left over \
         (`tests/src/chaos/laws.rs`).\n\n\
         **{held} of {} seeds hold**: {asked} requests, {faults} faults, {deaths} deaths; {resolved} unknown requests resolved, \
         {lost} pictures charged in vain, {undecided} left to the user.\n\n{HEAD}\n",
        reports.len(),
        reports.len(),
    );
    for some in reports.chunks(if reports.len() > 2 * TOGETHER { TOGETHER } else { 1 }) {
        // Writing to a text cannot fail.
        let _ = writeln!(page, "{}", lines_of(some));
    }
    page
}
