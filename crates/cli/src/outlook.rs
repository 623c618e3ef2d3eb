//! What stands below the gauge: what waits for a yes, purchases that would help, the forecast, the advice, the end of a service.
//! The sentences are the app's, the same as in the window; this room lays them out.

use std::fmt::Write;

use clearcut_app::Credits;
use clearcut_app::views::{AdviceView, BurnView, CreditsView, EndView, ForecastView, Page, PromptKind, PromptView};
use console::Style;

use crate::draw;

/// How much of it is wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted {
    /// The forecast in full.
    pub(crate) forecast: bool,
    /// The advice in full.
    pub(crate) advice: bool,
}

/// All of it as far as there is something to say; `page` finds the address of a page.
pub(crate) fn write(
    view: &CreditsView,
    wanted: Wanted,
    page: impl Fn(Page) -> Option<String>,
    drawings: bool,
    width: usize,
) -> String {
    let mut text = String::new();
    for prompt in &view.prompts {
        text.push_str(&prompt_line(prompt, page(prompt.page)));
    }
    if let Some(proposal) = &view.proposal {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "{} {}", Style::new().bold().apply_to("?"), proposal.text);
        if let (Some(monthly), Some(day)) = (&proposal.monthly, proposal.renewal_day) {
            let _ = writeln!(text, "  If so: clearcut plan set --monthly {monthly} --renews {day}");
        }
        let _ = writeln!(text, "  If not: clearcut plan decline");
    }
    if let Some(end) = &view.end {
        text.push_str(&end_of_service(end));
    }
    text.push_str(&forecast(&view.forecast, wanted.forecast, drawings, width));
    text.push_str(&advice(view.advice.as_ref(), wanted.advice));
    if view.plan.is_none()
        && view.proposal.is_none()
        && view.gauge.subscription.amount.as_deref().is_some_and(|held| held != "0")
    {
        let _ = writeln!(text, "No plan is known. Tell it by: clearcut plan set --monthly N --renews DAY");
    }
    text.truncate(text.trim_end().len());
    text
}

/// A purchase that would help, and where.
pub(crate) fn prompt_line(prompt: &PromptView, address: Option<String>) -> String {
    let PromptView { kind, text, warning, .. } = prompt;
    let buy = match kind {
        PromptKind::Upgrade => "Upgrade",
        PromptKind::TopUp => "Top up",
    };
    let mut lines = format!("{} {text}\n", Style::new().yellow().bold().apply_to("!"));
    if let Some(warning) = warning {
        let _ = writeln!(lines, "  {warning}");
    }
    if let Some(address) = address {
        let _ = writeln!(lines, "  {buy}: {address}");
    }
    lines
}

