//! What can happen to the practice account, as its journal keeps it. Plain data: what it adds up to is
//! [`crate::account`]'s. Variants are added, never changed, so that every journal ever written can still be read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{Balances, Cycle, Plan};
use crate::amount::Amount;

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
    /// Another installation was charged, by pocket.
    UsedElsewhere {
        /// From the subscription.
        subscription: Amount,
        /// From pay-as-you-go.
        payg: Amount,
        /// From enterprise credits.
        enterprise: Amount,
    },
    /// Another plan was bought. A month of it begins at once; carried credits lapse, and nothing is carried over any more.
    PlanChanged {
        /// Credits a month from now on.
        monthly: Amount,
        /// The cycle from now on.
        cycle: Cycle,
    },
    /// A month began.
    Renewed {
        /// The cycle from now on.
        cycle: Cycle,
    },
    /// A month began and was not paid: the subscription's credits are gone.
    RenewalFailed {
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
