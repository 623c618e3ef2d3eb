//! `clearcut plan`: what the user knows of the plan, entered, shown and forgotten; and the dated list of plans that are sold.

use std::fmt::Write;

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{CatalogueView, CreditsView, LotView, PlanInput, PlanView, SourceView};

use crate::args::{Plan, PlanAction, PlanSet};
use crate::choices::{Lot, Rollover};
use crate::exit::Exit;
use crate::gauge::source_word;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};
use crate::words;

/// Runs the command.
pub(crate) async fn plan(asked: Plan, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let done = Box::pin(perform(asked, &session)).await;
    session.close().await;
    done.map(|()| Exit::Done)
}

async fn perform(asked: Plan, session: &Session<'_>) -> Result<(), Problem> {
    let Session { app, out, .. } = session;
    let view = match asked.action.unwrap_or(PlanAction::Show) {
        PlanAction::List => {
            let catalogue = app.catalogue().await?;
            if asked.json {
                out.json(&catalogue);
            } else {
                out.line(&list(&catalogue));
            }
            return Ok(());
        }
        PlanAction::Show => app.credits().await?,
        PlanAction::Set(set) => {
            // The cycle is counted from a balance: one that was never asked for is asked for now.
            let known = app.gauge(true).await?;
            if let Some(problem) = &known.problem {
                out.problem(problem);
            }
            let before = app.credits().await?.plan;
            app.set_plan(input(*set, before)?).await?
        }
        PlanAction::Forget => app.forget_plan().await?,
        PlanAction::Decline => {
            let proposal = app.credits().await?.proposal.ok_or_else(|| {
                Problem::new(
                    Code::BadRequest,
                    "No plan is proposed.",
                    "`clearcut credits` shows a proposal when there is one.",
                )
            })?;
            app.decline_proposal(proposal.id).await?
        }
    };
    if asked.json {
        out.json(&view.plan);
    } else {
        out.line(&show(&view));
    }
    Ok(())
}

/// What was named, over what was known. Another size is another plan: its name and price are not kept from the old one.
fn input(set: PlanSet, before: Option<PlanView>) -> Result<PlanInput, Problem> {
    let PlanSet { monthly, renews, rollover, used, zone, price, currency, name, payg } = set;
    let monthly = monthly.map(|monthly| monthly.to_string());
    let missing = |flag: &str| {
        Problem::new(
            Code::BadRequest,
            format!("A plan needs {flag}."),
            "For example: clearcut plan set --monthly 200 --renews 15",
        )
    };
    let other = monthly.as_ref().is_some_and(|monthly| before.as_ref().is_none_or(|plan| plan.monthly != *monthly));
    let same = before.as_ref().filter(|_| !other);
    let payg = if payg.is_empty() {
        before.as_ref().map_or_else(Vec::new, |plan| plan.payg.clone())
    } else {
        payg.into_iter().filter_map(|Lot(lot)| lot).collect()
    };
    Ok(PlanInput {
        name: name.or_else(|| same?.name.clone()),
        price: price.or_else(|| same?.price.clone()),
        currency: currency.or_else(|| same?.currency.clone()),
        rollover_months: match rollover {
            Some(Rollover(months)) => months,
            None => same.and_then(|plan| plan.rollover_months),
        },
        monthly: monthly
            .or_else(|| before.as_ref().map(|plan| plan.monthly.clone()))
            .ok_or_else(|| missing("its credits a month, --monthly"))?,
        renewal_day: renews
            .or_else(|| before.as_ref().map(|plan| plan.renewal_day))
            .ok_or_else(|| missing("its renewal day, --renews"))?,
        zone: zone.or_else(|| before.map(|plan| plan.zone)),
        used: used.map(|used| used.to_string()),
        payg,
    })
}

