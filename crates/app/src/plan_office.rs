//! The plan: entered in a short form, or learnt from a rise that the user confirms. What is entered never touches what is
//! measured: it divides the subscription, opens renewals and arms notices.

use clearcut_credits::{Credits, Event as Booked, PaygLot, Plan, RenewalDay, Rise, Source};
use clearcut_store::PlanRow;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::{App, blocking};
use crate::catalogue::{self, Catalogue};
use crate::desk::{Desk, Reading};
use crate::download::amount;
use crate::problem::{Code, Problem};
use crate::views::{CatalogueView, CreditsView, Event, LotView, PlanInput, PlanView, ProposalView};
use crate::{convert, days, words};

impl App {
    /// The dated list of plans and prices of the service at work.
    ///
    /// # Errors
    /// When the user's own list cannot be read.
    pub async fn catalogue(&self) -> Result<CatalogueView, Problem> {
        Ok(self.catalogue_of(&self.desk())?.view())
    }

    pub(crate) fn catalogue_of(&self, desk: &Desk) -> Result<Catalogue, Problem> {
        catalogue::load(&self.folders.config, &desk.profile.id)
    }

    /// Shows the user's own list of plans in the file manager; makes it from the shipped one where there is none yet.
    ///
    /// # Errors
    /// When it cannot be written, or the system has no file manager.
    pub async fn reveal_catalogue(&self) -> Result<(), Problem> {
        let file = catalogue::make_own(&self.folders.config)?;
        self.host.reveal(&file).map_err(|error| words::not_opened("the file manager", &error))
    }

    /// Takes in what the user knows of the plan.
    ///
    /// # Errors
    /// When an amount, a day or a zone makes no sense; nothing is changed then.
    pub async fn set_plan(&self, plan: PlanInput) -> Result<CreditsView, Problem> {
        let desk = self.desk();
        let used = plan.used.as_deref().filter(|used| !used.trim().is_empty()).map(amount).transpose()?;
        let row = read_plan(plan)?;
        let me = self.me.upgrade().ok_or_else(words::closing)?;
        let stated = desk.clone();
        blocking(move || {
            let reading = stated.read()?;
            let row = PlanRow { source: source(&reading, &row), ..row };
            let events = stated_events(&reading, &row.plan, used, stated.now());
            let (store, account) = (&me.ground.store, stated.account.id);
            store.state_plan(account, Some(&row), &events).map_err(|error| words::store(&error))?;
            // Whatever the user made of a rise, it is no question any more.
            if let Some(rise) = reading.state.cycle().rise {
                store.claim_notice(account, DECLINED, rise.seq).map_err(|error| words::store(&error))?;
            }
            Ok::<_, Problem>(())
        })
        .await??;
        self.plan_changed(&desk).await
    }

    /// Forgets the plan. The ledger stays.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn forget_plan(&self) -> Result<CreditsView, Problem> {
        let desk = self.desk();
        self.ground.store.state_plan(desk.account.id, None, &[]).map_err(|error| words::store(&error))?;
        self.plan_changed(&desk).await
    }

    /// Leaves a proposal alone: what was seen stays booked as it is.
    ///
    /// # Errors
    /// When there is no such proposal, or it cannot be remembered.
    pub async fn decline_proposal(&self, proposal: String) -> Result<CreditsView, Problem> {
        let seq: i64 =
            proposal.parse().map_err(|_| Problem::new(Code::BadRequest, "There is no such proposal.", ""))?;
        let desk = self.desk();
        self.ground.store.claim_notice(desk.account.id, DECLINED, seq).map_err(|error| words::store(&error))?;
        self.credits().await
    }

    async fn plan_changed(&self, desk: &Desk) -> Result<CreditsView, Problem> {
        self.credits_moved(desk);
        self.emit(Event::CreditsChanged);
        self.credits().await
    }

    /// A rise that no rule explains, as a question.
    pub(crate) fn proposal(&self, desk: &Desk, reading: &Reading) -> Result<Option<ProposalView>, Problem> {
        let Some(rise) = reading.state.cycle().rise else { return Ok(None) };
        let declined = self.ground.store.is_notice_claimed(desk.account.id, DECLINED, rise.seq);
        if declined.map_err(|error| words::store(&error))? {
            return Ok(None);
        }
        Ok(Some(proposed(&rise, reading.plan())))
    }
}

/// A proposal that was declined, in the store.
const DECLINED: &str = "proposal";

/// What a rise looks like: a renewal of a plan of that size on that day. Never taken without the user's yes.
fn proposed(rise: &Rise, plan: Option<&Plan>) -> ProposalView {
    let Rise { seq, at, from, to, spent_since: _ } = *rise;
    let zone = plan.map_or_else(TimeZone::system, |plan| plan.renewal.zone().clone());
    let day = zone.to_datetime(at).date();
    let by = to.less(from);
    let question = match plan {
        Some(plan) => format!("Your plan says {} a month. Has it changed?", plan.monthly),
        None => "Was that a renewal? Then Clearcut can show the month's budget and warn in time.".to_owned(),
    };
    ProposalView {
        id: seq.to_string(),
        text: format!("On {} the subscription rose by {by} to {to} credits. {question}", days::day_and_month(day)),
        monthly: Some(by.to_string()),
        renewal_day: Some(day.day().unsigned_abs()),
    }
}

