//! What a list of orders takes: credits by pocket, bytes up, room on the drive, and the time that the service's rate limit makes
//! it last. Pure arithmetic over what was probed; it refuses to know how fast the line is.

use std::collections::BTreeMap;

use clearcut_credits::{Choice, Chosen, Credits, Item, Purse, Quote, choose, quote};
use clearcut_imaging::{CopyPlan, OutputFormat, Probe, Taken, copy_bytes};
use clearcut_service::Profile;

use crate::{Order, ask};

/// A list of orders, worked out.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// What can be spent.
    pub purse: Purse,
    /// One item for each order, then the unreadable files.
    pub items: Vec<Item>,
    /// The quote for all of them.
    pub quote: Quote,
    /// What each order takes.
    parts: Vec<Part>,
    /// Who the picture is and why it is sent as a copy, for each order that is.
    copies: Vec<Option<(Probe, CopyPlan)>>,
    taken: Taken,
    megapixels_a_minute: Option<u32>,
}

/// Bytes that an order takes on drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Takes {
    /// At most, where the result is saved.
    pub most: u64,
    /// Usually, where the result is saved: a byte a pixel, a third of it without transparency.
    pub usual: u64,
    /// Usually, in the vault: nothing where nothing is sent.
    pub kept: u64,
}

/// Pictures that are sent as copies, counted by reason; one may have several.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copies {
    /// Of formats that the service does not take.
    pub formats: BTreeMap<String, usize>,
    /// With several pages or frames, of which the first (the main one) is sent.
    pub first_of_several: usize,
    /// With more bytes than the service takes.
    pub bytes: usize,
    /// With more pixels than the service takes: sent and saved smaller.
    pub shrunk: usize,
    /// The most bytes that the service takes, where it is known.
    pub max_bytes: Option<u64>,
    /// The most pixels that the service takes, where it is known.
    pub max_pixels: Option<u64>,
}

/// What one order takes.
#[derive(Debug, Clone, Copy)]
struct Part {
    bytes_up: u64,
    room_bytes: u64,
    usual_bytes: u64,
    kept_bytes: u64,
    megapixels: u64,
}

impl Estimate {
    pub(crate) fn new(profile: &Profile, orders: &[Order], items: Vec<Item>, purse: Purse) -> Self {
        let taken = ask::taken(profile);
        let copy = |order: &Order| Some((order.probe, ask::sending(profile, &order.probe).ok()??));
        let part = |order: &Order| {
            let (width, height) = ask::expected_size(profile, &order.probe, order.size);
            let pixels = u64::from(width) * u64::from(height);
            Part {
                bytes_up: copy(order).map_or(order.probe.size_bytes, |(probe, plan)| copy_bytes(&probe, &plan, &taken)),
                room_bytes: ask::room_bytes((width, height)),
                usual_bytes: match order.format {
                    OutputFormat::Png | OutputFormat::WebP => pixels,
                    OutputFormat::Jpg | OutputFormat::Zip => pixels / 3,
                },
                kept_bytes: pixels / 4,
                megapixels: metered(&order.probe),
            }
        };
        Self {
            purse,
            quote: quote(&purse, &items),
            items,
            parts: orders.iter().map(part).collect(),
            copies: orders.iter().map(copy).collect(),
            taken,
            megapixels_a_minute: profile.limits.megapixels_a_minute,
        }
    }

    /// What a choice comes to.
    #[must_use]
    pub fn choose(&self, choice: Choice) -> Chosen {
        choose(&self.purse, &self.items, choice)
    }

    /// The first picture, counted from 1, with which something becomes true of the quote that stays true for every longer list;
    /// the last one where it never does.
    #[must_use]
    pub fn first_where(&self, is_true: impl Fn(&Quote) -> bool) -> usize {
        let (mut short, mut long) = (0, self.items.len());
        while long - short > 1 {
            let middle = short + (long - short) / 2;
            let holds = self.items.get(..middle).is_some_and(|items| is_true(&quote(&self.purse, items)));
            if holds { long = middle } else { short = middle }
        }
        long
    }

    /// Bytes to send.
    #[must_use]
    pub fn bytes_up(&self) -> u64 {
        self.sent().map(|part| part.bytes_up).sum()
    }

