//! The gauge, drawn for a terminal: a bar whose pockets are told apart by pattern as well as by colour, and a line for each
//! figure. Unknown is written as unknown, never as zero.

use std::fmt::Write;

use clearcut_app::Credits;
use clearcut_app::views::{FigureView, GaugeView, SourceView};
use console::Style;

use crate::words;

/// A pocket as it is drawn: its name, its colour, its pattern in blocks and in letters.
struct Pocket<'a> {
    name: &'a str,
    style: Style,
    pattern: [&'a str; 2],
    figure: &'a FigureView,
}

/// The whole gauge. `drawings`: whether the terminal has blocks; `width`: its columns.
pub(crate) fn draw(label: &str, gauge: &GaugeView, drawings: bool, width: usize) -> String {
    let pockets = [
        Pocket { name: "Subscription", style: Style::new().blue(), pattern: ["█", "#"], figure: &gauge.subscription },
        Pocket { name: "Rollover", style: Style::new().cyan(), pattern: ["▞", "/"], figure: &gauge.rollover },
        Pocket { name: "Pay-as-you-go", style: Style::new().yellow(), pattern: ["░", ":"], figure: &gauge.payg },
        Pocket { name: "Enterprise", style: Style::new().magenta(), pattern: ["▓", "%"], figure: &gauge.enterprise },
    ];
    let look = usize::from(!drawings);
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(text, "{}", Style::new().bold().apply_to(label));
    let _ = writeln!(text, "{}\n", headline(gauge));
    let filled = bar(&pockets, width.saturating_sub(4).min(56), look);
    if !filled.is_empty() {
        let _ = writeln!(text, "  {filled}\n");
    }
    for pocket in pockets.iter().filter(|pocket| pocket.name != "Enterprise" || has_some(pocket.figure)) {
        let mark = pocket.style.apply_to(pocket.pattern[look]);
        let _ = writeln!(text, "  {mark} {:<18}{}", pocket.name, figure(pocket.figure));
    }
    let _ = writeln!(text, "    {:<18}{}", "Free previews", figure(&gauge.free_previews));
    if has_some(&gauge.reserved) {
        let _ = writeln!(text, "    {:<18}{}", "On their way", figure(&gauge.reserved));
    }
    text.truncate(text.trim_end().len());
    text
}

/// The total and its age.
fn headline(gauge: &GaugeView) -> String {
    let total = match &gauge.total.amount {
        Some(total) => words::credits(total),
        None => "Credits unknown".to_owned(),
    };
    let age = gauge.total.age_s.map_or_else(String::new, |seconds| format!(", heard {}", words::ago(seconds)));
    let stale = if gauge.stale { " (stale)" } else { "" };
    format!("{total}{age}{stale}")
}

/// One figure with where it is from, unless it was simply read from the service.
fn figure(figure: &FigureView) -> String {
    let from = match figure.source {
        SourceView::Measured | SourceView::Unknown => "",
        SourceView::Entered => "  entered",
        SourceView::Inferred => "  inferred",
    };
    match &figure.amount {
        Some(amount) => format!("{amount:>10}{from}"),
        None => format!("{:>10}", "unknown"),
    }
}

fn has_some(figure: &FigureView) -> bool {
    amount(figure).is_some_and(|amount| !amount.is_zero() && !amount.is_negative())
}

fn amount(figure: &FigureView) -> Option<Credits> {
    figure.amount.as_deref()?.parse().ok()
}

/// The pockets side by side over `columns`, each at least one column wide where it holds anything.
fn bar(pockets: &[Pocket<'_>], columns: usize, look: usize) -> String {
    let micros = |pocket: &Pocket<'_>| amount(pocket.figure).map_or(0, |amount| i128::from(amount.micros().max(0)));
    let all: i128 = pockets.iter().map(micros).sum();
    if all == 0 {
        return String::new();
    }
    pockets.iter().filter(|pocket| micros(pocket) > 0).fold(String::new(), |mut drawn, pocket| {
        let share = i128::try_from(columns).unwrap_or(0) * micros(pocket) / all;
        let wide = usize::try_from(share).unwrap_or(0).max(1);
        let _ = write!(drawn, "{}", pocket.style.apply_to(pocket.pattern[look].repeat(wide)));
        drawn
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(amount: &str) -> FigureView {
        FigureView { amount: Some(amount.to_owned()), source: SourceView::Measured, age_s: Some(3) }
    }

    fn unknown() -> FigureView {
        FigureView { amount: None, source: SourceView::Unknown, age_s: None }
    }

    fn gauge() -> GaugeView {
        GaugeView {
            subscription: known("39.75"),
            rollover: unknown(),
            payg: known("10"),
            enterprise: known("0"),
            free_previews: known("50"),
            reserved: known("0"),
            total: known("49.75"),
            observed_at: None,
            stale: false,
            problem: None,
            ..GaugeView::default()
        }
    }

    #[test]
    fn pockets_are_told_apart_without_colour() {
        console::set_colors_enabled(false);
        let text = draw("Practice account, on this computer", &gauge(), true, 44);
        assert_eq!(
            text,
            "Practice account, on this computer\n49.75 credits, heard 3 seconds ago\n\n  ███████████████████████████████░░░░░░░░\n\n  \
             █ Subscription           39.75\n  ▞ Rollover             unknown\n  ░ Pay-as-you-go             10\n    \
             Free previews             50"
        );
    }

    #[test]
    fn a_terminal_without_blocks_gets_letters() {
        console::set_colors_enabled(false);
        assert!(draw("A", &gauge(), false, 44).is_ascii());
    }

    #[test]
    fn unknown_is_never_drawn_as_zero() {
        console::set_colors_enabled(false);
        let nothing = GaugeView {
            subscription: unknown(),
            payg: unknown(),
            enterprise: unknown(),
            free_previews: unknown(),
            reserved: unknown(),
            total: unknown(),
            ..gauge()
        };
        let text = draw("A", &nothing, true, 44);
        assert!(
            text.contains("Credits unknown")
                && !text.contains('0')
                && !text.contains('█'.to_string().repeat(2).as_str()),
            "{text}"
        );
    }

    #[test]
    fn a_small_pocket_is_still_seen() {
        console::set_colors_enabled(false);
        let text = draw("A", &GaugeView { subscription: known("1200"), payg: known("0.25"), ..gauge() }, true, 60);
        assert!(text.contains("█░\n"), "{text}");
    }
}
