//! `clearcut quote`: what pictures would cost, from which pocket, and how far the credits reach.

use std::fmt::Write;

use clearcut_app::Credits;
use clearcut_app::problem::Problem;
use clearcut_app::views::{GaugeView, PictureId, QuoteView};
use console::Style;

use crate::args;
use crate::exit::Exit;
use crate::inputs;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::Session;
use crate::words;

/// Runs the command.
pub(crate) async fn quote(
    asked: args::Quote,
    service: Option<String>,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(service, out, interrupt).await?;
    let quoted = Box::pin(quote_all(asked, &session)).await;
    session.close().await;
    quoted
}

async fn quote_all(asked: args::Quote, session: &Session<'_>) -> Result<Exit, Problem> {
    let options = asked.look.options();
    let inputs = inputs::examine(&session.app, asked.files, session.interrupt).await;
    let mut pictures: Vec<PictureId> = Vec::with_capacity(inputs.len());
    for input in &inputs {
        match &input.picture {
            Ok(picture) => pictures.push(picture.id),
            Err(problem) => session.out.file_problem(&input.name(), problem),
        }
    }
    let (gauge, _) = session.fresh_gauge().await?;
    if let Some(problem) = &gauge.problem {
        session.out.problem(problem);
    }
    let unreadable = inputs.len() - pictures.len();
    let quoted = session.app.quote_with_unreadable(pictures, options, None, unreadable).await?;
    if asked.json {
        session.out.json(&quoted);
    } else {
        session.out.line(&table(&quoted, &gauge, session.out));
    }
    Ok(if session.interrupt.asked() {
        Exit::Cancelled
    } else if quoted.unreadable == quoted.pictures {
        Exit::SomeFailed
    } else {
        Exit::Done
    })
}

/// The quote as a small table by pocket, with what would not be charged and how far the credits reach.
pub(crate) fn table(quoted: &QuoteView, gauge: &GaugeView, out: &Out) -> String {
    let rule = if out.drawings { "─" } else { "-" };
    let bold = Style::new().bold();
    let mut text = format!(
        "{}: {}\n",
        if quoted.pictures == quoted.charged {
            words::pictures(quoted.pictures)
        } else {
            format!("{}, {} to be charged", words::pictures(quoted.pictures), quoted.charged)
        },
        bold.apply_to(words::credits(&quoted.cost)),
    );
    let pockets = [
        ("from the subscription", &quoted.subscription, &gauge.subscription.amount),
        ("from rollover", &quoted.rollover, &gauge.rollover.amount),
        ("from pay-as-you-go", &quoted.payg, &gauge.payg.amount),
    ];
    for (name, taken, there) in pockets.into_iter().filter(|(_, taken, _)| *taken != "0") {
        let of = there.as_deref().map_or_else(String::new, |there| format!("  of {there}"));
        row(&mut text, name, taken, &of);
    }
    if let Some(left) = left_after(quoted, gauge).filter(|_| quoted.charged > 0) {
        row(&mut text, "", &rule.repeat(8), "");
        row(&mut text, "left afterwards", &left.to_string(), "");
    }
    for sentence in sentences(quoted) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {sentence}");
    }
    text.truncate(text.trim_end().len());
    text
}

fn row(text: &mut String, name: &str, amount: &str, remark: &str) {
    let _ = writeln!(text, "  {name:<24}{amount:>8}{remark}");
}

/// The total less the cost, where the total is known and covers it.
fn left_after(quoted: &QuoteView, gauge: &GaugeView) -> Option<Credits> {
    let total: Credits = gauge.total.amount.as_deref()?.parse().ok()?;
    let left = total.checked_sub(quoted.cost.parse().ok()?)?;
    (quoted.ends_at.is_none() && !left.is_negative()).then_some(left)
}

