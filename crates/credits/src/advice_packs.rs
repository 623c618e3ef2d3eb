//! The cheapest way to buy pay-as-you-go credits in packs.
//!
//! Packs are bought whole, so that the cheapest way to a hundred credits may be one of two hundred. It refuses to know
//! what the credits are for, and how long they keep.

use std::cmp::Reverse;

use crate::{Credits, Money};

/// Up to so many credits at once the cheapest packs are found exactly; of more, the bulk is bought in the pack that is
/// cheapest a credit.
const EXACT: usize = 10_000;
/// Millionths in one credit.
const MICROS: i64 = 1_000_000;

/// Pay-as-you-go credits as they are sold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pack {
    /// How many credits; parts of a credit are not counted on.
    pub credits: Credits,
    /// What they cost together.
    pub price: Money,
}

/// Some packs together.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Purchase {
    pub(crate) credits: Credits,
    pub(crate) price: Money,
}

/// A pack with its size in whole credits.
#[derive(Clone, Copy)]
struct Sized {
    size: usize,
    bought: Purchase,
}

/// The packs on sale and the cheapest of them for every number of credits wanted.
pub(crate) struct Shelf {
    /// The cheapest a credit; `None` where nothing is sold.
    bulk: Option<Sized>,
    /// By whole credits wanted, from none on.
    cheapest: Vec<Purchase>,
}

impl Purchase {
    fn plus(self, other: Self) -> Self {
        Self { credits: self.credits.saturating_add(other.credits), price: self.price.saturating_add(other.price) }
    }

    fn times(self, count: usize) -> Self {
        let times = |micros: i64| micros.saturating_mul(i64::try_from(count).unwrap_or(i64::MAX));
        Self {
            credits: Credits::from_micros(times(self.credits.micros())),
            price: Money::from_micros(times(self.price.micros())),
        }
    }
}

impl Shelf {
    /// The shelf of `packs`, for purchases of `most` credits at once. Packs of less than a credit or with a price
    /// below nothing are not on it.
    pub(crate) fn new(packs: &[Pack], most: Credits) -> Self {
        let packs: Vec<Sized> = packs.iter().filter_map(sized).collect();
        let dearness = |pack: &Sized, per: &Sized| i128::from(pack.bought.price.micros()) * per.size as i128;
        let bulk = packs.iter().copied().min_by(|a, b| dearness(a, b).cmp(&dearness(b, a)));
        let mut cheapest = vec![Purchase::default()];
        if !packs.is_empty() {
            // One more pack on top of the cheapest way to what it does not bring; at one price, more credits.
            for wanted in 1..=whole_up(most).min(EXACT) {
                let with = |pack: &Sized| cheapest[wanted.saturating_sub(pack.size)].plus(pack.bought);
                let best = packs.iter().map(with).min_by_key(|bought| (bought.price, Reverse(bought.credits)));
                cheapest.extend(best);
            }
        }
        Self { bulk, cheapest }
    }

    /// The cheapest packs that hold `wanted` credits together; `None` where nothing is sold.
    pub(crate) fn buy(&self, wanted: Credits) -> Option<Purchase> {
        let wanted = whole_up(wanted);
        let exact = self.cheapest.len() - 1;
        if wanted <= exact {
            return self.cheapest.get(wanted).copied();
        }
        let bulk = self.bulk?;
        let packs = (wanted - exact).div_ceil(bulk.size);
        let rest = self.cheapest.get(wanted.saturating_sub(packs.saturating_mul(bulk.size)))?;
        Some(rest.plus(bulk.bought.times(packs)))
    }
}

fn sized(pack: &Pack) -> Option<Sized> {
    let whole = pack.credits.micros() / MICROS;
    let size = usize::try_from(whole).ok().filter(|size| *size > 0 && !pack.price.is_negative())?;
    Some(Sized { size, bought: Purchase { credits: Credits::whole(whole), price: pack.price } })
}

/// The whole credits that hold `amount`.
fn whole_up(amount: Credits) -> usize {
    let micros = amount.micros().max(0);
    usize::try_from(micros / MICROS + i64::from(micros % MICROS != 0)).unwrap_or(usize::MAX)
}