fn end_of_service(end: &EndView) -> String {
    let EndView { when, ended, days_left, lapses, advice, .. } = end;
    let mut text = match (ended, lapses) {
        (_, Some(lapses)) => format!("{} {lapses}\n", Style::new().yellow().bold().apply_to("!")),
        (true, None) => format!("The service ended on {when}.\n"),
        (false, None) => format!("The service ends on {when}, in {days_left} days.\n"),
    };
    for line in advice {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn heading(text: &str) -> String {
    Style::new().bold().apply_to(text).to_string()
}

/// In short: what it comes to, where there is a forecast. In full: every sentence, and the burn-down.
fn forecast(view: &ForecastView, full: bool, drawings: bool, width: usize) -> String {
    if !full {
        let said = view.sentences.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
        return if said.is_empty() { said } else { format!("{said}\n") };
    }
    let mut text = format!("\n{}\n", heading("Forecast"));
    if let Some(reason) = &view.none_yet {
        let _ = writeln!(text, "  {reason}");
    }
    if let (Some(first), Some(last)) = (view.burn_down.first(), view.burn_down.last()) {
        let columns = width.saturating_sub(30).max(10);
        let _ = writeln!(text, "  {} {} {}", first.day, burn_down(&view.burn_down, columns, drawings), last.day);
        let _ = writeln!(text, "  At the end {} left, between {} and {}.", last.likely, last.low, last.high);
    }
    for sentence in &view.sentences {
        let _ = writeln!(text, "  {sentence}");
    }
    text
}

/// Credits left by day: what has passed, and dimmer what is to come. Where there are more days than columns, each column is one of
/// them.
fn burn_down(days: &[BurnView], columns: usize, drawings: bool) -> String {
    let step = days.len().div_ceil(columns).max(1);
    let picked: Vec<&BurnView> = days.iter().step_by(step).collect();
    let values: Vec<Credits> = picked.iter().map(|day| draw::amount(&day.likely).unwrap_or(Credits::ZERO)).collect();
    let past = picked.iter().filter(|day| day.past).count();
    let line: Vec<char> = draw::sparkline(&values, drawings).chars().collect();
    let (gone, ahead) = line.split_at(past.min(line.len()));
    let text = |part: &[char]| part.iter().collect::<String>();
    format!("{}{}", text(gone), Style::new().dim().apply_to(text(ahead)))
}

fn advice(view: Option<&AdviceView>, full: bool) -> String {
    match (view, full) {
        (None, false) => String::new(),
        (None, true) => {
            format!("\n{}\n  None yet: it needs a full cycle and a plan whose price is known.\n", heading("Advice"))
        }
        (Some(view), false) => format!("{}\n", view.text),
        (Some(view), true) => {
            let AdviceView { cycles, currency, dated, text: said, plans, ways } = view;
            let mut text = format!("\n{}\n  {said}\n\n", heading("Advice"));
            for way in ways {
                let _ = writeln!(text, "  {} {}", if way.best { "*" } else { " " }, way.text);
            }
            let over = if *cycles == 1 { "the last cycle".to_owned() } else { format!("the last {cycles} cycles") };
            let _ = writeln!(text, "\n  What each plan would have cost over {over}, {currency}, prices of {dated}:");
            let longest = plans.iter().map(|plan| plan.name.chars().count()).max().unwrap_or(0);
            for plan in plans {
                let name = console::pad_str(&plan.name, longest, console::Alignment::Left, None);
                let remark = match (plan.current, plan.enough) {
                    (true, true) => "  yours, enough",
                    (true, false) => "  yours, with pay-as-you-go",
                    (false, true) => "  enough",
                    (false, false) => "  with pay-as-you-go",
                };
                let _ = writeln!(text, "    {name}  {:>10}{remark}", plan.cost);
            }
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: &str, likely: &str, past: bool) -> BurnView {
        BurnView { day: day.to_owned(), low: "0".to_owned(), likely: likely.to_owned(), high: likely.to_owned(), past }
    }

    #[test]
    fn in_short_the_forecast_is_a_line_and_says_nothing_without_one() {
        let none = ForecastView { none_yet: Some("Too early.".to_owned()), ..ForecastView::default() };
        assert_eq!(forecast(&none, false, true, 80), "");
        assert!(forecast(&none, true, true, 80).contains("Too early."));
        let view = ForecastView {
            sentences: ["About 2 credits a day.", "They last 5 days.", "More."].map(str::to_owned).to_vec(),
            ..ForecastView::default()
        };
        assert_eq!(forecast(&view, false, true, 80), "About 2 credits a day. They last 5 days.\n");
    }

    #[test]
    fn in_full_it_draws_the_burn_down() {
        console::set_colors_enabled(false);
        let view = ForecastView {
            burn_down: vec![day("2026-11-01", "8", true), day("2026-11-02", "4", false), day("2026-11-03", "0", false)],
            ..ForecastView::default()
        };
        let text = forecast(&view, true, true, 80);
        assert!(text.contains("2026-11-01 █▄· 2026-11-03"), "{text}");
        assert!(forecast(&view, true, false, 80).is_ascii());
    }

    #[test]
    fn a_prompt_names_its_page_where_there_is_one() {
        console::set_colors_enabled(false);
        let prompt = PromptView {
            id: "short".to_owned(),
            kind: PromptKind::TopUp,
            text: "15 credits missing.".to_owned(),
            warning: None,
            page: Page::TopUp,
        };
        assert_eq!(prompt_line(&prompt, None), "! 15 credits missing.\n");
        assert!(prompt_line(&prompt, Some("https://a.b/".to_owned())).ends_with("\n  Top up: https://a.b/\n"));
    }
}