fn sentences(quoted: &QuoteView) -> Vec<String> {
    let are = |count: usize| if count == 1 { "is" } else { "are" };
    let mut said = Vec::new();
    if quoted.already_paid > 0 {
        said.push(format!(
            "{} {} paid already: free again.",
            words::pictures(quoted.already_paid),
            are(quoted.already_paid)
        ));
    }
    if quoted.duplicates > 0 {
        said.push(format!(
            "{} {} the same as an earlier one: paid once.",
            words::pictures(quoted.duplicates),
            are(quoted.duplicates)
        ));
    }
    if quoted.unreadable > 0 {
        let files = if quoted.unreadable == 1 { "1 file".to_owned() } else { format!("{} files", quoted.unreadable) };
        said.push(format!("{files} cannot be taken and will not be charged."));
    }
    if let Some(first) = quoted.payg_from {
        said.push(format!("Pay-as-you-go begins at picture {first}."));
    }
    match quoted.ends_at {
        Some(0) => said.push("The credits do not reach for any of them.".to_owned()),
        Some(last) => said.push(format!("The credits reach as far as picture {last}; the rest would be refused.")),
        None => {}
    }
    said
}

#[cfg(test)]
mod tests {
    use clearcut_app::views::{FigureView, SourceView};

    use super::*;

    fn figure(amount: Option<&str>) -> FigureView {
        FigureView { amount: amount.map(str::to_owned), source: SourceView::Measured, age_s: Some(1) }
    }

    fn gauge(subscription: Option<&str>, payg: Option<&str>, total: Option<&str>) -> GaugeView {
        GaugeView {
            subscription: figure(subscription),
            rollover: figure(None),
            payg: figure(payg),
            enterprise: figure(None),
            free_previews: figure(None),
            reserved: figure(Some("0")),
            total: figure(total),
            observed_at: None,
            stale: false,
            problem: None,
            ..GaugeView::default()
        }
    }

    fn quoted() -> QuoteView {
        QuoteView {
            pictures: 12,
            charged: 12,
            cost: "12".to_owned(),
            subscription: "10".to_owned(),
            rollover: "0".to_owned(),
            payg: "2".to_owned(),
            payg_from: Some(11),
            ends_at: None,
            already_paid: 0,
            duplicates: 0,
            unreadable: 0,
            ..QuoteView::default()
        }
    }

    const PLAIN: Out = Out { interactive: false, drawings: true, width: 80 };

    #[test]
    fn the_table_names_each_pocket_and_what_is_left() {
        console::set_colors_enabled(false);
        let text = table(&quoted(), &gauge(Some("10"), Some("5"), Some("15")), &PLAIN);
        assert_eq!(
            text,
            "12 pictures: 12 credits\n  from the subscription         10  of 10\n  from pay-as-you-go             2  of 5\n                          ────────\n  left afterwards                3\n  Pay-as-you-go begins at picture 11."
        );
    }

    #[test]
    fn credits_that_do_not_reach_leave_nothing_to_be_named() {
        let quoted = QuoteView { ends_at: Some(15), ..quoted() };
        let text = table(&quoted, &gauge(Some("10"), Some("5"), Some("15")), &PLAIN);
        assert!(text.contains("as far as picture 15") && !text.contains("left afterwards"), "{text}");
    }

    #[test]
    fn an_unknown_balance_is_not_called_zero() {
        let text = table(&quoted(), &gauge(None, None, None), &PLAIN);
        assert!(!text.contains("left afterwards") && !text.contains(" of "), "{text}");
    }

    #[test]
    fn what_is_not_charged_is_said() {
        let quoted = QuoteView { pictures: 5, charged: 1, already_paid: 1, duplicates: 2, unreadable: 1, ..quoted() };
        let text = table(&quoted, &gauge(None, None, None), &PLAIN);
        assert!(text.starts_with("5 pictures, 1 to be charged: "), "{text}");
        for sentence in ["1 picture is paid already", "2 pictures are the same", "1 file cannot be taken"] {
            assert!(text.contains(sentence), "{sentence}: {text}");
        }
    }
}