    /// Which pictures are sent as copies, and why.
    #[must_use]
    pub fn copies(&self) -> Copies {
        let Taken { max_bytes, max_pixels } = self.taken;
        let mut copies = Copies { max_bytes, max_pixels, ..Copies::default() };
        let sent = self.items.iter().zip(&self.copies).filter(|(item, _)| item.is_sent());
        for (probe, plan) in sent.filter_map(|(_, copy)| copy.as_ref()) {
            let CopyPlan { format, first_of_several, bytes, shrunk_to } = plan;
            if *format {
                *copies.formats.entry(probe.format.to_string()).or_default() += 1;
            }
            copies.first_of_several += usize::from(*first_of_several || *format && probe.pictures > 1);
            copies.bytes += usize::from(*bytes);
            copies.shrunk += usize::from(shrunk_to.is_some());
        }
        copies
    }

    /// What each order takes on drives, in the order asked.
    pub fn takes(&self) -> impl Iterator<Item = Takes> {
        self.items.iter().zip(&self.parts).map(|(item, part)| {
            if !item.readable || item.oversized {
                return Takes::default();
            }
            let kept = if item.already_paid || item.duplicate { 0 } else { part.kept_bytes };
            Takes { most: part.room_bytes, usual: part.usual_bytes, kept }
        })
    }

    /// Seconds that the rate limit makes it last at least: a minute's megapixels go at once, the rest at the limit's pace. `None`
    /// where no limit is known.
    #[must_use]
    pub fn at_least_s(&self) -> Option<u64> {
        let a_minute = u64::from(self.megapixels_a_minute.filter(|limit| *limit > 0)?);
        let waiting = self.sent().map(|part| part.megapixels).sum::<u64>().saturating_sub(a_minute);
        Some((waiting * 60).div_ceil(a_minute))
    }

    fn sent(&self) -> impl Iterator<Item = &Part> {
        self.items.iter().zip(&self.parts).filter(|(item, _)| item.is_sent()).map(|(_, part)| part)
    }
}

/// What was agreed to for a list whose pictures belong to several batches, as it falls to them one after the other. Together they
/// never get more than was agreed to.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// Credits that no batch has got yet.
    left: Credits,
    /// Pictures without PAYG that no batch has got yet.
    before_payg: usize,
}

impl Shares {
    /// At most so many credits, and so many pictures quoted as paid without PAYG.
    #[must_use]
    pub fn of(agreed: Credits, before_payg: usize) -> Self {
        Self { left: agreed, before_payg }
    }

    /// The share of the batch that these pictures belong to: credits, and pictures without PAYG.
    pub fn next<'a>(&mut self, items: impl IntoIterator<Item = &'a Item>) -> (Credits, usize) {
        let prices: Vec<Credits> = items.into_iter().filter(|item| item.is_sent()).map(|item| item.price).collect();
        let cost: Credits = prices.iter().copied().sum();
        let share = (cost.min(self.left), self.before_payg.min(prices.len()));
        self.left = self.left.less(share.0);
        self.before_payg -= share.1;
        share
    }
}

/// What the rate limit counts a picture as: its megapixels, begun ones whole, at least one.
pub(crate) fn metered(probe: &Probe) -> u64 {
    (u64::from(probe.width) * u64::from(probe.height)).div_ceil(1_000_000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Going on with what waits once gave each batch the price of all its pictures: more than the sum on the button where the credits
    /// did not reach for all of them.
    #[test]
    fn batches_together_get_no_more_than_was_agreed_to() {
        let items = [Item::download(Credits::ONE); 5];
        let mut shares = Shares::of(Credits::whole(3), 2);
        assert_eq!(shares.next(&items[..1]), (Credits::ONE, 1));
        assert_eq!(shares.next(&items[1..4]), (Credits::whole(2), 1));
        assert_eq!(shares.next(&items[4..]), (Credits::ZERO, 0));
    }

    #[test]
    fn what_is_not_sent_has_no_share() {
        let one = Item::download(Credits::ONE);
        let free = [
            Item { already_paid: true, ..one },
            Item { duplicate: true, ..one },
            Item { readable: false, ..one },
            Item { oversized: true, ..one },
        ];
        let mut shares = Shares::of(Credits::whole(9), 9);
        assert_eq!(shares.next(&free), (Credits::ZERO, 0));
        assert_eq!(shares.next(&[one]), (Credits::ONE, 1));
    }
}
