//! The gauge, drawn for a terminal: a bar, a line for each figure with where it is from and how old it is, and the running cycle
//! with its pace. Unknown is written as unknown, never as zero; what is old is grey.

use std::fmt::Write;

use clearcut_app::Credits;
use clearcut_app::views::{CycleView, FigureView, GaugeLevel, GaugeView, PocketView, SourceView};
use console::Style;

use crate::draw::{self, Look};
use crate::words;

/// Columns of a bar at most.
pub(crate) const COLUMNS: usize = 56;

/// A pocket as it is drawn.
struct Pocket<'a> {
    name: &'a str,
    look: Look,
    figure: &'a FigureView,
    remark: String,
}

/// The whole gauge. `drawings`: whether the terminal has blocks; `width`: its columns.
pub(crate) fn draw(label: &str, gauge: &GaugeView, drawings: bool, width: usize) -> String {
    let look = |pocket| if gauge.stale { Look::of(pocket).grey() } else { Look::of(pocket) };
    let told_apart = gauge.rollover.amount.is_some();
    let pocket = |name, pocket, figure| Pocket { name, look: look(pocket), figure, remark: String::new() };
    let at_least = gauge.rollover_at_least.as_deref().filter(|_| !told_apart);
    let pockets = [
        pocket(if told_apart { "This month's" } else { "Subscription" }, PocketView::Subscription, &gauge.subscription),
        Pocket {
            remark: at_least.map_or_else(String::new, |least| format!("at least {least} of the subscription's")),
            ..pocket("Rollover", PocketView::Rollover, &gauge.rollover)
        },
        pocket("Pay-as-you-go", PocketView::Payg, &gauge.payg),
        pocket("Enterprise", PocketView::Enterprise, &gauge.enterprise),
    ];
    let columns = width.saturating_sub(4).min(COLUMNS);
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{}", Style::new().bold().apply_to(label));
    let _ = writeln!(text, "{}\n", headline(gauge));
    let filled = bar(&pockets, &gauge.reserved, columns, drawings);
    if !filled.is_empty() {
        let _ = writeln!(text, "  {filled}\n");
    }
    for pocket in pockets.iter().filter(|pocket| pocket.name != "Enterprise" || has_some(pocket.figure)) {
        let mark = pocket.look.cells(1, drawings);
        row(&mut text, &mark, pocket.name, pocket.figure, &pocket.remark);
    }
    row(&mut text, " ", "Free previews", &gauge.free_previews, "");
    if has_some(&gauge.reserved) {
        let mark = look(PocketView::Subscription).hatched().cells(1, drawings);
        let perhaps = match &gauge.undecided.amount {
            Some(undecided) if has_some(&gauge.undecided) => format!("{undecided} of them perhaps charged"),
            _ => "not deducted above".to_owned(),
        };
        row(&mut text, &mark, "On their way", &gauge.reserved, &perhaps);
    }
    if let Some(cycle) = &gauge.cycle {
        text.push('\n');
        text.push_str(&draw_cycle(cycle, gauge, drawings, columns));
    }
    text.truncate(text.trim_end().len());
    text
}

/// The total, its age, and how the account stands.
fn headline(gauge: &GaugeView) -> String {
    let total = match &gauge.total.amount {
        Some(total) => words::credits(total),
        None => "Credits unknown".to_owned(),
    };
    let age = gauge.total.age_s.map_or_else(String::new, |seconds| format!(", heard {}", words::ago(seconds)));
    if gauge.stale {
        return Style::new().dim().apply_to(format!("{total}{age} (stale)")).to_string();
    }
    let level = match gauge.level {
        GaugeLevel::Unknown | GaugeLevel::Fresh => String::new(),
        GaugeLevel::Low => format!(", {}", Style::new().yellow().apply_to("running low")),
        GaugeLevel::Payg => format!(", {}", Style::new().yellow().apply_to("pay-as-you-go pays")),
        GaugeLevel::Empty => format!(", {}", Style::new().red().apply_to("none left for a picture")),
    };
    format!("{total}{age}{level}")
}

