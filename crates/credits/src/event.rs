//! What the ledger can say: the vocabulary of money events, written down once and never changed.
//!
//! Plain data. How events are stored is the store's matter, what they add up to is [`crate::AccountState`]'s.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::{Credits, Source};

/// One charged request: drawn before it is reserved, and found again in the ledger, the job, the vault and the receipt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AttemptId(pub u128);

/// Thirty-two lower-case hexadecimal digits.
impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for AttemptId {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let unknown = || ParseWordError { what: "attempt id", text: text.to_owned() };
        if !hex {
            return Err(unknown());
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| unknown())
    }
}

/// A stored word this version does not know.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("“{text}” is no {what}")]
pub struct ParseWordError {
    /// What was expected, in words: `purpose`, `standing` …
    pub what: &'static str,
    /// What stood there.
    pub text: String,
}

/// What a request is for; only previews may draw free previews.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Purpose {
    /// A result to keep.
    Download,
    /// A small picture made by the service to look at.
    Preview,
}

impl Purpose {
    /// The word for it in stores: `download`, `preview`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Preview => "preview",
        }
    }
}

impl FromStr for Purpose {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "download" => Ok(Self::Download),
            "preview" => Ok(Self::Preview),
            _ => Err(ParseWordError { what: "purpose", text: text.to_owned() }),
        }
    }
}

/// One answer of the service about its account. Every figure is optional: missing is unknown, never nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Balance {
    /// The service's own total; free previews are not in it.
    pub total: Option<Credits>,
    /// All subscription credits, this month's and those rolled over, as the service gives them: in one number.
    pub subscription: Option<Credits>,
    /// Pay-as-you-go credits.
    pub payg: Option<Credits>,
    /// Credits of an enterprise contract.
    pub enterprise: Option<Credits>,
    /// Free previews left this month (pictures, not credits).
    pub free_previews: Option<u32>,
}

/// How much a look at the balance proves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// The service has booked everything of ours: the gauge starts anew from this look.
    Conclusive,
    /// The service may still lag behind: kept, but the gauge does not move.
    Bound,
}

impl Standing {
    /// The word for it in stores: `conclusive`, `bound`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conclusive => "conclusive",
            Self::Bound => "bound",
        }
    }
}

impl FromStr for Standing {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "conclusive" => Ok(Self::Conclusive),
            "bound" => Ok(Self::Bound),
            _ => Err(ParseWordError { what: "standing", text: text.to_owned() }),
        }
    }
}

/// One thing that happened to the money of an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event {
    /// A request may cost this much and is about to be sent.
    Reserved {
        /// The request.
        attempt: AttemptId,
        /// Its full price, also where a free preview is expected.
        amount: Credits,
        /// What it is for.
        purpose: Purpose,
    },
    /// The request was certainly not charged.
    Released {
        /// The request.
        attempt: AttemptId,
    },
    /// The request was charged and its picture arrived.
    Settled {
        /// The request.
        attempt: AttemptId,
        /// What was charged; nothing for a free preview.
        amount: Credits,
        /// Measured (from the answer's header) or inferred (the quoted amount).
        basis: Source,
    },
    /// The request was charged and no usable picture arrived.
    PaidLost {
        /// The request.
        attempt: AttemptId,
        /// What was charged.
        amount: Credits,
        /// Measured or inferred.
        basis: Source,
    },
    /// Whether the request was charged cannot be told yet; its price stays reserved.
    Undecided {
        /// The request.
        attempt: AttemptId,
    },
    /// The service was asked for its balance.
    Snapshot {
        /// What it answered.
        balance: Balance,
        /// How much that proves.
        standing: Standing,
    },
    /// Credits went that none of our requests explains.
    UsedElsewhere {
        /// Taken from the subscription.
        subscription: Credits,
        /// Taken from PAYG.
        payg: Credits,
    },
    /// PAYG credits were bought.
    TopUp {
        /// How many came.
        payg: Credits,
    },
    /// A new cycle began: a balance showed it, and it fits the plan.
    Renewal {
        /// Subscription credits right after it, those rolled over included, own charges since not yet taken off.
        subscription: Credits,
        /// The calendar's boundary between the cycles, which this renewal closes.
        due: Timestamp,
        /// From when on charges belong to the new cycle.
        began_at: Timestamp,
    },
    /// The user's word on the running cycle. Moves no credits.
    CycleStated {
        /// Since when it runs.
        began_at: Timestamp,
        /// How much of the subscription is used in it.
        used: Credits,
        /// It began with a rise that had been booked without knowing why: all notices are armed anew.
        renewed: bool,
    },
    /// The renewal failed, and the service took the subscription's credits.
    Wiped {
        /// How many.
        subscription: Credits,
    },
    /// The user entered or confirmed another monthly size. Moves no credits.
    PlanChange {
        /// Credits a month from now on.
        monthly: Credits,
    },
    /// A difference no rule explains, or a rise that waits for the user's word.
    Adjustment {
        /// Change of the subscription; may be negative.
        subscription: Credits,
        /// Change of PAYG; may be negative.
        payg: Credits,
    },
}

/// One line of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    /// Its place; grows with every line.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
    /// The service's own time of it, where its answer named one (`Date`): it decides which cycle a charge belongs to.
    pub served_at: Option<Timestamp>,
}

impl Entry {
    /// A line without a time of the service's own.
    #[must_use]
    pub const fn new(seq: i64, at: Timestamp, event: Event) -> Self {
        Self { seq, at, event, served_at: None }
    }
}
