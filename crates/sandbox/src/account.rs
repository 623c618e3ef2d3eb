//! The practice account: a fold over the events in its journal, from plan and balances to cycle and charges.
//! Pure: time comes in with each record, nothing is read or written here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
pub use crate::cycle::Cycle;
pub use crate::event::{Charge, Closing, Event, Item, Record};

/// How many months of credits an account can carry over at a renewal, until its plan is changed.
const ROLLOVER_MONTHS: u32 = 5;

/// What is in each pocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Balances {
    /// Subscription credits, carried ones included: the service reports one number.
    pub subscription: Amount,
    /// Pay-as-you-go credits.
    pub payg: Amount,
    /// Enterprise credits.
    pub enterprise: Amount,
    /// Free previews left this month.
    pub free_previews: u32,
}

impl Balances {
    /// All credits together; free previews are not credits.
    #[must_use]
    pub const fn total(&self) -> Amount {
        self.subscription.plus(self.payg).plus(self.enterprise)
    }
}

/// What a month brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Credits a month.
    pub monthly: Amount,
    /// Free previews a month.
    pub free_previews: u32,
}

/// A charge that the credits do not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{asked} asked, {left} left")]
pub struct Short {
    /// What it would have cost.
    pub asked: Amount,
    /// Credits left, all pockets.
    pub left: Amount,
}

/// The account after some records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What a month brings.
    pub plan: Plan,
    /// What is in each pocket.
    pub balances: Balances,
    /// The running month.
    pub cycle: Cycle,
    /// Drawn from the subscription since the running month began.
    pub used_this_month: Amount,
    /// How many months of credits a renewal carries over.
    pub rollover_months: u32,
    /// Seconds by which the account's clock is ahead of the computer's.
    pub ahead_s: i64,
    /// How it answers, where the service has ended.
    pub closed: Option<Closing>,
    /// Credits charged for removals since it was opened.
    pub charged: Amount,
    /// Credits that another installation was charged since.
    pub used_elsewhere: Amount,
    /// Every charge with its time, oldest first.
    pub charges: Vec<(Timestamp, Charge)>,
    /// The time of the last record.
    pub last_at: Timestamp,
}