/// The ledger lines that go with a stated plan: its size where that is new, and the running cycle where the user knows its use
/// or a rise turns out to have been its renewal.
fn stated_events(reading: &Reading, plan: &Plan, used: Option<Credits>, now: Timestamp) -> Vec<Booked> {
    let mut events = Vec::new();
    if reading.state.books().monthly != Some(plan.monthly) {
        events.push(Booked::PlanChange { monthly: plan.monthly });
    }
    let cycle = plan.renewal.cycle_at(now);
    let renewed = reading.state.cycle().rise.filter(|rise| explains(plan, rise));
    let state = |began_at, used, renewed| Booked::CycleStated { began_at, used, renewed };
    match (used, renewed) {
        (Some(used), renewed) => events.push(state(cycle.begins, used, renewed.is_some())),
        (None, Some(rise)) => events.push(state(rise.at, rise.spent_since, true)),
        (None, None) => {}
    }
    events
}

/// The plan's renewal day is the day of the rise, give or take two.
fn explains(plan: &Plan, rise: &Rise) -> bool {
    let cycle = plan.renewal.cycle_at(rise.at);
    let near = |boundary: Timestamp| {
        boundary.duration_since(rise.at).abs() <= clearcut_credits::RENEWAL_WINDOW + clearcut_credits::RENEWAL_WINDOW
    };
    near(cycle.begins) || near(cycle.renews)
}

/// Inferred where the form confirmed what was proposed, entered otherwise.
fn source(reading: &Reading, row: &PlanRow) -> Source {
    let confirmed = reading.state.cycle().rise.is_some_and(|rise| row.plan.monthly == rise.to.less(rise.from));
    if confirmed { Source::Inferred } else { Source::Entered }
}

pub(crate) fn plan_view(row: &PlanRow) -> PlanView {
    let PlanRow { plan, zone, name, price, currency, lots, source } = row;
    let Plan { monthly, renewal, rollover_months } = plan;
    PlanView {
        name: name.clone(),
        monthly: monthly.to_string(),
        renewal_day: renewal.day(),
        zone: zone.clone(),
        rollover_months: *rollover_months,
        price: price.clone(),
        currency: currency.clone(),
        payg: lots
            .iter()
            .map(|lot| LotView {
                credits: lot.amount.to_string(),
                lapses_on: lot.lapses.map(|at| renewal.date_of(at).to_string()),
            })
            .collect(),
        source: convert::source(*source),
    }
}

fn read_plan(input: PlanInput) -> Result<PlanRow, Problem> {
    let PlanInput { name, monthly, renewal_day, zone, rollover_months, price, currency, used: _, payg } = input;
    let wrong = |reason: String| Problem::new(Code::BadRequest, words::sentence(&words::capitalised(&reason)), "");
    let kept = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let zone = match kept(zone) {
        Some(zone) => zone,
        None => TimeZone::system().iana_name().unwrap_or("UTC").to_owned(),
    };
    let time_zone = TimeZone::get(&zone)
        .map_err(|_| wrong(format!("“{zone}” is no time zone that this computer knows, for example Europe/Berlin")))?;
    let price = kept(price);
    if let Some(price) = &price {
        amount(price).map_err(|_| wrong(format!("“{price}” is no price")))?;
    }
    let lots = payg
        .into_iter()
        .map(|LotView { credits, lapses_on }| {
            let lapses = kept(lapses_on).map(|day| days::parse(&day)).transpose()?;
            let lapses = lapses.and_then(|day| days::beginning(day, &time_zone));
            Ok(PaygLot { amount: amount(&credits)?, lapses })
        })
        .collect::<Result<_, Problem>>()?;
    let renewal = RenewalDay::new(renewal_day, time_zone).map_err(|error| wrong(error.to_string()))?;
    let plan = Plan::new(amount(&monthly)?, renewal, rollover_months).map_err(|error| wrong(error.to_string()))?;
    Ok(PlanRow { plan, zone, name: kept(name), price, currency: kept(currency), lots, source: Source::Entered })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    fn input() -> PlanInput {
        PlanInput {
            name: Some("40 credits a month".to_owned()),
            monthly: "40".to_owned(),
            renewal_day: 31,
            zone: Some("Europe/Berlin".to_owned()),
            rollover_months: Some(5),
            price: Some("9".to_owned()),
            currency: Some("USD".to_owned()),
            used: None,
            payg: vec![LotView { credits: "18".to_owned(), lapses_on: Some("2026-12-01".to_owned()) }],
        }
    }

    #[test]
    fn what_is_entered_comes_back_as_entered() {
        let view = plan_view(&read_plan(input()).unwrap());
        assert_eq!((view.monthly.as_str(), view.renewal_day, view.zone.as_str()), ("40", 31, "Europe/Berlin"));
        assert_eq!(view.payg, input().payg);
    }

    #[rstest]
    #[case::no_credits(PlanInput { monthly: "0".to_owned(), ..input() }, "more than 0")]
    #[case::no_number(PlanInput { monthly: "many".to_owned(), ..input() }, "many")]
    #[case::no_day(PlanInput { renewal_day: 32, ..input() }, "32")]
    #[case::no_zone(PlanInput { zone: Some("Mars/Olympus".to_owned()), ..input() }, "Mars/Olympus")]
    #[case::no_price(PlanInput { price: Some("-1".to_owned()), ..input() }, "-1")]
    fn what_makes_no_sense_is_refused_by_name(#[case] input: PlanInput, #[case] named: &str) {
        let problem = read_plan(input).unwrap_err();
        assert!(problem.message.contains(named), "{problem}");
    }
}