fn show(view: &CreditsView) -> String {
    let Some(plan) = &view.plan else {
        return "No plan is known. Tell it by: clearcut plan set --monthly N --renews DAY".to_owned();
    };
    let PlanView { name, monthly, renewal_day, zone, rollover_months, price, currency, payg, source } = plan;
    let mut text = String::new();
    let mut row = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<16}{value}");
    };
    if let Some(name) = name {
        row("Plan", name.clone());
    }
    row("A month", format!("{} ({})", words::credits(monthly), source_word(*source)));
    let next = view.gauge.cycle.as_ref().map_or_else(String::new, |cycle| format!(", next on {}", cycle.renews_on));
    row("Renews on day", format!("{renewal_day}, {zone}{next}"));
    row("Rollover", rollover(*rollover_months));
    if let Some(price) = price {
        row("Price", format!("{price} {}", currency.as_deref().unwrap_or_default()).trim_end().to_owned());
    }
    if let Some(cycle) = &view.gauge.cycle {
        let used = match (&cycle.used, cycle.used_source) {
            (Some(used), SourceView::Measured) => used.clone(),
            (Some(used), source) => format!("{used} ({})", source_word(source)),
            (None, _) => "unknown; tell it by: clearcut plan set --used N".to_owned(),
        };
        row("Used this cycle", used);
    }
    for LotView { credits, lapses_on } in payg {
        let until = lapses_on.as_ref().map_or_else(|| "day unknown".to_owned(), |day| format!("lapse on {day}"));
        row("Pay-as-you-go", format!("{}, {until}", words::credits(credits)));
    }
    text.truncate(text.trim_end().len());
    text
}

fn rollover(months: Option<u32>) -> String {
    match months {
        Some(0) => "none".to_owned(),
        Some(1) => "up to 1 month's credits".to_owned(),
        Some(months) => format!("up to {months} months' credits"),
        None => "unknown".to_owned(),
    }
}

fn list(catalogue: &CatalogueView) -> String {
    let CatalogueView { dated, source, currency, plans, own } = catalogue;
    if plans.is_empty() {
        return "No plans are known of this service.".to_owned();
    }
    let longest = plans.iter().map(|plan| console::measure_text_width(&plan.name)).max().unwrap_or(0);
    let mut text = String::new();
    for plan in plans {
        let name = console::pad_str(&plan.name, longest, console::Alignment::Left, None);
        let _ = writeln!(
            text,
            "{name}  {:>6} a month  {:>8} {currency}  rollover: {}",
            plan.monthly,
            plan.price,
            rollover(plan.rollover_months)
        );
    }
    let whose = if *own { "Your own list" } else { "The list that came with Clearcut" };
    let _ = write!(text, "{whose}, of {dated}. {source}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> PlanView {
        PlanView {
            name: Some("Small".to_owned()),
            monthly: "40".to_owned(),
            renewal_day: 3,
            zone: "Europe/Berlin".to_owned(),
            rollover_months: Some(5),
            price: Some("9".to_owned()),
            currency: Some("USD".to_owned()),
            payg: vec![LotView { credits: "18".to_owned(), lapses_on: None }],
            source: SourceView::Entered,
        }
    }

    fn nothing() -> PlanSet {
        PlanSet {
            monthly: None,
            renews: None,
            rollover: None,
            used: None,
            zone: None,
            price: None,
            currency: None,
            name: None,
            payg: Vec::new(),
        }
    }

    #[test]
    fn what_is_left_out_stays() {
        let input = input(PlanSet { used: "7".parse().ok(), ..nothing() }, Some(plan())).unwrap();
        assert_eq!((input.monthly.as_str(), input.renewal_day, input.used.as_deref()), ("40", 3, Some("7")));
        assert_eq!((input.price.as_deref(), input.rollover_months, input.payg.len()), (Some("9"), Some(5), 1));
    }

    #[test]
    fn another_size_is_another_plan() {
        let set = PlanSet { monthly: "200".parse().ok(), payg: vec![Lot(None)], ..nothing() };
        let input = input(set, Some(plan())).unwrap();
        assert_eq!((input.name, input.price, input.rollover_months), (None, None, None));
        assert_eq!((input.renewal_day, input.payg.len()), (3, 0));
    }

    #[test]
    fn a_first_plan_needs_its_size_and_its_day() {
        let problem = input(PlanSet { monthly: "200".parse().ok(), ..nothing() }, None).unwrap_err();
        assert!(problem.message.contains("--renews"), "{problem}");
        assert!(input(nothing(), None).unwrap_err().message.contains("--monthly"));
    }
}