impl Account {
    /// An account in which nothing has happened, whose first month begins at `at`.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self {
            plan: Plan::default(),
            balances: Balances::default(),
            cycle: Cycle::from(at),
            used_this_month: Amount::ZERO,
            rollover_months: ROLLOVER_MONTHS,
            ahead_s: 0,
            closed: None,
            charged: Amount::ZERO,
            used_elsewhere: Amount::ZERO,
            charges: Vec::new(),
            last_at: at,
        }
    }

    /// What `item` would be charged now, drawn from the subscription first, then pay-as-you-go, then
    /// enterprise; `price` replaces the usual one (a rule of misbehaviour).
    ///
    /// # Errors
    /// [`Short`] where the credits do not reach; nothing is drawn then.
    pub fn draw(&self, item: Item, price: Option<Amount>, request_id: &str) -> Result<Charge, Short> {
        let free_preview = item == Item::Preview && price.is_none() && self.balances.free_previews > 0;
        let usual = match item {
            Item::Preview if free_preview => Amount::ZERO,
            Item::Preview => Amount::PREVIEW,
            Item::Picture => Amount::PICTURE,
        };
        let amount = price.unwrap_or(usual);
        let left = self.balances.total();
        if amount > left {
            return Err(Short { asked: amount, left });
        }
        let subscription = amount.min(self.balances.subscription);
        let payg = amount.minus(subscription).min(self.balances.payg);
        let enterprise = amount.minus(subscription).minus(payg);
        Ok(Charge { request_id: request_id.to_owned(), item, amount, subscription, payg, enterprise, free_preview })
    }

    /// What of the subscription was carried over: all that is more than this month's credits can be. This month's are
    /// drawn before it.
    #[must_use]
    pub fn rollover(&self) -> Amount {
        self.balances.subscription.minus(self.plan.monthly.minus(self.used_this_month))
    }

    /// Another installation's charge of `amount`, drawn in the usual order; as much of it as the credits reach for.
    #[must_use]
    pub fn elsewhere(&self, amount: Amount) -> Event {
        let Balances { subscription, payg, enterprise, free_previews: _ } = self.balances;
        let subscription = amount.min(subscription);
        let payg = amount.minus(subscription).min(payg);
        let enterprise = amount.minus(subscription).minus(payg).min(enterprise);
        Event::UsedElsewhere { subscription, payg, enterprise }
    }

    /// Takes one record into the account.
    pub fn apply(&mut self, record: &Record) {
        self.last_at = record.at;
        match &record.event {
            Event::Opened { plan, balances } => {
                *self = Self { plan: *plan, balances: *balances, ..Self::new(record.at) };
            }
            Event::Charged(charge) => {
                self.take(charge.subscription, charge.payg, charge.enterprise);
                let free_previews = &mut self.balances.free_previews;
                *free_previews = free_previews.saturating_sub(u32::from(charge.free_preview));
                self.charged = self.charged.plus(charge.amount);
                self.charges.push((record.at, charge.clone()));
            }
            Event::UsedElsewhere { subscription, payg, enterprise } => {
                self.take(*subscription, *payg, *enterprise);
                self.used_elsewhere = self.used_elsewhere.plus(*subscription).plus(*payg).plus(*enterprise);
            }
            Event::Set { plan, balances } => (self.plan, self.balances) = (*plan, *balances),
            Event::ToppedUp { payg } => self.balances.payg = self.balances.payg.plus(*payg),
            Event::PlanChanged { monthly, cycle } => {
                let of_this_month = self.balances.subscription.minus(self.rollover());
                self.rollover_months = 0;
                self.plan.monthly = *monthly;
                self.begin(*cycle, of_this_month.plus(*monthly));
            }
            Event::Renewed { cycle } => {
                let most = self.plan.monthly.times(i64::from(self.rollover_months));
                let carried = self.balances.subscription.min(most);
                self.begin(*cycle, carried.plus(self.plan.monthly));
            }
            Event::RenewalFailed { cycle } => self.begin(*cycle, Amount::ZERO),
            Event::Advanced { seconds } => self.ahead_s = self.ahead_s.saturating_add(*seconds),
            Event::Closed { how } => self.closed = *how,
        }
    }

    /// Takes credits out of the pockets.
    fn take(&mut self, subscription: Amount, payg: Amount, enterprise: Amount) {
        let pockets = &mut self.balances;
        pockets.subscription = pockets.subscription.minus(subscription);
        pockets.payg = pockets.payg.minus(payg);
        pockets.enterprise = pockets.enterprise.minus(enterprise);
        self.used_this_month = self.used_this_month.plus(subscription);
    }

    /// A month begins with so many subscription credits.
    fn begin(&mut self, cycle: Cycle, subscription: Amount) {
        self.cycle = cycle;
        self.used_this_month = Amount::ZERO;
        self.balances.subscription = subscription;
        self.balances.free_previews = self.plan.free_previews;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot read its own table should stop")]

    use rstest::rstest;

    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    fn account(subscription: &str, payg: &str, enterprise: &str, free_previews: u32) -> Account {
        let at = "2026-01-31T12:00:00Z".parse().unwrap();
        let balances = Balances {
            subscription: amount(subscription),
            payg: amount(payg),
            enterprise: amount(enterprise),
            free_previews,
        };
        let plan = Plan { monthly: amount("40"), free_previews: 50 };
        let mut account = Account::new(at);
        account.apply(&Record { at, event: Event::Opened { plan, balances } });
        account
    }

    #[rstest]
    #[case::subscription_first(Item::Picture, "40", "10", "5", ["1", "1", "0", "0"])]
    #[case::across_two_pockets(Item::Picture, "0.75", "10", "5", ["1", "0.75", "0.25", "0"])]
    #[case::enterprise_last(Item::Picture, "0.5", "0.25", "5", ["1", "0.5", "0.25", "0.25"])]
    #[case::paid_preview(Item::Preview, "40", "0", "0", ["0.25", "0.25", "0", "0"])]
    fn credits_are_drawn_in_order(
        #[case] item: Item,
        #[case] subscription: &str,
        #[case] payg: &str,
        #[case] enterprise: &str,
        #[case] drawn: [&str; 4],
    ) {
        let charge = account(subscription, payg, enterprise, 0).draw(item, None, "r").unwrap();
        let got = [charge.amount, charge.subscription, charge.payg, charge.enterprise].map(|a| a.to_string());
        assert_eq!(got, drawn);
    }

    #[test]
    fn a_free_preview_costs_a_free_preview() {
        let mut account = account("40", "0", "0", 1);
        let charge = account.draw(Item::Preview, None, "r").unwrap();
        assert!(charge.free_preview && charge.amount == Amount::ZERO);
        account.apply(&Record { at: account.last_at, event: Event::Charged(charge) });
        assert_eq!(account.balances.free_previews, 0);
        assert_eq!(account.draw(Item::Preview, None, "r").unwrap().amount, Amount::PREVIEW);
    }

    #[test]
    fn too_few_credits_draw_nothing() {
        let short = account("0.5", "0.25", "0", 50).draw(Item::Picture, None, "r").unwrap_err();
        assert_eq!(short, Short { asked: Amount::PICTURE, left: amount("0.75") });
    }

    #[rstest]
    #[case::all_of_it("12.5", "52.5")]
    #[case::five_months_at_most("500", "240")]
    fn a_renewal_carries_what_is_left(#[case] left: &str, #[case] after: &str) {
        let mut account = account(left, "3", "0", 0);
        let cycle = account.cycle.next();
        account.apply(&Record { at: account.last_at, event: Event::Renewed { cycle } });
        assert_eq!(account.balances.subscription, amount(after));
        assert_eq!(account.balances.payg, amount("3"));
        assert_eq!(account.balances.free_previews, 50);
    }

    fn happens(account: &mut Account, event: Event) {
        account.apply(&Record { at: account.last_at, event });
    }

    #[test]
    fn what_was_carried_over_is_drawn_after_this_months_credits() {
        let mut account = account("30", "5", "0", 0);
        assert_eq!(account.rollover(), Amount::ZERO);
        let cycle = account.cycle.next();
        happens(&mut account, Event::Renewed { cycle });
        assert_eq!((account.balances.subscription, account.rollover()), (amount("70"), amount("30")));
        let elsewhere = account.elsewhere(amount("35"));
        happens(&mut account, elsewhere);
        assert_eq!((account.rollover(), account.used_this_month), (amount("30"), amount("35")));
        let elsewhere = account.elsewhere(amount("15"));
        happens(&mut account, elsewhere);
        assert_eq!((account.balances.subscription, account.rollover()), (amount("20"), amount("20")));
        assert_eq!((account.used_elsewhere, account.charged), (amount("50"), Amount::ZERO));
    }

    #[test]
    fn use_elsewhere_takes_no_more_than_there_is() {
        let mut account = account("2", "1.5", "0", 0);
        let elsewhere = account.elsewhere(amount("10"));
        happens(&mut account, elsewhere);
        assert_eq!((account.balances.total(), account.used_elsewhere), (Amount::ZERO, amount("3.5")));
    }

    #[test]
    fn a_change_of_plan_counts_at_once_and_ends_rollover() {
        let mut account = account("30", "3", "0", 7);
        let cycle = account.cycle.next();
        happens(&mut account, Event::Renewed { cycle });
        let cycle = Cycle::from(account.last_at);
        happens(&mut account, Event::PlanChanged { monthly: amount("200"), cycle });
        assert_eq!(account.balances.subscription, amount("240"), "the 30 carried over have lapsed");
        assert_eq!((account.plan.monthly, account.cycle, account.rollover_months), (amount("200"), cycle, 0));
        let cycle = cycle.next();
        happens(&mut account, Event::Renewed { cycle });
        assert_eq!(account.balances.subscription, amount("200"), "nothing is carried over any more");
        assert_eq!(account.balances.payg, amount("3"));
    }

    #[test]
    fn a_renewal_that_fails_leaves_the_other_pockets() {
        let mut account = account("30", "3", "2", 7);
        let cycle = account.cycle.next();
        happens(&mut account, Event::RenewalFailed { cycle });
        let left = Balances { payg: amount("3"), enterprise: amount("2"), free_previews: 50, ..Balances::default() };
        assert_eq!((account.balances, account.cycle), (left, cycle));
    }
}