fn row(text: &mut String, mark: &str, name: &str, figure: &FigureView, remark: &str) {
    let from = match (figure.source, figure.age_s) {
        (SourceView::Unknown, _) => String::new(),
        (source, age) => {
            let age = age.map_or_else(String::new, |seconds| format!(", {}", words::ago(seconds)));
            format!("{}{age}", source_word(source))
        }
    };
    let behind = [from, remark.to_owned()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    let amount = figure.amount.as_deref().unwrap_or("unknown");
    let line = format!("  {mark} {name:<18}{amount:>10}  {}", Style::new().dim().apply_to(behind));
    let _ = writeln!(text, "{}", line.trim_end());
}

/// Where a figure is from, in a word.
pub(crate) const fn source_word(source: SourceView) -> &'static str {
    match source {
        SourceView::Measured => "measured",
        SourceView::Entered => "entered",
        SourceView::Inferred => "inferred",
        SourceView::Unknown => "unknown",
    }
}

fn has_some(figure: &FigureView) -> bool {
    amount(figure).is_some_and(|amount| !amount.is_zero() && !amount.is_negative())
}

fn amount(figure: &FigureView) -> Option<Credits> {
    draw::amount(figure.amount.as_deref()?)
}

/// The pockets side by side; what is set aside is hatched at the end that is drawn next.
fn bar(pockets: &[Pocket<'_>], reserved: &FigureView, columns: usize, drawings: bool) -> String {
    let amounts: Vec<Credits> = pockets.iter().map(|pocket| amount(pocket.figure).unwrap_or(Credits::ZERO)).collect();
    let held = amounts.iter().fold(Credits::ZERO, |all, amount| all.saturating_add(*amount));
    let aside = amount(reserved).unwrap_or(Credits::ZERO).min(held);
    let mut hatched = draw::widths(&[aside, held.saturating_sub(aside)], columns).first().copied().unwrap_or(0);
    let mut drawn = String::new();
    for (pocket, cells) in pockets.iter().zip(draw::widths(&amounts, columns)) {
        let aside = hatched.min(cells);
        hatched -= aside;
        drawn.push_str(&pocket.look.hatched().cells(aside, drawings));
        drawn.push_str(&pocket.look.cells(cells - aside, drawings));
    }
    drawn
}

/// The month's budget as a bar: what is used, and where the pace would be.
fn draw_cycle(cycle: &CycleView, gauge: &GaugeView, drawings: bool, columns: usize) -> String {
    let CycleView { renews_on, days_left, elapsed, monthly, used, used_percent, used_source, renewal_due, .. } = cycle;
    let days = if *days_left == 1 { "1 day".to_owned() } else { format!("{days_left} days") };
    let mut text = String::new();
    match (used, used_percent) {
        (Some(used), Some(percent)) => {
            let _ = writeln!(text, "  {}", pace(*percent, *elapsed, drawings, columns));
            let left = match &gauge.subscription.amount {
                Some(left) => format!(", {left} left"),
                None => String::new(),
            };
            let from = match used_source {
                SourceView::Measured | SourceView::Unknown => String::new(),
                source => format!(" ({})", source_word(*source)),
            };
            let _ = writeln!(text, "  {used} of {monthly} monthly credits used{from}{left} until {renews_on}.");
            let _ = writeln!(text, "  {percent} % used, {:.0} % of the cycle passed, {days} to go.", elapsed * 100.0);
        }
        _ => {
            let _ = writeln!(
                text,
                "  {monthly} monthly credits, renewed on {renews_on}, in {days}. How many are used is not known yet:\n  \
                 tell it by clearcut plan set --used N"
            );
        }
    }
    if *renewal_due {
        let _ = writeln!(text, "  The renewal is due; no balance has shown it yet.");
    }
    text
}

fn pace(percent: u8, elapsed: f64, drawings: bool, columns: usize) -> String {
    let [used, left, marker] = if drawings { ["━", "─", "┃"] } else { ["=", "-", "|"] };
    let filled = columns * usize::from(percent.min(100)) / 100;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the columns of a terminal"
    )]
    let permille = (elapsed.clamp(0.0, 1.0) * 1000.0) as usize;
    let today = (columns * permille / 1000).min(columns.saturating_sub(1));
    let ahead = usize::from(percent) * 10 > permille;
    let style = if ahead { Style::new().yellow() } else { Style::new().blue() };
    let part = |from: usize, to: usize| {
        let full = filled.clamp(from, to) - from;
        format!("{}{}", style.apply_to(used.repeat(full)), Style::new().dim().apply_to(left.repeat(to - from - full)))
    };
    format!("{}{}{}", part(0, today), Style::new().bold().apply_to(marker), part(today + 1, columns.max(today + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(amount: &str) -> FigureView {
        FigureView { amount: Some(amount.to_owned()), source: SourceView::Measured, age_s: Some(3) }
    }

    fn inferred(amount: &str) -> FigureView {
        FigureView { source: SourceView::Inferred, ..known(amount) }
    }

    fn gauge() -> GaugeView {
        GaugeView {
            subscription: known("39.75"),
            payg: known("10"),
            enterprise: known("0"),
            free_previews: known("50"),
            reserved: known("0"),
            total: known("49.75"),
            ..GaugeView::default()
        }
    }

    fn plan() -> GaugeView {
        GaugeView {
            subscription: inferred("2"),
            rollover: inferred("5"),
            level: GaugeLevel::Low,
            cycle: Some(CycleView {
                began_at: String::new(),
                renews_at: String::new(),
                renews_on: "3 December".to_owned(),
                days_left: 10,
                elapsed: 0.63,
                monthly: "10".to_owned(),
                used: Some("8".to_owned()),
                used_percent: Some(80),
                used_source: SourceView::Measured,
                renewal_due: false,
            }),
            ..gauge()
        }
    }

    #[test]
    fn pockets_are_told_apart_without_colour() {
        console::set_colors_enabled(false);
        let text = draw("Practice account, on this computer", &gauge(), true, 44);
        assert_eq!(
            text,
            "Practice account, on this computer\n49.75 credits, heard 3 seconds ago\n\n  \
             ████████████████████████████████░░░░░░░░\n\n  \
             █ Subscription           39.75  measured, 3 seconds ago\n  \
             ▞ Rollover             unknown\n  \
             ░ Pay-as-you-go             10  measured, 3 seconds ago\n    \
             Free previews             50  measured, 3 seconds ago"
        );
    }

    #[test]
    fn the_cycle_says_what_is_used_and_how_far_the_month_is() {
        console::set_colors_enabled(false);
        let text = draw("A", &plan(), true, 44);
        assert!(text.contains("This month's               2  inferred, 3 seconds ago"), "{text}");
        assert!(text.contains("heard 3 seconds ago, running low"), "{text}");
        assert!(text.contains(&format!("{}┃{}{}\n", "━".repeat(25), "━".repeat(6), "─".repeat(8))), "{text}");
        assert!(text.contains("8 of 10 monthly credits used, 2 left until 3 December."), "{text}");
        assert!(text.contains("80 % used, 63 % of the cycle passed, 10 days to go."), "{text}");
    }

    #[test]
    fn what_is_set_aside_is_hatched_and_named() {
        console::set_colors_enabled(false);
        let gauge = GaugeView { reserved: known("5"), undecided: known("1"), ..gauge() };
        let text = draw("A", &gauge, true, 44);
        assert!(text.contains("  ╱╱╱╱████"), "{text}");
        assert!(
            text.contains("╱ On their way               5  measured, 3 seconds ago; 1 of them perhaps charged"),
            "{text}"
        );
    }

    #[test]
    fn a_terminal_without_blocks_gets_letters() {
        console::set_colors_enabled(false);
        assert!(draw("A", &gauge(), false, 44).is_ascii());
        assert!(draw("A", &GaugeView { reserved: known("5"), ..plan() }, false, 44).is_ascii());
    }

    #[test]
    fn unknown_is_never_drawn_as_zero() {
        console::set_colors_enabled(false);
        let text = draw("A", &GaugeView::default(), true, 44);
        assert!(text.contains("Credits unknown") && !text.contains('0') && !text.contains("██"), "{text}");
        let unknown = CycleView { used: None, used_percent: None, ..plan().cycle.unwrap() };
        let text = draw("A", &GaugeView { cycle: Some(unknown), ..plan() }, true, 44);
        assert!(text.contains("not known yet") && !text.contains("0 of 10"), "{text}");
    }

    #[test]
    fn what_must_be_rollover_is_said_where_the_rest_is_not_known() {
        console::set_colors_enabled(false);
        let text = draw("A", &GaugeView { rollover_at_least: Some("12".to_owned()), ..gauge() }, true, 44);
        assert!(text.contains("unknown  at least 12 of the subscription's"), "{text}");
    }
}
