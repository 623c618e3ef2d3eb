//! Before a run: which of the quote's choices it is, by a flag or on the terminal, what it comes to for each picture, and the sum
//! that was agreed to.

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{ChoiceView, GaugeView, OutputOptions, PictureId, SpendChoice};
use clearcut_app::{ChosenRun, Credits, Turn};

use crate::agree::{self, Allowance};
use crate::args::Spend;
use crate::draw::amount;
use crate::session::Session;
use crate::{remove, sheet, words};

/// What was decided.
pub(crate) struct Decision {
    /// The choice.
    pub(crate) choice: SpendChoice,
    /// What it comes to.
    pub(crate) run: ChosenRun,
    /// What may be spent.
    pub(crate) allowance: Allowance,
    /// Nobody agreed.
    pub(crate) not_agreed: Option<Problem>,
    /// Why nothing that costs may be sent after all.
    pub(crate) refused: Option<Problem>,
}

/// Shows the quote and gets the choice and the agreement.
pub(crate) async fn decide(
    session: &Session<'_>,
    pictures: &[PictureId],
    options: &OutputOptions,
    gauge: &GaugeView,
    named: Option<SpendChoice>,
    spend: &Spend,
) -> Result<Decision, Problem> {
    let Session { app, out, interrupt, .. } = session;
    let cap = spend.max_credits.map(|cap| cap.to_string());
    let quoted = app.quote(pictures.to_vec(), options.clone(), cap).await?;
    if amount(&quoted.cost).is_none_or(|cost| !cost.is_zero()) {
        out.talk(&sheet::table(&quoted, gauge, out));
    }
    let to_be_asked = out.interactive && !spend.yes && spend.max_credits.is_none();
    let asked_which = to_be_asked && named.is_none() && quoted.choices.len() > 1;
    let (choice, none) = match named.clone() {
        Some(choice) => (choice, None),
        None if asked_which => match agree::choose(&quoted.choices, out, interrupt).await {
            Ok(choice) => (choice, None),
            Err(problem) => (SpendChoice::UsePayg, Some(problem)),
        },
        None => (SpendChoice::UsePayg, None),
    };
    let run = app.chosen(pictures, options, &choice).await?;
    let cost = remove::amount(&run.cost)?;
    let agreed = match none {
        Some(problem) => Err(problem),
        // The sum stood beside the way that was chosen.
        None if asked_which => Ok(Allowance::new(cost, None)),
        None => agree::agree(&what(&run), &how(&choice, &run), cost, spend, out, interrupt).await,
    };
    let (allowance, not_agreed) = match agreed {
        Ok(allowance) => (allowance, None),
        Err(problem) => (Allowance::new(Credits::ZERO, None), Some(problem)),
    };
    let mut decision = Decision { choice, run, allowance, not_agreed, refused: None };
    if to_be_asked && decision.not_agreed.is_none() && !cost.is_zero() {
        look_again(session, pictures, options, &mut decision).await?;
    }
    let capped = spend.max_credits.is_some();
    let is_this_run = |view: &&ChoiceView| match (&view.choice, &named) {
        (SpendChoice::Cap { .. }, None) => true,
        (way, _) => !capped && *way == decision.choice,
    };
    if decision.not_agreed.is_none()
        && quoted.choices.len() > 1
        && let Some(view) = quoted.choices.iter().find(is_this_run)
    {
        out.talk(&sheet::this_run(view));
    }
    // Nobody agreed to anything: the rest is not cut out either.
    if decision.not_agreed.is_some() {
        decision.choice = SpendChoice::UsePayg;
    }
    Ok(decision)
}

/// Reading a quote takes time, in which credits may have been used elsewhere.
async fn look_again(
    session: &Session<'_>,
    pictures: &[PictureId],
    options: &OutputOptions,
    decision: &mut Decision,
) -> Result<(), Problem> {
    let (_, refused) = session.fresh_gauge().await?;
    let now = session.app.chosen(pictures, options, &decision.choice).await?;
    let earlier = match (decision.run.payg_from, now.payg_from) {
        (Some(quoted), Some(now)) => now < quoted,
        (None, Some(_)) => true,
        (_, None) => false,
    };
    decision.refused = if earlier { Some(used_elsewhere(&decision.choice)) } else { refused };
    Ok(())
}

fn what(run: &ChosenRun) -> String {
    let all = run.turns.len();
    let taken = run.turns.iter().filter(|turn| **turn != Turn::Beyond).count();
    if taken == all {
        format!("removing {}", words::pictures(all))
    } else {
        format!("removing {taken} of {}", words::pictures(all))
    }
}

/// The choice in words, behind its sum.
fn how(choice: &SpendChoice, run: &ChosenRun) -> String {
    match choice {
        SpendChoice::UsePayg if run.payg == "0" => String::new(),
        SpendChoice::UsePayg => format!(", {} of them pay-as-you-go", run.payg),
        SpendChoice::StopBeforePayg => " and stop before pay-as-you-go".to_owned(),
        SpendChoice::RestOnDevice => " and cut the rest out on this computer".to_owned(),
        SpendChoice::Cap { credits } => format!(", at most {credits}"),
    }
}

/// Why a picture beyond the line is not sent.
pub(crate) fn beyond(choice: &SpendChoice) -> Problem {
    match choice {
        SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice => Problem::new(
            Code::OverAgreed,
            "Not sent: the subscription does not cover it, and pay-as-you-go was not to pay.",
            "--use-payg lets pay-as-you-go pay; --rest-on-device cuts the rest out on this computer, free.",
        ),
        SpendChoice::UsePayg | SpendChoice::Cap { .. } => Problem::new(
            Code::OutOfCredits,
            "Not sent: the credits end before it.",
            "Top up, or wait for the renewal; --rest-on-device cuts the rest out on this computer, free.",
        ),
    }
}

/// The subscription ends earlier than the quote said.
pub(crate) fn used_elsewhere(choice: &SpendChoice) -> Problem {
    let line = match choice {
        SpendChoice::UsePayg | SpendChoice::Cap { .. } => "pay-as-you-go would begin earlier than agreed",
        SpendChoice::StopBeforePayg | SpendChoice::RestOnDevice => "the subscription ends earlier than quoted",
    };
    Problem::new(
        Code::OverAgreed,
        format!("Not sent: {line}, because credits were used elsewhere meanwhile."),
        "Run it again to see the new quote and decide again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(payg: &str, turns: &[Turn]) -> ChosenRun {
        ChosenRun {
            cost: "15".to_owned(),
            payg: payg.to_owned(),
            payg_from: None,
            turns: turns.to_vec(),
            charges: vec![Credits::ONE; turns.len()],
            before_payg: 0,
        }
    }

    #[test]
    fn what_is_agreed_to_is_named_with_its_sum_and_its_line() {
        assert_eq!(what(&run("0", &[Turn::Download, Turn::Download])), "removing 2 pictures");
        assert_eq!(what(&run("0", &[Turn::Download, Turn::Beyond])), "removing 1 of 2 pictures");
        assert_eq!(how(&SpendChoice::UsePayg, &run("0", &[])), "");
        assert_eq!(how(&SpendChoice::UsePayg, &run("5", &[])), ", 5 of them pay-as-you-go");
        assert!(how(&SpendChoice::StopBeforePayg, &run("0", &[])).contains("stop before pay-as-you-go"));
    }
}
