//! What the Credits view adds to the gauge: the plan, what is proposed, the forecast, the advice, the end of a service.
//! Amounts are decimal strings, days `YYYY-MM-DD`; sentences are made here so that window and terminal say the same.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Page;
use super::credits::{GaugeView, SourceView};

/// Everything the Credits view shows.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CreditsView {
    /// The gauge.
    pub gauge: GaugeView,
    /// The plan as the user confirmed it.
    pub plan: Option<PlanView>,
    /// Something that was observed and waits for a yes or a no.
    pub proposal: Option<ProposalView>,
    /// Where buying would help.
    pub prompts: Vec<PromptView>,
    /// Where this is going.
    pub forecast: ForecastView,
    /// Which plan would have been right; `None` without data.
    pub advice: Option<AdviceView>,
    /// The service's announced end.
    pub end: Option<EndView>,
    /// Credits a day by pocket, oldest first, the last 35 days, every day.
    pub days: Vec<DayView>,
    /// The app is waiting for a purchase to be booked, since then (RFC 3339).
    pub awaiting_purchase: Option<String>,
}

/// A batch of pay-as-you-go credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LotView {
    /// Credits, a decimal string.
    pub credits: String,
    /// The day it lapses, `YYYY-MM-DD`; `None`: never, or not known.
    pub lapses_on: Option<String>,
}

/// The plan of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PlanView {
    /// The catalogue's name for it, if it was chosen there.
    pub name: Option<String>,
    /// Credits a month.
    pub monthly: String,
    /// The day of the month on which it renews, 1 to 31; shorter months use their last one.
    pub renewal_day: u8,
    /// The IANA time zone that day is meant in.
    pub zone: String,
    /// Rollover: so many months' credits at most are carried over; 0 none, `None` not known.
    pub rollover_months: Option<u32>,
    /// The price of a month, a decimal string.
    pub price: Option<String>,
    /// Its currency, e.g. "USD".
    pub currency: Option<String>,
    /// Pay-as-you-go credits with their days, as far as entered.
    pub payg: Vec<LotView>,
    /// Entered, or inferred from a renewal and confirmed.
    pub source: SourceView,
}

/// A plan on its way in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
pub struct PlanInput {
    /// The catalogue's name for it, if it was chosen there.
    pub name: Option<String>,
    /// Credits a month, a decimal string.
    pub monthly: String,
    /// The day of the month on which it renews, 1 to 31.
    pub renewal_day: u8,
    /// The IANA time zone of that day; the computer's when absent.
    pub zone: Option<String>,
    /// Rollover: so many months' credits at most are carried over; 0 none, `None` not known.
    pub rollover_months: Option<u32>,
    /// The price of a month, a decimal string.
    pub price: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// How much of this month's credits is used already, if the user knows; `None` leaves what is known.
    pub used: Option<String>,
    /// Pay-as-you-go credits with their days.
    pub payg: Vec<LotView>,
}

/// A plan of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct OfferView {
    /// Its name.
    pub name: String,
    /// Credits a month.
    pub monthly: String,
    /// The price of a month.
    pub price: String,
    /// How many months' credits it carries over; `None` not known.
    pub rollover_months: Option<u32>,
}

/// The dated list of plans and prices, which the user may edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CatalogueView {
    /// When it was looked up, `YYYY-MM-DD`.
    pub dated: String,
    /// From where, in words.
    pub source: String,
    /// The currency of its prices.
    pub currency: String,
    /// The plans, smallest first.
    pub plans: Vec<OfferView>,
    /// Whether the user has a list of their own.
    pub own: bool,
}

/// Something observed that needs the user's yes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ProposalView {
    /// For declining it.
    pub id: String,
    /// What was seen, one sentence with numbers.
    pub text: String,
    /// The plan that would explain it, to be confirmed or changed in the plan form.
    pub monthly: Option<String>,
    /// The day of the month that it would renew on.
    pub renewal_day: Option<u8>,
}

/// Which purchase would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// A larger plan.
    Upgrade,
    /// More pay-as-you-go credits.
    TopUp,
}

