//! What the user can decide about a list of pictures that crosses a line, and what each decision comes to.
//!
//! A choice takes pictures in their order and leaves out those beyond its line; what is free anyway is always taken. The sums
//! are those of the quote for just the pictures taken, so that a choice cannot promise what the quote does not.

use crate::quote::Tally;
use crate::{Credits, Item, Purse, Quote, SpendLimit};

/// Where to stop paying.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Choice {
    /// As far as all credits reach, PAYG included.
    UsePayg,
    /// Before the first picture that would draw PAYG.
    StopBeforePayg,
    /// Before the picture that would pass so many credits.
    Cap(Credits),
}

/// What a choice comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chosen {
    /// For each picture on the list: is it downloaded? What is unreadable or oversized never is.
    pub taken: Vec<bool>,
    /// The quote for those.
    pub quote: Quote,
}

/// Applies `choice` to the list.
#[must_use]
pub fn choose(purse: &Purse, items: &[Item], choice: Choice) -> Chosen {
    let mut tally = Tally::new(*purse);
    let mut full = false;
    let mut take = |item: &Item| {
        if !item.readable || item.oversized && !item.already_paid {
            return false;
        }
        let paid_here = !item.already_paid && !item.duplicate;
        full |= paid_here && !fits(&tally, item, choice);
        // Beyond the line a duplicate may be the twin of a picture that is left out: it would be charged.
        if full && !item.already_paid {
            return false;
        }
        tally.add(item);
        true
    };
    let taken = items.iter().map(&mut take).collect();
    Chosen { taken, quote: tally.finish() }
}

/// May this picture be paid under `choice`, after those taken so far? Asked of the limit that every reservation is asked of,
/// with the price that is reserved: a free preview sets its price aside as well.
fn fits(tally: &Tally, item: &Item, choice: Choice) -> bool {
    let limit = match choice {
        Choice::UsePayg => SpendLimit::NONE,
        Choice::StopBeforePayg => SpendLimit { stop_before_payg: true, ..SpendLimit::NONE },
        Choice::Cap(cap) => SpendLimit::cap(cap),
    };
    tally.reaches(tally.charge_of(item)) && limit.check(&tally.purse().pockets, tally.cost(), item.price).is_ok()
}
