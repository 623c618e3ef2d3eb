//! The money of Clearcut: amounts, pockets, the ledger's fold, the gauge, the quote and what became of a request.
//!
//! Everything here is a pure function of its arguments. This room refuses to know files, databases, services, tasks
//! and the time of day: instants come in as arguments, service decimals as the text they arrived in, and no
//! floating-point number lies on any path to a charge.
//!
//! Whether each rule has a test that notices when it is broken is measured by mutation: `cargo mutants -p clearcut-credits`,
//! with the settings of `.cargo/mutants.toml`.

mod advice;
mod advice_money;
mod advice_packs;
mod amount;
mod choice;
mod cycle;
mod event;
mod explain;
mod figure;
mod forecast;
mod forecast_band;
mod forecast_urn;
mod forecast_walk;
mod forecast_window;
mod gauge;
mod limit;
mod notices;
mod outcome;
mod plan;
mod pockets;
mod quote;
mod resolve;
mod sources;
mod split;
mod standing;
mod state;

pub use advice::{Advice, FullCycle, PlanCase, PlanCost, PlanOffer, Way, advise};
pub use advice_money::{Money, ParseMoneyError};
pub use advice_packs::Pack;
pub use amount::{Credits, ParseCreditsError};
pub use choice::{Choice, Chosen, choose};
pub use cycle::{CycleUse, Rise, Spent};
pub use event::{AttemptId, Balance, Entry, Event, ParseWordError, Purpose, Standing};
pub use explain::{Cause, Circumstances, Due, causes, explain, renewal_due};
pub use figure::{Figure, Source};
pub use forecast::{Band, BurnDown, DayUse, Forecast, Lapse, NoForecast, Outlook, When, forecast};
pub use gauge::Gauge;
pub use limit::{Refusal, SpendLimit};
pub use notices::{Level, NoticeKey, NoticeRules, Raise, crossings, raise, reached};
pub use outcome::{BodySent, Reply, Retry, Seen, Verdict, classify};
pub use plan::{Cycle, PaygLot, Plan, PlanError, RENEWAL_WINDOW, RenewalDay};
pub use pockets::{Drawn, Pocket, Pockets, Purse};
pub use quote::{ByPocket, Item, PaidFrom, Quote, Stretch, quote};
pub use resolve::{Resolution, resolve};
pub use sources::Sources;
pub use split::{Split, split};
pub use standing::{Look, Looking, QUIET_BEFORE_A_LOOK, standing};
pub use state::{AccountState, Books, FOLD_VERSION, Reservation};
