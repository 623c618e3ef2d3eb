//! The money of Clearcut: amounts, pockets, the ledger's fold, the gauge, the quote and what became of a request.
//!
//! Everything here is a pure function of its arguments. This room refuses to know files, databases, services, tasks
//! and the time of day: instants come in as arguments, service decimals as the text they arrived in, and no
//! floating-point number lies on any path to a charge.

mod amount;
mod event;
mod figure;
mod gauge;
mod limit;
mod outcome;
mod pockets;
mod quote;
mod resolve;
mod standing;
mod state;

pub use amount::{Credits, ParseCreditsError};
pub use event::{AttemptId, Balance, Entry, Event, ParseWordError, Purpose, Standing};
pub use figure::{Figure, Source};
pub use gauge::Gauge;
pub use limit::{Refusal, SpendLimit};
pub use outcome::{BodySent, Reply, Retry, Seen, Verdict, classify};
pub use pockets::{Drawn, Pocket, Pockets};
pub use quote::{ByPocket, Item, Quote, quote};
pub use resolve::{Resolution, resolve};
pub use standing::{Look, Looking, QUIET_BEFORE_A_LOOK, standing};
pub use state::{AccountState, Reservation};
