//! What is to become of each picture, decided before the first is sent: by the choice, by what was agreed to, and by what stands in
//! the way of anything that costs.

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::SpendChoice;
use clearcut_app::{Credits, Turn};

use crate::decision::{self, Decision};
use crate::inputs;

/// What is to become of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Fetched, for this charge.
    Fetch {
        /// Nothing where it is paid already.
        charge: Credits,
    },
    /// Cut out on this computer.
    Here,
    /// Not sent.
    Not(Problem),
}

impl Fate {
    /// What it costs.
    pub(crate) fn charge(&self) -> Credits {
        match self {
            Self::Fetch { charge } => *charge,
            Self::Here | Self::Not(_) => Credits::ZERO,
        }
    }
}

/// The fates of the pictures that were asked about, in their order.
pub(crate) fn of(decision: &Decision, stopped: bool) -> Vec<Fate> {
    let Decision { choice, run, allowance, not_agreed: _, refused } = decision;
    let mut allowance = *allowance;
    let capped = run.cost.parse().is_ok_and(|cost: Credits| allowance.left() < cost);
    let here = |problem: Problem| if is_for_this_computer(choice, &problem) { Fate::Here } else { Fate::Not(problem) };
    let each = run.turns.iter().zip(&run.charges).map(|(turn, charge)| {
        let charge = *charge;
        if stopped {
            return Fate::Not(inputs::stopped());
        }
        if *turn == Turn::Oversized && *choice == SpendChoice::RestOnDevice && refused.is_none() {
            return here(decision::beyond(choice));
        }
        if charge.is_zero() {
            return Fate::Fetch { charge };
        }
        if let Some(refused) = refused {
            return here(refused.clone());
        }
        let over = !allowance.covers(charge);
        if *turn == Turn::Beyond && !(over && capped) {
            return here(decision::beyond(choice));
        }
        if over {
            return here(allowance.refusal(charge));
        }
        allowance.take(charge);
        Fate::Fetch { charge }
    });
    each.collect()
}

/// Whether a picture that is not sent for this reason is the rest that the user wants cut out here. The reason that nobody agreed, or
/// that something is wrong with the service, is none.
pub(crate) fn is_for_this_computer(choice: &SpendChoice, reason: &Problem) -> bool {
    *choice == SpendChoice::RestOnDevice && matches!(reason.code, Code::OverAgreed | Code::OutOfCredits)
}
