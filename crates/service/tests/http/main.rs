//! The client against real sockets: small servers that answer well, badly, or not at all. Each test asks for three things:
//! what the caller is told, whether the body counts as sent, and how often the server was called (always once).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "no credits are spent on a server of the test itself")]

mod account;
mod answers;
mod cancelling;
mod cuts;
mod network;
mod refusals;
mod secrets;
mod sending;
mod server;
mod setup;
