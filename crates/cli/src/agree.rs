//! The user's own act: before anything is spent, somebody agrees to a named sum, on the terminal or by a flag. What comes
//! out of it is an allowance that the run cannot exceed.

use std::io::BufRead;

use clearcut_app::Credits;
use clearcut_app::problem::{Code, Problem};

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
            "Run it again with a higher --max-credits, or with --yes.",
        )
    }
}

/// Gets the user's agreement to spend `cost`, which has just been shown. `what` completes "Removing 3 pictures".
///
/// # Errors
/// When nobody agrees; nothing may be sent then.
pub(crate) async fn agree(
    what: &str,
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
            format!("Nothing was sent: {what} would cost {sum}, and nobody is here to agree to that."),
            "Add --yes to agree to the quote, or --max-credits N to spend at most N.",
        ));
    }
    out.ask(&format!("Spend {sum}? [y/N]"));
    let answer = tokio::select! {
        answer = tokio::task::spawn_blocking(read_answer) => answer.unwrap_or_default(),
        () = interrupt.stopped() => String::new(),
    };
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        Ok(Allowance::new(cost, None))
    } else {
        Err(Problem::new(Code::OverAgreed, "Nothing was sent: the quote was not agreed to.", ""))
    }
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