/// An upgrade or a top-up that would help now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PromptView {
    /// For dismissing it until the next cycle.
    pub id: String,
    /// What would help.
    pub kind: PromptKind,
    /// Why, in one line with numbers.
    pub text: String,
    /// What it would cost besides its price, e.g. rollover that a change of plan ends.
    pub warning: Option<String>,
    /// The page to open.
    pub page: Page,
}

/// A day of the burn-down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct BurnView {
    /// The day.
    pub day: String,
    /// Credits left at its end: with four chances of five not fewer than this …
    pub low: String,
    /// … most likely this …
    pub likely: String,
    /// … and not more than this. On days that have passed all three are what was left.
    pub high: String,
    /// Whether the day has passed.
    pub past: bool,
}

/// Pay-as-you-go credits that will lapse unused at the likely pace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct LapseView {
    /// How many.
    pub credits: String,
    /// On which day.
    pub day: String,
}

/// Where the credits are going.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, TS)]
pub struct ForecastView {
    /// Why there is none yet, one sentence.
    pub none_yet: Option<String>,
    /// Credits a day, about.
    pub rate_per_day: Option<String>,
    /// The burn-down, past and to come.
    pub burn_down: Vec<BurnView>,
    /// Days that the credits will last, about; `None` where they outlast what can be told.
    pub lasts_days: Option<u32>,
    /// The day they run out, if that is before the renewal.
    pub runs_out_on: Option<String>,
    /// Of the month's credits left over at the renewal.
    pub left_over: Option<String>,
    /// Of those and the rollover, forfeited at the rollover cap.
    pub forfeited: Option<String>,
    /// Pay-as-you-go that will lapse.
    pub lapses: Vec<LapseView>,
    /// All of it in plain sentences, numbers first.
    pub sentences: Vec<String>,
}

/// What a plan would have cost over the cycles looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct PlanCostView {
    /// The plan's name; "Pay as you go only" for none.
    pub name: String,
    /// Its credits a month.
    pub monthly: String,
    /// What it and the pay-as-you-go beyond it would have cost.
    pub cost: String,
    /// Whether it would have been enough in every cycle.
    pub enough: bool,
    /// Whether it is the plan in use.
    pub current: bool,
}

/// One of the three ways: upgrade, downgrade, keep pay-as-you-go as backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WayView {
    /// What to do, with its sum, one sentence.
    pub text: String,
    /// What it would have cost over the cycles looked at.
    pub cost: String,
    /// Whether it is the best of them.
    pub best: bool,
}

/// Which plan would have been right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct AdviceView {
    /// Full cycles looked at.
    pub cycles: usize,
    /// The currency of the sums.
    pub currency: String,
    /// How old the prices are, `YYYY-MM-DD`.
    pub dated: String,
    /// The advice, one sentence.
    pub text: String,
    /// Every plan of the catalogue.
    pub plans: Vec<PlanCostView>,
    /// The ways that are open.
    pub ways: Vec<WayView>,
}

/// The end of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct EndView {
    /// When: RFC 3339 with offset.
    pub at: String,
    /// The same in words, e.g. "1 December 2026, 09:00 CET".
    pub when: String,
    /// Whether it has passed, or the service answered as closed.
    pub ended: bool,
    /// Days until then, begun ones counted.
    pub days_left: u32,
    /// What lapses that day, one sentence; `None` where nothing is known to.
    pub lapses: Option<String>,
    /// What to do about it, one sentence each.
    pub advice: Vec<String>,
}

/// A day's credits by pocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct DayView {
    /// The day.
    pub day: String,
    /// From the subscription (this month's part, or all where rollover could not be told apart).
    pub subscription: String,
    /// From rollover.
    pub rollover: String,
    /// From pay-as-you-go.
    pub payg: String,
    /// From an enterprise contract.
    pub enterprise: String,
    /// From a pocket that could not be told.
    pub untold: String,
    /// Used elsewhere, from any pocket.
    pub elsewhere: String,
    /// Pictures charged.
    pub charges: u32,
}
