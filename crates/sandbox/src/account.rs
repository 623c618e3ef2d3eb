//! The practice account: a fold over the events in its journal, from plan and balances to cycle and charges.
//! Pure: time comes in with each record, nothing is read or written here.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// How many months of credits an account can carry over at a renewal.
const ROLLOVER_MONTHS: i64 = 5;

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

/// The months of an account, counted from one day so that a 31st stays a 31st.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// When the first month began.
    pub anchor: Timestamp,
    /// Months begun since.
    pub month: i32,
}

impl Cycle {
    /// The moment `months` after the anchor, in UTC; a month without the day gives its last one.
    fn month_begin(&self, months: i32) -> Timestamp {
        self.anchor
            .to_zoned(TimeZone::UTC)
            .checked_add(months.months())
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }

    /// When the running month began.
    #[must_use]
    pub fn began_at(&self) -> Timestamp {
        self.month_begin(self.month)
    }

    /// When the next month begins.
    #[must_use]
    pub fn renews_at(&self) -> Timestamp {
        self.month_begin(self.month.saturating_add(1))
    }

    /// The cycle one month on.
    #[must_use]
    pub const fn next(self) -> Self {
        Self { month: self.month.saturating_add(1), ..self }
    }
}

/// What a removal is sold as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// At most 0.25 megapixels: a free preview first, then 0.25 credits.
    Preview,
    /// Any larger size: 1 credit.
    Picture,
}

/// One charge, by pocket. A free preview is a charge of nothing that uses up one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// `X-Request-Id` of the answer.
    pub request_id: String,
    /// What was sold.
    pub item: Item,
    /// Credits, all pockets together: what `X-Credits-Charged` says.
    pub amount: Amount,
    /// From the subscription.
    pub subscription: Amount,
    /// From pay-as-you-go.
    pub payg: Amount,
    /// From enterprise credits.
    pub enterprise: Amount,
    /// Whether a free preview paid for it.
    pub free_preview: bool,
}

/// How the service answers once it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// 410 with a JSON error.
    Gone,
    /// 404 with a web page.
    NotFound,
    /// 403 with a JSON error that has no code.
    Forbidden,
    /// 302 to a web page on another address.
    Redirect,
    /// 200 with a web page.
    Html,
}

/// Something that happened to the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The account begins.
    Opened {
        /// What a month brings.
        plan: Plan,
        /// What it begins with.
        balances: Balances,
    },
    /// A removal was paid.
    Charged(Charge),
    /// The control call set plan and balances.
    Set {
        /// The plan from now on.
        plan: Plan,
        /// The balances from now on.
        balances: Balances,
    },
    /// Pay-as-you-go credits were bought.
    ToppedUp {
        /// How many.
        payg: Amount,
    },
    /// A month began.
    Renewed {
        /// The cycle from now on.
        cycle: Cycle,
    },
    /// The account's clock was moved forward.
    Advanced {
        /// By so many seconds.
        seconds: i64,
    },
    /// The service ended, or (`None`) opened again.
    Closed {
        /// How it answers now.
        how: Option<Closing>,
    },
}

/// An event and when it happened, by the account's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
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
    /// Seconds by which the account's clock is ahead of the computer's.
    pub ahead_s: i64,
    /// How it answers, where the service has ended.
    pub closed: Option<Closing>,
    /// Credits charged since it was opened.
    pub charged: Amount,
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
            cycle: Cycle { anchor: at, month: 0 },
            ahead_s: 0,
            closed: None,
            charged: Amount::ZERO,
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

    /// Takes one record into the account.
    pub fn apply(&mut self, record: &Record) {
        self.last_at = record.at;
        match &record.event {
            Event::Opened { plan, balances } => {
                *self = Self { plan: *plan, balances: *balances, ..Self::new(record.at) };
            }
            Event::Charged(charge) => {
                let b = &mut self.balances;
                b.subscription = b.subscription.minus(charge.subscription);
                b.payg = b.payg.minus(charge.payg);
                b.enterprise = b.enterprise.minus(charge.enterprise);
                b.free_previews = b.free_previews.saturating_sub(u32::from(charge.free_preview));
                self.charged = self.charged.plus(charge.amount);
                self.charges.push((record.at, charge.clone()));
            }
            Event::Set { plan, balances } => (self.plan, self.balances) = (*plan, *balances),
            Event::ToppedUp { payg } => self.balances.payg = self.balances.payg.plus(*payg),
            Event::Renewed { cycle } => {
                self.cycle = *cycle;
                let carried = self.balances.subscription.min(self.plan.monthly.times(ROLLOVER_MONTHS));
                self.balances.subscription = carried.plus(self.plan.monthly);
                self.balances.free_previews = self.plan.free_previews;
            }
            Event::Advanced { seconds } => self.ahead_s = self.ahead_s.saturating_add(*seconds),
            Event::Closed { how } => self.closed = *how,
        }
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

    #[test]
    fn a_cycle_from_the_31st_ends_on_the_last_day_and_comes_back() {
        let mut cycle = account("0", "0", "0", 0).cycle;
        let mut days = Vec::new();
        for _ in 0..3 {
            days.push(cycle.renews_at().strftime("%F").to_string());
            cycle = cycle.next();
        }
        assert_eq!(days, ["2026-02-28", "2026-03-31", "2026-04-30"]);
    }
}
