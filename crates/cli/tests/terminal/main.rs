//! The terminal program from outside: real process, real practice service on a real socket, folders of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests: whatever goes wrong in the set-up ends the test"
)]

mod account;
mod archive;
mod bad_input;
mod batches;
mod choices;
mod control;
mod credits;
mod export;
mod history;
mod misbehaviour;
mod place;
mod plan;
mod preview;
mod quote;
mod remove;
mod sandbox;
mod take;
mod usage;
mod vault;
mod watch;
