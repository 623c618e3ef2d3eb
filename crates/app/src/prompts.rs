//! Where buying would help: a top-up or a larger plan, said in one line with numbers, and what a change of plan would cost besides
//! its price. Shown only where the service has the page; put away by the user until the next cycle.

use clearcut_credits::{Credits, Forecast, Quote};
use jiff::civil::Date;

use crate::app::App;
use crate::desk::{Desk, Reading};
use crate::problem::{Code, Problem};
use crate::views::{CreditsView, Page, PromptKind, PromptView};
use crate::{days, words};

/// The quote does not fit.
const SHORT: &str = "short";
/// The forecast runs out before the renewal.
const RUNS_OUT: &str = "runs-out";
/// Nothing is left.
const EMPTY: &str = "empty";

/// What the catalogue and the forecast make of a shortage.
#[derive(Clone, Copy)]
pub(crate) struct Ahead<'a> {
    pub(crate) forecast: &'a Forecast,
    pub(crate) renews: Option<Date>,
    /// A larger plan would have been the right one over the last cycles.
    pub(crate) upgrade_pays: bool,
}

/// The prompt of a quote that the credits do not cover.
pub(crate) fn of_quote(desk: &Desk, reading: &Reading, quote: &Quote) -> Option<PromptView> {
    let reached = quote.ends_at?;
    let missing = quote.by_pocket.uncovered;
    let text = if reached == 0 {
        format!("{} missing: the credits do not reach for a single picture.", words::credits(missing))
    } else {
        format!("{} missing: the credits end after picture {reached} of {}.", words::credits(missing), quote.pictures)
    };
    prompt(desk, reading, SHORT, PromptKind::TopUp, text)
}

/// The prompts of the Credits view, those put away left out.
pub(crate) fn of_account(desk: &Desk, reading: &Reading, ahead: Option<Ahead<'_>>) -> Vec<PromptView> {
    let mut prompts = Vec::new();
    let renews = reading.plan().map(|plan| plan.renewal.date_of(plan.renewal.cycle_at(desk.now()).renews));
    if reading.state.pockets().spendable().is_some_and(|left| left < Credits::ONE) {
        let until =
            renews.map_or(String::new(), |day| format!(" The subscription renews on {}.", days::day_and_month(day)));
        let text = format!("No credits left for another picture.{until}");
        prompts.extend(prompt(desk, reading, EMPTY, PromptKind::TopUp, text));
    } else if let Some(Ahead { forecast, renews, upgrade_pays }) = ahead.filter(|ahead| ahead.forecast.alarm)
        && let Some(day) = forecast.runs_out.likely.or(forecast.runs_out.latest)
    {
        let left = reading.state.pockets().spendable().unwrap_or_default();
        let renewal = renews.map_or(String::new(), |renews| match days_between(day, renews) {
            1 => ", a day before the renewal".to_owned(),
            count => format!(", {count} days before the renewal"),
        });
        let text = format!(
            "At about {} a day the {} left run out on {}{renewal}.",
            about(forecast.rate_per_day.likely),
            words::credits(left),
            days::day_and_month(day)
        );
        let kind = if upgrade_pays { PromptKind::Upgrade } else { PromptKind::TopUp };
        prompts.extend(prompt(desk, reading, RUNS_OUT, kind, text));
    }
    prompts
}

fn days_between(from: Date, until: Date) -> i32 {
    (until - from).get_days()
}

fn prompt(desk: &Desk, reading: &Reading, id: &str, kind: PromptKind, text: String) -> Option<PromptView> {
    let page = match kind {
        PromptKind::Upgrade => Page::Upgrade,
        PromptKind::TopUp => Page::TopUp,
    };
    if !desk.has_page(page) {
        return None;
    }
    let warning = match kind {
        PromptKind::Upgrade => rollover_at_stake(reading),
        PromptKind::TopUp => None,
    };
    Some(PromptView { id: id.to_owned(), kind, text, warning, page })
}

/// What a change of plan takes from a user who holds rollover.
pub(crate) fn rollover_at_stake(reading: &Reading) -> Option<String> {
    let split = reading.state.split(reading.plan());
    let (held, least) = match (split.rollover, split.rollover_at_least) {
        (Some(held), _) => (held, ""),
        (None, Some(least)) => (least, "at least "),
        (None, None) => return None,
    };
    (held > Credits::ZERO)
        .then(|| format!("A change of plan ends rollover at once: {least}{} would be lost.", words::credits(held)))
}

/// A rate rounded for reading: whole credits from ten on, tenths below.
pub(crate) fn about(rate: Credits) -> String {
    const TENTH: i64 = 100_000;
    let step = if rate >= Credits::whole(10) { 10 * TENTH } else { TENTH };
    Credits::from_micros((rate.micros() + step / 2) / step * step).to_string()
}

impl App {
    /// Puts a prompt away until the next cycle.
    ///
    /// # Errors
    /// When there is no such prompt, or it cannot be remembered.
    pub async fn dismiss_prompt(&self, prompt: String) -> Result<CreditsView, Problem> {
        if ![SHORT, RUNS_OUT, EMPTY].contains(&prompt.as_str()) {
            return Err(Problem::new(Code::BadRequest, "There is no such prompt.", ""));
        }
        let desk = self.desk();
        let armed = desk.read()?.state.cycle().armed;
        self.ground
            .store
            .claim_notice(desk.account.id, &claim(&prompt), armed)
            .map_err(|error| words::store(&error))?;
        self.credits().await
    }

    /// Leaves out the prompts that were put away in this cycle.
    pub(crate) fn still_wanted(&self, desk: &Desk, reading: &Reading, prompts: Vec<PromptView>) -> Vec<PromptView> {
        let armed = reading.state.cycle().armed;
        let put_away = |prompt: &PromptView| {
            self.ground.store.is_notice_claimed(desk.account.id, &claim(&prompt.id), armed).unwrap_or(false)
        };
        prompts.into_iter().filter(|prompt| !put_away(prompt)).collect()
    }
}

fn claim(prompt: &str) -> String {
    format!("prompt-{prompt}")
}
