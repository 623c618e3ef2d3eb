//! From a dropped file to a saved result: quote, reserve, send, vault, settle, save. The only room that spends.
//!
//! [`machine`] decides, as a pure state machine, what is written before what; the [`Spender`] performs it. Nothing here
//! knows a URL, a screen or how a picture is cut out, and no other room sends a charged request.

mod answer;
mod ask;
mod claims;
mod device;
mod drive;
mod error;
mod estimate;
mod finished;
mod hands;
mod hidden;
mod improve;
mod keep;
mod keeper;
pub mod machine;
mod names;
mod order;
mod outgoing;
mod plan;
pub mod queue;
mod resume;
mod runner;
mod save;
mod seen;
mod spender;
mod wardrobe;
pub mod watch;
mod watcher;

pub use device::{OnDevice, device_preview};
pub use error::{BatchError, SaveFault};
pub use estimate::{Copies, Estimate, Shares, Takes};
pub use finished::{Finished, Previewed, Recovered, Warning};
pub use hidden::is_hidden;
pub use improve::ImproveError;
pub use keeper::{Cleaned, Inventory, Keeper, KeptPicture};
pub use names::{
    Existing, NameFault, NamePlanner, NameRules, NameSet, NameTemplate, PlannedName, TemplateError, ToName, plan_output,
};
pub use order::{Agreed, Order};
pub use runner::{
    Agreement, Audience, LEFT_OUT, Offered, Runner, RunnerOptions, SKIPPED, Sleeper, TokioSleeper, Waiting,
    look_in_quiet,
};
pub use save::{ExportTarget, export_file};
pub use spender::{Spender, SpenderParts};
pub use wardrobe::Wardrobe;
pub use watcher::{NoWatcher, Phase, Watcher};
