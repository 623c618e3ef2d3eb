//! Bars and sparklines for a terminal. Pockets are told apart by pattern as well as by colour, so that the same drawing serves
//! eyes, printers and terminals without colour or blocks. Draws numbers; knows none of their rules.

use clearcut_app::Credits;
use clearcut_app::views::PocketView;
use console::Style;

/// How a part of a bar looks.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    style: Style,
    pattern: [&'static str; 2],
}

impl Look {
    /// The look of a pocket, the same wherever it is drawn.
    pub(crate) fn of(pocket: PocketView) -> Self {
        let (style, pattern) = match pocket {
            PocketView::Subscription => (Style::new().blue(), ["█", "#"]),
            PocketView::Rollover => (Style::new().cyan(), ["▞", "/"]),
            PocketView::Payg => (Style::new().yellow(), ["░", ":"]),
            PocketView::Enterprise => (Style::new().magenta(), ["▓", "%"]),
            PocketView::FreePreviews => (Style::new().green(), ["▒", "+"]),
            PocketView::Untold => (Style::new(), ["▒", "="]),
            PocketView::Uncovered => (Style::new().red(), ["·", "."]),
        };
        Self { style, pattern }
    }

    /// Set aside: hatched, and lighter than what it is set aside from.
    pub(crate) fn hatched(&self) -> Self {
        Self { style: self.style.clone().dim(), pattern: ["╱", "x"] }
    }

    /// The same in grey, for what is old.
    pub(crate) fn grey(&self) -> Self {
        Self { style: Style::new().dim(), pattern: self.pattern }
    }

    /// `cells` of it.
    pub(crate) fn cells(&self, cells: usize, drawings: bool) -> String {
        if cells == 0 {
            return String::new();
        }
        self.style.apply_to(self.pattern[usize::from(!drawings)].repeat(cells)).to_string()
    }
}

/// How many of `columns` each amount gets: in proportion, at least one where there is anything, all columns together.
pub(crate) fn widths(amounts: &[Credits], columns: usize) -> Vec<usize> {
    let micros: Vec<i128> = amounts.iter().map(|amount| i128::from(amount.micros().max(0))).collect();
    let all: i128 = micros.iter().sum();
    if all == 0 {
        return vec![0; amounts.len()];
    }
    let share = |part: &i128| {
        let wide = i128::try_from(columns).unwrap_or(0) * part / all;
        usize::try_from(wide).unwrap_or(0).max(usize::from(*part > 0))
    };
    let mut widths: Vec<usize> = micros.iter().map(share).collect();
    // What rounding left over, or took too much, is the widest one's.
    let sum: usize = widths.iter().sum();
    if let Some(widest) = widths.iter_mut().max() {
        *widest = (*widest + columns).saturating_sub(sum);
    }
    widths
}

/// One line of eight heights, the highest at the largest value; nothing is a dot.
pub(crate) fn sparkline(values: &[Credits], drawings: bool) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    const LETTERS: [char; 8] = ['_', '-', '~', '=', '+', '*', '%', '#'];
    let (heights, nothing) = if drawings { (BLOCKS, '·') } else { (LETTERS, '.') };
    let micros = |value: &Credits| i128::from(value.micros().max(0));
    let largest = values.iter().map(micros).max().unwrap_or(0).max(1);
    let height = |value: &Credits| match micros(value) {
        0 => nothing,
        value => usize::try_from((value * 8 - 1) / largest)
            .ok()
            .and_then(|height| heights.get(height))
            .copied()
            .unwrap_or(nothing),
    };
    values.iter().map(height).collect()
}

/// An amount as the app writes it.
pub(crate) fn amount(text: &str) -> Option<Credits> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(texts: &[&str]) -> Vec<Credits> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_bar_has_all_its_columns_and_a_small_part_is_still_seen() {
        assert_eq!(widths(&amounts(&["39.75", "0", "10"]), 40), [32, 0, 8]);
        assert_eq!(widths(&amounts(&["1200", "0.25"]), 40), [39, 1]);
        assert_eq!(widths(&amounts(&["0", "0"]), 40), [0, 0]);
    }

    #[test]
    fn a_sparkline_tells_nothing_from_little() {
        assert_eq!(sparkline(&amounts(&["0", "0.01", "4", "8"]), true), "·▁▄█");
        assert!(sparkline(&amounts(&["0", "1", "8"]), false).is_ascii());
    }
}
