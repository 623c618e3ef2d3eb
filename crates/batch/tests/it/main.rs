//! The whole path of a picture on a real database, a real vault and real files, with a scripted service: every row of the
//! money table, every failing write, a death at every step. One binary, so that the database is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set its scene must stop"
)]
#![allow(clippy::disallowed_methods, reason = "scripted services implement the charged call")]

mod bench;
mod deaths;
mod device;
mod faults;
mod keeper;
mod outcomes;
mod queueing;
mod recovery;
mod replacing;
mod runner;
mod runner_balance;
mod runner_deaths;
mod runner_folder;
mod runner_here;
mod runner_limits;
mod runner_order;
mod runner_pauses;
mod runner_restart;
mod sandbox;
mod script;
mod stage;
mod vault;
