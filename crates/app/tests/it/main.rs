//! The use cases on real parts: the practice service over HTTP, SQLite, the model, files.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod accounts;
mod archive;
mod common;
mod diagnostics;
mod edits;
mod improve;
mod main_job;
mod model;
mod money;
mod purchase;
mod queue;
mod taking_in;
mod vault;
mod watch_spending;
mod watching;
