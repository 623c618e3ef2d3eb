//! The use cases of Clearcut over a narrow [`Host`]: taking pictures in, previews, quotes, downloads, accounts, the gauge.
//! What crosses the edge is declared once: commands in [`commands!`], values in [`views`], trouble in [`problem`]. This
//! room knows no windowing toolkit and sends nothing that costs except through `clearcut_batch`.

mod accounts;
mod advice;
mod app;
mod bench;
mod catalogue;
mod chosen;
mod command_list;
mod convert;
mod days;
mod desk;
mod doctor;
mod download;
mod end;
mod folders;
mod gauge_view;
mod history;
mod host;
mod intake;
mod keys;
mod money;
mod notices;
mod office;
mod on_device;
mod outlook;
mod pictures;
mod plan_office;
mod practice;
mod previews;
pub mod problem;
mod prompts;
mod proxies;
mod purchase;
mod queue;
mod settings;
mod sheet;
pub mod typescript;
pub mod views;
mod whole_file;
mod words;

pub use accounts::ServiceChoice;
pub use app::{App, AppParts, Front, KEY_VARIABLE};
pub use chosen::{ChosenRun, Turn};
pub use clearcut_credits::Credits;
pub use clearcut_store::BatchId;
pub use doctor::{Check, CheckState};
pub use download::{Agreed, Fetched};
pub use folders::Folders;
pub use host::{Clipboard, Host, HostError, Notice, NoticeAction};
pub use keys::{KeyStore, SystemKeys};
pub use pictures::TakenBy;
pub use practice::{PRACTICE_ACCOUNT, PRACTICE_LABEL};
pub use problem::Problem;
pub use proxies::Served;
