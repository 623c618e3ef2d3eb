//! The user's own act: before anything is spent, somebody agrees to a named sum, on the terminal or by a flag. What comes
//! out of it is an allowance that the run cannot exceed.

use std::io::BufRead;

use clearcut_app::Credits;
use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{ChoiceView, SpendChoice};

use crate::args::Spend;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::words;

/// What may still be spent in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    left: Credits,
}

impl Allowance {
    /// The quote that was agreed to, or the cap where it is lower.
    pub(crate) fn new(quoted: Credits, cap: Option<Credits>) -> Self {
        Self { left: cap.map_or(quoted, |cap| cap.min(quoted)) }
    }

    /// What is left.
    pub(crate) const fn left(self) -> Credits {
        self.left
    }

    /// Whether a picture at this price may still be sent.
    pub(crate) fn covers(self, price: Credits) -> bool {
        price <= self.left
    }

    /// Takes what was spent, or may have been.
    pub(crate) fn take(&mut self, spent: Credits) {
        self.left = self.left.saturating_sub(spent);
    }

    /// What is said of a picture that is not covered.
    pub(crate) fn refusal(self, price: Credits) -> Problem {
        Problem::new(
            Code::OverAgreed,
            format!(
                "Not sent: it costs {}, and {} of what was agreed to are left.",
                words::credits(&price.to_string()),
                self.left
            ),
            "Run it again with a higher --cap, or with --yes.",
        )
    }
}

/// Gets the user's agreement to spend `cost`, which has just been shown. `what` completes "Removing 3 pictures", `how` "Spend 3
/// credits".
///
/// # Errors
/// When nobody agrees; nothing may be sent then.
pub(crate) async fn agree(
    what: &str,
    how: &str,
    cost: Credits,
    spend: &Spend,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Allowance, Problem> {
    let sum = words::credits(&cost.to_string());
    if cost.is_zero() || spend.yes || spend.max_credits.is_some() {
        return Ok(Allowance::new(cost, spend.max_credits));
    }
    if !out.interactive {
        return Err(Problem::new(
            Code::OverAgreed,
            format!("Nothing was sent: {what} would cost {sum}{how}, and nobody is here to agree to that."),
            "Add --yes to agree to the quote, or --max-credits N to spend at most N.",
        ));
    }
    let yes = confirmed(&format!("Spend {sum}{how}? [y/N]"), out, interrupt).await;
    if yes { Ok(Allowance::new(cost, None)) } else { Err(not_agreed()) }
}

/// Lets the user choose among the ways of a quote that crosses a line. Answers with the choice, whose sum was named.
///
/// # Errors
/// When none is chosen; nothing may be sent then.
pub(crate) async fn choose(ways: &[ChoiceView], out: &Out, interrupt: &Interrupt) -> Result<SpendChoice, Problem> {
    let answer = ask(&question(ways), out, interrupt).await;
    chosen(&answer, ways).ok_or_else(not_agreed)
}

/// "[y] spend 15 credits, 5 of them pay-as-you-go / [s] …".
fn question(ways: &[ChoiceView]) -> String {
    let way = |view: &ChoiceView| {
        let sum = words::credits(&view.cost);
        let payg = if view.payg == "0" { String::new() } else { format!(", {} of them pay-as-you-go", view.payg) };
        match view.choice {
            SpendChoice::UsePayg => Some(format!("  [y] spend {sum}{payg}")),
            SpendChoice::StopBeforePayg => Some(format!("  [s] stop before pay-as-you-go: spend {sum}")),
            SpendChoice::RestOnDevice => Some(format!(
                "  [d] spend {sum} and cut {} out on this computer, free",
                words::pictures(view.on_device)
            )),
            SpendChoice::Cap { .. } => None,
        }
    };
    let lines: Vec<String> = ways.iter().filter_map(way).collect();
    format!("{}\n  [n] spend nothing\nWhich? [y/s/d/N]", lines.join("\n"))
}

fn chosen(answer: &str, ways: &[ChoiceView]) -> Option<SpendChoice> {
    let wanted = match answer {
        "y" | "yes" => SpendChoice::UsePayg,
        "s" => SpendChoice::StopBeforePayg,
        "d" => SpendChoice::RestOnDevice,
        _ => return None,
    };
    ways.iter().any(|way| way.choice == wanted).then_some(wanted)
}

fn not_agreed() -> Problem {
    Problem::new(Code::OverAgreed, "Nothing was sent: the quote was not agreed to.", "")
}

/// Whether the user says yes to a question; stopping says no.
pub(crate) async fn confirmed(question: &str, out: &Out, interrupt: &Interrupt) -> bool {
    matches!(ask(question, out, interrupt).await.as_str(), "y" | "yes")
}

/// Asks, and answers with what was typed, in small letters; with nothing where the user wants to stop.
async fn ask(question: &str, out: &Out, interrupt: &Interrupt) -> String {
    out.ask(question);
    let answer = tokio::select! {
        answer = tokio::task::spawn_blocking(read_answer) => answer.unwrap_or_default(),
        () = interrupt.stopped() => String::new(),
    };
    answer.trim().to_lowercase()
}

fn read_answer() -> String {
    let mut answer = String::new();
    match std::io::stdin().lock().read_line(&mut answer) {
        Ok(_) => answer,
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credits(text: &str) -> Credits {
        text.parse().unwrap()
    }

    #[test]
    fn the_lower_of_quote_and_cap_holds() {
        assert_eq!(Allowance::new(credits("3"), Some(credits("1.5"))).left(), credits("1.5"));
        assert_eq!(Allowance::new(credits("3"), Some(credits("10"))).left(), credits("3"));
        assert_eq!(Allowance::new(credits("3"), None).left(), credits("3"));
    }

    fn way(choice: SpendChoice, cost: &str, payg: &str) -> ChoiceView {
        ChoiceView {
            choice,
            downloads: 10,
            charged: 10,
            cost: cost.to_owned(),
            payg: payg.to_owned(),
            on_device: 20,
            left_out: 0,
            left_after: None,
        }
    }

    #[test]
    fn the_question_names_each_sum_and_only_a_named_way_is_taken() {
        let ways = [way(SpendChoice::UsePayg, "15", "5"), way(SpendChoice::RestOnDevice, "10", "0")];
        let asked = question(&ways);
        assert!(asked.contains("[y] spend 15 credits, 5 of them pay-as-you-go"), "{asked}");
        assert!(asked.contains("[d] spend 10 credits and cut 20 pictures out"), "{asked}");
        assert_eq!(chosen("d", &ways), Some(SpendChoice::RestOnDevice));
        assert_eq!((chosen("s", &ways), chosen("", &ways), chosen("n", &ways)), (None, None, None));
    }

    #[test]
    fn a_cap_holds_to_the_credit() {
        let mut allowance = Allowance::new(credits("5"), Some(credits("2.25")));
        let mut sent = 0;
        while allowance.covers(Credits::ONE) {
            allowance.take(Credits::ONE);
            sent += 1;
        }
        assert_eq!((sent, allowance.left()), (2, credits("0.25")));
    }
}
