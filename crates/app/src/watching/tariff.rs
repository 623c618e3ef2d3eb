//! What pictures of a watch cost at the account in use. It asks the spender and decides nothing about a budget.

use async_trait::async_trait;
use clearcut_batch::Order;
use clearcut_credits::Credits;
use clearcut_store::WatchRow;
use jiff::{SignedDuration, Timestamp};

use super::queue::{Held, Tariff};
use crate::app::{App, blocking};
use crate::convert;
use crate::intake::Examined;
use crate::orders::Wanted;
use crate::views::OutputOptions;
use crate::words;

/// Where a service does not tell the balance, an account without credits is tried again after this.
const UNTOLD_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The options of a watch; those of a newer Clearcut that this one cannot read are the usual ones.
pub(super) fn options(watch: &WatchRow) -> OutputOptions {
    serde_json::from_str(&watch.options_json).unwrap_or_default()
}

#[async_trait]
impl Tariff for App {
    fn may_spend(&self, watch: &WatchRow) -> Result<(), Held> {
        let desk = self.desk();
        if desk.account.id != watch.account {
            return Err(Held::OtherAccount);
        }
        if desk.ended_at().is_some() {
            return Err(Held::ServiceEnded);
        }
        desk.ready_to_send().map_err(Held::from)
    }

    async fn prices(&self, watch: &WatchRow, pictures: &[Examined]) -> Result<Vec<Option<Credits>>, Held> {
        self.may_spend(watch)?;
        let desk = self.desk();
        let wanted = Wanted::of(&options(watch))?;
        let orders: Vec<Order> =
            pictures.iter().map(|examined| wanted.unnamed(examined.clone(), examined.path.clone())).collect();
        let estimate = blocking(move || desk.spender.estimate(&orders, 0)).await?;
        let estimate = estimate.map_err(|error| words::batch(&error, "the price"))?;
        let price = |item: &clearcut_credits::Item| match (item.oversized, item.already_paid || item.duplicate) {
            (_, true) => Some(Credits::ZERO),
            (true, false) => None,
            (false, false) => Some(item.price),
        };
        Ok(estimate.items.iter().map(price).collect())
    }

    fn has_credits_again(&self, watch: &WatchRow, since: Timestamp) -> bool {
        let desk = self.desk();
        let Ok(reading) = desk.read() else { return false };
        let Ok(price) = desk.spender.price(convert::size(options(watch).size)) else { return false };
        let looked = reading.state.gauge(None).total.observed_at.is_some_and(|at| at > since);
        match reading.state.free().spendable() {
            Some(spendable) => looked && spendable >= price,
            None => desk.now().duration_since(since) >= UNTOLD_FOR,
        }
    }
}
